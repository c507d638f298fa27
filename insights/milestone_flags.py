"""What stands beside a milestone's state: slipping, stalled, moved goal, small base, late data."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from insights.milestone_history import History
from insights.milestone_states import PACE_MONTHS, STALL_MONTHS, STALL_POINTS
from insights.panel import Bools, Ints

Counts = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]


def is_stalled(history: History, percent: int) -> Bools:
    """Return per pair whether usage stayed within 3 points under the threshold for 3 months.

    The three newest months must all be reported, and the newest report be current.
    """
    panel, usable = history.panel, history.usable
    users, units = panel.users * 100, panel.units
    near = usable & (users >= units * (percent - STALL_POINTS)) & (users < units * percent)
    newest = history.latest
    stalled = is_current(history)
    for back in range(STALL_MONTHS):
        column = newest - back
        rows = np.arange(panel.pairs)
        stalled = stalled & (column >= 0) & near[rows, np.maximum(column, 0)]
    return stalled


def is_current(history: History) -> Bools:
    """Return per pair whether it was reported in the as-of month or the month before."""
    found: Bools = (history.latest >= 0) & (history.latest >= history.panel.months - 2)
    return found


def is_late(history: History) -> Bools:
    """Return per pair whether the as-of month is missing but the month before is there."""
    found: Bools = is_current(history) & (history.latest == history.panel.months - 2)
    return found


def seat_points(history: History) -> Floats:
    """Return per pair how many points growth of paid seats took off usage over three months.

    That is today's users over the seats at the start of that time less today's users over
    today's seats, in percentage points; NaN where seats did not grow or nothing was reported.
    """
    panel, newest, then = history.panel, history.latest, _compared_with(history)
    units_then = history.at(panel.units, then)
    units_now, users_now = history.at(panel.units, newest), history.at(panel.users, newest)
    grew = (then >= 0) & (units_now > units_then)
    points = np.full(panel.pairs, np.nan)
    points[grew] = 100.0 * (users_now[grew] / units_then[grew] - users_now[grew] / units_now[grew])
    return points


def monthly_pace(history: History) -> Floats:
    """Return per pair the active users gained per month over three months; NaN without history."""
    panel, newest, then = history.panel, history.latest, _compared_with(history)
    gained = history.at(panel.users, newest) - history.at(panel.users, then)
    return np.where(then >= 0, gained / np.maximum(newest - then, 1), np.nan)


def _compared_with(history: History) -> Ints:
    """Return per pair the oldest usable month of the three before its newest one, -1 for none."""
    newest, rows = history.latest, np.arange(history.panel.pairs)
    start = np.maximum(newest - PACE_MONTHS, 0)
    then = history.next_usable[rows, start].astype(np.int64)
    return np.where((newest >= 0) & (then < newest), then, -1)


def users_missing(units: Counts, users: Counts, percent: int) -> Ints:
    """Return how many users are missing to the threshold, -1 where usage is undefined."""
    missing = np.maximum((units * percent + 99) // 100 - users, 0)
    return np.where((units > 0) & (users >= 0), missing, -1)
