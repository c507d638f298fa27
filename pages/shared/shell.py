"""The outermost layer of the server: who may ask for what, and the headers of every answer.

It stands before Streamlit, because Streamlit checks hosts on the websocket only, sets no security
headers, forgets which page a shared link named when somebody signs in, and listens to more than
our pages say. A limit to how often somebody may ask is left to the proxy in front.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from pages.shared import health, http_rules
from pages.shared.socket_messages import only_heard

_LOG = logging.getLogger("partner_insights")

USER_COOKIE = "_streamlit_user"
"""Streamlit's signed cookie of who signed in."""

RETURN_COOKIE = "pi_next"
"""Our cookie of the page to come back to after sign-in."""

RETURN_SECONDS = 600
"""How long a sign-in may take and still end on the page it began on."""

LONGEST_SIGN_IN_DAYS = http_rules.LONGEST_SIGN_IN / 86400

LOGIN, LOGOUT, CALLBACK = "/auth/login", "/auth/logout", "/oauth2callback"
HEALTH = "/_stcore/health"
OPEN_PATHS = (HEALTH, "/_stcore/host-config", "/_stcore/stream")
OPEN_FOLDERS = ("/_stcore/bidi-components/",)
"""What a browser needs of Streamlit's own before anybody has signed in; none of it holds data."""

PERSONAL_FOLDERS = ("/media/", "/_stcore/upload_file/")
"""Downloads and uploads: only for somebody who has signed in, where signing in is configured."""

OWN_FOLDERS = ("/_stcore", "/media", "/component", "/app/static", "/auth", health.FOLDER)
"""What is Streamlit's own, or ours, and no page; what is not named above does not exist here."""

WATCHED = (HEALTH, health.LIVE, health.READY)
"""What whoever watches over the server asks, by its address and without signing in."""

HASHED_FOLDER = "/static/"
"""Streamlit's scripts and styles, whose names change with their content."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ShellRules:
    """What the shell of one server process goes by; fixed when it starts.

    `pages` are the last parts of the pages' addresses, `base` the path before them.
    `local_only`: without sign-in, only programs on this machine are answered. `secure`: people
    come by https, even if a proxy does not say so. `policy` is the Content-Security-Policy,
    `framed` says that other sites may frame the pages.
    """

    pages: frozenset[str]
    base: str
    allowed_hosts: tuple[str, ...]
    own_origins: frozenset[str]
    sign_in: bool
    local_only: bool
    secure: bool
    policy: str
    framed: bool


class Shell:
    """The middleware; pure ASGI, so that websockets and large answers pass through untouched."""

    def __init__(
        self, app: AsgiApp, rules: ShellRules, readiness: health.Readiness | None = None
    ) -> None:
        self._app = app
        self._rules = rules
        self._readiness = readiness or health.Readiness()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, refuse it, or hand it on to Streamlit."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = Asked.of(scope, self._rules)
        refusal = refused(asked, self._rules)
        if refusal is not None:
            _LOG.warning("Refused %s %r: %s", asked.method, asked.path[:200], refusal)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, only_heard(receive), send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        app = self._app if refusal is None else _answer(refusal)
        if refusal is None and asked.path in (health.LIVE, health.READY):
            app = _told(asked.path == health.LIVE or await self._readiness.is_ready())
        await app(scope, receive, _finishing(send, asked, self._rules))


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request or websocket asks for, as far as the rules need to know.

    `path` is without the base of all addresses. Names of headers are in lower case; of several of
    one name the values are joined, so that a doubled Host or Origin matches nothing.
    """

    kind: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    peer: str
    secure: bool

    @staticmethod
    def of(scope: Message, rules: ShellRules) -> Asked:
        """Read a request from its ASGI scope."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}; {value}" if name in headers else value
        path = scope["path"]
        if rules.base and (path == rules.base or path.startswith(f"{rules.base}/")):
            path = path.removeprefix(rules.base) or "/"
        return Asked(
            kind=scope["type"],
            method=scope.get("method", "GET"),
            path=path,
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            cookies=http_rules.cookies_of(headers.get("cookie", "")),
            peer=(scope.get("client") or ("", 0))[0],
            secure=rules.secure or scope["scheme"] in ("https", "wss"),
        )

    def is_page(self) -> bool:
        """Return whether this is the address of a page, or of coming back from sign-in."""
        return not any(f"{self.path}/".startswith(f"{folder}/") for folder in OWN_FOLDERS)

    def is_visit(self) -> bool:
        """Return whether a browser opens this address in its window."""
        wanted = self.headers.get("sec-fetch-dest")
        if wanted is None:
            wanted = "document" if "text/html" in self.headers.get("accept", "") else ""
        return self.method == "GET" and wanted == "document" and self.is_page()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered: a status code of HTTP and a sentence for whoever asked."""

    status: int
    text: str

    def __str__(self) -> str:
        return self.text


def refused(asked: Asked, rules: ShellRules) -> Refusal | None:
    """Return why a request is refused, None where Streamlit may answer it."""
    return _wrong_host(asked, rules) or _wrong_asker(asked, rules) or _closed_path(asked, rules)


