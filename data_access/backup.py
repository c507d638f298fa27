"""Back a store up while people work in it: one file with everything as it is at one moment."""

from __future__ import annotations

import hashlib
import os
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, MetaData, Table, func, select, text

from data_access import audit, schema
from data_access.backends import GROUPS, Group
from data_access.backup_file import (
    BATCH_ROWS,
    BackupProof,
    BackupTable,
    Manifest,
    write_manifest,
    write_table,
)
from data_access.errors import InsightsError, StoreError
from data_access.proofs import proofs_folder
from data_access.roles import require
from data_access.store import REVISIONS, Store
from data_access.types import Progress, Scope, no_progress

METADATA: dict[Group, MetaData] = {"warehouse": schema.warehouse, "app": schema.app}


def make_backup(
    store: Store,
    path: Path,
    *,
    scope: Scope,
    now: datetime,
    progress: Progress = no_progress,
) -> Manifest:
    """Write a backup to a new file and return what it holds.

    It appears under its name only when it is whole and on the disk. Raises InsightsError where
    something of that name is there already or the place cannot be written.
    """
    require(scope, "access")
    if path.exists():
        raise InsightsError(f"{path} is there already.", "Choose another name for the backup.")
    with _whole_file(path) as unfinished, store.snapshot() as connections:
        manifest = _write(store, connections, unfinished, now, progress)
    with store.app_write() as connection:
        detail = {"rows": manifest.rows, "proofs": len(manifest.proofs)}
        audit.note(
            connection,
            scope,
            "backup",
            subject_kind="file",
            subject=path.name,
            detail=detail,
            now=now,
        )
    return manifest


@contextmanager
def _whole_file(path: Path) -> Iterator[Path]:
    """Give another name beside, only for its owner to read, renamed at the end if all went well."""
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield unfinished
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.rename(path)
    except OSError as error:
        raise InsightsError(
            f"{path} cannot be written: {error.strerror}.",
            "Make room or choose another place; nothing was changed.",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _write(
    store: Store,
    connections: Mapping[Group, Connection],
    path: Path,
    now: datetime,
    progress: Progress,
) -> Manifest:
    revisions = {group: _revision(connections[group], group) for group in GROUPS}
    total = sum(_count(connections[group], table) for group, table in _tables())
    done: list[BackupTable] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for group, table in _tables():
            progress(f"Writing {table.name}", sum(each.rows for each in done) / max(total, 1))
            batches = _batches(connections[group], table)
            done.append(write_table(archive, group, table.name, arrow_schema(table), batches))
        progress("Writing proofs", 1.0)
        proofs, lost = _write_proofs(archive, connections["app"], proofs_folder(store.url))
        manifest = Manifest(
            made_at=now.isoformat(),
            is_demo=store.is_demo,
            revisions=revisions,
            tables=tuple(done),
            proofs=proofs,
            lost_proofs=lost,
        )
        write_manifest(archive, manifest)
    return manifest


def _tables() -> Iterator[tuple[Group, Table]]:
    """Return every table with its group; a table that another refers to comes first."""
    for group in GROUPS:
        for table in METADATA[group].sorted_tables:
            yield group, table


def _revision(connection: Connection, group: Group) -> str:
    """Return the group's revision; another version may have upgraded it under our feet."""
    found = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    if found != REVISIONS[group][-1]:
        raise StoreError(
            f"The store was upgraded by another version of Partner Insights ({found}).",
            "Update this one, then make the backup.",
        )
    return found


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def arrow_schema(table: Table) -> pa.Schema:
    """Return the columns of a table as Arrow types; raises KeyError for a kind without one."""
    kinds = {column.name: column.type.python_type.__name__ for column in table.columns}
    return pa.schema([(name, _ARROW[kind]) for name, kind in kinds.items()])


_ARROW: dict[str, pa.DataType] = {
    "int": pa.int64(),
    "float": pa.float64(),
    "str": pa.string(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"),
}


def _batches(connection: Connection, table: Table) -> Iterator[pa.RecordBatch]:
    """Return all rows of a table in the order of its key, a part at a time."""
    kinds = arrow_schema(table)
    chosen = select(table).order_by(*table.primary_key.columns)
    rows = connection.execute(chosen, execution_options={"yield_per": BATCH_ROWS})
    for part in rows.partitions():
        columns = zip(*part, strict=True)
        arrays = [
            pa.array([_in_utc(each) for each in column], kind)
            if pa.types.is_timestamp(kind)
            else pa.array(column, kind)
            for column, kind in zip(columns, kinds.types, strict=True)
        ]
        yield pa.record_batch(arrays, schema=kinds)


def _in_utc(when: datetime | None) -> datetime | None:
    """Return a time with its zone; SQLite keeps none, and all times are written in UTC."""
    return when.replace(tzinfo=UTC) if when is not None and when.tzinfo is None else when


def _write_proofs(
    archive: zipfile.ZipFile, app: Connection, folder: Path
) -> tuple[tuple[BackupProof, ...], tuple[str, ...]]:
    """Write every proof that is known and still what was uploaded; return these and the others."""
    proof = schema.proof_file
    known = app.scalars(select(proof.c.content_hash).order_by(proof.c.content_hash)).all()
    kept: list[BackupProof] = []
    lost: list[str] = []
    for sha256 in known:
        place = folder / sha256[:2] / sha256
        content = place.read_bytes() if place.exists() else b""
        if hashlib.sha256(content).hexdigest() != sha256:
            lost.append(sha256)
            continue
        told = place.with_suffix(".txt")
        words = told.read_bytes() if told.exists() else b""
        entry = BackupProof(sha256, hashlib.sha256(words).hexdigest())
        archive.writestr(entry.member, content, zipfile.ZIP_DEFLATED)
        archive.writestr(f"{entry.member}.txt", words, zipfile.ZIP_DEFLATED)
        kept.append(entry)
    return tuple(kept), tuple(lost)
