"""The workloads page: each workload's figures, trend, largest customers and cohorts."""

from __future__ import annotations

from dataclasses import dataclass

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
from insights.metrics.metric import Metric, metrics_by
from insights.milestones import MILESTONE_BANDS, next_milestone
from insights.months import month_label
from insights.views.card import Card, month_card
from insights.views.moves import moves
from insights.views.table import Column, metric_column

LARGEST_CUSTOMERS = 40
FEWEST_PAIRS = 5
"""A point of a cohort curve needs this many pairs; fewer are single customers, not a curve."""

_FIGURES: tuple[Metric, ...] = (
    PAIRS,
    PAID_AVAILABLE_UNITS,
    MONTHLY_ACTIVE_USERS,
    ACTIVE_USAGE,
    SHARE_FROM_15,
    SHARE_FROM_40,
)
_CHANGING = ("active_usage", "paid_available_units", "monthly_active_users")
_BY_WORKLOAD = ("workload", "workload_name")


@dataclass(frozen=True, slots=True)
class WorkloadsView:
    """Everything the workloads page shows; frames are at the grain that their comments say."""

    cards: tuple[Card, ...]
    scorecard: pd.DataFrame
    """one row per workload, most seats first"""
    scorecard_columns: tuple[Column, ...]
    trend: pd.DataFrame
    """workload x month of the period"""
    customers: pd.DataFrame
    """largest customers x workload at the as-of month, with milestone band"""
    by_workload: pd.DataFrame
    """workload x months since association"""
    by_start_year: pd.DataFrame
    """fiscal year of the association x months since"""


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
    scorecard = _scorecard(usage, filters)
    return WorkloadsView(
        cards=_cards(usage, tenants, filters),
        scorecard=scorecard,
        scorecard_columns=_scorecard_columns(filters),
        trend=_trend(usage, filters, order=scorecard["workload"]),
        customers=_customers(customers),
        by_workload=_curves(ages, "workload", "workload_name"),
        by_start_year=_by_start_year(ages),
    )


def _cards(usage: pd.DataFrame, tenants: pd.DataFrame, filters: Filters) -> tuple[Card, ...]:
    is_one_workload = usage["workload"].nunique() == 1
    people = (MONTHLY_ACTIVE_USERS, usage) if is_one_workload else (PEOPLE, tenants)
    of_metric: list[tuple[Metric, pd.DataFrame]] = [
        (PAIRS, usage),
        (PAID_AVAILABLE_UNITS, usage),
        (ACTIVE_USAGE, usage),
        people,
        (SHARE_FROM_15, usage),
        (SHARE_FROM_40, usage),
    ]
    values = [
        (metric, metric.by(measured, "month").set_index("month")[metric.name])
        for metric, measured in of_metric
    ]
    return tuple(
        month_card(metric, series, as_of=filters.as_of, before=filters.before)
        for metric, series in values
    )


def _scorecard(usage: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return each workload's figures now, their changes, the trend and why usage moved."""
    now = metrics_by(usage[usage["month"] == filters.as_of], _FIGURES, *_BY_WORKLOAD)
    before = metrics_by(usage[usage["month"] == filters.before], _FIGURES, *_BY_WORKLOAD)
    both = now.merge(
        before.drop(columns="workload_name"), on="workload", how="left", suffixes=("", "_before")
    )
    changes = {f"{name}_change": both[name] - both[f"{name}_before"] for name in _CHANGING}
    history = _by_month(usage, filters).groupby("workload")["active_usage"].agg(list)
    why = moves(usage, *_BY_WORKLOAD, filters=filters).set_index("code")["why"]
    return (
        both.assign(**changes)
        .join(history.rename("trend"), on="workload")
        .join(why, on="workload")
        .sort_values(["paid_available_units", "workload"], ascending=[False, True])
        .reset_index(drop=True)
    )


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


def _by_month(usage: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return active usage, users and seats at workload x month grain, months of the period."""
    within = usage[usage["month"].between(filters.since, filters.as_of)]
    figures = (ACTIVE_USAGE, MONTHLY_ACTIVE_USERS, PAID_AVAILABLE_UNITS)
    return metrics_by(within, figures, *_BY_WORKLOAD, "month")


def _trend(usage: pd.DataFrame, filters: Filters, *, order: pd.Series[str]) -> pd.DataFrame:
    """Return usage by month, workloads in the given order, those no longer reported last."""
    months = _by_month(usage, filters)
    rank = {code: position for position, code in enumerate(order)}
    position = months["workload"].map(rank).fillna(len(rank))
    return (
        months.assign(position=position)
        .sort_values(["position", "workload", "month"], ignore_index=True)
        .drop(columns="position")
    )


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
