"""The engine at its edges: the first month, the first pair, a day earlier, one user more.

Each test pins one comparison or one number of the milestone modules that no situation of
milestone_cases.toml decides; expected values are worked out by hand.
"""

from datetime import date

import pytest

from insights.eligibility import claims_known_on, paying_spans
from tests.milestone_builders import claim, decided, facts, frame, held, month, usage_rows

JAN = month("2022-01")
HELD = [held(date(2022, 1, 1))]


# --- value ----------------------------------------------------------------------------------------


def test_bucket_is_that_of_the_crossing_also_in_the_very_first_month():
    # 40 of 200 seats in January: XXS, 500 dollars; the 2,000 seats of February would be S, 1,500.
    known = facts(usage_rows(JAN, [200, 2000], [40, 400]), associations=HELD)
    row = decided(known, JAN + 1).loc[15]
    assert (row["state"], row["crossed_month"]) == ("not_earnable", JAN)
    assert (row["bucket"], row["value_usd_e4"]) == ("XXS", 5_000_000)


def test_growth_to_a_reached_threshold_counts_from_the_start_of_the_association():
    # 150 of 1,000 users are 15 %; 100 were there at the claim, so 50 units of 3 dollars.
    start = month("2026-01")
    usage = usage_rows(start, [1000] * 3, [100, 120, 160])
    row = decided(facts(usage, associations=[held(date(2026, 1, 1))]), start + 2).loc[15]
    assert (row["state"], row["reached_month"]) == ("reached", start + 2)
    assert row["value_usd_e4"] == 1_500_000


# --- flags ----------------------------------------------------------------------------------------


def test_new_seats_move_no_goal_that_is_still_reached():
    # 170 of 1,100 seats are above 15 % (165), and below 40 %: 100 * (170/1000 - 170/1100) points.
    usage = usage_rows(JAN, [1000, 1000, 1100], [100, 160, 170])
    rows = decided(facts(usage, associations=HELD), JAN + 2)
    assert rows.loc[15, "state"] == "reached"
    assert rows.loc[15, "users_needed"] == 0
    assert rows["seat_points"].isna().tolist() == [True, False]
    assert rows.loc[40, "seat_points"] == pytest.approx(17 - 170 / 11)


# --- spans ----------------------------------------------------------------------------------------


def paying(association, told):
    """Return start, end and first counting month of the spans of one partner."""
    claims = claims_known_on(frame("claims", [told]), date(2022, 12, 31))
    spans = paying_spans(frame("associations", [association]), claims, JAN + 11)
    names = ["start_month", "end_month", "eligible_from"]
    return sorted(map(tuple, spans[names].to_numpy().tolist()))


def test_claim_approved_in_the_last_reported_month_belongs_to_that_span():
    # Reports show January to March; the claim runs from March to June: it ends with the reports.
    told = claim("Rejected final", approved_on=date(2022, 3, 1), ended_on=date(2022, 6, 9))
    until_march = held(date(2022, 1, 1), until=JAN + 2)
    assert paying(until_march, told) == [(JAN + 2, JAN + 2, JAN + 2)]


def test_claim_ended_in_the_first_reported_month_belongs_to_that_span():
    # The claim runs from January to March; reports show the partner from March on.
    told = claim("Rejected final", approved_on=date(2022, 1, 1), ended_on=date(2022, 3, 9))
    assert paying(held(date(2022, 3, 1)), told) == [(JAN, JAN + 2, JAN)]


def test_claim_approved_in_the_newest_month_is_a_span_already():
    claims = claims_known_on(
        frame("claims", [claim("Approved", approved_on=date(2022, 12, 5))]), date(2022, 12, 31)
    )
    nothing = frame("associations", [])
    assert len(paying_spans(nothing, claims, JAN + 11)) == 1
    assert paying_spans(nothing, claims, JAN + 10).empty
