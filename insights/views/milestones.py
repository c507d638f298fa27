"""Milestones: how many are in which state, when they were crossed, why others earn nothing.

All from one frame of sums (milestone_cells), so that cards, board, calendar and reasons agree; the
lists show the rows behind them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insights.milestone_states import REASONS, STATES, STATES_BY_CODE
from insights.money import EARNED, EXAMPLE_HELP, EXAMPLE_MARK, usd_short
from insights.months import (
    fiscal_quarter_label,
    fiscal_quarter_start,
    month_code,
    month_label,
)
from insights.program import Program
from insights.views.card import Card
from insights.views.milestone_words import flag_words, rule_sources, state_words, why_words
from insights.views.table import Column
from insights.views.workload_columns import in_catalogue_order

HIGH_WATER = (
    "Reached is judged on the high-water mark: once crossed while an eligible association held, a "
    "milestone stays reached, even when usage falls again."
)

OUTCOMES: dict[str, str] = {
    "reached": "Reached",
    "missed": "Missed",
    "not_earnable": "Not earnable",
}
"""What a crossing came to, by code; paid milestones are reached ones."""

BOARD_COLUMNS = (
    Column("label", "State", is_pinned=True),
    Column("pairs_15", "At 15%", "count"),
    Column("value_15", "Value at 15%", "money", help=EXAMPLE_HELP),
    Column("pairs_40", "At 40%", "count"),
    Column("value_40", "Value at 40%", "money", help=EXAMPLE_HELP),
    Column("users_needed", "Users needed", "count", help="Sum of the users missing now."),
    Column("meaning", "What it means", is_wide=True),
)
REASON_COLUMNS = (
    Column("label", "State", is_pinned=True),
    Column("why", "Why it earns nothing", is_wide=True),
    Column("pairs_15", "At 15%", "count"),
    Column("pairs_40", "At 40%", "count"),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP),
)
WORKLOAD_COLUMNS = (
    Column("workload_name", "Workload", is_pinned=True),
    *(Column(code, label, "count") for code, label in OUTCOMES.items()),
)
CROSSING_COLUMNS = (
    Column("month", "Month", "month", is_pinned=True),
    *(Column(code, label, "count") for code, label in OUTCOMES.items()),
)

NEAREST_COLUMNS = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("goal", "Milestone"),
    Column("usage", "Active usage", "share_bar", top=1.0),
    Column("users_needed", "Users needed", "count", help="ceil(threshold × seats) − users now."),
    Column("monthly_pace", "Users a month", "decimal", help="Gained per month over the last 3."),
    Column("months_at_pace", "Months at this pace", "decimal", help="Users needed ÷ pace; no more"),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP),
    Column("rate", "Rate"),
    Column("flags", "Flags", "labels", width=220),
    Column("partner_name", "Partner"),
    Column("state_words", "State"),
    Column("paid_available_units", "Seats", "count"),
    Column("monthly_active_users", "Active users", "count"),
    Column("rule", "Rule"),
    Column("rule_source", "Source of the rule", is_wide=True),
)
CROSSED_COLUMNS = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("goal", "Milestone"),
    Column("state_words", "State"),
    Column("crossing_month", "Crossed", "month"),
    Column("partner_name", "Partner", help="The partner that earned it, or that it counts for."),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP),
    Column("rate", "Rate"),
    Column("usage_at_claim", "Usage at claim", "share"),
    Column("starting_high_water_mark", "High-water mark before", "count"),
    Column("payment_due_month", "Payment due", "month"),
    Column("usage", "Active usage now", "share"),
    Column("why", "Why not earnable", width=320),
    Column("flags", "Flags", "labels", width=200),
    Column("rule", "Rule"),
    Column("rule_source", "Source of the rule", is_wide=True),
)


@dataclass(frozen=True, slots=True)
class MilestonesBoard:
    """Everything on the page that is a sum."""

    cards: tuple[Card, ...]
    board: pd.DataFrame
    """one row per state that occurs: state, label, symbol, waterfall, pairs_15, value_15 ..."""
    takeaway: str
    crossings: pd.DataFrame
    """one row per month of the period: month, code, reached, missed, not_earnable"""
    crossings_words: str
    by_workload: pd.DataFrame
    """one row per workload: workload, workload_name, and the same of the whole period"""
    reasons: pd.DataFrame


def milestones_board(cells: pd.DataFrame, *, as_of: int, first: int) -> MilestonesBoard | None:
    """Return the page's sums as of a month, crossings from `first` on; None without milestones."""
    if cells.empty:
        return None
    board = state_board(cells)
    crossings = crossings_by_month(cells, first, as_of)
    return MilestonesBoard(
        cards=_cards(cells, as_of),
        board=board,
        takeaway=_takeaway(board),
        crossings=crossings,
        crossings_words=_crossings_words(crossings),
        by_workload=crossings_by_workload(cells, first, as_of),
        reasons=reasons(cells),
    )


