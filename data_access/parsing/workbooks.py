"""Sheets of an .xlsx workbook; typed cells become the texts that a CSV would have held."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from data_access.errors import RefusedFileError
from data_access.limits import MAX_MEMBERS, MAX_WORKBOOK_CELLS
from data_access.parsing.columns import TextColumn
from data_access.parsing.headers import NO_TABLE, checked_cells, checked_header, header_names
from data_access.raw import RawTable

CellValue = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(name: str, content: bytes) -> list[RawTable]:
    """Return one table per visible sheet that holds one; raises RefusedFileError for none.

    The content must have passed `workbook_guard` before.
    """
    with _readable(name):
        sheets = _visible_sheets(name, CalamineWorkbook.from_filelike(io.BytesIO(content)))
    filled = [(title, sheet) for title, sheet in sheets if sheet.height]
    if not filled:
        raise RefusedFileError(name, "is a workbook without any filled sheet", NO_TABLE)
    if len(filled) == 1:
        return [_sheet_table(name, filled[0][1], _hash(content))]
    tables, refused = [], []
    for title, sheet in filled:
        shown, digest = f"{name} › {title}", _hash(content, title)
        try:
            tables.append(_sheet_table(shown, sheet, digest))
        except RefusedFileError as error:
            refused.append(error)
    if not tables:
        raise refused[0]
    return tables


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Refuse a workbook whose reader fails, also where it gives up on something unforeseen."""
    try:
        yield
    except CalamineError as error:
        raise _unreadable(name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's, which has no public name
            raise
        raise _unreadable(name) from error


def _unreadable(name: str) -> RefusedFileError:
    return RefusedFileError(
        name, "is not a readable workbook", "Open it, save it as CSV (UTF-8), bring that in."
    )


def _visible_sheets(name: str, workbook: CalamineWorkbook) -> list[tuple[str, CalamineSheet]]:
    """Return the visible sheets by title; refuses one part of the file shown as many sheets."""
    sheets, cells = [], 0
    for each in workbook.sheets_metadata:
        if each.visible is not SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(each.name)
        cells += sheet.height * sheet.width
        sheets.append((each.name, sheet))
        if cells > MAX_WORKBOOK_CELLS or len(sheets) > MAX_MEMBERS:
            raise RefusedFileError(
                name,
                f"holds more than {MAX_WORKBOOK_CELLS:,} cells or {MAX_MEMBERS:,} sheets",
                "Save the sheets one by one as CSV (UTF-8) and bring those in.",
            )
    return sheets


def _hash(content: bytes, sheet: str = "") -> str:
    """Return the hash of a workbook, or of one of its sheets."""
    return hashlib.sha256(content + (b"\0" + sheet.encode() if sheet else b"")).hexdigest()


def _sheet_table(name: str, sheet: CalamineSheet, digest: str) -> RawTable:
    """Return one sheet as a table; its header is the first row that is not empty."""
    rows = iter(sheet.iter_rows())
    titles = next((row for row in rows if any(cell != "" for cell in row)), [])
    width = max((place for place, cell in enumerate(titles, start=1) if cell != ""), default=0)
    header = header_names([_text(cell) for cell in titles[:width]])
    checked_header(name, header)
    columns, numbers = _columns(rows, width)
    checked_cells(name, header, columns)
    return RawTable(
        file=name,
        header=header,
        columns=columns,
        row_numbers=np.array(numbers, dtype=np.int64),
        content_hash=digest,
        delimiter="",
    )


def _columns(
    rows: Iterable[list[CellValue]], width: int
) -> tuple[tuple[TextColumn, ...], list[int]]:
    """Return the sheet's columns and the number of each row that is not empty."""
    texts: list[dict[str, int]] = [{} for _ in range(width)]
    codes: list[list[int]] = [[] for _ in range(width)]
    numbers = []
    for number, row in enumerate(rows, start=1):
        if not any(cell != "" for cell in row[:width]):
            continue
        numbers.append(number)
        for place in range(width):
            known = texts[place]
            codes[place].append(known.setdefault(_text(row[place]), len(known)))
    columns = tuple(
        TextColumn(np.array(found, dtype=np.int64), tuple(known))
        for found, known in zip(codes, texts, strict=True)
    )
    return columns, numbers


def _fraction(number: float) -> str:
    """Return a fractional number so that its point cannot be taken for a thousands separator."""
    text = f"{Decimal(repr(number)):f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _text(cell: CellValue) -> str:
    """Return a typed cell as text: whole numbers without decimals, dates as ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else _fraction(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
