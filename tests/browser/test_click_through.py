"""A click in a chart of performance sets the visible filter or opens the customer; Back works."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.server import open_page, settled


def click_bar(watched: Watched, chart: str, number: int = 0) -> None:
    """Click one bar of a chart, given by its key."""
    bars = watched.page.locator(f".st-key-{chart} .barlayer .point path")
    bars.nth(number).scroll_into_view_if_needed()
    bars.nth(number).click(force=True)


def test_click_on_a_workload_sets_the_visible_filter_and_back_undoes_it(watched, server):
    open_page(watched.page, server)
    click_bar(watched, "ov_moves_wl")
    expect(watched.page).to_have_url(re.compile(r"[?&]wl=\w+"))
    expect(watched.page.get_by_text("1 workload ·")).to_be_visible()
    settled(watched.page)
    watched.page.go_back()
    expect(watched.page).not_to_have_url(re.compile(r"[?&]wl="))


def test_click_on_a_partner_sets_the_visible_filter(watched, server):
    open_page(watched.page, server)
    click_bar(watched, "ov_moves_p")
    expect(watched.page).to_have_url(re.compile(r"[?&]p=\d+"))


def test_click_on_a_cell_opens_the_customer_with_the_filters(watched, server):
    open_page(watched.page, f"{server}/workloads?wl=TEAMS")
    click_bar(watched, "wl_customers", 2)
    expect(watched.page).to_have_url(re.compile(r"/customer\?.*cust="))
    expect(watched.page).to_have_url(re.compile(r"[?&]wl=TEAMS"))
