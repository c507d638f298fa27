"""One customer: what is known and unusual, workloads against thresholds, who holds them."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import pandas as pd

from data_access.types import Filters
from insights.flags import FLAGS, MASKED_NAME, SEVERAL_PARTNERS, pair_flag_words, pair_flags
from insights.metrics.catalogue import ACTIVE_USAGE, PEOPLE, SEATS
from insights.metrics.metric import UNDEFINED
from insights.milestones import MILESTONE_BANDS, MILESTONES, users_needed
from insights.months import month_label
from insights.views.card import Card, month_card
from insights.views.customer_timeline import timeline, timeline_words
from insights.views.table import Column, metric_column
from insights.views.workload_columns import in_catalogue_order, short_name

LOWEST_TOP = 0.5
"""The share axis shows at least this much, so that both milestone lines are on it."""


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """What the page is made of: frames of the queries named, for one tenant."""

    facts: pd.DataFrame
    """customer_facts, one row"""
    history: pd.DataFrame
    """customer_history"""
    pairs: pd.DataFrame
    """customer_pairs"""
    associations: pd.DataFrame
    """customer_associations"""
    restatements: pd.DataFrame
    """customer_restatements"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of the customer, as text."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ExplainedFlag:
    """One unusual thing: symbol and words, where it shows, and what it means."""

    words: str
    where: str
    explanation: str


@dataclass(frozen=True, slots=True)
class WorkloadHistory:
    """One small multiple: a workload's months, gaps included, and where it stands, in words.

    `goals` are the thresholds with their labels, `needed` what is missing to the next one.
    """

    code: str
    name: str
    months: pd.DataFrame
    standing: str
    goals: tuple[tuple[int, str], ...]
    needed: str


@dataclass(frozen=True, slots=True)
class CustomerView:
    """Everything that the customer's page shows; `tenant_id` is spelled as in the store."""

    tenant_id: str
    name: str
    facts: tuple[Fact, ...]
    cards: tuple[Card, ...]
    flags: tuple[ExplainedFlag, ...]
    multiples: tuple[WorkloadHistory, ...]
    top_share: float
    months: pd.DataFrame
    """month, seats, people; months without a report included"""
    workloads: pd.DataFrame
    workload_columns: tuple[Column, ...]
    timeline: pd.DataFrame
    """label, partner_name, starts, ends (dates), told; one row per association"""
    timeline_words: str
    restatements: pd.DataFrame
    restatement_columns: tuple[Column, ...]


def customer_view(rows: CustomerRows, filters: Filters) -> CustomerView:
    """Return the page of a known customer; without any report its frames are empty."""
    history = _with_usage(rows.history)
    latest = _latest(history, rows.pairs)
    held = _held_now(rows.associations, filters)
    totals = _totals(history)
    spans = timeline(rows.associations, filters)
    return CustomerView(
        tenant_id=str(rows.facts.iloc[0]["tenant_id"]),
        name=str(rows.facts.iloc[0]["tenant_name"]),
        facts=_facts(rows.facts, held),
        cards=_cards(totals, history, filters),
        flags=_explained(rows.facts, latest, held, filters),
        multiples=_multiples(history, filters),
        top_share=_top_share(history, filters),
        months=_every_month(totals[["month", "seats", "people"]], filters),
        workloads=_workload_table(latest, held, filters),
        workload_columns=_WORKLOAD_COLUMNS,
        timeline=spans,
        timeline_words=timeline_words(spans),
        restatements=rows.restatements,
        restatement_columns=_RESTATEMENT_COLUMNS,
    )


def _with_usage(history: pd.DataFrame) -> pd.DataFrame:
    """Return the reports with active_usage; NaN where a count is missing or there are no seats."""
    units = history["paid_available_units"].astype("float64")
    users = history["monthly_active_users"].astype("float64")
    return history.assign(active_usage=users / units.where(units > 0))


