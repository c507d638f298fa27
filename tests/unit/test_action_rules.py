"""Which pairs get which action, by frames of a few rows worked out by hand."""

from datetime import date

import pandas as pd
import pytest

from insights.actions.claim_rules import (
    LONGEST_REASON,
    ClaimFacts,
    clock_candidates,
    data_candidates,
    proof_candidates,
)
from insights.actions.kinds import KINDS, KINDS_BY_CODE, what_text, why_texts
from insights.actions.rules import (
    UsageFacts,
    claim_candidates,
    claim_standing,
    due_days,
    usage_candidates,
    usage_standing,
)
from insights.months import month_index
from tests.milestone_builders import PROGRAM

TODAY = date(2026, 11, 23)  # a Monday
OCT = month_index(2026, 10)


def ahead(*rows: dict) -> pd.DataFrame:
    """Return milestones ahead; by default 100 of 1,000 seats in flight to 15 %, worth $1,000."""
    blank = {
        "tenant_key": 1,
        "workload_key": 1,
        "partner_key": 1,
        "milestone": 15,
        "state": "in_flight",
        "units": 1000,
        "users": 100,
        "users_needed": 50,
        "pace": 10.0,
        "month": OCT,
        "is_stalled": False,
        "seat_points": float("nan"),
        "is_too_late": False,
        "probability": 0.5,
        "eta": pd.NA,
        "value_usd_e4": 10_000_000,
        "expected_usd_e4": 5_000_000,
        "is_example": False,
    }
    told = pd.DataFrame([{**blank, **row} for row in rows], columns=list(blank))
    counts = ("units", "users", "users_needed", "month", "eta", "value_usd_e4")
    floats = dict.fromkeys(("pace", "seat_points", "probability"), "float64")
    flags = dict.fromkeys(("is_stalled", "is_too_late", "is_example"), "bool")
    return told.astype({**dict.fromkeys(counts, "Int64"), **floats, **flags})


def slipping(*rows: dict) -> pd.DataFrame:
    """Return slipped milestones; by default 140 of 1,000 seats, reached 15 % in March."""
    blank = {
        "tenant_key": 1,
        "workload_key": 1,
        "partner_key": 1,
        "milestone": 15,
        "units": 1000,
        "users": 140,
        "users_needed": 10,
        "pace": -3.0,
        "month": OCT,
        "reached": OCT - 7,
    }
    return pd.DataFrame([{**blank, **row} for row in rows], columns=list(blank))


def usage(*rows: dict, slipped: tuple[dict, ...] = ()) -> UsageFacts:
    return UsageFacts(ahead(*rows), slipping(*slipped), OCT, TODAY)


def kinds(rows: pd.DataFrame) -> list[str]:
    return rows["kind"].tolist()


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({}, ["activate"]),
        ({"probability": 0.09}, []),  # below 10 %
        ({"probability": 0.10}, ["activate"]),
        ({"state": "in_claim"}, []),
        ({"users_needed": 0}, []),
        ({"is_stalled": True, "probability": 0.01}, ["unblock"]),
        ({"seat_points": 1.0, "probability": 0.01}, ["onboard"]),
        ({"seat_points": 0.9}, ["activate"]),
        ({"is_stalled": True, "seat_points": 5.0}, ["unblock"]),
    ],
)
def test_a_workload_has_the_first_usage_kind_that_holds(row, kind):
    assert kinds(usage_candidates(usage(row))) == kind


def test_a_slipped_milestone_comes_first_and_is_worth_the_way_to_the_next():
    facts = usage(
        {"milestone": 40, "is_stalled": True},
        slipped=({"milestone": 40}, {"milestone": 15, "users_needed": 11}),
    )
    rows = usage_candidates(facts)
    assert kinds(rows) == ["recover"]
    row = rows.iloc[0]
    assert (row["milestone"], row["next_milestone"], row["expected_usd_e4"]) == (15, 40, 5_000_000)
    assert row["urgency"] == 1  # 11 users are more than 10
    assert usage_candidates(usage(slipped=({},)))["expected_usd_e4"].isna().all()


