"""The overview: headline numbers, what changed and why, associations, concentration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from data_access.types import Filters
from insights.bridge import TERMS, why_text
from insights.metrics.catalogue import (
    ACTIVE_USAGE,
    ASSOCIATED_TENANTS,
    COVERAGE,
    MONTHLY_ACTIVE_USERS,
    PAID_AVAILABLE_UNITS,
    PAIRS_FROM_15,
    PAIRS_FROM_40,
    PEOPLE,
    SEATS,
    TOP_CUSTOMERS_SHARE,
    TOP_PARTNERS_SHARE,
)
from insights.metrics.metric import Metric, metrics_by
from insights.months import month_label
from insights.views.card import Card, month_card
from insights.views.moves import Headline, move_columns, move_headlines, moves, waterfall
from insights.views.table import Column, Twin, metric_column

TOP_CUSTOMERS = 10
TOP_PARTNERS = 3
HISTORY_MONTHS = 12
"""Cards show at least this many months before the as-of month, however short the period."""

END_REASONS = {
    "moved": "moved to another partner",
    "disassociated": "disassociated",
    "not reported": "no longer reported",
}
"""Why an association ended, in words, in the order shown."""

_ASSOCIATION_COLUMNS = (
    Column("month", "Month", "month", is_pinned=True),
    Column("new", "Began", "count"),
    *(Column(code, words.capitalize(), "count") for code, words in END_REASONS.items()),
)
_CHANGE_COLUMNS = (
    Column("month", "Month", "month"),
    Column("change", "Change"),
    Column("reason", "Reason"),
    Column("tenant_name", "Customer", is_pinned=True),
    Column("tenant_id", "Tenant id"),
    Column("workload_name", "Workload"),
    Column("partner_name", "Partner"),
    Column("partner_id", "Partner ID"),
)

TWINS = {
    "months": "By month",
    "workloads": "By workload",
    "partners": "By partner",
    "associations": "Associations by month",
    "changes": "Associations, one by one",
}
"""Titles of the tables that show the page's figures, by code, in the order offered."""

_OF_USAGE = [ACTIVE_USAGE, PAID_AVAILABLE_UNITS, PAIRS_FROM_15, PAIRS_FROM_40, COVERAGE]
_OF_TENANTS = [ASSOCIATED_TENANTS, SEATS, PEOPLE]


@dataclass(frozen=True, slots=True)
class OverviewRows:
    """What the overview is made of: frames of the queries named, up to the as-of month."""

    usage: pd.DataFrame
    """usage_by_month"""
    tenants: pd.DataFrame
    """tenants_by_month"""
    partners: pd.DataFrame
    """usage_by_partner over all workloads"""
    changes: pd.DataFrame
    """association_changes_by_month"""
    largest: pd.DataFrame
    """largest_customers at the as-of month, ten of them"""


@dataclass(frozen=True, slots=True)
class OverviewView:
    """Everything the overview shows."""

    cards: tuple[Card, ...]
    structure: tuple[Card, ...]
    headlines: tuple[Headline, ...]
    trend: pd.DataFrame
    volumes: tuple[Metric, ...]
    """what active usage comes from, as columns of the trend: seats and people, or their like"""
    steps: pd.DataFrame
    workloads: pd.DataFrame
    partners: pd.DataFrame
    associations: pd.DataFrame

    def twin(self, code: str, association_list: Callable[[], pd.DataFrame]) -> Twin:
        """Return one of TWINS, the figures behind the charts; only the list of associations reads
        that list."""
        if code == "changes":
            return Twin(code, TWINS[code], association_list(), _CHANGE_COLUMNS)
        rows, columns = {
            "months": (self.trend, _trend_columns(self.volumes)),
            "workloads": (self.workloads, move_columns("Workload")),
            "partners": (self.partners, move_columns("Partner")),
            "associations": (self.associations, _ASSOCIATION_COLUMNS),
        }[code]
        return Twin(code, TWINS[code], rows, columns)


def first_month(filters: Filters) -> int:
    """Return the oldest month that the overview's frames must hold."""
    months = (filters.since, filters.as_of - HISTORY_MONTHS, filters.before or filters.as_of)
    return min(months)


def period_text(filters: Filters) -> str:
    """Return which months the page speaks of, in words."""
    now = f"Figures of {month_label(filters.as_of)}"
    since = f"charts from {month_label(filters.since)} on"
    if filters.before is None:
        return f"{now}, without a comparison; {since}."
    return f"{now}, compared with {month_label(filters.before)}; {since}."


def freshness_text(freshness: pd.DataFrame) -> str:
    """Return how fresh each kind of file with months is, in one line."""
    dated = freshness.dropna(subset=["newest_month", "expected_month"])
    return " · ".join(
        f"{row['title']}: {month_label(int(row['newest_month']))}, {row['state']}"
        for row in dated.to_dict("records")
    )


def overview_view(rows: OverviewRows, filters: Filters) -> OverviewView | None:
    """Return the overview, None where nothing reported in the as-of month."""
    if not (rows.usage["month"] == filters.as_of).any():
        return None
    by_month = _by_month(rows)
    workloads = moves(rows.usage, "workload", "workload_name", filters=filters)
    partners = moves(rows.partners, "partner_id", "partner_name", filters=filters)
    steps = waterfall(rows.usage, filters)
    associations = _associations(rows.changes, filters)
    return OverviewView(
        cards=_cards(by_month, filters),
        structure=_structure(rows, by_month, filters),
        headlines=(
            _overall(by_month, steps, filters),
            *move_headlines(workloads if len(workloads) > 1 else workloads.head(0)),
            *move_headlines(partners if len(partners) > 1 else partners.head(0)),
            *_association_headline(associations, filters),
        ),
        trend=by_month.loc[filters.since : filters.as_of].reset_index(),
        volumes=_volumes(by_month, filters),
        steps=steps,
        workloads=workloads,
        partners=partners,
        associations=associations,
    )


