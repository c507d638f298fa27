"""Who did what: one row per export, import, change of rules, grants, claims, actions and the like.

A row is written in the transaction of what it tells of, into the table of the same database:
`store_event` for what changes the warehouse, `audit_event` for everything else. Both only grow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, insert, or_, select

from data_access.backends import GROUP_OPTION
from data_access.roles import require
from data_access.schema import audit_event, store_event
from data_access.store import Store
from data_access.types import Scope

EVENTS: dict[str, str] = {
    "sign_in": "Signed in",
    "sign_out": "Signed out",
    "denied": "Was refused",
    "export": "Took data out",
    "view_as": "Viewed as somebody else",
    "user": "Changed a user",
    "grant": "Gave a grant",
    "revoke": "Took a grant away",
    "import": "Brought files in",
    "rules": "Changed programme rules",
    "training": "Trained the model",
    "scoring": "Ranked the portfolio",
    "backup": "Made a backup",
    "restore": "Restored a backup",
    "claim": "Worked on a claim",
    "proof": "Handled a proof of execution",
    "action": "Worked on an action",
    "plan": "Accepted a weekly plan",
    "person": "Changed a person",
    "playbook": "Changed a playbook",
    "target": "Set a target",
    "view": "Changed a team view",
    "delivery": "Sent a digest",
}
"""Everything that is audited: code and what it says on the screen."""

LONGEST_DETAIL = 10_000
LONGEST_ID = 18
MOST_PEOPLE = 5_000
LONGEST_SUBJECT = 500
"""Letters; what is longer is cut and says so."""

AUDIT_COLUMNS = (
    "happened_at",
    "who",
    "role",
    "event",
    "subject_kind",
    "subject",
    "detail",
    "user_key",
    "viewed_as",
    "event_id",
    "place",
)


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Which events: days from `first` to `last` (UTC), codes, user keys and a text in the rest.

    `before` is place and id of an event ("app-12"): only older ones than that.
    """

    first: date
    last: date
    events: tuple[str, ...] = ()
    user_keys: tuple[str, ...] = ()
    text: str = ""
    before: str = ""


