"""Actions as people read and change them: within their scope, and without losing an edit.

Every change names the version that it was made upon. Where somebody else has changed the action
since, nothing is written and the caller is told who changed what and when. Each change is an
event with the old and the new values. Notes are only ever added, so they need no version.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from data_access import audit
from data_access.action_rows import (
    add_event,
    json_value,
    meanwhile,
    rows_of,
    stored_row,
    wake_snoozed,
    write_values,
)
from data_access.action_scope import seen_actions
from data_access.errors import ChangedMeanwhileError, InsightsError
from data_access.hiding import MARKS
from data_access.roles import require
from data_access.schema import action, action_event, person
from data_access.store import Store
from data_access.types import Filters, Scope
from insights.actions.kinds import LIVE, STATUSES_BY_CODE
from insights.actions.life import (
    FIELDS,
    LONGEST_TEXT,
    change_fault,
    settled,
    unknown_fields,
)
from insights.actions.sentences import TOLD_OF, sentences

NOT_KNOWN = "This action is not known here, or not in your portfolio."


@dataclass(frozen=True, slots=True)
class ActionsOf:
    """Which actions beside status and owner; empty and None mean all.

    `ended_from` leaves ended ones of this day (UTC) and later, and all live ones.
    """

    tenant_id: str | None = None
    workload: str | None = None
    kinds: tuple[str, ...] = ()
    action_ids: tuple[str, ...] = ()
    ended_from: date | None = None
    filters: Filters | None = None


EVERY_ACTION = ActionsOf()


def actions(
    store: Store,
    scope: Scope,
    *,
    now: datetime,
    statuses: Collection[str] | None = None,
    owner: str | None = None,
    of: ActionsOf = EVERY_ACTION,
) -> pd.DataFrame:
    """Return actions, one row each: the most urgent first, then by expected value and chance.

    `statuses` None means the live ones; `owner` "" those of nobody, None everybody's. Columns: all
    of the table action (days as datetime64, moments in UTC, milestone, model_id and value_usd_e4
    Int64), tenant_name, workload_name, partner_name, owner_name, what, why (clauses joined by
    "; "), last_event, last_event_at, last_event_by, is_overdue. Snoozed ones whose day has come
    are woken first.
    """
    wake_snoozed(store, now)
    conditions = _conditions(LIVE if statuses is None else tuple(statuses), owner, of)
    with store.app_read(scope) as connection:
        rows = rows_of(connection, conditions)
        named = connection.execute(select(person.c.email, person.c.name))
        people = {str(email): str(name) for email, name in named}
        last = _last_events(connection, conditions)
    with store.read(scope) as connection:
        seen = seen_actions(connection, scope, rows, of.filters)
    told = seen.merge(last, on="action_id", how="left")
    return _ordered(_told(told, people, now.date()))


def action_of(store: Store, scope: Scope, action_id: str, *, now: datetime) -> pd.Series | None:
    """Return one action as a row of `actions`, None where the scope does not see it."""
    wanted = ActionsOf(action_ids=(action_id,))
    found = actions(store, scope, now=now, statuses=tuple(STATUSES_BY_CODE), of=wanted)
    return None if found.empty else found.iloc[0]


def is_overdue(rows: pd.DataFrame, today: date) -> pd.Series:
    """Return whether each live action's due day has passed; snoozed ones are not overdue."""
    is_asked = rows["status"].isin(["open", "in_progress"])
    return is_asked & (pd.to_datetime(rows["due_on"]) < pd.Timestamp(today))


def history(store: Store, scope: Scope, action_id: str) -> pd.DataFrame:
    """Return every event of an action, oldest first; none for one that the scope does not see.

    Columns: event_id, action_id, happened_at (UTC), who, event, changes (JSON: field -> [old,
    new]), note, version.
    """
    return _events(store, scope, ActionsOf(action_ids=(action_id,)))


