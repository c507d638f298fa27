"""Columns as distinct values and one code per row: what makes a million rows cheap to read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from data_access.problems import Fault

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Value = TypeVar("Value")
Held = TypeVar("Held", covariant=True)

MISSING = -1
"""The code of a row without a value."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]"
)
_NOT_TOLD = frozenset({"", "null", "n/a", "#n/a"})


@dataclass(frozen=True, slots=True)
class TextColumn:
    """One column of a file: its distinct texts as written, and per row the index into them."""

    codes: Codes
    values: tuple[str, ...]

    def text(self, row: int | np.int64) -> str:
        """Return the text of the row at this position."""
        return self.values[int(self.codes[row])]


@dataclass(frozen=True, slots=True)
class Cell(Generic[Value]):
    """What one distinct text was read as: a value, a fault, or neither (nothing told)."""

    value: Value | None = None
    fault: Fault | None = None
    repair: str = ""


@dataclass(frozen=True, slots=True)
class Coded(Generic[Held]):
    """One value per row as an index into distinct values; MISSING where there is none."""

    codes: Codes
    values: tuple[Held, ...]

    @property
    def told(self) -> Mask:
        """Return for each row whether it has a value."""
        told: Mask = self.codes != MISSING
        return told


def clean_text(text: str) -> str:
    """Return a text without invisible marks, trimmed, each run of white space as one space."""
    return " ".join(_INVISIBLE.sub("", text).split())


def optional_text(text: str) -> str | None:
    """Return the cleaned text, or None where the cell tells nothing (empty, NULL, N/A)."""
    cleaned = clean_text(text)
    return None if cleaned.casefold() in _NOT_TOLD else cleaned


def compact(per_text: Sequence[Value | None], codes: Codes) -> Coded[Value]:
    """Return the values of a column's rows, equal ones under one code, given one per text."""
    index: dict[Value, int] = {}
    recode = np.full(len(per_text) + 1, MISSING, dtype=np.int64)
    for position, value in enumerate(per_text):
        if value is not None:
            recode[position] = index.setdefault(value, len(index))
    return Coded(recode[codes], tuple(index))


def nothing(rows: int) -> Coded[str]:
    """Return a column in which no row tells anything."""
    return Coded(np.full(rows, MISSING, dtype=np.int64), ())
