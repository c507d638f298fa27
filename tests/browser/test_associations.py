"""Claim clocks to a calendar file, and coverage to a customer, in a real browser."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.browser.server import open_page, settled
from tests.browser.test_customers import click_row


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def downloaded_events(page: Page, label: str) -> list:
    with page.expect_download() as started:
        page.get_by_role("button", name=label).click()
    assert started.value.suggested_filename.endswith(".ics")
    return Calendar.from_ical(started.value.path().read_bytes()).walk("VEVENT")


def test_clocks_go_into_a_calendar_file(page: Page, server: str):
    open_page(page, f"{server}/associations")
    told = page.get_by_text(re.compile(r"\d+ clocks run")).inner_text()
    number = int(re.search(r"(\d+) clocks run", told).group(1))
    events = downloaded_events(page, "All as calendar file")
    assert len(events) == number
    assert len({event["uid"] for event in events}) == number
    assert all(event["dtstart"].params["VALUE"] == "DATE" for event in events)


def test_one_clock_is_a_calendar_file_of_its_own(page: Page, server: str):
    open_page(page, f"{server}/associations?as_who=partner")
    click_row(page, "as_clocks_later", 0)
    expect(page).to_have_url(re.compile(r"as_clock="))
    settled(page)
    (event,) = downloaded_events(page, "This one as calendar file")
    assert "Who must act: partner" in event["description"]


def test_cell_of_the_grid_opens_the_customer_and_back_returns(page: Page, server: str):
    open_page(page, f"{server}/associations?as_view=coverage")
    cell = page.locator(".st-key-as_grid .barlayer .point path").first
    cell.scroll_into_view_if_needed()
    settled(page)
    cell.click(force=True)
    page.wait_for_url(re.compile(r"/customer\?.*cust="))
    page.go_back()
    expect(page.get_by_role("heading", name="Customers by workload")).to_be_visible()


def test_view_chosen_by_a_click_is_in_the_address(page: Page, server: str):
    open_page(page, f"{server}/associations")
    page.get_by_role("radio", name="Proofs").or_(
        page.get_by_role("button", name="Proofs")
    ).first.click()
    expect(page).to_have_url(re.compile(r"as_view=proofs"))
    expect(
        page.get_by_text(re.compile(r"proofs at risk")).filter(visible=True).first
    ).to_be_visible()
