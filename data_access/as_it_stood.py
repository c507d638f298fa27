"""The store as it stood after an earlier import: facts as known then, judged and ranked anew.

Every replaced row is kept with the batch that had written it and the batch that replaced it, so
the facts of any moment can be put together again. They go into a store of their own beside the
present one; what people did since (actions, drafts, targets) is shown as it is now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock
from sqlalchemy import Connection, Select, Table, and_, insert, select, update

from data_access import marts, schema
from data_access.errors import NothingToRankError, StoreError
from data_access.importing.associations_merge import spans_of_all
from data_access.importing.work import Work
from data_access.locations import file_store_url
from data_access.milestone_marts import rebuild_milestones
from data_access.past_stores import Moment, folder_of, moments, past_place, stem_of
from data_access.program_store import active_program
from data_access.ranking_settings import RankingSettings
from data_access.scoring import score_store
from data_access.store import Store
from data_access.types import Progress, Scope, no_progress

KEPT = 3
"""Past stores kept beside a present one; the ones used longest ago give way."""

CHUNK = 200_000
"""Rows copied at once."""

BY_ROWS = (
    schema.global_account,
    schema.partner,
    schema.tenant,
    schema.workload,
    schema.claim,
    schema.subscription,
    schema.earning,
)
"""Tables whose replaced rows are kept in row_revision."""

LOGS = (
    schema.import_batch,
    schema.import_problem,
    schema.attribute_revision,
    schema.association_event,
    schema.claim_event,
    schema.alert,
)
"""Tables that only grow: rows of later batches did not exist."""


def make_past(
    store: Store, batch_id: int, *, place: Path | None = None, progress: Progress = no_progress
) -> Path:
    """Put the store together as it stood after a batch, unless it is there already.

    Returns its file. Raises StoreError where no such moment is kept.
    """
    with store.read() as connection:
        known = {moment.batch_id: moment for moment in moments(connection)}
    if batch_id not in known:
        raise StoreError(
            f"The store cannot be shown as it stood after batch {batch_id}.",
            "Choose an earlier import of the list on the page Imports.",
        )
    target = place or past_place(store, batch_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock")):
        if not target.exists():
            _make(store, known[batch_id], target, progress)
    if place is None:
        _forget_oldest(store, keep=target)
    return target


def _make(store: Store, moment: Moment, target: Path, progress: Progress) -> None:
    """Build the past store beside its place and move it there when complete."""
    building = target.with_suffix(".building.db")
    _remove(building)
    with Store.open(file_store_url(building)) as past:
        fill_past(store, past, moment, progress)
        _rank(past, moment, progress)
    building.replace(target)
    _remove(building)
    progress("Done", 1.0)


def fill_past(store: Store, past: Store, moment: Moment, progress: Progress = no_progress) -> None:
    """Fill an empty store with the facts of a moment and what follows from them, all but ranks."""
    with store.read() as source, past.write() as connection:
        past.backend.before_import(connection)
        progress("Putting the facts together", 0.05)
        copy_facts(source, connection, past, moment)
        _derive(connection, past, moment, progress)


def copy_facts(source: Connection, target: Connection, past: Store, moment: Moment) -> None:
    """Copy everything that was known after a batch into a new store's tables."""
    batch_id = moment.batch_id
    for table in LOGS[:1]:
        _copy_rows(source, target, select(table).where(table.c.batch_id <= batch_id), table)
    for table in BY_ROWS:
        _copy_rows(source, target, select(table).where(table.c.batch_id <= batch_id), table)
        _copy_images(source, target, table, batch_id)
    for table in LOGS[1:]:
        _copy_rows(source, target, select(table).where(table.c.batch_id <= batch_id), table)
    problem, rules = schema.import_problem, schema.program_rules
    target.execute(
        update(problem)
        .where(problem.c.resolved_by_batch_id > batch_id)
        .values(resolved_by_batch_id=None)
    )
    in_force = select(rules).where(rules.c.activated_at <= moment.imported_at)
    _copy_rows(source, target, in_force, rules)
    for table, revision in (
        (schema.usage, schema.usage_revision),
        (schema.association_evidence, schema.evidence_revision),
    ):
        _copy_spanning(source, target, past, (table, revision), batch_id)


