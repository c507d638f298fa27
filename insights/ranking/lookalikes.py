"""Customers that once stood where one stands now, and what became of them.

Same workload, about the same seats, usage within a few points at some past month and the
milestone not reached by then; the nearest in the path that led there come first. They are
examples to look at, not a proof of anything.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insights.bands import SIZE_BANDS
from insights.ranking.grid import Floats

SHOWN = 3
NEAR_POINTS = 5.0
"""Percentage points of usage within which a customer counts as comparable."""

PATH_MONTHS = 6
"""Months before the start whose path is compared."""

STARTS = (6, 9, 12)
"""Months back from the as-of month that are looked at as starts: long enough to see the rest."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """One comparable customer: where it started, how near its path is, and what came after.

    `path` is usage in percent by months since the start (NaN: not reported); `months` those from
    the start to the milestone, None: not yet.
    """

    tenant_id: str
    name: str
    start: int
    start_percent: float
    apart: float
    path: tuple[float, ...]
    months: int | None


def seat_band(units: int) -> tuple[int, int | None]:
    """Return the lowest and highest number of seats of the size band that seats are in."""
    edges = [band.from_seats for band in SIZE_BANDS]
    at = bisect_right(edges, units)
    return edges[at - 1], edges[at] - 1 if at < len(edges) else None


def lookalikes(
    own: pd.DataFrame, others: pd.DataFrame, *, as_of: int, percent: int
) -> tuple[Lookalike, ...]:
    """Return the SHOWN nearest comparable customers, nearest first; empty for none.

    `own` has month, paid_available_units, monthly_active_users up to the as-of month; `others`
    besides tenant_id, name and start (the month it is compared at), one row per tenant and month.
    A customer is compared at its nearest start.
    """
    mine = _percents(own, as_of)
    found: dict[str, Lookalike] = {}
    for _, rows in others.groupby(["tenant_id", "start"]):
        one = _compared(mine, rows, percent, as_of)
        if one is not None and (
            one.tenant_id not in found or one.apart < found[one.tenant_id].apart
        ):
            found[one.tenant_id] = one
    nearest = sorted(found.values(), key=lambda each: (each.apart, each.tenant_id))
    return tuple(nearest[:SHOWN])


def _percents(rows: pd.DataFrame, end: int) -> Floats:
    """Return usage in percent over PATH_MONTHS up to and including a month, NaN for no report."""
    told = _told(rows).reindex(range(end - PATH_MONTHS, end + 1))
    percents: Floats = np.asarray(told, dtype=np.float64)
    return percents


def _told(rows: pd.DataFrame) -> pd.Series[float]:
    """Return usage in percent by month, of the months with both counts and seats."""
    units = rows["paid_available_units"].astype("float64")
    users = rows["monthly_active_users"].astype("float64")
    told = (100 * users / units.where(units > 0)).clip(upper=100)
    return pd.Series(told.to_numpy(), index=rows["month"].astype("int64")).dropna()


def _compared(mine: Floats, rows: pd.DataFrame, percent: int, as_of: int) -> Lookalike | None:
    """Return a customer as a look-alike, None where it is not comparable."""
    start = int(rows["start"].iloc[0])
    told = _told(rows)
    if start not in told.index or bool((told[told.index <= start] >= percent).any()):
        return None
    theirs = _percents(rows, start)
    apart = np.abs(mine - theirs)
    if not np.isfinite(apart[-1]) or apart[-1] > NEAR_POINTS:
        return None
    after = told.reindex(range(start, as_of + 1))
    reached = after[after >= percent]
    return Lookalike(
        str(rows["tenant_id"].iloc[0]),
        str(rows["name"].iloc[0]),
        start,
        float(told[start]),
        float(np.sqrt(np.nanmean(apart**2))),
        tuple(after.to_numpy(dtype=np.float64).tolist()),
        None if reached.empty else int(reached.index[0]) - start,
    )
