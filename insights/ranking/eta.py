"""When a milestone is expected to be reached, from the probabilities of the three horizons.

Between two horizons the chance per month is even; beyond the longest one the last pace goes on.
The 80 % interval runs from the month by which 10 % would have reached it to that of 90 %; where
that lies beyond a year there is no upper month, and none at all where even half would not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insights.panel import Bools
from insights.ranking.grid import Floats

LOWER, MEDIAN, UPPER = 0.1, 0.5, 0.9
FURTHEST = 12
"""Months ahead that an expectation may lie; later ones are "not within a year"."""


ROUNDING = 1e-9
"""So that a chance of exactly a tenth counts as one."""


def hazards(chances: Sequence[Floats], months: Sequence[int]) -> Floats:
    """Return rows x FURTHEST: the chance per month, given that it has not happened before.

    `chances` are the probabilities of rising horizons of so many months, never falling.
    """
    rates = np.zeros((len(chances[0]), FURTHEST))
    gone, before = np.ones(len(chances[0])), 0
    for chance, end in zip(chances, months, strict=True):
        left = np.clip(1 - chance, 1e-9, None)
        rate = 1 - (left / gone) ** (1 / (end - before))
        rates[:, before:] = np.clip(rate, 0, 1)[:, None]
        gone, before = left, end
    return rates


def expected_months(chances: Sequence[Floats], months: Sequence[int]) -> pd.DataFrame:
    """Return months until reached, one row per row of the chances: columns low, median, high.

    Whole months from 1; missing where it is not within FURTHEST months.
    """
    reached = 1 - np.cumprod(1 - hazards(chances, months), axis=1)
    quantiles = {"low": LOWER, "median": MEDIAN, "high": UPPER}
    return pd.DataFrame({name: _first(reached >= at - ROUNDING) for name, at in quantiles.items()})


def _first(is_reached: Bools) -> pd.arrays.IntegerArray:
    """Return the number of the first true column counted from 1, missing for none."""
    never = ~np.asarray(is_reached.any(axis=1))
    return pd.arrays.IntegerArray(is_reached.argmax(axis=1).astype(np.int64) + 1, never)
