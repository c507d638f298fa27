"""Which of the demo's pairs people would have turned to in past months, by usage known then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from data_access.milestone_facts import usage_until
from insights.panel import UsagePanel, usage_panel

GOALS = (0.15, 0.40)
STALL, NEAR, FAR, SEATS = 0.03, 0.12, 0.15, 0.01
"""Shares of usage: a stall lies so close under its goal; a push is worth it so close, or so far
where new seats took this much off."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

KNOWN_MONTHS = 4


@dataclass(frozen=True)
class PastPairs:
    """`rows`: tenant_key, workload_key, month, kind, milestone, usage, users, units,
    users_needed, path (usage by month from that month on)."""

    rows: pd.DataFrame


def past_pairs(
    connection: Connection, rng: np.random.Generator, *, months: range, a_month: int
) -> PastPairs:
    """Return the pairs that were chosen in these months, no pair twice for the same goal."""
    panel = usage_panel(usage_until(connection, None, months.stop - 1), months.stop - 1)
    usage = np.full(panel.units.shape, np.nan)
    np.divide(panel.users, panel.units, out=usage, where=panel.reported() & (panel.units > 0))
    taken: set[tuple[int, str, float]] = set()
    chosen = []
    for column in range(max(months.start - panel.first_month, KNOWN_MONTHS), panel.months):
        kinds, goals = _kinds(panel, usage, column)
        there = np.flatnonzero(kinds != "")
        free = [at for at in there if (int(at), str(kinds[at]), float(goals[at])) not in taken]
        if not free:
            continue
        nearness = np.exp(-10 * (goals[free] - usage[free, column - 1]))
        size = min(a_month, len(free))
        picks = rng.choice(free, size=size, replace=False, p=nearness / nearness.sum())
        taken |= {(int(at), str(kinds[at]), float(goals[at])) for at in picks}
        chosen.append(
            _rows(panel, usage, np.sort(picks), column).assign(
                kind=kinds[np.sort(picks)], goal=goals[np.sort(picks)]
            )
        )
    rows = pd.concat(chosen, ignore_index=True) if chosen else pd.DataFrame()
    return PastPairs(_told(rows))


def _kinds(panel: UsagePanel, usage: Floats, column: int) -> tuple[npt.NDArray[np.str_], Floats]:
    """Return by pair the kind of action that its usage before a month called for, and its goal."""
    start, reported = usage[:, column - 1], usage[:, :column]
    highest = np.max(np.nan_to_num(reported, nan=-1.0), axis=1)
    ahead = np.select([highest < goal for goal in GOALS], GOALS, default=np.nan)
    behind = np.select(
        [(highest >= goal) & (start < goal) for goal in reversed(GOALS)],
        GOALS[::-1],
        default=np.nan,
    )
    last = usage[:, column - 3 : column]
    stalled = ((last < ahead[:, None]) & (last >= ahead[:, None] - STALL)).all(axis=1)
    seats = panel.users[:, column - KNOWN_MONTHS] / np.maximum(panel.units[:, column - 1], 1)
    grown = usage[:, column - KNOWN_MONTHS] - seats >= SEATS
    missing = ahead - start
    kinds = np.select(
        [
            behind - start <= NEAR,
            stalled,
            grown & (missing <= FAR),
            (missing <= NEAR) & (start > usage[:, column - 3]),
        ],
        ["recover", "unblock", "onboard", "activate"],
        default="",
    )
    goals = np.where(np.isnan(behind), ahead, behind)
    kinds[np.isnan(start) | np.isnan(goals)] = ""
    return kinds, goals


def _rows(
    panel: UsagePanel, usage: Floats, pairs: npt.NDArray[np.int64], column: int
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "tenant_key": panel.tenant_key[pairs],
            "workload_key": panel.workload_key[pairs],
            "month": panel.first_month + column,
            "usage": usage[pairs, column - 1],
            "users": panel.users[pairs, column - 1],
            "units": panel.units[pairs, column - 1],
            "path": list(usage[pairs, column:]),
        }
    )


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    goal = (rows["goal"] * 100).round().astype("int64")
    needed = -(-goal * rows["units"] // 100) - rows["users"]
    return rows.assign(milestone=goal, users_needed=needed.clip(lower=1))
