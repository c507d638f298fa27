"""What milestones ahead are expected to earn by month, with an 80 % band, beside the targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from insights.money import E4, EXAMPLE_HELP, marked, usd_short
from insights.months import fiscal_quarter_start, month_label
from insights.views.table import Column

WITHIN_80 = 1.2816
"""Standard deviations on either side of the mean that hold 80 % of a normal distribution."""

MONTHS_OF_QUARTER = 3
QUARTERS_BEFORE = 4
"""Quarters whose earnings stand beside what is expected over the year."""

MEANING = (
    "Chance x value of every milestone that can still earn, summed by month. The band holds 80% "
    "of what independent milestones would give; a wave that carries all of them, up or down, is "
    "not in it. Growth beyond the next milestone is not in it either."
)

COLUMNS: tuple[Column, ...] = (
    Column("month", "Month", "month", is_pinned=True),
    Column("expected_usd_e4", "Expected (USD)", "money", help="Chance x value, summed."),
    Column("low_usd_e4", "80% from (USD)", "money", help=MEANING),
    Column("high_usd_e4", "80% to (USD)", "money", help=MEANING),
    Column("expected_pairs", "Milestones expected", "decimal", help="Sum of the chances."),
    Column("target_usd_e4", "Target (USD)", "money", help="A third of the quarter's target."),
    Column("is_example", "Example rate", "flag", help=EXAMPLE_HELP),
)


@dataclass(frozen=True, slots=True)
class ForecastView:
    """Expected earnings: the months ahead as chart and table take them, and their sum in words."""

    months: pd.DataFrame
    """month, expected_pairs, expected_usd_e4, low_usd_e4, high_usd_e4, target_usd_e4 (missing:
    none), is_example"""
    takeaway: str


def forecast_view(rows: pd.DataFrame, quarters: pd.DataFrame) -> ForecastView | None:
    """Return expected earnings by month, None where the ranking's record allows no number.

    `rows` are queries.forecast.forecast_months, `quarters` those of views.earnings_quarters.
    """
    if rows.empty:
        return None
    months = forecast_rows(rows, quarters)
    return ForecastView(months, _takeaway(rows, months, quarters))


def forecast_rows(rows: pd.DataFrame, quarters: pd.DataFrame) -> pd.DataFrame:
    """Return the months with their bands and their share of the quarter's target."""
    low, high = band_80(rows["expected_usd_e4"], rows["variance_usd"])
    targets = quarters.set_index("quarter_start")["target"].astype("Int64")
    starts = rows["month"].map(fiscal_quarter_start)
    aimed = targets.reindex(starts).reset_index(drop=True) // MONTHS_OF_QUARTER
    shown = rows.reset_index(drop=True)
    return shown.assign(
        low_usd_e4=low.reset_index(drop=True),
        high_usd_e4=high.reset_index(drop=True),
        target_usd_e4=aimed,
        is_example=shown["example_pairs"] > 0,
    )


def band_80(
    expected_e4: pd.Series[Any], variance_usd: pd.Series[float]
) -> tuple[pd.Series[int], pd.Series[int]]:
    """Return the ends of the 80 % band of sums, in ten-thousandths of a dollar, never below 0."""
    spread = WITHIN_80 * np.sqrt(variance_usd) * E4
    low = (expected_e4 - spread).clip(lower=0).round().astype("int64")
    high = (expected_e4 + spread).round().astype("int64")
    return low, high


def _takeaway(rows: pd.DataFrame, months: pd.DataFrame, quarters: pd.DataFrame) -> str:
    """Return the sum of the year with its band, the best month, and what was earned before."""
    # Months of one milestone exclude each other, so the true spread of the sum is a little less.
    low, high = band_80(
        pd.Series([rows["expected_usd_e4"].sum()]), pd.Series([rows["variance_usd"].sum()])
    )
    total = marked(
        usd_short(int(rows["expected_usd_e4"].sum())), is_example=bool(months["is_example"].any())
    )
    best = months.iloc[int(months["expected_usd_e4"].to_numpy().argmax())]
    first, last = (month_label(int(rows["month"].iloc[at])) for at in (0, -1))
    return (
        f"{first} to {last}: {total} expected from milestones, 80% between "
        f"{usd_short(int(low[0]))} and {usd_short(int(high[0]))}; most in "
        f"{month_label(int(best['month']))}, {usd_short(int(best['expected_usd_e4']))}."
        f"{_before(quarters, int(rows['month'].iloc[0]))}{_against_target(months)}"
    )


def _before(quarters: pd.DataFrame, first_month: int) -> str:
    """Return what was earned in the whole quarters before, with all kinds of earnings."""
    ended = quarters[quarters["quarter_start"] + MONTHS_OF_QUARTER <= first_month]
    earned = int(ended.tail(QUARTERS_BEFORE)["earned"].sum())
    if len(ended) < QUARTERS_BEFORE:
        return ""
    return f" The last {QUARTERS_BEFORE} whole quarters earned {usd_short(earned)} in all."


def _against_target(months: pd.DataFrame) -> str:
    """Return what is expected of the months with a target, '' without one."""
    aimed = months[months["target_usd_e4"].notna()]
    if aimed.empty:
        return ""
    expected, target = int(aimed["expected_usd_e4"].sum()), int(aimed["target_usd_e4"].sum())
    count = "1 month" if len(aimed) == 1 else f"{len(aimed)} months"
    return (
        f" In the {count} with a target, {usd_short(expected)} is expected towards "
        f"{usd_short(target)}."
    )