def _wrong_host(asked: Asked, rules: ShellRules) -> Refusal | None:
    if asked.path in WATCHED:
        return None  # they learn "ok" or "not ready"
    name = http_rules.host_name(asked.headers.get("host"))
    if rules.local_only and (
        not http_rules.is_loopback(name)
        or not http_rules.is_loopback(asked.peer)
        or http_rules.came_through_proxy(asked.headers)
    ):
        return Refusal(
            403,
            "Partner Insights has no sign-in configured and therefore answers only the machine it "
            "runs on. Configure sign-in to open it to others; see docs/security.md.",
        )
    if not http_rules.is_allowed_host(name, rules.allowed_hosts):
        return Refusal(
            403,
            "This server does not go by that name. The operator names it in server.allowedHosts; "
            "see docs/security.md.",
        )
    return None


def _wrong_asker(asked: Asked, rules: ShellRules) -> Refusal | None:
    origin, host = asked.headers.get("origin"), asked.headers.get("host", "")
    if origin is not None and not http_rules.is_own_origin(
        origin, host, secure=asked.secure, others=rules.own_origins
    ):
        return Refusal(403, "Pages of other sites may not use this server.")
    page = asked.is_page() and asked.method in ("GET", "HEAD")
    if http_rules.is_foreign_use(asked.headers, page=page, framed=rules.framed):
        return Refusal(403, "Other sites may lead to a page here, and to nothing else.")
    return None


def _closed_path(asked: Asked, rules: ShellRules) -> Refusal | None:
    if asked.is_page() or asked.path in (*OPEN_PATHS, *WATCHED, LOGIN, LOGOUT):
        return None
    if asked.path.startswith(OPEN_FOLDERS):
        return None
    if not asked.path.startswith(PERSONAL_FOLDERS):
        return Refusal(404, "There is nothing at this address.")
    if rules.sign_in and not is_signed_in(asked.cookies):
        return Refusal(403, "Sign in first.")
    return None


def is_signed_in(cookies: Mapping[str, str]) -> bool:
    """Return whether cookies tell, signed by this server, of somebody who signed in.

    What that person may see is for the pages to say; this only keeps strangers out.
    """
    signed = cookies.get(USER_COOKIE, "").encode("latin-1")
    secret = get_cookie_secret()
    return decode_signed_value(secret, USER_COOKIE, signed, LONGEST_SIGN_IN_DAYS) is not None


def _answer(refusal: Refusal) -> AsgiApp:
    response: AsgiApp = PlainTextResponse(f"{refusal.text}\n", refusal.status)
    return response


def _told(well: bool) -> AsgiApp:
    response: AsgiApp = PlainTextResponse("ok\n" if well else "not ready\n", 200 if well else 503)
    return response


def _finishing(send: Send, asked: Asked, rules: ShellRules) -> Send:
    """Return a sender that finishes the head of the answer: headers, cookies, the way back."""

    async def finished(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            if rules.sign_in:
                _keep_way_back(headers, message["status"], asked, rules)
            _harden(headers, asked, rules)
            message = {**message, "headers": headers.raw}
        await send(message)

    return finished


def _harden(headers: MutableHeaders, asked: Asked, rules: ShellRules) -> None:
    for name, value in http_rules.security_headers(
        rules.policy, framed=rules.framed, secure=asked.secure
    ).items():
        headers[name] = value
    if not asked.path.startswith(HASHED_FOLDER):
        headers["Cache-Control"] = "no-store"
    cookies = headers.getlist("set-cookie")
    if cookies:
        del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", http_rules.hardened_cookie(cookie, secure=asked.secure))


def _keep_way_back(headers: MutableHeaders, status: int, asked: Asked, rules: ShellRules) -> None:
    """Remember the page that sign-in began on, and lead back to it when sign-in has succeeded."""
    if asked.path == CALLBACK:
        _lead_back(headers, status, asked, rules)
        return
    address = ""
    if asked.path == LOGIN:
        # The address as it is now; a browser tells it in full to the same site.
        seen = http_rules.address_of_referer(
            asked.headers.get("referer", ""), asked.headers.get("host", "")
        )
        address = http_rules.return_address(seen, rules.pages, base=rules.base)
        if address == f"{rules.base}/":
            address = ""  # also what is left of an address too long to be told: keep the visit's
    elif asked.is_visit():
        whole = f"{rules.base}{asked.path}"
        whole = f"{whole}?{asked.query}" if asked.query else whole
        address = http_rules.return_address(whole, rules.pages, base=rules.base)
    if address:
        headers.append("set-cookie", _return_cookie(address, RETURN_SECONDS, rules))


def _lead_back(headers: MutableHeaders, status: int, asked: Asked, rules: ShellRules) -> None:
    kept = asked.cookies.get(RETURN_COOKIE, "")
    address = http_rules.return_address(kept, rules.pages, base=rules.base)
    signed_in = any(
        cookie.startswith(f"{USER_COOKIE}=") and "max-age=0" not in cookie.lower()
        for cookie in headers.getlist("set-cookie")
    )
    if address and signed_in and status in (302, 303, 307):
        headers["location"] = address
    if kept:
        headers.append("set-cookie", _return_cookie("", 0, rules))


def _return_cookie(address: str, seconds: int, rules: ShellRules) -> str:
    path = rules.base or "/"
    return f"{RETURN_COOKIE}={address}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax"


def failure_answer(rules: ShellRules) -> Callable[[Request, Exception], Response]:
    """Return what answers a request that failed in the server itself: nothing of why.

    Such an answer does not pass the shell on its way out, so it carries the headers itself.
    """
    headers = http_rules.security_headers(rules.policy, framed=rules.framed, secure=rules.secure)

    def answer(_request: Request, _failure: Exception) -> Response:
        return PlainTextResponse(
            "The server could not answer. The reason is in its log.\n",
            500,
            headers={**headers, "Cache-Control": "no-store"},
        )

    return answer
