"""From the bytes of a file to its tables: CSV, TSV, .xlsx, and .zip of several.

Nothing here trusts a file's name. What cannot be a table is refused in one line.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from data_access.errors import RefusedFileError
from data_access.parsing.delimited import read_delimited
from data_access.parsing.workbooks import read_workbook
from data_access.raw import RawTable
from data_access.sources import is_known

MAX_COLUMNS = 499
MAX_EXPANDED_BYTES = 2**30
MAX_EXPANSION = 200
MAX_MEMBERS = 1_000

_CHUNK = 2**20
_NAMED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is password-protected or an old .xls workbook"),
    (b"%PDF", "is a PDF document, not a table"),
    (b"\x89PNG", "is a picture, not a table"),
    (b"\xff\xd8\xff", "is a picture, not a table"),
    (b"GIF8", "is a picture, not a table"),
    (b"RIFF", "is a picture or sound, not a table"),
    (b"BM", "is a picture, not a table"),
    (b"\x1f\x8b", "is a .gz archive, which is not read"),
    (b"7z\xbc\xaf", "is a .7z archive, which is not read"),
    (b"Rar!", "is a .rar archive, which is not read"),
    (b"PAR1", "is a Parquet file, which is not read"),
    (b"SQLite format 3", "is a database, not a table"),
)
_SAVE_AS = "Save the table as CSV (UTF-8) or as .xlsx without a password and bring that in."
_SKIPPED_FOLDERS = ("__MACOSX/",)


def read_tables(name: str, content: bytes | Path) -> list[RawTable]:
    """Return every table of a file, in the file's order; `name` is what messages call it.

    Members of an archive are called "export.zip › usage.csv". Raises RefusedFileError where the
    file or any part of it is not a readable table.
    """
    with _opened(name, content) as stream:
        return _tables(name, stream, within_archive=False)


@contextmanager
def _opened(name: str, content: bytes | Path) -> Iterator[BinaryIO]:
    """Open a file's bytes for reading."""
    if isinstance(content, bytes):
        yield io.BytesIO(content)
        return
    try:
        stream = content.open("rb")
    except OSError as error:
        raise RefusedFileError(name, f"cannot be read ({error.strerror})") from error
    with stream:
        yield stream


def _tables(name: str, stream: BinaryIO, *, within_archive: bool) -> list[RawTable]:
    """Return the tables of one file or archive member."""
    start = stream.read(16)
    if not start:
        raise RefusedFileError(name, "is empty", "Download it again and check its size.")
    for magic, what in _NAMED:
        if start.startswith(magic) and (magic != b"BM" or b"\0" in start):
            raise RefusedFileError(name, what, _SAVE_AS)
    stream.seek(0)
    if start.startswith(b"PK\x03\x04"):
        return _zipped(name, stream, within_archive=within_archive)
    if start.startswith(b"PK\x05\x06"):
        raise RefusedFileError(name, "is an archive without any file")
    return [read_delimited(name, stream, max_columns=MAX_COLUMNS)]


def _zipped(name: str, stream: BinaryIO, *, within_archive: bool) -> list[RawTable]:
    """Return the tables of a workbook or of an archive's members."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = _members(name, archive)
            is_workbook = any(each.filename == "[Content_Types].xml" for each in members)
            if within_archive and not is_workbook:
                raise RefusedFileError(
                    name, "is an archive inside an archive", "Unpack it and bring its files in."
                )
            allowed = _Allowance(name, stream)
            if not is_workbook:
                return [
                    table
                    for member in members
                    for table in _member_tables(name, archive, member, allowed)
                ]
            _check_workbook(name, archive, members, allowed)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise RefusedFileError(
            name, "is a damaged archive, or packed in a way that is not read", _SAVE_AS
        ) from error
    stream.seek(0)
    return _known_sheets(read_workbook(name, stream.read(), max_columns=MAX_COLUMNS))


def _known_sheets(sheets: list[RawTable]) -> list[RawTable]:
    """Return the sheets of a kind we know, and in their notes which others were left out.

    Where none is known all are returned, so that their refusal can say what they lack.
    """
    known = [sheet for sheet in sheets if is_known(sheet.header)]
    left_out = [sheet.file for sheet in sheets if not is_known(sheet.header)]
    if not known or not left_out:
        return sheets
    note = f"Sheets of no known kind were left out: {', '.join(left_out)}."
    return [replace(known[0], notes=(*known[0].notes, note)), *known[1:]]


def _members(name: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the archive's files, without folders and what operating systems add."""
    members = [
        each
        for each in archive.infolist()
        if not each.is_dir()
        and not each.filename.startswith(_SKIPPED_FOLDERS)
        and not Path(each.filename).name.startswith(".")
    ]
    if any(each.flag_bits & 0x1 for each in members):
        raise RefusedFileError(
            name, "is an encrypted archive", "Unpack it with its password and bring its files in."
        )
    if not members:
        raise RefusedFileError(name, "is an archive without any file")
    if len(members) > MAX_MEMBERS:
        raise RefusedFileError(
            name, f"holds {len(members):,} files; at most {MAX_MEMBERS:,} are read at once"
        )
    return members


class _Allowance:
    """How many bytes an archive may still expand to, counted while reading, never by its index."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name = name
        size = stream.seek(0, io.SEEK_END)
        self._left = min(MAX_EXPANDED_BYTES, MAX_EXPANSION * size)

    def take(self, size: int) -> None:
        """Count bytes that were unpacked; raises RefusedFileError when it is too many."""
        self._left -= size
        if self._left < 0:
            raise RefusedFileError(
                self._name,
                f"unpacks to more than 1 GB or {MAX_EXPANSION} times its size",
                "Bring its files in one by one.",
            )


def _unpacked(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowed: _Allowance
) -> Iterator[bytes]:
    """Yield a member's bytes piece by piece, counted against the allowance."""
    with archive.open(member) as packed:
        while piece := packed.read(_CHUNK):
            allowed.take(len(piece))
            yield piece


def _member_tables(
    name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowed: _Allowance
) -> list[RawTable]:
    """Return the tables of one member of an archive."""
    shown = "".join(letter for letter in member.filename if letter.isprintable())
    with tempfile.TemporaryFile() as unpacked:
        for piece in _unpacked(archive, member, allowed):
            unpacked.write(piece)
        unpacked.seek(0)
        return _tables(f"{name} › {shown}", unpacked, within_archive=True)


def _check_workbook(
    name: str, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], allowed: _Allowance
) -> None:
    """Refuse what is no .xlsx workbook, and one that unpacks to too much."""
    if not any(each.filename == "xl/workbook.xml" for each in members):
        raise RefusedFileError(
            name, "is a document of another kind, not an .xlsx workbook", _SAVE_AS
        )
    for member in members:
        for _ in _unpacked(archive, member, allowed):
            pass
