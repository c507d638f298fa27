"""A page as one HTML file that needs no network: charts that answer the mouse, tables, print."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, Template
from markupsafe import Markup

from insights.charts.sparkline import sparkline
from insights.charts.standalone import drawing_script, figure_text
from insights.exports.cells import cell_texts, is_number
from insights.exports.page_report import Cards, Chart, Item, PageReport, Table, Words
from insights.views.card import Card

MOST_ROWS = 500

_TEMPLATE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';
 img-src data: blob:">
<title>{{ report.title }}</title>
<style>
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1a1a1a;
  font: 15px/1.5 "Segoe UI", system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 28px; margin: 0 0 4px; }
h2 { font-size: 21px; margin: 36px 0 8px; border-top: 1px solid #d5dce6; padding-top: 20px; }
h3 { font-size: 17px; margin: 26px 0 6px; }
.quiet { color: #5a6472; font-size: 13px; }
.stamp { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 12px 0; }
.stamp dt { color: #5a6472; } .stamp dd { margin: 0; }
.cards { display: grid; gap: 12px; margin: 14px 0;
  grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); }
.card { background: #f3f6fa; border: 1px solid #d5dce6; border-radius: 8px; padding: 12px 14px; }
.card b { display: block; font-size: 25px; line-height: 1.25; }
.card svg { width: 100%; height: 34px; }
.good { color: #17692f; } .bad { color: #b3261e; }
.small { display: inline-block; width: calc(50% - 10px); vertical-align: top; }
figure { margin: 14px 0; } figcaption { font-weight: 600; margin-bottom: 4px; }
.plot { width: 100%; }
.scroll { overflow: auto; max-height: 560px; border: 1px solid #d5dce6; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
caption { text-align: left; font-weight: 600; padding: 4px 0 6px; }
th { position: sticky; top: 0; background: #f3f6fa; text-align: left; vertical-align: bottom; }
th, td { padding: 5px 10px; border-bottom: 1px solid #e7ebf0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.meanings { display: grid; grid-template-columns: minmax(140px, 220px) 1fr; gap: 6px 16px; }
.meanings dt { font-weight: 600; } .meanings dd { margin: 0; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; max-height: none; border: 0; }
  th { position: static; }
  thead { display: table-header-group; }
  h2, h3, caption, figcaption { break-after: avoid; }
  figure, .card, tr { break-inside: avoid; }
  table { font-size: 9px; } th, td { padding: 2px 5px; }
}
</style>
</head>
<body>
<main>
<h1>{{ report.title }}</h1>
<dl class="stamp">
{% for label, text in report.stamp.lines() %}<dt>{{ label }}</dt><dd>{{ text }}</dd>
{% endfor %}</dl>
{% for section in report.sections %}
{% if section.level == 2 %}<h2>{{ section.heading }}</h2>
{% elif section.level > 2 %}<h3>{{ section.heading }}</h3>
{% endif %}
{% for item in section.items %}{{ part(item) }}
{% endfor %}
{% endfor %}
{% if meanings %}<h2>Definitions</h2>
<dl class="meanings">
{% for term, meaning in meanings %}<dt>{{ term }}</dt><dd>{{ meaning }}</dd>
{% endfor %}</dl>{% endif %}
</main>
{% if has_charts %}<script>{{ program }}</script>
<script>
for (const told of document.querySelectorAll("script[data-figure]")) {
  const figure = JSON.parse(told.textContent)
  const place = document.getElementById(told.dataset.figure)
  Plotly.newPlot(place, figure.data, figure.layout, { displayModeBar: false, responsive: true })
}
addEventListener("beforeprint", () => {
  for (const place of document.querySelectorAll(".plot")) Plotly.Plots.resize(place)
})
</script>{% endif %}
</body>
</html>
"""

_WORDS = "<p>{{ item.text }}</p>"
_CARDS = """<div class="cards">
{% for card in item.cards %}<div class="card"><span class="quiet">{{ card.label }}</span>
<b>{{ card.value }}</b>
{% if card.delta is not none %}<span class="{{ tone(card) }}">{{ card.delta_text }}</span>
<span class="quiet">{{ card.delta_description }}</span>{% endif %}
{{ line(card) }}
{% if card.note %}<div class="quiet">{{ card.note }}</div>{% endif %}</div>
{% endfor %}</div>"""
_CHART = """<figure{% if height <= 220 %} class="small"{% endif %}>
<figcaption>{{ item.takeaway }}</figcaption>
<div class="plot" id="{{ place }}" role="img" aria-label="{{ item.takeaway }}"
 style="height:{{ height }}px"></div>
<noscript><p class="quiet">The chart needs JavaScript; its figures are in the tables.</p></noscript>
<script type="application/json" data-figure="{{ place }}">{{ figure }}</script></figure>"""
_TABLE = """<div class="scroll" tabindex="0"><table><caption>{{ caption }}</caption>
<thead><tr>{% for column in columns %}<th scope="col"{% if column[1] %} class="n"{% endif %}>\
{{ column[0] }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}<tr>{% for cell in row %}<td{% if columns[loop.index0][1] %} class="n"\
{% endif %}>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>
{% if more %}<p class="quiet">{{ more }}</p>{% endif %}"""


def page_html(report: PageReport) -> bytes:
    """Return the page as one HTML file with everything in it, at most MOST_ROWS rows a table."""
    has_charts = any(isinstance(item, Chart) for item in report.items())
    text = _template(_TEMPLATE).render(
        report=report,
        meanings=report.definitions(),
        part=_part,
        has_charts=has_charts,
        program=Markup(drawing_script()) if has_charts else "",
    )
    return text.encode()


@cache
def _template(source: str) -> Template:
    """Return a template that escapes every value it is given."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)


def _part(item: Item) -> Markup:
    """Return what stands for one item of the page; texts were escaped by its template."""
    if isinstance(item, Words):
        text = _template(_WORDS).render(item=item)
    elif isinstance(item, Cards):
        text = _template(_CARDS).render(item=item, tone=_tone, line=_line)
    elif isinstance(item, Chart):
        text = _template(_CHART).render(**_chart(item))
    else:
        text = _template(_TABLE).render(**_table(item))
    return Markup(text)


def _tone(card: Card) -> str:
    if not card.delta:
        return "quiet"
    return "good" if (card.delta > 0) == card.higher_is_better else "bad"


def _line(card: Card) -> Markup:
    """Return the card's small history, drawn from numbers only."""
    return Markup(sparkline(card.series) or "")


def _chart(item: Chart) -> dict[str, Any]:
    return {
        "item": item,
        "place": f"chart-{item.key}",
        "height": int(item.figure.layout.height or 360),
        "figure": Markup(figure_text(item.figure)),
    }


def _table(item: Table) -> dict[str, Any]:
    rows = item.rows.head(MOST_ROWS)
    total = len(item.rows)
    more = f"The first {len(rows):,} of {total:,} rows; the Excel file has all."
    return {
        "caption": item.title or item.takeaway,
        "columns": [(column.label, is_number(column)) for column in item.columns],
        "rows": cell_texts(rows, item.columns),
        "more": more if total > len(rows) or item.read_all is not None else "",
    }
