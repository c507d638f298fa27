"""The week's plan: exact within hours and caps, what must be done first, reasons for the rest."""

from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.actions import plan_solver
from insights.actions.plan import (
    MOST_CANDIDATES,
    PlanPerson,
    PlanRules,
    hour_values,
    monday_of,
    plan_week,
)
from insights.actions.plan_solver import NOBODY, Cap, Knapsack

WEEK = date(2026, 11, 23)
ANA = PlanPerson("ana@partner.com", 120, ("p1",))
BEN = PlanPerson("ben@partner.com", 60, ("p2",))
NO_CAPS = PlanRules()


def action(action_id, usd, minutes=60, **values):
    row = {
        "action_id": action_id,
        "tenant_id": f"t-{action_id}",
        "kind": "activate",
        "playbook": "activate",
        "partner_id": "p1",
        "owner": "",
        "status": "open",
        "due_on": pd.NaT,
        "urgency": 1,
        "expected_usd_e4": usd * 10_000,
        "effort_minutes": minutes,
    }
    return {**row, **values}


def plan(*rows, people=(ANA, BEN), rules=NO_CAPS, **settings):
    frame = pd.DataFrame(list(rows)).assign(due_on=lambda each: pd.to_datetime(each["due_on"]))
    settings = {"week": WEEK, "today": WEEK, **settings}
    return plan_week(frame, people, rules, **settings)


def owners(found):
    return dict(zip(found.chosen["action_id"], found.chosen["owner"].str[:3], strict=True))


def reasons(found):
    return dict(zip(found.left_out["action_id"], found.left_out["left_because"], strict=True))


def test_best_value_that_fits_is_chosen_not_the_best_value_per_hour():
    # Ana has 120 minutes: 70 + 50 minutes for 700 beat 80 for 600, which has the best rate.
    rows = action("a", 600, 80), action("b", 400, 70), action("c", 300, 50)
    found = plan(*rows, people=[ANA])
    assert owners(found) == {"b": "ana", "c": "ana"}
    assert found.expected_usd_e4 == 7_000_000
    assert reasons(found) == {"a": "hours"}
    assert found.forgone_usd_e4 == 6_000_000
    assert found.shortfall == 0


def test_action_goes_to_its_owner_then_to_the_partners_owner_then_to_anybody():
    found = plan(
        action("own", 10, 30, owner="ben@partner.com"),
        action("tied", 10, 60, partner_id="p1"),
        action("free", 10, 30, partner_id="p9"),
        action("free too", 10, 60, partner_id="p9"),
    )
    assert owners(found)["own"] == "ben"
    assert owners(found)["tied"] == "ana"
    assert owners(found)["free"] == "ben"
    assert owners(found)["free too"] == "ana"


def test_owner_without_hours_keeps_the_action_out():
    away = PlanPerson("ben@partner.com", 0)
    found = plan(action("a", 10, owner="ben@partner.com"), action("b", 5), people=[ANA, away])
    assert reasons(found) == {"a": "owner"}
    assert found.hours["used_minutes"].tolist() == [60, 0]


def test_clock_of_the_week_and_a_late_promise_come_before_money():
    found = plan(
        action("money", 9_000, 120),
        action("clock", 0, 30, kind="clock", due_on="2026-11-27", urgency=3),
        action("late", 0, 30, owner="ana@partner.com", due_on="2026-11-20"),
        action("late, nobody's", 0, 30, due_on="2026-11-20"),
        people=[ANA],
    )
    assert owners(found) == {"clock": "ana", "late": "ana", "late, nobody's": "ana"}
    assert found.chosen.set_index("action_id")["is_must"].to_dict() == {
        "clock": True,
        "late": True,
        "late, nobody's": False,
    }


def test_action_without_money_counts_by_its_urgency_only_in_the_choice():
    rows = [action("urgent", 0, 120, urgency=3), action("small", 49, 120)]
    assert owners(plan(*rows, people=[ANA])) == {"urgent": "ana"}
    assert plan(*rows, people=[ANA]).expected_usd_e4 == 0
    assert owners(plan(rows[0], action("more", 51, 120), people=[ANA])) == {"more": "ana"}


def test_snoozed_and_dismissed_actions_are_not_considered():
    found = plan(action("a", 10, status="snoozed"), action("b", 10, status="dismissed"))
    assert found.chosen.empty
    assert found.left_out.empty


