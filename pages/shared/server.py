"""What happens once, when the server starts and before it serves anybody."""

from __future__ import annotations

import gc
import os
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from streamlit import config
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.file_util import get_static_dir
from streamlit.runtime.pages_manager import PagesManager

from pages.shared import http_rules
from pages.shared.auth_settings import (
    OPEN,
    REMEDY,
    STARTED,
    AuthSettings,
    UnsafeStartError,
    auth_settings,
)
from pages.shared.shell import Shell, ShellRules, failure_answer

START_SECONDS = 1.0

TURN_SECONDS = 0.001
"""A fifth of Python's own."""

GARBAGE_THRESHOLDS = (50_000, 20, 50)
"""New objects before the young are searched, and how often until the older and the oldest are.

Python's own (700, 10, 10) are for programs with few objects; here the libraries alone have
130,000.
"""


@dataclass(frozen=True, slots=True)
class SafeStart:
    """What the app is made with, once it is clear that it may start at all."""

    secrets: Mapping[str, Any] | None
    middleware: tuple[Middleware, ...]
    on_failure: Callable[[Request, Exception], Response]


def safe_start() -> SafeStart:
    """Return what the app is made with; the process ends where it would not be safe to serve."""
    try:
        settings = auth_settings(os.environ, _secrets_of_files())
        _check_server(settings)
    except UnsafeStartError as unsafe:
        sys.exit(f"Partner Insights does not start. {unsafe}\n{unsafe.hint}")
    if settings.sign_in:
        # Whatever becomes of the secrets while the server runs, people have to sign in.
        os.environ[STARTED] = "yes"
        # Also signs the cookie that a sign-in on its way is remembered by: it then survives a
        # restart and any of several servers.
        config.set_option("server.cookieSecret", settings.cookie_secret)
    rules = _rules(settings)
    # Handed on also where they came from a file: a file that is changed or lost while the server
    # runs must not end the need to sign in.
    return SafeStart(
        secrets=settings.secrets or None,
        middleware=(Middleware(Shell, rules=rules),),
        on_failure=failure_answer(rules),
    )


def _secrets_of_files() -> Mapping[str, Any]:
    """Return what Streamlit's files of secrets hold; none at all is fine, a broken one is not."""
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError as failure:
        if any(Path(path).exists() for path in st.get_option("secrets.files")):
            raise UnsafeStartError(str(failure), REMEDY) from failure
        return {}


def _check_server(settings: AuthSettings) -> None:
    address = st.get_option("server.address")
    if not (settings.sign_in or settings.open_to_network or http_rules.is_loopback(address)):
        raise UnsafeStartError(
            f"It would listen on {address or 'every address'}, and no sign-in is configured: "
            "everybody who reaches this machine could see and change everything.",
            f"Configure sign-in, or set server.address to localhost, or set {OPEN}=yes if "
            f"everybody may. {REMEDY}",
        )
    if st.get_option("server.trustedUserHeaders"):
        raise UnsafeStartError(
            "server.trustedUserHeaders is set: whoever sends such a header could be anybody.",
            f"Remove it; people sign in by OpenID Connect. {REMEDY}",
        )
    if st.get_option("global.developmentMode"):
        raise UnsafeStartError(
            "global.developmentMode is set: any browser could stop the server.",
            f"Remove it. {REMEDY}",
        )
    _check_own_name(settings)


def _check_own_name(settings: AuthSettings) -> None:
    name = urlsplit(settings.redirect_uri.replace("{port}", "1")).hostname
    if settings.sign_in and not http_rules.is_allowed_host(name, _allowed_hosts()):
        raise UnsafeStartError(
            f"People come back from sign-in to {name}, which is not among server.allowedHosts.",
            f"Add it, e.g. STREAMLIT_SERVER_ALLOWED_HOSTS={name}. {REMEDY}",
        )


def _allowed_hosts() -> tuple[str, ...]:
    """Return the names this server goes by; an empty list means the machine itself, not all."""
    return tuple(st.get_option("server.allowedHosts")) or http_rules.LOOPBACK_NAMES


def _rules(settings: AuthSettings) -> ShellRules:
    base = st.get_option("server.baseUrlPath").strip("/")
    index = Path(get_static_dir(), "index.html").read_text(encoding="utf-8")
    return ShellRules(
        pages=page_names(),
        base=f"/{base}" if base else "",
        allowed_hosts=_allowed_hosts(),
        own_origins=frozenset(st.get_option("server.corsAllowedOrigins")),
        sign_in=settings.sign_in,
        local_only=not (settings.sign_in or settings.open_to_network),
        secure=settings.redirect_uri.startswith("https://"),
        policy=http_rules.content_security_policy(
            http_rules.inline_script_hashes(index), settings.frame_ancestors
        ),
        framed=bool(settings.frame_ancestors),
    )


def page_names() -> frozenset[str]:
    """Return the last parts of all pages' addresses: the names of the scripts in the sections.

    Not asked of the pages' own list, because that would load half of the application first.
    """
    sections = Path(__file__).parents[1]
    scripts = (path for path in sections.glob("*/*.py") if path.parent.name != "shared")
    return frozenset(path.stem for path in scripts if path.stem != "__init__")


def _share_one_interpreter() -> None:
    """Let many people's runs take turns: shorter ones, and fewer searches for garbage.

    A run gives its turn away with every message it sends, and waits for a whole turn of each
    other run to get it back. A search through everything that is alive holds all of them for a
    quarter of a second.
    """
    sys.setswitchinterval(TURN_SECONDS)
    gc.set_threshold(*GARBAGE_THRESHOLDS)


@asynccontextmanager
async def started(_app: st.App) -> AsyncIterator[None]:
    """Prepare the server's process; open a browser where one sits in front of it.

    A folder called pages/ makes Streamlit take the first run of a server for an app of the old
    kind, until it meets st.navigation: the first deep link would be answered "Page not found".
    """
    PagesManager.uses_pages_directory = False
    _share_one_interpreter()
    if not st.get_option("server.headless"):
        # An app of this kind does not open the browser by itself, as a plain script does.
        address = f"http://{st.get_option('server.address')}:{st.get_option('server.port')}"
        opener = threading.Timer(START_SECONDS, webbrowser.open, [address])
        opener.daemon = True
        opener.start()
    yield
