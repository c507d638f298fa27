"""Earnings: what the portfolio has earned, can still earn and has missed, in the parts of money.

Earned and missed come by month from both programme models; what is in flight, open or not
earnable is what the milestones are worth as of the newest complete month.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.milestone_states import STATES, STATES_BY_CODE
from insights.money import (
    EARNED,
    EXAMPLE_HELP,
    EXAMPLE_MARK,
    IN_FLIGHT,
    MISSED,
    MONEY_GROUPS,
    NOT_EARNABLE,
    OPEN,
    usd_short,
)
from insights.months import (
    fiscal_quarter_code,
    fiscal_quarter_label,
    fiscal_quarter_start,
    fiscal_year,
    fiscal_year_start,
    month_label,
)
from insights.views.card import Card
from insights.views.earnings_quarters import by_quarter
from insights.views.table import Column
from insights.views.workload_columns import in_catalogue_order

_MODELS = {"milestone": "Milestone model", "growth": "Growth model"}

NOBODY = "No partner"
_GROUP_OF_STATE = {state.code: state.waterfall for state in STATES}


@dataclass(frozen=True, slots=True)
class EarningsRows:
    """What the page is made of: money_parts in all, by workload and by partner, and targets."""

    whole: pd.DataFrame
    by_workload: pd.DataFrame
    by_partner: pd.DataFrame
    targets: pd.DataFrame
    """targets of what is shown: quarter_start, amount_usd_e4"""


@dataclass(frozen=True, slots=True)
class EarningsView:
    """Everything the page shows above the reconciliation."""

    cards: tuple[Card, ...]
    parts: pd.DataFrame
    """one row per part of the whole: code (of the group), detail (model or state), label, symbol,
    pairs, value_usd_e4, example_pairs"""
    total_e4: int
    takeaway: str
    outside: str
    """what is worth something and in no part, in words; empty where nothing is"""
    quarters: pd.DataFrame
    """quarter_start, label, milestone and growth (earned), earned, missed, target, is_example"""
    by_workload: pd.DataFrame
    by_partner: pd.DataFrame
    is_example: bool


def earnings_view(rows: EarningsRows, as_of: int) -> EarningsView | None:
    """Return the page's figures as of a month, None where there is no milestone and no money."""
    year = fiscal_year_start(fiscal_year(as_of))
    parts = waterfall_parts(pieces(rows.whole, year))
    if parts.empty:
        return None
    quarters = by_quarter(rows.whole, rows.targets, as_of)
    workloads = pieces(rows.by_workload, year).rename(columns={"workload": "key"})
    partners = pieces(rows.by_partner, year).rename(columns={"partner_id": "key"})
    return EarningsView(
        cards=(*_earned_cards(quarters, as_of), *_part_cards(parts)),
        parts=parts,
        total_e4=int(parts["value_usd_e4"].sum()),
        takeaway=_takeaway(parts),
        outside=_outside(rows.whole),
        quarters=quarters,
        by_workload=_in_catalogue_order(by_holder(workloads, "workload_name")),
        by_partner=by_holder(partners.fillna({"key": ""}), "partner_name").fillna({"name": NOBODY}),
        is_example=bool(parts["example_pairs"].sum()),
    )


# --- all pieces of value --------------------------------------------------------------------------


def pieces(money: pd.DataFrame, year_start: int) -> pd.DataFrame:
    """Return every piece of value once, with the group of money that it belongs to.

    `money` is money_parts; its columns, and with code the group's, detail (programme model or
    state), value_usd_e4 and year_usd_e4 (earned from the month `year_start` on).
    """
    is_done = money["model"] != ""
    group = money["code"].where(is_done, money["code"].map(_GROUP_OF_STATE))
    earned_now = (group == EARNED.code) & (money["month"] >= year_start)
    told = money.assign(
        code=group,
        detail=money["model"].where(is_done, money["code"]),
        value_usd_e4=money["amount_usd_e4"],
        year_usd_e4=money["amount_usd_e4"].where(earned_now, 0),
    )
    return told[told["code"] != "none"]


