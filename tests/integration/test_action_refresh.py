"""What a scoring does to actions: it creates, refreshes and closes, and never undoes people."""

import json
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import delete, update

from data_access import schema
from data_access.action_making import ensure_action
from data_access.action_refresh import RefreshResult, last_refresh, refresh_actions
from data_access.action_steps import Read, complete, dismiss, reopen, snooze, take
from data_access.actions_store import ActionsOf, action_of, actions, change_action, history
from data_access.people_store import save_person
from data_access.schema import opportunity
from data_access.store import Store
from data_access.types import LOCAL_USER
from insights.actions.kinds import STATUSES_BY_CODE
from insights.actions.people import Person
from tests.action_store import SCORED, change_pair, fill_actions

EVERY = tuple(STATUSES_BY_CODE)
MONTH = timedelta(days=30)


@pytest.fixture
def scored(sqlite_store):
    """A file store whose scoring has made its first actions."""
    fill_actions(sqlite_store)
    refresh_actions(sqlite_store, now=SCORED)
    return sqlite_store


@pytest.fixture
def scored_anywhere(store):
    """The same on both databases."""
    fill_actions(store)
    refresh_actions(store, now=SCORED)
    return store


def listed(store: Store, now=SCORED, statuses=None) -> pd.DataFrame:
    return actions(store, LOCAL_USER, now=now, statuses=statuses).set_index(
        ["tenant_id", "workload", "kind"]
    )


def one(store: Store, tenant="t1", workload="TEAMS", kind="activate", now=SCORED) -> pd.Series:
    rows = listed(store, now, EVERY).loc[[(tenant, workload, kind)]]
    return rows.sort_values("round").iloc[-1]


def read(row: pd.Series) -> Read:
    return Read(row["action_id"], int(row["version"]))


def whole(store: Store) -> tuple[list[tuple], list[tuple]]:
    """Return every row of actions and events, to see that nothing changed."""
    with store.app_read() as connection:
        return tuple(
            connection.execute(table.select().order_by(*table.primary_key)).all()
            for table in (schema.action, schema.action_event, schema.action_run)
        )


def test_a_scoring_lists_what_the_rules_say_when_it_is_the_first(store):
    fill_actions(store)
    assert refresh_actions(store, now=SCORED).created == 6
    found = listed(store)
    assert sorted(found.index) == [
        ("t1", "TEAMS", "activate"),  # 40 %, 38 users missing
        ("t1", "TEAMS", "proof"),  # p2's open claim has a newer proof
        ("t2", "EXO", "claim"),  # passes 15 % in May 2027
        ("t2", "TEAMS", "unblock"),  # 12.4 % for three months
        ("t3", "TEAMS", "clock"),  # the reviewer waits since 5 November
        ("t3", "TEAMS", "proof"),  # 12 months old in January
    ]
    push = found.loc[("t1", "TEAMS", "activate")]
    assert (push["probability"], push["value_usd_e4"], push["expected_usd_e4"]) == (
        0.4,
        10_000_000,
        4_000_000,
    )
    assert (push["basis"], push["model_id"], push["run_id"]) == ("model", 7, 5)
    assert push["what"] == "Activate 38 more users of TEAMS to reach 15%"
    assert push["due_on"] == pd.Timestamp(2026, 12, 7)  # expected in December: 14 days, a Monday
    assert (push["urgency"], push["playbook"], push["effort_minutes"]) == (2, "activate_teams", 100)
    assert found.loc[("t3", "TEAMS", "clock")]["due_on"] == pd.Timestamp(2026, 11, 25)


def test_replaying_a_run_changes_nothing(scored_anywhere):
    before = whole(scored_anywhere)
    later = SCORED + timedelta(hours=2)
    assert refresh_actions(scored_anywhere, now=later) == RefreshResult(
        held_back={"cool_down": 0, "dismissed": 0, "worked_on": 0, "frequency": 0}
    )
    assert whole(scored_anywhere) == before


