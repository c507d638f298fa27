"""A grant given in a real browser, looked at with that user's eyes, and back again."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watched, new_context
from tests.browser.server import open_page, settled, streamlit_server
from tests.browser.test_program_rules import copied

BADGE = "Viewing as Oskar Lund (example)"


@pytest.fixture
def own_server(browser: Browser, demo_url: str, tmp_path: Path) -> Iterator[tuple[Page, str, Path]]:
    """A page, a server on a demo store of its own, and that store."""
    store = copied(Path(demo_url.removeprefix("sqlite:///")), tmp_path)
    named = {"PARTNER_INSIGHTS_STORE": f"sqlite:///{store}"}
    with streamlit_server(tmp_path / "log.txt", named) as server:
        context = new_context(browser, width=1366, height=900, scheme="light")
        page = context.new_page()
        watching = Watched(page, server)
        yield page, server, store
        context.close()
        assert not watching.complaints


def asked(store: Path, statement: str, *values: str) -> list[tuple]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(statement, values).fetchall()


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list by keyboard, as somebody without a mouse does."""
    field = page.get_by_role("combobox", name=label, exact=True)
    field.click()
    field.fill(option)
    page.get_by_role("option", name=option).first.wait_for()
    field.press("Enter")
    settled(page)


def give(page: Page, kind: str, label: str, value: str) -> None:
    choose(page, "Give", kind)
    choose(page, label, value)
    page.get_by_role("button", name="Give grant").click()
    expect(page.get_by_text("Oskar Lund (example) has the grant.")).to_be_visible()
    settled(page)


def customers_in_scope(page: Page) -> int:
    """The count of customers that the scope bar tells."""
    text = page.locator(".st-key-scope_bar").inner_text()
    found = re.search(r"([\d,]+) customers?", text)
    assert found, text
    return int(found[1].replace(",", ""))


def test_a_grant_is_seen_with_the_user_s_eyes_and_the_way_back_leads_to_the_user(own_server):
    page, server, store = own_server
    app = store.with_suffix(".app.db")
    ((key,),) = asked(app, "SELECT user_key FROM app_user WHERE name LIKE 'Oskar Lund%'")
    markets = "SELECT market, count(*) FROM tenant WHERE market != '' GROUP BY market ORDER BY 2"
    market, count = asked(store, markets)[-1]
    open_page(page, server)
    everybody = customers_in_scope(page)
    open_page(page, f"{server}/access?ax_u={key}")
    expect(page.get_by_role("button", name="View as this user")).to_be_disabled()
    give(page, "Role", "Role", "Sales")
    give(page, "Market", "Market", market)
    expect(page.get_by_text(f"Markets: {market} · {count} customers")).to_be_visible()
    page.get_by_role("button", name="View as this user").click()
    expect(page.get_by_text(BADGE)).to_be_visible()
    settled(page)
    assert 0 < customers_in_scope(page) <= count < everybody
    open_page_within(page, "Performance", "Customers")
    expect(page.get_by_text(BADGE)).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("button", name="Admin")).to_have_count(0)
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.get_by_text(BADGE)).to_have_count(0)
    expect(page).to_have_url(re.compile(rf"/access\?.*ax_u={key}"))
    settled(page)
    events = asked(app, "SELECT event FROM audit_event WHERE subject = ? ORDER BY event_id", key)
    assert [event for (event,) in events] == ["grant", "grant", "view_as", "view_as"]


def open_page_within(page: Page, section: str, title: str) -> None:
    """Open a page through the navigation: a new address would be a new session."""
    menu = page.get_by_test_id("stTopNavDropdownLink")
    page.get_by_role("navigation").get_by_role("button", name=section).click()
    menu.filter(has_text=re.compile(rf"{title}$")).click()
    settled(page)
