"""Who visited when: a row per person in the app database, so that news can come first."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from data_access.schema import visit
from data_access.store import Store
from data_access.types import Scope
from insights.visits import Visit, visit_at


def note_page_run(store: Store, scope: Scope, *, now: datetime, newest_alert_id: int) -> Visit:
    """Return the visit that a page run of this person belongs to, and note it.

    `now` carries a time zone. Most page runs only read: they are noted once a minute, and not
    at all while an admin looks with this person's eyes.
    """
    with store.app_read() as connection:
        before = _noted(connection, scope)
    present = visit_at(before, now, newest_alert_id=newest_alert_id)
    if present != before and not scope.viewed_by:
        _note(store, scope, present)
    return present


def _noted(connection: Connection, scope: Scope) -> Visit | None:
    row = connection.execute(select(visit).where(visit.c.who == scope.own_key)).mappings().first()
    if row is None:
        return None
    ended = row["last_ended_at"]
    return Visit(
        visiting_since=_utc(row["visiting_since"]),
        seen_at=_utc(row["seen_at"]),
        seen_alert_id=row["seen_alert_id"],
        last_ended_at=None if ended is None else _utc(ended),
        last_alert_id=row["last_alert_id"],
    )


def _note(store: Store, scope: Scope, present: Visit) -> None:
    mine, values = visit.c.who == scope.own_key, asdict(present)
    with store.app_write() as connection:
        if connection.execute(update(visit).where(mine).values(**values)).rowcount:
            return
        try:
            with connection.begin_nested():
                connection.execute(insert(visit).values(who=scope.own_key, **values))
        except IntegrityError:
            # Another tab of the same person was first, in this very moment: it noted the same.
            return


def _utc(moment: datetime) -> datetime:
    """Return a stored moment with its time zone, which SQLite does not keep."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