def test_numbers_follow_a_run_and_what_people_set_stays(scored_anywhere):
    row = one(scored_anywhere)
    mine = {
        "owner": "ana@example.com",
        "due_on": date(2026, 12, 24),
        "status": "in_progress",
        "playbook": "activate",
        "effort_minutes": 15,
    }
    change_action(
        scored_anywhere,
        LOCAL_USER,
        row["action_id"],
        version=1,
        changes=mine,
        now=SCORED,
        note="Called",
    )
    change_pair(
        scored_anywhere,
        "opportunity",
        ("t1", "TEAMS"),
        probability_90=0.7,
        expected_usd_e4=7_000_000,
    )
    result = refresh_actions(scored_anywhere, now=SCORED + timedelta(days=1))
    assert result.refreshed == 2  # the proof of the same workload is worth the same chance
    after = one(scored_anywhere)
    assert (after["probability"], after["expected_usd_e4"]) == (0.7, 7_000_000)
    assert {name: after[name] for name in mine} | {"due_on": None} == mine | {"due_on": None}
    assert after["due_on"] == pd.Timestamp(2026, 12, 24)
    assert after["version"] == 2  # numbers are no change that an edit could be lost by
    last = history(scored_anywhere, LOCAL_USER, row["action_id"]).iloc[-1]
    assert (last["who"], last["event"]) == ("scoring", "refreshed")
    assert json.loads(last["changes"])["probability"] == [0.4, 0.7]


def test_an_action_closes_when_its_goal_is_reached_even_while_somebody_works_on_it(scored):
    row = one(scored)
    take(scored, LOCAL_USER, read(row), owner="ana@example.com", now=SCORED)
    with scored.write() as connection:
        connection.execute(delete(opportunity).where(opportunity.c.tenant_key == 1))
    change_pair(scored, "milestone_status", ("t1", "TEAMS"), state="reached", users_needed=0)
    assert refresh_actions(scored, now=SCORED + MONTH).closed == {"reached": 1}
    after = one(scored)
    assert (after["status"], after["status_reason"], after["outcome"]) == (
        "closed",
        "reached",
        "reached",
    )
    assert after["owner"] == "ana@example.com"
    assert after["version"] == 3


def test_what_no_longer_applies_closes_unless_somebody_works_on_it(scored):
    unblock = one(scored, "t2", "TEAMS", "unblock")
    take(scored, LOCAL_USER, read(unblock), owner="bo@example.com", now=SCORED)
    for pair in (("t2", "TEAMS"), ("t1", "TEAMS")):
        change_pair(
            scored, "milestone_status", pair, state="no_data", is_stalled=False, users_needed=None
        )
    result = refresh_actions(scored, now=SCORED + timedelta(days=1))
    assert one(scored)["status_reason"] == "lapsed"
    assert result.closed["lapsed"] == 1
    kept = one(scored, "t2", "TEAMS", "unblock")
    assert kept["status"] == "in_progress"
    assert "what listed it no longer holds" in kept["why"]


def test_a_claim_action_closes_when_the_workload_is_claimed(scored):
    change_pair(scored, "milestone_status", ("t2", "EXO"), state="in_claim", is_claiming=True)
    assert refresh_actions(scored, now=SCORED).closed == {"reached": 1}
    assert one(scored, "t2", "EXO", "claim")["status"] == "closed"


def test_a_clock_closes_when_it_is_answered(scored_anywhere):
    with scored_anywhere.write() as connection:
        row = schema.claim.c.claim_id == "C4"
        answered = {"status": "Under review", "status_on": date(2026, 11, 21)}
        connection.execute(update(schema.claim).where(row).values(**answered))
    refresh_actions(scored_anywhere, now=SCORED)
    closed = one(scored_anywhere, "t3", "TEAMS", "clock")
    assert (closed["status"], closed["status_reason"]) == ("closed", "reached")


def test_a_clock_that_runs_anew_is_another_action(scored):
    with scored.write() as connection:
        row = schema.claim.c.claim_id == "C4"
        connection.execute(update(schema.claim).where(row).values(status_on=date(2026, 11, 20)))
    assert refresh_actions(scored, now=SCORED).created == 1
    rows = listed(scored, statuses=EVERY).loc[[("t3", "TEAMS", "clock")]]
    assert sorted(rows["status"]) == ["closed", "open"]
    assert rows["round"].tolist() == [1, 1]


