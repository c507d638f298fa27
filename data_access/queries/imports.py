"""What was brought in, when and by whom, and the rows that were set aside."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, false, func, select

from data_access.queries.ranking import RunFacts, newest_run
from data_access.schema import (
    import_batch,
    import_problem,
    partner,
    tenant,
    usage,
    usage_revision,
    workload,
)
from data_access.store import Store
from data_access.types import Scope
from insights.months import month_code

BATCHES_SHOWN = 500


def store_status(store: Store) -> dict[str, str | int | bool | None]:
    """Return what a store is and holds: its URL, numbers of rows, first and last month, the
    newest import, how many quarantined rows are open, and what is ranked."""
    with store.read() as connection:
        counts = {
            "tenants": _count(connection, select(func.count()).select_from(tenant)),
            "workloads": _count(connection, select(func.count()).select_from(workload)),
            "partners": _count(connection, select(func.count()).select_from(partner)),
            "usage_rows": _count(connection, select(func.count()).select_from(usage)),
            "restated_rows": _count(connection, select(func.count()).select_from(usage_revision)),
            "imports": _count(connection, select(func.count()).select_from(import_batch)),
            "open_quarantined_rows": _count(connection, _open_rows()),
        }
        first, last = connection.execute(
            select(func.min(usage.c.month), func.max(usage.c.month))
        ).one()
        newest = connection.scalar(select(func.max(import_batch.c.imported_at)))
        run = newest_run(connection)
    return {
        "store": store.url,
        "is_demo": store.is_demo,
        **counts,
        "first_month": None if first is None else month_code(first),
        "last_month": None if last is None else month_code(last),
        "last_import": None if newest is None else newest.isoformat(timespec="seconds"),
        **_ranking(run),
    }


def _ranking(run: RunFacts | None) -> dict[str, str | int | bool | None]:
    """Return what the ranking is of, by which model, and whether something is newer."""
    return {
        "ranked_as_of": None if run is None else month_code(run.as_of),
        "ranked_at": None if run is None else run.scored_at.isoformat(timespec="seconds"),
        "ranked_pairs": None if run is None else run.pairs,
        "model": None if run is None else run.model_id,
        "ranking_is_stale": None if run is None else run.is_stale,
        "ranking_stale_why": None if run is None else run.stale_why or None,
    }


def import_batches(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return the newest BATCHES_SHOWN imports, one row per table of a file, newest first.

    Columns: those of `import_batch`, and open_rows (quarantined rows not yet mended). Imports
    concern the whole store: a restricted scope sees none.
    """
    open_rows = _quarantined_rows(scope).where(import_problem.c.resolved_by_batch_id.is_(None))
    by_batch = open_rows.subquery()
    counted = (
        select(by_batch.c.batch_id, func.count().label("open_rows"))
        .group_by(by_batch.c.batch_id)
        .subquery()
    )
    statement = (
        select(import_batch, func.coalesce(counted.c.open_rows, 0).label("open_rows"))
        .join_from(
            import_batch, counted, counted.c.batch_id == import_batch.c.batch_id, isouter=True
        )
        .where(*_only_unrestricted(scope))
        .order_by(import_batch.c.batch_id.desc())
        .limit(BATCHES_SHOWN)
    )
    return pd.read_sql(statement, connection)


def quarantined_problems(connection: Connection, scope: Scope, batch_id: int) -> pd.DataFrame:
    """Return the findings on the quarantined rows of one import, in the order of the file.

    Columns: batch_id, file_name, kind, row_number, column_name, code, message, raw_row (JSON by
    header), quarantine_id (one per row: the id of its first finding), resolved_by_batch_id
    (None: open). A restricted scope sees none.
    """
    first = func.min(import_problem.c.problem_id).over(
        partition_by=(import_problem.c.batch_id, import_problem.c.row_number)
    )
    statement = (
        select(
            import_problem.c.batch_id,
            import_batch.c.file_name,
            import_batch.c.kind,
            import_problem.c.row_number,
            import_problem.c.column_name,
            import_problem.c.code,
            import_problem.c.message,
            import_problem.c.raw_row,
            first.label("quarantine_id"),
            import_problem.c.resolved_by_batch_id,
        )
        .join_from(
            import_problem, import_batch, import_batch.c.batch_id == import_problem.c.batch_id
        )
        .where(import_problem.c.batch_id == batch_id, *_only_unrestricted(scope))
        .order_by(import_problem.c.problem_id)
    )
    return pd.read_sql(statement, connection)


def _quarantined_rows(scope: Scope) -> Select[tuple[int, int]]:
    """Return each quarantined row once."""
    return (
        select(import_problem.c.batch_id, import_problem.c.row_number)
        .where(*_only_unrestricted(scope))
        .distinct()
    )


def _open_rows() -> Select[int]:
    rows = (
        select(import_problem.c.batch_id, import_problem.c.row_number)
        .where(import_problem.c.resolved_by_batch_id.is_(None))
        .distinct()
        .subquery()
    )
    return select(func.count()).select_from(rows)


def _only_unrestricted(scope: Scope) -> list[ColumnElement[bool]]:
    """Return a condition that no row meets, unless the scope may see every row."""
    return [] if scope.is_unrestricted else [false()]


def _count(connection: Connection, statement: Select[int]) -> int:
    return int(connection.scalar(statement) or 0)
