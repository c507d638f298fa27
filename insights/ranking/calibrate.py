"""Spread a model's chances where its own back-test gains by it; else leave them as they are.

A mix that is shrunk against drift says too little where the world is steady. How much is seen at
past dates only: the slope of each date is learned from the other dates, and a slope is used only
where dates that did not teach it gain in log-loss. The mean chance stays: levels drift, and
fitting them to the latest dates makes later ones worse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from sklearn.linear_model import LogisticRegression

from insights.panel import Ints
from insights.ranking.grid import Floats
from insights.ranking.labels import has_both
from insights.ranking.model import HorizonModel, probability

FEWEST_EVENTS = 100
"""Events at past dates below which no scale is learned."""

TRUST = 0.5
"""Part of the learned slope that is used: halfway was best on later months of invented worlds."""

LEAST_SLOPE, MOST_SLOPE = 0.6, 1.8
FURTHEST = 50.0
"""Log-odds within which the shift is looked for that keeps the mean chance."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What log-odds are multiplied by, and what is added then."""

    slope: float = 1.0
    shift: float = 0.0

    def of(self, odds: Floats) -> Floats:
        """Return log-odds scaled."""
        scaled: Floats = self.shift + self.slope * odds
        return scaled


NO_SCALE = Scale()


def fit_scale(odds: Floats, labels: Ints) -> Scale:
    """Return the slope that makes log-odds fit outcomes, shrunk, with the mean chance kept."""
    fitted = LogisticRegression(C=1e6, max_iter=500).fit(odds[:, None], labels)
    learned = 1 + TRUST * (float(fitted.coef_[0, 0]) - 1)
    slope = float(np.clip(learned, LEAST_SLOPE, MOST_SLOPE))
    mean = float(probability(odds).mean())

    def excess(shift: float) -> float:
        return float(probability(shift + slope * odds).mean()) - mean

    return Scale(slope, float(brentq(excess, -FURTHEST, FURTHEST)))


def scale_of(rows: pd.DataFrame) -> tuple[Scale, Floats]:
    """Return the scale to use from a record's rows, and the record's log-odds scaled honestly.

    Each date's log-odds are scaled by what the other dates teach. Where that gains nothing, or
    there are too few events or dates, the log-odds stay as they are.
    """
    odds = rows["model"].to_numpy(dtype=np.float64)
    labels = rows["label"].to_numpy(dtype=np.int64)
    dates = rows["column"].to_numpy()
    if labels.sum() < FEWEST_EVENTS or not has_both(labels):
        return NO_SCALE, odds
    scaled = odds.copy()
    for date in np.unique(dates):
        others = dates != date
        if not has_both(labels[others]):
            return NO_SCALE, odds
        scaled[~others] = fit_scale(odds[others], labels[others]).of(odds[~others])
    if _loss(scaled, labels) >= _loss(odds, labels):
        return NO_SCALE, odds
    return fit_scale(odds, labels), scaled


def calibrated(model: HorizonModel, rows: pd.DataFrame) -> tuple[HorizonModel, pd.DataFrame]:
    """Return a model and its record with the scale that the record's dates teach, if any."""
    if model.gate != "full" or rows.empty:
        return model, rows
    scale, odds = scale_of(rows)
    return replace(model, slope=scale.slope, shift=scale.shift), rows.assign(model=odds)


def _loss(odds: Floats, labels: Ints) -> float:
    """Return the mean log-loss."""
    chance = np.clip(probability(odds), 1e-9, 1 - 1e-9)
    return float(-np.mean(np.where(labels == 1, np.log(chance), np.log(1 - chance))))
