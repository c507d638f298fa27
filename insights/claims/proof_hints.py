"""What the text of a proof seems to hold: hints for people, never a decision.

Texts come from PDF or Word files, where words are torn apart and lines break anywhere, so a thing
that is not found may well be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from insights.claims.draft import ClaimDraft
from insights.claims.validate import valid_until
from insights.workloads import WORKLOADS, workload_key

MOST_DAYS = 2_000
"""Dates of a text that are looked at."""

_SHORTEST_TORN = 5
"""Letters from which a workload's spelling is found with gaps in it too."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY_NAME_YEAR = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[ .\-]{{1,3}}{_NAME}[ .,\-]{{1,3}}(\d{{4}})\b"
)
_NAME_DAY_YEAR = re.compile(rf"\b{_NAME} (\d{{1,2}})(?:st|nd|rd|th)?[ ,]{{1,3}}(\d{{4}})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})\b")


@dataclass(frozen=True, slots=True)
class Hint:
    """Whether one thing was found in the text: its code, what it is, and the workload's code."""

    code: str
    subject: str
    is_found: bool
    workload: str = ""

    @property
    def words(self) -> str:
        """Return the hint with its symbol."""
        return f"{'✓' if self.is_found else '○'} {self.subject}: " + (
            "found in the text" if self.is_found else "not found in the text"
        )


def proof_hints(
    text: str, draft: ClaimDraft, *, today: date, months: int, names: dict[str, str]
) -> tuple[Hint, ...]:
    """Return what of a draft was found in the text of its proof.

    `months` is how old a signature may be; `names` gives the names of workloads by code. What is
    not answered in the draft yet is not looked for.
    """
    tidy = draft.trimmed()
    folded = " ".join(text.casefold().split())
    hints = []
    if tidy.tenant_id:
        wanted = workload_key(tidy.tenant_id)
        hints.append(Hint("tenant", "Tenant id", wanted in workload_key(text)))
    if tidy.domain:
        pattern = rf"(?<![a-z0-9-]){re.escape(tidy.domain)}(?![a-z0-9-])"
        hints.append(Hint("domain", "Customer domain", re.search(pattern, folded) is not None))
    is_recent = any(day <= today <= valid_until(day, months) for day in dates_in(folded))
    hints.append(Hint("dates", f"A date of the last {months} months", is_recent))
    for code in tidy.workloads:
        is_named = _names_workload(folded, code, names.get(code, code))
        hints.append(Hint("workload", names.get(code, code), is_named, code))
    return tuple(hints)


def _names_workload(folded: str, code: str, name: str) -> bool:
    known = next((each for each in WORKLOADS if each.code == code), None)
    spellings = (name, code, *((known.name, *known.aliases) if known else ()))
    return any(_is_in(spelling, folded) for spelling in spellings)


def _is_in(spelling: str, folded: str) -> bool:
    """Return whether a text holds a spelling as words of its own.

    Long ones may be torn apart by blanks and punctuation, as the text of a PDF often is.
    """
    key = workload_key(spelling)
    is_long = len(key) >= _SHORTEST_TORN
    inside = "[^a-z0-9]{0,2}".join(key) if is_long else re.escape(spelling.casefold())
    return bool(key) and re.search(rf"(?<![a-z0-9]){inside}(?![a-z0-9])", folded) is not None


def dates_in(folded: str) -> Iterator[date]:
    """Yield the dates that a lower-case text may mean; both readings where day and month do."""
    for count, found in enumerate(_dates(folded)):
        if count >= MOST_DAYS:
            return
        yield found


def _dates(folded: str) -> Iterator[date]:
    readings: tuple[tuple[re.Pattern[str], Callable[..., Iterator[date]]], ...] = (
        (_ISO, lambda year, month, day: _day(year, month, day)),
        (_DAY_NAME_YEAR, lambda day, name, year: _day(year, _month(name), day)),
        (_NAME_DAY_YEAR, lambda name, day, year: _day(year, _month(name), day)),
        (_NUMBERS, lambda one, other, year: _day(year, one, other)),
        (_NUMBERS, lambda one, other, year: _day(year, other, one)),
    )
    for pattern, read in readings:
        for match in pattern.finditer(folded):
            yield from read(*match.groups())


def _month(name: str) -> str:
    return str(_MONTHS.index(name) + 1)


def _day(year: str, month: str, day: str) -> Iterator[date]:
    """Yield the day, nothing where the calendar has none or it is far from any proof's."""
    if not 2000 <= int(year) <= 2100:
        return
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:
        return
