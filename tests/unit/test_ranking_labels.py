"""Questions and labels of the ranking, on histories short enough to judge by eye."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from insights.panel import usage_panel
from insights.ranking.grid import UsageGrid
from insights.ranking.labels import CENSORED, Milestones, horizon_months

FIRST = 2026 * 12


def grid_of(*histories, units=100):
    """Return the grid of pairs with these users month by month; None: no report."""
    rows = [
        {
            "tenant_key": 1 + at,
            "workload_key": 1,
            "month": FIRST + month,
            "paid_available_units": units,
            "monthly_active_users": users,
        }
        for at, history in enumerate(histories)
        for month, users in enumerate(history)
        if users is not None
    ]
    last = FIRST + max(len(history) for history in histories) - 1
    return UsageGrid(usage_panel(pd.DataFrame(rows), last))


def milestones_of(grid, percents=(15, 40)):
    return Milestones(grid, [percents], np.zeros(grid.panel.pairs, dtype=np.int64))


def asked_at(grid, column):
    asked = milestones_of(grid).ahead(column)
    return dict(zip(asked.pair.tolist(), asked.percent.tolist(), strict=True))


def labels_at(grid, column, months, *, last=None):
    milestones = milestones_of(grid)
    asked = milestones.ahead(column)
    told = milestones.labels(asked, months, last=grid.panel.months - 1 if last is None else last)
    return dict(zip(asked.pair.tolist(), told.tolist(), strict=True))


def test_horizon_in_days_is_counted_in_monthly_reports():
    assert [horizon_months(days) for days in (1, 30, 90, 180)] == [1, 1, 3, 6]


def test_next_milestone_is_the_lowest_never_reached():
    grid = grid_of([10, 11, 12], [20, 10, 10], [50, 10, 10])
    assert asked_at(grid, 2) == {0: 15, 1: 40}  # the third once stood at 50: nothing is ahead


def test_reaching_exactly_the_threshold_counts():
    grid = grid_of([14, 15, 15])
    assert labels_at(grid, 0, 1) == {0: 1}


def test_pair_silent_for_more_than_two_months_is_not_asked_about():
    grid = grid_of([10, None, None, None], [10, 10, None, None])
    assert asked_at(grid, 2) == {0: 15, 1: 15}
    assert asked_at(grid, 3) == {1: 15}


def test_outcome_is_unknown_when_the_pair_stops_reporting_before_the_end():
    grid = grid_of([10, 11, None, None], [10, 11, 12, 13], [10, None, None, 13])
    assert labels_at(grid, 0, 2) == {0: CENSORED, 1: 0, 2: 0}


def test_horizon_that_is_not_over_is_unknown_even_after_a_crossing():
    grid = grid_of([10, 16, 17], [10, 11, 12])
    assert labels_at(grid, 0, 3) == {0: CENSORED, 1: CENSORED}
    assert labels_at(grid, 0, 2) == {0: 1, 1: 0}


def test_labels_of_a_past_month_look_at_nothing_later():
    grid = grid_of([10, 11, 16, 17], [10, 11, 12, 13])
    assert labels_at(grid, 0, 2, last=1) == {0: CENSORED, 1: CENSORED}
    assert labels_at(grid, 0, 1, last=1) == {0: 0, 1: 0}


HISTORY = st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=4, max_size=12)


@given(history=HISTORY, cut=st.integers(1, 10), months=st.integers(1, 4))
def test_labels_and_questions_do_not_change_when_later_months_come(history, cut, months):
    history = [10, *history]
    cut = min(cut, len(history) - 1)
    whole, part = grid_of(history), grid_of(history[: cut + 1])
    for column in range(cut + 1):
        assert asked_at(whole, column) == asked_at(part, column)
        assert labels_at(whole, column, months, last=cut) == labels_at(part, column, months)
