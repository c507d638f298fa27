"""Milestones in a real browser: from the board to the list, to a customer and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.browser.server import open_page, settled
from tests.browser.test_customers import click_row


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def test_click_on_a_state_lists_its_milestones(page: Page, server: str):
    open_page(page, f"{server}/milestones?per=6m")
    bar = page.locator(".st-key-mi_board .barlayer .trace").last.locator(".point path").first
    bar.scroll_into_view_if_needed()
    settled(page)
    bar.click(force=True)
    page.wait_for_url(re.compile(r"/milestones\?(?=.*mi_state=in_flight)(?=.*mi_list=state)"))
    settled(page)
    expect(page.get_by_role("combobox", name="State")).to_have_value("◑ In flight")
    assert "per=6m" in page.url


def test_row_opens_its_customer_and_back_returns(page: Page, server: str):
    open_page(page, f"{server}/milestones?per=6m&mi_list=slipping")
    click_row(page, "mi_list_slipping", 0)
    page.wait_for_url(re.compile(r"/customer\?.*cust="))
    settled(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Milestones", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="List")).to_have_value("Slipping")


def test_download_has_all_rows_of_the_list(page: Page, server: str):
    open_page(page, f"{server}/milestones?mi_list=state&mi_state=missed")
    told = page.get_by_text(re.compile(r"first: .* Select a row")).inner_text()
    total = int(re.search(r"([\d,]+) milestones?;", told).group(1).replace(",", ""))
    with page.expect_download() as started:
        page.locator(".st-key-download_milestones").get_by_role("button", name="CSV").click()
    lines = started.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines.index("") == total + 1
