"""Rows and events of actions in the app database, for those who read and those who write them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from data_access.errors import MeanwhileChange
from data_access.schema import action, action_event
from data_access.store import Store
from insights.actions.identity import IDENTITY

SCORING = "scoring"
"""Stands for a run in place of a person in the events."""

CALENDAR = "calendar"
"""Stands for a day that has come, which wakes a snoozed action."""

DAYS = ("due_on", "snoozed_until", "planned_week")
MOMENTS = ("created_at", "refreshed_at", "ended_at")
COUNTS = ("milestone", "model_id", "value_usd_e4")
TEXTS = ("tenant_id", "workload", "partner_id", "owner", "status_reason", "outcome", "playbook")

NUMBERED = 500
"""Actions named one by one in a statement."""

Teller = tuple[str, str, int]
"""who, event, version after it"""


def rows_of(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> pd.DataFrame:
    """Return actions as stored: days as datetime64, moments in UTC, counts as Int64."""
    rows = pd.read_sql(select(action).where(*conditions), connection)
    typed: dict[str, pd.Series] = {
        **{name: pd.to_datetime(rows[name]) for name in DAYS},
        **{name: pd.to_datetime(rows[name], utc=True) for name in MOMENTS},
        **{name: rows[name].astype("Int64") for name in COUNTS},
        **{name: rows[name].astype("str") for name in TEXTS},
    }
    return rows.assign(
        **typed,
        probability=rows["probability"].astype("float64"),
        is_example=rows["is_example"].astype("bool"),
    )


def stored_row(connection: Connection, action_id: str) -> dict[str, Any] | None:
    """Return one action's values by name; until the transaction's end nobody else changes it."""
    found = connection.execute(
        select(action).where(action.c.action_id == action_id).with_for_update()
    ).one_or_none()
    return None if found is None else dict(found._mapping)


def write_values(connection: Connection, action_id: str, values: Mapping[str, Any]) -> None:
    """Write values of one action."""
    connection.execute(update(action).where(action.c.action_id == action_id).values(**values))


def action_id_of(row: Mapping[str, Any]) -> str:
    """Return the id of an identity's round: the same again for a replay, opaque for links."""
    identity = json.dumps([row[name] for name in (*IDENTITY, "round")], default=int)
    return hashlib.blake2s(identity.encode(), digest_size=16).hexdigest()


def new_action(now: datetime) -> dict[str, Any]:
    """Return the values with which every action begins."""
    return {
        "status": "open",
        "version": 1,
        "owner": "",
        "due_on": None,
        "snoozed_until": None,
        "status_reason": "",
        "outcome": "",
        "steps_done": "[]",
        "planned_week": None,
        "created_at": now,
        "refreshed_at": now,
        "ended_at": None,
        "run_id": 0,
    }


def by_hand(connection: Connection) -> dict[str, frozenset[str]]:
    """Return the fields that people set, by action; with "note" where they only wrote one."""
    events = select(action_event.c.action_id, action_event.c.changes).where(
        action_event.c.who.not_in([SCORING, CALENDAR])
    )
    fields: dict[str, set[str]] = {}
    for action_id, changes in connection.execute(events):
        fields.setdefault(str(action_id), {"note"}).update(json.loads(changes))
    return {action_id: frozenset(names) for action_id, names in fields.items()}


def event_row(
    action_id: str,
    teller: Teller,
    changes: Mapping[str, list[Any]],
    *,
    now: datetime,
    note: str = "",
) -> dict[str, Any]:
    """Return an event as it is stored; `changes` has the old and the new value by field."""
    who, event, version = teller
    return {
        "action_id": action_id,
        "happened_at": now,
        "who": who,
        "event": event,
        "changes": json.dumps(changes, sort_keys=True),
        "note": note,
        "version": version,
    }


def add_event(
    connection: Connection,
    action_id: str,
    teller: Teller,
    changes: Mapping[str, list[Any]],
    *,
    now: datetime,
    note: str = "",
) -> None:
    """Add one event of an action."""
    values = event_row(action_id, teller, changes, now=now, note=note)
    connection.execute(insert(action_event).values(values))


def plain_value(value: Any) -> Any:  # noqa: ANN401 - a field's own type
    """Return a value of a frame as it is stored; days as dates, missing ones as None."""
    if not isinstance(value, str) and pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date() if value.tzinfo is None else value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def json_value(value: Any) -> Any:  # noqa: ANN401 - a field's own type
    """Return a value as JSON can hold it: days and moments as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def utc(moment: datetime) -> datetime:
    """Return a stored moment in UTC; SQLite keeps none of the time zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def meanwhile(connection: Connection, action_id: str, version: int) -> tuple[MeanwhileChange, ...]:
    """Return what changed in an action after a version, oldest first."""
    after = (
        select(action_event)
        .where(action_event.c.action_id == action_id, action_event.c.version > version)
        .order_by(action_event.c.event_id)
    )
    return tuple(
        MeanwhileChange(row.who, utc(row.happened_at), _pairs(row.changes))
        for row in connection.execute(after)
        if row.changes != "{}"
    )


def _pairs(changes: str) -> dict[str, tuple[Any, Any]]:
    return {name: (old, new) for name, (old, new) in json.loads(changes).items()}


def wake_snoozed(store: Store, now: datetime) -> int:
    """Return to open what is snoozed until today (UTC) or earlier, and return how many did.

    Nothing is written where none is due, so that reading stays reading.
    """
    with store.app_read() as connection:
        if not connection.scalar(select(exists().where(*_due_back(now.date())))):
            return 0
    with store.app_write() as connection:
        return wake(connection, now)


def wake(connection: Connection, now: datetime) -> int:
    """Do what `wake_snoozed` does, inside a transaction."""
    names = ("action_id", "version", "snoozed_until", "status_reason")
    columns = [action.c[name] for name in names]
    due = select(*columns).where(*_due_back(now.date())).with_for_update()
    found = connection.execute(due).all()
    for action_id, version, until, reason in found:
        values = {"status": "open", "snoozed_until": None, "status_reason": ""}
        write_values(connection, action_id, {**values, "version": version + 1})
        changes = {
            "status": ["snoozed", "open"],
            "snoozed_until": [json_value(until), None],
            "status_reason": [reason, ""],
        }
        add_event(connection, action_id, (CALENDAR, "woken", version + 1), changes, now=now)
    return len(found)


def _due_back(today: date) -> tuple[ColumnElement[bool], ...]:
    return action.c.status == "snoozed", action.c.snoozed_until <= today
