"""Which requests the server answers, and with which headers; plain values in, plain values out."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlsplit

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
"""Names under which only programs on the same machine reach the server."""

LONGEST_ADDRESS = 3500
"""Characters of an address that is kept through sign-in; browsers keep cookies up to 4,096."""

LONGEST_SIGN_IN = 24 * 60 * 60
"""Seconds after which the browser forgets who signed in; nobody stays signed in for longer."""

PROXY_HEADERS = ("forwarded", "x-real-ip", "via", "cf-connecting-ip", "true-client-ip")
"""Headers that only a proxy adds, beside all that begin with x-forwarded-."""

# Letters, digits and marks that a browser leaves in the query of an address; no quotation mark,
# backslash, blank or control character is among them.
_QUERY = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_ANCESTOR = re.compile(r"https://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_MAX_AGE = re.compile(r"max-age=([0-9]+)", re.IGNORECASE)


def host_name(host: str | None) -> str | None:
    """Return the name in a Host header in lower case, without port and brackets; None if unclear.

    Anything beyond a plain name or address and a port is unclear: a header that two programs may
    read differently names no host.
    """
    matched = _HOST.fullmatch(host or "")
    if matched is None or int(matched["port"] or 0) > 65535:
        return None
    return matched["name"].strip("[]").lower().rstrip(".") or None


def is_loopback(name: str | None) -> bool:
    """Return whether a name or address can only mean the machine itself."""
    if not name:
        return False
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def is_allowed_host(name: str | None, allowed: Iterable[str]) -> bool:
    """Return whether a host name is in a list; "*.x" takes all below x, "*" takes everything."""
    if name is None:
        return False
    for pattern in (one.strip().lower().rstrip(".") for one in allowed):
        if pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:])):
            return True
    return False


def is_own_origin(origin: str, host: str, *, secure: bool, others: Collection[str]) -> bool:
    """Return whether a request with this Origin header comes from our own pages.

    `host` is the Host header; over TLS a page that came without TLS is another origin. `others`
    are whole origins that count as our own.
    """
    scheme, separator, rest = origin.partition("://")
    if not separator or not rest:
        return False
    schemes = ("https",) if secure else ("http", "https")
    return origin in others or (scheme in schemes and rest.lower() == host.lower())


def came_through_proxy(headers: Mapping[str, str]) -> bool:
    """Return whether a request (header names in lower case) was passed on by another program."""
    return any(name in PROXY_HEADERS or name.startswith("x-forwarded-") for name in headers)


def is_foreign_use(headers: Mapping[str, str], *, page: bool, framed: bool) -> bool:
    """Return whether another site's page asks for something that no other site needs.

    `headers` have names in lower case. Other sites may only lead to one of our pages (`page`), in
    a window, or in a frame where `framed` allows it. Browsers that tell nothing of who asks are
    judged by their Origin header instead.
    """
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return False
    places = ("document", "iframe") if framed else ("document",)
    leads_here = headers.get("sec-fetch-mode") == "navigate" and (
        headers.get("sec-fetch-dest") in places
    )
    return not (page and leads_here)


def return_address(address: str, pages: Collection[str], *, base: str = "") -> str:
    """Return the address of one of our pages to come back to, "" if it is none.

    `address` begins with the path; `pages` are the last parts of the pages' addresses and `base`
    is the path before them. What is returned is a path of ours built anew, with the query if all
    of it is harmless and the whole is short enough: it never names a host, and can stand in a
    header or cookie as it is.
    """
    path, _, query = address.partition("?")
    if not path.startswith(f"{base}/"):
        return ""
    page = path.removeprefix(f"{base}/")
    if page and page not in pages:
        return ""
    found = f"{base}/{page}"
    # A comma or semicolon would end the value of a cookie; written as a code it means the same.
    tail = query.replace(",", "%2C").replace(";", "%3B")
    if not tail or not _QUERY.fullmatch(tail) or len(found) + len(tail) >= LONGEST_ADDRESS:
        return found
    return f"{found}?{tail}"


def address_of_referer(referer: str, host: str) -> str:
    """Return path and query of the page a request came from, "" if that is not our own.

    `host` is the Host header of the request.
    """
    try:
        parts = urlsplit(referer)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != host.lower():
        return ""
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def cookies_of(header: str) -> dict[str, str]:
    """Return the cookies in a Cookie header by name; of several of one name, the first."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, separator, value = part.strip().partition("=")
        if separator and name not in cookies:
            cookies[name] = value
    return cookies


def hardened_cookie(cookie: str, *, secure: bool) -> str:
    """Return the value of a Set-Cookie header made stricter.

    Over TLS (`secure`) it is never sent without; and no cookie outlives the longest sign-in.
    """
    shortened = _MAX_AGE.sub(lambda found: f"Max-Age={min(int(found[1]), LONGEST_SIGN_IN)}", cookie)
    attributes = {part.strip().lower() for part in shortened.split(";")[1:]}
    return f"{shortened}; Secure" if secure and "secure" not in attributes else shortened


def inline_script_hashes(html: str) -> tuple[str, ...]:
    """Return the sources, for a Content-Security-Policy, of a document's inline scripts."""
    return tuple(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in _INLINE_SCRIPT.findall(html)
    )


def is_frame_ancestor(source: str) -> bool:
    """Return whether a text names one site (https, "*." allowed) that may frame our pages."""
    return _ANCESTOR.fullmatch(source) is not None


def content_security_policy(scripts: Iterable[str], ancestors: Collection[str]) -> str:
    """Return the Content-Security-Policy: everything from our own server, nothing evaluated.

    `scripts` are the sources of inline scripts, `ancestors` the sites that may frame our pages.
    """
    directives = {
        "default-src": "'self'",
        # blob: because Streamlit loads the script of a component (our "Copy link") from one; only
        # a script that already runs can make a blob.
        "script-src": " ".join(("'self'", "blob:", *scripts)),
        "script-src-attr": "'none'",
        "style-src": "'self' 'unsafe-inline'",  # Streamlit's styles are made in the browser
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(ancestors) or "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def security_headers(policy: str, *, framed: bool, secure: bool) -> dict[str, str]:
    """Return the headers of every answer, by name; `policy` is the Content-Security-Policy.

    `secure`: the request came over TLS, and the browser shall use nothing else from now on.
    """
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": (
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), "
            "bluetooth=(), midi=(), display-capture=(), clipboard-read=()"
        ),
        "X-Permitted-Cross-Domain-Policies": "none",
    }
    if not framed:
        headers["X-Frame-Options"] = "DENY"
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
