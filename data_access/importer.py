"""Bring files in: everything of one call in one transaction, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, delete, func, select

from data_access import audit, marts, schema
from data_access.files import read_tables
from data_access.importing.associations_merge import merge_evidence
from data_access.importing.batches import (
    Earlier,
    close_batch,
    earlier_import,
    keep_problems,
    make_report,
    open_batch,
    resolve_problems,
)
from data_access.importing.other_facts import merge_claims, merge_earnings, merge_subscriptions
from data_access.importing.reference_rows import add_workloads, merge_partners, merge_tenants
from data_access.importing.usage_merge import merge_usage
from data_access.importing.work import Effects, Keys, Work
from data_access.locks import Holder, OnWait, import_lock
from data_access.milestone_marts import rebuild_milestones
from data_access.program_store import active_program
from data_access.roles import require
from data_access.sources import recognise
from data_access.store import Store
from data_access.types import ImportReport, Progress, Scope, no_progress
from data_access.validate import ImportOptions, ValidTable, validate
from insights.associations import PAIR
from insights.months import month_of

READ_SHARE = 0.4
WRITE_SHARE = 0.6
SUM_SHARE = 0.85


@dataclass(frozen=True)
class _Call:
    """What is the same for all tables of one call."""

    scope: Scope
    now: datetime
    dry_run: bool
    progress: Progress
    on_wait: OnWait | None
    timeout: float | None


def import_files(  # noqa: PLR0913 - one call says everything about an import
    store: Store,
    sources: Sequence[tuple[str, bytes | Path]],
    *,
    scope: Scope,
    now: datetime,
    options: ImportOptions,
    dry_run: bool = False,
    progress: Progress = no_progress,
    on_wait: OnWait | None = None,
    timeout: float | None = None,
) -> list[ImportReport]:
    """Return one report for each table of the files, given as name and content, all imported.

    A dry run does the same and undoes it. Raises RefusedFileError for a file that cannot be
    read, StoreBusyError after waiting `timeout` seconds for another import, StoreError where
    the store fails, DeniedError where the role may not; then nothing was changed.
    """
    require(scope, "import")
    tables: list[ValidTable] = []
    for number, (name, content) in enumerate(sources):
        progress(f"Reading {name}", READ_SHARE * number / len(sources))
        raws = read_tables(name, content)
        progress(f"Checking {name}", READ_SHARE * (number + 0.5) / len(sources))
        for raw in raws:
            source = recognise(raw.header, file=raw.file)
            tables.append(validate(raw, source, options=options))
    call = _Call(scope, now, dry_run, progress, on_wait, timeout)
    return _load(store, tables, call)


def import_merged(
    store: Store,
    tables: Iterable[ValidTable],
    merged: Iterable[Effects],
    *,
    scope: Scope,
    now: datetime,
) -> list[ImportReport]:
    """Return one report for each table whose usage and holders were merged elsewhere.

    `merged` tells for each table what that did; all else of the tables is imported, in one
    transaction. Usage, associations, marts and milestones are left to those who merge them.
    Raises as `import_files` does, and what giving the tables raises; then nothing was changed.
    """
    require(scope, "import")
    call = _Call(scope, now, dry_run=False, progress=no_progress, on_wait=None, timeout=None)
    holder = Holder.here(scope.who, ["the files of a batch"], now)
    with import_lock(store.backend, holder), store.write() as connection:
        store.backend.before_import(connection)
        both = zip(tables, merged, strict=True)
        return [_load_table(store, connection, table, call, done)[0] for table, done in both]


def _load(store: Store, tables: Sequence[ValidTable], call: _Call) -> list[ImportReport]:
    """Import the tables under the store's import lock, in one transaction."""
    holder = Holder.here(call.scope.who, [table.file for table in tables], call.now)
    with (
        import_lock(store.backend, holder, on_wait=call.on_wait, timeout=call.timeout),
        store.write(keep=not call.dry_run) as connection,
    ):
        store.backend.before_import(connection)
        done = []
        for number, table in enumerate(tables):
            share = READ_SHARE + (WRITE_SHARE - READ_SHARE) * number / len(tables)
            call.progress(f"Writing {table.file}", share)
            done.append(_load_table(store, connection, table, call))
        if not call.dry_run:
            effects = [each for _, each in done]
            _rebuild_marts(store, connection, effects, call)
            _judge_milestones(store, connection, effects, call)
            _audit(connection, [report for report, _ in done], call)
        call.progress("Done", 1.0)
    return [report for report, _ in done]


def _audit(connection: Connection, reports: Sequence[ImportReport], call: _Call) -> None:
    """Note who brought which files in, with what became of their rows."""
    told = [
        {
            "file": report.file,
            "kind": report.kind_title,
            "batch": report.batch_id,
            "accepted": report.accepted,
            "new": report.new,
            "restated": report.restated,
            "quarantined": report.quarantined,
        }
        for report in reports
    ]
    names = ", ".join(report.file for report in reports)
    about = {"subject_kind": "file", "subject": names[: audit.LONGEST_SUBJECT]}
    audit.note(connection, call.scope, "import", **about, detail={"tables": told}, now=call.now)


