"""Which months are shown: the newest complete month, the period before it, the comparison."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal

import pandas as pd

from data_access.types import Comparison
from insights.months import fiscal_year, fiscal_year_start

Period = Literal["12m", "3m", "6m", "24m", "fy", "all"]

PERIOD_LABELS: dict[Period, str] = {
    "12m": "Last 12 months",
    "3m": "Last 3 months",
    "6m": "Last 6 months",
    "24m": "Last 24 months",
    "fy": "Fiscal year to date",
    "all": "All months",
}
"""Codes of links and their labels; the first one is the default."""

COMPARISON_LABELS: dict[Comparison, str] = {
    "previous": "Previous period",
    "year": "Same month last year",
    "none": "No comparison",
}

COMPLETE_SHARE = 0.8
"""A month is complete from this share of the most pairs in the three months before it."""


@dataclass(frozen=True, slots=True)
class Months:
    """A period with both ends included, and the month it is compared with (None: none)."""

    since: int
    as_of: int
    before: int | None


def coverage_by_month(pairs: pd.Series[int]) -> pd.Series[float]:
    """Return each month's reporting pairs as a share of the most in the three months before.

    `pairs` is indexed by month; the result too, with every month from the first to the last.
    Without any pair in the three months before, the share is NaN.
    """
    if pairs.empty:
        return pd.Series(dtype="float64")
    months = range(int(pairs.index.min()), int(pairs.index.max()) + 1)
    reported = pairs.reindex(months, fill_value=0)
    usual = usual_pairs(reported)
    return reported / usual.where(usual > 0, nan)


def usual_pairs(reported: pd.Series[int]) -> pd.Series[float]:
    """Return the most pairs of the three months before each month; NaN for the first one.

    `reported` is indexed by month without gaps.
    """
    return reported.astype("float64").shift(1).rolling(3, min_periods=1).max()


def newest_complete_month(pairs: pd.Series[int]) -> int | None:
    """Return the newest month that at least 80 % of the usual pairs report; None without data.

    `pairs` is indexed by month. Where no month reaches the share, the first month is returned.
    The first month after a gap is measured by the last ones before it.
    """
    if pairs.empty:
        return None
    told = pairs[pairs > 0].sort_index()
    usual = usual_pairs(told)
    coverage = told / usual.where(usual > 0, nan)
    complete = coverage[coverage >= COMPLETE_SHARE]
    return int((coverage.index if complete.empty else complete.index[::-1])[0])


def months_shown(period: Period, comparison: Comparison, *, as_of: int, oldest: int) -> Months:
    """Return the months of a period that ends at `as_of` and begins no earlier than `oldest`.

    "previous" compares with the month just before the period, or with the period's first month
    where the data begins there; "year" with the same month one year earlier. There is no
    comparison with a month that has no data or is `as_of` itself.
    """
    since = max(_first_month(period, as_of=as_of, oldest=oldest), oldest)
    before = {"previous": max(since - 1, oldest), "year": as_of - 12, "none": as_of}[comparison]
    return Months(since, as_of, before if oldest <= before < as_of else None)


def _first_month(period: Period, *, as_of: int, oldest: int) -> int:
    if period == "all":
        return oldest
    if period == "fy":
        return fiscal_year_start(fiscal_year(as_of))
    return as_of - int(period.removesuffix("m")) + 1