def test_an_ended_action_comes_back_as_the_next_round_after_its_cool_down(scored_anywhere):
    complete(
        scored_anywhere, LOCAL_USER, read(one(scored_anywhere)), outcome="moved", now=SCORED
    )  # 60 days
    early = refresh_actions(scored_anywhere, now=SCORED + timedelta(days=59))
    assert early.held_back["cool_down"] == 1
    assert one(scored_anywhere)["round"] == 1
    late = refresh_actions(scored_anywhere, now=SCORED + timedelta(days=61))
    assert late.returned == 1
    back = one(scored_anywhere)
    assert (back["round"], back["status"], back["owner"]) == (2, "open", "")


def test_a_dismissed_workload_is_left_alone_by_every_usage_kind(scored):
    dismiss(scored, LOCAL_USER, read(one(scored)), reason="seasonal", now=SCORED)  # 120 days
    change_pair(scored, "milestone_status", ("t1", "TEAMS"), is_stalled=True)
    result = refresh_actions(scored, now=SCORED + timedelta(days=100))
    assert result.held_back["dismissed"] == 1
    assert ("t1", "TEAMS", "unblock") not in listed(scored, SCORED + timedelta(days=100)).index
    assert refresh_actions(scored, now=SCORED + timedelta(days=121)).created >= 1


def test_a_dismissal_of_one_action_leaves_other_kinds_alone(scored):
    dismiss(scored, LOCAL_USER, read(one(scored)), reason="wrong_contact", now=SCORED)
    change_pair(scored, "milestone_status", ("t1", "TEAMS"), is_stalled=True)
    refresh_actions(scored, now=SCORED)
    assert ("t1", "TEAMS", "unblock") in listed(scored).index


def test_another_usage_action_takes_over_only_where_nobody_touched_the_first(scored):
    change_pair(scored, "milestone_status", ("t1", "TEAMS"), is_stalled=True)
    assert refresh_actions(scored, now=SCORED).closed == {"replaced": 1}
    assert ("t1", "TEAMS", "unblock") in listed(scored).index

    row = one(scored, "t2", "TEAMS", "unblock")
    take(scored, LOCAL_USER, read(row), owner="bo@example.com", now=SCORED)
    change_pair(scored, "milestone_status", ("t2", "TEAMS"), is_stalled=False, seat_points=4.0)
    assert refresh_actions(scored, now=SCORED).held_back["worked_on"] == 1


def test_a_snoozed_action_is_open_again_on_its_day_with_an_event(scored_anywhere):
    until = date(2026, 12, 1)
    row = one(scored_anywhere)
    snooze(scored_anywhere, LOCAL_USER, read(row), until=until, reason="On holiday", now=SCORED)
    before = SCORED.replace(month=11, day=30)
    refresh_actions(scored_anywhere, now=before)
    assert one(scored_anywhere, now=before)["status"] == "snoozed"
    on_the_day = SCORED.replace(month=12, day=1)
    back = one(scored_anywhere, now=on_the_day)
    assert (back["status"], back["status_reason"]) == ("open", "")
    assert pd.isna(back["snoozed_until"])
    events = history(scored_anywhere, LOCAL_USER, row["action_id"])
    assert events["event"].tolist() == ["created", "snoozed", "woken"]
    assert events.iloc[-1]["who"] == "calendar"


def test_the_only_owner_is_suggested_and_an_owner_by_hand_stays(scored_anywhere):
    ana = Person("ana@example.com", "Ana Lind", partner_ids=("p1",))
    both = Person("bo@example.com", "Bo Berg", partner_ids=("p2",), tenant_ids=("t2",))
    second = Person("cy@example.com", "Cy Cole", partner_ids=("p2",))
    for person in (ana, both, second):
        save_person(scored_anywhere, LOCAL_USER, person, version=None, now=SCORED)
    cleared = one(scored_anywhere)
    change_action(
        scored_anywhere,
        LOCAL_USER,
        cleared["action_id"],
        version=1,
        changes={"owner": "bo@example.com"},
        now=SCORED,
    )
    change_action(
        scored_anywhere,
        LOCAL_USER,
        cleared["action_id"],
        version=2,
        changes={"owner": ""},
        now=SCORED,
    )
    refresh_actions(scored_anywhere, now=SCORED)
    found = listed(scored_anywhere)["owner"]
    assert found["t3", "TEAMS", "clock"] == "ana@example.com"
    assert found["t2", "TEAMS", "unblock"] == "bo@example.com"  # by customer; p2 has two owners
    assert found["t2", "EXO", "claim"] == "bo@example.com"
    assert found["t1", "TEAMS", "activate"] == ""  # cleared by hand


