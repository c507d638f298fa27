"""The numbers of an action as words, by the field names that its sentences use.

An action carries its numbers in `facts` (JSON); a number that is missing is a field that is
missing, and a sentence that needs it is not told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from insights.months import month_label


def facts_of(action: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers of an action by name, whether they are given as JSON or already read."""
    facts = action.get("facts") or {}
    return dict(json.loads(facts)) if isinstance(facts, str) else dict(facts)


def told_fields(action: Mapping[str, Any]) -> dict[str, str]:
    """Return every known field of an action as text.

    Reads workload, workload_name, milestone, and `facts`.
    """
    values = {**facts_of(action), "milestone": action.get("milestone")}
    values["workload"] = action.get("workload_name") or action.get("workload")
    if _is_known(values.get("users")) and _is_known(values.get("units")) and values["units"]:
        values["usage"] = values["users"] / values["units"]
    return {
        name: form(values[name])
        for name, form in _FORMS.items()
        if name in values and _is_known(values[name])
    }


def fill(template: str, fields: Mapping[str, str]) -> str | None:
    """Return a sentence with its fields filled in, None where one of them is not known."""
    try:
        return template.format_map(fields)
    except KeyError:
        return None


def _is_known(value: object) -> bool:
    return value is not None and value != "" and value == value  # NaN is not itself


def _count(value: float) -> str:
    return f"{int(value):,}"


def _users(value: float) -> str:
    return f"{int(value):,} more user{'' if int(value) == 1 else 's'}"


def _pace(value: float) -> str:
    users = round(value)
    if not users:
        return "no more users"
    return f"{users:+,} user{'' if abs(users) == 1 else 's'}"


def _points(value: float) -> str:
    return f"{value:.1f} points"


def _day(value: str) -> str:
    """Return a day as people read it, e.g. "4 Dec 2026", on every operating system."""
    day = date.fromisoformat(value)
    return f"{day.day} {day:%b %Y}"


def _month(value: float) -> str:
    return month_label(int(value))


def _age(value: float) -> str:
    return "less than a month" if value < 1 else f"{int(value)} month{'' if value == 1 else 's'}"


def _names(value: list[str]) -> str:
    return ", ".join(value)


_FORMS: dict[str, Callable[[Any], str]] = {
    "text": str,
    "workload": str,
    "workloads": _names,
    "milestone": lambda value: f"{int(value)}%",
    "users_needed": _users,
    "users": _count,
    "units": _count,
    "usage": lambda value: f"{value:.1%}",
    "month": _month,
    "pace": _pace,
    "eta": _month,
    "seat_points": _points,
    "reached": _month,
    "submit_by": _day,
    "was_due": _day,
    "passes_in": _month,
    "claim_id": str,
    "claim_status": str,
    "started": _day,
    "clock": str,
    "clock_due": _day,
    "signed": _day,
    "age": _age,
    "valid_until": _day,
    "rival_signed": _day,
    "finding": str,
    "finding_why": str,
    "next_milestone": lambda value: f"{int(value)}%",
    "lapsed": lambda _: "what listed it no longer holds",
}
"""How each field is written."""
