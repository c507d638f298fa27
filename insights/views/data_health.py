"""What the page Data health shows: freshness, completeness, oddities and their rows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.data_sources import DATA_SOURCES_BY_KIND
from insights.months import month_label
from insights.periods import (
    COMPLETE_SHARE,
    coverage_by_month,
    newest_complete_month,
    usual_pairs,
)
from insights.views.table import Column

_TENANT = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("tenant_id", "Tenant id"),
    Column("workload_name", "Workload"),
)

FRESHNESS_COLUMNS = (
    Column("title", "Kind of file", is_pinned=True),
    Column("state", "State"),
    Column("newest_month", "Newest month", "month"),
    Column(
        "expected_month",
        "Expected by now",
        "month",
        help="The current month less the kind's usual lag; empty for kinds without months.",
    ),
    Column("imported_at", "Last import (UTC)", "moment"),
    Column("imports", "Imports", "count"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is checked: `rows` names the list that shows where, `count` its number."""

    count: str
    rows: str
    label: str
    meaning: str
    columns: tuple[Column, ...]
    has_customers: bool = True


FINDINGS: tuple[Finding, ...] = (
    Finding(
        "late",
        "late_pairs",
        "Late pairs",
        "Reported before, but not for the newest complete month.",
        (
            *_TENANT,
            Column("latest_month", "Newest report", "month"),
            Column("paid_available_units", "Seats then", "count"),
            Column("monthly_active_users", "Users then", "count"),
        ),
    ),
    Finding(
        "gaps",
        "pairs_with_gaps",
        "Pairs with missing months",
        "Months are missing between the first and the newest report; they are gaps, not zeros.",
        (
            *_TENANT,
            Column("missing_months", "Months missing", "count"),
            Column("first_month", "First report", "month"),
            Column("latest_month", "Newest report", "month"),
        ),
    ),
    Finding(
        "odd",
        "odd_usage",
        "Usage above 100% or without seats",
        "More active users than paid seats: trials, staff turnover, students or seats that are "
        "not reported. Shown as it is, never cut.",
        (
            *_TENANT,
            Column("paid_available_units", "Seats", "count"),
            Column("monthly_active_users", "Active users", "count"),
            Column("active_usage", "Active usage", "share"),
        ),
    ),
    Finding(
        "restated",
        "restatements",
        "Restated values",
        "Past values that a later file replaced; the old ones are kept.",
        (
            *_TENANT,
            Column("month", "Month", "month"),
            Column("old_units", "Seats before", "count"),
            Column("new_units", "Seats now", "count"),
            Column("old_users", "Users before", "count"),
            Column("new_users", "Users now", "count"),
            Column("file_name", "Changed by"),
            Column("imported_at", "On (UTC)", "moment"),
        ),
    ),
    Finding(
        "quarantined",
        "quarantine_by_code",
        "Findings on quarantined rows",
        "Rows that were set aside, by reason; mend them on the page Imports.",
        (
            Column("code", "Code", is_pinned=True),
            Column("message", "For example", is_wide=True),
            Column("rows", "Findings", "count"),
            Column("open", "Still open", "count"),
        ),
        has_customers=False,
    ),
    Finding(
        "masked_names",
        "masked_names",
        "Masked customer names",
        "Microsoft hides these names for compliance; the tenant id still tells them apart.",
        (
            Column("tenant_id", "Tenant id", is_pinned=True),
            Column("tpid", "TPID"),
            Column("domain", "Domain"),
            Column("segment", "Segment"),
            Column("market", "Market"),
        ),
    ),
    Finding(
        "duplicates",
        "duplicate_pairs",
        "Pairs reported by a second location",
        "Marked IsDuplicateRowForPGA: they count for that location, never for the account or a "
        "total.",
        (
            *_TENANT,
            Column("partner_name", "Partner"),
            Column("partner_id", "Partner ID"),
        ),
    ),
    Finding(
        "unknown_workloads",
        "unknown_workloads",
        "Unknown workloads",
        "Names that are in no catalogue; kept under their own name.",
        (
            Column("workload_name", "Workload", is_pinned=True),
            Column("imported_name", "As written in the file"),
            Column("pairs", "Pairs", "count"),
        ),
        has_customers=False,
    ),
)
FINDINGS_BY_ROWS: dict[str, Finding] = {finding.rows: finding for finding in FINDINGS}

SUMMARY_COLUMNS = (
    Column("label", "Check", is_pinned=True),
    Column("count", "Found", "count"),
    Column("meaning", "What it means", is_wide=True),
)


@dataclass(frozen=True, slots=True)
class DataHealthView:
    """The page's frames and sentences."""

    freshness: pd.DataFrame
    stale: str
    completeness: pd.DataFrame
    completeness_says: str
    summary: pd.DataFrame


