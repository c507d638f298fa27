"""The digest as a mail: one self-contained page of tables, readable in Outlook, light and dark."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, Template

from insights.digest import Digest, total_text

_TEMPLATE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{ digest.title }}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page, .card { background-color: #1b1b1f !important; color: #f2f2f2 !important; }
  .quiet { color: #b8b8c0 !important; }
  .line { border-color: #44444c !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#ffffff;color:#1b1b1f;">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0"
 style="background-color:#ffffff;color:#1b1b1f;">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" class="card" width="640" cellpadding="0" cellspacing="0" border="0"
 style="width:100%;max-width:640px;background-color:#ffffff;color:#1b1b1f;
 font-family:'Segoe UI',Arial,sans-serif;font-size:15px;line-height:22px;">
<tr><td style="padding:0 0 4px 0;">
<h1 style="margin:0;font-size:22px;line-height:28px;">{{ digest.title }}</h1></td></tr>
<tr><td class="quiet" style="padding:0 0 16px 0;color:#55555e;">
{{ digest.period }}. {{ total }}</td></tr>
{% for section in digest.sections -%}
<tr><td class="line" style="padding:14px 0 4px 0;border-top:1px solid #d0d0d6;">
<h2 style="margin:0;font-size:16px;line-height:22px;">{{ section.title }}</h2></td></tr>
{% for line in section.lines -%}
<tr><td style="padding:3px 0 3px 0;">{{ line }}</td></tr>
{% endfor -%}
{% if section.more_text -%}
<tr><td class="quiet" style="padding:3px 0 3px 0;color:#55555e;">{{ section.more_text }}</td></tr>
{% endif -%}
{% endfor -%}
<tr><td class="line quiet" style="padding:14px 0 0 0;border-top:1px solid #d0d0d6;
 font-size:13px;line-height:19px;color:#55555e;">
{% for note in digest.notes -%}
<p style="margin:0 0 6px 0;">{{ note }}</p>
{% endfor -%}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""


def digest_html(digest: Digest) -> str:
    """Return the digest as a page without scripts and without anything from elsewhere.

    Names are data: they are escaped and never become markup.
    """
    return _template().render(digest=digest, total=total_text(digest))


@cache
def _template() -> Template:
    return Environment(autoescape=True).from_string(_TEMPLATE)
