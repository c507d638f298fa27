"""The list of customers, ready to be shown, sorted, compared and downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data_access.types import Filters
from insights.bands import MINIMUM_SEATS, SIZE_BAND_LABELS
from insights.flags import FLAG_COLUMNS, FLAGS_BY_CODE, flag_words
from insights.metrics.catalogue import ACTIVE_USAGE, PEOPLE, SEATS
from insights.metrics.metric import UNDEFINED, points_text
from insights.milestones import next_milestone
from insights.months import month_label
from insights.views.chances import chance_text
from insights.views.table import Column, metric_column
from insights.views.workload_columns import in_catalogue_order, short_name

TREND_MONTHS = 12

SORT_LABELS: dict[str, str] = {
    "seats": "Most seats",
    "people": "Most active people",
    "usage_high": "Highest active usage",
    "usage_low": "Lowest active usage",
    "rising": "Rising most",
    "falling": "Falling most",
    "name": "Name",
}
"""Orders of the whole list; a click on a heading sorts only what is listed."""


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """What the list is made of: frames of the queries named, for the same customers."""

    listed: pd.DataFrame
    """customer_list"""
    count: pd.DataFrame
    """customer_count"""
    trend: pd.DataFrame
    """customer_trend"""
    usage: pd.DataFrame
    """customer_usage for the months that the list speaks of"""
    flags: pd.DataFrame
    """customer_flags"""
    partners: pd.DataFrame
    """customer_partners"""


@dataclass(frozen=True, slots=True)
class CustomersView:
    """The table in the order of the list, its columns, and what is not in it."""

    table: pd.DataFrame
    columns: tuple[Column, ...]
    caption: str
    takeaway: str


def months_of(listed: pd.DataFrame) -> tuple[int, ...]:
    """Return the months that the list's figures are of, newest first."""
    return tuple(sorted({int(month) for month in listed["month"]}, reverse=True))


def customers_view(rows: CustomerRows, filters: Filters) -> CustomersView | None:
    """Return the list, None where no customer matches."""
    if rows.listed.empty:
        return None
    pairs = rows.usage.merge(rows.listed[["tenant_id", "month"]], on=["tenant_id", "month"])
    workloads = in_catalogue_order(pairs["workload"].unique())
    table = (
        rows.listed.assign(
            active_usage=_usage_of(rows.listed),
            size=rows.listed["size_band"].map(SIZE_BAND_LABELS),
            flags=_flags(rows),
        )
        .merge(_changes(rows, filters), on="tenant_id", how="left")
        .merge(_trends(rows.trend, filters), on="tenant_id", how="left")
        .merge(_nearest(pairs), on="tenant_id", how="left")
        .merge(_by_workload(pairs, workloads), on="tenant_id", how="left")
        .merge(_holders(rows.partners), on="tenant_id", how="left")
    )
    return CustomersView(
        table=table,
        columns=customer_columns(workloads, filters),
        caption=_caption(rows, filters),
        takeaway=_takeaway(table),
    )


CHANCE = Column(
    "chance",
    "Chance, 90 days",
    help="That any workload reaches its next milestone within 90 days; approximate, as if its "
    "workloads were independent, and as exact as the ranking's record allows.",
)


def with_chances(table: pd.DataFrame, chances: pd.DataFrame, shows: str) -> pd.DataFrame:
    """Return the table with each customer's chance in words, "—" where none is known.

    `chances` has tenant_id and chance_90; `shows` is that of the 90-day verdict.
    """
    known = dict(zip(chances["tenant_id"], chances["chance_90"], strict=True))
    told = [chance_text(known.get(tenant_id), shows) for tenant_id in table["tenant_id"]]
    return table.assign(chance=pd.Series(told, index=table.index, dtype="str"))


