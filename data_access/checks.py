"""The rows of one table while they are checked: values by column, and every finding kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
import pandas as pd

from data_access.parsing.columns import (
    MISSING,
    Cell,
    Coded,
    Codes,
    Mask,
    TextColumn,
    clean_text,
    compact,
    nothing,
    optional_text,
)
from data_access.parsing.dates import read_dates, read_months
from data_access.parsing.numbers import read_counts, read_money
from data_access.problems import PROBLEMS, REPAIRS, Fault, fault
from data_access.raw import RawTable
from data_access.targets import NOT_TOLD
from data_access.types import Repair

Value = TypeVar("Value")

_PIECE = 100_000


@dataclass(frozen=True)
class ImportOptions:
    """What a file cannot tell about itself: the tenant of a Graph report, and today's date."""

    today: date
    tenant_id: str | None = None


@dataclass(frozen=True)
class _Finding:
    """One kind of finding in one column: the rows' positions and each one's fault."""

    rows: Codes
    column: str
    which: Codes
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Mend:
    """One kind of repair in one column."""

    rows: Codes
    column: str
    code: str
    example: str


class Checks:
    """Values of a table by our column names; marks rows bad, flagged or repaired on the way."""

    def __init__(self, raw: RawTable, places: Mapping[str, int], options: ImportOptions) -> None:
        self.raw = raw
        self.options = options
        self.rows = len(raw.row_numbers)
        self.bad: Mask = np.zeros(self.rows, dtype=bool)
        self._places = dict(places)
        self._findings: list[_Finding] = []
        self._mends: list[_Mend] = []

    @property
    def good(self) -> Codes:
        """Return the positions of the rows that nothing is wrong with so far."""
        return np.flatnonzero(~self.bad)

    def has(self, column: str) -> bool:
        """Return whether the file has this column."""
        return column in self._places

    def header(self, column: str) -> str:
        """Return the file's own name of one of our columns."""
        return self.raw.header[self._places[column]] if self.has(column) else column

    def source_column(self, column: str) -> TextColumn:
        """Return a column's texts; raises KeyError where the file does not have it."""
        return self.raw.columns[self._places[column]]

    # --- reading ---------------------------------------------------------------------------

    def key(self, column: str, reader: Callable[[str], Cell[Value]]) -> Coded[Value]:
        """Return a column that every row needs, each distinct text read by `reader`."""
        return self._required(column, [reader(text) for text in self.source_column(column).values])

    def key_text(self, column: str) -> Coded[str]:
        """Return the texts of a column that every row needs."""
        return self.key(column, lambda text: Cell(clean_text(text) or None))

    def texts(self, column: str, reader: Callable[[str], str | None] = optional_text) -> Coded[str]:
        """Return the texts of an optional column; nothing told where the file lacks it."""
        if not self.has(column):
            return nothing(self.rows)
        found = self.source_column(column)
        return compact([reader(text) for text in found.values], found.codes)

    def optional(self, column: str, reader: Callable[[str], Cell[Value]]) -> Coded[Value]:
        """Return a column that may be absent or empty, but not wrong."""
        if not self.has(column):
            return Coded(nothing(self.rows).codes, ())
        return self._read(column, [reader(text) for text in self.source_column(column).values])

    def months(self, column: str, *, earliest: int, within: bool = False) -> Codes:
        """Return the month index of each row's key month; rows without one become bad.

        `within` says that a day within the month is how the column is meant, not a repair.
        """
        cells = read_months(
            self.source_column(column).values,
            earliest=earliest,
            latest=self.options.today.year * 12 + self.options.today.month,
        )
        if within:
            cells = [replace(cell, repair=_order_only(cell.repair)) for cell in cells]
        return _per_row(self._required(column, cells))

    def optional_months(self, column: str, *, earliest: int, latest: int) -> Codes:
        """Return the month of each row as an index, NOT_TOLD where there is none."""
        if not self.has(column):
            return np.full(self.rows, NOT_TOLD, dtype=np.int64)
        texts = [optional_text(text) or "" for text in self.source_column(column).values]
        return _per_row(self._read(column, read_months(texts, earliest=earliest, latest=latest)))

    def dates(self, column: str) -> Coded[date]:
        """Return the dates of an optional column."""
        if not self.has(column):
            return Coded(nothing(self.rows).codes, ())
        return self._read(column, read_dates(self.source_column(column).values))

    def counts(self, column: str) -> Codes:
        """Return the counts of a column, NOT_TOLD where empty or where the file lacks it."""
        if not self.has(column):
            return np.full(self.rows, NOT_TOLD, dtype=np.int64)
        cells = read_counts(self.source_column(column).values, self.raw.delimiter)
        return _per_row(self._read(column, cells))

    def optional_counts(self, column: str) -> Codes:
        """Return counts that are worth having only where readable: others are flagged, left out."""
        if not self.has(column):
            return np.full(self.rows, NOT_TOLD, dtype=np.int64)
        texts = self.source_column(column).values
        cells = read_counts([optional_text(text) or "" for text in texts], self.raw.delimiter)
        softened = [
            Cell(fault=fault("optional_number_not_read", value=text)) if cell.fault else cell
            for text, cell in zip(texts, cells, strict=True)
        ]
        return _per_row(self._read(column, softened))

    def money(self, column: str) -> Codes:
        """Return the amounts of an optional column in ten-thousandths, NOT_TOLD where empty."""
        if not self.has(column):
            return np.full(self.rows, NOT_TOLD, dtype=np.int64)
        cells = read_money(self.source_column(column).values, self.raw.delimiter)
        return _per_row(self._read(column, cells))

    def _required(self, column: str, cells: Sequence[Cell[Value]]) -> Coded[Value]:
        """Read a key column: a cell that tells nothing is a fault too."""
        missing = fault("missing_key", column=self.header(column))
        return self._read(
            column,
            [
                Cell(fault=missing) if cell.value is None and cell.fault is None else cell
                for cell in cells
            ],
        )

    def _read(self, column: str, cells: Sequence[Cell[Value]]) -> Coded[Value]:
        """Record the faults and repairs of a column's distinct texts and return its values."""
        found = self.source_column(column)
        faulty = [position for position, cell in enumerate(cells) if cell.fault]
        if faulty:
            number = np.full(len(cells), MISSING, dtype=np.int64)
            number[faulty] = np.arange(len(faulty))
            which = number[found.codes]
            rows = np.flatnonzero(which != MISSING)
            faults = tuple(cell.fault for cell in cells if cell.fault)
            self.find(rows, self.header(column), which[rows], faults)
        for code in {cell.repair for cell in cells} - {""}:
            mended = np.array([cell.repair == code for cell in cells])
            example = next(
                text for text, cell in zip(found.values, cells, strict=True) if cell.repair == code
            )
            rows = np.flatnonzero(mended[found.codes])
            self._mends.append(_Mend(rows, self.header(column), code, example))
        return compact([cell.value for cell in cells], found.codes)

    # --- findings --------------------------------------------------------------------------

    def find(self, rows: Codes, column: str, which: Codes, faults: tuple[Fault, ...]) -> None:
        """Record one finding per row: `which` gives each row's fault. Quarantine marks it bad."""
        if not len(rows):
            return
        quarantines = np.array([PROBLEMS[each.code].severity == "quarantined" for each in faults])
        self.bad[rows[quarantines[which]]] = True
        self._findings.append(_Finding(rows, column, which, faults))

    def find_one(self, rows: Codes, column: str, each: Fault) -> None:
        """Record the same finding on several rows."""
        self.find(rows, column, np.zeros(len(rows), dtype=np.int64), (each,))

    def problems(self) -> pd.DataFrame:
        """Return row, column, code, message, severity and raw_row of every finding, by row.

        Flags of quarantined rows are left out: what is not accepted needs no remark.
        """
        frames = [self._malformed()]
        for finding in self._findings:
            severities: list[str] = [PROBLEMS[each.code].severity for each in finding.faults]
            frames.append(
                pd.DataFrame(
                    {
                        "position": finding.rows,
                        "row": self.raw.row_numbers[finding.rows],
                        "column": finding.column,
                        "code": _taken([each.code for each in finding.faults], finding.which),
                        "message": _taken([each.message for each in finding.faults], finding.which),
                        "severity": _taken(severities, finding.which),
                    }
                )
            )
        found = pd.concat(frames, ignore_index=True)
        positions = found["position"].to_numpy(dtype=np.int64)
        flagged = (found["severity"] == "flagged").to_numpy()
        dropped = flagged.copy()
        dropped[flagged] = self.bad[positions[flagged]]
        found = found[~dropped].sort_values("row", kind="stable", ignore_index=True)
        return found.assign(raw_row=self._raw_rows(found)).drop(columns="position")

    def _raw_rows(self, found: pd.DataFrame) -> pd.Series:
        """Return the row of each finding as JSON; "" for flags, whose rows are accepted."""
        positions = found["position"].to_numpy(dtype=np.int64)
        wanted = (found["severity"] == "quarantined").to_numpy() & (positions != MISSING)
        malformed = iter(self.raw.malformed)
        pieces = [pd.Series([], dtype="str")]
        # in pieces, because Python's own strings take several times the room of a column's
        for start in range(0, len(found), _PIECE):
            piece = slice(start, start + _PIECE)
            texts = np.full(len(positions[piece]), "", dtype=object)
            texts[wanted[piece]] = self.raw.rows_as_json(positions[piece][wanted[piece]])
            for place in np.flatnonzero(positions[piece] == MISSING):
                cells = next(malformed).by_header(self.raw.header)
                texts[place] = json.dumps(cells, ensure_ascii=False)
            pieces.append(pd.Series(texts, dtype="str"))
        return pd.concat(pieces, ignore_index=True)

    def _malformed(self) -> pd.DataFrame:
        """Return the findings on rows that have not as many cells as the header."""
        expected = len(self.raw.header)
        malformed = self.raw.malformed
        return pd.DataFrame(
            {
                "position": np.full(len(malformed), MISSING, dtype=np.int64),
                "row": np.array([each.row for each in malformed], dtype=np.int64),
                "column": pd.array([""] * len(malformed), dtype="str"),
                "code": pd.array(["wrong_column_count"] * len(malformed), dtype="str"),
                "message": pd.array(
                    [
                        fault(
                            "wrong_column_count", actual=len(each.cells), expected=expected
                        ).message
                        for each in malformed
                    ],
                    dtype="str",
                ),
                "severity": pd.array(["quarantined"] * len(malformed), dtype="str"),
            }
        )

    def repairs(self) -> tuple[tuple[Repair, ...], int]:
        """Return the repairs of accepted rows, and how many rows have at least one."""
        touched = np.zeros(self.rows, dtype=bool)
        made = []
        for mend in self._mends:
            rows = mend.rows[~self.bad[mend.rows]]
            touched[rows] = True
            if len(rows):
                message = f"{REPAIRS[mend.code]}, e.g. “{clean_text(mend.example)}”"
                made.append(Repair(mend.column, mend.code, message, len(rows)))
        return tuple(made), int(touched.sum())


def _order_only(repair: str) -> str:
    """Return a repair unless it speaks of the day within a month."""
    return "" if repair == "not_first_of_month" else repair


def _per_row(coded: Coded[int]) -> Codes:
    """Return each row's number, NOT_TOLD where there is none."""
    return np.array([*coded.values, NOT_TOLD], dtype=np.int64)[coded.codes]


def _taken(texts: list[str], which: Codes) -> pd.Series:
    """Return one text per row."""
    return pd.Series(pd.array(texts, dtype="str").take(which))
