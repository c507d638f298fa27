"""What a month was like for everybody: how workloads move and cross, and what is the season.

All from columns up to the month asked about; small groups are shrunk towards the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from insights.panel import Bools, Ints
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


@dataclass(frozen=True, slots=True)
class ClimateSums:
    """What a month's climate is made of; those of the parts of a portfolio add up to its own.

    Per group the known moves and levels and their sums, and the steps passed in so many
    pair-months of the last year; per column after the first the known moves and their clipped sum.
    """

    moves: Floats
    moved: Floats
    levels: Floats
    level: Floats
    months: Floats
    steps: Floats
    season_moves: Floats
    season_moved: Floats

    def __add__(self, other: ClimateSums) -> ClimateSums:
        """Return the sums of two parts of a portfolio that share no pair."""
        names = [each.name for each in fields(self)]
        return ClimateSums(*(getattr(self, name) + getattr(other, name) for name in names))


def climate_at(grid: UsageGrid, column: int, group: Ints, groups: int) -> Climate:
    """Return what the month of a column was like, from columns up to it."""
    sums = climate_sums(grid, column, group, groups)
    return climate_of(sums, first_month=grid.panel.first_month)


def climate_sums(grid: UsageGrid, column: int, group: Ints, groups: int) -> ClimateSums:
    """Return what the climate of a column is made of, from columns up to it."""
    now = grid.odds[:, column].astype(np.float64)
    before = grid.odds[:, max(column - 3, 0)].astype(np.float64)
    move = (now - before) / max(min(column, 3), 1)
    return ClimateSums(
        *_known_by_group(move, group, groups),
        *_known_by_group(now, group, groups),
        *_crossings(grid, column, group, groups),
        *_season_moves(grid, column),
    )


def climate_of(sums: ClimateSums, *, first_month: int) -> Climate:
    """Return the climate that these sums make; `first_month` is that of the grid's column 0."""
    known = sums.moves.sum()
    total = sums.steps.sum() / max(sums.months.sum(), 1)
    return Climate(
        move=_shrunk_means(sums.moves, sums.moved),
        level=_shrunk_means(sums.levels, sums.level),
        rate=(sums.steps + SHRINK_PAIRS * total) / (sums.months + SHRINK_PAIRS),
        market_move=float(sums.moved.sum() / known) if known else 0.0,
        season=_season_index(sums, first_month),
    )


def _known_by_group(values: Floats, group: Ints, groups: int) -> tuple[Floats, Floats]:
    """Return how many values of each group are known, and their sums."""
    known = np.isfinite(values)
    return _summed(known, group, groups), _summed(np.where(known, values, 0), group, groups)


def _summed(values: Floats | Bools, group: Ints, groups: int) -> Floats:
    """Return the sum of the values of each group."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)


def _shrunk_means(counts: Floats, sums: Floats) -> Floats:
    """Return the mean of the known values by group, shrunk towards the mean of all."""
    overall = sums.sum() / max(counts.sum(), 1)
    means: Floats = (sums + SHRINK_PAIRS * overall) / (counts + SHRINK_PAIRS)
    return means


def _crossings(grid: UsageGrid, column: int, group: Ints, groups: int) -> tuple[Floats, Floats]:
    """Return by group the pair-months of the last year, and how many first passed a 10 % step."""
    first = max(column - RATE_MONTHS, 0)
    if column == first:
        return np.zeros(groups), np.zeros(groups)
    share = np.where(grid.reported[:, : column + 1], grid.share[:, : column + 1], 0)
    best = np.floor(np.maximum.accumulate(share, axis=1) * 10)
    steps = (np.diff(best[:, first:], axis=1) > 0).sum(axis=1)
    months = grid.reported[:, first + 1 : column + 1].sum(axis=1)
    return _summed(months, group, groups), _summed(steps, group, groups)


def _season_moves(grid: UsageGrid, column: int) -> tuple[Floats, Floats]:
    """Return by column after the first how many moves are known, and the sum of them clipped."""
    moves = np.diff(grid.odds[:, : column + 1].astype(np.float64), axis=1)
    known = np.isfinite(moves)
    clipped = np.clip(np.where(known, moves, 0), -1, 1)
    return known.sum(axis=0).astype(np.float64), clipped.sum(axis=0)


def _season_index(sums: ClimateSums, first_month: int) -> Floats:
    """Return by calendar month (0 = January) how much log-odds usually move into it.

    Each month's common move less the mean of the year around it, averaged over the years seen and
    shrunk; zeros before there is a full year.
    """
    counts = sums.season_moves
    if len(counts) < YEAR:
        return np.zeros(YEAR)
    common = sums.season_moved / np.maximum(counts, 1)
    around = np.convolve(np.pad(common, YEAR // 2, mode="reflect"), np.ones(YEAR) / YEAR, "same")
    extra = common - around[YEAR // 2 : YEAR // 2 + len(common)]
    calendar = (first_month + 1 + np.arange(len(common))) % YEAR
    seen = np.bincount(calendar[counts > 0], minlength=YEAR)
    moved = np.bincount(calendar, weights=np.where(counts > 0, extra, 0), minlength=YEAR)
    season: Floats = moved / (seen + SEASON_YEARS)
    return season


def season_ahead(grid: UsageGrid, climate: Climate, column: int, months: int) -> float:
    """Return the usual move of log-odds by season over the months after a column."""
    ahead = (grid.panel.first_month + column + 1 + np.arange(months)) % YEAR
    return float(climate.season[ahead].sum())
