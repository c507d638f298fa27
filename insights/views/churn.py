"""Customers at risk ready to be shown: which sign, in numbers and words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from insights.churn import MONTHS, SEATS_SPAN, SIGNS
from insights.money import EXAMPLE_HELP, usd_short
from insights.views.table import Column

COLUMNS: tuple[Column, ...] = (
    Column("name", "Customer", is_pinned=True),
    Column("signs", "Signs", "labels", help="Which parts of the rule hold."),
    Column("why", "In numbers"),
    Column("users_lost", "Active users lost", "count", help="Against the mean of three months."),
    Column("trend", "7 months", "trend", help="Active people, months reported, oldest first."),
    Column("value_usd_e4", "Value still to earn", "money", help=EXAMPLE_HELP),
    Column("expected_usd_e4", "Expected value", "money", help="Chance within 90 days x value."),
    Column("is_example", "Example rate", "flag", help=EXAMPLE_HELP),
)


def risk_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of queries.churn.customers_at_risk as the table shows them.

    Adds signs (labels), why (numbers in words), trend and is_example.
    """
    records = rows.to_dict("records")
    return rows.assign(
        users_lost=rows["users_lost"].round().astype("Int64"),
        signs=pd.Series([_signs(row) for row in records], index=rows.index, dtype="object"),
        why=pd.Series([_why(row) for row in records], index=rows.index, dtype="str"),
        trend=pd.Series([_trend(row) for row in records], index=rows.index, dtype="object"),
        is_example=rows["example_pairs"].fillna(0) > 0,
    )


def risk_words(rows: pd.DataFrame) -> str:
    """Return how many customers are at risk, of how many users, and what hangs on them."""
    if rows.empty:
        return "No customer shows a sign of risk."
    parts = [f"{int(rows[sign.code].sum()):,} {sign.label}" for sign in SIGNS]
    value = rows["value_usd_e4"].astype("Float64")
    # None where nothing is ranked, or partners are chosen: it is of all of a customer's work.
    total = int(value.sum())
    worth = f", {usd_short(total)} of milestones still to earn with them" if total else ""
    customers = "1 customer shows" if len(rows) == 1 else f"{len(rows):,} customers show"
    return (
        f"{customers} a sign of risk ({', '.join(parts)}): {rows['users_lost'].sum():,.0f} active "
        f"users lost{worth}."
    )


def _signs(row: Mapping[Any, Any]) -> list[str]:
    return [f"{sign.symbol} {sign.label}" for sign in SIGNS if row[sign.code]]


def _why(row: Mapping[Any, Any]) -> str:
    told = []
    if row["silent"]:
        told.append(f"had about {row['users_before']:,.0f} active users, reports none now")
    elif row["falling"]:
        share = row["users_0"] / row["users_before"] - 1
        told.append(
            f"active users {row['users_before']:,.0f} to {row['users_0']:,.0f} ({share:.0%})"
        )
    if row["seats_cut"]:
        told.append(f"paid seats {row[f'seats_{SEATS_SPAN}']:,.0f} to {row['seats_0']:,.0f}")
    return "; ".join(told)


def _trend(row: Mapping[Any, Any]) -> list[float]:
    values = [row[f"users_{back}"] for back in reversed(range(MONTHS))]
    return [float(value) for value in values if pd.notna(value)]
