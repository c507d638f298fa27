"""When a milestone is expected to be reached, from the probabilities of the three horizons.

Between two horizons the chance per month is even; beyond the longest one the last pace goes on.
The 80 % interval of whole months leaves out as nearly as whole months can a tenth of the chances
before it and a tenth after it. Where the upper end lies beyond a year there is none, and the fifth
that is left out lies before the lower end alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insights.panel import Bools, Ints
from insights.ranking.grid import Floats

LOWER, MEDIAN, UPPER = 0.1, 0.5, 0.9
LOWER_OF_OPEN = 0.2
"""Chance left out before an interval without an upper end."""

CLOSED_FROM = 0.85
"""Chance within a year from which a month within it stands for the upper end."""

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
    left = np.cumprod(1 - hazards(chances, months), axis=1)
    reached = np.asarray(1 - left, dtype=np.float64)
    before = np.zeros_like(reached)
    before[:, 1:] = reached[:, :-1]
    is_open = reached[:, -1] < CLOSED_FROM
    ahead: Floats = np.where(is_open, LOWER_OF_OPEN, LOWER).astype(np.float64)
    return pd.DataFrame(
        {
            "low": _month(_nearest(before, ahead), reached[:, -1] < LOWER - ROUNDING),
            "median": _first(reached >= MEDIAN - ROUNDING),
            "high": _month(_nearest(reached, np.full(len(reached), UPPER)), is_open),
        }
    )


def _nearest(chance: Floats, aim: Floats) -> Ints:
    """Return the month from 1 whose rising chance is nearest to an aim, the last of equal ones."""
    apart = np.round(np.abs(chance - aim[:, None]), 9)
    backwards: Ints = apart[:, ::-1].argmin(axis=1).astype(np.int64)
    months: int = chance.shape[1]
    return months - backwards


def _month(month: Ints, is_missing: Bools) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(month, np.asarray(is_missing))


def _first(is_reached: Bools) -> pd.arrays.IntegerArray:
    """Return the number of the first true column counted from 1, missing for none."""
    never = ~np.asarray(is_reached.any(axis=1))
    return pd.arrays.IntegerArray(is_reached.argmax(axis=1).astype(np.int64) + 1, never)
