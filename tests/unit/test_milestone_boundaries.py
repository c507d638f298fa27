"""The engine at its edges: the first month, the first pair, a day earlier, one user more.

Each test pins one comparison or one number of the milestone modules that no situation of
milestone_cases.toml decides; expected values are worked out by hand.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from insights.claim_clocks import claim_before, claims_before
from insights.earnings import milestone_percent, paid_milestones
from insights.eligibility import claims_known_on, paying_spans
from insights.milestones import growth_earnings, milestone_rows, portfolio
from insights.program import Program
from insights.rule_tables import rule_tables
from tests.milestone_builders import (
    PROGRAM,
    claim,
    decided,
    earning,
    facts,
    frame,
    held,
    month,
    usage_rows,
)

JAN, FY26 = month("2022-01"), month("2026-01")
HELD, GROWING = [held(date(2022, 1, 1))], [held(date(2026, 1, 1))]


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


def test_workload_without_seats_has_no_value_in_either_model():
    for first in (JAN, FY26):
        row = decided(facts(usage_rows(first, [0], [0])), first).loc[15]
        assert row["state"] == "unclaimed"
        assert row[["users_needed", "value_usd_e4"]].isna().all()


def test_rate_of_nothing_is_a_value_of_nothing_not_an_unknown_one():
    years = [
        replace(
            year,
            unit_rates=tuple(replace(rate, per_unit_usd_e4=0) for rate in year.unit_rates),
        )
        for year in PROGRAM.years
    ]
    known = facts(usage_rows(FY26, [1000], [100]), associations=GROWING)
    rows = milestone_rows(portfolio(known, Program(tuple(years)), FY26))
    assert rows["value_usd_e4"].tolist() == [0, 0]


# --- flags ----------------------------------------------------------------------------------------


def test_new_seats_move_no_goal_that_is_still_reached():
    # 170 of 1,100 seats are above 15 % (165), and below 40 %: 100 * (170/1000 - 170/1100) points.
    usage = usage_rows(JAN, [1000, 1000, 1100], [100, 160, 170])
    rows = decided(facts(usage, associations=HELD), JAN + 2)
    assert rows.loc[15, "state"] == "reached"
    assert rows.loc[15, "users_needed"] == 0
    assert rows["seat_points"].isna().tolist() == [True, False]
    assert rows.loc[40, "seat_points"] == pytest.approx(17 - 170 / 11)


@pytest.mark.parametrize(
    ("seats", "users", "is_small", "is_above"),
    [(0, 3, True, False), (149, 149, True, False), (150, 151, False, True)],
)
def test_small_base_and_above_100_begin_where_they_say(seats, users, is_small, is_above):
    row = decided(facts(usage_rows(JAN, [seats], [users])), JAN).loc[15]
    assert (row["is_small_base"], row["is_above_100"]) == (is_small, is_above)


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


def test_claim_that_ends_today_has_ended():
    ended = claim("Rejected final", approved_on=date(2022, 1, 1), ended_on=date(2022, 4, 9))
    days = {
        day: claims_known_on(frame("claims", [ended]), day)["ended_on"].notna().tolist()
        for day in (date(2022, 4, 8), date(2022, 4, 9))
    }
    assert list(days.values()) == [[False], [True]]


# --- growth model ---------------------------------------------------------------------------------


def grown(seats, users, *, first=FY26, program=PROGRAM):
    """Return the growth rows of one pair, held from January 2026 on, by month."""
    known = facts(usage_rows(first, seats, users), associations=GROWING)
    return growth_earnings(portfolio(known, program, first + len(users) - 1)).set_index("month")


def test_growth_of_the_very_first_programme_year_pays():
    alone = Program((PROGRAM.year("FY27"),))
    october = month("2026-10")
    row = grown([1000, 1000], [100, 160], first=october, program=alone).loc[october + 1]
    assert (row["earned_units"], row["amount_usd_e4"]) == (60, 1_800_000)


def test_no_seats_leave_no_opportunity_where_there_is_no_minimum():
    years = [
        replace(year, minimum_paid_units=replace(year.minimum_paid_units, value=0))
        for year in PROGRAM.years
    ]
    row = grown([1000, 0], [0, 5], program=Program(tuple(years))).loc[FY26 + 1]
    assert (row["earned_units"], row["reason_code"]) == (0, "PAULWPHWM")


def test_first_report_without_users_is_a_starting_point_of_nought():
    row = grown([1000, 1000], [0, 200]).loc[FY26 + 1]
    assert (row["prior_high_water_mark"], row["earned_units"]) == (0, 200)
    assert row["reason_code"] == ""


def test_exactly_the_minimum_of_seats_earns():
    row = grown([150, 150], [10, 20]).loc[FY26 + 1]
    assert (row["earned_units"], row["reason_code"]) == (10, "")
    row = grown([149, 149], [10, 20]).loc[FY26 + 1]
    assert (row["earned_units"], row["reason_code"]) == (0, "MINTHNTMT")


def test_users_at_the_high_water_mark_are_not_above_it():
    assert grown([1000, 1000], [200, 200]).loc[FY26 + 1, "reason_code"] == "MAULWPHWM"
    assert grown([1000, 1000], [200, 201]).loc[FY26 + 1, "reason_code"] == ""


def test_seats_at_the_high_water_mark_leave_no_opportunity():
    row = grown([1000, 200], [200, 210]).loc[FY26 + 1]
    assert (row["opportunity_units"], row["reason_code"]) == (0, "PAULWPHWM")
    row = grown([1000, 201], [200, 210]).loc[FY26 + 1]
    assert (row["earned_units"], row["reason_code"]) == (1, "")


def test_growth_up_to_exactly_the_years_maximum_is_paid_in_full():
    # 2,000 units of 3 dollars are the 6,000 of the year; the 2,001st pays nothing.
    row = grown([9000, 9000], [100, 2100]).loc[FY26 + 1]
    assert (row["amount_usd_e4"], row["reason_code"]) == (60_000_000, "")
    row = grown([9000, 9000], [100, 2101]).loc[FY26 + 1]
    assert (row["amount_usd_e4"], row["reason_code"]) == (60_000_000, "CAP")


def test_earning_of_today_is_known_today():
    told = [earning("15%", 1500, earning_on=date(2022, 3, 16))]
    for day, rows in ((date(2022, 3, 15), 0), (date(2022, 3, 16), 1)):
        assert len(paid_milestones(frame("earnings", told), day, (15, 40))) == rows


def test_unknown_amount_counts_as_paid_unless_a_reason_stands_beside_it():
    on = date(2022, 3, 16)
    plain = earning("15%", None, earning_on=on)
    refused = earning("40%", None, earning_on=on, reason_code="IVDPOE")
    paid = paid_milestones(frame("earnings", [plain, refused]), date(2022, 12, 31), (15, 40))
    assert paid["milestone"].tolist() == [15]
    assert paid["amount_usd_e4"].isna().all()


def test_milestone_of_one_is_one_percent_and_no_share():
    assert milestone_percent(pd.Series(["1", "0.99"]), (1, 99, 100)).tolist() == [1, 99]


# --- claiming in time -----------------------------------------------------------------------------


def test_pace_is_believed_for_ten_years_and_not_a_user_longer():
    # At one user a month, 120 users take 120 months.
    for needed, is_foreseen in ((120, True), (121, False)):
        found = claim_before(needed, 1.0, as_of=FY26, program=PROGRAM)
        assert (found is not None) == is_foreseen
        many = claims_before(pd.Series([needed]), pd.Series([1.0]), as_of=FY26, program=PROGRAM)
        assert many["passes_in"].notna().tolist() == [is_foreseen]


# --- rules ----------------------------------------------------------------------------------------


def test_bucket_that_begins_at_nought_holds_the_smallest_customers():
    year = PROGRAM.years[0]
    smallest = replace(year.buckets[0], from_units=0)
    changed = replace(year, buckets=(smallest, *year.buckets[1:]))
    tables = rule_tables(Program((changed,)), ["INTUNE"])
    assert tables.buckets(np.array([0, 0]), np.array([0, 5])).tolist() == [0, 0]


# --- starting point -------------------------------------------------------------------------------


def test_association_still_holds_in_its_last_month():
    until_february = [held(date(2022, 1, 1), until=JAN + 1)]
    known = facts(usage_rows(JAN, [1000] * 3, [100] * 3), associations=until_february)
    states = [decided(known, as_of).loc[15, "state"] for as_of in (JAN + 1, JAN + 2)]
    assert states == ["in_flight", "unclaimed"]


@pytest.mark.parametrize(
    ("months", "reason"), [(2, "passed_before_claim"), (3, "passed_before_first_report")]
)
def test_first_report_two_months_after_the_association_still_shows_usage_at_claim(months, reason):
    known = facts(usage_rows(JAN + months, [1000], [200]), associations=HELD)
    assert decided(known, JAN + months).loc[15, "reason"] == reason


def test_month_without_users_before_the_claim_is_a_starting_point_of_nought():
    since_february = [held(date(2022, 2, 1))]
    known = facts(usage_rows(JAN, [1000, 1000], [0, 100]), associations=since_february)
    assert decided(known, JAN + 1).loc[15, "starting_high_water_mark"] == 0


def test_users_without_seats_have_passed_nothing_in_the_growth_model():
    since_february = [held(date(2026, 2, 1))]
    known = facts(usage_rows(FY26, [1000, 0], [50, 3]), associations=since_february)
    assert decided(known, FY26 + 1)["state"].tolist() == ["below_minimum", "below_minimum"]


def test_workload_above_the_threshold_when_its_association_ended_had_passed_it_before():
    january = [held(date(2022, 1, 1), until=JAN)]
    known = facts(usage_rows(JAN, [1000, 1000], [200, 200]), associations=january)
    row = decided(known, JAN + 1).loc[15]
    assert (row["state"], row["reason"]) == ("not_earnable", "passed_before_claim")


def test_nobody_active_means_the_whole_threshold_is_missing():
    rows = decided(facts(usage_rows(JAN, [1000], [0])), JAN)
    assert rows["users_needed"].tolist() == [150, 400]
