"""Nobody who has not signed in gets anything but the sign-in screen, on whichever road."""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath

import pytest
from playwright.sync_api import BrowserContext, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash

from pages.shared.auth_settings import IN_ENVIRONMENT
from pages.shared.links import PAGES
from pages.shared.navigation import SECTIONS
from tests.browser.server import ROOT, open_page, streamlit_server
from tests.browser.signing_in import NO_PROVIDER, sign_in_settings
from tests.browser.socket_client import Heard, socket_client

TITLES = [title for pages in SECTIONS.values() for _, title in pages]
SCREEN = ["heading", "markdown", "button"]
"""The kinds of elements of the sign-in screen: name, invitation, button."""


def assert_only_the_screen(heard: Heard) -> None:
    """Fail where anything came over the wire beyond the sign-in screen."""
    assert heard.elements == SCREEN
    assert set(heard.pages) <= {"Sign in"}
    told = "\n".join(
        str(message.delta) for message in heard.messages if message.WhichOneof("type") == "delta"
    )
    assert not [title for title in TITLES if f'"{title}' in told]
    assert "Sign in" in told
    assert heard.messages[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


def assert_closed_to_the_socket(url: str, path: str) -> None:
    """Fail where a page answers a stranger, asked for by name or by a hash of its script."""
    name = PurePosixPath(path).stem
    roads = (
        {"script_hash": calc_hash(name)},
        {"script_hash": calc_hash(str(ROOT / path))},
        {"page": name},
        {"page": name, "query": "per=6m&cust=1", "script_hash": calc_hash(name)},
    )
    for road in roads:
        with socket_client(url) as client:
            assert_only_the_screen(client.run(**road))
            assert_only_the_screen(client.run(**road))


def assert_closed_to_the_browser(url: str, path: str, context: BrowserContext) -> None:
    """Fail where a page's address shows a stranger more than the sign-in screen."""
    page = context.new_page()
    try:
        open_page(page, f"{url}/{PurePosixPath(path).stem}")
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        text = page.locator("body").inner_text()
        assert not [title for title in TITLES if title in text]
        assert not [letter for letter in text if letter.isdigit() and letter not in "365"]
    finally:
        page.close()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: PurePosixPath(path).stem)
def test_page_of_a_fresh_server_stays_closed(path: str, tmp_path: Path, desktop: BrowserContext):
    store = tmp_path / "store.db"
    environment = {"PARTNER_INSIGHTS_STORE": f"sqlite:///{store}"} | sign_in_settings(NO_PROVIDER)
    with streamlit_server(tmp_path / "log.txt", environment) as url:
        # The very first visitor of a server takes another way through Streamlit; every other page
        # meets it by the browser, the rest by the socket.
        if PAGES.index(path) % 2:
            assert_closed_to_the_browser(url, path, desktop)
            assert_closed_to_the_socket(url, path)
        else:
            assert_closed_to_the_socket(url, path)
            assert_closed_to_the_browser(url, path, desktop)
    assert not list(tmp_path.glob("*.db*"))


def test_running_server_stays_closed_when_its_secrets_are_lost(tmp_path: Path):
    settings = sign_in_settings(NO_PROVIDER)
    section = [f'{key} = "{settings[name]}"' for key, name in IN_ENVIRONMENT.items()]
    secrets = tmp_path / "secrets.toml"
    secrets.write_text("\n".join(["[auth]", *section]), encoding="utf-8")
    environment = {
        "PARTNER_INSIGHTS_STORE": f"sqlite:///{tmp_path / 'store.db'}",
        "STREAMLIT_SECRETS_FILES": str(secrets),
    }
    with streamlit_server(tmp_path / "log.txt", environment) as url:
        with socket_client(url) as client:
            assert_only_the_screen(client.run())
        secrets.write_text("[auth\nnot toml", encoding="utf-8")
        heard = first_other_screen(url)
        assert set(heard.pages) <= {"Sign in"}
        assert not [title for title in TITLES if f'"{title}' in heard.everything]
    assert not list(tmp_path.glob("*.db*"))


def first_other_screen(url: str) -> Heard:
    """Return what a stranger gets once it is no longer the sign-in screen."""
    for _ in range(60):  # Streamlit looks at its secrets every few seconds
        with socket_client(url) as client:
            heard = client.run(page="customers")
        if heard.elements != SCREEN:
            return heard
        time.sleep(0.5)
    raise AssertionError("the server did not notice that its secrets changed")
