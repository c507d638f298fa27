"""A real click on a download leaves a row in the audit, which the page shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from data_access.audit import AuditQuestion, audit_events
from data_access.store import Store
from data_access.types import LOCAL_USER
from insights.views.audit import detail_of
from tests.browser.conftest import Watched
from tests.browser.server import open_page


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def exports(demo_url: str) -> list[tuple[str, dict]]:
    today = datetime.now(UTC).date()
    question = AuditQuestion(today - timedelta(days=1), today, events=("export",))
    with Store.open(demo_url) as store:
        rows = audit_events(store, LOCAL_USER, question, limit=1)
    return list(zip(rows["subject"], rows["detail"].map(detail_of), strict=True))


def test_a_download_is_noted_with_its_filters_and_rows(page: Page, server: str, demo_url: str):
    open_page(page, f"{server}/customers?cu_flag=moved&per=6m")
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV").first.click()
    lines = started.value.path().read_text(encoding="utf-8-sig").splitlines()
    subject, detail = exports(demo_url)[0]
    assert (subject, detail["kind"], detail["rows"]) == ("customers", "csv", lines.index("") - 1)
    assert ["Period", "6m"] in detail["filters"]
    open_page(page, f"{server}/audit?au_event=export")
    expect(page.get_by_text(re.compile(r"\d+ events? of [\d,]+, the newest first"))).to_be_visible()
