"""Fixtures of the browser tests: one server on the demo store, one Chromium, strict listeners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from data_access.demo.build import build_demo_store
from data_access.types import no_progress
from insights.months import month_index
from tests.browser.server import CHROMIUM_FLAGS, chromium_path, streamlit_server

LAST_MONTH = month_index(2026, 10)

# On a deep link the front end probes for the server's base path; these two answers are its own.
PROBES = re.compile(r"/_stcore/(health|host-config)$")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    executable = chromium_path()
    if executable is None:
        pytest.skip("no Chromium or Edge on this machine")
    return {**browser_type_launch_args, "executable_path": executable, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build a small demo portfolio once and return its store's URL."""
    if chromium_path() is None:
        pytest.skip("no Chromium or Edge on this machine")
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    build_demo_store(
        url,
        tenants=120,
        months=30,
        seed=7,
        last_month=LAST_MONTH,
        now=datetime(2026, 11, 22, tzinfo=UTC),
        progress=no_progress,
    )
    return url


@pytest.fixture(scope="session")
def server(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the app on the demo portfolio and yield its address."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with streamlit_server(log, {"PARTNER_INSIGHTS_STORE": demo_url}) as url:
        yield url


class Watched:
    """A page together with what it must not do: log errors, or ask anybody but our server."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", lambda request: self._request(request.url, server))

    def _console(self, message) -> None:
        if message.type == "error" and not PROBES.search(message.location.get("url", "")):
            self.complaints.append(f"console: {message.text}")

    def _request(self, url: str, server: str) -> None:
        if not url.startswith((server, "data:", "blob:")):
            self.complaints.append(f"request beyond our server: {url}")


def new_context(browser: Browser, *, width: int, height: int, scheme: str) -> BrowserContext:
    """Return a browser context of this size and colour scheme."""
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )


@pytest.fixture(scope="module")
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    """One context per module, so that scripts are loaded once."""
    context = new_context(browser, width=1366, height=768, scheme="light")
    yield context
    context.close()


@pytest.fixture
def watched(desktop: BrowserContext, server: str) -> Iterator[Watched]:
    """A fresh tab that fails the test on any complaint."""
    page = desktop.new_page()
    watching = Watched(page, server)
    yield watching
    page.close()
    assert not watching.complaints
