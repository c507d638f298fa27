"""Whether usage moved more after an action than at similar customers that nobody turned to.

The usage of the last month before an action is compared with that of the third month after it, at
least 90 days later. The same months are read at up to five similar pairs: the same workload, the
same size by seats, usage within 5 points and its last 3 months within 3 points of each other, the
same side of the action's milestone, and no action within 3 months. They are looked for in the
panel given, which need not hold everybody. This is a comparison with
similar customers, no proof of a cause: why somebody turned to one customer and not to another may
matter too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.bands import SIZE_BANDS
from insights.panel import UsagePanel, pair_codes

AFTER = 3
"""Months after the one of the action whose usage counts; its reports end 90 days later or more."""

TREND_MONTHS = 3
UNTOUCHED_MONTHS = 3
USAGE_WITHIN = 0.05
TREND_WITHIN = 0.03
MOST_MATCHES = 5

SAMPLED_PER_SIZE = 200
"""Customers of each size, by all their seats, among which similar ones are looked for."""

BEFORE = TREND_MONTHS + 1
"""Months before the one of the action from which usage is read."""

MATCHED, NO_REPORT, NO_SIMILAR = "matched", "no_report", "no_similar"
STATES: dict[str, str] = {
    MATCHED: "compared",
    NO_REPORT: "usage is not reported for the months around it",
    NO_SIMILAR: "no similar customer without an action",
}
"""Whether an action could be compared, by code."""

EFFECT_COLUMNS = (
    "action_id",
    "tenant_key",
    "state",
    "start_usage",
    "change",
    "similar_change",
    "effect",
    "users_change",
    "users_effect",
    "is_crossed",
    "similar_crossed",
    "crossing_effect",
    "matches",
    "months_to_cross",
    "months_seen",
)
MATCH_COLUMNS = ("action_id", "pair", "tenant_key", "start_usage", "change", "is_crossed")
PATH_COLUMNS = ("action_id", "offset", "usage", "similar")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of actions.

    `effects`: EFFECT_COLUMNS, one row per action that is old enough; changes are of active usage
    (share) and of active users, effects are the change minus the mean of the matches (users
    scaled by seats); crossings count where the action's milestone was ahead. months_to_cross is
    from the month of the action, missing where not crossed within months_seen. `matches`:
    MATCH_COLUMNS, one row per action and similar pair. `paths`: PATH_COLUMNS, usage by month from
    that of the action (0), its own and the mean of its matches.
    """

    effects: pd.DataFrame
    matches: pd.DataFrame
    paths: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Grid:
    """The panel with what matching reads from it."""

    panel: UsagePanel
    usage: Floats
    is_touched: Bools
    tenant: Ints
    workload: Ints


@dataclass(frozen=True, slots=True)
class _Free:
    """Pairs of a workload that nobody turned to around a month, and where they stood before."""

    rows: Ints
    start: Floats
    trend: Floats
    band: Ints


def outcomes(panel: UsagePanel, begun: pd.DataFrame, touched: pd.DataFrame) -> Outcomes:
    """Return what became of actions, compared with similar pairs that were left alone.

    `begun`: action_id, tenant_key, workload_key, month (in which it began), milestone (percent or
    missing). `touched`: tenant_key, workload_key (0: every workload), month of every action that
    anybody began, also of other kinds. Actions whose third month after is not over are left out.
    """
    known = panel.first_month + panel.months - 1
    old = begun[begun["month"] + AFTER <= known].sort_values("action_id", ignore_index=True)
    codes = pair_codes(old)
    place = np.searchsorted(panel.codes, codes).clip(max=max(panel.pairs - 1, 0))
    is_pair = panel.codes[place] == codes if panel.pairs else np.zeros(len(old), dtype=bool)
    column = old["month"].to_numpy(dtype=np.int64) - panel.first_month
    grid = _grid(panel, touched)
    is_told = is_pair & (column >= BEFORE)
    is_told[is_told] = _is_told(grid, place[is_told], column[is_told])
    told = old[is_told].assign(row=place[is_told], column=column[is_told])
    matches = _matches(grid, told)
    return Outcomes(
        _effects(grid, old, told, matches),
        _named_matches(grid, told, matches),
        _paths(grid, told, matches),
    )


def _grid(panel: UsagePanel, touched: pd.DataFrame) -> _Grid:
    reported = panel.reported() & (panel.units > 0)
    usage = np.full(panel.units.shape, np.nan)
    np.divide(panel.users, panel.units, out=usage, where=reported)
    tenant, workload = panel.tenant_key, panel.workload_key
    is_touched = np.zeros(panel.units.shape, dtype=bool)
    column = touched["month"].to_numpy(dtype=np.int64) - panel.first_month
    inside = touched.assign(column=column)[(column >= 0) & (column < panel.months)]
    of_pair = inside[inside["workload_key"] > 0]
    rows = np.searchsorted(panel.codes, pair_codes(of_pair)).clip(max=max(panel.pairs - 1, 0))
    if panel.pairs:
        is_known = panel.codes[rows] == pair_codes(of_pair)
        is_touched[rows[is_known], of_pair["column"].to_numpy()[is_known]] = True
    whole = inside[inside["workload_key"] == 0]
    for month in whole["column"].unique():
        tenants = whole.loc[whole["column"] == month, "tenant_key"].to_numpy()
        is_touched[np.isin(tenant, tenants), month] = True
    return _Grid(panel, usage, is_touched, tenant, workload)


