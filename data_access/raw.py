"""One table as it stands in a file: its header, its texts, and the rows that do not fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from data_access.parsing.columns import Codes, TextColumn


@dataclass(frozen=True, slots=True)
class MalformedRow:
    """A row with more or fewer cells than the header."""

    row: int
    cells: tuple[str, ...]

    def by_header(self, header: Sequence[str]) -> dict[str, str]:
        """Return the cells by header name; surplus cells get names of their own."""
        names = [
            *column_names(header),
            *(f"surplus {number}" for number in range(1, len(self.cells) - len(header) + 1)),
        ]
        padded = [*self.cells, *[""] * (len(names) - len(self.cells))]
        return dict(zip(names, padded, strict=True))


@dataclass(frozen=True)
class RawTable:
    """One table of a file as texts.

    `row_numbers` gives for each position in the columns the row of the file (1 is the first
    after the header); empty rows are left out. `delimiter` is "" for a workbook's sheet.
    """

    file: str
    header: tuple[str, ...]
    columns: tuple[TextColumn, ...]
    row_numbers: Codes
    content_hash: str
    delimiter: str
    malformed: tuple[MalformedRow, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def rows_read(self) -> int:
        """Return the number of rows that are not empty, malformed ones included."""
        return len(self.row_numbers) + len(self.malformed)

    def rows_as_json(self, positions: Codes) -> list[str]:
        """Return each of these rows as JSON by header, with the texts as they stand in the file."""
        names = (json.dumps(name, ensure_ascii=False) for name in column_names(self.header))
        template = ", ".join(f"{name.replace('%', '%%')}: %s" for name in names)
        escaped = []
        for column in self.columns:
            codes, place = np.unique(column.codes[positions], return_inverse=True)
            texts = np.empty(len(codes), dtype=object)
            texts[:] = [json.dumps(column.values[code], ensure_ascii=False) for code in codes]
            escaped.append(texts[place])
        return [f"{{{template}}}" % cells for cells in zip(*escaped, strict=True)]


def column_names(header: Sequence[str]) -> list[str]:
    """Return the header with a name for each unnamed column."""
    return [name or f"column {number}" for number, name in enumerate(header, start=1)]
