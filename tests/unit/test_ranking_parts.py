"""The parts of the model score as scikit-learn does, and their contributions add up."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from insights.panel import usage_panel
from insights.ranking import fitting
from insights.ranking.features import NAMES
from insights.ranking.parts import POSITION, Tree, TreesPart, spline_inputs
from insights.ranking.questions import Portfolio
from tests.worlds import WORLDS


@pytest.fixture(scope="module")
def sample():
    usage = WORLDS["projects"](60, 3, 24, 3)
    portfolio = Portfolio(usage_panel(usage, int(usage["month"].max())), [(15, 40)] * 3)
    return portfolio.sample(3, last=portfolio.last, most=3_000, seed=1)


@pytest.mark.parametrize("fit", [fitting.fit_gap, fitting.fit_linear, fitting.fit_trees])
def test_contributions_add_up_to_the_log_odds(sample, fit):
    part = fit(sample.features, sample.outcomes)
    rows = sample.features[::7]
    total = part.base + part.contributions(rows).sum(axis=1)
    np.testing.assert_allclose(total, part.log_odds(rows), rtol=0, atol=1e-9)


def test_trees_score_as_the_fitted_estimator(sample, monkeypatch):
    kept = []
    original = HistGradientBoostingClassifier.fit

    def keep(self, *arguments):
        kept.append(self)
        return original(self, *arguments)

    monkeypatch.setattr(HistGradientBoostingClassifier, "fit", keep)
    part = fitting.fit_trees(sample.features, sample.outcomes)
    taken = sample.features[:, [POSITION[name] for name in part.used]]
    np.testing.assert_allclose(
        part.log_odds(sample.features), kept[0].decision_function(taken), rtol=0, atol=1e-9
    )


def test_shapley_values_of_a_tree_with_two_splits():
    """Root: distance <= 0 (30 of 40 rows go left, value 2); right: slope_3 <= 0 (4 rows: 1, 6: 5).

    Mean = (30 * 2 + 4 * 1 + 6 * 5) / 40 = 2.35. For a row with distance 1 and slope 1 (value 5):
    knowing distance alone (4 + 30) / 10 = 3.4, slope alone 0.75 * 2 + 0.25 * 5 = 2.75, both 5.
    distance owns ((3.4 - 2.35) + (5 - 2.75)) / 2 = 1.65, slope the rest: 1.0.
    """
    tree = Tree(
        feature=(0, 0, 1, 0, 0),
        threshold=(0.0, 0.0, 0.0, 0.0, 0.0),
        missing_left=(True, False, True, False, False),
        left=(1, 0, 3, 0, 0),
        right=(2, 0, 4, 0, 0),
        is_leaf=(False, True, False, True, True),
        value=(0.0, 2.0, 0.0, 1.0, 5.0),
        count=(40, 30, 10, 4, 6),
    )
    part = TreesPart(("distance", "slope_3"), 0.0, (tree,))
    row = np.full((1, len(NAMES)), np.nan)
    row[0, POSITION["distance"]], row[0, POSITION["slope_3"]] = 1.0, 1.0
    owned = part.contributions(row)[0]
    assert part.base == pytest.approx(2.35)
    assert owned[POSITION["distance"]] == pytest.approx(1.65)
    assert owned[POSITION["slope_3"]] == pytest.approx(1.0)


def test_feature_that_nobody_has_drops_out(sample):
    features = sample.features.copy()
    features[:, POSITION["change_12"]] = np.nan
    labels = sample.outcomes
    for part in (fitting.fit_linear(features, labels), fitting.fit_trees(features, labels)):
        assert "change_12" not in part.used
        assert np.isfinite(part.log_odds(features)).all()


def test_spline_inputs_add_up_to_one_also_outside_the_knots():
    values = np.array([-5.0, 0.0, 0.3, 1.0, 9.0])
    sums = spline_inputs(values, np.array([0.0, 0.5, 1.0])).sum(axis=1)
    np.testing.assert_allclose(sums, 1)


def test_spline_inputs_of_no_rows_are_none_when_no_outcome_is_known():
    knots = np.array([0.0, 0.5, 1.0])
    some = spline_inputs(np.array([0.2]), knots)
    assert spline_inputs(np.array([]), knots).shape == (0, some.shape[1])
