"""The weekly plan in a real browser: hours, accepting, and the actions with owner and day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from data_access.actions_store import actions
from data_access.schema import action, person
from data_access.store import Store
from data_access.types import LOCAL_USER
from insights.actions.plan import monday_of
from tests.action_builders import action_row, add_actions, add_people
from tests.browser.conftest import Watched
from tests.browser.server import open_page, settled
from tests.browser.test_every_page import CHECKED

ZOE = "zoe@partner.com"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def store(demo_url: str) -> Iterator[Store]:
    """The server's store, with Zoe and two actions of hers: one fits into her five hours."""
    with Store.open(demo_url) as opened:
        add_people(opened, zoe="Zoe Quist")
        add_actions(
            opened,
            action_row("plan1", owner=ZOE, effort_minutes=300, due_on=None, tenant_id="t-plan-1",
                       expected_usd_e4=900_000_000),
            action_row("plan2", owner=ZOE, effort_minutes=290, due_on=None, tenant_id="t-plan-2",
                       expected_usd_e4=800_000_000),
        )  # fmt: skip
        yield opened
        with opened.app_write() as connection:
            connection.execute(action.delete().where(action.c.owner == ZOE))
            connection.execute(person.delete().where(person.c.email == ZOE))


def mine(store: Store):
    return actions(store, LOCAL_USER, now=NOW, owner=ZOE).set_index("action_id")


def hours_of(page: Page, name: str):
    return page.get_by_label(name, exact=True)


def test_plan_becomes_actions_with_owner_week_and_day(watched: Watched, server: str, store: Store):
    page = watched.page
    open_page(page, f"{server}/weekly_plan")
    expect(page.get_by_role("heading", name=re.compile("Zoe Quist: 1 action"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Make this the plan of the week")).click()
    expect(page.get_by_text(re.compile("planned for the week of"))).to_be_visible()
    settled(page)
    planned = mine(store)
    week = monday_of(NOW.date())
    assert planned.loc["plan1", "planned_week"].date() == week
    assert 0 <= (planned.loc["plan1", "due_on"].date() - week).days <= 6
    assert planned["planned_week"].isna().to_dict()["plan2"]
    page.get_by_role("link", name="See them in Recommended actions").click()
    settled(page)
    open_page(page, f"{server}/recommended_actions?ac_me={ZOE}")
    expect(page.get_by_text(re.compile("2 actions: "))).to_be_visible()


def test_more_hours_change_the_plan_and_stay_on_the_way_back(
    watched: Watched, server: str, store: Store
):
    assert len(mine(store)) == 2
    page = watched.page
    open_page(page, f"{server}/weekly_plan")
    hours_of(page, "Zoe Quist").fill("10")
    hours_of(page, "Zoe Quist").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Zoe Quist: 2 actions"))).to_be_visible()
    settled(page)
    found = Axe().run(page, context=CHECKED).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
