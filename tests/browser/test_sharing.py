"""Downloads of one page in a real browser, opened without the program that wrote them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Page
from pptx import Presentation
from python_calamine import CalamineWorkbook

from tests.browser.conftest import Watched
from tests.browser.server import open_page, settled


def downloaded(page: Page, label: str, folder: Path) -> Path:
    """Click a button of the open menu and return the file that the browser stored."""
    menu = page.locator("[data-testid=stPopoverBody]")
    with page.expect_download() as wait:
        menu.get_by_role("button", name=label, exact=True).click()
    place = folder / wait.value.suggested_filename
    wait.value.save_as(place)
    return place


def test_page_is_shared_in_every_format_with_its_filter(
    watched: Watched, server: str, tmp_path: Path
):
    page = watched.page
    open_page(page, f"{server}/milestones?wl=TEAMS")
    crossed = page.get_by_test_id("stMetricValue").first.inner_text()
    page.get_by_role("button", name="Share").click()
    settled(page)
    book = CalamineWorkbook.from_path(downloaded(page, "Excel", tmp_path))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    assert any("Workload: Microsoft Teams" in str(cell) for row in rows for cell in row)
    cards = next(at for at, row in enumerate(rows) if row[:2] == ["Metric", "Value"])
    assert f"{rows[cards + 1][1]:.0f}" == crossed
    slides = Presentation(str(downloaded(page, "PowerPoint", tmp_path))).slides
    assert any(shape.has_chart for slide in slides for shape in slide.shapes)
    place = downloaded(page, "HTML", tmp_path)
    assert not zipfile.is_zipfile(place)
    file = page.context.new_page()
    asked: list[str] = []
    file.on("request", lambda request: asked.append(request.url))
    file.goto(place.as_uri())
    file.locator(".plot .main-svg").first.wait_for()
    assert file.get_by_text("Workload: Microsoft Teams").count()
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    file.close()
