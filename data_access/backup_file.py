"""The file of a backup: a ZIP with a manifest, every table as Parquet, and the proofs.

One format for both databases. The manifest names the revision of each group of tables, and the
rows and the SHA-256 of every table; nothing of a file is used before all of it was checked.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data_access.backends import Group
from data_access.errors import RefusedFileError

FORMAT = 1
"""Of this file; a later program may write a higher one, which this one refuses."""

MANIFEST = "manifest.json"
BATCH_ROWS = 50_000
READ_BYTES = 1 << 20

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class BackupTable:
    """One table of a backup, and what its content must be."""

    group: Group
    name: str
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        """Return the name of its part of the file."""
        return f"{self.group}/{self.name}.parquet"


@dataclass(frozen=True, slots=True)
class BackupProof:
    """One proof of execution by its SHA-256, and the hash of the text that was read from it."""

    sha256: str
    text_sha256: str

    @property
    def member(self) -> str:
        """Return the name of its part of the file; its text lies beside it."""
        return f"proofs/{self.sha256}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, from when and of which revisions; `lost_proofs` were gone already."""

    made_at: str
    is_demo: bool
    revisions: dict[Group, str]
    tables: tuple[BackupTable, ...]
    proofs: tuple[BackupProof, ...] = ()
    lost_proofs: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> int:
        """Return the number of rows of all tables."""
        return sum(table.rows for table in self.tables)


class _Hashed:
    """A file to write to that hashes what passes through."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._hash = hashlib.sha256()
        self._written = 0
        self.closed = False

    def write(self, content: Any) -> int:  # noqa: ANN401 - any buffer that Arrow hands over
        """Write and hash a piece."""
        piece = bytes(content)
        self._hash.update(piece)
        self._written += len(piece)
        return self._target.write(piece)

    def tell(self) -> int:
        """Return how much was written."""
        return self._written

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Leave the target open: it closes itself."""
        self.closed = True

    def hexdigest(self) -> str:
        """Return the SHA-256 of all that was written."""
        return self._hash.hexdigest()


def write_table(
    archive: zipfile.ZipFile,
    group: Group,
    name: str,
    schema: pa.Schema,
    batches: Iterator[pa.RecordBatch],
) -> BackupTable:
    """Write a table as one part of a backup and return what the manifest says of it."""
    entry = BackupTable(group, name, 0, "")
    rows = 0
    with archive.open(entry.member, "w", force_zip64=True) as target:
        hashed = _Hashed(target)
        with pq.ParquetWriter(hashed, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
    return BackupTable(group, name, rows, hashed.hexdigest())


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write the manifest, the last part of every backup."""
    told = {"format": FORMAT, **asdict(manifest)}
    archive.writestr(MANIFEST, json.dumps(told, indent=1))


@contextmanager
def opened_backup(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Give a backup and its manifest.

    Raises RefusedFileError for a file that is no backup, is cut off, or of a newer format.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(path, archive)
    except zipfile.BadZipFile as error:
        raise _damaged(path, f"it is no backup, or was cut off ({error})") from error
    except OSError as error:
        raise RefusedFileError(str(path), f"it cannot be read: {error.strerror}.") from error


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        told = json.loads(archive.read(MANIFEST))
        number = int(told.pop("format"))
        if number > FORMAT:
            raise RefusedFileError(
                path.name,
                "it was made by a newer version of Partner Insights.",
                "Update Partner Insights and restore it then.",
            )
        tables = tuple(BackupTable(**table) for table in told.pop("tables"))
        proofs = tuple(BackupProof(**proof) for proof in told.pop("proofs"))
        lost = tuple(told.pop("lost_proofs"))
        manifest = Manifest(tables=tables, proofs=proofs, lost_proofs=lost, **told)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, f"its {MANIFEST} is missing or makes no sense") from error
    if not _is_plain(manifest):
        raise _damaged(path, f"its {MANIFEST} names what no backup holds")
    return manifest


def _is_plain(manifest: Manifest) -> bool:
    """Return whether names are such as a backup has; they become names of tables and files."""
    hashes = [proof.sha256 for proof in manifest.proofs]
    return (
        set(manifest.revisions) == {"warehouse", "app"}
        and all(table.group in manifest.revisions for table in manifest.tables)
        and all(_NAME.fullmatch(table.name) for table in manifest.tables)
        and all(_HASH.fullmatch(each) for each in hashes)
    )


def check(
    path: Path, archive: zipfile.ZipFile, manifest: Manifest, on_part: Callable[[float], None]
) -> None:
    """Check every part against the manifest; raises RefusedFileError that names what is damaged.

    `on_part` is told the share that is checked.
    """
    wanted = [(table.member, table.sha256) for table in manifest.tables]
    for proof in manifest.proofs:
        wanted += [(proof.member, proof.sha256), (f"{proof.member}.txt", proof.text_sha256)]
    for number, (member, sha256) in enumerate(wanted):
        try:
            found = _sha256(archive, member)
        except KeyError as error:
            raise _damaged(path, f"{member} is missing") from error
        except (zipfile.BadZipFile, EOFError) as error:
            raise _damaged(path, f"{member} is damaged") from error
        if found != sha256:
            raise _damaged(path, f"{member} is not what the backup was made with")
        on_part((number + 1) / len(wanted))


def _sha256(archive: zipfile.ZipFile, member: str) -> str:
    digest = hashlib.sha256()
    with archive.open(member) as part:
        while piece := part.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def read_table(archive: zipfile.ZipFile, table: BackupTable) -> Iterator[pd.DataFrame]:
    """Return a table's rows in frames of BATCH_ROWS; columns and types are those of the backup."""
    with archive.open(table.member) as part:
        file = pq.ParquetFile(cast("Any", part))
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            yield batch.to_pandas(types_mapper=_NULLABLE.get)


def columns_of(archive: zipfile.ZipFile, table: BackupTable) -> pa.Schema:
    """Return the names and types of a table's columns."""
    with archive.open(table.member) as part:
        return pq.ParquetFile(cast("Any", part)).schema_arrow


_NULLABLE: dict[pa.DataType, Any] = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
"""Whole numbers and yes/no that may be missing, without turning into fractions."""


def _damaged(path: Path, what: str) -> RefusedFileError:
    return RefusedFileError(
        path.name, f"the backup is damaged: {what}.", "Nothing was changed. Use another backup."
    )