def _copy_rows(source: Connection, target: Connection, rows: Select[Any], table: Table) -> None:
    """Copy small rows one for one, with every value as it is."""
    found = [dict(row._mapping) for row in source.execute(rows)]
    if found:
        target.execute(insert(table), found)


def _copy_images(source: Connection, target: Connection, table: Table, batch_id: int) -> None:
    """Put rows that were replaced later back as they were."""
    image = schema.row_revision
    kept = select(image.c.old_row).where(
        image.c.entity == table.name,
        image.c.batch_id <= batch_id,
        image.c.replaced_by_batch_id > batch_id,
    )
    rows = [_row_of(table, json.loads(text)) for text in source.scalars(kept)]
    if rows:
        target.execute(insert(table), rows)


def _row_of(table: Table, values: Sequence[Any]) -> dict[str, Any]:
    """Return a row by column name from its JSON image."""
    return {
        column.name: date.fromisoformat(value)
        if value is not None and column.type.python_type is date
        else value
        for column, value in zip(table.c, values, strict=True)
    }


def _copy_spanning(
    source: Connection,
    target: Connection,
    past: Store,
    tables: tuple[Table, Table],
    batch_id: int,
) -> None:
    """Copy the rows that stood at a batch: those of then, and replaced ones that spanned it."""
    table, revision = tables
    names = [column.name for column in table.c]
    spans = and_(revision.c.batch_id <= batch_id, revision.c.replaced_by_batch_id > batch_id)
    stood = (
        select(table).where(table.c.batch_id <= batch_id),
        select(*(revision.c[name] for name in names)).where(spans),
    )
    for rows in stood:
        for chunk in _chunks(source, rows):
            past.backend.bulk_load(target, table, chunk)
    known = select(revision).where(revision.c.replaced_by_batch_id <= batch_id)
    for chunk in _chunks(source, known):
        past.backend.bulk_load(target, revision, chunk)


def _chunks(source: Connection, rows: Select[Any]) -> Iterator[pd.DataFrame]:
    streaming = source.execution_options(stream_results=True)
    yield from pd.read_sql(rows, streaming, chunksize=CHUNK, dtype_backend="numpy_nullable")


def _derive(connection: Connection, past: Store, moment: Moment, progress: Progress) -> None:
    """Make associations, summary tables and milestones from the copied facts."""
    progress("Summing up", 0.3)
    work = Work(connection, past.backend, moment.batch_id)
    past.backend.bulk_load(connection, schema.association, spans_of_all(work))
    marts.rebuild(
        connection,
        past.backend,
        progress=lambda share: progress("Summing up", 0.3 + 0.3 * share),
    )
    rebuild_milestones(
        connection,
        past.backend,
        program=active_program(connection),
        known_on=moment.imported_at.date(),
        now=moment.imported_at,
        batch_id=moment.batch_id,
        raise_alerts=False,
        progress=lambda share: progress("Judging milestones", 0.6 + 0.2 * share),
    )


def _rank(past: Store, moment: Moment, progress: Progress) -> None:
    """Rank what was known then; a store without any usage has no ranking, as it had none then."""
    with suppress(NothingToRankError):
        score_store(
            past,
            RankingSettings(),
            scope=Scope(who="looking back", role="admin"),
            now=moment.imported_at,
            progress=lambda step, share: progress(step, 0.8 + 0.2 * share),
        )


def _forget_oldest(store: Store, *, keep: Path) -> None:
    """Delete the past stores of a store that were used longest ago, beyond KEPT of them."""
    pattern = f"{stem_of(store)}.stood-*.db"
    files = [
        path
        for path in folder_of(store).glob(pattern)
        if not path.name.endswith((".app.db", ".building.db")) and path != keep
    ]
    files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[KEPT - 1 :]:
        # Somebody may be looking at it right now; Windows then keeps the file, and so do we.
        with suppress(PermissionError):
            _remove(path)


def _remove(path: Path) -> None:
    """Delete a store's files, as far as they are there."""
    for file in (path, path.with_suffix(".app.db")):
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
