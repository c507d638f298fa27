"""What a milestone ahead would pay in another programme year, with the shipped rules."""

import pandas as pd
import pytest

from insights.rule_year import worth_by_year
from tests.milestone_builders import PROGRAM

USD = 10_000


def pairs(*rows):
    names = ("workload", "milestone", "paid_available_units", "high_water_mark")
    return pd.DataFrame(rows, columns=names, index=[f"pair {n}" for n in range(len(rows))])


def worth(year, *rows):
    return worth_by_year(pairs(*rows), PROGRAM.year(year))


def test_milestone_year_pays_its_rate_by_bucket():
    # FY23: 1,000 seats are in bucket S, 1,500 USD for 15 %; 40 % is known for PROPLUS only.
    told = worth("FY23", ("EXO", 15, 1000, 90), ("EXO", 40, 1000, 200), ("PROPLUS", 40, 400, 70))
    assert told["value_usd_e4"].tolist()[::2] == [1500 * USD, 600 * USD]
    assert pd.isna(told["value_usd_e4"].iloc[1])
    assert told["is_paid"].tolist() == [True, False, True]
    assert told["is_example"].tolist() == [True, False, True]


def test_growth_year_pays_users_above_the_mark_up_to_its_maximum():
    # FY26: 15 % of 1,000 are 150, 60 above the mark of 90, 3 USD each; MDO 4 USD each.
    # 40 % of 20,000 are 8,000 x 3 USD: the maximum of 6,000 USD.
    told = worth("FY26", ("EXO", 15, 1000, 90), ("MDO", 15, 1000, 90), ("EXO", 40, 20_000, 0))
    assert told["value_usd_e4"].tolist() == [180 * USD, 240 * USD, 6000 * USD]
    assert told["is_paid"].all()


@pytest.mark.parametrize(
    ("workload", "seats"),
    [("TEAMS", 1000), ("EXO", 149)],
    ids=["workload for recognition only", "fewer seats than the minimum"],
)
def test_year_does_not_pay_what_its_rules_leave_out(workload, seats):
    assert not worth("FY23", (workload, 15, seats, 0))["is_paid"].any()


def test_no_pair_gives_no_row():
    assert worth("FY23").empty
