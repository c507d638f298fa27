"""Put a backup into a store, on either database; an older one is upgraded on the way."""

from __future__ import annotations

import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    select,
)

from data_access import audit
from data_access.backends import GROUPS, Group, SqliteBackend, backend_for
from data_access.backup import METADATA, make_backup
from data_access.backup_file import (
    BackupTable,
    Manifest,
    check,
    columns_of,
    opened_backup,
    read_table,
)
from data_access.errors import InsightsError, RefusedFileError, StoreError
from data_access.locks import Holder, import_lock, ranking_lock
from data_access.migrations.run import upgrade
from data_access.milestone_marts import judge_first
from data_access.proofs import proofs_folder
from data_access.roles import require
from data_access.store import REVISIONS, Store
from data_access.types import Progress, Scope, no_progress

CHECKED_SHARE = 0.2
"""Share of the progress for checking the file."""

LOCK_SECONDS = 30.0
"""How long a restore waits for an import or a ranking to finish."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought, and where what was there before lies now (None: nothing was)."""

    manifest: Manifest
    kept_before: Path | None


def restore_backup(
    path: Path,
    url: str,
    *,
    scope: Scope,
    now: datetime,
    replace: bool = False,
    progress: Progress = no_progress,
) -> Restored:
    """Put a backup into the store at a URL, which must be empty unless `replace` is set.

    What is replaced is backed up beside it first; files that cannot be read any more are moved
    aside. All of the backup is checked before anything is touched, and everything is written in
    one transaction a database. Raises RefusedFileError for a damaged or newer backup, StoreError
    where the store is not empty, in use or cannot be written.
    """
    require(scope, "access")
    with opened_backup(path) as (archive, manifest):
        _check_revisions(path, manifest)
        check(path, archive, manifest, lambda part: progress("Checking", CHECKED_SHARE * part))
        before = _make_room(url, scope, now) if replace else None
        with Store.open(url) as store, _alone(store, scope, path, now):
            if not replace and not is_empty(store):
                raise StoreError(
                    f"{url} is not empty.",
                    "Name an empty one with --store, or say --replace: what is there is backed up "
                    "beside it first.",
                )
            _write_proofs(archive, manifest, proofs_folder(url))
            with store.replacing() as connections:
                _load(store, connections, archive, manifest, progress)
                _note(store, connections, scope, (path, manifest, before), now)
    return Restored(manifest, before)


def _check_revisions(path: Path, manifest: Manifest) -> None:
    for group in GROUPS:
        revision = manifest.revisions[group]
        if revision not in REVISIONS[group]:
            raise RefusedFileError(
                path.name,
                f"it was made by a newer version of Partner Insights ({revision}).",
                "Update Partner Insights and restore it then.",
            )


@contextmanager
def _alone(store: Store, scope: Scope, path: Path, now: datetime) -> Iterator[None]:
    """Hold off imports and rankings while the store is written anew."""
    holder = Holder.here(scope.who, [path.name], now, work="restoring")
    with (
        import_lock(store.backend, holder, timeout=LOCK_SECONDS),
        ranking_lock(store.backend, holder, timeout=LOCK_SECONDS),
    ):
        yield


def is_empty(store: Store) -> bool:
    """Return whether nobody has put anything into a store; what it notes of itself is nothing."""
    with store.snapshot() as connections:
        return not any(
            connections[group].execute(select(1).select_from(table).limit(1)).first()
            for group in GROUPS
            for table in METADATA[group].sorted_tables
            if table.name not in _OF_ITSELF
        )


_OF_ITSELF = ("milestone_run", "program_rules", "visit", "audit_event")
"""Tables that fill when a store is opened, looked at or backed up."""


def _make_room(url: str, scope: Scope, now: datetime) -> Path | None:
    """Back up what is at a URL, beside it or in this folder; None where there is nothing.

    A file that cannot be opened as a store is moved aside with all that belongs to it.
    """
    backend = backend_for(url)
    if not backend.exists():
        return None
    mark = f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}"
    try:
        with Store.open(url, create=False) as store:
            if is_empty(store):
                return None
            beside = _place(backend, f"before-restore-{mark}.zip")
            make_backup(store, beside, scope=scope, now=now)
            return beside
    except StoreError:
        if not isinstance(backend, SqliteBackend):
            raise
        return _move_aside(backend, mark)