def _is_told(grid: _Grid, rows: Ints, columns: Ints) -> Bools:
    """Return whether the usage that counts is reported: at the trend's start, before, and after."""
    told: Bools = np.ones(len(rows), dtype=bool)
    for offset in (-BEFORE, -1, AFTER):
        told &= ~np.isnan(grid.usage[rows, columns + offset])
    return told


def _bands(units: Ints) -> Ints:
    edges = [band.from_seats for band in SIZE_BANDS[1:]]
    return np.digitize(units, edges).astype(np.int64)


# --- similar pairs --------------------------------------------------------------------------------


def _matches(grid: _Grid, told: pd.DataFrame) -> pd.DataFrame:
    """Return the similar pairs of each told action: at (position in told), row, column."""
    rows = told["row"].to_numpy(dtype=np.int64)
    goals = _goal(told["milestone"].astype("Float64"))
    spots = told[["workload_key", "column"]].to_numpy(dtype=np.int64).reshape(-1, 2)
    at: list[Ints] = [np.zeros(0, dtype=np.int64)]
    pairs: list[Ints] = [np.zeros(0, dtype=np.int64)]
    for workload, column in np.unique(spots, axis=0):
        free = _free(grid, workload, column)
        for place in np.flatnonzero((spots == (workload, column)).all(axis=1)):
            similar = _most_similar(grid, rows[place], column, goals[place], free)
            at.append(np.full(len(similar), place))
            pairs.append(similar)
    places = np.concatenate(at)
    return pd.DataFrame(
        {"at": places, "row": np.concatenate(pairs), "column": spots[places, 1]}, dtype="int64"
    )


def _free(grid: _Grid, workload: np.int64, column: np.int64) -> _Free:
    """Return the pairs of a workload that were reported and left alone around a month."""
    first, last = max(column - UNTOUCHED_MONTHS, 0), column + UNTOUCHED_MONTHS + 1
    is_free = (grid.workload == workload) & ~grid.is_touched[:, first:last].any(axis=1)
    rows = np.flatnonzero(is_free)
    rows = rows[_is_told(grid, rows, np.full(len(rows), column))]
    start = grid.usage[rows, column - 1]
    trend = start - grid.usage[rows, column - BEFORE]
    return _Free(rows, start, trend, _bands(grid.panel.units[rows, column - 1]))


def _most_similar(
    grid: _Grid, row: np.int64, column: np.int64, goal: np.float64, free: _Free
) -> Ints:
    """Return the most similar of the free pairs, nearest first; equal ones by their code."""
    start = grid.usage[row, column - 1]
    away = np.abs(free.start - start)
    off = np.abs(free.trend - (start - grid.usage[row, column - BEFORE]))
    band = _bands(grid.panel.units[[row], column - 1])[0]
    near = (away <= USAGE_WITHIN) & (off <= TREND_WITHIN) & (free.band == band)
    near &= (free.rows != row) & (np.isnan(goal) | ((free.start < goal) == (start < goal)))
    distance = (away / USAGE_WITHIN + off / TREND_WITHIN)[near]
    nearest: Ints = free.rows[near][np.argsort(distance, kind="stable")]
    return nearest[:MOST_MATCHES]


# --- what is compared -----------------------------------------------------------------------------


def _change(grid: _Grid, rows: pd.DataFrame) -> Floats:
    row, column = rows["row"].to_numpy(), rows["column"].to_numpy()
    change: Floats = grid.usage[row, column + AFTER] - grid.usage[row, column - 1]
    return change


def _users_change(grid: _Grid, rows: pd.DataFrame) -> Floats:
    """Return the change of active users per seat before."""
    row, column = rows["row"].to_numpy(), rows["column"].to_numpy()
    users = grid.panel.users
    gained = users[row, column + AFTER] - users[row, column - 1]
    return np.asarray(gained / grid.panel.units[row, column - 1], dtype=np.float64)


def _crossed(grid: _Grid, rows: pd.DataFrame, milestone: pd.Series[float]) -> Floats:
    """Return 1.0 where the milestone was reached in the months from the action on, else 0.0.

    Missing where there is none, or where it was reached already before the action.
    """
    row, column = rows["row"].to_numpy(), rows["column"].to_numpy()
    goal = _goal(milestone)
    spans = np.stack([grid.usage[row, column + offset] for offset in range(AFTER + 1)])
    crossed = (spans >= goal).any(axis=0).astype(float)
    is_ahead = grid.usage[row, column - 1] < goal
    return np.asarray(np.where(is_ahead, crossed, np.nan))