def test_the_day_of_a_clock_is_followed_until_somebody_sets_another(scored):
    change_pair(scored, "milestone_status", ("t2", "EXO"), monthly_pace=3.0)
    refresh_actions(scored, now=SCORED)
    sooner = one(scored, "t2", "EXO", "claim")
    assert sooner["due_on"] < pd.Timestamp(2027, 3, 5)
    hand = {"due_on": date(2026, 12, 1)}
    change_action(
        scored,
        LOCAL_USER,
        sooner["action_id"],
        version=int(sooner["version"]),
        changes=hand,
        now=SCORED,
    )
    change_pair(scored, "milestone_status", ("t2", "EXO"), monthly_pace=2.5)
    refresh_actions(scored, now=SCORED)
    assert one(scored, "t2", "EXO", "claim")["due_on"] == pd.Timestamp(2026, 12, 1)


def test_what_the_newest_run_did_is_kept(scored):
    assert last_refresh(scored).created == 6
    row = one(scored)
    snooze(scored, LOCAL_USER, read(row), until=date(2026, 12, 1), reason="Later", now=SCORED)
    change_pair(scored, "milestone_status", ("t2", "EXO"), is_claiming=True, state="in_claim")
    refresh_actions(scored, now=SCORED.replace(month=12, day=1))
    kept = last_refresh(scored)
    assert (kept.woken, kept.closed) == (1, {"reached": 1})


def test_a_store_that_was_never_judged_has_no_actions(store):
    assert last_refresh(store) is None
    assert refresh_actions(store, now=SCORED) == RefreshResult()
    assert actions(store, LOCAL_USER, now=SCORED).empty


def test_somebody_can_ask_for_an_action_that_no_rule_lists(scored):
    change_pair(scored, "milestone_status", ("t2", "TEAMS"), is_stalled=False)
    refresh_actions(scored, now=SCORED)  # 5 % is too unlikely for a push
    assert ("t2", "TEAMS", "unblock") not in listed(scored).index
    made = ensure_action(scored, LOCAL_USER, "t2", "TEAMS", now=SCORED)
    row = action_of(scored, LOCAL_USER, made, now=SCORED)
    assert (row["kind"], row["probability"], row["status"]) == ("activate", 0.05, "open")
    assert ensure_action(scored, LOCAL_USER, "t2", "TEAMS", now=SCORED) == made
    refresh_actions(scored, now=SCORED)
    assert one(scored, "t2", "TEAMS", "activate")["status"] == "open"


def test_reopening_is_refused_once_the_next_round_is_there(scored):
    first = one(scored)
    complete(scored, LOCAL_USER, read(first), outcome="moved", now=SCORED)
    refresh_actions(scored, now=SCORED + timedelta(days=61))
    with pytest.raises(Exception, match="come back as a new action"):
        reopen(scored, LOCAL_USER, Read(first["action_id"], 2), now=SCORED + timedelta(days=62))


def test_a_second_push_of_one_customer_waits_for_its_days(scored):
    with scored.write() as connection:
        rows = schema.opportunity.c.tenant_key == 2
        connection.execute(update(schema.opportunity).where(rows).values(probability_90=0.9))
        connection.execute(
            update(schema.milestone_status)
            .where(schema.milestone_status.c.tenant_key == 2)
            .values(is_stalled=True, state="in_flight", partner_key=2)
        )
    result = refresh_actions(scored, now=SCORED + timedelta(days=1))
    assert result.held_back["frequency"] == 1  # unblock of Teams was made yesterday
    later = SCORED + timedelta(days=31)
    refresh_actions(scored, now=later)
    assert ("t2", "EXO", "unblock") in listed(scored, later).index


def test_actions_of_a_customer_are_found_by_customer_and_workload(scored):
    of = ActionsOf(tenant_id="t1", workload="TEAMS", kinds=("proof",))
    assert len(actions(scored, LOCAL_USER, now=SCORED, of=of)) == 1
