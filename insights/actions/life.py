"""The life of an action: what a person may change, and what follows from a change of status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from insights.actions.kinds import (
    DISMISS_REASONS_BY_CODE,
    LIVE,
    OUTCOMES_BY_CODE,
    STATUSES_BY_CODE,
)

FIELDS: dict[str, str] = {
    "status": "status",
    "status_reason": "reason",
    "outcome": "outcome",
    "snoozed_until": "snoozed until",
    "owner": "owner",
    "due_on": "due date",
    "planned_week": "planned week",
    "playbook": "playbook",
    "steps_done": "steps",
    "effort_minutes": "effort",
}
"""What a person may change, and how messages call it. A scoring overwrites none of these."""

LONGEST_TEXT = 2_000
"""Letters of a reason or note."""

LONGEST_SNOOZE = timedelta(days=366)
MOST_MINUTES = 10_000
"""Minutes of effort; more than a month of work is a slip of the keyboard."""

_BLANK: dict[str, Any] = {
    "status_reason": "",
    "outcome": "",
    "snoozed_until": None,
    "ended_at": None,
}


def settled(before: Mapping[str, Any], changes: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the values that a change leads to: its own, and what follows from another status.

    An opened action has no reason, outcome or day of return; an ended one has its moment. Days
    given as text become dates; steps become JSON. Only values that differ are returned.
    """
    values = {name: _plain(name, value) for name, value in changes.items()}
    if "status" in values and values["status"] != before["status"]:
        values = {**_BLANK, **values}
        if values["status"] not in LIVE:
            values["ended_at"] = now
    return {name: value for name, value in values.items() if value != before[name]}


def change_fault(before: Mapping[str, Any], after: Mapping[str, Any], today: date) -> str:
    """Return why an action cannot become like this, "" where it can.

    `before` and `after` are all its values; only what differs is judged.
    """
    changed = {name for name in FIELDS if after[name] != before[name]}
    faults = (_status_fault(before, after, today), _owner_fault(after), _effort_fault(after))
    judged = zip(({"status", *_STATUS_FIELDS}, {"owner"}, {"effort_minutes"}), faults, strict=True)
    for names, fault in judged:
        if fault and names & changed:
            return fault
    if len(after["status_reason"]) > LONGEST_TEXT:
        return f"The reason is too long; {LONGEST_TEXT:,} letters is the most."
    return ""


def unknown_fields(changes: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names in a change that are nothing a person may change."""
    return tuple(name for name in changes if name not in FIELDS)


_STATUS_FIELDS = ("status_reason", "outcome", "snoozed_until")


def _status_fault(before: Mapping[str, Any], after: Mapping[str, Any], today: date) -> str:
    status = after["status"]
    if status not in STATUSES_BY_CODE or (status == "closed" and before["status"] != "closed"):
        return f"{status!r} is no status that a person can set."
    if status == "snoozed":
        return _snooze_fault(after, today)
    if status == "dismissed" and after["status_reason"] not in DISMISS_REASONS_BY_CODE:
        return "Dismissing needs a reason of the list."
    if status == "done" and after["outcome"] not in OUTCOMES_BY_CODE:
        return "Done needs an outcome of the list."
    return ""


def _snooze_fault(after: Mapping[str, Any], today: date) -> str:
    until = after["snoozed_until"]
    if until is None or not today < until <= today + LONGEST_SNOOZE:
        return "Snoozing needs a day from tomorrow on, within a year."
    return "" if after["status_reason"].strip() else "Snoozing needs a reason."


def _owner_fault(after: Mapping[str, Any]) -> str:
    is_blank = not after["owner"] or after["owner"] == after["owner"].strip()
    return "" if is_blank else "The owner is an e-mail address without spaces around it."


def _effort_fault(after: Mapping[str, Any]) -> str:
    is_right = 0 <= after["effort_minutes"] <= MOST_MINUTES
    return "" if is_right else f"The effort is 0 to {MOST_MINUTES:,} minutes."


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - a field's own type
    """Return a value as it is stored."""
    if name == "steps_done" and not isinstance(value, str):
        return json.dumps(list(dict.fromkeys(value)))
    if isinstance(value, datetime):
        return value.date()
    if name in ("due_on", "snoozed_until", "planned_week") and isinstance(value, str):
        return date.fromisoformat(value)
    return value
