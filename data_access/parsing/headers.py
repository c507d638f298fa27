"""Header rows: names without invisible marks, compared without case, spaces and punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data_access.errors import RefusedFileError
from data_access.limits import MAX_CELL_LETTERS, MAX_COLUMNS, MAX_HEADER_LETTERS
from data_access.parsing.columns import TextColumn, clean_text

NO_TABLE = (
    "Bring in a Partner Center download as CSV, TSV or .xlsx, with its header in the first row."
)

_NAMED = 5
_MOJIBAKE_BOM = "ï»¿"


def header_key(name: str) -> str:
    """Return the spelling-free form of a header name: letters and digits, folded."""
    return re.sub(r"[\W_]+", "", name.casefold())


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return header cells as names: without invisible marks, trimmed."""
    return tuple(clean_text(cell.removeprefix(_MOJIBAKE_BOM)) for cell in cells)


def checked_header(name: str, header: tuple[str, ...]) -> None:
    """Raise RefusedFileError for a header that is none: too long, no names, or names twice."""
    if len(header) > MAX_COLUMNS:
        raise RefusedFileError(
            name,
            f"has {len(header):,} columns; at most {MAX_COLUMNS} are read",
            "Leave columns out when downloading it.",
        )
    if any(len(each) > MAX_HEADER_LETTERS for each in header):
        raise RefusedFileError(
            name,
            f"has a column whose name is longer than {MAX_HEADER_LETTERS} letters",
            NO_TABLE,
        )
    if len([each for each in header if each]) < 2:
        raise RefusedFileError(name, "is not a table", NO_TABLE)
    seen: dict[str, str] = {}
    twice = []
    for each in filter(None, header):
        key = header_key(each) or each
        if key in seen:
            twice.append(each if each == seen[key] else f"{seen[key]} / {each}")
        seen.setdefault(key, each)
    if twice:
        raise RefusedFileError(
            name,
            f"has columns of the same name: {', '.join(list(dict.fromkeys(twice))[:_NAMED])}",
            "Remove or rename all but one of each.",
        )


def checked_cells(name: str, header: Sequence[str], columns: Sequence[TextColumn]) -> None:
    """Raise RefusedFileError for a cell that holds more than a spreadsheet's cell can."""
    for title, column in zip(header, columns, strict=True):
        longest = max(map(len, column.values), default=0)
        if longest > MAX_CELL_LETTERS:
            raise long_cell(name, f"column “{title}”", longest)


def long_cell(name: str, where: str, letters: int) -> RefusedFileError:
    """Return the refusal of a file with a cell that is too long."""
    return RefusedFileError(
        name,
        f"has a cell of {letters:,} letters in {where}; at most {MAX_CELL_LETTERS:,} are read",
        "Shorten it; perhaps a quotation mark is never closed.",
    )