def _load_table(
    store: Store,
    connection: Connection,
    table: ValidTable,
    call: _Call,
    merged: Effects | None = None,
) -> tuple[ImportReport, Effects]:
    """Write one table under a batch of its own; content that changes nothing leaves no batch.

    Where usage and holders were `merged` elsewhere, the rest of it is written.
    """
    earlier = earlier_import(connection, table)
    work = Work(connection, store.backend, open_batch(connection, table, call.scope.who, call.now))
    effects = merged or Effects()
    keys = _write_reference_rows(work, table, month_of(call.now.date()), effects)
    if merged is None:
        merge_usage(work, table.usage, keys, table.kind, effects)
        merge_evidence(work, table.evidence, keys, table.kind, effects)
    _write_other_facts(work, table, keys, month_of(call.now.date()), effects)
    if resolved := resolve_problems(work, table.quarantine_ids):
        effects.is_changed = True
        effects.notes.append(f"{resolved:,} earlier findings are resolved by mended rows.")
    if earlier is None:
        keep_problems(work, table.problems)
    elif not effects.is_changed:
        return _already_imported(work, table, earlier, effects, call), effects
    report = make_report(table, effects, batch_id=work.batch_id, dry_run=call.dry_run)
    close_batch(connection, replace(report, batch_id=work.batch_id))
    return report, effects


def _already_imported(
    work: Work, table: ValidTable, earlier: Earlier, effects: Effects, call: _Call
) -> ImportReport:
    """Withdraw the batch and return the report of content that changed nothing."""
    batch = schema.import_batch
    work.connection.execute(delete(batch).where(batch.c.batch_id == work.batch_id))
    effects.notes.append(f"Already imported on {earlier}; nothing changed.")
    return make_report(table, effects, batch_id=None, dry_run=call.dry_run)


def _write_reference_rows(work: Work, table: ValidTable, this_month: int, effects: Effects) -> Keys:
    """Write tenants, workloads and partners, and return all keys.

    Where a file lists nothing but them, its rows are theirs.
    """
    add_workloads(work, table.workloads)
    partners = merge_partners(work, table.partners, effects)
    tenants = merge_tenants(work, table.tenants, this_month, effects)
    has_facts = any(
        len(rows) for rows in (table.usage, table.claims, table.earnings, table.subscriptions)
    )
    if not has_facts:
        merged = tenants if len(tenants.rows) else partners
        effects.add_rows(pd.Series(range(len(merged.rows))), merged.rows["row_status"])
    return Keys.of(work.connection)


def _write_other_facts(
    work: Work, table: ValidTable, keys: Keys, this_month: int, effects: Effects
) -> None:
    """Write claims, earnings and subscriptions."""
    merge_claims(work, table.claims, keys, effects)
    merge_earnings(work, table.earnings, keys, effects)
    merge_subscriptions(work, table.subscriptions, keys, this_month, effects)


def _rebuild_marts(
    store: Store, connection: Connection, effects: Sequence[Effects], call: _Call
) -> None:
    """Bring the marts of everything touched up to date."""
    months = set[int]().union(*(each.months for each in effects))
    pairs = pd.concat(
        [pd.DataFrame(columns=PAIR, dtype="int64"), *(p for e in effects for p in e.pairs)]
    )
    if not months and pairs.empty:
        return

    def tell(share: float) -> None:
        call.progress("Summing up", WRITE_SHARE + (SUM_SHARE - WRITE_SHARE) * share)

    work = Work(connection, store.backend, 0)
    with work.keys(**{name: pairs[name] for name in PAIR}) as touched:
        marts.rebuild(
            connection,
            store.backend,
            months=months,
            pairs=select(touched.c.tenant_key, touched.c.workload_key),
            progress=tell,
        )


def _judge_milestones(
    store: Store, connection: Connection, effects: Sequence[Effects], call: _Call
) -> None:
    """Judge the milestones of everything touched, after the marts of usage."""
    tenants = set[int]().union(*(each.tenants for each in effects))
    for pairs in (pairs for each in effects for pairs in each.pairs):
        tenants.update(map(int, pairs["tenant_key"].unique()))
    if not tenants:
        return

    def tell(share: float) -> None:
        call.progress("Judging milestones", SUM_SHARE + (1 - SUM_SHARE) * share)

    rebuild_milestones(
        connection,
        store.backend,
        program=active_program(connection),
        known_on=call.now.date(),
        now=call.now,
        batch_id=connection.scalar(select(func.max(schema.import_batch.c.batch_id))) or 0,
        tenants=tenants,
        progress=tell,
    )
