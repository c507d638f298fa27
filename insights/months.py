"""Months as integers: `year * 12 + month - 1`, so that lags and spans are plain arithmetic.

Outside the store and in files a month is its first day; this module is the only translation.
"""

from __future__ import annotations

from datetime import date

FISCAL_YEAR_START = 7
"""Microsoft's fiscal year FYnn runs from 1 July (nn - 1) to 30 June nn."""


def month_index(year: int, month: int) -> int:
    """Return the index of a calendar month, e.g. 2026, 7 -> 24318."""
    return year * 12 + month - 1


def month_of(day: date) -> int:
    """Return the index of the month that contains `day`."""
    return month_index(day.year, day.month)


def first_day(index: int) -> date:
    """Return the first day of the month with this index."""
    return date(index // 12, index % 12 + 1, 1)


def month_code(index: int) -> str:
    """Return the month as YYYY-MM, the spelling of links, exports and commands."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def month_label(index: int) -> str:
    """Return the month as people read it, e.g. "Oct 2026"."""
    return f"{first_day(index):%b %Y}"


def parse_month_code(text: str) -> int | None:
    """Return the index of a YYYY-MM text, or None where it is no such month."""
    year, _, month = text.partition("-")
    if not (len(year) == 4 and year.isdigit() and len(month) == 2 and month.isdigit()):
        return None
    return month_index(int(year), int(month)) if 1 <= int(month) <= 12 else None


def fiscal_year(index: int) -> int:
    """Return the fiscal year of a month: July 2025 to June 2026 is 2026."""
    return index // 12 + (1 if index % 12 + 1 >= FISCAL_YEAR_START else 0)


def fiscal_year_start(year: int) -> int:
    """Return the index of the first month of a fiscal year."""
    return month_index(year - 1, FISCAL_YEAR_START)


def fiscal_quarter(index: int) -> int:
    """Return the fiscal quarter of a month, 1 to 4: July to September is 1."""
    return (index % 12 - (FISCAL_YEAR_START - 1)) % 12 // 3 + 1


def fiscal_quarter_start(index: int) -> int:
    """Return the index of the first month of the fiscal quarter that contains a month."""
    return index - index % 3


def fiscal_quarter_code(index: int) -> str:
    """Return the fiscal quarter of a month in short, e.g. "FY27 Q2"."""
    return f"FY{fiscal_year(index) % 100:02d} Q{fiscal_quarter(index)}"


def fiscal_quarter_label(index: int) -> str:
    """Return the fiscal quarter of a month with its months, e.g. "FY27 Q2 (Oct–Dec 2026)"."""
    first = first_day(fiscal_quarter_start(index))
    last = first_day(fiscal_quarter_start(index) + 2)
    return f"{fiscal_quarter_code(index)} ({first:%b}–{last:%b %Y})"
