"""Any table of a page as a CSV or Excel file that says what it shows and runs no formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from insights.exports.cells import FORMATS, cell_rows, cell_values
from insights.views.table import Column

_FORMULA = "=+\\-@|\uff1d\uff0b\uff0d\uff20"
_UNSEEN = "\\s\\x00-\\x20\\x7f-\\xa0\\xad\ufeff\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3000"
_FORMULA_START = re.compile(rf"[\t\r\n]|[{_UNSEEN}]*[{_FORMULA}]")
_FORMULA_AFTER = re.compile(rf"([;\t\r\n])(?=[{_UNSEEN}\"]*[{_FORMULA}])")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*%?")
SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
"""Settings of a workbook in which text stays text."""

_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an export says about itself: filters, as-of date, definitions, author, time."""

    title: str
    as_of: str
    filters: tuple[tuple[str, str], ...]
    author: str
    written_at: datetime
    source: str

    def lines(self, columns: Sequence[Column]) -> list[tuple[str, str]]:
        """Return label and text of every line, with the definitions of the columns shown."""
        return [
            ("Table", self.title),
            ("As of", self.as_of),
            *self.filters,
            ("Source", self.source),
            ("Written", f"{self.written_at:%Y-%m-%d %H:%M} by {self.author}"),
            *((column.label, column.help) for column in columns if column.help),
        ]


def safe_text(text: str) -> str:
    """Return text that no spreadsheet runs as a formula when it reads it from a CSV file.

    An apostrophe is put before what begins with a sign of a formula, also behind blanks and
    letters that cannot be seen or in its full-width form, and before such a sign behind a
    semicolon, tab or line break, which end a cell where another separator is usual. Plain numbers
    stay as they are.
    """
    inner = _FORMULA_AFTER.sub(r"\1'", text)
    if _FORMULA_START.match(inner) and not _NUMBER.fullmatch(inner):
        return f"'{inner}"
    return inner


def safe_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `safe_text` in place of every text, for a CSV file."""
    texts = rows.select_dtypes(["string", "object"])
    safe = texts.map(lambda told: safe_text(told) if isinstance(told, str) else told)
    return pd.concat([rows.drop(columns=texts.columns), safe], axis="columns")[list(rows.columns)]


def printable(text: str) -> str:
    """Return text without control characters, which no Office file may hold in its properties."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def sheet_name(title: str, taken: set[str]) -> str:
    """Return a name for a sheet that Excel takes and no other sheet has; notes it in `taken`."""
    name = _SHEET_NAME.sub(" ", printable(title))[:31].strip("' ") or "Page"
    number = 2
    while name.lower() in taken or name.lower() == "history":
        name = f"{name[:27].rstrip()} {number}"
        number += 1
    taken.add(name.lower())
    return name


def csv_file(rows: pd.DataFrame, columns: Sequence[Column], stamp: Stamp) -> bytes:
    """Return the columns as CSV in UTF-8 with a byte order mark, so that Excel reads it.

    The first line is the header; the stamp follows the rows after an empty line, each line
    beginning with "#". Shares are numbers from 0 to 1, months YYYY-MM-DD, undefined is empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_text(column.label) for column in columns])
    writer.writerows([_csv_cell(value) for value in row] for row in cell_rows(rows, columns))
    text.write("\r\n")
    lines = [(safe_text(label), safe_text(line)) for label, line in stamp.lines(columns)]
    writer.writerows([f"# {label}", line] for label, line in lines)
    return text.getvalue().encode("utf-8-sig")


def excel_file(rows: pd.DataFrame, columns: Sequence[Column], stamp: Stamp) -> bytes:
    """Return the columns as an Excel workbook: the table, and a sheet that says what it is."""
    import xlsxwriter

    output = io.BytesIO()
    with xlsxwriter.Workbook(output, SAFE) as book:
        book.set_properties(
            {
                "title": printable(stamp.title),
                "author": printable(stamp.author),
                "created": stamp.written_at,
            }
        )
        _write_table(book, rows, columns, title=stamp.title)
        _write_stamp(book, stamp.lines(columns))
    return output.getvalue()


def _csv_cell(value: object) -> object:
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def _write_table(book: Any, rows: pd.DataFrame, columns: Sequence[Column], *, title: str) -> None:  # noqa: ANN401
    sheet = book.add_worksheet(sheet_name(title, {"about"}))
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column.label, heading)
        form = book.add_format({"num_format": FORMATS.get(column.kind, "General")})
        values = cell_values(rows[column.name], column)
        for row, value in enumerate(values, start=1):
            write_cell(sheet, row, position, value=value, form=form)
        sheet.set_column(position, position, _width(column, values))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), max(len(columns) - 1, 0))


def write_cell(sheet: Any, row: int, position: int, *, value: object, form: object) -> None:  # noqa: ANN401
    """Write a value into a cell of a sheet as what it is: text stays text."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, position, value, form)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, position, value, form)
    elif isinstance(value, date):
        moment = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        sheet.write_datetime(row, position, moment, form)
    else:
        sheet.write_string(row, position, str(value), form)


def _width(column: Column, values: Sequence[object]) -> int:
    longest = max((len(str(value)) for value in values[:200] if column.kind == "text"), default=0)
    return min(max(12, len(column.label) + 2, longest + 2), 48)


def _write_stamp(book: Any, lines: Sequence[tuple[str, str]]) -> None:  # noqa: ANN401
    sheet = book.add_worksheet("About")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, wrapped)
