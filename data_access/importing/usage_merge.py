"""Usage rows of a file against the stored ones: new, restated or unchanged, set by set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)

from data_access import schema
from data_access.importing.work import LISTED, Effects, Keys, RowStatus, Work
from data_access.mart_statements import among, same
from data_access.types import Restatement
from insights.months import month_code

GRAPH_KIND = "graph_services"
"""Kind of file whose counts never replace those of a partner report."""

KEY = ("tenant_key", "workload_key", "month")
COUNTS = ("paid_available_units", "monthly_active_users")
OLD_COUNTS = tuple(f"old_{name}" for name in COUNTS)


def merge_usage(work: Work, usage: pd.DataFrame, keys: Keys, kind: str, effects: Effects) -> None:
    """Write a file's usage, keep every value it replaces, and take note of what it did.

    A count that the file does not tell (NULL) keeps the stored value.
    """
    if usage.empty:
        return
    effects.new_months = _new_months(work, usage["month"])
    rows = keys.keyed(usage)[[*KEY, *COUNTS, "row"]]
    if kind == GRAPH_KIND:
        rows = _without_reported(work, rows, effects)
    with _compared(work, rows.sort_values(list(KEY))) as compared:
        _take_note(work, compared, usage["row"], effects)
        _list_restatements(work, compared, keys, effects)
        _write(work, compared)


def _new_months(work: Work, months: pd.Series) -> tuple[int, ...]:
    """Return the months of the file for which the store has no usage at all."""
    usage = schema.usage
    return tuple(
        month
        for month in sorted(map(int, months.unique()))
        if not work.connection.scalar(select(exists().where(usage.c.month == month)))
    )


def _without_reported(work: Work, rows: pd.DataFrame, effects: Effects) -> pd.DataFrame:
    """Return Graph rows without the counts that a partner report has told already."""
    usage, batch = schema.usage, schema.import_batch
    with work.keys(tenant_key=rows["tenant_key"]) as tenants:
        reported = pd.read_sql(
            select(*(usage.c[name] for name in (*KEY, *COUNTS)))
            .join_from(tenants, usage, tenants.c.tenant_key == usage.c.tenant_key)
            .join(batch, batch.c.batch_id == usage.c.batch_id)
            .where(batch.c.kind != GRAPH_KIND),
            work.connection,
            dtype_backend="numpy_nullable",
        )
    known = rows[list(KEY)].merge(reported, on=list(KEY), how="left").set_index(rows.index)
    kept = 0
    for name in COUNTS:
        is_reported = known[name].notna() & rows[name].notna()
        kept += int((is_reported & (known[name] != rows[name]).fillna(False)).sum())
        rows = rows.assign(**{name: rows[name].mask(is_reported)})
    effects.kept_counts += kept
    return rows


@contextmanager
def _compared(work: Work, rows: pd.DataFrame) -> Iterator[Table]:
    """Give a scratch table of the rows that change the store: final and old values, status."""
    staged = (Column(name, Integer) for name in (*KEY, *COUNTS, "row"))
    compared = (
        Column(name, Integer)
        for name in (*KEY, *COUNTS, *OLD_COUNTS, "old_batch_id", "row", "status")
    )
    with work.scratch("usage", *staged) as stage, work.scratch("compared", *compared) as target:
        work.backend.bulk_load(work.connection, stage, rows)
        work.backend.analyze_scratch(work.connection, stage)
        names = list(target.c.keys())
        work.connection.execute(insert(target).from_select(names, _comparison(stage)))
        work.backend.analyze_scratch(work.connection, target)
        yield target


def _comparison(stage: Table) -> Any:  # noqa: ANN401 - a SELECT
    """Return the staged rows that the store has not or has otherwise."""
    usage = schema.usage
    is_new = usage.c.tenant_key.is_(None)
    filled = [and_(stage.c[name].is_not(None), usage.c[name].is_(None)) for name in COUNTS]
    replaced = [stage.c[name] != usage.c[name] for name in COUNTS]
    status = case((or_(*replaced), RowStatus.RESTATED.value), else_=RowStatus.NEW.value)
    return (
        select(
            *(stage.c[name] for name in KEY),
            *(func.coalesce(stage.c[name], usage.c[name]) for name in COUNTS),
            *(usage.c[name] for name in COUNTS),
            usage.c.batch_id,
            stage.c.row,
            status,
        )
        .outerjoin_from(stage, usage, same(usage, stage, *KEY))
        .where(or_(is_new, *filled, *replaced))
    )


def _take_note(work: Work, compared: Table, rows: pd.Series, effects: Effects) -> None:
    """Take note of the rows, months and pairs that changed."""
    counts = select(compared.c.status, func.count()).group_by(compared.c.status)
    by_status = {int(status): int(count) for status, count in work.connection.execute(counts)}
    if not by_status:
        return
    if by_status == {RowStatus.NEW: len(rows)}:
        effects.add_rows(rows, pd.Series(RowStatus.NEW, index=rows.index))
    else:
        told = pd.read_sql(select(compared.c.row, compared.c.status), work.connection)
        effects.add_rows(told["row"], told["status"])
    effects.months.update(work.connection.scalars(select(compared.c.month).distinct()))
    pairs = select(compared.c.tenant_key, compared.c.workload_key).distinct()
    effects.pairs.append(pd.read_sql(pairs, work.connection))


def _list_restatements(work: Work, compared: Table, keys: Keys, effects: Effects) -> None:
    """List what was replaced, old and new, up to a limit."""
    order = [compared.c[name] for name in KEY]
    replaced = (
        select(compared)
        .where(compared.c.status == RowStatus.RESTATED.value)
        .order_by(*order)
        .limit(LISTED)
    )
    rows = pd.read_sql(replaced, work.connection, dtype_backend="numpy_nullable")
    for name, old_name in zip(COUNTS, OLD_COUNTS, strict=True):
        different = rows[(rows[old_name] != rows[name]).fillna(False)]
        effects.restatements.extend(_restatements(different, keys, name, old_name))
    effects.restatements.sort(key=lambda each: (each.tenant_id, each.workload, each.month))


def _restatements(
    rows: pd.DataFrame, keys: Keys, name: str, old_name: str
) -> Iterable[Restatement]:
    """Return one record for each replaced count."""
    tenants = pd.Series(keys.tenants.index, index=keys.tenants.to_numpy())
    workloads = pd.Series(keys.workloads.index, index=keys.workloads.to_numpy())
    columns = (
        tenants.loc[rows["tenant_key"].to_list()],
        workloads.loc[rows["workload_key"].to_list()],
        rows["month"].map(month_code),
        rows[old_name].to_list(),
        rows[name].to_list(),
    )
    for tenant, workload, month, old, new in zip(*columns, strict=True):
        yield Restatement(tenant, workload, month, name, old, new)


def _write(work: Work, compared: Table) -> None:
    """Keep the replaced rows as revisions and put the new ones in their place."""
    usage, revision = schema.usage, schema.usage_revision
    is_stored: ColumnElement[bool] = compared.c.old_batch_id.is_not(None)
    old = select(
        *(compared.c[name] for name in (*KEY, *OLD_COUNTS, "old_batch_id")),
        literal(work.batch_id),
    ).where(is_stored)
    names = [*KEY, *COUNTS, "batch_id", "replaced_by_batch_id"]
    work.connection.execute(insert(revision).from_select(names, old))
    replaced = select(*(compared.c[name] for name in KEY)).where(is_stored)
    work.connection.execute(delete(usage).where(among(usage, KEY, replaced)))
    rows = select(*(compared.c[name] for name in (*KEY, *COUNTS)), literal(work.batch_id)).order_by(
        *(compared.c[name] for name in KEY)
    )
    work.connection.execute(insert(usage).from_select([*KEY, *COUNTS, "batch_id"], rows))
