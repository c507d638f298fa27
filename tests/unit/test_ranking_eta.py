"""Expected months and reasons, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.ranking.eta import FURTHEST, expected_months, hazards
from insights.ranking.features import GROUPS, NAMES
from insights.ranking.parts import POSITION
from insights.ranking.reasons import pair_numbers, strongest_reasons

MONTHS = (1, 3, 6)


def eta(*chances):
    rows = expected_months([np.array([chance]) for chance in chances], MONTHS)
    return tuple(None if value is pd.NA else int(value) for value in rows.to_numpy(object)[0])


def test_even_chance_of_a_tenth_a_month():
    """0.9, 0.9^3, 0.9^6 left: 10 % by month 1, half by month 7 (0.9^7 = 0.478), 90 % later."""
    assert eta(1 - 0.9, 1 - 0.9**3, 1 - 0.9**6) == (1, 7, None)


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
    told = {"workload": "Teams", "units": 1000, "users": 109, "users_needed": 41, "percent": 15}
    return pair_numbers(row, **told)


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
