"""Usage histories as the ranking reads them: shares, log-odds and the newest report of each month.

Everything at column s is made of columns up to s, so that what was known at a past month can be
asked again at any later time and is answered the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from insights.panel import Bools, Ints, UsagePanel, last_true

Floats = npt.NDArray[np.float64]

LONGEST_SILENCE = 2
"""Months without a report after which a pair is no longer ranked."""

PRIOR_USERS = 0.5
"""Added to users and non-users in log-odds, so that 0 of 20 and 0 of 2,000 differ."""


def log_odds(percent: Floats | Ints | int) -> Floats:
    """Return the log-odds of a share given in percent (above 0, below 100)."""
    share = np.asarray(percent, dtype=np.float64) / 100
    odds: Floats = np.log(share / (1 - share))
    return odds


@dataclass(frozen=True)
class UsageGrid:
    """Pairs x months of active usage; a cell counts when both counts are there and seats > 0."""

    panel: UsagePanel

    @cached_property
    def reported(self) -> Bools:
        """Return which cells hold a usable report."""
        usable: Bools = (self.panel.units > 0) & (self.panel.users >= 0)
        return usable

    @cached_property
    def users(self) -> Ints:
        """Return active users, at most the seats: usage above 100 % says no more than 100 %."""
        capped: Ints = np.minimum(self.panel.users, self.panel.units)
        return capped

    @cached_property
    def share(self) -> npt.NDArray[np.float32]:
        """Return active usage, a share 0-1; missing where nothing usable was reported."""
        units = np.maximum(self.panel.units, 1)
        share = np.where(self.reported, self.users / units, np.nan)
        return share.astype(np.float32)

    @cached_property
    def odds(self) -> npt.NDArray[np.float32]:
        """Return smoothed log-odds of active usage; missing where nothing usable was reported."""
        users = np.where(self.reported, self.users, 0) + PRIOR_USERS
        others = np.where(self.reported, self.panel.units - self.users, 0) + PRIOR_USERS
        odds = np.where(self.reported, np.log(users / others), np.nan)
        return odds.astype(np.float32)

    @cached_property
    def newest(self) -> npt.NDArray[np.int16]:
        """Return pairs x months: the newest column with a report up to each, -1 for none."""
        behind: npt.NDArray[np.int16] = last_true(self.reported)[:, 1:]
        return behind

    @cached_property
    def first(self) -> Ints:
        """Return the first column with a report of each pair, the number of months for none."""
        none = ~self.reported.any(axis=1)
        first: Ints = np.where(none, self.panel.months, self.reported.argmax(axis=1))
        return first

    def reaches(self, percent: int) -> Bools:
        """Return the cells at or above a threshold, in exact integer arithmetic."""
        at: Bools = self.reported & (100 * self.panel.users >= percent * self.panel.units)
        return at

    def has_reached(self, percent: int) -> Bools:
        """Return pairs x months: whether the threshold was ever reached up to each month."""
        ever: Bools = np.logical_or.accumulate(self.reaches(percent), axis=1)
        return ever

    def is_at_risk(self, column: int) -> Bools:
        """Return the pairs whose newest report is at most LONGEST_SILENCE months old."""
        newest = self.newest[:, column]
        young: Bools = (newest >= 0) & (column - newest <= LONGEST_SILENCE)
        return young

    @cached_property
    def best_step(self) -> npt.NDArray[np.int8]:
        """Return pairs x months: the highest full 10 % of active usage ever reported, in tenths."""
        share = np.where(self.reported, self.share, 0)
        steps: npt.NDArray[np.int8] = np.maximum.accumulate(share * 10, axis=1).astype(np.int8)
        return steps
