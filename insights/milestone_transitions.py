"""What changed from one judgement of milestones to the next, as alerts.

A transition is raised for a milestone that both judgements know, exactly where its state or flag
is another one; kinds and their sentences stand in `alerts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insights.alerts import (
    CROSSED,
    MISSED,
    NOT_EARNABLE,
    PAID,
    SEATS_MOVED,
    SLIPPING,
    STALLED,
    TOO_LATE,
    AlertKind,
)
from insights.money import usd
from insights.panel import Bools
from insights.reconciliation import KEYS

MOVED_POINTS = 1.0
"""Growth of seats is told from so many points of active usage on."""

OPEN_STATES = ("unclaimed", "in_claim", "below_minimum", "in_flight")

COMPARED = (
    *KEYS,
    "state",
    "is_stalled",
    "is_slipping",
    "is_too_late_to_claim",
    "seat_points",
)
"""Columns of the judgement before that are compared."""

COLUMNS = (
    "kind",
    *KEYS,
    "partner_key",
    "from_state",
    "to_state",
    "month",
    "users_needed",
    "value_usd_e4",
    "is_example",
    "detail",
)


@dataclass(frozen=True, slots=True)
class _Rise:
    """One kind of transition: on which rows it is raised, the column of its month (empty: the
    as-of month), and how to word its detail from those rows."""

    kind: AlertKind
    rows: Bools
    month: str = ""
    detail: Callable[[pd.DataFrame], list[str]] | None = None


def transitions(before: pd.DataFrame, after: pd.DataFrame, *, as_of: int) -> pd.DataFrame:
    """Return one row per alert from two judgements of the same customers, columns COLUMNS.

    `before` has the columns COMPARED, `after` those of milestone_status as of the month `as_of`.
    Growth of seats is told once per pair, for its lowest milestone ahead. The value is what the
    milestone adds (`added_value_usd_e4`), so that values can be summed.
    """
    old = before[list(COMPARED)].rename(
        columns={name: f"{name}_before" for name in COMPARED if name not in KEYS}
    )
    both = after.merge(old, on=KEYS).sort_values(KEYS, ignore_index=True)
    rises = (*_states(both), *_flags(both))
    return pd.concat([_told(both, rise, as_of) for rise in rises], ignore_index=True)


def _states(both: pd.DataFrame) -> list[_Rise]:
    """Return the transitions from one state to another."""
    now, was = (both[name].astype("str") for name in ("state", "state_before"))
    moved = now != was
    crossed = (now == "reached") & moved & (was != "paid")
    barred = (now == "not_earnable") & was.isin(OPEN_STATES)
    return [
        _Rise(CROSSED, crossed.to_numpy(), "reached_month"),
        _Rise(PAID, ((now == "paid") & moved).to_numpy(), "earned_month", _amounts),
        _Rise(MISSED, ((now == "missed") & moved).to_numpy(), "crossed_month"),
        _Rise(NOT_EARNABLE, barred.to_numpy(), detail=_reasons),
    ]


def _flags(both: pd.DataFrame) -> list[_Rise]:
    """Return the flags that were off and are on."""
    now, was = (both[name].to_numpy() for name in ("seat_points", "seat_points_before"))
    moved = (now >= MOVED_POINTS) & ~(was >= MOVED_POINTS)
    moved[moved] = ~both[moved].duplicated(KEYS[:2]).to_numpy()
    return [
        _Rise(SLIPPING, _turned_on(both, "is_slipping"), "latest_month"),
        _Rise(STALLED, _turned_on(both, "is_stalled"), "latest_month"),
        _Rise(TOO_LATE, _turned_on(both, "is_too_late_to_claim")),
        _Rise(SEATS_MOVED, moved, "latest_month", _points),
    ]


def _turned_on(both: pd.DataFrame, flag: str) -> Bools:
    now, was = (both[name].to_numpy(dtype=bool) for name in (flag, f"{flag}_before"))
    turned: Bools = now & ~was
    return turned


def _amounts(rows: pd.DataFrame) -> list[str]:
    """Return what Microsoft paid as text, empty where it did not tell."""
    amounts = rows["value_usd_e4"]
    return ["" if pd.isna(amount) else usd(amount) for amount in amounts]


def _reasons(rows: pd.DataFrame) -> list[str]:
    """Return Microsoft's reason code, else our reason."""
    codes, reasons = (rows[name].astype("str") for name in ("reason_code", "reason"))
    return codes.where(codes != "", reasons).to_list()


def _points(rows: pd.DataFrame) -> list[str]:
    """Return the points that growth of seats took off, with one decimal."""
    return [f"{points:.1f}" for points in rows["seat_points"]]


def _told(both: pd.DataFrame, rise: _Rise, as_of: int) -> pd.DataFrame:
    """Return the alerts of one kind."""
    rows = both[rise.rows]
    month = rows[rise.month] if rise.month else pd.Series(np.int64(as_of), index=rows.index)
    return pd.DataFrame(
        {
            "kind": rise.kind.code,
            **{name: rows[name] for name in (*KEYS, "partner_key")},
            "from_state": rows["state_before"].astype("str"),
            "to_state": rows["state"].astype("str"),
            "month": month.astype("Int64"),
            "users_needed": rows["users_needed"],
            "value_usd_e4": rows["added_value_usd_e4"],
            "is_example": rows["is_example"],
            "detail": rise.detail(rows) if rise.detail else "",
        },
        columns=list(COLUMNS),
    )
