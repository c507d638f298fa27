"""What happened to an action, in words: who changed what from which value to which."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from insights.actions.kinds import (
    CLOSINGS,
    DISMISS_REASONS_BY_CODE,
    OUTCOMES_BY_CODE,
    STATUSES_BY_CODE,
    URGENCIES,
)
from insights.actions.life import FIELDS
from insights.money import usd
from insights.views.recommended_actions import day_text
from insights.views.table import Column

COLUMNS = (
    Column("happened_at", "When", "moment", help="UTC", is_pinned=True),
    Column("who_name", "Who", width=140),
    Column("changed", "What", is_wide=True),
    Column("note", "Note", is_wide=True),
)

TELLERS: dict[str, str] = {"scoring": "Scoring", "calendar": "Calendar"}
"""Who stands in events that no person made."""

NOTHING = "none"
"""Stands for a value that is not there."""


def history_rows(
    events: pd.DataFrame, people: Mapping[str, str], steps: Mapping[str, str]
) -> pd.DataFrame:
    """Return the events of an action, the newest first, with who_name and changed (words).

    `events` has happened_at, who, event, changes (JSON: field -> [old, new]), note and version;
    `people` names persons by e-mail, `steps` the playbook's steps by code.
    """
    newest = events.iloc[::-1].reset_index(drop=True)
    changed = [
        changed_text(str(event), str(changes), people=people, steps=steps)
        for event, changes in zip(newest["event"], newest["changes"], strict=True)
    ]
    return newest.assign(
        who_name=newest["who"].map(lambda who: _who(who, people)).astype("str"),
        changed=pd.Series(changed, index=newest.index, dtype="str"),
    )


def changed_text(
    event: str, changes: str, *, people: Mapping[str, str], steps: Mapping[str, str]
) -> str:
    """Return what one event changed, e.g. "Owner: nobody → Bo Berg; due date: none → 4 Dec"."""
    values: dict[str, list[Any]] = json.loads(changes)
    parts = [_part(name, pair, people=people, steps=steps) for name, pair in values.items()]
    words = "; ".join(part for part in parts if part)
    if not words:
        return event.replace("_", " ").capitalize()
    return words[0].upper() + words[1:]


def changed_since(rows: pd.DataFrame, version: int) -> tuple[str, ...]:
    """Return what was changed after a version, oldest first, one sentence per event.

    `rows` as `history_rows`.
    """
    later = rows[(rows["version"] > version)].iloc[::-1]
    return tuple(
        f"{who}, {moment:%H:%M} UTC on {day_text(moment)}: {changed}"
        for who, moment, changed in zip(
            later["who_name"], later["happened_at"], later["changed"], strict=True
        )
    )


def notes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the events that carry a note, as `history_rows`."""
    return rows[rows["note"] != ""].reset_index(drop=True)


def value_words(name: str, value: Any, people: Mapping[str, str]) -> str:  # noqa: ANN401
    """Return one value of an action's field as people read it."""
    if value is None or value == "":
        return "nobody" if name == "owner" else NOTHING
    if name == "owner":
        return people.get(value, value)
    form = _FORMS.get(name)
    return str(value) if form is None else form(value)


def _who(who: str, people: Mapping[str, str]) -> str:
    return TELLERS.get(who) or people.get(who, who)


def _part(
    name: str, change: Sequence[Any], *, people: Mapping[str, str], steps: Mapping[str, str]
) -> str:
    """Return one changed field; a field that only follows from another one is left out."""
    old, new = change
    if name == "steps_done":
        return _steps(old, new, steps)
    if name not in FIELDS and name not in _FORMS:
        return ""
    label = FIELDS.get(name, name.replace("_", " ").removesuffix(" usd e4"))
    before, after = (value_words(name, value, people) for value in (old, new))
    if old is None or (old == "" and name != "owner"):
        return f"{label} {after}"
    return f"{label} {before} → {after}"


def _steps(old: Any, new: Any, steps: Mapping[str, str]) -> str:  # noqa: ANN401 - JSON or a list
    before, after = (
        json.loads(each) if isinstance(each, str) else each or [] for each in (old, new)
    )
    done = [f"step done: {steps.get(code, code)}" for code in after if code not in before]
    undone = [f"step not done: {steps.get(code, code)}" for code in before if code not in after]
    return "; ".join([*done, *undone])


def _reason(code: str) -> str:
    if code in DISMISS_REASONS_BY_CODE:
        return DISMISS_REASONS_BY_CODE[code].label
    return CLOSINGS.get(code, code)


def _day(value: str) -> str:
    return day_text(pd.Timestamp(value))


_FORMS: dict[str, Callable[[Any], str]] = {
    "status": lambda code: STATUSES_BY_CODE[code].label.lower(),
    "status_reason": _reason,
    "outcome": lambda code: OUTCOMES_BY_CODE[code].label,
    "due_on": _day,
    "snoozed_until": _day,
    "planned_week": _day,
    "effort_minutes": lambda minutes: f"{minutes} min",
    "probability": lambda chance: f"{chance:.0%}",
    "value_usd_e4": usd,
    "expected_usd_e4": usd,
    "urgency": lambda urgency: URGENCIES[urgency],
}
"""How each field's values are written; other fields of an event are internal."""
