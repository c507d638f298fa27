"""What leadership reviews: earned so far and expected next, by fiscal quarter, against target."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import pandas as pd

from insights.money import E4, usd_short
from insights.months import fiscal_quarter_label, fiscal_quarter_start
from insights.views.table import Column

QUARTERS_BEFORE = 4
SURE = 1.2816
"""Standard deviations within which eight of ten outcomes lie, where pairs are independent."""

NO_FORECAST = "No forecast: nothing was ranked yet, or its record allows no number."
EXPECTED_HELP = (
    "Chance × value of every milestone that can still be earned, added up by the month in which "
    "it may be reached; the band holds 8 of 10 outcomes if customers are independent."
)

OUTLOOK_COLUMNS: tuple[Column, ...] = (
    Column("label", "Fiscal quarter", is_pinned=True),
    Column("earned", "Earned (USD)", "money", help="Milestones reached and growth so far."),
    Column("expected", "Expected (USD)", "money", help=EXPECTED_HELP),
    Column("low", "From (USD)", "money", help="Earned and the lower end of what is expected."),
    Column("high", "To (USD)", "money", help="Earned and the upper end of what is expected."),
    Column("target", "Target (USD)", "money", help="As leadership set it; empty: none."),
    Column("gap", "Above target (USD)", "money", help="Earned and expected, less the target."),
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Quarters with earned, expected, low, high, target and gap, and what they say."""

    rows: pd.DataFrame
    takeaway: str
    has_forecast: bool


def outlook(quarters: pd.DataFrame, forecast: pd.DataFrame, as_of: int) -> Outlook:
    """Return the last quarters and those with a forecast or target; `forecast` by month.

    `quarters` is `earnings_quarters.by_quarter`, `forecast` is `forecast_months`. Amounts are
    ten-thousandths of a US dollar.
    """
    present = fiscal_quarter_start(as_of)
    ahead = _by_quarter(forecast)
    known = quarters.set_index("quarter_start")
    starts = [start for start in known.index if start >= present - 3 * QUARTERS_BEFORE]
    starts = sorted({*starts, *ahead.index})
    rows = pd.DataFrame({"quarter_start": starts}).set_index("quarter_start")
    rows["label"] = [fiscal_quarter_label(start) for start in starts]
    rows["earned"] = known["earned"].reindex(starts).fillna(0).astype("int64")
    rows["expected"] = ahead["expected"].reindex(starts).astype("Int64")
    rows["low"] = (rows["earned"] + ahead["low"].reindex(starts)).astype("Int64")
    rows["high"] = (rows["earned"] + ahead["high"].reindex(starts)).astype("Int64")
    rows["target"] = known["target"].reindex(starts).astype("Int64")
    rows["gap"] = rows["earned"] + rows["expected"].fillna(0) - rows["target"]
    table = rows.reset_index()
    return Outlook(table, _takeaway(table, present), not forecast.empty)


def _by_quarter(forecast: pd.DataFrame) -> pd.DataFrame:
    """Return expected, low and high by quarter start; variances of months add up."""
    starts = forecast["month"].map(lambda month: fiscal_quarter_start(int(month)))
    sums = forecast.groupby(starts)[["expected_usd_e4", "variance_usd"]].sum()
    spread = SURE * E4 * sums["variance_usd"].map(lambda variance: sqrt(float(variance)))
    expected = sums["expected_usd_e4"].astype("float64")
    told = {
        "expected": expected.round(),
        "low": (expected - spread).clip(lower=0).round(),
        "high": (expected + spread).round(),
    }
    return pd.DataFrame(told, index=sums.index)


def _takeaway(rows: pd.DataFrame, present: int) -> str:
    now = rows[rows["quarter_start"] == present].iloc[0]
    told = f"{now['label']}: {usd_short(int(now['earned']))} earned"
    if pd.notna(now["expected"]):
        told += f", {usd_short(int(now['expected']))} more expected"
    if pd.notna(now["target"]):
        told += f", target {usd_short(int(now['target']))}"
    return f"{told}."