def waterfall_parts(told: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of the whole in the order of the waterfall, largest detail first.

    Columns: code, detail, label, symbol, pairs, value_usd_e4, example_pairs.
    """
    sums = told.groupby(["code", "detail"], as_index=False)[
        ["pairs", "value_usd_e4", "example_pairs"]
    ].sum()
    order = {group.code: at for at, group in enumerate(MONEY_GROUPS)}
    symbols = {group.code: group.symbol for group in MONEY_GROUPS}
    ordered = sums.assign(
        label=sums["detail"].map(detail_label),
        symbol=sums["code"].map(symbols),
        place=sums["code"].map(order),
    ).sort_values(["place", "value_usd_e4"], ascending=[True, False], ignore_index=True)
    return ordered[["code", "detail", "label", "symbol", "pairs", "value_usd_e4", "example_pairs"]]


def detail_label(detail: str) -> str:
    """Return what a model or a state is called within its group."""
    return _MODELS[detail] if detail in _MODELS else STATES_BY_CODE[detail].label


def group_values(parts: pd.DataFrame) -> dict[str, int]:
    """Return the value of every group of money, 0 for those without a part."""
    sums = parts.groupby("code")["value_usd_e4"].sum()
    return {group.code: int(sums.get(group.code, 0)) for group in MONEY_GROUPS}


def _takeaway(parts: pd.DataFrame) -> str:
    """Return the whole and its parts in words."""
    words = [
        f"{usd_short(value)} {_name(code).lower()}" for code, value in group_values(parts).items()
    ]
    whole = usd_short(int(parts["value_usd_e4"].sum()))
    return f"{whole} in all: {', '.join(words[:-1])} and {words[-1]}."


def _name(code: str) -> str:
    return next(group.label for group in MONEY_GROUPS if group.code == code)


def _outside(money: pd.DataFrame) -> str:
    """Return what the workloads without current data would be worth."""
    without = money[money["code"] == "no_data"]
    if without.empty:
        return ""
    return (
        f"{int(without['pairs'].sum()):,} milestones of workloads without current data are in no "
        f"part; by the last known seats they would be worth "
        f"{usd_short(int(without['amount_usd_e4'].sum()))}."
    )


# --- cards ----------------------------------------------------------------------------------------


def _earned_cards(quarters: pd.DataFrame, as_of: int) -> tuple[Card, ...]:
    present, year = fiscal_quarter_start(as_of), fiscal_year_start(fiscal_year(as_of))
    quarter = quarters[quarters["quarter_start"] == present]
    to_date = quarters[quarters["quarter_start"].between(year, present)]
    months = as_of - present + 1
    so_far = f"{months} of 3 months" if months < 3 else "all 3 months"
    return (
        _earned_card(
            f"Earned in {fiscal_quarter_code(present)}",
            quarter,
            f"Earned in fiscal quarter {fiscal_quarter_label(present)}, {so_far} "
            f"(to {month_label(as_of)}). Fiscal years start in July, programme years in October.",
        ),
        _earned_card(
            f"Earned in FY{fiscal_year(as_of) % 100:02d}",
            to_date,
            f"Earned from {month_label(year)} to {month_label(as_of)}; the target is the sum of "
            "the fiscal quarters' targets up to the present one.",
        ),
    )


def _earned_card(label: str, quarters: pd.DataFrame, help: str) -> Card:
    earned, targets = int(quarters["earned"].sum()), quarters["target"]
    if targets.isna().any():
        note = "no target set" if targets.isna().all() else "not every quarter has a target"
    else:
        aimed = int(targets.sum())
        note = f"{earned / aimed:.0%} of {usd_short(aimed)} target"
    return Card(
        label,
        usd_short(earned),
        f"{help} {EXAMPLE_HELP}",
        note=_with_mark(note, bool(quarters["is_example"].any())),
    )


def _part_cards(parts: pd.DataFrame) -> tuple[Card, ...]:
    """Return one card per group of money that is not earned."""
    return tuple(
        Card(
            group.label,
            usd_short(group_values(parts)[group.code]),
            f"{group.meaning} {EXAMPLE_HELP}",
            note=_part_note(parts[parts["code"] == group.code]),
        )
        for group in (IN_FLIGHT, OPEN, MISSED, NOT_EARNABLE)
    )


def _part_note(part: pd.DataFrame) -> str:
    """Return how many milestones a part has, or what it is made of where that is several."""
    if len(part) > 1:
        told = ", ".join(
            f"{row['label'].lower()} {usd_short(row['value_usd_e4'])}"
            for row in part.to_dict("records")
        )
    else:
        told = f"{int(part['pairs'].sum()):,} milestones"
    return _with_mark(told, bool(part["example_pairs"].sum()))


def _with_mark(note: str, is_example: bool) -> str:
    return f"{note} · {EXAMPLE_MARK}" if is_example else note


# --- by workload and by partner -------------------------------------------------------------------


def by_holder(told: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return one row per workload or partner, what has most value first.

    `told` are pieces with a key. Columns: key, name, earned, year, in_flight, open, missed,
    not_earnable, total (e4 USD), share (of the value of all rows, NaN without any), is_example.
    """
    codes = [group.code for group in MONEY_GROUPS]
    wide = told.pivot_table(
        index="key", columns="code", values="value_usd_e4", aggfunc="sum", fill_value=0
    ).reindex(columns=codes, fill_value=0)
    wide = wide.astype("int64").set_axis([code.replace(" ", "_") for code in codes], axis=1)
    sums = told.groupby("key")[["year_usd_e4", "example_pairs"]].sum()
    total = wide.sum(axis=1)
    rows = wide.assign(
        total=total,
        year=sums["year_usd_e4"],
        share=total / (total.sum() or float("nan")),
        is_example=sums["example_pairs"] > 0,
        name=told.groupby("key")[name].first(),
    )
    ordered = rows.sort_values("total", ascending=False, kind="stable")
    return ordered.rename_axis(index="key", columns=None).reset_index()


def _in_catalogue_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by value; equal ones stay in the order of the catalogue."""
    order = {code: at for at, code in enumerate(in_catalogue_order(rows["key"]))}
    placed = rows.assign(place=rows["key"].map(order))
    return placed.sort_values(["total", "place"], ascending=[False, True], ignore_index=True).drop(
        columns="place"
    )


def split_words(rows: pd.DataFrame) -> str:
    """Return which row holds most of the value."""
    if rows.empty:
        return "No value under these filters."
    first = rows.iloc[0]
    return f"{first['name']} has most value: {usd_short(first['total'])} of {len(rows)} rows."


def split_columns(what: str, as_of: int) -> tuple[Column, ...]:
    """Return the columns of the tables by workload and by partner."""
    year = f"FY{fiscal_year(as_of) % 100:02d}"
    return (
        Column("name", what, is_pinned=True),
        Column("total", "All value (USD)", "money", help="Sum of the five parts beside it."),
        Column("share", "Share", "share_bar", help="Of the value of all rows."),
        Column("year", f"Earned {year} (USD)", "money", help=f"In fiscal year {year} so far."),
        *(
            Column(
                group.code.replace(" ", "_"), f"{group.label} (USD)", "money", help=group.meaning
            )
            for group in MONEY_GROUPS
        ),
        Column("is_example", "Example rate", "flag", help=EXAMPLE_HELP),
    )


PART_COLUMNS: tuple[Column, ...] = (
    Column("label", "Of which", is_pinned=True),
    Column("pairs", "Count", "count", help="Milestones; in the growth model months with units."),
    Column("value_usd_e4", "Value (USD)", "money", help=EXAMPLE_HELP),
    Column("example_pairs", "At example rates", "count", help=EXAMPLE_HELP),
)
