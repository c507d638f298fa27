"""Recommended actions in a real browser: worked on to the outcome, by two people at once."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from sqlalchemy import create_engine, text, update

from data_access.action_refresh import refresh_actions
from data_access.actions_store import action_of, add_note
from data_access.schema import action
from data_access.store import Store
from data_access.types import LOCAL_USER
from tests.action_builders import action_row, add_actions, add_people
from tests.browser.conftest import Watched, new_context
from tests.browser.server import open_page, settled
from tests.browser.test_every_page import CHECKED

ANA, BO = "ana@partner.com", "bo@partner.com"
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def store(demo_url: str) -> Iterator[Store]:
    """The server's store, with two people beside whoever the demo has."""
    with Store.open(demo_url) as opened:
        add_people(opened, ana="Ana Lind", bo="Bo Berg")
        yield opened


@pytest.fixture(scope="module")
def customer(demo_url: str) -> tuple[str, str]:
    """Id and name of a customer of the demo with Teams."""
    engine = create_engine(demo_url)
    query = """
        SELECT t.tenant_id, t.name FROM tenant t JOIN pair_status USING (tenant_key)
        JOIN workload w USING (workload_key)
        WHERE w.code = 'TEAMS' AND t.name IS NOT NULL ORDER BY t.tenant_id LIMIT 1
    """
    with engine.connect() as connection:
        found = connection.execute(text(query)).one()
    engine.dispose()
    return str(found[0]), str(found[1])


@pytest.fixture
def made(store: Store, customer: tuple[str, str], request: pytest.FixtureRequest) -> str:
    """The id of an action of Ana's that is due in a week, one for each test."""
    action_id = hashlib.md5(request.node.name.encode(), usedforsecurity=False).hexdigest()
    add_actions(
        store,
        action_row(
            action_id, tenant_id=customer[0], owner=ANA, due_on=TODAY + timedelta(days=7), urgency=3
        ),
    )
    return action_id


def stored(store: Store, action_id: str):
    return action_of(store, LOCAL_USER, action_id, now=datetime.now(UTC))


STARTED = """() => document.querySelector('[data-testid=stApp]')
  .dataset.testScriptState !== 'notRunning'"""


def answered(page: Page) -> None:
    """Wait until the app has taken note of an action, and then until it stands again."""
    with contextlib.suppress(PlaywrightTimeoutError):  # the run may be over already
        page.wait_for_function(STARTED, timeout=700)
    settled(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    answered(page)


def open_detail(page: Page, server: str, action_id: str, who: str) -> None:
    open_page(page, f"{server}/recommended_actions?ac_a={action_id}&ac_me={who}")
    expect(page.get_by_text("Playbook: Activation sprint")).to_be_visible()


def test_action_is_worked_on_from_the_list_to_its_outcome(
    watched: Watched, server: str, store: Store, made: str
):
    page = watched.page
    open_page(page, f"{server}/recommended_actions?ac_me={ANA}&ac_q={made}")
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 75, box["y"] + 52)  # Open, in the first row
    answered(page)
    expect(page.get_by_text("Playbook: Activation sprint")).to_be_visible()
    assert f"ac_a={made}" in page.url
    page.get_by_text("Agree on one department").click()
    answered(page)
    press(page, "Start")
    expect(page.get_by_text("◑ In progress").filter(visible=True).first).to_be_visible()
    page.get_by_label("Note", exact=True).fill("Called the admin")
    press(page, "Save")
    expect(page.get_by_text("Called the admin").filter(visible=True).first).to_be_visible()
    press(page, "✔ Moved in the right direction")
    expect(page.get_by_text("Done: Moved in the right direction.")).to_be_visible()
    found = stored(store, made)
    assert (found["status"], found["outcome"]) == ("done", "moved")
    assert found["steps_done"] == '["pick_group"]'
    open_page(page, f"{server}/recommended_actions?ac_me={ANA}&ac_tab=ended")
    expect(page.get_by_text("1 done").or_(page.get_by_text("of them done"))).to_be_visible()


def test_two_people_edit_one_action_and_nothing_is_lost(
    browser: Browser, server: str, store: Store, made: str
):
    contexts = [new_context(browser, width=1366, height=768, scheme="light") for _ in range(2)]
    ana, bo = (context.new_page() for context in contexts)
    open_detail(ana, server, made, ANA)
    open_detail(bo, server, made, BO)
    bo.get_by_label("Effort, minutes").fill("45")
    bo.get_by_label("Note", exact=True).fill("Bo was faster")
    press(bo, "Save")
    expect(bo.get_by_text("Saved.")).to_be_visible()
    ana.get_by_label("Effort, minutes").fill("120")
    ana.get_by_label("Note", exact=True).fill("Ana called the customer for an hour")
    press(ana, "Save")
    expect(ana.get_by_text("Somebody else changed this action")).to_be_visible()
    expect(ana.get_by_text("Effort 90 min → 45 min").filter(visible=True).first).to_be_visible()
    note = ana.get_by_label("Note", exact=True)
    expect(note).to_have_value("Ana called the customer for an hour")
    expect(ana.get_by_label("Effort, minutes")).to_have_value("120")
    assert stored(store, made)["effort_minutes"] == 45
    press(ana, "Save mine on top of it")
    expect(
        ana.get_by_text("Ana called the customer for an hour").filter(visible=True).first
    ).to_be_visible()
    expect(ana.get_by_text("Bo was faster").filter(visible=True).first).to_be_visible()
    assert stored(store, made)["effort_minutes"] == 120
    for context in contexts:
        context.close()


