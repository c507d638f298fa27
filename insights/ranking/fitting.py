"""Fit the parts of the ranking model with scikit-learn and keep them as plain numbers.

Strong regularisation, pooling over workloads and milestones, and mixing matter; which learner
hardly does. One thread is enough; a fixed seed makes every fit repeatable.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from insights.panel import Ints
from insights.ranking.features import NAMES
from insights.ranking.grid import Floats
from insights.ranking.parts import (
    POSITION,
    GapPart,
    LinearPart,
    Tree,
    TreesPart,
    gap_inputs,
    spline_width,
)
from insights.ranking.questions import SEED

SPLINED = (
    "distance",
    "slope_3",
    "projection_3",
    "distance_spread",
    "best_distance",
    "volatility",
    "age",
)
FLAGGED = ("change_1", "change_3", "change_6", "change_12", "others_move")
"""Features whose absence says something: the history is short, or there is nothing beside it."""

KNOTS = 6
CLIP = 0.005
LINEAR_C = 0.03
GAP_C = 10.0
FURTHEST_DISTANCE = 12.0
"""In log-odds; nothing that is reported lies further from its milestone."""

LEAST_SLOPE = 0.01
ROUNDS, RATE, LEAVES, LEAF_SHARE, L2 = 100, 0.05, 12, 150, 5.0
SMALLEST_LEAF = 20
MONOTONE = {
    "distance": -1,
    "distance_points": -1,
    "best_distance": -1,
    "projection_3": 1,
    "projection_6": 1,
}
"""Directions that no data may turn round: further away is never likelier."""


def fit_gap(features: Floats, labels: Ints) -> GapPart:
    """Return the gap rule calibrated on these rows; both labels must occur.

    It stays the gap rule: where the data would rank a farther milestone first, the bend is left
    out, and where they still would, the distance orders and hardly moves the level.
    """
    inputs = gap_inputs(features)
    fitted = LogisticRegression(C=GAP_C).fit(inputs, labels)
    intercept, (straight, bend) = float(fitted.intercept_[0]), map(float, fitted.coef_[0])
    if straight >= 0 or straight + 0.2 * FURTHEST_DISTANCE * bend >= 0:
        lone = LogisticRegression(C=GAP_C).fit(inputs[:, :1], labels)
        intercept, straight, bend = float(lone.intercept_[0]), float(lone.coef_[0, 0]), 0.0
    if straight >= 0:
        usual = float(labels.mean())
        straight = -LEAST_SLOPE
        intercept = float(np.log(usual / (1 - usual)) + LEAST_SLOPE * inputs[:, 0].mean())
    return GapPart(intercept, (straight, bend), tuple(map(float, inputs.mean(axis=0))))


def told_features(features: Floats) -> tuple[str, ...]:
    """Return the features that at least one row has, and that are not the same for all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column without any value is asked too
        varies = np.nanmax(features, axis=0) > np.nanmin(features, axis=0)
    return tuple(name for name, told in zip(NAMES, varies, strict=True) if told)


def fit_linear(features: Floats, labels: Ints) -> LinearPart:
    """Return the spline logistic regression of these rows; both labels must occur."""
    used = told_features(features)
    taken = features[:, [POSITION[name] for name in used]]
    lowest, highest = np.nanquantile(taken, [CLIP, 1 - CLIP], axis=0)
    fills = np.nanmean(np.clip(taken, lowest, highest), axis=0)
    filled = np.where(np.isnan(taken), fills, np.clip(taken, lowest, highest))
    knots = {name: _knots(filled[:, used.index(name)]) for name in SPLINED if name in used}
    knots = {name: at for name, at in knots.items() if len(at) > 1}
    flagged = tuple(name for name in FLAGGED if np.isnan(features[:, POSITION[name]]).any())
    width = len(used) + sum(spline_width(at) for at in knots.values()) + len(flagged)
    blank = LinearPart(
        used=used,
        lowest=tuple(map(float, lowest)),
        highest=tuple(map(float, highest)),
        fills=tuple(map(float, fills)),
        splined=tuple(knots),
        knots=tuple(knots.values()),
        flagged=flagged,
        means=(0.0,) * width,
        weights=(0.0,) * width,
        intercept=0.0,
    )
    return _with_weights(blank, blank.inputs(features), labels)


def _knots(values: Floats) -> tuple[float, ...]:
    """Return distinct knots at even quantiles of the values."""
    return tuple(map(float, np.unique(np.quantile(values, np.linspace(0, 1, KNOTS)))))


def _with_weights(blank: LinearPart, inputs: Floats, labels: Ints) -> LinearPart:
    """Return the part with weights fitted on standardised inputs, told for the raw ones."""
    means, spread = inputs.mean(axis=0), inputs.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    fitted = LogisticRegression(C=LINEAR_C, solver="newton-cholesky").fit(
        (inputs - means) / spread, labels
    )
    return LinearPart(
        **{name: getattr(blank, name) for name in blank.__slots__}
        | {
            "means": tuple(map(float, means)),
            "weights": tuple(map(float, fitted.coef_[0] / spread)),
            "intercept": float(fitted.intercept_[0]),
        }
    )


def fit_trees(features: Floats, labels: Ints) -> TreesPart:
    """Return small monotone boosted trees of these rows; both labels must occur."""
    used = told_features(features)
    learner = HistGradientBoostingClassifier(
        max_iter=ROUNDS,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=max(SMALLEST_LEAF, len(labels) // LEAF_SHARE),
        l2_regularization=L2,
        early_stopping=False,
        monotonic_cst=[MONOTONE.get(name, 0) for name in used],
        random_state=SEED,
    )
    # On a busy machine threads that wait for each other make this ten times slower.
    with threadpool_limits(1):
        fitted = learner.fit(features[:, [POSITION[name] for name in used]], labels)
    # The fitted trees have no public form; a test holds that these give the same log-odds.
    trees = tuple(_tree(each[0].nodes) for each in fitted._predictors)
    return TreesPart(used, float(np.ravel(fitted._baseline_prediction)[0]), trees)


def _tree(nodes: np.ndarray) -> Tree:
    """Return a fitted tree as plain lists."""
    is_leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=tuple(map(int, nodes["feature_idx"])),
        threshold=tuple(map(float, np.where(is_leaf, 0.0, nodes["num_threshold"]))),
        missing_left=tuple(map(bool, nodes["missing_go_to_left"])),
        left=tuple(map(int, nodes["left"])),
        right=tuple(map(int, nodes["right"])),
        is_leaf=tuple(map(bool, is_leaf)),
        value=tuple(map(float, nodes["value"])),
        count=tuple(map(int, nodes["count"])),
    )
