"""Dates and months as files write them; the order of day and month is decided, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from data_access.parsing.columns import Cell, clean_text, optional_text
from data_access.problems import Fault, fault
from insights.months import month_code, month_of

DayMonth = tuple[int, int, int]
"""First part, second part and year of a date whose order the text does not tell."""

_TIME = (
    r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}){_TIME})?", re.A)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.A)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})", re.A)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.A)
_MONTH_NAMED = re.compile(
    rf"(?:([a-z]+)\.?[ ,/-]*)(?:(\d{{1,2}})(?:st|nd|rd|th)?\s*,\s*)?(\d{{4}}){_TIME}", re.A | re.I
)
_DAY_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[ .-]*([a-z]+)\.?[ ,-]*(\d{{4}}){_TIME}", re.A | re.I
)
_WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.A | re.I
)
_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {
    spelling: number
    for number, name in enumerate(_NAMES, start=1)
    for spelling in (name, name[:3], *(["sept"] if name == "september" else []))
}
_NOT_GIVEN = frozenset({date(1, 1, 1), date(1900, 1, 1)})
"""What databases write where no date is known."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which comes first in a column's dates, and the repair that says why; "" where it is open."""

    first: Literal["day", "month", ""]
    repair: str = ""


def read_months(texts: Sequence[str], *, earliest: int, latest: int) -> list[Cell[int]]:
    """Return each distinct text of a column as the index of its month.

    A day within a month counts as its month. Months outside `earliest` to `latest` are faults.
    """
    order = order_of(texts, of_months=True)
    return [_month(text, order, earliest, latest) for text in texts]


def read_dates(texts: Sequence[str]) -> list[Cell[date]]:
    """Return each distinct text of a column as a date; empty texts and NULL tell nothing."""
    order = order_of(texts, of_months=False)
    return [_optional_date(text, order) for text in texts]


def order_of(texts: Sequence[str], *, of_months: bool) -> Order:
    """Return how a column writes day and month, judged by all of its distinct texts.

    A part above 12 is a day. A column of months with several values is decided where exactly
    one order makes every one of them the first day of a month.
    """
    found = {parts for text in texts if (parts := _year_last(clean_text(text)))}
    day_first = any(first > 12 for first, _, _ in found)
    month_first = any(second > 12 for _, second, _ in found)
    if day_first != month_first:
        return Order("day" if day_first else "month", "day_above_12")
    if day_first or not of_months or len(found) < 2:
        return Order("")
    firsts = all(first == 1 for first, _, _ in found), all(second == 1 for _, second, _ in found)
    if firsts[0] == firsts[1]:
        return Order("")
    return Order("day" if firsts[0] else "month", "first_of_month")


def _year_last(text: str) -> DayMonth | None:
    """Return the parts of a date such as 07/01/2024 whose order is for the column to tell."""
    match = _YEAR_LAST.fullmatch(text)
    return (int(match.group(1)), int(match.group(3)), int(match.group(4))) if match else None


def _date(text: str, order: Order, fault_code: str) -> Cell[date]:
    """Return one text as a date; a text that names only a month is its first day."""
    parts = _year_last(text)
    if parts is None:
        day = _calendar_day(*(_named_or_iso(text) or (0, 0, 0)))
        return Cell(day) if day else Cell(fault=fault(fault_code, value=text))
    first, second, year = parts
    if first == second or first > 12 or second > 12:
        day_first = first > 12
        decided = ""
    elif order.first:
        day_first = order.first == "day"
        decided = order.repair
    else:
        return Cell(fault=fault("undecidable_date", value=text))
    day = _calendar_day(year, *((second, first) if day_first else (first, second)))
    return Cell(day, repair=decided) if day else Cell(fault=fault(fault_code, value=text))


def _named_or_iso(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day of a text whose order is plain; the day is 1 where not named."""
    bare = _WEEKDAY.sub("", text)
    if match := _YEAR_FIRST.fullmatch(bare):
        return int(match.group(1)), int(match.group(3)), int(match.group(4) or 1)
    if match := _COMPACT.fullmatch(bare):
        return int(match.group(1)), int(match.group(2)), int(match.group(3) or 1)
    if match := _MONTH_YEAR.fullmatch(bare):
        return int(match.group(2)), int(match.group(1)), 1
    if match := _MONTH_NAMED.fullmatch(bare):
        return int(match.group(3)), _MONTHS.get(match.group(1).lower(), 0), int(match.group(2) or 1)
    if match := _DAY_NAMED.fullmatch(bare):
        return int(match.group(3)), _MONTHS.get(match.group(2).lower(), 0), int(match.group(1))
    return None


def _calendar_day(year: int, month: int, day: int) -> date | None:
    """Return the date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(text: str, order: Order, earliest: int, latest: int) -> Cell[int]:
    """Return one text as a month within its bounds."""
    written = clean_text(text)
    if not written:
        return Cell()
    read = _date(written, order, "not_a_month")
    if read.value is None:
        return Cell(fault=read.fault)
    month = month_of(read.value)
    outside = _outside(written, month, earliest, latest)
    if outside:
        return Cell(fault=outside)
    return Cell(month, repair=read.repair or _first_of_month(read.value))


def _first_of_month(day: date) -> str:
    """Return the repair that a date of a month column needs."""
    return "" if day.day == 1 else "not_first_of_month"


def _outside(text: str, month: int, earliest: int, latest: int) -> Fault | None:
    """Return what is wrong with a month outside its bounds, or None."""
    if month < earliest:
        return fault("month_too_early", value=text, earliest=month_code(earliest))
    if month > latest:
        return fault("month_in_future", value=text, latest=month_code(latest))
    return None


def _optional_date(text: str, order: Order) -> Cell[date]:
    """Return one text as a date that may be absent."""
    written = optional_text(text)
    if written is None:
        return Cell()
    read = _date(written, order, "not_a_date")
    return Cell() if read.value in _NOT_GIVEN else read
