"""Faults as people meet them: the database stops and starts, the server is replaced under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.actions_store import history
from data_access.claim_drafts import draft_of, start_draft
from data_access.store import Store
from data_access.types import LOCAL_USER
from insights.claims.draft import ClaimDraft
from tests import postgres
from tests.action_builders import action_row, add_actions
from tests.app.performance_store import fill_portfolio
from tests.browser.conftest import new_context
from tests.browser.server import ROOT, free_port, open_page, settled, streamlit_server

CUSTOMERS = "/customers?seg=SMB&per=6m"
GONE = re.compile("does not answer|was stopped")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = new_context(browser, width=1366, height=768, scheme="light")
    yield context.new_page()
    context.close()


def fill(store: Store) -> None:
    fill_portfolio(store)
    add_actions(
        store, action_row("a1", due_on=datetime.now(UTC).date() + timedelta(days=7), urgency=3)
    )


def told(page: Page) -> str:
    """Return what the page's error box says; Streamlit's own must not be there."""
    box = page.get_by_test_id("stAlert").filter(has_text="Error id").first
    expect(box).to_be_visible(timeout=90_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return box.inner_text()


# --- failures that no page caught -----------------------------------------------------------------


@pytest.mark.parametrize("press", ["callback bug", "callback told", "fragment bug"])
def test_failure_of_a_callback_or_fragment_is_explained(page: Page, tmp_path: Path, press: str):
    environment = {"PYTHONPATH": str(ROOT)}
    script = "tests/browser/failing_app.py"
    with streamlit_server(tmp_path / "log.txt", environment, script=script) as server:
        open_page(page, server)
        page.get_by_role("button", name=press).click()
        words = told(page)
        assert "secret" not in words
        assert ("does not answer" in words) == (press == "callback told")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_text("Error id")).to_have_count(0)
        expect(page.get_by_text("the page stands")).to_be_visible()
        expect(page.get_by_text("the part stands")).to_be_visible()


# --- the database stops and starts ----------------------------------------------------------------


@pytest.fixture
def database() -> Iterator[postgres.Server]:
    """A PostgreSQL server with a small portfolio."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: no pg_ctl on PATH or in /usr/lib/postgresql")
    with postgres.running_server(programs) as server:
        with Store.open(server.url) as store:
            fill(store)
        yield server


def test_stopped_database_is_told_everywhere_and_work_resumes(
    page: Page, database: postgres.Server, tmp_path: Path
):
    with streamlit_server(tmp_path / "log.txt", {"PARTNER_INSIGHTS_STORE": database.url}) as server:
        open_page(page, server + CUSTOMERS)
        database.stop()

        # a run of the page, and a second one by the button that the failure offers
        page.reload()
        assert GONE.search(told(page))
        page.get_by_role("button", name="Try again").click()
        assert GONE.search(told(page))

        database.start()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("button", name="Try again")).to_have_count(0, timeout=60_000)
        settled(page)
        assert "seg=SMB" in page.url
        expect(page.get_by_test_id("stHeading").first).to_be_visible()

        # a callback that writes
        open_page(page, f"{server}/recommended_actions?ac_a=a1")
        note = page.get_by_label("Note", exact=True).first
        note.fill("typed before the database went")
        note.press("Tab")
        database.stop()
        page.get_by_test_id("stMain").get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text(GONE).filter(visible=True).first).to_be_visible(timeout=90_000)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        database.start()
        open_page(page, f"{server}/recommended_actions?ac_a=a1")


# --- the server is replaced -----------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """Settings of a server on a small portfolio in a file."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with Store.open(url) as store:
        fill(store)
    return {"PARTNER_INSIGHTS_STORE": url}


def test_browser_comes_back_to_its_page_after_a_redeploy(
    page: Page, place: dict[str, str], tmp_path: Path
):
    port = free_port()
    with streamlit_server(tmp_path / "first.txt", place, port=port) as server:
        open_page(page, server + CUSTOMERS)
        rows = page.get_by_test_id("stDataFrame").count()
    expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(0, timeout=30_000)
    with streamlit_server(tmp_path / "second.txt", place, port=port):
        expect(page.locator("[data-test-connection-state=CONNECTED]")).to_be_visible(timeout=60_000)
        settled(page)
        assert "seg=SMB" in page.url
        assert "per=6m" in page.url
        assert page.get_by_test_id("stDataFrame").count() == rows
        expect(page.get_by_role("heading", name="Customers").first).to_be_visible()


def test_answers_of_a_claim_are_there_after_a_redeploy(
    page: Page, place: dict[str, str], tmp_path: Path
):
    port = free_port()
    url = place["PARTNER_INSIGHTS_STORE"]
    with Store.open(url) as store:
        draft = start_draft(store, LOCAL_USER, ClaimDraft(), now=datetime.now(UTC))
    with streamlit_server(tmp_path / "first.txt", place, port=port) as server:
        open_page(page, f"{server}/claim_assistant?ca_draft={draft}&ca_step=2")
        field = page.get_by_label("Claim name", exact=True)
        field.fill("Rollout, phase 1")
        field.press("Tab")
        settled(page)
    with streamlit_server(tmp_path / "second.txt", place, port=port):
        expect(page.locator("[data-test-connection-state=CONNECTED]")).to_be_visible(timeout=60_000)
        settled(page)
        expect(page.get_by_label("Claim name", exact=True)).to_have_value("Rollout, phase 1")
    with Store.open(url) as store:
        stored = draft_of(store, LOCAL_USER, draft)
        assert stored is not None
        assert stored.draft.claim_name == "Rollout, phase 1"


def test_what_was_typed_into_an_action_is_there_after_a_redeploy_and_not_written(
    page: Page, place: dict[str, str], tmp_path: Path
):
    port = free_port()
    with streamlit_server(tmp_path / "first.txt", place, port=port) as server:
        open_page(page, f"{server}/recommended_actions?ac_a=a1")
        note = page.get_by_label("Note", exact=True).first
        note.fill("half a thought")
        note.press("Tab")
        settled(page)
    with streamlit_server(tmp_path / "second.txt", place, port=port):
        expect(page.locator("[data-test-connection-state=CONNECTED]")).to_be_visible(timeout=60_000)
        settled(page)
        assert "ac_a=a1" in page.url
        expect(page.get_by_label("Note", exact=True).first).to_have_value("half a thought")
    with Store.open(place["PARTNER_INSIGHTS_STORE"]) as store:
        assert history(store, LOCAL_USER, "a1")["note"].tolist() == [""]
