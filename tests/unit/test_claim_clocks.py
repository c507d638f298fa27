"""Clocks of claims, ages of proofs and when to claim, with the calendar written out."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.claim_clocks import (
    CLOCK_COLUMNS,
    STATUS_CLOCKS,
    ClaimBefore,
    claim_before,
    claim_clocks,
    claims_before,
    deadline,
    proof_ages,
)
from insights.program import ClockRule
from tests.milestone_builders import PROGRAM, claim, frame, month

FIVE = ClockRule("page", False, 5, "business", "")
THIRTY = ClockRule("page", False, 30, "calendar", "")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 11, 16), date(2026, 11, 23)),  # Monday, then Tuesday to Monday
        (date(2026, 11, 20), date(2026, 11, 27)),  # Friday, then Monday to Friday
        (date(2026, 11, 21), date(2026, 11, 27)),  # Saturday: the same five days
        (date(2026, 11, 22), date(2026, 11, 27)),  # Sunday too
    ],
)
def test_five_business_days_skip_the_weekend(start, due):
    assert deadline(start, FIVE) == due


def test_calendar_days_do_not():
    assert deadline(date(2026, 11, 1), THIRTY) == date(2026, 12, 1)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_business_deadline_is_a_weekday_with_exactly_so_many_weekdays_after_the_start(start, days):
    due = deadline(start, ClockRule("page", False, days, "business", ""))
    between = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert due.weekday() < 5
    assert sum(day.weekday() < 5 for day in between) == days


def clocks(*rows, today=date(2026, 11, 22)):
    return claim_clocks(frame("claims", rows), PROGRAM, today)


def test_partner_has_14_business_days_to_answer_since_2023():
    row = clocks(claim("Partner action required", status_on=date(2026, 11, 5))).squeeze()
    # Thursday 5 November; 14 business days: 6, 9-13, 16-20, 23-25 November
    assert row["due_on"] == pd.Timestamp("2026-11-25")
    assert (row["days_left"], row["business_days_left"], row["is_overdue"]) == (3, 3, False)
    assert (row["who"], row["rule"]) == ("partner", "FY27.claim_clocks.partner_action_required")


def test_partner_had_5_business_days_in_2021():
    told = claim("Partner action required", status_on=date(2021, 7, 1))
    row = clocks(told, today=date(2021, 7, 9)).squeeze()
    # Thursday 1 July; 2, 5, 6, 7, 8 July
    assert row["due_on"] == pd.Timestamp("2021-07-08")
    assert (row["days_left"], row["business_days_left"], row["is_overdue"]) == (-1, -1, True)
    assert row["rule"].startswith("FY21")


def test_clock_of_the_day_of_the_status_counts_across_a_change_of_year():
    told = claim("Under review", status_on=date(2022, 9, 30))  # FY22: 5 business days
    assert clocks(told, today=date(2022, 10, 3)).squeeze()["due_on"] == pd.Timestamp("2022-10-07")
    told = claim("Under review", status_on=date(2022, 10, 1))  # FY23: 14
    assert clocks(told, today=date(2022, 10, 3)).squeeze()["due_on"] == pd.Timestamp("2022-10-20")


def test_clocks_begin_with_the_first_programme_year():
    before, first = (claim("Dispute", status_on=date(2019, 9, 30)), date(2019, 10, 1))
    assert clocks(before, today=first).empty
    assert clocks(claim("Dispute", status_on=first), today=first)["rule"].str[:4].tolist() == [
        "FY20"
    ]


def test_dispute_and_opt_out_windows_vanish_when_they_are_over():
    rejected = claim("Rejected", status_on=date(2026, 10, 23))  # 30 days: 22 November
    approved = claim("Approved", approved_on=date(2026, 11, 15))  # 7 days: 22 November
    assert clocks(rejected, approved)["days_left"].tolist() == [0, 0]
    assert clocks(rejected, approved, today=date(2026, 11, 23)).empty


def test_clocks_come_soonest_first_and_unknown_starts_or_statuses_have_none():
    rows = clocks(
        claim("Dispute", status_on=date(2026, 11, 20)),
        claim("Submitted", submitted_on=date(2026, 11, 2)),
        claim("Submitted"),
        claim("Draft", status_on=date(2026, 11, 20)),
    )
    assert rows["clock"].tolist() == ["submitted", "dispute"]
    assert rows["is_overdue"].tolist() == [True, False]
    assert tuple(rows.columns) == CLOCK_COLUMNS


def test_every_status_clock_is_one_of_the_rules():
    names = {name for name, _ in PROGRAM.years[-1].claim_clocks}
    assert {kind.clock for kind in STATUS_CLOCKS.values()} == names


def test_proof_is_valid_for_twelve_months_from_its_signature():
    signed = [
        claim("Approved", proof_signed_on=date(2025, 11, 22)),
        claim("Approved", proof_signed_on=date(2025, 11, 21)),
        claim("Approved", proof_signed_on=date(2026, 11, 23) - timedelta(days=31)),
        claim("Approved"),
    ]
    ages = proof_ages(frame("claims", signed), PROGRAM, date(2026, 11, 22))
    assert ages["age_months"].tolist() == [12, 12, 0, pd.NA]
    assert ages["days_left"].tolist()[:2] == [0, -1]
    assert ages["is_too_old"].tolist() == [False, True, False, False]
    assert ages["valid_until"][0] == pd.Timestamp("2026-11-22")


def test_claim_before_leaves_a_month_under_the_threshold_after_the_approval():
    # 50 users missing at 20 a month: passes in three months, January 2027. The usage at claim must
    # be December's, so the approval must be there on 1 December; 5 + 14 business days before that
    # is 4 November.
    expected = ClaimBefore(month("2027-01"), date(2026, 12, 1), date(2026, 11, 4))
    assert claim_before(50, 20, as_of=month("2026-10"), program=PROGRAM) == expected


@pytest.mark.parametrize("pace", [0, -3, float("nan")])
def test_no_claim_before_without_growth(pace):
    assert claim_before(50, pace, as_of=month("2026-10"), program=PROGRAM) is None


def test_claim_before_at_the_threshold_is_next_month_at_the_earliest():
    told = claim_before(0, 5, as_of=month("2026-10"), program=PROGRAM)
    assert told.passes_in == month("2026-11")


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5_000), st.one_of(st.none(), st.integers(-30, 900).map(lambda n: n / 3))
        ),
        max_size=12,
    ),
    st.integers(month("2018-01"), month("2030-12")),
)
def test_many_claims_before_are_those_of_each_one(pairs, as_of):
    needed = pd.Series([users for users, _ in pairs], dtype="Int64")
    pace = pd.Series([per_month for _, per_month in pairs], dtype="Float64")
    rows = claims_before(needed, pace, as_of=as_of, program=PROGRAM)
    for (users, per_month), row in zip(pairs, rows.itertuples(), strict=True):
        one = claim_before(users, per_month or 0, as_of=as_of, program=PROGRAM)
        if one is None:
            assert list(pd.isna([row.passes_in, row.approve_by, row.submit_by])) == [True] * 3
        else:
            days = (row.passes_in, row.approve_by.date(), row.submit_by.date())
            assert days == (one.passes_in, one.approve_by, one.submit_by)


def test_pace_of_centuries_says_nothing():
    assert claim_before(100_000, 0.3, as_of=month("2026-10"), program=PROGRAM) is None
