"""Delimited text (comma, semicolon, tab) in the encodings that spreadsheets write."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from data_access.errors import RefusedFileError
from data_access.limits import MAX_CELL_LETTERS, MAX_CELLS, MAX_LINE_BYTES, MAX_ROWS
from data_access.parsing.columns import Codes, Mask, TextColumn
from data_access.parsing.headers import (
    NO_TABLE,
    checked_cells,
    checked_header,
    header_names,
    long_cell,
)
from data_access.raw import MalformedRow, RawTable

DELIMITERS = (",", ";", "\t")

_CHUNK = 2**20
_SAMPLE = 2**20
_BLOCK = 2**22
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class _Scan:
    """What one pass over a file's bytes tells."""

    encoding: str
    bom: int
    content_hash: str
    quotes: int
    rows: int


def read_delimited(name: str, stream: BinaryIO) -> RawTable:
    """Return the table of a delimited text file; raises RefusedFileError where it is none."""
    scan = _scanned(name, stream)
    stream.seek(scan.bom)
    header, delimiter, lead = _header(name, _sample(name, stream, scan.encoding))
    checked_header(name, header)
    _check_size(name, scan.rows, len(header))
    stream.seek(scan.bom + len(lead.encode(scan.encoding)))
    columns, numbers, malformed = _body(name, stream, scan.encoding, delimiter, len(header))
    if scan.quotes % 2 and any("\n" in each.text(-1) for each in columns if len(each.codes)):
        raise _open_quotation(name, int(numbers[-1]))
    checked_cells(name, header, columns)
    if any("\0" in text for each in columns for text in each.values):
        raise RefusedFileError(name, "is not a text file", NO_TABLE)
    kept = ~_blank(columns, len(numbers))
    notes = ("Not UTF-8: read as Windows-1252 (Western European).",) * (scan.encoding == "cp1252")
    return RawTable(
        file=name,
        header=header,
        columns=tuple(TextColumn(each.codes[kept], each.values) for each in columns),
        row_numbers=numbers[kept],
        content_hash=scan.content_hash,
        delimiter=delimiter,
        malformed=malformed,
        notes=notes,
    )


def _sample(name: str, stream: BinaryIO, encoding: str) -> str:
    """Return the beginning of the text; a letter that is cut in two at its end is left out."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(stream.read(_SAMPLE))
    except UnicodeDecodeError as error:
        raise _wrong_encoding(name) from error


def _wrong_encoding(name: str) -> RefusedFileError:
    return RefusedFileError(name, "is neither UTF-8 nor Windows text", "Save it as CSV (UTF-8).")


def _scanned(name: str, stream: BinaryIO) -> _Scan:
    """Return encoding and hash of a file; raises RefusedFileError for binary content."""
    start = stream.read(4)
    bom, encoding = next(
        ((len(mark), found) for mark, found in _BOMS if start.startswith(mark)), (0, "utf-8")
    )
    stream.seek(0)
    digest, lines, quotes = hashlib.sha256(), _Lines(name), 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = encoding == "utf-8"
    while piece := stream.read(_CHUNK):
        digest.update(piece)
        lines.watch(piece)
        quotes += piece.count(b'"')
        if encoding == "utf-8" and b"\0" in piece:
            raise RefusedFileError(name, "is not a text file", NO_TABLE)
        is_utf8 = is_utf8 and _decodes(decoder, piece)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    if encoding == "utf-8" and not is_utf8:
        encoding = "cp1252"
    return _Scan(encoding, bom, digest.hexdigest(), quotes, lines.ended)


class _Lines:
    """Counts a file's lines and refuses one that is too long, before anything holds it whole."""

    def __init__(self, name: str) -> None:
        self.ended = 0
        self._name = name
        self._open = 0

    def watch(self, piece: bytes) -> None:
        """Count the next bytes, at most `_CHUNK`; raises RefusedFileError for too long a line."""
        ends = [place for mark in (b"\n", b"\r") if (place := piece.find(mark)) >= 0]
        if self._open + min(ends, default=len(piece)) > MAX_LINE_BYTES:
            raise RefusedFileError(
                self._name,
                f"has a line of more than {MAX_LINE_BYTES:,} bytes (line {self.ended + 1:,})",
                "It may be no table; save it as CSV with one row per line.",
            )
        self.ended += max(piece.count(b"\n"), piece.count(b"\r"))
        last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        self._open = self._open + len(piece) if last < 0 else len(piece) - last - 1