def newest_month_of(reporting: pd.DataFrame) -> int:
    """Return the month that the checks speak of: the newest complete one.

    `reporting` is as from `reporting_pairs` and not empty.
    """
    newest = newest_complete_month(reporting.set_index("month")["pairs"])
    assert newest is not None, "the frame stops before a page without any usage"
    return newest


def data_health_view(
    kinds: pd.DataFrame,
    reporting: pd.DataFrame,
    latest: pd.DataFrame,
    findings: pd.DataFrame,
    quarantine: pd.DataFrame,
    *,
    this_month: int,
) -> DataHealthView:
    """Return the view of data health; `this_month` is the calendar month of today.

    The frames are those of `newest_by_kind`, `reporting_pairs`, `pairs_by_latest_month`,
    `data_findings` (as of `newest_month_of`) and `quarantine_by_code`.
    """
    newest = newest_month_of(reporting)
    freshness = freshness_by_kind(kinds, this_month)
    completeness = _completeness(reporting)
    return DataHealthView(
        freshness=freshness,
        stale=stale_note(freshness),
        completeness=completeness,
        completeness_says=_completeness_says(completeness, newest),
        summary=_summary(latest, findings, quarantine, newest=newest),
    )


def freshness_by_kind(kinds: pd.DataFrame, this_month: int) -> pd.DataFrame:
    """Return each imported kind with its expected month and its state in words."""
    sources = kinds["kind"].map(DATA_SOURCES_BY_KIND)
    lag = sources.map(lambda source: source.lag_months, na_action="ignore").astype("float64")
    rows = kinds.assign(
        title=sources.map(lambda source: source.title, na_action="ignore").fillna(kinds["kind"]),
        expected_month=this_month - lag,
    )
    behind = rows["expected_month"] - rows["newest_month"].astype("float64")
    return rows.assign(state=behind.map(_state)).sort_values(
        "title", ignore_index=True, kind="stable"
    )


def _state(months_behind: float) -> str:
    if months_behind != months_behind:
        return "—"
    if months_behind <= 0:
        return "✓ current"
    return f"⚠ {int(months_behind)} month{'s' if months_behind > 1 else ''} behind"


def stale_note(freshness: pd.DataFrame) -> str:
    """Return a sentence on the kinds that are older than their lag, empty where none is."""
    late = freshness[freshness["expected_month"] > freshness["newest_month"].astype("float64")]
    if late.empty:
        return ""
    titles = ", ".join(late["title"])
    return f"Older than usual: {titles}. Download the newest files and bring them in."


def _completeness(reporting: pd.DataFrame) -> pd.DataFrame:
    """Return every month with pairs reporting, pairs expected and whether it is complete."""
    pairs = reporting.set_index("month")["pairs"]
    coverage = coverage_by_month(pairs)
    reported = pairs.reindex(coverage.index, fill_value=0)
    expected = usual_pairs(reported)
    return pd.DataFrame(
        {
            "month": coverage.index,
            "pairs": reported.to_numpy(),
            "expected": expected.to_numpy(),
            "is_complete": (coverage.isna() | (coverage >= COMPLETE_SHARE)).to_numpy(),
        }
    )


def _completeness_says(months: pd.DataFrame, newest: int) -> str:
    """Return the chart's takeaway."""
    missing = [month_label(int(month)) for month in months.loc[months["pairs"] == 0, "month"]]
    partial = months[(months["month"] > newest) & (months["pairs"] > 0)]
    said = [f"Complete up to {month_label(newest)}."]
    if missing:
        said.append(f"No pair reports for {', '.join(missing)}.")
    for month, pairs, expected in partial[["month", "pairs", "expected"]].to_numpy():
        share = f"{pairs / expected:.0%}"
        said.append(f"{month_label(int(month))} is still coming in ({share} of pairs).")
    return " ".join(said)


def _summary(
    latest: pd.DataFrame, findings: pd.DataFrame, quarantine: pd.DataFrame, *, newest: int
) -> pd.DataFrame:
    """Return one row per check: rows (its list), label, count, meaning."""
    found = findings.iloc[0]
    counts = {
        "late": latest.loc[latest["latest_month"] < newest, "pairs"].sum(),
        "gaps": latest["gap_pairs"].sum(),
        "odd": found["above_100"] + found["no_seats"],
        "restated": found["restated"],
        "quarantined": quarantine["rows"].sum(),
        "masked_names": found["masked_names"],
        "duplicates": found["duplicates"],
        "unknown_workloads": found["unknown_workloads"],
    }
    return pd.DataFrame(
        {
            "rows": [finding.rows for finding in FINDINGS],
            "label": [finding.label for finding in FINDINGS],
            "count": [int(counts[finding.count]) for finding in FINDINGS],
            "meaning": [finding.meaning for finding in FINDINGS],
        }
    )
