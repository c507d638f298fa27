"""Alerts in a real browser: an import brings some, the next visit shows none of them as new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from data_access.schema import visit
from data_access.store import Store
from tests.browser.conftest import Watched, new_context
from tests.browser.server import open_page, settled, streamlit_server
from tests.builders import bring_in

# Contoso crosses 15 % in October, the month that the second file brings.
BEFORE = """
tenant_id,tenant_name,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
t1,Contoso,Teams,2026-08,1000,100,p1,2026-06-01
t1,Contoso,Teams,2026-09,1000,120,p1,2026-06-01
"""
AFTER = f"{BEFORE}t1,Contoso,Teams,2026-10,1000,180,p1,2026-06-01\n"
CROSSED = "crossed 15% in Oct 2026: 180 of 1,000 seats"


@pytest.fixture
def store(sqlite_store) -> Store:
    bring_in(sqlite_store, BEFORE)
    return sqlite_store


@pytest.fixture
def own_server(store: Store, tmp_path) -> Iterator[str]:
    """The app on a store of this test's own."""
    with streamlit_server(tmp_path / "log.txt", {"PARTNER_INSIGHTS_STORE": store.url}) as url:
        yield url


def end_visit(store: Store) -> None:
    """Make the last page run 31 minutes old."""
    with store.app_write() as connection:
        seen = connection.scalar(select(visit.c.seen_at))
        connection.execute(update(visit).values(seen_at=seen - timedelta(minutes=31)))


def heading(page: Page, words: str):
    return page.get_by_role("heading", name=re.compile(words))


def test_import_brings_alerts_and_the_next_visit_has_none_new(
    browser: Browser, store: Store, own_server: str
):
    page = new_context(browser, width=1366, height=768, scheme="light").new_page()
    watched = Watched(page, own_server)
    open_page(page, f"{own_server}/alerts")
    expect(page.get_by_text("No import has raised an alert within these filters.")).to_be_visible()

    bring_in(store, AFTER)
    open_page(page, f"{own_server}/alerts")
    expect(heading(page, "New during your first visit")).to_be_visible()
    expect(page.locator("span", has_text=CROSSED)).to_be_visible()
    open_page(page, own_server)
    page.get_by_role("link", name=re.compile(r"\d new alerts?$")).click()
    expect(heading(page, "New during your first visit")).to_be_visible()
    menu = page.get_by_role("navigation").get_by_role("button", name="Incentives")
    menu.click()
    expect(
        page.get_by_test_id("stTopNavDropdownLink").filter(has_text=re.compile(r"Alerts \(\d\)"))
    ).to_be_visible()

    end_visit(store)
    open_page(page, f"{own_server}/alerts")
    expect(heading(page, "Nothing new since your last visit on")).to_be_visible()
    expect(page.locator("span", has_text=CROSSED)).to_be_visible()
    menu.click()
    expect(
        page.get_by_test_id("stTopNavDropdownLink").filter(has_text=re.compile(r"Alerts$"))
    ).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Contoso · Teams").click()
    expect(page).to_have_url(re.compile(r"/customer\?.*cust=t1"))
    settled(page)
    assert watched.complaints == []
    page.context.close()
