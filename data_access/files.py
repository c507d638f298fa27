"""From the bytes of a file to its tables: CSV, TSV, .xlsx, and .zip of several.

Nothing here trusts a file's name. What cannot be a table is refused in one line.
"""

from __future__ import annotations

import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from data_access.errors import RefusedFileError
from data_access.limits import (
    MAX_EXPANSION,
    MAX_FILE_BYTES,
    MAX_INDEX_BYTES,
    MAX_MEMBERS,
    MAX_NAME_LETTERS,
)
from data_access.parsing.archive_index import end_records, index_bytes
from data_access.parsing.delimited import read_delimited
from data_access.parsing.workbook_guard import WorkbookGuard
from data_access.parsing.workbooks import read_workbook
from data_access.raw import RawTable
from data_access.sources import is_known

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

_OTHER_KINDS = {"xl/workbook.bin", "content.xml"}
"""Parts that mark other kinds of workbooks, which the reader would take instead."""

# A damaged archive breaks its reader anywhere; these are all the ways seen.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def read_tables(name: str, content: bytes | Path) -> list[RawTable]:
    """Return every table of a file, in the file's order; `name` is what messages call it.

    Members of an archive are called "export.zip › usage.csv". Raises RefusedFileError where the
    file or any part of it is not a readable table, or larger than `data_access.limits` allow.
    """
    shown = shown_name(name)
    with _opened(shown, content) as stream:
        if stream.seek(0, io.SEEK_END) > MAX_FILE_BYTES:
            raise RefusedFileError(
                shown,
                f"is larger than {MAX_FILE_BYTES // 2**30} GB",
                "Split it, e.g. by month, and bring the parts in one by one.",
            )
        stream.seek(0)
        return _tables(shown, stream, within_archive=False)


def shown_name(name: str) -> str:
    """Return a file's name as it is shown and stored: on one line, without invisible marks."""
    letters = "".join(letter for letter in name if letter.isprintable())
    if len(letters) <= MAX_NAME_LETTERS:
        return letters or "a file without a name"
    return f"{letters[: MAX_NAME_LETTERS - 9]}…{letters[-8:]}"


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
        raise RefusedFileError(name, "is an archive without any file", _SAVE_AS)
    return [read_delimited(name, stream)]


def _zipped(name: str, stream: BinaryIO, *, within_archive: bool) -> list[RawTable]:
    """Return the tables of a workbook or of an archive's members."""
    if index_bytes(stream) > MAX_INDEX_BYTES:
        raise RefusedFileError(
            name, f"holds more than {MAX_MEMBERS:,} files", "Bring its files in one by one."
        )
    with _undamaged(name):
        archive = zipfile.ZipFile(stream)
    with archive:
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
        if end_records(stream) > 1:
            raise RefusedFileError(name, "is a damaged archive: it ends twice", _SAVE_AS)
    stream.seek(0)
    return _known_sheets(read_workbook(name, stream.read()))


@contextmanager
def _undamaged(name: str) -> Iterator[None]:
    """Refuse an archive whose reader fails."""
    try:
        yield
    except _BROKEN as error:
        raise RefusedFileError(
            name, "is a damaged archive, or packed in a way that is not read", _SAVE_AS
        ) from error


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
        and not PurePosixPath(each.filename.replace("\\", "/")).name.startswith(".")
    ]
    if any(each.flag_bits & 0x1 for each in members):
        raise RefusedFileError(
            name, "is an encrypted archive", "Unpack it with its password and bring its files in."
        )
    if not members:
        raise RefusedFileError(name, "is an archive without any file", _SAVE_AS)
    if len(members) > MAX_MEMBERS:
        raise RefusedFileError(
            name,
            f"holds {len(members):,} files; at most {MAX_MEMBERS:,} are read at once",
            "Bring them in by several archives.",
        )
    return members


class _Allowance:
    """How many bytes an archive may still expand to, counted while reading, never by its index."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name = name
        size = stream.seek(0, io.SEEK_END)
        self._left = min(MAX_FILE_BYTES, MAX_EXPANSION * size)

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
    name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowed: _Allowance | None
) -> Iterator[bytes]:
    """Yield a member's bytes piece by piece, counted against the allowance."""
    with _undamaged(name):
        packed = archive.open(member)
    with packed:
        while True:
            with _undamaged(name):
                piece = packed.read(_CHUNK)
            if not piece:
                return
            if allowed is not None:
                allowed.take(len(piece))
            yield piece


def _member_tables(
    name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowed: _Allowance
) -> list[RawTable]:
    """Return the tables of one member of an archive."""
    shown = shown_name(member.filename)
    with tempfile.TemporaryFile() as unpacked:
        for piece in _unpacked(name, archive, member, allowed):
            unpacked.write(piece)
        unpacked.seek(0)
        return _tables(f"{name} › {shown}", unpacked, within_archive=True)


def _check_workbook(
    name: str, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], allowed: _Allowance
) -> None:
    """Refuse what is no .xlsx workbook, and one that unpacks to or reaches over too much."""
    parts = {each.filename.lower() for each in members}
    if "xl/workbook.xml" not in parts or parts & _OTHER_KINDS:
        raise RefusedFileError(
            name, "is a document of another kind, not an .xlsx workbook", _SAVE_AS
        )
    guard = WorkbookGuard(name)
    for member in members:
        if guard.watch(_unpacked(name, archive, member, allowed)):
            guard.place(_unpacked(name, archive, member, None))  # counted the first time