def columns_with_chance(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns of the list with the chance after what is to be reached."""
    at = [column.name for column in columns].index("next_milestone") + 1
    return (*columns[:at], CHANCE, *columns[at:])


def customer_columns(workloads: Sequence[str], filters: Filters) -> tuple[Column, ...]:
    """Return the columns of the list in the order shown."""
    since = "" if filters.before is None else f" since {month_label(filters.before)}"
    return (
        Column("tenant_name", "Customer", is_pinned=True),
        metric_column(SEATS),
        metric_column(ACTIVE_USAGE, is_bar=True),
        Column("change", "Change", "points", help=f"Of active usage{since}, in points."),
        Column(
            "trend",
            "12 months",
            "trend",
            help="Active usage in the months reported of the last twelve.",
        ),
        Column(
            "users_needed",
            "Users needed",
            "count",
            help="Fewest active users missing to the next milestone (15% or 40%) of any workload "
            f"with at least {MINIMUM_SEATS} seats.",
        ),
        Column("next_milestone", "To reach", help="The milestone that is nearest, in users."),
        Column("flags", "Flags", "labels", help="What is unusual; Definitions explains each flag."),
        metric_column(PEOPLE, label="People"),
        *(
            Column(code, short_name(code), "share_bar", help=f"Active usage of {short_name(code)}.")
            for code in workloads
        ),
        Column("partners", "Partners", help="Who holds workloads of the customer."),
        Column("segment", "Segment"),
        Column("market", "Market"),
        Column("size", "Size", help="Size band by the seats of the largest workload."),
        Column("month", "Figures of", "month", help="The month that the figures speak of."),
        Column("tenant_id", "Tenant id"),
    )


def _usage_of(rows: pd.DataFrame) -> pd.Series[float]:
    """Return active usage per row from the sums of its pairs; NaN without seats."""
    units = rows["paid_available_units"].astype("float64")
    return rows["monthly_active_users"].astype("float64") / units.where(units > 0)


def _flags(rows: CustomerRows) -> pd.Series[str]:
    """Return each customer's flags as a list of short texts."""
    ids = rows.listed["tenant_id"]
    columns = rows.flags["flag"].map(lambda code: FLAGS_BY_CODE[code].column)
    counted = (
        rows.flags.assign(column=columns)
        .pivot_table(index="tenant_id", columns="column", values="pairs", aggfunc="sum")
        .reindex(index=ids, columns=list(FLAG_COLUMNS))
        .reset_index(drop=True)
    )
    holders = rows.partners.groupby("tenant_id")["partner_id"].nunique()
    counts = counted.assign(
        pairs_above_100=rows.listed["pairs_above_100"],
        pairs_without_seats=rows.listed["pairs_without_seats"],
        pairs_small=rows.listed["pairs_small"],
        masked_names=rows.listed["is_name_masked"].astype("int64"),
        other_partners=ids.map(holders).fillna(0) - 1,
    )
    return flag_words(counts).map(lambda words: words.split(" · ") if words else [])


def _changes(rows: CustomerRows, filters: Filters) -> pd.DataFrame:
    """Return tenant_id and change of active usage (share), NaN where a month is missing."""
    if filters.before is None:
        return rows.listed[["tenant_id"]].assign(change=float("nan"))
    by_month = rows.trend.assign(value=_usage_of(rows.trend)).pivot_table(
        index="tenant_id", columns="month", values="value"
    )
    ends = by_month.reindex(columns=[filters.before, filters.as_of])
    return ends.diff(axis="columns")[[filters.as_of]].set_axis(["change"], axis=1).reset_index()


def _trends(trend: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return tenant_id and trend: active usage of the months reported, oldest first."""
    recent = trend[trend["month"] > filters.as_of - TREND_MONTHS]
    known = recent.assign(trend=_usage_of(recent)).dropna(subset="trend")
    by_tenant = known.sort_values("month").groupby("tenant_id")["trend"].agg(list)
    return by_tenant.reset_index()


def _nearest(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return tenant_id, users_needed and next_milestone of the workload nearest to one."""
    ahead = pairs.join(next_milestone(pairs["paid_available_units"], pairs["monthly_active_users"]))
    ahead = ahead[
        ahead["next_milestone"].notna() & (ahead["paid_available_units"] >= MINIMUM_SEATS)
    ]
    nearest = ahead.sort_values("users_needed", kind="stable").drop_duplicates("tenant_id")
    name = nearest["workload"].map(short_name) + " " + nearest["next_milestone"].astype(str) + "%"
    return nearest.assign(next_milestone=name)[["tenant_id", "users_needed", "next_milestone"]]


def _by_workload(pairs: pd.DataFrame, workloads: list[str]) -> pd.DataFrame:
    """Return tenant_id and one column of active usage per workload."""
    return (
        pairs.assign(value=_usage_of(pairs))
        .pivot_table(index="tenant_id", columns="workload", values="value")
        .reindex(columns=workloads)
        .rename_axis(columns=None)
        .reset_index()
    )


def _holders(partners: pd.DataFrame) -> pd.DataFrame:
    """Return tenant_id and the names of its partners, the one with most workloads first."""
    ordered = partners.sort_values(["workloads", "partner_name"], ascending=[False, True])
    return (
        ordered.groupby("tenant_id")["partner_name"]
        .agg(" · ".join)
        .rename("partners")
        .reset_index()
    )


def _caption(rows: CustomerRows, filters: Filters) -> str:
    """Return how many customers match, how many are listed, and which lack the as-of month."""
    total, quiet = rows.count.iloc[0][["customers", "quiet"]]
    listed = len(rows.listed)
    text = f"{total:,} customers"
    if listed < total:
        text = f"The first {listed:,} of {total:,} customers; the download has up to 10,000"
    if quiet:
        text += (
            f" · {quiet:,} not reported for {month_label(filters.as_of)}, "
            "shown with their newest figures"
        )
    return text


def _takeaway(table: pd.DataFrame) -> str:
    """Return who is nearest to a milestone, for readers who cannot see the table."""
    near = table.dropna(subset="users_needed").sort_values("users_needed", kind="stable")
    lead = f"{len(table):,} customers with usage by workload, milestones and flags."
    if near.empty:
        return lead
    first = near.iloc[0]
    return (
        f"{lead} Nearest to a milestone: {first['tenant_name']}, "
        f"users needed to {first['next_milestone']}: {first['users_needed']:,}."
    )


# --- the selected ones side by side ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SelectedView:
    """Selected customers side by side: figures as text, one column each, and their trend."""

    table: pd.DataFrame
    columns: tuple[Column, ...]
    trend: pd.DataFrame
    takeaway: str


def selected_view(view: CustomersView, trend: pd.DataFrame, filters: Filters) -> SelectedView:
    """Return the customers of a list side by side; the list holds the selected ones only."""
    names = _unique_names(view.table)
    shown = [column for column in view.columns if column.kind not in ("trend", "text", "month")]
    texts = pd.DataFrame(
        {
            label: [_as_text(row[column.name], column) for column in shown]
            for label, (_, row) in zip(names, view.table.iterrows(), strict=True)
        }
    )
    shown_months = trend[trend["month"] > filters.as_of - TREND_MONTHS]
    lines = shown_months.assign(
        value=_usage_of(shown_months),
        series=shown_months["tenant_id"].map(
            dict(zip(view.table["tenant_id"], names, strict=True))
        ),
    ).sort_values(["series", "month"])
    return SelectedView(
        table=texts.assign(figure=[column.label for column in shown]),
        columns=(
            Column("figure", "", is_pinned=True),
            *(Column(name, name) for name in names),
        ),
        trend=lines[["series", "month", "value"]],
        takeaway=f"{len(names)} customers side by side: {', '.join(names)}.",
    )


def _unique_names(table: pd.DataFrame) -> list[str]:
    """Return names as headings; customers of one name get the beginning of their id."""
    is_double = table["tenant_name"].duplicated(keep=False)
    both = table["tenant_name"] + " · " + table["tenant_id"].str[:8]
    return table["tenant_name"].mask(is_double, both).tolist()


def _as_text(value: object, column: Column) -> str:
    """Return one figure as people read it."""
    if isinstance(value, list):
        return ", ".join(value) or UNDEFINED
    if pd.isna(value):  # type: ignore[call-overload]
        return UNDEFINED
    if column.kind in ("share", "share_bar"):
        return f"{value:.1%}"
    if column.kind == "points":
        return points_text(float(value))  # type: ignore[arg-type]
    return f"{value:,}"
