"""One table of a rules file: hands out typed values and notes what is wrong, missing or unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, TypeVar

from insights.program import ALL_WORKLOADS
from insights.workloads import WORKLOADS

_T = TypeVar("_T")

MOST_USD = 1_000_000
"""The highest amount a rule may give: times the most units it still fits into 64 bits."""

KNOWN_WORKLOADS = frozenset(workload.code for workload in WORKLOADS)


class Standing(TypedDict):
    """The two things that every rule carries."""

    reference: str
    is_example: bool


@dataclass
class RuleTable:
    """A TOML table with its place in the file; `problems` is shared by all tables of a file."""

    place: str
    values: dict[str, Any]
    problems: list[str]
    asked: set[str] = field(default_factory=set)

    def fault(self, key: str, message: str) -> None:
        """Note a problem under the full name of a key, e.g. "fy23.toml: buckets[2].name: ..."."""
        separator = "" if self.place.endswith(": ") else "."
        self.problems.append(f"{self.place}{separator}{key}: {message}")

    def has(self, key: str) -> bool:
        """Return whether the key is there."""
        return key in self.values

    def _value(self, key: str, kind: type[_T], wanted: str) -> _T | None:
        self.asked.add(key)
        value = self.values.get(key)
        if value is None:
            self.fault(key, f"is missing; {wanted} is needed")
        elif not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(key, f"{value!r:.80} is not {wanted}")
        else:
            return value
        return None

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        text = self._value(key, str, "a text")
        if text is not None and not text.strip():
            self.fault(key, "is empty; a text is needed")
        return str(text or "").strip()

    def choice(self, key: str, options: tuple[str, ...]) -> str:
        """Return one of the options."""
        text = self.text(key)
        if text and text not in options:
            self.fault(key, f"{text!r} is not one of {', '.join(options)}")
        return text

    def whole(self, key: str, least: int, most: int) -> int:
        """Return a whole number between two limits, both included."""
        number = self._value(key, int, "a whole number")
        if number is not None and not least <= number <= most:
            self.fault(key, f"{number} is not between {least:,} and {most:,}")
        return least if number is None else int(number)

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is left out."""
        self.asked.add(key)
        return bool(self._value(key, bool, "true or false")) if self.has(key) else False

    def day(self, key: str) -> date | None:
        """Return a date, None where it is missing or none."""
        day = self._value(key, date, "a date like 2022-10-01")
        if isinstance(day, datetime):
            self.fault(key, "is a time of day; a date like 2022-10-01 is needed")
            return None
        return day if isinstance(day, date) else None

    def usd(self, key: str) -> int:
        """Return an amount of US dollars in ten-thousandths, exactly."""
        self.asked.add(key)
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.fault(key, f"{value!r:.80} is not an amount in US dollars")
            return 0
        if not (Decimal(value).is_finite() and 0 <= value <= MOST_USD):
            limits = f"0 or more, up to {MOST_USD:,} US dollars"
            self.fault(key, f"{str(value)[:30]} is not an amount of {limits}")
            return 0
        amount = Decimal(value) * 10_000
        if amount != int(amount):
            self.fault(key, f"{value} is not an amount of at most four decimals")
            return 0
        return int(amount)

    def workloads(self, key: str) -> tuple[str, ...]:
        """Return known workload codes, or ALL_WORKLOADS for the text "all"."""
        value = self.values.get(key)
        if value == "all":
            self.asked.add(key)
            return ALL_WORKLOADS
        listed = self._value(key, list, '"all" or a list of workload codes') or []
        codes = [code if isinstance(code, str) else repr(code) for code in listed]
        if isinstance(value, list) and not codes:
            self.fault(key, 'is empty; "all" or a list of workload codes is needed')
        unknown = [code for code in codes if code not in KNOWN_WORKLOADS]
        if unknown:
            self.fault(key, f"unknown workload {', '.join(unknown)}")
        if len(set(codes)) < len(codes):
            self.fault(key, "names a workload twice")
        return tuple(codes)

    def table(self, key: str) -> RuleTable:
        """Return the table under a key; an empty one where it is missing."""
        values = self._value(key, dict, "a table")
        separator = "" if self.place.endswith(": ") else "."
        return RuleTable(f"{self.place}{separator}{key}", values or {}, self.problems)

    def tables(self, key: str, *, is_needed: bool = True) -> list[RuleTable]:
        """Return the list of tables under a key, numbered from 1 in messages."""
        self.asked.add(key)
        if not self.has(key) and not is_needed:
            return []
        values = self._value(key, list, "a list of tables") or []
        if not all(isinstance(value, dict) for value in values):
            self.fault(key, "is not a list of tables")
            return []
        return [
            RuleTable(f"{self.place}{key}[{at}]", value, self.problems)
            for at, value in enumerate(values, start=1)
        ]

    def standing(self) -> Standing:
        """Return the reference that every value needs and whether the value is an example."""
        return {"reference": self.text("reference"), "is_example": self.flag("example")}

    def close(self) -> None:
        """Note every key that nobody asked for: a misspelt key must not be ignored."""
        for key in self.values:
            if key not in self.asked:
                self.fault(key, "is an unknown key")
