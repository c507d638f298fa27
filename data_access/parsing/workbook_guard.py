"""What a workbook's XML must not hold, found before a reader of workbooks sees it.

The reader allots memory for every cell between the first and the last one and for as many texts
as a table of texts promises, and ends the whole process where there is not so much. A workbook of
two kilobytes can ask for hundreds of gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from data_access.errors import RefusedFileError
from data_access.limits import MAX_WORKBOOK_CELLS

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PROMISE = re.compile(rb"ount\s*=\s*[\"']\s*([0-9]{1,40})")
_CELL = re.compile(rb"<(?:[^\s<>/:\"'=]+:)?c[\s>/]")
_USUAL = b'<c r="'
_LETTERS = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,7}"')
_DIGITS = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"')
_REFERENCE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
_SAVE_AS = "Save the sheet as CSV (UTF-8) and bring that in."
_LONGEST_TAG = 2**16


class WorkbookGuard:
    """Looks at every part of a workbook while it is unpacked; one guard per workbook."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cells = 0

    def watch(self, pieces: Iterator[bytes]) -> bool:
        """Read one part; return whether its cells must be placed one by one by `place`.

        Raises RefusedFileError for declarations of entities, and for a sheet or a table of texts
        that asks for more than MAX_WORKBOOK_CELLS.
        """
        rest, is_sheet, is_placed, rows, columns = b"", False, True, 0, 0
        for piece in pieces:
            whole = rest + piece
            self._check(whole)
            cut = max(whole.rfind(b"<"), len(whole) - _LONGEST_TAG)
            text, rest = whole[:cut], whole[cut:]
            is_sheet = is_sheet or b"sheetData" in whole
            row, column, is_told = _corner(text)
            rows, columns = max(rows, row), max(columns, column)
            is_placed = is_placed and is_told
        row, column, is_told = _corner(rest)
        if not is_sheet:
            return False
        if not (is_placed and is_told):
            return True
        self._take(max(rows, row) * max(columns, column))
        return False

    def place(self, pieces: Iterator[bytes]) -> None:
        """Read a sheet whose cells do not all say where they stand, as the reader would."""
        corner = _Corner()
        parser = expat.ParserCreate()
        parser.StartElementHandler = corner.start
        parser.EndElementHandler = corner.end
        try:
            for piece in pieces:
                parser.Parse(piece, False)
                if corner.cells > MAX_WORKBOOK_CELLS:
                    break
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise RefusedFileError(self._name, "is not a readable workbook", _SAVE_AS) from error
        self._take(max(corner.cells, corner.rows * corner.columns))

    def _check(self, text: bytes) -> None:
        if b"<!" in text and _DECLARATION.search(text):
            raise RefusedFileError(
                self._name, "declares XML entities, which no spreadsheet program does", _SAVE_AS
            )
        if any(int(each) > MAX_WORKBOOK_CELLS for each in set(_PROMISE.findall(text))):
            raise self._too_large()

    def _take(self, cells: int) -> None:
        self._cells += cells
        if self._cells > MAX_WORKBOOK_CELLS:
            raise self._too_large()

    def _too_large(self) -> RefusedFileError:
        return RefusedFileError(
            self._name,
            f"reaches over more than {MAX_WORKBOOK_CELLS:,} cells (rows times columns)",
            "Delete what stands far below or beside the table, or save it as CSV (UTF-8).",
        )


def _corner(text: bytes) -> tuple[int, int, bool]:
    """Return the last row and column of these cells, and whether every cell says where it is."""
    letters, digits = _LETTERS.findall(text), _DIGITS.findall(text)
    is_told = len(letters) == _cells(text)
    rows = max(map(int, set(digits)), default=0)
    return rows, max((_column(each.decode()) for each in set(letters)), default=0), is_told


def _cells(text: bytes) -> int:
    """Return the number of cells, counted the fast way where they are spelled as usual."""
    others = text.count(b":c") + sum(
        text.count(b"<c" + mark) for mark in (b">", b"/", b"\t", b"\n")
    )
    usual = text.count(_USUAL)
    if others + text.count(b"<c\r") or usual != text.count(b"<c "):
        return len(_CELL.findall(text))
    return usual


def _column(letters: str) -> int:
    """Return the number of a column, 1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _Corner:
    """Follows rows and cells of a sheet; those that do not say where they stand are next."""

    def __init__(self) -> None:
        self.rows = self.columns = self.cells = 0
        self._row = self._column = 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "row" and (number := attributes.get("r", "")):
            self._row = int(number)
        if kind != "c":
            return
        row = self._row
        if reference := attributes.get("r"):
            found = _REFERENCE.fullmatch(reference)
            if found is None:
                raise ValueError(reference[:20])
            self._column, row = _column(found[1]), int(found[2])
        self.cells += 1
        self.rows, self.columns = max(self.rows, row), max(self.columns, self._column)
        self._column += 1

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "row":
            self._row, self._column = self._row + 1, 1
