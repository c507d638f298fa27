"""Whitespace ready to be shown: paid seats that nobody uses, workloads that nobody claims."""

from __future__ import annotations

import pandas as pd

from insights.milestone_states import STATES_BY_CODE
from insights.money import EXAMPLE_HELP, usd_short
from insights.views.table import Column

KINDS: dict[str, str] = {"unused": "Seats without use", "unclaimed": "Claimed by nobody"}

MEANINGS: dict[str, str] = {
    "unused": "Workloads with a milestone ahead, those with most paid seats that nobody used in "
    "the as-of month first.",
    "unclaimed": "Workloads with seats that no partner holds or claims, those worth most first. A "
    "claim and the proof behind it come before any earning.",
}

COLUMNS: tuple[Column, ...] = (
    Column("name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("unused", "Seats without use", "count", help="Paid available units less active users."),
    Column("paid_available_units", "Paid available units", "count"),
    Column("monthly_active_users", "Monthly active users", "count"),
    Column("usage", "Active usage", "share_bar"),
    Column("users_needed", "Users needed", "count", help="To the next milestone."),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP),
    Column("state_text", "State"),
    Column("partner_name", "Partner"),
    Column("is_example", "Example rate", "flag", help=EXAMPLE_HELP),
)


def whitespace_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of queries.opportunities.opportunity_list as the table shows them.

    Adds link, unused (never below 0), usage (share, NaN without seats) and state_text.
    """
    units, users = rows["paid_available_units"], rows["monthly_active_users"]
    seats = units.astype("float64")
    labels = {code: f"{state.symbol} {state.label}" for code, state in STATES_BY_CODE.items()}
    return rows.assign(
        link=rows["tenant_id"] + "\t" + rows["workload"],
        unused=(units - users).clip(lower=0),
        usage=users.astype("float64") / seats.where(seats > 0),
        state_text=rows["state"].map(labels),
    )


def whitespace_words(rows: pd.DataFrame, kind: str) -> str:
    """Return what the list holds in one sentence."""
    if rows.empty:
        return "No workload is of this kind."
    total = int(rows["value_usd_e4"].fillna(0).sum())
    worth = f", {usd_short(total)} of milestones ahead" if total else ""
    first = rows.iloc[0]
    return (
        f"{len(rows):,} workloads listed under “{KINDS[kind]}”: {int(rows['unused'].sum()):,} "
        f"seats without use{worth}. First: {first['name']}, "
        f"{first['workload_name']}, {int(first['unused']):,} seats without use."
    )
