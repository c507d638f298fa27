"""What a month was like for everybody: how workloads move and cross, and what is the season.

All from columns up to the month asked about; small groups are shrunk towards the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insights.panel import Ints
from insights.ranking.grid import Floats, UsageGrid

RATE_MONTHS = 12
"""Months over which the crossing rate of a workload is counted."""

SHRINK_PAIRS = 50.0
"""Pair-months of the whole that a group's own mean is mixed with."""

SEASON_YEARS = 2.0
"""Years of the same calendar month at which its season counts half."""

YEAR = 12


@dataclass(frozen=True, slots=True)
class Climate:
    """One column of the grid: per group its mean move and level, crossing rate; and the season.

    `season` holds the usual move of log-odds by calendar month (of `first_month + column`).
    """

    move: Floats
    level: Floats
    rate: Floats
    market_move: float
    season: Floats


def group_means(values: Floats, group: Ints, groups: int) -> Floats:
    """Return the mean of the known values by group, shrunk towards the mean of all."""
    known = np.isfinite(values)
    counts = np.bincount(group[known], minlength=groups)
    sums = np.bincount(group[known], weights=values[known], minlength=groups)
    overall = sums.sum() / max(counts.sum(), 1)
    means: Floats = (sums + SHRINK_PAIRS * overall) / (counts + SHRINK_PAIRS)
    return means


def climate_at(grid: UsageGrid, column: int, group: Ints, groups: int) -> Climate:
    """Return what the month of a column was like, from columns up to it."""
    now = grid.odds[:, column].astype(np.float64)
    before = grid.odds[:, max(column - 3, 0)].astype(np.float64)
    move = (now - before) / max(min(column, 3), 1)
    return Climate(
        move=group_means(move, group, groups),
        level=group_means(now, group, groups),
        rate=_crossing_rate(grid, column, group, groups),
        market_move=float(np.nanmean(move)) if np.isfinite(move).any() else 0.0,
        season=season_index(grid, column),
    )


def _crossing_rate(grid: UsageGrid, column: int, group: Ints, groups: int) -> Floats:
    """Return the share of pair-months of the last year that first passed a step of 10 points."""
    first = max(column - RATE_MONTHS, 0)
    if column == first:
        return np.zeros(groups)
    share = np.where(grid.reported[:, : column + 1], grid.share[:, : column + 1], 0)
    best = np.floor(np.maximum.accumulate(share, axis=1) * 10)
    steps = (np.diff(best[:, first:], axis=1) > 0).sum(axis=1)
    months = grid.reported[:, first + 1 : column + 1].sum(axis=1)
    total = steps.sum() / max(months.sum(), 1)
    own = np.bincount(group, weights=steps, minlength=groups) + SHRINK_PAIRS * total
    rate: Floats = own / (np.bincount(group, weights=months, minlength=groups) + SHRINK_PAIRS)
    return rate


def season_index(grid: UsageGrid, column: int) -> Floats:
    """Return by calendar month (0 = January) how much log-odds usually move into it.

    Each month's common move less the mean of the year around it, averaged over the years seen and
    shrunk; zeros before there is a full year.
    """
    moves = np.diff(grid.odds[:, : column + 1].astype(np.float64), axis=1)
    index = np.zeros(YEAR)
    if moves.shape[1] < YEAR:
        return index
    known = np.isfinite(moves)
    counts = known.sum(axis=0)
    clipped = np.clip(np.where(known, moves, 0), -1, 1)
    common = clipped.sum(axis=0) / np.maximum(counts, 1)
    around = np.convolve(np.pad(common, YEAR // 2, mode="reflect"), np.ones(YEAR) / YEAR, "same")
    extra = common - around[YEAR // 2 : YEAR // 2 + len(common)]
    calendar = (grid.panel.first_month + 1 + np.arange(len(common))) % YEAR
    seen = np.bincount(calendar[counts > 0], minlength=YEAR)
    sums = np.bincount(calendar, weights=np.where(counts > 0, extra, 0), minlength=YEAR)
    season: Floats = sums / (seen + SEASON_YEARS)
    return season


def season_ahead(grid: UsageGrid, climate: Climate, column: int, months: int) -> float:
    """Return the usual move of log-odds by season over the months after a column."""
    ahead = (grid.panel.first_month + column + 1 + np.arange(months)) % YEAR
    return float(climate.season[ahead].sum())
