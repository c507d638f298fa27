"""The workloads page: each workload's figures, trend, largest customers and cohorts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data_access.types import Filters
from insights.metrics.catalogue import (
    ACTIVE_USAGE,
    MONTHLY_ACTIVE_USERS,
    PAID_AVAILABLE_UNITS,
    PAIRS,
    PEOPLE,
    SHARE_FROM_15,
    SHARE_FROM_40,
)
from insights.metrics.metric import Metric, metrics_by, points_text
from insights.milestones import MILESTONE_BANDS, next_milestone
from insights.months import month_label
from insights.views.card import Card, month_card
from insights.views.moves import moves
from insights.views.table import Column, metric_column
from insights.views.workload_columns import in_catalogue_order, short_name

LARGEST_CUSTOMERS = 40
FEWEST_PAIRS = 5
"""A point of a cohort curve needs this many pairs; fewer are single customers, not a curve."""

PANELS_IN_ROW = 5
CURVES = {"workload": "Workload", "start_year": "Fiscal year it began"}
"""What a cohort curve stands for, by code in links; the first is the default."""

_FIGURES: tuple[Metric, ...] = (
    PAIRS,
    PAID_AVAILABLE_UNITS,
    MONTHLY_ACTIVE_USERS,
    ACTIVE_USAGE,
    SHARE_FROM_15,
    SHARE_FROM_40,
)
_OF_USAGE = [PAIRS, PAID_AVAILABLE_UNITS, ACTIVE_USAGE, SHARE_FROM_15, SHARE_FROM_40]
_CHANGING = ("active_usage", "paid_available_units", "monthly_active_users")
_BY_WORKLOAD = ("workload", "workload_name")

CUSTOMER_COLUMNS = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("tenant_id", "Tenant id"),
    Column("workload_name", "Workload"),
    metric_column(ACTIVE_USAGE),
    metric_column(PAID_AVAILABLE_UNITS),
    metric_column(MONTHLY_ACTIVE_USERS),
    Column("next_milestone", "Next milestone (%)", "count"),
    Column("users_needed", "Users needed", "count", help="Active users missing to it"),
)
COHORT_COLUMNS = (
    Column("name", "Curve", is_pinned=True),
    Column("age", "Months since association", "count"),
    metric_column(PAIRS),
    metric_column(ACTIVE_USAGE),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """One workload's small chart: its name, where it stands in words, its months."""

    code: str
    name: str
    stands: str
    months: pd.DataFrame


@dataclass(frozen=True, slots=True)
class WorkloadsView:
    """Everything the workloads page shows; frames are at the grain that their comments say."""

    cards: tuple[Card, ...]
    scorecard: pd.DataFrame
    """one row per workload, most seats first"""
    scorecard_columns: tuple[Column, ...]
    panels: tuple[Panel, ...]
    """one per workload that reports, most seats first"""
    customers: pd.DataFrame
    """largest customers x workload at the as-of month, with milestone band"""
    customer_workloads: dict[str, str]
    """short names of their workloads by code, in catalogue order"""
    by_workload: pd.DataFrame
    """workload x months since association"""
    by_start_year: pd.DataFrame
    """fiscal year of the association x months since"""

    @property
    def panels_in_row(self) -> int:
        """Return how many panels stand side by side."""
        return min(PANELS_IN_ROW, len(self.panels))

    def panel_rows(self) -> list[tuple[Panel, ...]]:
        """Return the panels in rows, the last one perhaps shorter."""
        starts = range(0, len(self.panels), self.panels_in_row)
        return [self.panels[start : start + self.panels_in_row] for start in starts]

    def curves(self, of: str) -> pd.DataFrame:
        """Return the cohort curves for one of CURVES."""
        return self.by_start_year if of == "start_year" else self.by_workload


def workloads_view(
    usage: pd.DataFrame,
    tenants: pd.DataFrame,
    *,
    customers: pd.DataFrame,
    ages: pd.DataFrame,
    filters: Filters,
) -> WorkloadsView | None:
    """Return the page from usage_by_month, tenants_by_month, largest_customers and usage_by_age.

    None where nothing reported in the as-of month.
    """
    if not (usage["month"] == filters.as_of).any():
        return None
    figures = metrics_by(usage, _FIGURES, *_BY_WORKLOAD, "month")
    period = figures[figures["month"].between(filters.since, filters.as_of)]
    scorecard = _scorecard(figures, period, filters).join(_reasons(usage, filters), on="workload")
    return WorkloadsView(
        cards=_cards(usage, tenants, filters),
        scorecard=scorecard,
        scorecard_columns=_scorecard_columns(filters),
        panels=_panels(period, scorecard, filters),
        customers=_customers(customers),
        customer_workloads={
            code: short_name(code) for code in in_catalogue_order(set(customers["workload"]))
        },
        by_workload=_curves(ages, "workload", "workload_name"),
        by_start_year=_by_start_year(ages),
    )


