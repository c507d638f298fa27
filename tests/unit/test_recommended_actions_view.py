"""The words and lists of recommended actions, from hand-made frames."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from insights.actions.sentences import sentences
from insights.exports.action_calendar import action_calendar
from insights.views import recommended_actions as views
from insights.views.action_detail import detail, worth
from insights.views.action_history import changed_since, changed_text, history_rows, notes
from insights.views.chances import chance_text, stepped
from insights.views.customer_timeline import action_steps, with_actions
from insights.views.recommended_actions import ActionQuestion
from tests.action_builders import action_row

TODAY = date(2026, 11, 25)  # a Wednesday
NAMES = {"ana@partner.com": "Ana Lind", "bo@partner.com": "Bo Berg"}
STEPS = {"invite": "Send the invitation"}


def rows(*given: dict[str, object]) -> pd.DataFrame:
    """Return actions as the store gives them out, told on TODAY."""
    frame = pd.DataFrame([action_row(f"a{n}", **values) for n, values in enumerate(given, 1)])
    frame = frame.assign(
        tenant_name=frame["tenant_id"].map({"t1": "Contoso", "t2": "Fabrikam"}),
        workload_name="Microsoft Teams",
        partner_name="North",
        owner_name=frame["owner"].map(lambda one: NAMES.get(one, one)),
        what="Activate 5 more users",
        why="10 of 100 seats active; +3 users a month",
        is_overdue=frame["status"].isin(["open", "in_progress"])
        & (pd.to_datetime(frame["due_on"]) < pd.Timestamp(TODAY)),
        due_on=pd.to_datetime(frame["due_on"]),
        snoozed_until=pd.to_datetime(frame["snoozed_until"]),
        ended_at=pd.to_datetime(frame["ended_at"], utc=True),
        model_id=frame["model_id"].astype("Int64"),
        value_usd_e4=frame["value_usd_e4"].astype("Int64"),
        probability=frame["probability"].astype("float64"),
    )
    return views.told(frame, today=TODAY, shows="percent")


THREE = (
    {"owner": "ana@partner.com", "urgency": 1, "expected_usd_e4": 50_000},
    {"tenant_id": "t2", "urgency": 3, "due_on": date(2026, 11, 20), "expected_usd_e4": 10_000},
    {"status": "snoozed", "snoozed_until": date(2026, 12, 9), "status_reason": "Budget"},
)


def ids(found: pd.DataFrame) -> list[str]:
    return found["action_id"].tolist()


def test_words_of_each_action():
    told = rows(*THREE)
    assert told["status_label"].tolist() == ["○ Open", "○ Open", "☾ Snoozed"]
    assert told["due_words"].tolist() == [
        "4 Dec 2026",
        "! 20 Nov 2026 (5 d late)",
        "back 9 Dec 2026",
    ]
    assert told["urgency_label"].tolist() == ["▸ this quarter", "‼ this week", "▲ this month"]
    assert told["basis_label"].tolist() == ["learned model, model 3"] * 3
    assert told["chance"].tolist() == ["40%"] * 3
    assert told["result"].tolist() == ["", "", "Budget"]


def test_list_is_by_urgency_and_then_by_what_is_expected():
    told = rows({"urgency": 1, "expected_usd_e4": 9}, {"urgency": 2}, {"urgency": 1})
    assert ids(views.listed(told, ActionQuestion())) == ["a2", "a3", "a1"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (ActionQuestion(me="ana@partner.com"), ["a1"]),
        (ActionQuestion(tab="team"), ["a1"]),
        (ActionQuestion(tab="unassigned"), ["a2"]),
        (ActionQuestion(status="snoozed"), ["a3"]),
        (ActionQuestion(is_overdue=True), ["a2"]),
        (ActionQuestion(text="FABRI"), ["a2"]),
        (ActionQuestion(kind="claim"), []),
        (ActionQuestion(tab="ended"), []),
        (ActionQuestion(tab="team", owner="bo@partner.com"), []),
    ],
)
def test_question_leaves(question, expected):
    assert ids(views.listed(rows(*THREE), question)) == expected


def test_ended_ones_come_newest_first_with_their_outcome():
    first, last = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2))
    told = rows(
        {"status": "done", "outcome": "moved", "ended_at": first},
        {"status": "dismissed", "status_reason": "declined", "ended_at": last},
        {"status": "closed", "status_reason": "reached", "ended_at": first},
    )
    found = views.listed(told, ActionQuestion(tab="ended"))
    assert ids(found) == ["a2", "a1", "a3"]
    assert found["result"].tolist() == [
        "Customer declined",
        "Moved in the right direction",
        "The goal was reached",
    ]
    assert views.takeaway(found, ActionQuestion(tab="ended")) == (
        "3 actions ended, 1 of them done; the newest end first."
    )


def test_takeaway_counts_and_adds_up():
    found = views.listed(rows(*THREE), ActionQuestion())
    assert views.takeaway(found, ActionQuestion()) == (
        "2 actions: 1 overdue, 1 for this week; $6 expected in all."
    )


def test_tabs_tell_how_many():
    assert views.tab_labels(rows(*THREE), "ana@partner.com") == {
        "mine": "My actions (1)",
        "team": "Team (1)",
        "unassigned": "Unassigned (1)",
        "ended": "Done and dismissed",
    }


def test_first_tab_has_everybodys_where_nobody_is_chosen():
    assert views.tab_labels(rows(*THREE), "")["mine"] == "All actions (2)"


def test_weeks_begin_on_monday_with_overdue_first():
    days = [date(2026, 11, 24), date(2026, 11, 29), date(2026, 11, 30), date(2027, 3, 1), None]
    weeks = views.weeks(rows(*({"due_on": day, "expected_usd_e4": 0} for day in days)), TODAY)
    assert [(week.title, ids(week.rows)) for week in weeks] == [
        ("Overdue", ["a1"]),
        ("This week, 23 Nov to 29 Nov 2026", ["a2"]),
        ("Next week, 30 Nov to 6 Dec 2026", ["a3"]),
        ("From 21 Dec 2026 on", ["a4"]),
        ("Without a day", ["a5"]),
    ]
    assert weeks[0].words == "1 action"


def test_no_actions_are_no_weeks_and_an_empty_list():
    told = rows(*THREE).head(0)
    assert views.weeks(told, TODAY) == ()
    assert views.listed(told, ActionQuestion(text="x")).empty


def test_worth_tells_chance_value_and_product():
    told = rows({}, {"probability": None}, {"probability": None, "value_usd_e4": None})
    assert [worth(row) for row in told.to_dict("records")] == [
        "40% chance × $1,000 (example rate): $400 expected",
        "$1,000 (example rate)",
        "no amount is known",
    ]


def test_detail_tells_when_it_closes_only_while_it_is_live():
    live, done = (
        dict(row)
        for _, row in rows({"round": 2}, {"status": "done", "outcome": "moved"}).iterrows()
    )
    assert "The milestone is reached." in detail(live).closes_when
    assert {fact.label: fact.value for fact in detail(live).facts}["Listed"] == (
        "20 Nov 2026, for the 2nd time; figures of 20 Nov 2026"
    )
    assert detail(done).closes_when == ""
    assert detail(done).standing == "✔ Done: Moved in the right direction"


def test_unknown_numbers_leave_their_clauses_out():
    values = ("data", "no_report", "", "", pd.NA, '{"workloads": ["Teams"]}')
    assert sentences(*values) == (
        "Get the missing reports: Teams",
        "not reported in the last two months, though a partner holds it",
    )


# --- history --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ('{"owner": ["", "bo@partner.com"]}', "Owner nobody → Bo Berg"),
        ('{"owner": ["bo@partner.com", ""]}', "Owner Bo Berg → nobody"),
        ('{"due_on": [null, "2026-12-04"]}', "Due date 4 Dec 2026"),
        ('{"due_on": ["2026-12-04", null]}', "Due date 4 Dec 2026 → none"),
        ('{"status": ["open", "in_progress"]}', "Status open → in progress"),
        ('{"steps_done": ["[]", "[\\"invite\\"]"]}', "Step done: Send the invitation"),
        ('{"steps_done": ["[\\"invite\\"]", "[]"]}', "Step not done: Send the invitation"),
        ('{"expected_usd_e4": [4000000, 5000000]}', "Expected $400 → $500"),
        ("{}", "Created"),
    ],
)
def test_change_in_words(changes, expected):
    assert changed_text("created", changes, people=NAMES, steps=STEPS) == expected


def events(*given: tuple[str, str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(given, columns=["who", "changes", "note", "version"])
    moment = pd.Timestamp("2026-11-25 09:00", tz="UTC")
    return frame.assign(event="changed", happened_at=moment, action_id="a1")


HISTORY = events(
    ("scoring", "{}", "", 1),
    ("ana@partner.com", '{"effort_minutes": [90, 45]}', "", 2),
    ("bo@partner.com", "{}", "Called them", 2),
)


def test_history_has_the_newest_first_and_names():
    found = history_rows(HISTORY, NAMES, STEPS)
    assert found["who_name"].tolist() == ["Bo Berg", "Ana Lind", "Scoring"]
    assert notes(found)["note"].tolist() == ["Called them"]


def test_changes_since_a_version_name_who_and_what():
    found = history_rows(HISTORY, NAMES, STEPS)
    assert (
        changed_since(found, 1)[0] == "Ana Lind, 09:00 UTC on 25 Nov 2026: Effort 90 min → 45 min"
    )
    assert changed_since(found, 2) == ()


# --- chances, calendar, timeline ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "shows", "expected"),
    [
        (0.43, "percent", "45%"),
        (0.999, "percent", "95%"),
        (0.001, "percent", "5%"),
        (0.14, "band", "low"),
        (0.15, "band", "medium"),
        (0.40, "band", "high"),
        (0.40, "order", "—"),
        (float("nan"), "percent", "—"),
    ],
)
def test_chance_is_as_exact_as_its_record(probability, shows, expected):
    assert chance_text(probability, shows) == expected


def test_no_chance_is_certain():
    assert {stepped(share / 100) for share in range(101)} == set(range(5, 100, 5))


def test_calendar_file_keeps_the_event_of_an_action_and_tells_no_money():
    told = rows({"due_on": date(2026, 12, 4)})
    text = action_calendar(told, datetime(2026, 11, 25, tzinfo=UTC)).decode().replace("\r\n ", "")
    assert "UID:a1@actions.partner-insights" in text
    assert "DTSTART;VALUE=DATE:20261204" in text
    assert "SUMMARY:Contoso: Activate 5 more users" in text
    assert "$" not in text


def test_timeline_shows_ends_and_notes_of_actions():
    told = HISTORY.assign(event=["created", "done", "noted"])
    found = action_steps(rows({}), told, NAMES)
    assert found["told"].tolist() == [
        "done on 2026-11-25 by Ana Lind",
        "noted on 2026-11-25 by Bo Berg: Called them",
    ]
    assert found["label"].tolist() == ["Teams", "Teams"]
    assert len(with_actions(found.head(0), found)) == 2
    assert with_actions(found.head(0), found.head(0)).empty