@pytest.mark.parametrize(
    ("eta", "urgency", "due"),
    [
        (OCT + 2, 2, date(2026, 12, 7)),
        (OCT + 4, 1, date(2026, 12, 23)),
        (OCT + 5, 0, date(2027, 1, 22)),
        (pd.NA, 0, date(2027, 1, 22)),
    ],
)
def test_a_push_is_as_urgent_as_its_milestone_is_near(eta, urgency, due):
    row = usage_candidates(usage({"eta": eta})).iloc[0]
    assert (row["urgency"], row["due_on"].date()) == (urgency, due)


def test_a_due_day_is_never_on_a_weekend():
    assert str(due_days([3], date(2026, 11, 21))[0])[:10] == "2026-11-30"  # the 28th is a Saturday


def test_what_may_stay_is_wider_than_what_is_listed():
    facts = usage({"probability": 0.01, "seat_points": 0.2})
    assert usage_candidates(facts).empty
    assert kinds(usage_standing(facts)) == ["onboard", "activate"]


def unclaimed(**values) -> dict:
    return {"state": "unclaimed", "partner_key": 0, **values}


def test_an_unclaimed_workload_is_listed_before_its_threshold_passes():
    """50 users at 10 a month pass in March 2027; approved by 1 February, submitted before."""
    rows = claim_candidates(usage(unclaimed()), PROGRAM)
    row = rows.iloc[0]
    assert (row["kind"], row["passes_in"]) == ("claim", OCT + 5)
    assert date(2026, 11, 23) < row["submit_by"].date() < date(2027, 2, 1)
    assert row["due_on"] == row["submit_by"]


@pytest.mark.parametrize(
    "row",
    [
        unclaimed(is_too_late=True),
        unclaimed(units=100),  # below the minimum of seats
        unclaimed(pace=0.0),  # never passes
        unclaimed(pace=1.0),  # passes in four years
        {"state": "in_flight"},
    ],
)
def test_a_workload_that_does_not_pass_soon_is_not_to_be_claimed_now(row):
    assert claim_candidates(usage(row), PROGRAM).empty


def test_a_claim_whose_day_has_passed_is_due_in_a_week():
    rows = claim_candidates(usage(unclaimed(users_needed=5)), PROGRAM)  # passes in November
    row = rows.iloc[0]
    assert (row["urgency"], row["due_on"].date()) == (3, date(2026, 11, 30))
    assert pd.isna(row["submit_by"])
    assert row["was_due"].date() < TODAY
    assert len(claim_standing(usage(unclaimed(pace=0.0)), PROGRAM)) == 1


# --- claims ---------------------------------------------------------------------------------------


def claims(*rows: dict) -> pd.DataFrame:
    """Return claims; by default C1 on pair 1 x 1, waiting for the partner since 20 November."""
    blank = {
        "claim_id": "C1",
        "tenant_key": 1,
        "workload_key": 1,
        "partner_key": 1,
        "status": "Partner action required",
        "status_on": date(2026, 11, 20),
        "submitted_on": None,
        "approved_on": None,
        "proof_signed_on": None,
        "is_open": True,
        "rival_signed_on": pd.NaT,
    }
    return pd.DataFrame([{**blank, **row} for row in rows], columns=list(blank))


def of_claims(*rows: dict, worth: tuple[dict, ...] = ({},)) -> ClaimFacts:
    return ClaimFacts(claims(*rows), claims(*rows), ahead(*worth), TODAY)


def test_a_clock_of_the_partner_is_listed_once_for_all_workloads_of_its_claim():
    worth = ({}, {"workload_key": 2, "expected_usd_e4": 9_000_000, "probability": 0.9})
    rows = clock_candidates(of_claims({}, {"workload_key": 2}, worth=worth), PROGRAM)
    row = rows.iloc[0]
    assert len(rows) == 1
    assert (row["workload_key"], row["workload_keys"]) == (0, [1, 2])
    assert (row["expected_usd_e4"], row["probability"]) == (9_000_000, 0.9)  # the most valuable
    assert row["reason"] == "C1 2026-11-20 partner_action_required"


@pytest.mark.parametrize(
    ("row", "listed"),
    [
        ({"status": "Submitted", "status_on": TODAY, "submitted_on": TODAY}, 0),  # not overdue
        ({"status": "Submitted", "submitted_on": date(2026, 9, 1)}, 1),
        ({"status": "Approved", "approved_on": TODAY}, 0),  # the customer's clock
        ({"status": "Rejected", "status_on": TODAY}, 1),
        ({"status": "Draft"}, 0),
    ],
)
def test_a_clock_asks_for_an_action_where_the_partner_can_do_something(row, listed):
    assert len(clock_candidates(of_claims(row), PROGRAM)) == listed