def state_board(cells: pd.DataFrame) -> pd.DataFrame:
    """Return one row per state that occurs, in the order in which states are decided.

    Columns: state, label (symbol and word), waterfall, meaning, pairs_15, value_15, pairs_40,
    value_40, users_needed (sum of both).
    """
    wide = cells.pivot_table(
        index="state", columns="milestone", values=["pairs", "value_usd_e4"], aggfunc="sum"
    )
    needed = cells.groupby("state")["users_needed"].sum()
    rows = [
        {
            "state": state.code,
            "label": f"{state.symbol} {state.label}",
            "waterfall": state.waterfall,
            "meaning": state.meaning,
            **{
                f"{name}_{percent}": _cell(wide, state.code, (column, percent))
                for name, column in (("pairs", "pairs"), ("value", "value_usd_e4"))
                for percent in (15, 40)
            },
            "users_needed": int(needed[state.code]),
        }
        for state in STATES
        if state.code in wide.index
    ]
    return pd.DataFrame(rows)


def _cell(wide: pd.DataFrame, row: str, column: tuple[str, int]) -> int:
    value = wide[column].get(row) if column in wide.columns else None
    return 0 if value is None or np.isnan(value) else int(value)


def outcome_of(states: pd.Series[str]) -> pd.Series[str]:
    """Return what a crossing in each state came to, a code of OUTCOMES; missing for others."""
    codes = dict.fromkeys(EARNED.states, "reached")
    return states.map(codes | {"missed": "missed", "not_earnable": "not_earnable"})