def _check_size(name: str, rows: int, width: int) -> None:
    """Raise RefusedFileError for a table that would take too much memory."""
    remedy = "Split it, e.g. by month, and bring the parts in one by one."
    if rows > MAX_ROWS:
        raise RefusedFileError(name, f"has {rows:,} lines; at most {MAX_ROWS:,} are read", remedy)
    if rows * width > MAX_CELLS:
        raise RefusedFileError(
            name,
            f"has {rows:,} lines of {width} cells; at most {MAX_CELLS:,} cells are read",
            remedy,
        )


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    """Return whether the next bytes are well-formed."""
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _header(name: str, sample: str) -> tuple[tuple[str, ...], str, str]:
    """Return the header's names, the delimiter, and the text up to the first data row."""
    lines = io.StringIO(sample, newline="").readlines()
    skipped = 0
    while skipped < len(lines) and not lines[skipped].strip(" \t\r\n,;\ufeff\xa0"):
        skipped += 1
    told = ""
    if skipped < len(lines) and lines[skipped].lower().startswith("sep="):
        told = lines[skipped].strip("\r\n")[4:5]
        skipped += 1
    if skipped == len(lines):
        raise RefusedFileError(name, "holds no text", NO_TABLE)
    if lines[skipped].lstrip().startswith(("<", "{", "[")):
        raise RefusedFileError(name, "is a web page or JSON, not a table", NO_TABLE)
    choices = [_first_record(lines[skipped:], each) for each in ([told] if told else DELIMITERS)]
    cells, used, delimiter = max(choices, key=lambda choice: len(choice[0]))
    if not all(letter.isprintable() or letter in "\t\r\n\xa0\ufeff" for letter in "".join(cells)):
        raise RefusedFileError(name, "is not a text file", NO_TABLE)
    return header_names(cells), delimiter, "".join(lines[: skipped + used])


def _first_record(lines: list[str], delimiter: str) -> tuple[list[str], int, str]:
    """Return the first record's cells, the lines it takes, and the delimiter used."""
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        cells = next(reader)
    except csv.Error:
        return [], 1, delimiter
    return cells, reader.line_num, delimiter


def _body(
    name: str, stream: BinaryIO, encoding: str, delimiter: str, width: int
) -> tuple[list[TextColumn], Codes, tuple[MalformedRow, ...]]:
    """Return the columns, the number of each row, and the rows that do not fit."""
    if not stream.read(1):
        return _no_rows(width)
    stream.seek(-1, io.SEEK_CUR)
    invalid: list[pyarrow.csv.InvalidRow] = []

    def skip(row: pyarrow.csv.InvalidRow) -> str:
        invalid.append(row)  # nothing may be raised here: the reader would swallow it
        return "skip"

    names = [str(place) for place in range(width)]
    coded = pa.dictionary(pa.int32(), pa.string())
    try:
        table = pyarrow.csv.read_csv(
            stream,
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, column_names=names, encoding=encoding, block_size=_BLOCK
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, coded), strings_can_be_null=False
            ),
        )
    except UnicodeDecodeError as error:
        raise _wrong_encoding(name) from error
    except pa.ArrowInvalid as error:
        raise RefusedFileError(
            name,
            "cannot be read as a table: a quotation mark may never be closed",
            "Open it in a spreadsheet program and save it as CSV (UTF-8) again.",
        ) from error
    malformed = tuple(_malformed_row(name, row, delimiter) for row in invalid)
    columns = [_text_column(table.column(place)) for place in range(width)]
    numbers = np.arange(1, table.num_rows + len(malformed) + 1, dtype=np.int64)
    return columns, np.delete(numbers, [each.row - 1 for each in malformed]), malformed


def _no_rows(width: int) -> tuple[list[TextColumn], Codes, tuple[MalformedRow, ...]]:
    """Return the body of a file that ends with its header."""
    none = np.empty(0, dtype=np.int64)
    return [TextColumn(none, ()) for _ in range(width)], none, ()


def _malformed_row(name: str, row: pyarrow.csv.InvalidRow, delimiter: str) -> MalformedRow:
    """Return a row with a wrong number of cells; refuses a quotation mark that stays open."""
    if "\n" in row.text and row.text.count('"') % 2:
        raise _open_quotation(name, row.number)
    try:
        cells = next(csv.reader(io.StringIO(row.text, newline=""), delimiter=delimiter), [])
    except csv.Error as error:  # a cell beyond the limit of the reader, which is above ours
        raise long_cell(name, f"row {row.number:,}", len(row.text)) from error
    longest = max(map(len, cells), default=0)
    if longest > MAX_CELL_LETTERS:
        raise long_cell(name, f"row {row.number:,}", longest)
    return MalformedRow(row.number, tuple(cells))


def _open_quotation(name: str, row: int) -> RefusedFileError:
    """Return the refusal of a file whose rest is swallowed by one cell."""
    return RefusedFileError(
        name,
        f"opens a quotation mark in row {row} that is never closed",
        "Close it or double it, and bring the file in again.",
    )


def _text_column(column: pa.ChunkedArray) -> TextColumn:
    """Return an Arrow column of coded texts with one list of distinct texts."""
    unified = column.unify_dictionaries()
    if not unified.num_chunks:
        return TextColumn(np.empty(0, dtype=np.int64), ())
    codes = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in unified.chunks]
    texts = unified.chunk(0).dictionary.to_pylist()
    return TextColumn(np.concatenate(codes).astype(np.int64), tuple(texts))


def _blank(columns: list[TextColumn], rows: int) -> Mask:
    """Return which rows have no text in any column."""
    blank = np.ones(rows, dtype=bool)
    for column in columns:
        if not blank.any():
            break
        empty = np.array([not text.strip() for text in column.values], dtype=bool)
        blank &= empty[column.codes]
    return blank