def test_snoozed_action_returns_on_its_day(watched: Watched, server: str, store: Store, made: str):
    page = watched.page
    open_detail(page, server, made, ANA)
    press(page, "Snooze")
    press(page, "1 month")
    page.get_by_label("Reason", exact=True).fill("Budget")
    page.get_by_label("Reason", exact=True).press("Tab")
    answered(page)
    press(page, "Snooze it")
    expect(page.get_by_text("Snoozed until").filter(visible=True).first).to_be_visible()
    until = stored(store, made)["snoozed_until"].date()
    assert until == TODAY + timedelta(days=30)
    with store.app_write() as connection:  # the month goes by
        gone = update(action).where(action.c.action_id == made)
        connection.execute(gone.values(snoozed_until=date(2020, 1, 1)))
    # The next day, or any change, makes the app ask afresh; a day does not go by here.
    add_note(store, LOCAL_USER, made, "A month later", now=datetime.now(UTC))
    open_detail(page, server, made, ANA)
    expect(page.get_by_text("○ Open").filter(visible=True).first).to_be_visible()
    assert stored(store, made)["status"] == "open"


def test_dismissed_action_stays_away(watched: Watched, server: str, store: Store, made: str):
    page = watched.page
    open_detail(page, server, made, ANA)
    press(page, "Dismiss")
    page.get_by_text("Customer declined", exact=True).click()
    answered(page)
    expect(page.get_by_text("is left alone and ranked last by effort for 180 days")).to_be_visible()
    press(page, "Dismiss it")
    expect(
        page.get_by_text("✕ Dismissed: Customer declined").filter(visible=True).first
    ).to_be_visible()
    refresh_actions(store, now=datetime.now(UTC))
    open_page(page, f"{server}/recommended_actions?ac_a={made}&ac_me={ANA}")
    expect(
        page.get_by_text("✕ Dismissed: Customer declined").filter(visible=True).first
    ).to_be_visible()
    assert stored(store, made)["status"] == "dismissed"
    press(page, "Open again")
    assert stored(store, made)["status"] == "open"


def test_customer_page_has_the_same_buttons(
    watched: Watched, server: str, store: Store, made: str, customer: tuple[str, str]
):
    page = watched.page
    open_page(page, f"{server}/customer?cust={customer[0]}&ac_me={BO}")
    card = page.locator(f".st-key-customer_action_{made}")
    card.get_by_role("button", name="Take it").click()
    answered(page)
    assert stored(store, made)["owner"] == BO
    press(page, "Undo")
    assert stored(store, made)["owner"] == ANA


def test_keyboard_alone_saves_a_note(watched: Watched, server: str, made: str):
    page = watched.page
    open_detail(page, server, made, ANA)
    page.get_by_label("Note", exact=True).focus()
    page.keyboard.type("By keyboard")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Save":
            break
    page.keyboard.press("Enter")
    answered(page)
    expect(page.get_by_text("By keyboard").filter(visible=True).first).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
def test_open_detail_fits_and_is_accessible(
    browser: Browser,
    server: str,
    made: str,
    customer: tuple[str, str],
    scheme: str,
    width: int,
):
    context = new_context(browser, width=width, height=844, scheme=scheme)
    page, findings = context.new_page(), {}
    for path in (
        f"/recommended_actions?ac_a={made}&ac_m={made}&ac_me={ANA}",
        f"/recommended_actions?ac_view=weeks&ac_me={ANA}",
        f"/recommended_actions?ac_tab=ended&ac_me={ANA}",
        f"/customer?cust={customer[0]}",
        f"/people?pe_p={ANA}",
        "/people?pe_view=playbooks&pe_b=activate",
    ):
        open_page(page, server + path)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        violations = [
            f"{finding['id']}: {finding['nodes'][0]['html'][:160]}"
            for finding in Axe().run(page, context=CHECKED).response["violations"]
            if finding["impact"] in ("serious", "critical")
        ]
        if overflow > 0 or violations:
            findings[path] = (overflow, violations)
    context.close()
    assert not findings
