"""The weekly plan as people meet it: proposed, changed by hours, accepted, refused, and kept."""

from datetime import UTC, date, datetime

import pytest

from data_access.actions_store import action_of, actions, change_action
from data_access.plan_store import plans
from data_access.types import LOCAL_USER
from pages.shared import today
from tests.action_builders import action_row, add_actions, add_people
from tests.app.performance_store import fill_portfolio

PLAN = "pages/growth/weekly_plan.py"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WEEK = date(2026, 11, 23)
ANA, BO = "ana@partner.com", "bo@partner.com"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is Monday, 23 November 2026."""
    monkeypatch.setattr(today, "now", lambda: NOW)
    monkeypatch.setattr(today, "today", NOW.date)
    for module in ("action_frames", "plan_frames", "plan_form"):
        monkeypatch.setattr(f"pages.shared.{module}.now", lambda: NOW)
    for module in ("action_frames", "plan_frames"):
        monkeypatch.setattr(f"pages.shared.{module}.today", NOW.date)


@pytest.fixture
def open_plan(shown_store, without_exception):
    """A function that opens the page on four actions and two people with five hours each."""
    fill_portfolio(shown_store)
    add_people(shown_store, ana="Ana Lind", bo="Bo Berg")
    far = date(2026, 12, 18)
    add_actions(
        shown_store,
        action_row("a1", owner=ANA, effort_minutes=200, due_on=far, tenant_id="t1"),
        action_row("a2", owner=ANA, effort_minutes=180, due_on=far, tenant_id="t2",
                   expected_usd_e4=3_000_000),
        action_row("a3", owner=BO, effort_minutes=60, due_on=date(2026, 11, 20), tenant_id="t3",
                   expected_usd_e4=0, urgency=0),
        action_row("a4", status="snoozed", snoozed_until=date(2026, 12, 24)),
    )  # fmt: skip
    return lambda **query: without_exception(PLAN, query=query)


def words(page):
    shown = [*page.markdown, *page.caption, *page.info, *page.success, *page.warning]
    return "\n".join(one.value.replace("\\", "").replace("\u2060", "") for one in shown)


def accept(page):
    return page.button(key="wp_accept").click().run()


def test_best_set_within_the_hours_is_proposed(open_plan):
    page = open_plan()
    assert "2 actions in 4.3 of 10.0 hours, 1 of them because a clock or promise ends" in words(
        page
    )
    people = page.dataframe[0].value
    assert people["name"].tolist() == ["Ana Lind", "Bo Berg"]
    assert people["used_hours"].round(2).tolist() == [3.33, 1.0]
    left = page.dataframe[3].value
    assert left["reason"].tolist() == ["others are worth more for the hours"]
    assert "1 action left out, $300 expected in all; 1 only for want of hours." in words(page)


def test_more_hours_take_more_in_and_no_hours_nothing(open_plan):
    page = open_plan()
    page.number_input(key=f"wp_hours_{ANA}").set_value(6.5).run()
    assert "3 actions in 7.3 of 11.5 hours" in words(page)
    assert "Nothing is left out" in words(page)
    page.number_input(key=f"wp_hours_{ANA}").set_value(0.0).run()
    assert (
        page.dataframe[2].value["reason"].tolist()
        == ["its owner has no hours this week or is not planned for"] * 2
    )


def test_minutes_of_a_playbook_replace_those_of_its_actions(open_plan):
    page = open_plan()
    page.number_input(key="wp_effort_activate").set_value(30).run()
    assert "3 actions in 1.5 of 10.0 hours" in words(page)


def test_value_of_one_more_hour_is_shown_where_asked(open_plan):
    assert "hour_usd_e4" not in open_plan().dataframe[0].value
    people = open_plan(wp_hour="1").dataframe[0].value
    assert people["hour_usd_e4"].tolist() == [0.0, 0.0]  # 180 minutes are missing, not 60


def test_accepting_gives_owner_week_and_day_and_keeps_the_plan(open_plan, shown_store):
    page = accept(open_plan())
    assert "2 actions planned for the week of 23 Nov 2026" in words(page)
    planned = actions(shown_store, LOCAL_USER, now=NOW).set_index("action_id")
    assert planned.loc["a1", "planned_week"].date() == WEEK
    assert planned.loc["a1", "due_on"].date() == WEEK
    assert planned.loc["a1", "status"] == "open"
    assert planned["planned_week"].isna().to_dict()["a2"]
    kept = plans(shown_store, LOCAL_USER, now=NOW).iloc[0]
    assert (kept["actions"], kept["people"], kept["minutes"], kept["waiting"]) == (2, 2, 260, 2)
    assert "0 of 2 planned actions are done" in words(page)


def test_next_week_is_planned_by_its_address(open_plan, shown_store):
    accept(open_plan(wp_week="2026-11-30"))
    planned = action_of(shown_store, LOCAL_USER, "a1", now=NOW)
    assert planned["planned_week"].date() == date(2026, 11, 30)
    assert planned["due_on"].date() == date(2026, 11, 30)


def test_action_that_changed_meanwhile_is_refused_and_said(open_plan, shown_store):
    page = open_plan()
    change_action(
        shown_store, LOCAL_USER, "a1", version=1, changes={"effort_minutes": 210}, now=NOW
    )
    page = accept(page)
    assert "1 action planned for the week" in words(page)
    assert "Refused, because they changed meanwhile" in words(page)
    assert action_of(shown_store, LOCAL_USER, "a1", now=NOW)["planned_week"] is not WEEK
    assert plans(shown_store, LOCAL_USER, now=NOW).iloc[0]["actions"] == 1


def test_second_plan_of_a_week_takes_the_week_off_what_it_leaves_out(open_plan, shown_store):
    page = accept(open_plan())
    page.number_input(key=f"wp_hours_{ANA}").set_value(3.0).run()
    accept(page)
    live = actions(shown_store, LOCAL_USER, now=NOW).set_index("action_id")
    assert live["planned_week"].notna().to_dict() == {
        "a1": False,
        "a2": True,
        "a3": True,
        "a4": False,
    }
    assert live.loc["a1", "owner"] == ANA
    assert plans(shown_store, LOCAL_USER, now=NOW)["is_newest"].tolist() == [True, False]


def test_text_to_share_has_each_persons_first_actions_and_no_money(open_plan):
    text = open_plan().code[0].value
    assert text.startswith("Plan for the week of 23 Nov 2026\n\nAna Lind: 1 action in 3.3 of 5.0")
    assert "(by Mon 23 Nov)" in text
    assert "$" not in text


def test_filters_narrow_what_is_planned(open_plan):
    page = open_plan(wl="EXO")
    assert "no actions to plan" in words(page)
    assert not page.dataframe


def test_without_people_the_page_leads_to_them(shown_store, without_exception):
    fill_portfolio(shown_store)
    page = without_exception(PLAN)
    assert "Nobody is on the list of people" in words(page)
    assert any(link.proto.label == "People" for link in page.get("page_link"))


def test_without_actions_the_page_says_what_makes_them(shown_store, without_exception):
    fill_portfolio(shown_store)
    add_people(shown_store, ana="Ana Lind")
    assert "partner-insights score" in words(without_exception(PLAN))


@pytest.mark.usefixtures("shown_store")
def test_empty_store_offers_an_import(without_exception):
    assert "There is no data yet" in words(without_exception(PLAN))
