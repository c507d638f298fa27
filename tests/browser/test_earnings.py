"""Setting a target and following a part of the value, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.browser.server import open_page, settled


def set_target(page: Page, amount: str) -> None:
    page.get_by_role("button", name="Set a target").click()
    field = page.get_by_label("Target in US dollars")
    field.fill(amount)
    field.press("Enter")
    settled(page)
    page.get_by_role("button", name="Set target").click()
    expect(page.get_by_text(re.compile(r"Target of \$.* set for FY27 Q2"))).to_be_visible()
    page.keyboard.press("Escape")


def test_target_becomes_a_line_and_outlives_a_reload(watched: Watched, server: str):
    page = watched.page
    open_page(page, f"{server}/earnings")
    set_target(page, "90000")
    line = page.locator(".st-key-er_quarters .legendtext", has_text="Target")
    expect(line).to_have_count(1)
    open_page(page, f"{server}/earnings")
    expect(line).to_have_count(1)
    expect(
        page.get_by_text(re.compile(r"of \$90k target")).filter(visible=True).first
    ).to_be_visible()
    page.get_by_role("button", name="Set a target").click()
    page.get_by_role("button", name="Take back").click()
    expect(line).to_have_count(0)


def test_bar_of_the_waterfall_leads_to_its_milestones_and_back_returns(
    watched: Watched, server: str
):
    page = watched.page
    open_page(page, f"{server}/earnings")
    bar = page.locator(".st-key-er_waterfall .barlayer .point path").nth(1)
    bar.scroll_into_view_if_needed()
    settled(page)
    bar.click(force=True)
    expect(page).to_have_url(re.compile(r"/earnings\?.*er_part=in[+ ]flight|er_part=in%20flight"))
    expect(page.get_by_text("Associated and eligible; earned once usage")).to_be_visible()
    page.get_by_role("link", name="Milestones: In flight").click()
    expect(page.get_by_role("heading", name="Milestones", exact=True)).to_be_visible()
    settled(page)
    expect(page).to_have_url(re.compile(r"/milestones\?.*mi_state=in_flight"))
    page.go_back()
    expect(page.get_by_role("heading", name="Earnings", exact=True)).to_be_visible()
    settled(page)
    expect(page.get_by_text("Associated and eligible; earned once usage")).to_be_visible()


def test_outcome_of_the_reconciliation_is_in_the_address(watched: Watched, server: str):
    page = watched.page
    open_page(page, f"{server}/earnings?er_link=agrees")
    expect(page.get_by_role("combobox", name="Rows of")).to_have_value(re.compile(r"^Agrees \("))
    expect(page.get_by_text("Paid as our rules say.").filter(visible=True).first).to_be_visible()
