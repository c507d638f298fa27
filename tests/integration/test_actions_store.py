"""Reading and changing actions: within the scope, and without losing an edit of two people."""

import json
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pandas as pd
import pytest

from data_access.action_making import dismissed_pairs, ensure_action
from data_access.action_steps import (
    Read,
    change_many,
    complete,
    dismiss,
    reopen,
    snooze,
    take,
)
from data_access.actions_store import (
    ActionsOf,
    action_of,
    actions,
    add_note,
    change_action,
    customer_notes,
    history,
    mark_steps,
)
from data_access.errors import ChangedMeanwhileError, InsightsError
from data_access.types import LOCAL_USER, Filters, Scope
from insights.actions.kinds import STATUSES_BY_CODE
from tests.action_builders import action_row, add_actions, add_people
from tests.claim_store import OCT, fill_claims

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVERY = tuple(STATUSES_BY_CODE)
ANA = Scope("ana@partner.com", "account_manager", partner_ids=("p1",))
BO = Scope("bo@partner.com", "account_manager", partner_ids=("p2",))


@pytest.fixture
def filled(sqlite_store):
    """A file store with actions of two partners, of nobody and of an ended association."""
    return fill(sqlite_store)


@pytest.fixture
def filled_anywhere(store):
    """The same on both databases."""
    return fill(store)


def fill(store):
    fill_claims(store)
    add_people(store, ana="Ana Lind", bo="Bo Berg")
    add_actions(
        store,
        action_row("a1", owner="ana@partner.com", due_on=date(2026, 11, 20)),
        action_row("a2", tenant_id="t2", partner_id="p2"),
        action_row("a3", tenant_id="t2", workload="EXO", kind="claim", partner_id=""),
        action_row("a4", workload="EXO", partner_id="p2"),  # p1 held t1's Exchange earlier
        action_row("a5", kind="clock", partner_id="p2"),  # p2's claim on what p1 holds
        action_row("a6", status="done", outcome="moved", ended_at=NOW),
    )
    return store


def ids(store, scope=LOCAL_USER, **how) -> list[str]:
    return sorted(actions(store, scope, now=NOW, **how)["action_id"])


def version(store, action_id) -> int:
    return int(action_of(store, LOCAL_USER, action_id, now=NOW)["version"])


def change(store, action_id="a1", scope=LOCAL_USER, seen=1, note="", **changes) -> int:
    return change_action(store, scope, action_id, version=seen, changes=changes, now=NOW, note=note)


def test_live_actions_are_listed_unless_others_are_asked_for(filled_anywhere):
    assert ids(filled_anywhere) == ["a1", "a2", "a3", "a4", "a5"]
    assert ids(filled_anywhere, statuses=("done",)) == ["a6"]
    assert ids(filled_anywhere, owner="ana@partner.com") == ["a1"]
    assert ids(filled_anywhere, owner="") == ["a2", "a3", "a4", "a5"]
    assert ids(filled_anywhere, of=ActionsOf(tenant_id="t2", workload="EXO")) == ["a3"]
    later = ActionsOf(ended_from=date(2026, 11, 24))
    assert "a6" not in ids(filled_anywhere, statuses=EVERY, of=later)


def test_an_action_comes_with_names_and_words(filled):
    row = action_of(filled, LOCAL_USER, "a1", now=NOW)
    assert (row["tenant_name"], row["owner_name"], row["partner_name"]) == (
        "Contoso *bold*",
        "Ana Lind",
        "p1",
    )
    assert row["what"] == "Activate 5 more users of TEAMS to reach 15%"
    assert row["why"].startswith("10 of 100 seats active in Oct 2026: 10.0%; ")
    assert row["is_overdue"]
    assert (row["last_event"], row["last_event_by"]) == ("created", "scoring")
    assert row["due_on"] == pd.Timestamp(2026, 11, 20)


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (ANA, ["a1", "a4"]),  # a4: held earlier; a5 is another partner's claim
        (BO, ["a2", "a3", "a4", "a5"]),  # a3: nobody's work at a customer of p2
        (Scope("x", "sales", markets=("FR",)), ["a2", "a3"]),
        (Scope("x", "sales", tenant_ids=("t1",)), ["a1", "a4", "a5"]),
        (Scope("x", "sales", account_ids=("a2",)), ["a2", "a3", "a4", "a5"]),
        (Scope("x", "sales", partner_ids=()), []),
    ],
)
def test_a_scope_sees_its_own_actions_only(filled_anywhere, scope, seen):
    assert ids(filled_anywhere, scope) == seen


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"partner_id": "p2"}, ["a2", "a3", "a4", "a5"]),
        ({"account_id": "a1"}, ["a1"]),
        ({"workloads": ("EXO",)}, ["a3", "a4"]),
        ({"segments": ("SMB",)}, ["a2", "a3"]),
        ({"markets": ("DE",)}, ["a1", "a4", "a5"]),
    ],
)
def test_filters_leave_the_actions_of_their_customers(filled, values, left):
    filters = Filters(as_of=OCT, since=OCT - 11, before=None, **values)
    assert ids(filled, of=ActionsOf(filters=filters)) == left


