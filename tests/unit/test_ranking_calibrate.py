"""Chances are spread only where past dates gain by it, half of the way, with their mean kept."""

import numpy as np
import pandas as pd
import pytest

from insights.ranking.calibrate import FEWEST_EVENTS, NO_SCALE, fit_scale, scale_of
from insights.ranking.model import probability


def record(slope, *, rows=1_500, dates=4, seed=3):
    """Return a record whose outcomes follow so many times the log-odds that were said."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-2, 1.2, rows * dates)
    mean = odds.mean()
    happened = rng.random(rows * dates) < probability(mean + slope * (odds - mean))
    return pd.DataFrame(
        {
            "column": np.repeat(np.arange(dates), rows),
            "model": odds,
            "label": happened.astype(np.int64),
        }
    )


def test_understated_odds_are_spread_half_of_the_way_and_keep_their_mean():
    rows = record(1.6)
    scale, scaled = scale_of(rows)
    assert scale.slope == pytest.approx(1.3, abs=0.07)
    odds = rows["model"].to_numpy()
    assert probability(scale.of(odds)).mean() == pytest.approx(probability(odds).mean(), abs=1e-6)
    assert not np.array_equal(scaled, odds)


def test_overstated_odds_are_drawn_together():
    scale, _ = scale_of(record(0.5))
    assert scale.slope == pytest.approx(0.75, abs=0.06)


def test_honest_odds_stay_nearly_as_they_are():
    scale, _ = scale_of(record(1.0))
    assert scale.slope == pytest.approx(1.0, abs=0.05)


def test_nothing_is_learned_from_few_events_or_one_outcome():
    few = record(1.6, rows=60)
    assert few["label"].sum() < FEWEST_EVENTS
    never = record(1.6).assign(label=0)
    for rows in (few, never):
        scale, scaled = scale_of(rows)
        assert scale == NO_SCALE
        np.testing.assert_array_equal(scaled, rows["model"].to_numpy())


def test_order_of_chances_never_changes():
    rows = record(1.6)
    scale = fit_scale(rows["model"].to_numpy(), rows["label"].to_numpy())
    assert scale.slope > 0