def _latest(history: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return each workload's newest report up to the as-of month, with what its flags need."""
    newest = history.sort_values("month").drop_duplicates("workload", keep="last")
    both = pairs.merge(newest.drop(columns="workload_name"), on="workload")
    position = {code: index for index, code in enumerate(in_catalogue_order(both["workload"]))}
    order = both["workload"].map(position).sort_values().index
    return both.loc[order].reset_index(drop=True)


def _held_now(associations: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return the associations of the as-of month."""
    return associations[
        (associations["start_month"] <= filters.as_of)
        & (associations["end_month"] >= filters.as_of)
    ]


# --- header ---------------------------------------------------------------------------------------


def _facts(facts: pd.DataFrame, held: pd.DataFrame) -> tuple[Fact, ...]:
    """Return what is known of the customer; what no file told is left out."""
    known = facts.iloc[0]
    partners = ", ".join(dict.fromkeys(held["partner_name"]))
    told = [
        ("Segment", known["segment"]),
        ("Market", known["market"]),
        ("Country", known["country"]),
        ("Industry", known["industry"]),
        ("Domain", known["domain"]),
        ("TPID", known["tpid"]),
        ("Partners now", partners or "none on record"),
        ("Tenant id", known["tenant_id"]),
    ]
    return tuple(Fact(label, str(value)) for label, value in told if pd.notna(value) and value)


def _totals(history: pd.DataFrame) -> pd.DataFrame:
    """Return month, seats, people and active_usage over the workloads with both counts."""
    complete = history.dropna(subset=["paid_available_units", "monthly_active_users"])
    by_month = complete.groupby("month", as_index=False).agg(
        seats=("paid_available_units", "max"), people=("monthly_active_users", "max")
    )
    usage = ACTIVE_USAGE.by(complete.drop(columns="active_usage"), "month")
    return by_month.merge(usage, on="month")


def _cards(totals: pd.DataFrame, history: pd.DataFrame, filters: Filters) -> tuple[Card, ...]:
    """Return active usage, seats, people and how many workloads have reached the milestones."""
    shown = totals[totals["month"].between(_first_month(filters), filters.as_of)]
    values = shown.set_index("month").astype("float64")
    cards = [
        month_card(metric, values[metric.name], as_of=filters.as_of, before=filters.before)
        for metric in (ACTIVE_USAGE, SEATS, PEOPLE)
    ]
    return (*cards, *(_reached_card(history, filters, percent) for percent in MILESTONES))


def _reached_card(history: pd.DataFrame, filters: Filters, percent: int) -> Card:
    """Return how many of the workloads reported now are at the threshold or above."""
    now = history[(history["month"] == filters.as_of) & history["active_usage"].notna()]
    reached = int((now["active_usage"] >= percent / 100).sum())
    return Card(
        label=f"Workloads at {percent}%",
        value=f"{reached} of {len(now)}" if len(now) else UNDEFINED,
        help=f"Workloads whose active usage is at least {percent}% in "
        f"{month_label(filters.as_of)}, of those reported with seats.",
    )


def _first_month(filters: Filters) -> int:
    return min(filters.since, filters.as_of if filters.before is None else filters.before)


def _explained(
    facts: pd.DataFrame, latest: pd.DataFrame, held: pd.DataFrame, filters: Filters
) -> tuple[ExplainedFlag, ...]:
    """Return every flag that the customer carries, with the workloads that show it."""
    flagged = pair_flags(latest, filters.as_of)
    names = latest["workload"].map(short_name)
    where = {code: ", ".join(names[flagged[code]]) for code in flagged.columns}
    if facts.iloc[0]["is_name_masked"]:
        where[MASKED_NAME.code] = "this customer"
    if held["partner_id"].nunique() > 1:
        where[SEVERAL_PARTNERS.code] = ", ".join(dict.fromkeys(held["partner_name"]))
    return tuple(
        ExplainedFlag(flag.words, where[flag.code], flag.explanation)
        for flag in FLAGS
        if where.get(flag.code)
    )


# --- workloads ------------------------------------------------------------------------------------


def _multiples(history: pd.DataFrame, filters: Filters) -> tuple[WorkloadHistory, ...]:
    """Return one history per workload that reported in the period, in the catalogue's order."""
    in_period = history[history["month"].between(filters.since, filters.as_of)]
    newest = in_period.sort_values("month").drop_duplicates("workload", keep="last")
    now = newest.set_index("workload").to_dict("index")
    needed = _users_needed(newest)
    before = history[history["month"] == filters.before].set_index("workload")["active_usage"]
    codes = in_catalogue_order(newest["workload"])
    every = pd.MultiIndex.from_product(
        [codes, range(filters.since, filters.as_of + 1)], names=["workload", "month"]
    )
    months = in_period.set_index(["workload", "month"]).reindex(every).reset_index()
    return tuple(
        WorkloadHistory(
            code=code,
            name=now[code]["workload_name"],
            months=months.iloc[position * filters.months : (position + 1) * filters.months],
            standing=_standing(
                now[code]["active_usage"],
                now[code]["month"],
                before=float(before.get(code, float("nan"))),
                filters=filters,
            ),
            goals=_goals(needed[code]),
            needed=_needed_words(needed[code]),
        )
        for position, code in enumerate(codes)
    )


def _users_needed(reports: pd.DataFrame) -> dict[str, dict[int, int | None]]:
    """Return the users missing to each threshold by workload, None where the counts tell none."""
    units, users = reports["paid_available_units"], reports["monthly_active_users"]
    needed = {percent: users_needed(units, users, percent) for percent in MILESTONES}
    return {
        str(code): {
            percent: None if pd.isna(missing.iloc[at]) else int(missing.iloc[at])
            for percent, missing in needed.items()
        }
        for at, code in enumerate(reports["workload"])
    }


def _goals(needed: dict[int, int | None]) -> tuple[tuple[int, str], ...]:
    """Return every threshold with its label; one that is ahead says how many users are missing."""
    return tuple(
        (percent, f"{missing:,} more to {percent}%" if missing else f"{percent}%")
        for percent, missing in needed.items()
    )


def _needed_words(needed: dict[int, int | None]) -> str:
    """Return what is missing to the next threshold, in words."""
    for percent, missing in needed.items():
        if missing:
            return f"{missing:,} more active {'user' if missing == 1 else 'users'} to {percent}%"
    return "" if None in needed.values() else "Every threshold is reached now."


def _every_month(rows: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return one row for every month of the period, so that a missing report is a gap."""
    months = pd.RangeIndex(filters.since, filters.as_of + 1, name="month")
    return rows.set_index("month").reindex(months).reset_index()


def _standing(usage: float, month: int, *, before: float, filters: Filters) -> str:
    """Return where the workload stands, e.g. "● 43.1%, +2.0 pts"."""
    text = ACTIVE_USAGE.text(usage)
    if isnan(usage):
        return f"{text} no seats reported"
    band = [band for band in MILESTONE_BANDS if usage >= band.from_share][-1]
    if month != filters.as_of:
        return f"{band.symbol} {text} in {month_label(month)}, the newest report"
    change = ACTIVE_USAGE.change_text(usage, before)
    return f"{band.symbol} {text}" if change == UNDEFINED else f"{band.symbol} {text}, {change}"


def _top_share(history: pd.DataFrame, filters: Filters) -> float:
    """Return the top of the share axis that all workloads have in common."""
    in_period = history[history["month"].between(filters.since, filters.as_of)]
    highest = in_period["active_usage"].max()
    return max(LOWEST_TOP, float(highest) * 1.08) if pd.notna(highest) else LOWEST_TOP


def _workload_table(latest: pd.DataFrame, held: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return one row per workload with its newest figures, what is missing, and who holds it."""
    units, users = latest["paid_available_units"], latest["monthly_active_users"]
    needed = {f"needed_{percent}": users_needed(units, users, percent) for percent in MILESTONES}
    holders = held.groupby("workload", as_index=False).agg(
        partners=("partner_name", " · ".join), associated_since=("start_month", "min")
    )
    return (
        latest.assign(**needed, flags=pair_flag_words(latest, filters.as_of).map(_as_list))
        .merge(holders, on="workload", how="left")
        .rename(columns={"month": "reported"})
    )


def _as_list(words: str) -> list[str]:
    return words.split(" · ") if words else []


_WORKLOAD_COLUMNS = (
    Column("workload_name", "Workload", is_pinned=True),
    metric_column(ACTIVE_USAGE, is_bar=True),
    Column("paid_available_units", "Paid available units", "count", help="Paid seats (PAU)."),
    Column("monthly_active_users", "Monthly active users", "count", help="MAU, distinct users."),
    Column(
        "high_water_mark",
        "High-water mark",
        "count",
        help="Highest monthly active users ever reported.",
    ),
    *(
        Column(
            f"needed_{percent}",
            f"Users needed to {percent}%",
            "count",
            help=f"Active users still missing to {percent}% of the paid seats, rounded up; "
            "0 where reached now.",
        )
        for percent in MILESTONES
    ),
    Column("partners", "Partner", help="Who holds the workload in the as-of month."),
    Column("associated_since", "Associated since", "month"),
    Column("reported", "Last report", "month", help="The month that the figures are of."),
    Column("flags", "Flags", "labels", help="What is unusual; explained above."),
)


# --- columns of what files told beside ---------------------------------------------------------

_RESTATEMENT_COLUMNS = (
    Column("workload_name", "Workload", is_pinned=True),
    Column("month", "Month", "month"),
    Column("old_units", "Seats before", "count"),
    Column("new_units", "Seats after", "count"),
    Column("old_users", "Users before", "count"),
    Column("new_users", "Users after", "count"),
    Column("imported_at", "Changed on", "date"),
    Column("file_name", "By file"),
    Column("replaced_by_batch_id", "Import", "count", help="Number of the import; see Imports."),
)

SUBSCRIPTION_COLUMNS = (
    Column("product", "Product", is_pinned=True),
    Column("sku", "SKU"),
    Column("state", "State"),
    Column("seats", "Seats", "count"),
    Column("starts_on", "Starts", "date"),
    Column("ends_on", "Ends", "date"),
    Column("is_auto_renew", "Renews itself", "flag"),
    Column("month", "Report of", "month"),
    Column("subscription_id", "Subscription id"),
)

CLAIM_COLUMNS = (
    Column("claim_id", "Claim", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("partner_name", "Partner"),
    Column("status", "Status"),
    Column("status_reason", "Reason"),
    Column("status_on", "Since", "date"),
    Column("submitted_on", "Submitted", "date"),
    Column("approved_on", "Approved", "date"),
    Column("ended_on", "Ended", "date"),
    Column("proof_signed_on", "Proof signed", "date"),
)