def test_an_action_out_of_scope_is_neither_read_nor_changed(filled):
    assert action_of(filled, ANA, "a2", now=NOW) is None
    assert history(filled, ANA, "a2").empty
    for attempt in (
        lambda: change(filled, "a2", ANA, status="in_progress"),
        lambda: add_note(filled, ANA, "a2", "seen", now=NOW),
        lambda: mark_steps(filled, ANA, "a2", done=("x",), now=NOW),
        lambda: change(filled, "nothing", ANA, status="in_progress"),
    ):
        with pytest.raises(InsightsError, match="not known here, or not in your portfolio"):
            attempt()
    assert version(filled, "a2") == 1
    with pytest.raises(InsightsError, match="not in your portfolio"):
        ensure_action(filled, ANA, "t2", "TEAMS", now=NOW)


def test_a_change_is_kept_with_old_and_new_values(filled_anywhere):
    moved = {"due_on": date(2026, 12, 1), "owner": "bo@partner.com"}
    assert change(filled_anywhere, note="Handed over", **moved) == 2
    event = history(filled_anywhere, LOCAL_USER, "a1").iloc[-1]
    assert json.loads(event["changes"]) == {
        "due_on": ["2026-11-20", "2026-12-01"],
        "owner": ["ana@partner.com", "bo@partner.com"],
    }
    assert (event["who"], event["note"], event["version"]) == ("local user", "Handed over", 2)
    assert event["happened_at"] == pd.Timestamp(NOW)


def test_a_change_that_changes_nothing_leaves_no_trace(filled):
    assert change(filled, owner="ana@partner.com") == 1
    assert len(history(filled, LOCAL_USER, "a1")) == 1


def test_the_second_of_two_people_is_told_what_the_first_changed(filled_anywhere):
    change(filled_anywhere, scope=ANA, status="in_progress", due_on=date(2026, 12, 24))
    with pytest.raises(ChangedMeanwhileError) as told:
        change(filled_anywhere, owner="bo@partner.com")
    assert str(told.value) == (
        "ana@partner.com changed due date, status on 23 November at 09:00 UTC."
    )
    assert told.value.changes[0].fields["status"] == ("open", "in_progress")
    row = action_of(filled_anywhere, LOCAL_USER, "a1", now=NOW)
    assert (row["status"], row["owner"]) == ("in_progress", "ana@partner.com")
    assert change(filled_anywhere, seen=2, owner="bo@partner.com") == 3