def test_a_reason_always_fits_and_stays_unlike_others():
    long = [{"claim_id": "C" * 90 + tail} for tail in "ab"]
    rows = clock_candidates(of_claims(*long), PROGRAM)
    assert rows["reason"].str.len().max() <= LONGEST_REASON
    assert rows["reason"].nunique() == 2


@pytest.mark.parametrize(
    ("row", "urgency"),
    [
        ({"proof_signed_on": date(2025, 11, 25)}, 3),  # twelve months are over in two days
        ({"proof_signed_on": date(2026, 1, 20)}, 1),  # in 58 days
        ({"proof_signed_on": date(2026, 3, 1)}, None),
        ({"proof_signed_on": date(2025, 1, 1)}, 3),  # too old already
        ({"is_open": False, "proof_signed_on": date(2026, 1, 1)}, None),  # approved, uncontested
    ],
)
def test_a_proof_is_renewed_before_it_gets_too_old(row, urgency):
    rows = proof_candidates(of_claims(row), PROGRAM)
    assert rows["urgency"].tolist() == ([] if urgency is None else [urgency])


@pytest.mark.parametrize(("rival", "listed"), [(date(2026, 5, 1), 1), (date(2026, 3, 31), 0)])
def test_a_contested_proof_must_be_newer_than_the_rivals(rival, listed):
    row = {
        "status": "Approved",
        "is_open": False,
        "proof_signed_on": date(2026, 4, 1),
        "rival_signed_on": pd.Timestamp(rival),
    }
    assert len(proof_candidates(of_claims(row), PROGRAM)) == listed


def test_figures_are_mended_once_per_customer_and_finding():
    found = pd.DataFrame(
        {
            "tenant_key": [1, 1, 2],
            "workload_key": [1, 2, 1],
            "partner_key": [1, 1, 1],
            "finding": ["no_report", "no_report", "no_seats"],
            "units": pd.array([10, 10, 0], dtype="Int64"),
            "users": pd.array([5, 5, 5], dtype="Int64"),
            "month": pd.array([OCT, OCT, OCT], dtype="Int64"),
        }
    )
    rows = data_candidates(found, ahead(), TODAY)
    assert rows[["tenant_key", "workload_key", "reason"]].to_numpy().tolist() == [
        [1, 0, "no_report"],
        [2, 1, "no_seats"],
    ]
    assert rows["probability"].isna().all()


@pytest.mark.parametrize("rows", [(), ({},)])
def test_no_rows_give_no_candidates_of_any_kind(rows):
    facts = of_claims(*({**row, "status": "Draft"} for row in rows), worth=())
    assert clock_candidates(facts, PROGRAM).empty
    assert proof_candidates(facts, PROGRAM).empty
    assert usage_candidates(usage()).empty
    assert claim_candidates(usage(), PROGRAM).empty


# --- words ----------------------------------------------------------------------------------------


def test_an_action_tells_what_and_why_with_its_numbers():
    action = {
        "kind": "activate",
        "reason": "milestone 15",
        "workload": "TEAMS",
        "workload_name": "Microsoft Teams",
        "milestone": 15,
        "facts": {"users_needed": 1, "users": 1234, "units": 9000, "month": OCT, "pace": 22.6},
    }
    assert what_text(action) == "Activate 1 more user of Microsoft Teams to reach 15%"
    assert why_texts(action) == (
        "1,234 of 9,000 seats active in Oct 2026: 13.7%",
        "+23 users a month over 3 months",
    )


@pytest.mark.parametrize("kind", KINDS_BY_CODE)
def test_an_action_without_numbers_still_says_what_it_is(kind):
    action = {"kind": kind, "reason": "x", "workload": "", "milestone": None, "facts": "{}"}
    assert what_text(action) == KINDS_BY_CODE[kind].label
    assert all(isinstance(text, str) for text in why_texts(action))


def test_every_kind_has_its_own_symbol_label_and_rule():
    for name in ("code", "label", "symbol", "qualifies"):
        assert len({getattr(kind, name) for kind in KINDS}) == len(KINDS)
