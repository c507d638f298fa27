"""The coverage grid: which workloads of which customers are associated."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.coverage import COVERAGE_KINDS, KINDS_BY_CODE
from insights.views.table import Column
from insights.views.workload_columns import in_catalogue_order, short_name

CUSTOMERS_A_PAGE = 30

COUNT_COLUMNS: tuple[Column, ...] = (
    Column("workload_name", "Workload", is_pinned=True),
    Column("share", "Coverage", "share_bar", help="Workloads held of all workloads in view."),
    *(Column(kind.code, kind.words, "count", help=kind.meaning) for kind in COVERAGE_KINDS),
    Column("pairs", "All", "count", help="Customers that report this workload."),
)
LIST_COLUMNS: tuple[Column, ...] = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("coverage_words", "Coverage"),
    Column("partner_name", "Held by"),
    Column("paid_available_units", "Paid available units", "count"),
    Column("monthly_active_users", "Monthly active users", "count"),
    Column("tenant_id", "Tenant id"),
)


@dataclass(frozen=True, slots=True)
class CoverageCounts:
    """Counts per workload, catalogue order, the total first in words."""

    table: pd.DataFrame
    takeaway: str


@dataclass(frozen=True, slots=True)
class CoverageGrid:
    """One page of customers: cells for the chart, the same as a table, and the workloads shown."""

    cells: pd.DataFrame
    table: pd.DataFrame
    columns: tuple[Column, ...]
    workloads: dict[str, str]
    takeaway: str


def counts_view(counts: pd.DataFrame) -> CoverageCounts | None:
    """Return the counts of coverage_counts by workload, None without any pair."""
    if counts.empty:
        return None
    codes = [kind.code for kind in COVERAGE_KINDS]
    wide = counts.pivot_table(
        index="workload", columns="coverage", values="pairs", aggfunc="sum", fill_value=0
    )
    wide = wide.reindex(index=in_catalogue_order(wide.index), columns=codes, fill_value=0).astype(
        "int64"
    )
    names = counts.drop_duplicates("workload").set_index("workload")["workload_name"]
    table = wide.assign(
        workload_name=names.reindex(wide.index),
        pairs=wide.sum(axis="columns"),
        share=wide["mine"] / wide.sum(axis="columns"),
    ).rename_axis(columns=None)
    held, pairs = int(table["mine"].sum()), int(table["pairs"].sum())
    takeaway = (
        f"{held:,} of {pairs:,} workloads of customers are held ({held / pairs:.1%}); "
        f"{int(table['unclaimed'].sum()):,} are unclaimed, {int(table['lost'].sum()):,} lost."
    )
    return CoverageCounts(table.reset_index(), takeaway)


def with_words(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return rows of coverage_list with the coverage as symbol and word."""
    words = pairs["coverage"].map(lambda code: KINDS_BY_CODE[code].words)
    return pairs.assign(coverage_words=words)


def grid_view(pairs: pd.DataFrame) -> CoverageGrid | None:
    """Return one page of coverage_customers as a grid, None without any customer."""
    if pairs.empty:
        return None
    workloads = {code: short_name(code) for code in in_catalogue_order(pairs["workload"].unique())}
    words = with_words(pairs)
    customers = words.drop_duplicates("tenant_id")[["tenant_id", "tenant_name", "seats"]]
    wide = words.pivot_table(
        index="tenant_id", columns="workload", values="coverage_words", aggfunc="first"
    )
    table = customers.merge(
        wide.reindex(columns=list(workloads)).rename_axis(columns=None).reset_index(),
        on="tenant_id",
    )
    counted = words["coverage"].value_counts()
    parts = [f"{counted.get(k.code, 0):,} {k.label.lower()}" for k in COVERAGE_KINDS]
    return CoverageGrid(
        cells=words,
        table=table,
        columns=(
            Column("tenant_name", "Customer", is_pinned=True),
            Column("seats", "Seats", "count", help="Of the customer's largest workload."),
            *(Column(code, name) for code, name in workloads.items()),
            Column("tenant_id", "Tenant id"),
        ),
        workloads=workloads,
        takeaway=f"Workloads of {len(customers)} customers: {', '.join(parts)}.",
    )
