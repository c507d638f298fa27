"""Names that are markup, opened on every page: shown as typed, and nothing comes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Watched
from tests.browser.hostile_store import MARK, Names, make_hostile
from tests.browser.server import open_page, settled, streamlit_server
from tests.browser.test_every_page import PATHS


@pytest.fixture(scope="module")
def hostile(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Names]]:
    """The address of the app on a store in which every name is markup, and the names."""
    folder = tmp_path_factory.mktemp("hostile")
    store, names = make_hostile(Path(demo_url.removeprefix("sqlite:///")), folder)
    environment = {"PARTNER_INSIGHTS_STORE": f"sqlite:///{store}"}
    with streamlit_server(folder / "log.txt", environment) as url:
        yield url, names


@pytest.fixture
def looked_at(desktop: BrowserContext, hostile: tuple[str, Names]) -> Iterator[Watched]:
    """A tab on the hostile store that fails the test on any complaint."""
    page = desktop.new_page()
    watching = Watched(page, hostile[0])
    yield watching
    page.close()
    assert not watching.complaints


TEXTS = """() => {
  const shown = [document.body.textContent], labels = [];
  for (const one of document.querySelectorAll('*')) {
    for (const name of ['title', 'alt', 'placeholder', 'value', 'aria-description'])
      if (one.getAttribute(name)) shown.push(one.getAttribute(name));
    if (one.getAttribute('aria-label')) labels.push(one.getAttribute('aria-label'));
  }
  for (const one of document.querySelectorAll('input, textarea')) shown.push(one.value);
  return [shown.join('\\u0001'), labels.join('\\u0001')];
}"""

MADE = """() => [...document.querySelectorAll(
    '.katex, [src="x"], [href*="evil.example"], [src*="evil.example"], math, object, embed')]
  .map(one => one.outerHTML.slice(0, 200))"""

SMALL = re.compile(r"[\s\u2060\u00a0]+")


def squeezed(text: str) -> str:
    """Return text without blanks and word joiners, which pages add for lines to break."""
    return SMALL.sub("", text)


def changed_names(page: Page, names: Names) -> list[str]:
    """Return each name on the page that does not stand there as it was typed."""
    shown, labels = page.evaluate(TEXTS)
    # The framework names a field by its label's source, in which punctuation has backslashes.
    bare = {mark: name.replace("\\", "") for mark, name in names.by_mark.items()}
    wrong = [*_changed(shown, names.by_mark), *_changed(labels.replace("\\", ""), bare)]
    return sorted(set(wrong))


def _changed(told: str, by_mark: Mapping[str, str]) -> Iterator[str]:
    text = squeezed(told)
    for found in MARK.finditer(text):
        typed = squeezed(by_mark[found[0]])
        place = typed.index(found[0])
        before = text[max(found.start() - place, 0) : found.start()]
        after = text[found.end() : found.end() + len(typed)]
        rest = typed[place + len(found[0]) :]
        cut = after.find("…")
        length = len(rest) if cut < 0 else min(cut, len(rest))
        if before != typed[:place] or after[:length] != rest[:length]:
            yield f"{typed[:60]!r} stands there as {before + found[0] + after[:40]!r}"


def nothing_came_of_it(page: Page, names: Names) -> None:
    """Fail where a name shows otherwise than typed, or has become an element or a program."""
    assert not changed_names(page, names)
    assert not page.evaluate(MADE)
    assert not page.evaluate("window.ran")


def hover_over_charts(page: Page, names: Names) -> int:
    """Move the mouse over every chart; return how many labels came up."""
    labels = 0
    for chart in page.locator(".js-plotly-plot").all()[:6]:
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        if box is None:
            continue
        for across, down in ((0.3, 0.3), (0.5, 0.5), (0.6, 0.7), (0.8, 0.4)):
            page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
            page.wait_for_timeout(120)
            labels += page.locator(".hoverlayer text").count()
            nothing_came_of_it(page, names)
    return labels


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_page_shows_names_as_typed(looked_at: Watched, hostile: tuple[str, Names], path: str):
    server, names = hostile
    page = looked_at.page
    open_page(page, server + path)
    nothing_came_of_it(page, names)
    hover_over_charts(page, names)


def test_lists_and_menus_show_names_as_typed(looked_at: Watched, hostile: tuple[str, Names]):
    server, names = hostile
    page = looked_at.page
    open_page(page, f"{server}/customers")
    seen = set()
    for label in ("Partner", "Workload"):
        page.get_by_role("combobox", name=label, exact=True).click()
        page.get_by_role("option").first.wait_for()
        seen |= set(MARK.findall(squeezed(page.locator("[role=listbox]").inner_text())))
        nothing_came_of_it(page, names)
        page.keyboard.press("Escape")
    for label in ("More filters", "Views"):
        page.get_by_role("button", name=label).click()
        settled(page)
        nothing_came_of_it(page, names)
        page.keyboard.press("Escape")
    assert any("partnername" in mark for mark in seen)
    assert any("workloadname" in mark for mark in seen)


def test_address_is_text(looked_at: Watched, hostile: tuple[str, Names]):
    server, names = hostile
    page = looked_at.page
    value = '<img src=x onerror="window.ran=1"> **b** $x$ :smile: [a](https://evil.example/)'
    open_page(page, f"{server}/customers?{urlencode({'wl': value, 'seg': value, 'cu_q': value})}")
    nothing_came_of_it(page, names)
    toast = page.get_by_test_id("stToast").first.inner_text()
    assert squeezed(value[:60]) in squeezed(toast)
    open_page(page, f"{server}/simulator?{urlencode({'si_name': value})}")
    nothing_came_of_it(page, names)
    assert squeezed(value) in squeezed(page.locator("h3").first.inner_text())