def _place(backend: object, ending: str) -> Path:
    if isinstance(backend, SqliteBackend):
        warehouse = backend.path("warehouse")
        return warehouse.with_name(f"{warehouse.stem}.{ending}")
    return Path(f"partner-insights.{ending}")


def _move_aside(backend: SqliteBackend, mark: str) -> Path:
    """Move the files of a store that cannot be opened to a folder beside; return the folder."""
    folder = _place(backend, f"unreadable-{mark}")
    try:
        folder.mkdir()
        for group in GROUPS:
            for ending in ("", "-wal", "-shm"):
                path = backend.path(group)
                path = path.with_name(path.name + ending)
                if path.exists():
                    shutil.move(path, folder / path.name)
    except OSError as error:
        raise InsightsError(
            f"The files of {backend.url.database} cannot be moved aside: {error.strerror}.",
            "Move them away by hand and restore again.",
        ) from error
    return folder


def _load(
    store: Store,
    connections: Mapping[Group, Connection],
    archive: zipfile.ZipFile,
    manifest: Manifest,
    progress: Progress,
) -> None:
    """Write all tables as they were in the backup, then upgrade them to this version."""
    done = 0
    for group in GROUPS:
        connection = connections[group]
        store.backend.turn_to(connection, group)
        store.backend.clear(connection, group)
        upgrade(connection, group, manifest.revisions[group])
        for table in manifest.tables:
            if table.group == group:
                share = CHECKED_SHARE + (1 - CHECKED_SHARE) * done / max(manifest.rows, 1)
                progress(f"Restoring {table.name}", share)
                _load_table(store, connection, archive, table)
                done += table.rows
        upgrade(connection, group)
        tables = METADATA[group].sorted_tables
        store.backend.after_load(connection, tables)
        store.backend.analyze(connection, *tables)
    progress("Done", 1.0)


def _load_table(
    store: Store, connection: Connection, archive: zipfile.ZipFile, entry: BackupTable
) -> None:
    """Append all rows of one table, which the migrations made as it was then."""
    told = columns_of(archive, entry)
    columns = [Column(column.name, _SQL[str(column.type)]) for column in told]
    table = Table(entry.name, MetaData(), *columns)
    for rows in read_table(archive, entry):
        store.backend.bulk_load(connection, table, rows)
    count = connection.scalar(select(func.count()).select_from(table))
    if count != entry.rows:
        raise StoreError(
            f"{entry.name} has {count:,} rows after the restore and should have {entry.rows:,}.",
            "Nothing was changed.",
        )


_SQL = {
    "int64": Integer,
    "double": Float,
    "string": Text,
    "bool": Boolean,
    "date32[day]": Date,
    "timestamp[us, tz=UTC]": DateTime,
}
"""The kinds of SQL columns that columns of a backup go to."""


def _write_proofs(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Put the proofs into their folder, each whole or not at all; what is there stays."""
    try:
        for proof in manifest.proofs:
            place = folder / proof.sha256[:2] / proof.sha256
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for member, target in (
                (f"{proof.member}.txt", place.with_suffix(".txt")),
                (proof.member, place),
            ):
                unfinished = target.with_name(f"{uuid.uuid4().hex}.part")
                with unfinished.open("xb") as file:
                    file.write(archive.read(member))
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(target)
    except OSError as error:
        raise InsightsError(
            f"The proofs cannot be written to {folder}: {error.strerror}.",
            "Make room or give rights there; the store was not changed.",
        ) from error


def _note(
    store: Store,
    connections: Mapping[Group, Connection],
    scope: Scope,
    told: tuple[Path, Manifest, Path | None],
    now: datetime,
) -> None:
    """Note the restore in the warehouse, in the same transaction."""
    path, manifest, before = told
    detail = {
        "made_at": manifest.made_at,
        "rows": manifest.rows,
        "kept_before": before.name if before else "",
    }
    connection = connections["warehouse"]
    store.backend.turn_to(connection, "warehouse")
    judge_first(connection, store.backend, now=now)
    audit.note(
        connection,
        scope,
        "restore",
        subject_kind="file",
        subject=path.name,
        detail=detail,
        now=now,
    )
