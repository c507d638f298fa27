"""Users needed and the next milestone, with the arithmetic written out."""

import pandas as pd
import pytest

from insights.milestones import next_milestone, users_needed


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