def customer_notes(store: Store, scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return every event of a customer's actions, oldest first; columns as `history`."""
    return _events(store, scope, ActionsOf(tenant_id=tenant_id))


def change_action(  # noqa: PLR0913 - what is changed, upon what, by whom and when
    store: Store,
    scope: Scope,
    action_id: str,
    *,
    version: int,
    changes: Mapping[str, Any],
    now: datetime,
    note: str = "",
) -> int:
    """Change an action that was read as this version and return its new version.

    Keys of `changes` are those of insights.actions.life.FIELDS. Raises ChangedMeanwhileError
    where somebody changed it since, InsightsError where it is not seen or a value is not allowed;
    then nothing is changed. A change that changes nothing keeps the version.
    """
    require(scope, "work")
    _check_texts(changes, note)
    _check_seen(store, scope, action_id)
    with store.app_write() as connection:
        before = stored_row(connection, action_id)
        if before is None:
            raise InsightsError(NOT_KNOWN)
        if before["version"] != version:
            raise ChangedMeanwhileError(meanwhile(connection, action_id, version), FIELDS)
        values = settled(before, changes, now)
        fault = change_fault(before, {**before, **values}, now.date())
        if fault:
            raise InsightsError(fault, "Nothing was changed.")
        _check_round(connection, before, values)
        after = version + bool(values)
        write_values(connection, action_id, {**values, "version": after})
        if values or note:
            told = {name: [json_value(before[name]), json_value(values[name])] for name in values}
            what = _event_name(before, values)
            add_event(connection, action_id, (scope.who, what, after), told, now=now, note=note)
            note_action(connection, scope, before, what=what, changes=told, now=now)
    return after


def add_note(store: Store, scope: Scope, action_id: str, note: str, *, now: datetime) -> None:
    """Add a note to an action; its version stays, because a note overwrites nothing.

    The newest note once more by the same person is not added: it was saved when the connection
    was lost, or the button was pressed twice.
    """
    require(scope, "work")
    if not note.strip():
        raise InsightsError("The note is empty, so nothing was added.")
    _check_texts({}, note)
    _check_seen(store, scope, action_id)
    with store.app_write() as connection:
        before = stored_row(connection, action_id)
        if before is None:
            raise InsightsError(NOT_KNOWN)
        if _is_newest_note(connection, action_id, scope.who, note.strip()):
            return
        told = (scope.who, "noted", int(before["version"]))
        add_event(connection, action_id, told, {}, now=now, note=note.strip())
        note_action(connection, scope, before, what="noted", changes={}, now=now)


def _is_newest_note(connection: Connection, action_id: str, who: str, note: str) -> bool:
    same = action_event.c.action_id == action_id
    newest = connection.execute(
        select(action_event.c.event, action_event.c.who, action_event.c.note)
        .where(same)
        .order_by(action_event.c.event_id.desc())
        .limit(1)
    ).first()
    return newest is not None and tuple(newest) == ("noted", who, note)


def mark_steps(
    store: Store,
    scope: Scope,
    action_id: str,
    *,
    done: Collection[str] = (),
    undone: Collection[str] = (),
    now: datetime,
) -> None:
    """Mark steps of an action's playbook as done or not done; others stay as they are.

    Steps of two people are merged, so the version stays.
    """
    require(scope, "work")
    _check_seen(store, scope, action_id)
    with store.app_write() as connection:
        before = stored_row(connection, action_id)
        if before is None:
            raise InsightsError(NOT_KNOWN)
        kept = [code for code in json.loads(before["steps_done"]) if code not in set(undone)]
        steps = json.dumps(list(dict.fromkeys([*kept, *done])))
        if steps == before["steps_done"]:
            return
        write_values(connection, action_id, {"steps_done": steps})
        told = (scope.who, "steps", int(before["version"]))
        changes = {"steps_done": [before["steps_done"], steps]}
        add_event(connection, action_id, told, changes, now=now)
        note_action(connection, scope, before, what="steps", changes=changes, now=now)


def note_action(
    connection: Connection,
    scope: Scope,
    row: Mapping[str, Any],
    *,
    what: str,
    changes: Mapping[str, Any],
    now: datetime,
) -> None:
    """Audit what somebody did with an action, in the transaction that does it.

    The words of a note stay in the action's own history.
    """
    told = {name: row[name] for name in ("tenant_id", "workload", "kind")}
    about = {"subject_kind": "action", "subject": str(row["action_id"])}
    detail = {"what": what, **told, "changes": dict(changes)}
    audit.note(connection, scope, "action", **about, detail=detail, now=now)


# --- parts ----------------------------------------------------------------------------------------


def _conditions(
    statuses: tuple[str, ...], owner: str | None, of: ActionsOf
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [action.c.status.in_(statuses)]
    if owner is not None:
        conditions.append(action.c.owner == owner)
    if of.tenant_id is not None:
        conditions.append(action.c.tenant_id == of.tenant_id)
    if of.workload is not None:
        conditions.append(action.c.workload == of.workload)
    if of.kinds:
        conditions.append(action.c.kind.in_(of.kinds))
    if of.action_ids:
        conditions.append(action.c.action_id.in_(of.action_ids))
    if of.ended_from is not None:
        start = datetime.combine(of.ended_from, time(), tzinfo=UTC)
        conditions.append(or_(action.c.ended_at.is_(None), action.c.ended_at >= start))
    return conditions


def _last_events(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> pd.DataFrame:
    """Return the newest event of each action by a person or a run, one row per action."""
    newest = (
        select(func.max(action_event.c.event_id).label("event_id"))
        .join_from(action_event, action, action.c.action_id == action_event.c.action_id)
        .where(*conditions)
        .group_by(action_event.c.action_id)
        .subquery("newest")
    )
    statement = select(
        action_event.c.action_id,
        action_event.c.event.label("last_event"),
        action_event.c.happened_at.label("last_event_at"),
        action_event.c.who.label("last_event_by"),
    ).join(newest, newest.c.event_id == action_event.c.event_id)
    rows = pd.read_sql(statement, connection)
    return rows.assign(last_event_at=pd.to_datetime(rows["last_event_at"], utc=True))


def _told(rows: pd.DataFrame, people: Mapping[str, str], today: date) -> pd.DataFrame:
    """Return the actions with their owners' names and their sentences."""
    texts = [
        sentences(*values)
        for values in zip(*(rows[name].astype("object") for name in TOLD_OF), strict=True)
    ]
    return rows.assign(
        owner_name=rows["owner"].map(lambda one: people.get(one, one)).astype("str"),
        what=pd.Series([what for what, _ in texts], index=rows.index, dtype="str"),
        why=pd.Series([why for _, why in texts], index=rows.index, dtype="str"),
        is_overdue=is_overdue(rows, today),
    )


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    by = ["urgency", "expected_usd_e4", "probability", "action_id"]
    return rows.sort_values(by, ascending=[False, False, False, True], ignore_index=True)


def _events(store: Store, scope: Scope, of: ActionsOf) -> pd.DataFrame:
    conditions = _conditions(tuple(STATUSES_BY_CODE), None, of)
    with store.app_read(scope) as connection:
        rows = rows_of(connection, conditions)
        statement = (
            select(action_event)
            .join_from(action_event, action, action.c.action_id == action_event.c.action_id)
            .where(*conditions)
            .order_by(action_event.c.event_id)
        )
        events = pd.read_sql(statement, connection)
    with store.read(scope) as connection:
        seen = seen_actions(connection, scope, rows)
    mine = events[events["action_id"].isin(seen["action_id"])].reset_index(drop=True)
    if not scope.may("money"):
        mine["changes"] = mine["changes"].map(_without_amounts)
    return mine.assign(happened_at=pd.to_datetime(mine["happened_at"], utc=True))


def _without_amounts(changes: str) -> str:
    """Return an event's changes without amounts: these lie in a text, not in columns."""
    told = json.loads(changes)
    return json.dumps({name: both for name, both in told.items() if MARKS["money"] not in name})


def _check_seen(store: Store, scope: Scope, action_id: str) -> None:
    """Refuse an action that does not exist or that the scope does not see, in the same words."""
    with store.app_read(scope) as connection:
        rows = rows_of(connection, [action.c.action_id == action_id])
    with store.read(scope) as connection:
        if seen_actions(connection, scope, rows).empty:
            raise InsightsError(NOT_KNOWN)


def _check_texts(changes: Mapping[str, Any], note: str) -> None:
    unknown = unknown_fields(changes)
    if unknown:
        raise ValueError(f"no such fields: {', '.join(unknown)}")
    if len(note) > LONGEST_TEXT:
        raise InsightsError(f"The note is too long; {LONGEST_TEXT:,} letters is the most.")


def _check_round(
    connection: Connection, before: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Refuse to reopen what has come back as a later action of the same identity."""
    if before["status"] in LIVE or values.get("status") not in LIVE:
        return
    same = [action.c[name] == before[name] for name in ("tenant_id", "workload", "kind", "reason")]
    later = exists().where(*same, action.c.round > before["round"])
    if connection.scalar(select(later)):
        raise InsightsError(
            "This has come back as a new action since, so the old one stays ended.",
            "Work on the newer one.",
        )


def _event_name(before: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Return what an event is called: by the new status where that changed."""
    status = values.get("status")
    if status is None:
        return "changed" if values else "noted"
    if status in LIVE and before["status"] not in LIVE:
        return "reopened"
    return {"open": "opened", "in_progress": "started"}.get(status, str(status))
