"""What people do, in a real browser: open a shared link, click through, bring files in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watched, new_context
from tests.browser.server import open_page, streamlit_server

GOOD_FILE = """CustomerTenantId,WorkloadName,MonthlyActiveUsers,PaidAvailableUnits,MpnId,Date
6f1c2f5e-8f0a-4c0e-9a52-0c1f5b1a7d01,Teams,120,400,1234567,2026-09-01
6f1c2f5e-8f0a-4c0e-9a52-0c1f5b1a7d01,Teams,140,400,1234567,2026-10-01
6f1c2f5e-8f0a-4c0e-9a52-0c1f5b1a7d01,Teams,-3,400,1234567,2026-08-01
"""


def scope_line(page: Page):
    return page.get_by_text(re.compile(r"\d+ customers? · \d+ workloads? · as of"))


def test_cold_link_with_filters_opens_filtered(browser: Browser, demo_url: str, tmp_path: Path):
    """The first request to a fresh server is a deep link: frame, filters and page must stand."""
    with streamlit_server(tmp_path / "log.txt", {"PARTNER_INSIGHTS_STORE": demo_url}) as cold:
        context = new_context(browser, width=1366, height=768, scheme="light")
        page = context.new_page()
        open_page(page, f"{cold}/workloads?wl=TEAMS&per=6m")
        expect(page.get_by_role("heading", name="Workloads", exact=True)).to_be_visible()
        expect(scope_line(page)).to_contain_text("1 workload ·")
        expect(page.get_by_text("Page not found")).to_have_count(0)
        assert "wl=TEAMS" in page.url
        assert "per=6m" in page.url
        context.close()


def test_same_link_gives_the_same_figures(watched: Watched, server: str):
    link = f"{server}/?wl=INTUNE&per=3m"
    open_page(watched.page, link)
    first = watched.page.locator(".st-key-ov_cards").inner_text()
    open_page(watched.page, f"{server}/definitions")
    open_page(watched.page, link)
    assert watched.page.locator(".st-key-ov_cards").inner_text() == first


def test_unknown_filter_value_is_dropped_and_said(watched: Watched, server: str):
    open_page(watched.page, f"{server}/?wl=NOSUCH")
    expect(watched.page.get_by_text("is not known here")).to_be_visible()
    expect(scope_line(watched.page)).to_be_visible()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[str]:
    """The app on a configured store that does not hold anything yet."""
    store = f"sqlite:///{tmp_path / 'own.db'}"
    with streamlit_server(tmp_path / "log.txt", {"PARTNER_INSIGHTS_STORE": store}) as url:
        yield url


def upload(page: Page, path: Path) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)


def test_bringing_files_into_an_empty_store(browser: Browser, own_server: str, tmp_path: Path):
    context = new_context(browser, width=1366, height=768, scheme="light")
    page = context.new_page()
    open_page(page, own_server)
    expect(page.get_by_test_id("stMain")).to_contain_text(re.compile("import", re.IGNORECASE))

    open_page(page, f"{own_server}/imports")
    bad = tmp_path / "picture.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    upload(page, bad)
    expect(page.get_by_test_id("stAlert").filter(has_text="picture.csv")).to_be_visible()

    open_page(page, f"{own_server}/imports")
    good = tmp_path / "anything.csv"
    good.write_text(GOOD_FILE, encoding="utf-8")
    upload(page, good)
    expect(page.get_by_text("What this import would do")).to_be_visible()
    expect(page.get_by_test_id("stMain")).to_contain_text("CPOR – Microsoft 365 usage")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text(re.compile("^Imported"))).to_be_visible(timeout=20_000)

    open_page(page, f"{own_server}/?per=3m")
    expect(scope_line(page)).to_contain_text("1 customer · 1 workload · as of Oct 2026")
    expect(page.locator(".st-key-ov_cards")).to_contain_text("35.0%")  # 140 of 400
    context.close()
