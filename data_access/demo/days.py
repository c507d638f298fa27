"""Months and days of whole columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from insights.months import month_index

Days = npt.NDArray[np.datetime64]


def first_days(months: npt.NDArray[np.integer]) -> Days:
    """Return the first day of each month index."""
    since_1970 = np.asarray(months, dtype=np.int64) - month_index(1970, 1)
    days: Days = since_1970.astype("datetime64[M]").astype("datetime64[D]")
    return days


def iso(days: Days) -> npt.NDArray[np.str_]:
    """Return the days as YYYY-MM-DD."""
    return np.datetime_as_string(days, unit="D")
