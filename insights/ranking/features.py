"""What is known of a pair at a month, as numbers: about 45 features, all from months up to it.

A feature that cannot be told is missing (NaN), never 0; one that nobody has drops out of the
model. `GROUPS` says in which of a person's words each feature belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from insights.panel import Ints
from insights.ranking.climate import Climate, climate_at, season_ahead
from insights.ranking.grid import Floats, UsageGrid, log_odds
from insights.ranking.labels import Questions

LAGS = (1, 3, 6, 12)
SLOPES = (3, 6, 12)
SEAT_LAGS = (3, 12)
VOLATILITY_FLOOR = 0.05
"""Smallest monthly spread of log-odds that distances are measured in."""

GROUPS: dict[str, tuple[str, ...]] = {
    "distance": (
        "distance",
        "distance_points",
        "users_missing_log",
        "best_distance",
        "drawdown",
        "milestone",
        "distance_spread",
    ),
    "momentum": (
        *(f"change_{lag}" for lag in LAGS),
        *(f"points_{lag}" for lag in LAGS),
        *(f"slope_{months}" for months in SLOPES),
        "projection_3",
        "projection_6",
        "active_change_3",
        "active_change_12",
        "growth_since_start",
    ),
    "stability": (
        "volatility",
        "largest_jump",
        "rising_share",
        "sampling_error",
        "history",
        "age",
        "silence",
        "start_level",
    ),
    "seats": ("seats_log", *(f"seats_change_{lag}" for lag in SEAT_LAGS)),
    "workload climate": ("climate_move", "climate_rate", "climate_gap", "market_move"),
    "other workloads": ("others_move", "others_level", "others_reached"),
    "season": ("season",),
}
"""Every feature by the group that people read it under."""

NAMES: tuple[str, ...] = tuple(name for names in GROUPS.values() for name in names)
GROUP_OF: dict[str, str] = {name: group for group, names in GROUPS.items() for name in names}


@dataclass(frozen=True, slots=True)
class PairGroups:
    """Which workload and which tenant each pair belongs to, as positions from 0."""

    workload: Ints
    workloads: int
    tenant: Ints
    tenants: int


def pair_groups(grid: UsageGrid) -> PairGroups:
    """Return the workload and tenant of every pair of a grid."""
    workloads, workload = np.unique(grid.panel.workload_key, return_inverse=True)
    tenants, tenant = np.unique(grid.panel.tenant_key, return_inverse=True)
    return PairGroups(
        workload.astype(np.int64), len(workloads), tenant.astype(np.int64), len(tenants)
    )


class FeatureMaker:
    """Features of questions asked at any column of a grid; what a month shares is made once.

    `climates` are those of a whole portfolio by column, where the grid holds a part of it only.
    """

    def __init__(
        self, grid: UsageGrid, groups: PairGroups, climates: Mapping[int, Climate] | None = None
    ) -> None:
        self.grid = grid
        self.groups = groups
        self._climate: dict[int, Climate] = dict(climates or {})

    def climate(self, column: int) -> Climate:
        """Return what the month of a column was like for everybody."""
        if column not in self._climate:
            groups = self.groups
            self._climate[column] = climate_at(self.grid, column, groups.workload, groups.workloads)
        return self._climate[column]

    def matrix(self, asked: Questions, months: int) -> Floats:
        """Return questions x NAMES for one horizon; the order of the rows is kept."""
        rows = np.full((len(asked), len(NAMES)), np.nan)
        for column in np.unique(asked.column):
            at = np.flatnonzero(asked.column == column)
            rows[at] = self._at(int(column), asked.taken(at), months)
        return rows

    def _at(self, column: int, asked: Questions, months: int) -> Floats:
        """Return the features of questions of one column."""
        climate = self.climate(column)
        told = _Told(self.grid, column, asked.pair)
        values = {
            **_history(told),
            **_momentum(told),
            **_seats(told),
            **self._others(column, asked.pair, climate),
        }
        values |= _distances(told, values, asked.percent, months)
        season = season_ahead(self.grid, climate, column, months)
        values["season"] = np.full(len(asked), season)
        return np.column_stack([values[name] for name in NAMES])

    def _others(self, column: int, pair: Ints, climate: Climate) -> dict[str, Floats]:
        """Return what a pair's workload and its tenant's other workloads are doing."""
        grid, groups = self.grid, self.groups
        newest = np.maximum(grid.newest[:, column], 0)
        is_known = grid.is_at_risk(column)
        every = np.arange(grid.panel.pairs)
        odds = np.where(is_known, grid.odds[every, newest], np.nan).astype(np.float64)
        level = odds - climate.level[groups.workload]
        past = grid.newest[:, max(column - 3, 0)]
        before = np.where(past >= 0, grid.odds[every, np.maximum(past, 0)], np.nan)
        move = (odds - before) / 3
        reached = np.where(is_known, grid.best_step[:, column], np.nan)
        workload = groups.workload[pair]
        return {
            "climate_move": climate.move[workload],
            "climate_rate": climate.rate[workload],
            "climate_gap": level[pair],
            "market_move": np.full(len(pair), climate.market_move),
            "others_move": _mean_of_others(move, groups, pair),
            "others_level": _mean_of_others(level, groups, pair),
            "others_reached": _mean_of_others(reached, groups, pair),
        }


def _mean_of_others(values: Floats, groups: PairGroups, pair: Ints) -> Floats:
    """Return the mean over the tenant's other pairs; missing where it has no other."""
    known = np.isfinite(values)
    filled = np.where(known, values, 0)
    counts = np.bincount(groups.tenant[known], minlength=groups.tenants)
    sums = np.bincount(groups.tenant, weights=filled, minlength=groups.tenants)
    tenant = groups.tenant[pair]
    left = counts[tenant] - known[pair]
    mean: Floats = np.where(left > 0, (sums[tenant] - filled[pair]) / np.maximum(left, 1), np.nan)
    return mean


