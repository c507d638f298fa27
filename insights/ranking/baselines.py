"""The plain rules that practitioners rank by, as forecasters beside the model.

Each gives one number per question from the features alone; higher ranks first. They are not
probabilities: the record compares their order, and the calibrated gap rule stands for level.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from insights.ranking.grid import Floats
from insights.ranking.parts import POSITION

NEVER = -1e6
"""Rank of a question that a rule cannot see being reached."""


def _of(features: Floats, name: str) -> Floats:
    column: Floats = features[:, POSITION[name]]
    return column


def gap(features: Floats) -> Floats:
    """Return the nearness in log-odds: the shortest distance first."""
    return -_of(features, "distance")


def points(features: Floats) -> Floats:
    """Return the nearness in percentage points."""
    return -_of(features, "distance_points")


def pace(features: Floats) -> Floats:
    """Return minus the months to go at the pace of the last three months; rising ones only."""
    moved = _of(features, "points_3") / 3
    left = _of(features, "distance_points")
    months: Floats = left / np.where(moved > 0, moved, np.nan)
    return np.where(np.isfinite(months), -months, NEVER - left)


def line(features: Floats) -> Floats:
    """Return where the straight line of the last six months leads, above or below the threshold."""
    moved = _of(features, "points_6")
    shorter = _of(features, "points_3") * 2
    ahead = np.where(np.isfinite(moved), moved, np.where(np.isfinite(shorter), shorter, 0))
    reached: Floats = ahead / 2 - _of(features, "distance_points")
    return reached


def curve(features: Floats) -> Floats:
    """Return where a logistic growth curve leads: the straight line in log-odds."""
    slope = np.nan_to_num(_of(features, "slope_6"))
    reached: Floats = 3 * slope - _of(features, "distance")
    return reached


BASELINES: dict[str, Callable[[Floats], Floats]] = {
    "gap": gap,
    "points": points,
    "pace": pace,
    "line": line,
    "curve": curve,
}
"""Every plain rule by its code."""
BASELINE_LABELS: dict[str, str] = {
    "gap": "Nearest in log-odds",
    "points": "Nearest in points",
    "pace": "Fewest months at this pace",
    "line": "Straight line of six months",
    "curve": "Growth curve",
}