_ROUNDING = 1e-9


def _goal(milestone: pd.Series[float]) -> Floats:
    """Return from which usage a milestone counts as reached, missing where there is none."""
    return np.asarray(milestone.to_numpy(dtype="float64", na_value=np.nan) / 100 - _ROUNDING)


def _effects(
    grid: _Grid, old: pd.DataFrame, told: pd.DataFrame, matches: pd.DataFrame
) -> pd.DataFrame:
    """Return EFFECT_COLUMNS of the old actions."""
    milestone = told["milestone"].astype("Float64")
    theirs = milestone.iloc[matches["at"]]
    at = matches["at"]
    similar = pd.DataFrame(
        {
            "similar_change": _change(grid, matches),
            "users_per_seat": _users_change(grid, matches),
            "similar_crossed": _crossed(grid, matches, theirs),
        }
    ).groupby(at.to_numpy())
    means = similar.mean().reindex(range(len(told)))
    counts = similar.size().reindex(range(len(told)), fill_value=0).to_numpy()
    seats = grid.panel.units[told["row"].to_numpy(), told["column"].to_numpy() - 1]
    change, users = _change(grid, told), _users_change(grid, told) * seats
    is_crossed = _crossed(grid, told, milestone)
    to_cross, seen = _months_to_cross(grid, told, milestone)
    values = pd.DataFrame(
        {
            "action_id": told["action_id"].to_numpy(),
            "state": np.where(counts > 0, MATCHED, NO_SIMILAR),
            "start_usage": grid.usage[told["row"].to_numpy(), told["column"].to_numpy() - 1],
            "change": change,
            "similar_change": means["similar_change"].to_numpy(),
            "effect": change - means["similar_change"].to_numpy(),
            "users_change": users,
            "users_effect": users - means["users_per_seat"].to_numpy() * seats,
            "is_crossed": is_crossed,
            "similar_crossed": means["similar_crossed"].to_numpy(),
            "crossing_effect": is_crossed - means["similar_crossed"].to_numpy(),
            "matches": counts,
            "months_to_cross": to_cross,
            "months_seen": seen,
        }
    )
    every = old[["action_id", "tenant_key"]].merge(values, on="action_id", how="left")
    state = every["state"].fillna(NO_REPORT).astype("str")
    counted = every["matches"].fillna(0).astype("int64")
    return every.assign(state=state, matches=counted)[list(EFFECT_COLUMNS)]


def _months_to_cross(
    grid: _Grid, told: pd.DataFrame, milestone: pd.Series[float]
) -> tuple[Floats, Floats]:
    """Return months from the action to its milestone, and months watched; both missing where the
    milestone was reached before or there is none."""
    row, column = told["row"].to_numpy(), told["column"].to_numpy()
    goal = _goal(milestone)
    is_ahead = grid.usage[row, column - 1] < goal
    reached = grid.usage[row] >= goal[:, None]
    reached &= np.arange(grid.panel.months)[None, :] >= column[:, None]
    first = np.where(reached.any(axis=1), reached.argmax(axis=1) - column, np.nan)
    seen = np.where(is_ahead, grid.panel.months - 1.0 - column, np.nan)
    return np.asarray(np.where(is_ahead, first, np.nan)), np.asarray(seen)


def _named_matches(grid: _Grid, told: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    row = matches["row"].to_numpy()
    theirs = told["milestone"].astype("Float64").iloc[matches["at"]]
    return pd.DataFrame(
        {
            "action_id": told["action_id"].to_numpy()[matches["at"]],
            "pair": row,
            "tenant_key": grid.tenant[row],
            "start_usage": grid.usage[row, matches["column"].to_numpy() - 1],
            "change": _change(grid, matches),
            "is_crossed": _crossed(grid, matches, theirs),
        }
    )


def _paths(grid: _Grid, told: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Return the usage by month around every compared action and the mean of its matches."""
    paths = []
    compared = told.iloc[sorted(matches["at"].unique())]
    position = matches["at"].to_numpy()
    for offset in range(-BEFORE, AFTER + 1):
        there = grid.usage[matches["row"].to_numpy(), matches["column"].to_numpy() + offset]
        similar = pd.Series(there).groupby(position).mean()
        paths.append(
            pd.DataFrame(
                {
                    "action_id": compared["action_id"].to_numpy(),
                    "offset": offset,
                    "usage": grid.usage[
                        compared["row"].to_numpy(), compared["column"].to_numpy() + offset
                    ],
                    "similar": similar.to_numpy(),
                }
            )
        )
    return pd.concat(paths, ignore_index=True).sort_values(
        ["action_id", "offset"], ignore_index=True
    )