def test_playbook_is_used_once_per_customer_and_not_again_too_soon():
    rules = PlanRules(once_days={"activate": 30})
    found = plan(
        action("a", 10, 30, tenant_id="t1"),
        action("b", 20, 30, tenant_id="t1"),
        action("c", 5, 30, tenant_id="t2"),
        action("d", 5, 30, tenant_id="t3"),
        rules=rules,
        recent=pd.DataFrame(
            {
                "tenant_id": ["t2", "t3"],
                "playbook": ["activate", "activate"],
                "ended_on": [date(2026, 10, 25), date(2026, 10, 23)],
            }
        ),
    )
    assert set(owners(found)) == {"b", "d"}  # 29 days since t2 had it, 31 since t3 had
    assert reasons(found) == {"a": "customer", "c": "recent"}


def test_person_meets_a_customer_once_a_week_where_asked():
    rows = [
        action("a", 10, 30, tenant_id="t1", partner_id="p9"),
        action("b", 9, 30, tenant_id="t1", partner_id="p9", playbook="unblock"),
        action("c", 8, 30, tenant_id="t1", partner_id="p9", playbook="recover"),
    ]
    assert len(plan(*rows).chosen) == 3
    found = plan(*rows, rules=PlanRules(once_a_week=True))
    assert set(owners(found)) == {"a", "b"}
    assert sorted(owners(found).values()) == ["ana", "ben"]
    assert reasons(found) == {"c": "customer"}


def test_person_gets_no_more_of_a_playbook_than_its_cap_leaves():
    rows = [
        action("has", 1, 30, owner="ana@partner.com", status="snoozed"),
        action("a", 10, 30),
        action("b", 9, 30),
    ]
    found = plan(*rows, people=[ANA], rules=PlanRules(most_open={"activate": 2}))
    assert set(owners(found)) == {"a"}  # one of two is taken by the snoozed one
    assert reasons(found) == {"b": "cap"}


def test_longer_than_any_week_and_beyond_the_guard_are_said():
    rows = [action(f"{at:03}", 1_000 - at, 1) for at in range(MOST_CANDIDATES + 2)]
    found = plan(action("long", 9_999, 121), *rows, people=[ANA])
    assert reasons(found)["long"] == "long"
    assert reasons(found)["501"] == "guard"
    assert list(reasons(found).values()).count("guard") == 2
    assert len(found.chosen) == 120


def test_days_of_a_plan_are_spread_over_the_week_and_never_after_the_deadline():
    person = PlanPerson("ana@partner.com", 300, ("p1",))
    rows = [action(str(at), 10 - at, 60) for at in range(4)]
    clock = action("clock", 0, 60, kind="clock", due_on="2026-11-23", urgency=3)
    found = plan(*rows, clock, people=[person])
    assert found.chosen["action_id"].tolist() == ["clock", "0", "1", "2", "3"]
    assert found.chosen["due_on"].dt.day.tolist() == [23, 24, 25, 26, 27]
    late = plan(*rows, clock, people=[person], today=date(2026, 11, 26))
    assert late.chosen["due_on"].dt.day.tolist() == [26, 26, 26, 26, 27]


def test_one_more_hour_is_worth_what_the_plan_with_it_brings_more():
    rows = pd.DataFrame(
        [
            action("a", 10, 120),
            action("b", 7),
            action("c", 6, 60, partner_id="p2"),
            action("d", 2, 60, partner_id="p2"),
        ]
    ).assign(due_on=lambda each: pd.to_datetime(each["due_on"]))
    settings = {"today": WEEK}
    first = plan_week(rows, [ANA, BEN], PlanRules(), week=WEEK, **settings)
    hours = hour_values(rows, [ANA, BEN], PlanRules(), plan=first, **settings)
    assert hours.to_dict() == {"ana@partner.com": 70_000.0, "ben@partner.com": 20_000.0}


def test_nobody_to_plan_for_leaves_everything_out():
    found = plan(action("a", 10), people=[])
    assert found.chosen.empty
    assert reasons(found) == {"a": "owner"}
    assert found.hours.empty


def test_no_action_gives_an_empty_plan():
    none = pd.DataFrame([action("a", 1)]).iloc[:0]
    found = plan_week(none, [ANA], PlanRules(), week=WEEK, today=WEEK)
    assert found.chosen.empty
    assert found.hours["used_minutes"].tolist() == [0]