def note(  # noqa: PLR0913 - one call says everything about an event
    connection: Connection,
    scope: Scope,
    event: str,
    *,
    subject_kind: str = "",
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Add one row in the caller's transaction; `detail` must be plain values.

    While an admin looks with a user's eyes, the row is the admin's and names the user.
    """
    if event not in EVENTS:
        raise ValueError(f"{event!r} is no audited event")
    table = (
        store_event
        if connection.get_execution_options()[GROUP_OPTION] == "warehouse"
        else (audit_event)
    )
    connection.execute(
        insert(table).values(
            happened_at=now,
            user_key=scope.viewed_by or scope.own_key,
            who=scope.who,
            role=scope.role,
            viewed_as=scope.own_key if scope.viewed_by else "",
            event=event,
            subject_kind=subject_kind,
            subject=subject,
            detail=json.dumps(detail or {}, ensure_ascii=False, default=str)[:LONGEST_DETAIL],
        )
    )


@dataclass(frozen=True, slots=True)
class Export:
    """A file that leaves the app: from which page or command, its ending, title and filters."""

    page: str
    kind: str
    title: str
    filters: Sequence[tuple[str, str]] = ()


def note_export(
    store: Store, scope: Scope, export: Export, *, rows: int | None, now: datetime
) -> None:
    """Add the row of a file in a transaction of its own; call it before the file is given out.

    Raises StoreError where it cannot be written: then no file may be given out.
    """
    detail = {
        "kind": export.kind,
        "title": export.title,
        "filters": [list(pair) for pair in export.filters],
        "rows": rows,
    }
    with store.app_write() as connection:
        about = {"subject_kind": "page", "subject": export.page}
        note(connection, scope, "export", **about, detail=detail, now=now)


def audit_events(
    store: Store, scope: Scope, question: AuditQuestion, *, limit: int
) -> pd.DataFrame:
    """Return events, the newest first, at most `limit`; columns AUDIT_COLUMNS, moments in UTC.

    `place` is app or store. Raises DeniedError without the right to read the audit.
    """
    require(scope, "audit")
    last = _last(store, question.before)
    with store.app_read() as connection:
        older = _older(audit_event, "app", last)
        parts = [_read(connection, audit_event, question, limit, older).assign(place="app")]
    with store.read() as connection:
        older = _older(store_event, "store", last)
        found = _read(connection, store_event, question, limit, older)
        parts.append(found.assign(place="store"))
    rows = pd.concat(parts, ignore_index=True)
    order = ["happened_at", "place", "event_id"]
    newest = rows.sort_values(order, ascending=False).head(limit)
    return newest[list(AUDIT_COLUMNS)].reset_index(drop=True)


def audit_counts(store: Store, scope: Scope, question: AuditQuestion) -> pd.DataFrame:
    """Return how many events match, by event; columns event, events, users."""
    require(scope, "audit")
    with store.app_read() as connection:
        parts = [_counted(connection, audit_event, question)]
    with store.read() as connection:
        parts.append(_counted(connection, store_event, question))
    rows = pd.concat(parts, ignore_index=True)
    return rows.groupby("event", as_index=False)[["events", "users"]].sum()


def audit_event_of(store: Store, scope: Scope, row: str) -> pd.DataFrame:
    """Return one event by place and id ("app-12"), without a row where there is none.

    Columns AUDIT_COLUMNS, as `audit_events`.
    """
    require(scope, "audit")
    place, event_id = _place_of(row)
    table = audit_event if place == "app" else store_event
    with store.app_read() if place == "app" else store.read() as connection:
        statement = select(*(table.c[name] for name in AUDIT_COLUMNS if name != "place"))
        rows = pd.read_sql(statement.where(table.c.event_id == event_id), connection)
    told = rows.assign(happened_at=pd.to_datetime(rows["happened_at"], utc=True), place=place)
    return told[list(AUDIT_COLUMNS)]


def audit_people(store: Store, scope: Scope, question: AuditQuestion) -> dict[str, str]:
    """Return who did anything on the days of a question: name by user key, at most MOST_PEOPLE."""
    require(scope, "audit")
    names: dict[str, str] = {}
    for table, read in ((audit_event, store.app_read), (store_event, store.read)):
        days = AuditQuestion(question.first, question.last)
        person = (table.c.user_key, func.max(table.c.who))
        statement = select(*person).where(*_conditions(table, days)).group_by(table.c.user_key)
        with read() as connection:
            found = connection.execute(statement.limit(MOST_PEOPLE)).all()
        names.update({str(user_key): str(who) for user_key, who in found})
    return dict(sorted(names.items(), key=lambda pair: (pair[1].lower(), pair[0])))


def _place_of(row: str) -> tuple[str, int]:
    """Return place and id of an event as an address names it; no event has the id 0."""
    place, _, event_id = row.partition("-")
    is_number = event_id.isascii() and event_id.isdigit() and len(event_id) <= LONGEST_ID
    return place, int(event_id) if is_number else 0


def _last(store: Store, row: str) -> tuple[datetime, str, int] | None:
    """Return when and where the event is that a page ended with; None for none."""
    place, event_id = _place_of(row)
    table = audit_event if place == "app" else store_event
    with store.app_read() if place == "app" else store.read() as connection:
        when = select(table.c.happened_at).where(table.c.event_id == event_id)
        moment = connection.scalar(when) if event_id else None
    return None if moment is None else (moment, place, event_id)


def _older(
    table: Table, place: str, last: tuple[datetime, str, int] | None
) -> list[ColumnElement[bool]]:
    """Return the condition of events that come after another one, the newest first."""
    if last is None:
        return []
    moment, last_place, event_id = last
    at_once = [table.c.happened_at == moment]
    if place == last_place:
        at_once.append(table.c.event_id < event_id)
    elif place > last_place:
        return [table.c.happened_at < moment]
    return [or_(table.c.happened_at < moment, and_(*at_once))]


def _read(
    connection: Connection,
    table: Table,
    question: AuditQuestion,
    limit: int,
    older: list[ColumnElement[bool]],
) -> pd.DataFrame:
    statement: Select[Any] = (
        select(*(table.c[name] for name in AUDIT_COLUMNS if name != "place"))
        .where(*_conditions(table, question), *older)
        .order_by(table.c.happened_at.desc(), table.c.event_id.desc())
        .limit(limit)
    )
    rows = pd.read_sql(statement, connection)
    return rows.assign(happened_at=pd.to_datetime(rows["happened_at"], utc=True))


def _counted(connection: Connection, table: Table, question: AuditQuestion) -> pd.DataFrame:
    users = func.count(table.c.user_key.distinct())
    statement = (
        select(table.c.event, func.count().label("events"), users.label("users"))
        .where(*_conditions(table, question))
        .group_by(table.c.event)
    )
    return pd.read_sql(statement, connection)


def _conditions(table: Table, question: AuditQuestion) -> list[ColumnElement[bool]]:
    conditions = [
        table.c.happened_at >= datetime.combine(question.first, datetime.min.time(), UTC),
        table.c.happened_at <= datetime.combine(question.last, datetime.max.time(), UTC),
    ]
    if question.events:
        conditions.append(table.c.event.in_(question.events))
    if question.user_keys:
        conditions.append(table.c.user_key.in_(question.user_keys))
    if question.text:
        columns = (table.c.who, table.c.subject, table.c.detail)
        conditions.append(
            or_(*(column.icontains(question.text, autoescape=True) for column in columns))
        )
    return conditions