class _Told:
    """What was reported of some pairs up to a column: values at their newest reports."""

    def __init__(self, grid: UsageGrid, column: int, pair: Ints) -> None:
        self.grid, self.column, self.pair = grid, column, pair
        self.newest = grid.newest[pair, column].astype(np.int64)
        self.odds = self.at(grid.odds, 0)
        self.share = self.at(grid.share, 0)
        self.units = self.at(grid.panel.units, 0)
        self.users = self.at(grid.users, 0)

    def at(self, values: np.ndarray, lag: int) -> Floats:
        """Return the newest value at least `lag` months before the column; missing for none."""
        if self.column < lag:
            return np.full(len(self.pair), np.nan)
        where = self.grid.newest[self.pair, self.column - lag].astype(np.int64)
        found: Floats = np.where(where >= 0, values[self.pair, np.maximum(where, 0)], np.nan)
        return found.astype(np.float64)

    def window(self, values: np.ndarray, months: int) -> Floats:
        """Return questions x the last months of the grid up to the column, oldest first."""
        first = max(self.column - months + 1, 0)
        cells: Floats = values[self.pair, first : self.column + 1].astype(np.float64)
        return cells


def _history(told: _Told) -> dict[str, Floats]:
    """Return level, spread and age of a history."""
    odds = told.window(told.grid.odds, 13)
    moves = np.diff(odds, axis=1)
    known = np.isfinite(moves)
    count = known.sum(axis=1)
    filled = np.where(known, moves, 0)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    spread = np.where(known, (moves - mean[:, None]) ** 2, 0).sum(axis=1)
    first = told.grid.first[told.pair]
    reports = told.grid.reported[told.pair, : told.column + 1].sum(axis=1)
    start = told.grid.odds[told.pair, np.minimum(first, told.column)].astype(np.float64)
    age = (told.column - first).astype(np.float64)
    smooth = (told.users + 0.5) * (told.units - told.users + 0.5)
    return {
        "volatility": np.where(count > 1, np.sqrt(spread / np.maximum(count - 1, 1)), np.nan),
        "largest_jump": np.where(count > 0, filled.max(axis=1, initial=0), np.nan),
        "rising_share": np.where(
            count > 0, (filled > 0).sum(axis=1) / np.maximum(count, 1), np.nan
        ),
        "sampling_error": np.sqrt((told.units + 1) / smooth),
        "history": np.log1p(reports),
        "age": np.log1p(age),
        "silence": (told.column - told.newest).astype(np.float64),
        "start_level": start,
        "growth_since_start": np.where(age > 0, (told.odds - start) / np.maximum(age, 1), np.nan),
    }


def _momentum(told: _Told) -> dict[str, Floats]:
    """Return changes and slopes in log-odds and in points, and of active users."""
    values: dict[str, Floats] = {}
    for lag in LAGS:
        values[f"change_{lag}"] = told.odds - told.at(told.grid.odds, lag)
        values[f"points_{lag}"] = 100 * (told.share - told.at(told.grid.share, lag))
    for months in SLOPES:
        values[f"slope_{months}"] = _slope(told.window(told.grid.odds, months + 1))
    for lag in SEAT_LAGS:
        before = told.at(told.grid.users, lag)
        values[f"active_change_{lag}"] = np.log((told.users + 1) / (before + 1))
    return values


def _slope(cells: Floats) -> Floats:
    """Return the least-squares slope per month of each row; missing with fewer than two cells."""
    known = np.isfinite(cells)
    count = known.sum(axis=1)
    month = np.arange(cells.shape[1], dtype=np.float64)
    centre = np.where(known, month, 0).sum(axis=1) / np.maximum(count, 1)
    x = np.where(known, month - centre[:, None], 0)
    y = np.where(known, cells, 0)
    spread = (x**2).sum(axis=1)
    slope: Floats = np.where(count > 1, (x * y).sum(axis=1) / np.maximum(spread, 1e-9), np.nan)
    return slope


def _seats(told: _Told) -> dict[str, Floats]:
    """Return the size in seats and how it changed."""
    values = {"seats_log": np.log1p(told.units)}
    for lag in SEAT_LAGS:
        before = told.at(told.grid.panel.units, lag)
        values[f"seats_change_{lag}"] = np.log((told.units + 1) / (before + 1))
    return values


def _distances(
    told: _Told, known: dict[str, Floats], percent: Ints, months: int
) -> dict[str, Floats]:
    """Return how far the milestone is, in several measures, now and as projected."""
    goal = log_odds(percent)
    distance = goal - told.odds
    history = told.grid.odds[told.pair, : told.column + 1]
    best = np.nanmax(np.where(np.isfinite(history), history, -np.inf), axis=1).astype(np.float64)
    spread = np.hypot(np.nan_to_num(known["volatility"]), VOLATILITY_FLOOR) * np.sqrt(months)
    missing = np.ceil(told.units * percent / 100) - told.users
    return {
        "distance": distance,
        "distance_points": percent - 100 * told.share,
        "users_missing_log": np.log1p(np.maximum(missing, 0)),
        "best_distance": goal - best,
        "drawdown": best - told.odds,
        "milestone": goal,
        "distance_spread": distance / spread,
        "projection_3": months * known["slope_3"] - distance,
        "projection_6": months * known["slope_6"] - distance,
    }
