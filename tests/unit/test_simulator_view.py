"""A scenario by the rules of another year."""

import pandas as pd

from insights.views.simulator import scenario_cards, scenario_table, takeaway
from tests.milestone_builders import PROGRAM

USD = 10_000


def opportunities(**columns):
    """Two opportunities at 1,000 seats: one that can earn, one that cannot."""
    told = {
        "workload": ["EXO", "EXO"],
        "milestone": [15, 15],
        "paid_available_units": [1000, 1000],
        "high_water_mark": [90, 90],
        "value_usd_e4": [180 * USD, 180 * USD],
        "is_earnable": [True, False],
        "is_example": [False, False],
        "add_users": [0, 0],
        "add_seats": [0, 0],
        "users_needed": [60, 60],
        "needed_after": [60, 60],
        "probability_before": [0.5, 0.5],
        "probability_after": [0.5, 0.5],
        "months_before": pd.array([2, None], dtype="Int64"),
        "months_after": pd.array([2, None], dtype="Int64"),
        "is_reached": [False, False],
    }
    return pd.DataFrame(told | columns)


def scenario(year=None, **columns):
    rules = None if year is None else PROGRAM.year(year)
    return scenario_table(opportunities(**columns), as_of=24_310, shows="percent", rules=rules)


def test_rules_that_apply_leave_the_value_as_judged():
    told = scenario()
    assert told["value_then"].tolist() == [180 * USD, 180 * USD]
    assert told["expected_after"].tolist() == told["expected_before"].tolist() == [90 * USD, 0]


def test_other_year_values_the_same_chances_anew():
    # FY23 pays 1,500 USD for 15 % in bucket S; half of it is expected where it can earn.
    told = scenario("FY23")
    assert told["value_then"].tolist() == [1500 * USD, 1500 * USD]
    assert told["expected_before"].tolist() == [90 * USD, 0]
    assert told["expected_after"].tolist() == [750 * USD, 0]
    assert told["rate"].ne("").all()
    assert "$750" in scenario_cards(told)[1].value
    assert takeaway(told, PROGRAM.year("FY23")).endswith("by the rules of FY23.")


def test_more_seats_change_the_bucket_of_the_other_year():
    # 1,000 + 1,500 seats are bucket M: 2,400 USD.
    assert scenario("FY23", add_seats=[1500, 0])["value_then"].tolist() == [2400 * USD, 1500 * USD]


def test_year_that_does_not_pay_leaves_nothing_to_expect():
    told = scenario("FY23", workload=["TEAMS", "TEAMS"])
    assert told["value_then"].isna().all()
    assert told["expected_after"].tolist() == [0, 0]
