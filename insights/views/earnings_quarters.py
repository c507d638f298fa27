"""Money by fiscal quarter against targets: which targets apply, quarters, and who set what."""

from __future__ import annotations

import pandas as pd

from data_access.types import Filters
from insights.money import EARNED, EXAMPLE_HELP, MISSED, usd_short
from insights.months import (
    fiscal_quarter_label,
    fiscal_quarter_start,
    fiscal_year,
    fiscal_year_start,
)
from insights.program import Model
from insights.views.table import Column

MODEL_LABELS: dict[Model, str] = {
    "milestone": "Milestone model (programme years to FY23)",
    "growth": "Growth model (programme years from FY24)",
}
"""The two programme models as legends and tables name them."""

QUARTERS_SHOWN = 12
QUARTERS_AHEAD = 4
"""Quarters after the present one that a target can be set for and is shown in."""

QUARTER_COLUMNS: tuple[Column, ...] = (
    Column("label", "Fiscal quarter", is_pinned=True),
    Column("earned", "Earned (USD)", "money", help=EARNED.meaning),
    Column("milestone", "Milestone model (USD)", "money", help=MODEL_LABELS["milestone"]),
    Column("growth", "Growth model (USD)", "money", help=MODEL_LABELS["growth"]),
    Column("missed", "Missed (USD)", "money", help=MISSED.meaning),
    Column("target", "Target (USD)", "money", help="As leadership set it; empty: none."),
    Column("is_example", "Example rate", "flag", help=EXAMPLE_HELP),
)

HISTORY_COLUMNS: tuple[Column, ...] = (
    Column("set_at", "When", "moment", is_pinned=True),
    Column("set_by", "Who"),
    Column("quarter", "Fiscal quarter"),
    Column("partner_name", "For"),
    Column("amount_usd_e4", "Target (USD)", "money", help="Empty: the target was taken back."),
)


def target_owner(filters: Filters) -> str | None:
    """Return whose target the filters show: a partner id, "" for the whole portfolio.

    None where another filter narrows the figures, so that no target is for the same thing.
    """
    others = (filters.account_id, filters.workloads, filters.segments, filters.markets)
    if any(others) or filters.size_bands:
        return None
    return filters.partner_id or ""


def targets_of(targets: pd.DataFrame, owner: str | None) -> pd.DataFrame:
    """Return quarter_start and amount_usd_e4 of the standing targets of one owner."""
    return targets.loc[targets["partner_id"] == owner, ["quarter_start", "amount_usd_e4"]]


def by_quarter(money: pd.DataFrame, targets: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Return one row per fiscal quarter, oldest first, up to the present or last targeted one.

    `money` is money_parts. Columns: quarter_start, label, milestone, growth, earned,
    missed, target (missing: none) in ten-thousandths of a US dollar, is_example.
    """
    present = fiscal_quarter_start(as_of)
    done = money[money["model"] != ""].rename(columns={"month": "quarter_start"})
    aimed = targets["quarter_start"].clip(upper=present + 3 * QUARTERS_AHEAD)
    first = min([present, *done["quarter_start"], *aimed])
    last = max([present, *aimed])
    starts = pd.RangeIndex(first, last + 1, 3, name="quarter_start")
    sums = done.groupby(["quarter_start", "code", "model"])["amount_usd_e4"].sum()
    earned = _by_model(sums, "earned", starts)
    missed = _by_model(sums, "missed", starts).sum(axis=1)
    examples = done.groupby("quarter_start")["example_pairs"].sum()
    amounts = targets.set_index("quarter_start")["amount_usd_e4"].astype("Int64")
    return earned.assign(
        earned=earned.sum(axis=1),
        missed=missed,
        target=amounts.reindex(starts),
        is_example=examples.reindex(starts).fillna(0) > 0,
        label=[fiscal_quarter_label(start) for start in starts],
    ).reset_index()


def _by_model(sums: pd.Series[int], outcome: str, starts: pd.RangeIndex) -> pd.DataFrame:
    """Return one outcome's amounts, quarters x models, 0 where there were none."""
    chosen = sums[sums.index.get_level_values("code") == outcome].droplevel("code")
    wide = chosen.unstack("model").reindex(index=starts, columns=list(MODEL_LABELS))
    return wide.fillna(0).astype("int64").rename_axis(columns=None)


def quarters_drawn(quarters: pd.DataFrame) -> pd.DataFrame:
    """Return the quarters that the chart has room for, the latest ones."""
    return quarters.tail(QUARTERS_SHOWN)


def quarters_to_set(as_of: int) -> dict[str, str]:
    """Return the quarters that a target can be set for: code to label, the present one first."""
    present = fiscal_quarter_start(as_of)
    starts = [present + 3 * ahead for ahead in range(QUARTERS_AHEAD + 1)]
    year = fiscal_year_start(fiscal_year(as_of))
    past = range(year, present, 3)
    return {str(start): fiscal_quarter_label(start) for start in [*starts, *past]}


def history_rows(history: pd.DataFrame) -> pd.DataFrame:
    """Return `target_history` with the quarter in words."""
    return history.assign(quarter=history["quarter_start"].map(fiscal_quarter_label))


def quarters_words(quarters: pd.DataFrame) -> str:
    """Return what the chart by quarter shows, for readers who cannot see it."""
    told = [
        f"{row['label']}: earned {usd_short(row['earned'])}, missed {usd_short(row['missed'])}"
        + ("" if pd.isna(row["target"]) else f", target {usd_short(row['target'])}")
        for row in quarters.tail(2).to_dict("records")
    ]
    return "; ".join(told)
