"""From a partner to its customers, to one of them and back, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.browser.server import open_page, settled

ROW = 35
MARK = 15
OPEN_BUTTON = 75


def click_row(page: Page, key: str, row: int, *, x: int = MARK) -> None:
    """Click into a row of the table whose container's key begins so; rows count from 0."""
    table = page.locator(f"[class*='st-key-table_{key}'] .dvn-scroller").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": x, "y": ROW + ROW * row + ROW // 2})


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def test_row_of_a_partner_leads_to_its_customers_and_back_returns(page: Page, server: str):
    open_page(page, f"{server}/partners?per=6m")
    click_row(page, "partners_table", 0)
    expect(page).to_have_url(re.compile(r"/partners\?.*p=\d+"))
    chosen = page.get_by_role("button", name=re.compile(r"^Partner: .* ✕$"))
    expect(chosen).to_be_visible()
    page.get_by_role("link", name=re.compile("^Customers of ")).click()
    expect(page.get_by_role("heading", name="Customers", exact=True)).to_be_visible()
    settled(page)
    expect(page).to_have_url(re.compile(r"/customers\?(?=.*per=6m)(?=.*p=\d+)"))
    expect(chosen).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/partners\?(?=.*per=6m)(?=.*p=\d+)"))


def test_cell_of_the_scorecard_chooses_the_partner(page: Page, server: str):
    open_page(page, f"{server}/partners")
    bar = page.locator(".st-key-partners_heatmap .barlayer .point path").first
    bar.scroll_into_view_if_needed()
    settled(page)
    bar.click(force=True)
    expect(page).to_have_url(re.compile(r"/partners\?.*p=\d+"))


def test_open_leads_to_the_customer_with_filters_and_back_returns(page: Page, server: str):
    open_page(page, f"{server}/customers?per=6m&cu_sort=falling")
    click_row(page, "customers", 1, x=OPEN_BUTTON)
    page.wait_for_url(re.compile(r"/customer\?.*cust="))
    settled(page)
    assert "per=6m" in page.url
    expect(page.get_by_role("heading", name="Seats and people")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Customers", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="Order")).to_have_value("Falling most")
    page.wait_for_url(re.compile(r"/customers\?.*cu_sort=falling"))


def test_marks_are_in_the_address_and_a_shared_link_has_them(page: Page, server: str):
    open_page(page, f"{server}/customers")
    click_row(page, "customers", 0)
    page.wait_for_url(re.compile(r"cu_sel="))
    settled(page)
    click_row(page, "customers", 2)
    page.wait_for_url(re.compile(r"cu_sel=.*cu_sel="))
    settled(page)
    shared = page.url
    expect(page.get_by_role("heading", name="Marked customers")).to_be_visible()
    open_page(page, shared)
    expect(page.get_by_role("heading", name="Marked customers")).to_be_visible()
    expect(page.locator(".st-key-customers_trend .legendtext")).to_have_count(2)
    page.get_by_role("button", name="Clear marks").click()
    expect(page.get_by_role("heading", name="Marked customers")).to_have_count(0)
    assert "cu_sel" not in page.url


def test_search_is_in_the_address(page: Page, server: str):
    open_page(page, f"{server}/customers")
    page.get_by_label("Search", exact=True).fill("zzzz")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No customer matches this search and flag.")).to_be_visible()
    assert "cu_q=zzzz" in page.url


def test_partners_compared_are_in_the_address_as_codes(page: Page, server: str):
    open_page(page, f"{server}/partners")
    page.get_by_role("combobox", name="Compared with").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"pa_b=\d+"))
    settled(page)
    expect(page.get_by_text("Different customers: part of a difference")).to_be_visible()


def test_download_has_the_customers_of_the_filters(page: Page, server: str):
    open_page(page, f"{server}/customers?cu_flag=moved&per=6m")
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV").first.click()
    lines = started.value.path().read_text(encoding="utf-8-sig").splitlines()
    told = page.get_by_text(re.compile(r"^\d+ customers · .*Figures of")).inner_text()
    listed = int(told.split()[0])
    assert lines[0].startswith("Customer,Seats,Active usage,Change")
    assert lines.index("") == listed + 1