def _cards(usage: pd.DataFrame, tenants: pd.DataFrame, filters: Filters) -> tuple[Card, ...]:
    is_one_workload = usage["workload"].nunique() == 1
    of_usage = [*_OF_USAGE, MONTHLY_ACTIVE_USERS] if is_one_workload else _OF_USAGE
    by_month = metrics_by(usage, of_usage, "month").set_index("month")
    people = PEOPLE.by(tenants, "month").set_index("month")
    values = by_month.join(people).sort_index()
    users = MONTHLY_ACTIVE_USERS if is_one_workload else PEOPLE
    shown = (PAIRS, PAID_AVAILABLE_UNITS, ACTIVE_USAGE, users, SHARE_FROM_15, SHARE_FROM_40)
    return tuple(
        month_card(metric, values[metric.name], as_of=filters.as_of, before=filters.before)
        for metric in shown
    )


def _scorecard(figures: pd.DataFrame, period: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return each workload's figures now, their changes and the trend of the period."""
    now = figures[figures["month"] == filters.as_of]
    before = figures[figures["month"] == filters.before].drop(columns=["workload_name", "month"])
    both = now.merge(before, on="workload", how="left", suffixes=("", "_before"))
    changes = {f"{name}_change": both[name] - both[f"{name}_before"] for name in _CHANGING}
    trend = period.groupby("workload")["active_usage"].agg(list).rename("trend")
    return (
        both.assign(**changes)
        .join(trend, on="workload")
        .sort_values(["paid_available_units", "workload"], ascending=[False, True])
        .reset_index(drop=True)
    )


def _reasons(usage: pd.DataFrame, filters: Filters) -> pd.Series[str]:
    """Return why each workload's active usage moved, in words, by workload."""
    return moves(usage, *_BY_WORKLOAD, filters=filters).set_index("code")["why"]


def _scorecard_columns(filters: Filters) -> tuple[Column, ...]:
    """Return the scorecard's columns; changes only where there is a month to compare with."""
    figures = {metric.name: metric_column(metric) for metric in _FIGURES}
    since = "" if filters.before is None else f" since {month_label(filters.before)}"
    usage_change = Column("active_usage_change", "Change", "points", f"Change{since}")
    seats_change = Column("paid_available_units_change", "Units change", "count", f"Change{since}")
    users_change = Column("monthly_active_users_change", "Users change", "count", f"Change{since}")
    why = Column("why", "Why active usage moved", help=f"Strongest causes{since}", is_wide=True)
    trend = Column("trend", "Trend", "trend", help="Active usage over the period")
    columns = (
        Column("workload_name", "Workload", is_pinned=True),
        figures["active_usage"],
        usage_change,
        trend,
        figures["pairs"],
        figures["paid_available_units"],
        seats_change,
        figures["monthly_active_users"],
        users_change,
        figures["share_from_15"],
        figures["share_from_40"],
        why,
    )
    compared = (usage_change, seats_change, users_change, why)
    return (
        columns
        if filters.before is not None
        else tuple(column for column in columns if column not in compared)
    )


def _panels(period: pd.DataFrame, scorecard: pd.DataFrame, filters: Filters) -> tuple[Panel, ...]:
    """Return each workload's months of the period, in the scorecard's order."""
    months = dict(iter(period.groupby("workload")))
    return tuple(
        Panel(
            row["workload"],
            short_name(row["workload"]),
            _stands(row, filters),
            months[row["workload"]],
        )
        for row in scorecard.to_dict("records")
    )


def _stands(row: Mapping[Hashable, Any], filters: Filters) -> str:
    """Return a workload's active usage now, and its change where there is one."""
    now = ACTIVE_USAGE.text(row["active_usage"])
    if filters.before is None or pd.isna(row["active_usage_change"]):
        return now
    return f"{now} ({points_text(row['active_usage_change'])})"


def _customers(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the largest customers' workloads with active usage, band and users needed."""
    units, users = customers["paid_available_units"], customers["monthly_active_users"]
    usage = (users / units.where(units > 0)).astype("float64")
    edges = [*(band.from_share for band in MILESTONE_BANDS), float("inf")]
    codes = [band.code for band in MILESTONE_BANDS]
    band = pd.cut(usage, edges, labels=codes, right=False).astype("str")
    return customers.assign(active_usage=usage, band=band.where(usage.notna(), "no_seats")).join(
        next_milestone(units, users)
    )


def _curves(ages: pd.DataFrame, code: str, name: str) -> pd.DataFrame:
    """Return active usage by age for each value of `code`: code, name, age, pairs, active_usage.

    A curve ends where fewer than FEWEST_PAIRS pairs are that old.
    """
    figures = metrics_by(ages, (PAIRS, ACTIVE_USAGE), code, name, "age")
    is_thin = figures["pairs"] < FEWEST_PAIRS
    is_over = is_thin.astype("int64").groupby(figures[code]).cumsum() > 0
    return figures[~is_over].rename(columns={code: "code", name: "name"}).reset_index(drop=True)


def _by_start_year(ages: pd.DataFrame) -> pd.DataFrame:
    """Return the curves of associations by the fiscal year in which they began."""
    named = ages.assign(start_name="FY" + (ages["start_year"] % 100).astype("str").str.zfill(2))
    return _curves(named, "start_year", "start_name")


def cohort_note(filters: Filters) -> str:
    """Return which of the chosen filters the cohorts do not follow, empty where they follow all."""
    ignored = {
        "partner": filters.partner_id,
        "segment": filters.segments,
        "market": filters.markets,
        "size band": filters.size_bands,
    }
    chosen = [name for name, value in ignored.items() if value]
    if not chosen:
        return ""
    return f"These curves do not follow the filter on {', '.join(chosen)}."