def test_order_of_rows_and_people_does_not_matter():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(
        [
            action(f"{at:02}", int(rng.integers(1, 5)), 30, partner_id=f"p{at % 3}")
            for at in range(30)
        ]
    ).assign(due_on=lambda each: pd.to_datetime(each["due_on"]))
    shuffled = rows.sample(frac=1, random_state=1)
    one = plan_week(rows, [ANA, BEN], PlanRules(), week=WEEK, today=WEEK)
    other = plan_week(shuffled, [BEN, ANA], PlanRules(), week=WEEK, today=WEEK)
    pd.testing.assert_frame_equal(one.chosen, other.chosen)


def test_plan_that_ran_out_of_time_says_what_it_may_miss():
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(
        [
            action(f"{at:03}", int(usd), int(minutes), partner_id="p9")
            for at, (usd, minutes) in enumerate(
                zip(rng.lognormal(6, 1.2, 300), rng.integers(11, 97, 300), strict=True)
            )
        ]
    ).assign(due_on=lambda each: pd.to_datetime(each["due_on"]))
    people = [PlanPerson(f"{at}@partner.com", 307) for at in range(8)]
    found = plan_week(rows, people, PlanRules(seconds=0.02), week=WEEK, today=WEEK)
    assert found.shortfall > 0
    hours = hour_values(rows, people[:1], PlanRules(seconds=0.02), plan=found, today=WEEK)
    assert hours.isna().all()


@pytest.mark.parametrize(
    ("day", "monday"),
    [(date(2026, 11, 23), 23), (date(2026, 11, 29), 23), (date(2026, 11, 30), 30)],
)
def test_week_begins_on_monday(day, monday):
    assert monday_of(day) == date(2026, 11, monday)


# --- against trying everything --------------------------------------------------------------------

ACTIONS = st.lists(
    st.tuples(
        st.integers(0, 9),  # weight
        st.sampled_from([1, 2, 2, 3, 5]),  # minutes
        st.booleans(),  # must
        st.sampled_from([(True, True), (True, False), (False, True)]),  # may
    ),
    min_size=1,
    max_size=6,
)
MEMBERS = st.lists(st.integers(0, 5), min_size=2, max_size=4, unique=True)
CAPS = st.lists(st.tuples(MEMBERS, st.booleans(), st.integers(0, 2), st.integers(0, 2)), max_size=2)


def best_by_trying(knapsack):
    """Return the most musts, and the most weight with so many."""
    best = (0, 0)
    choices = [[NOBODY, *np.flatnonzero(may)] for may in knapsack.may]
    for tried in product(*choices):
        person = np.array(tried)
        if fits(knapsack, person):
            chosen = person != NOBODY
            best = max(
                best,
                (int(knapsack.is_must[chosen].sum()), int(knapsack.weights[chosen].sum())),
            )
    return best


def fits(knapsack, person):
    for who, minutes in enumerate(knapsack.capacity):
        if knapsack.minutes[person == who].sum() > minutes:
            return False
    for cap in knapsack.caps:
        taken = person[cap.members]
        if cap.is_per_person:
            if any((taken == who).sum() > most for who, most in enumerate(cap.most)):
                return False
        elif (taken != NOBODY).sum() > cap.most[0]:
            return False
    return True


@settings(max_examples=150, deadline=None)
@given(ACTIONS, CAPS, st.tuples(st.integers(0, 7), st.integers(0, 7)))
def test_choice_is_as_good_as_the_best_of_all_choices(actions, caps, capacity):
    count = len(actions)
    knapsack = Knapsack(
        weights=np.array([each[0] for each in actions]) * 10_000,
        minutes=np.array([each[1] for each in actions]),
        is_must=np.array([each[2] for each in actions]),
        may=np.array([each[3] for each in actions]),
        capacity=np.array(capacity),
        caps=tuple(
            Cap(
                "cap",
                np.array([one for one in members if one < count], dtype=np.int64),
                np.array([first, second] if each else [first]),
                is_per_person=each,
            )
            for members, each, first, second in caps
        ),
    )
    found = plan_solver.solve(knapsack, seconds=5)
    chosen = found.person != NOBODY
    assert fits(knapsack, found.person)
    assert all(knapsack.may[at, who] for at, who in enumerate(found.person) if who != NOBODY)
    reached = int(knapsack.is_must[chosen].sum()), int(knapsack.weights[chosen].sum())
    assert reached == best_by_trying(knapsack)
    assert found.is_proven
