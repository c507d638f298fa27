"""Features of the ranking: worked out by hand, and blind to whatever comes later."""

from math import log

import numpy as np
import pytest

from insights.ranking.features import GROUPS, NAMES, FeatureMaker, pair_groups
from insights.ranking.labels import Questions
from tests.unit.test_ranking_labels import grid_of, milestones_of
from tests.worlds import WORLDS

POSITION = {name: at for at, name in enumerate(NAMES)}


def told(grid, column, months=1, percent=15):
    """Return a function that gives a pair's feature at a column."""
    pair = np.arange(grid.panel.pairs)
    asked = Questions(pair, np.full(len(pair), column), np.full(len(pair), percent))
    matrix = FeatureMaker(grid, pair_groups(grid)).matrix(asked, months)
    return lambda name, pair=0: matrix[pair, POSITION[name]]


def odds(users, units=100):
    return log((users + 0.5) / (units - users + 0.5))


def test_every_feature_is_in_exactly_one_group():
    assert len(NAMES) == len(set(NAMES)) == sum(map(len, GROUPS.values()))


def test_distance_of_a_pair_with_ten_of_a_hundred_users():
    value = told(grid_of([4, 6, 8, 10]), 3)
    assert value("distance") == pytest.approx(log(15 / 85) - odds(10), abs=1e-6)
    assert value("distance_points") == pytest.approx(5, abs=1e-5)
    assert value("users_missing_log") == pytest.approx(log(6))
    assert value("drawdown") == 0


def test_best_ever_stays_after_a_fall():
    value = told(grid_of([4, 12, 8]), 2)
    assert value("best_distance") == pytest.approx(log(15 / 85) - odds(12), abs=1e-6)
    assert value("drawdown") == pytest.approx(odds(12) - odds(8), abs=1e-6)


def test_changes_are_missing_where_the_history_is_too_short():
    value = told(grid_of([4, 6, 8, 10]), 3)
    assert value("points_1") == pytest.approx(2, abs=1e-5)
    assert value("points_3") == pytest.approx(6, abs=1e-5)
    assert np.isnan(value("points_6"))
    assert np.isnan(value("change_12"))


def test_change_over_a_gap_looks_at_the_report_before_it():
    value = told(grid_of([4, None, 8, 10]), 3)
    assert value("points_1") == pytest.approx(2, abs=1e-5)
    assert told(grid_of([4, None, 8, 10]), 2)("points_1") == pytest.approx(4, abs=1e-5)


def test_slope_is_that_of_least_squares():
    value = told(grid_of([4, 6, 8, 10]), 3)
    months = np.arange(4)
    slope = np.polyfit(months, [odds(users) for users in (4, 6, 8, 10)], 1)[0]
    assert value("slope_3") == pytest.approx(slope, abs=1e-5)


def test_silence_counts_months_since_the_newest_report():
    value = told(grid_of([4, 6, None, None], [1, 1, 1, 1]), 3)
    assert value("silence") == 2


def test_one_report_gives_a_level_and_no_momentum():
    value = told(grid_of([10]), 0)
    assert value("history") == pytest.approx(log(2))
    assert all(np.isnan(value(name)) for name in ("slope_3", "volatility", "growth_since_start"))


@pytest.mark.parametrize("world", WORLDS)
def test_features_do_not_change_when_later_months_come_or_are_shuffled(world):
    from insights.panel import usage_panel
    from insights.ranking.grid import UsageGrid

    usage = WORLDS[world](12, 3, 24, 5)
    cut = int(usage["month"].min()) + 15
    rng = np.random.default_rng(1)
    later = usage["month"] > cut
    shuffled = usage.copy()
    for name in ("paid_available_units", "monthly_active_users"):
        shuffled.loc[later, name] = rng.permutation(usage.loc[later, name])
    early = UsageGrid(usage_panel(usage[~later], cut))
    asked = milestones_of(early).ahead(15)
    expected = FeatureMaker(early, pair_groups(early)).matrix(asked, 3)
    assert len(asked) > 10
    for whole in (usage, shuffled):
        grid = UsageGrid(usage_panel(whole, int(usage["month"].max())))
        known = np.flatnonzero(np.isin(grid.panel.codes, early.panel.codes))
        again = Questions(known[asked.pair], asked.column, asked.percent)
        np.testing.assert_array_equal(
            FeatureMaker(grid, pair_groups(grid)).matrix(again, 3), expected
        )
