"""Customers at risk: every part of the rule at and beside its limit, worked out by hand."""

import pandas as pd
import pytest

from insights.churn import at_risk
from insights.views.churn import risk_table, risk_words

NAN = float("nan")


def customers(*rows, seats=(500,) * 7):
    """Rows of users, oldest first, as the rule reads them."""
    told = [
        {f"users_{6 - at}": users for at, users in enumerate(row)}
        | {f"seats_{6 - at}": count for at, count in enumerate(seats)}
        for row in rows
    ]
    return pd.DataFrame(told)


@pytest.mark.parametrize(
    ("users", "is_falling"),
    [
        # mean before 100: 85 is 15 % less, with falls in three of four steps
        ((100, 100, 100, 95, 96, 90, 85), True),
        ((100, 100, 100, 95, 96, 90, 86), False),  # 14 %
        ((100, 100, 100, 90, 91, 92, 80), False),  # two falls only
        ((19, 19, 19, 15, 12, 10, 8), False),  # too few people to speak of
        ((100, 100, 100, 95, NAN, 90, 80), False),  # a gap hides two steps
    ],
)
def test_users_are_falling_by_the_stated_rule(users, is_falling):
    assert (len(at_risk(customers(users))) == 1) is is_falling


def test_silent_needs_two_missing_months_after_three_reports():
    rows = at_risk(
        customers(
            (100, 100, 100, 100, 100, NAN, NAN),
            (100, 100, 100, 100, 100, 100, NAN),
            (NAN, NAN, NAN, 100, 100, NAN, NAN),
        )
    )
    assert rows.index.tolist() == [0]
    assert rows["users_lost"].tolist() == [100]


@pytest.mark.parametrize(("now", "is_cut"), [(400, True), (401, False)])
def test_seats_are_cut_from_a_fifth_in_three_months_on(now, is_cut):
    rows = customers((100,) * 7, seats=(500, 500, 500, 500, 500, 500, now))
    assert at_risk(rows)["seats_cut"].tolist() == ([True] if is_cut else [])


def test_words_say_numbers_signs_and_what_hangs_on_them():
    users, seats = (100, 100, 100, 95, 96, 90, 70), (500, 500, 500, 500, 500, 500, 300)
    found = at_risk(customers(users, seats=seats)).assign(
        value_usd_e4=12_000_000, expected_usd_e4=1, example_pairs=[None]
    )
    shown = risk_table(found)
    assert shown["signs"].iloc[0] == ["▼ users falling", "✂ seats cut"]
    assert shown["why"].iloc[0] == "active users 100 to 70 (-30%); paid seats 500 to 300"
    assert shown["trend"].iloc[0] == [100, 100, 100, 95, 96, 90, 70]
    assert shown["is_example"].tolist() == [False]
    assert risk_words(shown) == (
        "1 customer shows a sign of risk (1 users falling, 0 silent, 1 seats cut): 30 active users "
        "lost, $1.2k of milestones still to earn with them."
    )


def test_nobody_at_risk_is_said():
    empty = at_risk(customers((100,) * 7)).assign(value_usd_e4=[], example_pairs=[])
    assert risk_words(empty) == "No customer shows a sign of risk."
    assert risk_table(empty).empty
