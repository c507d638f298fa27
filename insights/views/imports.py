"""What the page Imports shows: reports of files, the history of imports, rows to mend."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

import pandas as pd

from data_access.types import ImportReport, Repair
from insights.data_sources import DATA_SOURCES_BY_KIND
from insights.months import parse_month_code
from insights.views.table import Column

SHOWN = 1_000
"""Rows of a list that a report shows; the counts are of all."""

PROBLEM_COLUMNS = (
    Column("row", "Row", "count", help="1 is the first row below the header."),
    Column("column", "Column"),
    Column("message", "What is wrong and what to do", is_wide=True),
    Column("code", "Code"),
    Column("severity", "Outcome", help="Quarantined rows are set aside; flagged ones are in."),
)
REPAIR_COLUMNS = (
    Column("column", "Column"),
    Column("message", "What was repaired", is_wide=True),
    Column("rows", "Rows", "count"),
)
RESTATEMENT_COLUMNS = (
    Column("tenant_id", "Tenant id"),
    Column("workload", "Workload"),
    Column("month", "Month", "month"),
    Column("column", "Value"),
    Column("old", "Old", "count"),
    Column("new", "New", "count"),
)
ASSOCIATION_COLUMNS = (
    Column("change", "Change"),
    Column("tenant_id", "Tenant id"),
    Column("workload", "Workload"),
    Column("partner_id", "Partner ID"),
    Column("month", "Month", "month"),
)
BATCH_COLUMNS = (
    Column("imported_at", "Imported (UTC)", "moment"),
    Column("file_name", "File"),
    Column("kind_title", "Kind"),
    Column("rows_read", "Rows read", "count"),
    Column("restated", "Restated", "count"),
    Column("quarantined", "Quarantined", "count"),
    Column("open_rows", "Still open", "count", help="Quarantined rows not yet mended."),
    Column("unchanged", "Unchanged", "count"),
    Column("repaired", "Repaired", "count"),
    Column("first_month", "From", "month"),
    Column("last_month", "To", "month"),
    Column("imported_by", "By"),
)
CHANGED_COLUMNS = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("month", "Month", "month"),
    Column("old_units", "Seats before", "count"),
    Column("new_units", "Seats now", "count"),
    Column("old_users", "Users before", "count"),
    Column("new_users", "Users now", "count"),
)
QUARANTINE_COLUMNS = (
    Column("row_number", "Row", "count"),
    Column("column_name", "Column"),
    Column("message", "What is wrong and what to do", is_wide=True),
    Column("code", "Code"),
    Column("state", "State", help="Mended rows came back in a later file and were accepted."),
)


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One list of a report: its title, its first rows, and how many there are in all."""

    key: str
    title: str
    rows: pd.DataFrame
    columns: tuple[Column, ...]
    total: int

    @property
    def heading(self) -> str:
        """Return the title with the number of rows, and how many of them are listed."""
        listed = f", the first {SHOWN:,} listed" if self.total > SHOWN else ""
        return f"{self.title} ({self.total:,}{listed})"


@dataclass(frozen=True, slots=True)
class ReportView:
    """What one table of a file would do or did."""

    title: str
    counts: tuple[tuple[str, int], ...]
    sentences: tuple[str, ...]
    tables: tuple[ReportTable, ...]


def report_view(report: ImportReport) -> ReportView:
    """Return a report as counts, sentences and lists for people."""
    tables = (
        _table("problems", "Rows with findings", report.problems, PROBLEM_COLUMNS),
        _table("repairs", "Repairs", report.repairs, REPAIR_COLUMNS),
        _table("restatements", "Past values that change", report.restatements, RESTATEMENT_COLUMNS),
        _table("associations", "Associations", report.associations, ASSOCIATION_COLUMNS),
    )
    return ReportView(
        title=f"{report.file}: {report.kind_title}",
        counts=(
            ("Rows read", report.rows_read),
            ("New", report.new),
            ("Restated", report.restated),
            ("Unchanged", report.unchanged),
            ("Repaired", report.repaired),
            ("Quarantined", report.quarantined),
        ),
        sentences=tuple(_sentences(report)),
        tables=tuple(table for table in tables if table.total),
    )


def _sentences(report: ImportReport) -> list[str]:
    said: list[str] = []
    if report.rows_read and report.unchanged == report.accepted == report.rows_read:
        said.append("Everything in this table is known already; nothing changes.")
    if report.new_month_list:
        months = report.new_month_list
        span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
        said.append(
            f"{'A new month' if len(months) == 1 else f'{len(months)} new months'}: {span}."
        )
    if report.flagged:
        said.append(f"{report.flagged:,} rows are accepted with a remark.")
    gained = sum(change.change == "gained" for change in report.associations)
    lost = len(report.associations) - gained
    if report.associations:
        said.append(f"Associations: {gained:,} gained, {lost:,} lost.")
    return [*said, *report.notes]


def _table(
    key: str, title: str, items: Sequence[object], columns: tuple[Column, ...]
) -> ReportTable:
    names = [column.name for column in columns]
    rows = pd.DataFrame([asdict(item) for item in items[:SHOWN]], columns=names)  # type: ignore[call-overload]
    if "month" in names:
        rows["month"] = rows["month"].map(parse_month_code)
    return ReportTable(key, title, rows, columns, len(items))


def total_counts(reports: Sequence[ImportReport]) -> str:
    """Return one sentence on all tables of an upload."""
    accepted = sum(report.accepted for report in reports)
    quarantined = sum(report.quarantined for report in reports)
    tables = "1 table" if len(reports) == 1 else f"{len(reports)} tables"
    aside = f", {quarantined:,} set aside" if quarantined else ""
    return f"{tables}, {accepted:,} rows accepted{aside}"


def batch_rows(batches: pd.DataFrame) -> pd.DataFrame:
    """Return the history of imports with the kinds' titles; columns as BATCH_COLUMNS, batch_id."""
    titles = {kind: source.title for kind, source in DATA_SOURCES_BY_KIND.items()}
    return batches.assign(kind_title=batches["kind"].map(titles).fillna(batches["kind"]))


def batch_labels(batches: pd.DataFrame) -> dict[int, str]:
    """Return what tells each import apart, newest first: number, file, and rows to mend."""
    waiting = batches["open_rows"].map(lambda rows: f" · {rows:,} to mend" if rows else "")
    labels = batches["batch_id"].astype(str) + " · " + batches["file_name"] + waiting
    return dict(zip(batches["batch_id"].tolist(), labels.tolist(), strict=True))


def stored_report(batches: pd.DataFrame, batch_id: int) -> ImportReport:
    """Return the report that the store keeps of one of the imports, without its lists of rows."""
    told = json.loads(batches.loc[batches["batch_id"] == batch_id, "report"].iloc[0])
    known = {field.name for field in fields(ImportReport)}
    kept = {name: value for name, value in told.items() if name in known}
    lists = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
    repairs = tuple(Repair(**repair) for repair in told["repairs"])
    return ImportReport(**(kept | lists | {"repairs": repairs}))


def quarantine_rows(problems: pd.DataFrame) -> pd.DataFrame:
    """Return the findings with their state in words; columns as QUARANTINE_COLUMNS."""
    is_open = problems["resolved_by_batch_id"].isna()
    return problems.assign(state=is_open.map({True: "open", False: "mended"}))


def open_problems(problems: pd.DataFrame) -> pd.DataFrame:
    """Return the findings on rows that are still to be mended."""
    return problems[problems["resolved_by_batch_id"].isna()]
