"""The thresholds of active usage that Microsoft pays for, and how far a workload is from them.

15 % and 40 % are the milestones of the public programme (FY20 to FY23) and stay the lines that
partners watch. Thresholds are whole percents so that every comparison is exact integer
arithmetic; the ratio itself is never rounded before it is compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

MILESTONES: tuple[int, ...] = (15, 40)
"""Thresholds of active usage in percent, rising."""


@dataclass(frozen=True, slots=True)
class MilestoneBand:
    """One range of active usage between milestones: from this share up to the next band's."""

    code: str
    from_share: float
    label: str
    symbol: str


MILESTONE_BANDS: tuple[MilestoneBand, ...] = (
    MilestoneBand("below_15", 0.0, "under 15%", "○"),
    MilestoneBand("from_15", 0.15, "15% to under 40%", "◐"),
    MilestoneBand("from_40", 0.40, "40% and more", "●"),
)
"""The bands in rising order; each has a symbol so that colour never speaks alone."""


def users_needed(units: pd.Series[int], users: pd.Series[int], percent: int) -> pd.Series[int]:
    """Return how many more active users reach the threshold: ceil(percent of units) - users.

    Never below 0; missing where either count is missing or there are no units (DESIGN section 2).
    """
    seats = units.astype("Int64")
    goal = (seats * percent + 99) // 100
    missing = (goal - users.astype("Int64")).clip(lower=0)
    return missing.mask(seats.isna() | (seats <= 0))


def next_milestone(units: pd.Series[int], users: pd.Series[int]) -> pd.DataFrame:
    """Return per pair the next threshold in percent and the users needed for it.

    Same index as the input; columns next_milestone and users_needed (Int64), missing where every
    threshold is reached now or the counts tell nothing.
    """
    needed = pd.DataFrame({percent: users_needed(units, users, percent) for percent in MILESTONES})
    milestone = pd.Series(pd.NA, index=needed.index, dtype="Int64")
    missing = pd.Series(pd.NA, index=needed.index, dtype="Int64")
    for percent in reversed(MILESTONES):
        is_ahead = needed[percent].fillna(0) > 0
        milestone = milestone.mask(is_ahead, percent)
        missing = missing.mask(is_ahead, needed[percent])
    return pd.DataFrame({"next_milestone": milestone, "users_needed": missing})