def crossings_by_month(cells: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return what was crossed, one row per month from `first` to `last`, zeros included."""
    inside = cells[cells["month"].between(first, last)]
    counted = inside.groupby(["month", outcome_of(inside["state"])])["pairs"].sum().unstack()
    months = pd.RangeIndex(first, last + 1, name="month")
    full = counted.reindex(index=months, columns=list(OUTCOMES)).fillna(0).astype("int64")
    full.columns.name = None
    return full.assign(code=[month_code(month) for month in months]).reset_index()


def crossings_by_workload(cells: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return what was crossed from month `first` to `last`, one row per workload of the cells.

    Columns: workload, workload_name, one for each of OUTCOMES; the catalogue's order.
    """
    inside = cells[cells["month"].between(first, last)]
    counted = inside.groupby(["workload", outcome_of(inside["state"])])["pairs"].sum().unstack()
    names = cells.drop_duplicates("workload").set_index("workload")["workload_name"]
    codes = in_catalogue_order(names.index)
    full = counted.reindex(index=codes, columns=list(OUTCOMES)).fillna(0).astype("int64")
    full.columns.name = None
    return full.assign(workload_name=names).rename_axis("workload").reset_index()


def reasons(cells: pd.DataFrame) -> pd.DataFrame:
    """Return why milestones earn nothing: one row per state and reason, most frequent first.

    Columns: state, reason, place (both, for links), label, why, pairs_15, pairs_40, pairs,
    value_usd_e4.
    """
    barred = cells[cells["state"].isin(["not_earnable", "missed"])]
    if barred.empty:
        return pd.DataFrame(columns=["state", "reason", "place", *(c.name for c in REASON_COLUMNS)])
    keys = ["state", "reason"]
    sums = barred.groupby(keys)[["pairs", "value_usd_e4"]].sum()
    for percent in (15, 40):
        part = barred[barred["milestone"] == percent].groupby(keys)["pairs"].sum()
        sums[f"pairs_{percent}"] = part.reindex(sums.index).fillna(0).astype("int64")
    told = sums.sort_values("pairs", ascending=False).reset_index()
    nobody = "crossed while nobody had claimed the workload, or after the association had ended"
    return told.assign(
        place=told["state"] + " " + told["reason"],
        label=state_words(told["state"]),
        why=told["reason"].map(REASONS).mask(told["state"] == "missed", nobody),
    )


def _cards(cells: pd.DataFrame, as_of: int) -> tuple[Card, ...]:
    quarter = fiscal_quarter_start(as_of)
    reached = cells[cells["state"].isin(EARNED.states)]
    flight = cells[cells["state"] == "in_flight"]
    mark = f" · {EXAMPLE_MARK}" if flight["example_pairs"].sum() else ""
    missing = int(flight["users_needed"].sum())
    value = int(flight["value_usd_e4"].sum())
    worth = f" · {usd_short(value)}{mark}" if value else ""
    return (
        _reached_card(
            f"Reached in {month_label(as_of)}",
            reached[reached["month"] == as_of],
            "Crossed while an eligible association held. " + HIGH_WATER,
        ),
        _reached_card(
            f"Reached in {fiscal_quarter_label(as_of).partition(' (')[0]}",
            reached[reached["month"].between(quarter, as_of)],
            fiscal_quarter_label(as_of),
        ),
        Card(
            "In flight",
            f"{int(flight['pairs'].sum()):,}",
            "Associated and eligible; the threshold is ahead.",
            note=f"{missing:,} users needed{worth}",
        ),
        _flag_card(cells, "stalled", "Stalled", "Within 3 points under it for 3 months."),
        _flag_card(cells, "slipping", "Slipping", "Reached, but below the threshold again."),
    )


def _reached_card(label: str, reached: pd.DataFrame, meaning: str) -> Card:
    counts = reached.groupby("milestone")["pairs"].sum()
    parts = [f"{pairs:,} at {percent}%" for percent, pairs in counts.items() if pairs]
    return Card(label, f"{int(counts.sum()):,}", meaning, note=" · ".join(parts) or "none")


def _flag_card(cells: pd.DataFrame, column: str, label: str, meaning: str) -> Card:
    counts = cells.groupby("milestone")[column].sum()
    parts = [f"{pairs:,} at {percent}%" for percent, pairs in counts.items() if pairs]
    return Card(label, f"{int(counts.sum()):,}", meaning, note=" · ".join(parts) or "none")


def _takeaway(board: pd.DataFrame) -> str:
    """Return the board in one sentence: the most frequent states of each milestone."""
    parts = []
    for percent in (15, 40):
        rows = board.sort_values(f"pairs_{percent}", ascending=False).head(3)
        named = [
            f"{row[f'pairs_{percent}']:,} {STATES_BY_CODE[row['state']].label.lower()}"
            for row in rows.to_dict("records")
            if row[f"pairs_{percent}"]
        ]
        parts.append(f"{percent}%: {', '.join(named) or 'none'}")
    return "; ".join(parts) + "."


def _crossings_words(crossings: pd.DataFrame) -> str:
    sums = crossings[list(OUTCOMES)].sum()
    span = (
        f"{month_label(crossings['month'].iloc[0])} to {month_label(crossings['month'].iloc[-1])}"
    )
    return (
        f"{sums['reached']:,} milestones were reached from {span}; {sums['missed']:,} were "
        f"crossed unclaimed and missed, {sums['not_earnable']:,} could not be earned."
    )


def milestone_table(rows: pd.DataFrame, program: Program) -> pd.DataFrame:
    """Return rows of milestone_list with what people read: words, usage, months at this pace."""
    units = rows["paid_available_units"].astype("Float64")
    pace = rows["monthly_pace"].where(rows["monthly_pace"] > 0)
    return rows.assign(
        goal=rows["milestone"].astype(str) + "%",
        state_words=state_words(rows["state"]),
        usage=(rows["monthly_active_users"] / units.where(units > 0)).astype("float64"),
        months_at_pace=(rows["users_needed"].astype("float64") / pace).where(
            rows["users_needed"].fillna(0) > 0
        ),
        rate=rows["is_example"].map({True: EXAMPLE_MARK, False: ""}),
        flags=flag_words(rows),
        why=why_words(rows).where(rows["state"] == "not_earnable", ""),
        rule_source=rows["rule"].map(rule_sources(program)).fillna(""),
    )


def list_words(rows: pd.DataFrame, total: int) -> str:
    """Return what a list shows, as its takeaway."""
    if rows.empty:
        return "No milestone here."
    first = rows.iloc[0]
    more = (
        f"The first {len(rows):,} of {total:,} milestones"
        if total > len(rows)
        else (f"{total:,} {'milestone' if total == 1 else 'milestones'}")
    )
    needed = first["users_needed"]
    ahead = f", {needed:,} users needed" if pd.notna(needed) and needed > 0 else ""
    return f"{more}; first: {first['tenant_name']}, {first['workload_name']}{ahead}."
