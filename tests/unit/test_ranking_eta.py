"""Expected months and reasons, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.months import month_index
from insights.ranking.eta import FURTHEST, expected_months, hazards
from insights.ranking.features import GROUPS, NAMES
from insights.ranking.parts import POSITION
from insights.ranking.reasons import Counts, pair_numbers, seats_moved, strongest_reasons

MONTHS = (1, 3, 6)


def eta(*chances):
    rows = expected_months([np.array([chance]) for chance in chances], MONTHS)
    return tuple(None if value is pd.NA else int(value) for value in rows.to_numpy(object)[0])


def test_even_chance_of_a_tenth_a_month():
    """Half by month 7 (0.9^7 = 0.478), 90 % later: open, and 19 % are left out in months 1, 2."""
    assert eta(1 - 0.9, 1 - 0.9**3, 1 - 0.9**6) == (3, 7, None)


def test_sure_thing_comes_next_month():
    assert eta(0.95, 0.99, 0.999) == (1, 1, 1)


def test_all_within_the_second_quarter():
    """Nothing in 3 months, then 1 - 0.1^(1/3) = 0.536 a month: low and median in 4, high in 6."""
    assert eta(0.0, 0.0, 0.9) == (4, 4, 6)


def test_unlikely_one_is_not_within_a_year():
    row = expected_months([np.array([0.001])] * 3, MONTHS)
    assert row.isna().all(axis=None)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted))
def test_hazards_give_back_the_chances(chances):
    rates = hazards([np.array([chance]) for chance in chances], MONTHS)
    assert rates.shape == (1, FURTHEST)
    left = np.cumprod(1 - rates[0])
    for chance, months in zip(chances, MONTHS, strict=True):
        assert 1 - left[months - 1] == pytest.approx(chance, abs=1e-6)


def numbers(**features):
    row = np.full(len(NAMES), np.nan)
    for name, value in features.items():
        row[POSITION[name]] = value
    return pair_numbers(row, reports([1000, 1000], [100, 109]), 15)


def reports(units, users):
    """Return monthly reports of Teams that end in October 2026."""
    last = len(units) - 1
    return Counts("Teams", np.array(units), np.array(users), month_index(2026, 10) - last, last)


def test_momentum_is_told_in_users_a_month():
    change = np.log(110 / 41)  # from 40 to 109 users in three months
    told = strongest_reasons(
        numbers(active_change_3=change, points_3=6.9), contributions(momentum=1.0)
    )
    assert told[0].text == "+23 users a month over 3 months, usage +6.9 points"


def test_the_purchase_that_moved_the_goal_is_named_with_its_month():
    # 200 of 800 are 25 %, of 1,000 seats 20 %: five points
    assert seats_moved(reports([800, 800, 1000], [190, 200, 210])) == (
        "seats +200 in Oct 2026 moved the goal by 5 points"
    )
    assert seats_moved(reports([800, 804], [200, 200])) == ""
    assert seats_moved(reports([800], [200])) == ""
    gap = reports([800, -1, 1000], [200, -1, 210])
    assert seats_moved(gap) == "seats +200 in Oct 2026 moved the goal by 5 points"


def contributions(**groups):
    row = np.zeros(len(NAMES))
    for group, value in groups.items():
        row[POSITION[GROUPS[group][0]]] = value
    return row


def test_strongest_reasons_come_first_with_their_numbers():
    told = strongest_reasons(
        numbers(points_3=2.25, seats_change_3=np.log(1001 / 801)),
        contributions(distance=1.5, momentum=-0.2, seats=-0.9),
    )
    assert [(reason.group, reason.is_for) for reason in told] == [
        ("distance", True),
        ("seats", False),
        ("momentum", False),
    ]
    assert told[0].text == "41 of 1,000 users missing to 15 % (10.9 % now)"
    assert told[1].text == "seats +200 in 3 months, 1,000 now"
    assert told[2].text == "usage +2.2 points over 3 months"


def test_reason_without_a_number_is_left_out():
    told = strongest_reasons(numbers(), contributions(momentum=3.0, distance=0.1))
    assert [reason.group for reason in told] == ["distance"]
