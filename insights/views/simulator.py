"""A scenario ready to be shown: each milestone before and after, and what it adds up to."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insights.money import EXAMPLE_HELP, EXAMPLE_MARK, marked, usd_short, worth_words
from insights.months import month_label
from insights.program import ProgramRules
from insights.rule_year import worth_by_year
from insights.views.card import Card
from insights.views.chances import chance_text
from insights.views.table import Column


def scenario_table(
    rows: pd.DataFrame, *, as_of: int, shows: str, rules: ProgramRules | None
) -> pd.DataFrame:
    """Return rows of queries.simulation.simulated with their words and expected amounts.

    Expected: chance within 90 days x value where the milestone can earn; all of it once reached.
    The value then is what the rules of another year would pay for it, None: those that apply.
    """
    rows = _valued_then(rows, rules)
    value, value_then = (rows[name].fillna(0) for name in ("value_usd_e4", "value_then"))
    value, value_then = (each.where(rows["is_earnable"], 0) for each in (value, value_then))
    after = rows["probability_after"].mask(rows["is_reached"], 1.0)
    records = rows.to_dict("records")
    return rows.assign(
        milestone_text=[f"{row['milestone']}%" for row in records],
        chance_before=[chance_text(row["probability_before"], shows) for row in records],
        chance_after=[
            "reached" if row["is_reached"] else chance_text(row["probability_after"], shows)
            for row in records
        ],
        eta_before=[_month(row["months_before"], as_of) for row in records],
        eta_after=[
            "now" if row["is_reached"] else _month(row["months_after"], as_of) for row in records
        ],
        expected_before=(rows["probability_before"] * value).round().astype("int64"),
        expected_after=(after * value_then).round().astype("int64"),
        rate=[EXAMPLE_MARK if row["is_example"] else "" for row in records],
    )


def _valued_then(rows: pd.DataFrame, rules: ProgramRules | None) -> pd.DataFrame:
    """Return the rows with value_then; amounts are floats, and missing where there is none."""
    rows = rows.assign(value_usd_e4=rows["value_usd_e4"].astype("float64"))
    if rules is None:
        return rows.assign(value_then=rows["value_usd_e4"])
    seats = rows["paid_available_units"] + rows["add_seats"]
    then = worth_by_year(rows.assign(paid_available_units=seats), rules)
    value = then["value_usd_e4"].astype("float64").where(then["is_paid"])
    is_example = rows["is_example"] | (then["is_example"] & then["is_paid"])
    return rows.assign(value_then=value, is_example=is_example)


def _month(months: Any, as_of: int) -> str:  # noqa: ANN401 - an integer of a nullable column
    return "not within a year" if pd.isna(months) else month_label(as_of + int(months))


COLUMNS = (
    Column("name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("milestone_text", "Milestone"),
    Column("users_needed", "Users needed", "count"),
    Column("add_users", "Users added", "count"),
    Column("add_seats", "Seats added", "count"),
    Column("needed_after", "Then needed", "count"),
    Column("chance_before", "Chance, 90 days"),
    Column("chance_after", "Chance then"),
    Column("eta_before", "Expected"),
    Column("eta_after", "Expected then"),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP),
    Column("value_then", "Value then", "money", help="By the rules chosen, with the seats then."),
    Column("expected_before", "Expected value", "money"),
    Column("expected_after", "Expected value then", "money"),
    Column("rate", "Rate", help=EXAMPLE_HELP),
)


def scenario_cards(table: pd.DataFrame) -> tuple[Card, ...]:
    """Return what a scenario adds up to."""
    before, after = (int(table[name].sum()) for name in ("expected_before", "expected_after"))
    has_example = bool(table["is_example"].any())
    reached = int(table["is_reached"].sum())
    return (
        Card(
            label="Milestones reached",
            value=f"{reached:,}",
            help="At once, with these users and seats in the newest report.",
            note=f"of {len(table):,} ahead",
        ),
        Card(
            label="Expected value",
            value=usd_short(after),
            help="Chance within 90 days x value where it can earn; all of it once reached.",
            note=marked(f"{usd_short(before)} as it is", is_example=has_example),
            is_money=True,
        ),
        Card(
            label="Users added",
            value=f"{int(table['add_users'].sum()):,}",
            help="Active users more in the newest report.",
            note=f"{int(table['add_seats'].sum()):,} seats more",
        ),
    )


def takeaway(table: pd.DataFrame, rules: ProgramRules | None) -> str:
    """Return what a scenario says first."""
    by_rules = "" if rules is None else f" by the rules of {rules.title}"
    gained = int(table["expected_after"].sum()) - int(table["expected_before"].sum())
    return (
        f"With {int(table['add_users'].sum()):,} more active users, "
        f"{int(table['is_reached'].sum()):,} of {len(table):,} milestones are reached at once"
        f"{worth_words(' and the expected value changes by {}', gained)}{by_rules}."
    )