def _by_month(rows: OverviewRows) -> pd.DataFrame:
    """Return the metrics of each month, by month; users only where one workload is shown."""
    is_one_workload = rows.usage["workload"].nunique() == 1
    of_usage = [*_OF_USAGE, MONTHLY_ACTIVE_USERS] if is_one_workload else _OF_USAGE
    usage = metrics_by(rows.usage, of_usage, "month").set_index("month")
    tenants = metrics_by(rows.tenants, _OF_TENANTS, "month").set_index("month")
    return usage.join(tenants).sort_index()


def _cards(by_month: pd.DataFrame, filters: Filters) -> tuple[Card, ...]:
    """Return the headline numbers; one chosen workload has users, several have people."""
    people = MONTHLY_ACTIVE_USERS if MONTHLY_ACTIVE_USERS.name in by_month else PEOPLE
    shown = (
        *(ASSOCIATED_TENANTS, PAID_AVAILABLE_UNITS, ACTIVE_USAGE),
        *(people, PAIRS_FROM_15, PAIRS_FROM_40),
    )
    return tuple(_card(metric, by_month, filters) for metric in shown)


def _card(metric: Metric, by_month: pd.DataFrame, filters: Filters) -> Card:
    return month_card(metric, by_month[metric.name], as_of=filters.as_of, before=filters.before)


def _structure(rows: OverviewRows, by_month: pd.DataFrame, filters: Filters) -> tuple[Card, ...]:
    """Return coverage and concentration, each where it says something.

    Within one partner or account every pair is associated, and one partner is all of it.
    """
    is_everybody = filters.partner_id is None and filters.account_id is None
    cards = [_card(COVERAGE, by_month, filters)] if is_everybody else []
    if rows.largest["tenant_id"].nunique() == TOP_CUSTOMERS:
        top = {
            "units_of_top_customers": [rows.largest["paid_available_units"].sum()],
            "paid_available_units": [by_month["paid_available_units"].loc[filters.as_of]],
        }
        cards.append(_now_card(TOP_CUSTOMERS_SHARE, pd.DataFrame(top)))
    partners = rows.partners[rows.partners["month"] == filters.as_of]["paid_available_units"]
    if len(partners) > TOP_PARTNERS:
        held = {
            "units_of_top_partners": [partners.nlargest(TOP_PARTNERS).sum()],
            "units_of_partners": [partners.sum()],
        }
        cards.append(_now_card(TOP_PARTNERS_SHARE, pd.DataFrame(held)))
    return tuple(cards)


def _now_card(metric: Metric, measured: pd.DataFrame) -> Card:
    return Card(metric.label, metric.text(metric.total(measured)), metric.description)


def _overall(by_month: pd.DataFrame, steps: pd.DataFrame, filters: Filters) -> Headline:
    """Return where active usage stands, and what moved it."""
    now = ACTIVE_USAGE.text(by_month[ACTIVE_USAGE.name].loc[filters.as_of])
    stands = f"Active usage is {now} in {month_label(filters.as_of)}"
    if filters.before is None:
        return Headline(stands, "")
    if steps.empty:
        return Headline(stands, f"nothing to compare with in {month_label(filters.before)}")
    shares = dict.fromkeys(TERMS, 0.0) | dict(zip(steps["term"], steps["share"], strict=True))
    before = ACTIVE_USAGE.text(shares["before"])
    return Headline(f"{stands}, from {before}", why_text(shares, at_most=4))


def _volumes(by_month: pd.DataFrame, filters: Filters) -> tuple[Metric, ...]:
    """Return seats and people; of one workload its units and users; units where people lack."""
    if MONTHLY_ACTIVE_USERS.name in by_month:
        return (PAID_AVAILABLE_UNITS, MONTHLY_ACTIVE_USERS)
    people = by_month.loc[filters.since : filters.as_of, PEOPLE.name]
    return (SEATS, PEOPLE) if people.notna().all() else (PAID_AVAILABLE_UNITS,)


def _trend_columns(volumes: tuple[Metric, ...]) -> tuple[Column, ...]:
    metrics = dict.fromkeys((ACTIVE_USAGE, PAID_AVAILABLE_UNITS, *volumes))
    return (
        Column("month", "Month", "month", is_pinned=True),
        *(metric_column(metric) for metric in metrics),
    )


def _associations(changes: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return the months of the period with `new` and, by reason, lost associations (0: none)."""
    columns = ["new", *END_REASONS]
    kind = changes["reason"].where(changes["change"] == "lost", "new")
    counts = changes.assign(kind=kind).groupby(["month", "kind"])["associations"].sum().unstack()
    months = pd.RangeIndex(filters.since, filters.as_of + 1, name="month")
    wide = counts.reindex(index=months, columns=columns).fillna(0).astype("int64")
    return wide.rename_axis(columns=None).reset_index()


def _association_headline(associations: pd.DataFrame, filters: Filters) -> list[Headline]:
    """Return how many associations began and ended in the period, with the reasons."""
    totals = associations.drop(columns="month").sum()
    if not totals.any():
        return []
    lost = int(totals[list(END_REASONS)].sum())
    reasons = [f"{totals[code]:,} {words}" for code, words in END_REASONS.items() if totals[code]]
    months = dict.fromkeys((month_label(filters.since), month_label(filters.as_of)))
    lead = f"{totals['new']:,} associations began and {lost:,} ended"
    return [Headline(lead, ", ".join([*reasons, " to ".join(months)]))]
