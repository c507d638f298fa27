"""One customer's milestones and money: states with their rules, the chain to payment, value."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.milestone_states import STATES_BY_CODE
from insights.money import (
    EARNED,
    IN_FLIGHT,
    MISSED,
    MONEY_GROUPS,
    NOT_EARNABLE,
    OPEN,
    MoneyGroup,
    rate_card_text,
    usd,
)
from insights.program import Program
from insights.views.card import Card
from insights.views.customer_chain import CHAIN_COLUMNS, chain_rows
from insights.views.milestone_words import flag_words, rule_sources, state_words, why_words
from insights.views.table import Column
from insights.views.workload_columns import in_catalogue_order

EXAMPLE = "◇ example rate"
"""Stands beside amounts that rest on a rate of ours."""

SHOWN_GROUPS = (EARNED, IN_FLIGHT, OPEN, MISSED, NOT_EARNABLE)


@dataclass(frozen=True, slots=True)
class CustomerMoney:
    """What the view is made of: frames of the queries of the same names, for one tenant."""

    milestones: pd.DataFrame
    """customer_milestones"""
    growth: pd.DataFrame
    """customer_growth"""


@dataclass(frozen=True, slots=True)
class MilestonesView:
    """Milestones, chain and value of one customer as of the newest judgement."""

    as_of: int
    words: str
    rate_card: str
    cards: tuple[Card, ...]
    milestones: pd.DataFrame
    milestone_columns: tuple[Column, ...]
    chain: pd.DataFrame
    chain_columns: tuple[Column, ...]
    broken: str


def milestones_view(rows: CustomerMoney, program: Program) -> MilestonesView | None:
    """Return the view, None where no milestone of the customer was judged."""
    if rows.milestones.empty:
        return None
    told = _in_order(rows.milestones)
    as_of = int(told["as_of"].iloc[0])
    growing = _is_growth_year(told["program_year"], program)
    chain = chain_rows(told, rows.growth, is_growth=growing)
    return MilestonesView(
        as_of=as_of,
        words=_words(told),
        rate_card=f"Amounts: {rate_card_text(program.in_month(as_of))}, "
        "reached milestones by that of their year.",
        cards=_cards(told, rows.growth, program),
        milestones=_table(told, program),
        milestone_columns=MILESTONE_COLUMNS,
        chain=chain,
        chain_columns=CHAIN_COLUMNS,
        broken=_broken(chain),
    )


def _in_order(milestones: pd.DataFrame) -> pd.DataFrame:
    """Return the milestones in the catalogue's order of workloads, thresholds rising."""
    order = {
        code: at for at, code in enumerate(in_catalogue_order(milestones["workload"].unique()))
    }
    return (
        milestones.assign(position=milestones["workload"].map(order))
        .sort_values(["position", "milestone"], ignore_index=True)
        .drop(columns="position")
    )


def _words(told: pd.DataFrame) -> str:
    """Return how many milestones are in which state, most frequent first."""
    counted = told["state"].value_counts()
    parts = [
        f"{count} {STATES_BY_CODE[str(code)].label.lower()}" for code, count in counted.items()
    ]
    return ", ".join(parts)


# --- value ----------------------------------------------------------------------------------------


def _is_growth_year(titles: pd.Series[str], program: Program) -> pd.Series[bool]:
    """Return whether each programme year pays by growth."""
    growing = {rules.title for rules in program.years if rules.model == "growth"}
    return titles.isin(growing)


def _in_growth_month(months: pd.Series[int], program: Program) -> pd.Series[bool]:
    """Return whether each month lies in a year of the growth model; missing months do not."""
    distinct = {int(month): program.in_month(int(month)) for month in months.dropna().unique()}
    growing = [month for month, rules in distinct.items() if rules and rules.model == "growth"]
    return months.isin(growing).fillna(False).astype(bool)


