"""Users needed and the next milestone, with the arithmetic written out."""

from fractions import Fraction
from math import ceil

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.milestones import MILESTONES, next_milestone, users_needed


def counts(*values):
    return pd.Series(values, dtype="Int64")


@pytest.mark.parametrize(
    ("units", "users", "percent", "expected"),
    [
        (1000, 100, 15, 50),  # 15 % of 1,000 is 150
        (1000, 150, 15, 0),  # reached exactly
        (1001, 150, 15, 1),  # 150.15 needs 151 people
        (333, 100, 40, 34),  # 133.2 needs 134
        (200, 500, 40, 0),  # above 100 %: nothing missing, never negative
    ],
)
def test_users_needed_is_rounded_up_and_never_negative(units, users, percent, expected):
    assert users_needed(counts(units), counts(users), percent).tolist() == [expected]


def test_users_needed_is_undefined_without_seats_or_users():
    needed = users_needed(counts(0, None, 100), counts(5, 5, None), 15)
    assert needed.isna().all()


def test_next_milestone_is_the_lowest_threshold_not_reached_now():
    following = next_milestone(counts(1000, 1000, 1000, 0), counts(149, 150, 400, 3))
    assert following["next_milestone"].tolist() == [15, 40, pd.NA, pd.NA]
    assert following["users_needed"].tolist() == [1, 250, pd.NA, pd.NA]


@given(st.sampled_from(MILESTONES), st.integers(1, 5_000_000), st.integers(0, 5_000_000))
def test_users_needed_is_the_exact_ceiling_and_zero_exactly_when_reached(percent, units, users):
    needed = users_needed(counts(units), counts(users), percent).item()
    assert needed == max(0, ceil(Fraction(percent, 100) * units) - users)
    assert (needed == 0) == (Fraction(users, units) >= Fraction(percent, 100))
