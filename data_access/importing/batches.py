"""The record of an import: its batch, its quarantined rows, and the report for people."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, insert, select, update

from data_access import schema
from data_access.importing.work import LISTED, Effects, RowStatus, Work
from data_access.mart_statements import among
from data_access.types import ImportReport, Problem
from data_access.validate import ValidTable
from insights.months import month_code

ROW_LISTS = ("problems", "restatements", "associations")
"""Parts of a report that the store keeps in tables of their own."""


@dataclass(frozen=True)
class Earlier:
    """An earlier import of the same content."""

    batch_id: int
    imported_at: datetime

    def __str__(self) -> str:
        return f"{self.imported_at:%d %B %Y} as batch {self.batch_id}"


def earlier_import(connection: Connection, table: ValidTable) -> Earlier | None:
    """Return the newest batch with the same content of the same kind, if there is one."""
    batch = schema.import_batch
    newest = (
        select(batch.c.batch_id, batch.c.imported_at)
        .where(batch.c.content_hash == table.content_hash, batch.c.kind == table.kind)
        .order_by(batch.c.batch_id.desc())
        .limit(1)
    )
    found = connection.execute(newest).first()
    return Earlier(found.batch_id, found.imported_at) if found else None


def open_batch(connection: Connection, table: ValidTable, who: str, now: datetime) -> int:
    """Add the batch under which a table's rows are written, and return its number."""
    months = pd.concat([table.usage["month"], table.evidence["month"]])
    values = {
        "file_name": table.file,
        "content_hash": table.content_hash,
        "kind": table.kind,
        "imported_at": now,
        "imported_by": who,
        "rows_read": table.rows_read,
        "accepted": table.rows_read - table.quarantined_rows,
        "repaired": table.repaired_rows,
        "quarantined": table.quarantined_rows,
        "flagged": table.flagged_rows,
        "unchanged": 0,
        "restated": 0,
        "new_months": 0,
        "first_month": None if months.empty else int(months.min()),
        "last_month": None if months.empty else int(months.max()),
        "report": "{}",
        "keeps_replaced": True,
    }
    added = insert(schema.import_batch).values(values).returning(schema.import_batch.c.batch_id)
    return int(connection.execute(added).scalar_one())


def close_batch(connection: Connection, report: ImportReport) -> None:
    """Write into the batch what its import did."""
    short = dataclasses.replace(report, problems=(), restatements=(), associations=())
    told = {n: value for n, value in dataclasses.asdict(short).items() if n not in ROW_LISTS}
    connection.execute(
        update(schema.import_batch)
        .where(schema.import_batch.c.batch_id == report.batch_id)
        .values(
            unchanged=report.unchanged,
            restated=report.restated,
            new_months=report.new_months,
            report=json.dumps(told, ensure_ascii=False),
        )
    )


def keep_problems(work: Work, problems: pd.DataFrame) -> None:
    """Store the quarantined rows with their reasons, as they stood in the file."""
    bad = problems[problems["severity"] == "quarantined"]
    if bad.empty:
        return
    names = {"row": "row_number", "column": "column_name"}
    rows = bad.rename(columns=names)[
        ["row_number", "column_name", "code", "message", "raw_row"]
    ].assign(batch_id=work.batch_id)
    work.backend.bulk_load(work.connection, schema.import_problem, rows)


def resolve_problems(work: Work, quarantine_ids: tuple[int, ...]) -> int:
    """Mark the earlier quarantined rows that a mended file brought in; return how many findings.

    An id stands for its whole row: all findings on that row of that file are resolved.
    """
    if not quarantine_ids:
        return 0
    problem = schema.import_problem
    place = ("batch_id", "row_number")
    with work.keys(problem_id=pd.Series(quarantine_ids, dtype="int64")) as ids:
        rows = select(*(problem.c[name] for name in place)).join_from(
            ids, problem, problem.c.problem_id == ids.c.problem_id
        )
        resolved = work.connection.execute(
            update(problem)
            .where(among(problem, place, rows), problem.c.resolved_by_batch_id.is_(None))
            .values(resolved_by_batch_id=work.batch_id)
        )
    return resolved.rowcount


def make_report(
    table: ValidTable, effects: Effects, *, batch_id: int | None, dry_run: bool
) -> ImportReport:
    """Return what the import of a table did, or would do."""
    accepted = table.rows_read - table.quarantined_rows
    new, restated = effects.count(RowStatus.NEW), effects.count(RowStatus.RESTATED)
    return ImportReport(
        file=table.file,
        kind=table.kind,
        kind_title=table.kind_title,
        dry_run=dry_run,
        batch_id=None if dry_run else batch_id,
        rows_read=table.rows_read,
        accepted=accepted,
        repaired=table.repaired_rows,
        quarantined=table.quarantined_rows,
        flagged=table.flagged_rows,
        new=new,
        unchanged=accepted - new - restated,
        restated=restated,
        new_months=len(effects.new_months),
        new_month_list=tuple(map(month_code, effects.new_months)),
        repairs=table.repairs,
        problems=_problems(table.problems),
        restatements=tuple(effects.restatements[:LISTED]),
        associations=tuple(effects.associations),
        notes=(*table.notes, *_kept_note(effects), *effects.notes),
    )


def _kept_note(effects: Effects) -> Iterator[str]:
    """Give a sentence on the counts that a report of lesser rank did not replace."""
    if kept := effects.kept_counts:
        yield f"{kept:,} counts differ from those of a partner report, which were kept."


def _problems(problems: pd.DataFrame) -> tuple[Problem, ...]:
    """Return the findings as records, in the order of the rows."""
    ordered = problems.sort_values("row", kind="stable")
    columns = (ordered[name] for name in ("row", "column", "code", "message", "severity"))
    return tuple(
        Problem(int(row), column, code, message, severity)
        for row, column, code, message, severity in zip(*columns, strict=True)
    )