def group_money(
    told: pd.DataFrame, growth: pd.DataFrame, program: Program
) -> dict[str, pd.DataFrame]:
    """Return the rows behind each group of money: amount_usd_e4 and is_example, by group code.

    Earned are milestones earned in years of the milestone model and the units of growth years;
    a milestone reached in a growth year is paid by its units and is no money of its own.
    """
    waterfall = told["state"].map({code: s.waterfall for code, s in STATES_BY_CODE.items()})
    has_month = told["earned_month"].notna() & ~_in_growth_month(told["earned_month"], program)
    amounts = told[["added_value_usd_e4", "is_example"]].rename(
        columns={"added_value_usd_e4": "amount_usd_e4"}
    )
    rows: dict[str, pd.DataFrame] = {}
    for group in MONEY_GROUPS:
        rows[group.code] = amounts[waterfall == group.code]
    reached = amounts[has_month & (waterfall == EARNED.code)]
    rows[EARNED.code] = pd.concat([reached, growth[["amount_usd_e4", "is_example"]]])
    return rows


def _cards(told: pd.DataFrame, growth: pd.DataFrame, program: Program) -> tuple[Card, ...]:
    """Return one card per group of money."""
    rows = group_money(told, growth, program)
    return tuple(_card(group, rows[group.code]) for group in SHOWN_GROUPS)


def _card(group: MoneyGroup, rows: pd.DataFrame) -> Card:
    known = rows[rows["amount_usd_e4"].notna()]
    amount = int(known["amount_usd_e4"].sum())
    has_example = bool(known.loc[known["amount_usd_e4"] > 0, "is_example"].any())
    unknown = len(rows) - len(known)
    notes = ["with example rates"] if has_example else []
    notes += [f"{unknown} without a rate"] if unknown else []
    return Card(
        label=f"{group.symbol} {group.label}",
        value=usd(amount),
        help=f"{group.meaning} An estimate by rate card, not a payment promised by Microsoft.",
        note=", ".join(notes),
        is_money=True,
    )


# --- milestones -----------------------------------------------------------------------------------

MILESTONE_COLUMNS = (
    Column("workload_name", "Workload", is_pinned=True),
    Column("goal", "Milestone"),
    Column("state_words", "State"),
    Column(
        "users_needed",
        "Users needed",
        "count",
        help="Active users missing to the threshold in the newest report; 0 where at or above it.",
    ),
    Column(
        "monthly_pace", "Users a month", "decimal", help="Gained per month over the last three."
    ),
    Column("flag_words", "Flags", "labels", width=190),
    Column("value_usd_e4", "Value", "money", help="Estimate by rate card; paid: what was paid."),
    Column("example", "Rate", help="Marked where the amount rests on a rate of ours."),
    Column("partner_name", "Counts for", help="Who earned it, else holds, claims or held it last."),
    Column("reached_month", "Reached", "month", help="The month in which it was earned."),
    Column("payment_due_month", "Payment due", "month"),
    Column(
        "usage_at_claim",
        "Usage at claim",
        "share",
        help="Active usage in the first full month of the association.",
    ),
    Column("high_water_mark", "High-water mark", "count"),
    Column("bucket", "Bucket", help="The size class that sets the rate."),
    Column("why", "Why not", width=360),
    Column("rule", "Decided by", help="Programme year and key of the rule, or a general rule."),
    Column("rule_source", "Source of the rule", is_wide=True),
)


def _table(told: pd.DataFrame, program: Program) -> pd.DataFrame:
    """Return one row per workload and milestone."""
    sources = rule_sources(program)
    has_value = told["value_usd_e4"].notna()
    return told.assign(
        goal=told["milestone"].map("{}%".format),
        state_words=state_words(told["state"]),
        flag_words=flag_words(told),
        example=(told["is_example"].astype(bool) & has_value).map({True: EXAMPLE, False: ""}),
        why=why_words(told),
        rule_source=told["rule"].map(sources).fillna(""),
    )


def _broken(chain: pd.DataFrame) -> str:
    """Return in words how many chains are broken, and where."""
    broken = chain[chain["broken"] != ""]
    if broken.empty:
        return "No chain is broken."
    at = broken["broken"].value_counts()
    places = ", ".join(f"{count} at {str(link).lower()}" for link, count in at.items())
    return f"{len(broken)} of {len(chain)} chains are broken: {places}."