def test_of_many_at_once_exactly_one_wins_and_none_is_lost(filled_anywhere):
    start, won, refused = Barrier(4), [], []

    def edit(who: str) -> None:
        start.wait()
        try:
            change(filled_anywhere, owner=f"{who}@partner.com")
            won.append(who)
        except ChangedMeanwhileError as error:
            refused.append((who, error.changes[0].fields["owner"][1]))

    threads = [Thread(target=edit, args=(who,)) for who in ("bo", "cy", "di", "ed")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert {winner for _, winner in refused} == {f"{won[0]}@partner.com"}
    assert len(refused) == 3
    assert len(history(filled_anywhere, LOCAL_USER, "a1")) == 2


def test_notes_and_steps_of_two_people_are_both_kept(filled):
    add_note(filled, ANA, "a1", " Called; back on Monday ", now=NOW)
    mark_steps(filled, ANA, "a1", done=("find", "invite"), now=NOW)
    mark_steps(filled, LOCAL_USER, "a1", done=("check",), undone=("find",), now=NOW)
    assert change(filled, status="in_progress") == 2  # read before the note: nothing is lost
    row = action_of(filled, LOCAL_USER, "a1", now=NOW)
    assert json.loads(row["steps_done"]) == ["invite", "check"]
    events = customer_notes(filled, LOCAL_USER, "t1")
    noted = events[events["event"] == "noted"]
    assert noted["note"].tolist() == ["Called; back on Monday"]


def away(until: str) -> dict[str, str]:
    return {"status": "snoozed", "snoozed_until": until, "status_reason": "On holiday"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "done"}, "needs an outcome"),
        ({"status": "done", "outcome": "great"}, "needs an outcome"),
        ({"status": "dismissed", "status_reason": "no idea"}, "needs a reason of the list"),
        ({"status": "snoozed", "status_reason": "holiday"}, "needs a day"),
        (away("2026-11-23"), "from tomorrow"),
        (away("2028-11-24"), "within a year"),
        (away("2026-11-24") | {"status_reason": " "}, "a reason"),
        ({"status": "closed"}, "no status that a person can set"),
        ({"status": "nonsense"}, "no status that a person can set"),
        ({"effort_minutes": -1}, "0 to 10,000 minutes"),
        ({"owner": " ana@partner.com"}, "without spaces"),
        ({"status_reason": "x" * 2_001}, "too long"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_allowed_changes_nothing(filled, changes, message):
    with pytest.raises(InsightsError, match=message):
        change(filled, **changes)
    assert version(filled, "a1") == 1


def test_numbers_cannot_be_changed_by_people(filled):
    with pytest.raises(ValueError, match="no such fields: probability"):
        change(filled, probability=1.0)


def test_an_ended_action_can_be_opened_again_and_forgets_its_end(filled):
    at = dismiss(filled, LOCAL_USER, Read("a1", 1), reason="seasonal", now=NOW, note="Summer")
    row = action_of(filled, LOCAL_USER, "a1", now=NOW)
    assert (row["status"], row["status_reason"]) == ("dismissed", "seasonal")
    assert row["ended_at"] == pd.Timestamp(NOW)
    reopen(filled, LOCAL_USER, Read("a1", at), now=NOW)
    row = action_of(filled, LOCAL_USER, "a1", now=NOW)
    assert (row["status"], row["status_reason"]) == ("open", "")
    assert pd.isna(row["ended_at"])
    events = history(filled, LOCAL_USER, "a1")["event"].tolist()
    assert events == ["created", "dismissed", "reopened"]


def test_taking_makes_an_owner_and_completing_an_outcome(filled):
    at = take(filled, LOCAL_USER, Read("a2", 1), owner="bo@partner.com", now=NOW)
    at = complete(filled, BO, Read("a2", at), outcome="moved", now=NOW, note="Went well")
    row = action_of(filled, LOCAL_USER, "a2", now=NOW)
    assert (row["owner"], row["status"], row["outcome"]) == ("bo@partner.com", "done", "moved")
    assert at == 3


def test_a_snoozed_action_wakes_on_its_day_without_a_scoring(filled_anywhere):
    at = snooze(
        filled_anywhere,
        LOCAL_USER,
        Read("a1", 1),
        until=date(2026, 11, 30),
        reason="On holiday",
        now=NOW,
    )
    assert "a1" not in ids(filled_anywhere, statuses=("open",))
    on_the_day = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
    found = actions(filled_anywhere, LOCAL_USER, now=on_the_day, statuses=("open",))
    assert "a1" in set(found["action_id"])
    again = history(filled_anywhere, LOCAL_USER, "a1")
    assert again["event"].tolist() == ["created", "snoozed", "woken"]
    with pytest.raises(ChangedMeanwhileError, match="calendar changed"):
        change(filled_anywhere, seen=at, status="in_progress")
    actions(filled_anywhere, LOCAL_USER, now=on_the_day + timedelta(hours=1))
    assert len(history(filled_anywhere, LOCAL_USER, "a1")) == 3  # woken once


def test_changing_many_tells_which_were_refused_and_why(filled):
    change(filled, "a2", owner="ana@partner.com")
    result = change_many(
        filled, BO, {"a1": 1, "a2": 1, "a3": 1}, changes={"owner": "bo@partner.com"}, now=NOW
    )
    assert result.changed == {"a3": 2}
    assert "not in your portfolio" in result.refused["a1"]
    assert result.refused["a2"].startswith("local user changed owner on 23 November")
    assert action_of(filled, LOCAL_USER, "a2", now=NOW)["owner"] == "ana@partner.com"


def test_a_dismissed_workload_is_told_until_its_cool_down_ends_or_somebody_takes_it_up(filled):
    dismiss(filled, LOCAL_USER, Read("a1", 1), reason="seasonal", now=NOW)  # 120 days
    dismiss(filled, LOCAL_USER, Read("a2", 1), reason="wrong_contact", now=NOW)  # only the action
    found = dismissed_pairs(filled, LOCAL_USER, today=NOW.date())
    assert found.to_numpy().tolist() == [["t1", "TEAMS", "seasonal", pd.Timestamp(2027, 3, 23)]]
    assert dismissed_pairs(filled, BO, today=NOW.date()).empty
    assert dismissed_pairs(filled, LOCAL_USER, today=date(2027, 3, 23)).empty


def test_an_unknown_customer_cannot_get_an_action(filled):
    with pytest.raises(InsightsError, match="not known here"):
        ensure_action(filled, LOCAL_USER, "t9", "TEAMS", now=NOW)
