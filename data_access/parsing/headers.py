"""Header rows: names without invisible marks, compared without case, spaces and punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data_access.errors import RefusedFileError
from data_access.parsing.columns import clean_text

NO_TABLE = (
    "Bring in a Partner Center download as CSV, TSV or .xlsx, with its header in the first row."
)

_MOJIBAKE_BOM = "ï»¿"


def header_key(name: str) -> str:
    """Return the spelling-free form of a header name: letters and digits, folded."""
    return re.sub(r"[\W_]+", "", name.casefold())


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return header cells as names: without invisible marks, trimmed."""
    return tuple(clean_text(cell.removeprefix(_MOJIBAKE_BOM)) for cell in cells)


def checked_header(name: str, header: tuple[str, ...], *, max_columns: int) -> None:
    """Raise RefusedFileError for a header that is none: too long, no names, or names twice."""
    if len(header) > max_columns:
        raise RefusedFileError(
            name,
            f"has {len(header):,} columns; at most {max_columns} are read",
            "Leave columns out when downloading it.",
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
            f"has columns of the same name: {', '.join(dict.fromkeys(twice))}",
            "Remove or rename all but one of each.",
        )
