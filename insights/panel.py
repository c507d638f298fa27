"""Usage as a dense grid of tenant x workload pairs by months, for work over whole histories.

Reading forward or back in time is then one pass over an array instead of a window per pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NOT_REPORTED = -1
"""Stands in the grid for a count that no report gave."""

_WORKLOADS = 1 << 20  # room for workload keys inside a pair's code


@dataclass(frozen=True, slots=True)
class UsagePanel:
    """Pairs x months: `codes` identify the pairs in rising order, column 0 is `first_month`."""

    codes: Ints
    first_month: int
    units: Ints
    users: Ints

    @property
    def pairs(self) -> int:
        """Return the number of pairs."""
        return len(self.codes)

    @property
    def months(self) -> int:
        """Return the number of months."""
        return int(self.units.shape[1])

    @property
    def tenant_key(self) -> Ints:
        """Return the tenant of each pair."""
        return self.codes // _WORKLOADS

    @property
    def workload_key(self) -> Ints:
        """Return the workload of each pair."""
        return self.codes % _WORKLOADS

    def reported(self) -> Bools:
        """Return pairs x months: whether both counts were reported."""
        both: Bools = (self.units >= 0) & (self.users >= 0)
        return both

    def rows_of(self, frame: pd.DataFrame) -> Ints:
        """Return the row of each tenant_key and workload_key of a frame; all must be pairs here."""
        rows: Ints = np.searchsorted(self.codes, pair_codes(frame))
        return rows


def pair_codes(frame: pd.DataFrame) -> Ints:
    """Return one integer per row that stands for its tenant_key and workload_key."""
    tenant: Ints = frame["tenant_key"].to_numpy(dtype=np.int64)
    workload: Ints = frame["workload_key"].to_numpy(dtype=np.int64)
    return tenant * _WORKLOADS + workload


def usage_panel(
    usage: pd.DataFrame,
    as_of: int,
    more_pairs: Iterable[pd.DataFrame] = (),
    *,
    first_month: int | None = None,
) -> UsagePanel:
    """Return the grid of usage up to and including the as-of month.

    `usage` has tenant_key, workload_key, month, paid_available_units and monthly_active_users
    (missing: not reported), one row per tenant x workload x month. `more_pairs` are frames with
    tenant_key and workload_key whose pairs get a row too. Later months are left out entirely.
    `first_month`, for parts of a portfolio: that of the whole (None: the first one reported).
    """
    month = usage["month"].to_numpy(dtype=np.int64)
    is_later = month > as_of
    if is_later.any():
        usage, month = usage[~is_later], month[~is_later]
    codes, row = _distinct(pair_codes(usage))
    every = np.unique(np.concatenate([codes, *(pair_codes(frame) for frame in more_pairs)]))
    row = np.searchsorted(every, codes)[row]
    first = first_month
    if first is None:
        first = int(month.min()) if len(month) else as_of
    shape = (len(every), as_of - first + 1)
    cell = row * shape[1] + (month - first)
    return UsagePanel(
        every,
        first,
        _grid(shape, cell, usage["paid_available_units"]),
        _grid(shape, cell, usage["monthly_active_users"]),
    )


def _distinct(codes: Ints) -> tuple[Ints, Ints]:
    """Return the distinct codes rising, and where each code stands among them."""
    if len(codes) and bool((codes[1:] >= codes[:-1]).all()):  # sorted, as the store delivers it
        is_new = np.concatenate(([True], codes[1:] != codes[:-1]))
        return codes[is_new], np.cumsum(is_new) - 1
    distinct, row = np.unique(codes, return_inverse=True)
    return distinct, row.astype(np.int64)


def _grid(shape: tuple[int, int], cell: Ints, counts: pd.Series) -> Ints:
    """Return the counts at their cells, NOT_REPORTED everywhere else."""
    grid = np.full(shape[0] * shape[1], NOT_REPORTED, dtype=np.int64)
    grid[cell] = counts.fillna(NOT_REPORTED).to_numpy(dtype=np.int64)
    return grid.reshape(shape)


def next_true(mask: Bools) -> npt.NDArray[np.int16]:
    """Return pairs x (months + 1): the first month at or after each that is true.

    The number of months stands for "none"; the last column is always that.
    """
    months = mask.shape[1]
    here = np.where(mask, np.arange(months, dtype=np.int16), np.int16(months))
    ahead = np.full((mask.shape[0], months + 1), months, dtype=np.int16)
    np.minimum.accumulate(here[:, ::-1], axis=1, out=ahead[:, -2::-1])
    return ahead


def last_true(mask: Bools) -> npt.NDArray[np.int16]:
    """Return pairs x (months + 1): the last true month before each, -1 for none.

    Column j looks at months before j, so the last column looks at all of them.
    """
    months = mask.shape[1]
    here = np.where(mask, np.arange(months, dtype=np.int16), np.int16(-1))
    behind = np.full((mask.shape[0], months + 1), -1, dtype=np.int16)
    np.maximum.accumulate(here, axis=1, out=behind[:, 1:])
    return behind


def highest_before(counts: Ints) -> Ints:
    """Return pairs x (months + 1): the highest count before each month, NOT_REPORTED for none."""
    highest = np.full((counts.shape[0], counts.shape[1] + 1), NOT_REPORTED, dtype=np.int64)
    np.maximum.accumulate(counts, axis=1, out=highest[:, 1:])
    return highest
