"""Claim drafts in the app database: every answer is stored at once, and no change is lost unsaid.

A change names the fields that it sets. It is merged into what is stored, so that two windows on
one draft only meet where they change the same field; then the later one stands, and the caller is
told what it replaced.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection, Row, Select, insert, select, update

from data_access import audit
from data_access.errors import InsightsError
from data_access.roles import require
from data_access.schema import claim_draft, claim_draft_event
from data_access.store import Store
from data_access.types import Scope
from insights.claims.draft import (
    LONGEST_COMMENT,
    LONGEST_TEXT,
    ClaimDraft,
    as_values,
    from_json,
    to_json,
)

Status = Literal["draft", "packed", "discarded"]

EVENT_OF: dict[Status, str] = {
    "draft": "reopened",
    "packed": "packed",
    "discarded": "discarded",
}
"""The event that notes a change to each status."""


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it is stored: its answers, status, and when it was started and last changed."""

    draft_id: str
    draft: ClaimDraft
    status: Status
    started_at: datetime
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class SavedChange:
    """A stored draft after a change, and what another window had entered in the same fields.

    `replaced` holds those other answers by field; `is_changed_elsewhere` tells that any field was
    changed since the caller last saw the draft.
    """

    stored: StoredDraft
    replaced: Mapping[str, Any]
    is_changed_elsewhere: bool


def my_drafts(store: Store, scope: Scope) -> pd.DataFrame:
    """Return the viewer's drafts, the last changed first.

    Columns: draft_id, status, content (JSON), started_at, saved_at (UTC).
    """
    statement = (
        select(
            claim_draft.c.draft_id,
            claim_draft.c.status,
            claim_draft.c.content,
            claim_draft.c.started_at,
            claim_draft.c.saved_at,
        )
        .where(claim_draft.c.owner == scope.own_key)
        .order_by(claim_draft.c.saved_at.desc(), claim_draft.c.draft_id)
    )
    with store.app_read() as connection:
        rows = pd.read_sql(statement, connection)
    moments = {name: pd.to_datetime(rows[name], utc=True) for name in ("started_at", "saved_at")}
    return rows.assign(**moments)


def draft_of(store: Store, scope: Scope, draft_id: str) -> StoredDraft | None:
    """Return a draft of the viewer's own, None for an unknown id or somebody else's.

    Raises InsightsError where a newer version of the app wrote it.
    """
    with store.app_read() as connection:
        row = connection.execute(_own(scope, draft_id)).one_or_none()
    return None if row is None else _stored(row)


def start_draft(store: Store, scope: Scope, draft: ClaimDraft, *, now: datetime) -> str:
    """Store a new draft with these first answers and return its id.

    An open draft of the viewer's own that holds exactly these answers is taken again, so that a
    link opened twice does not leave two.
    """
    require(scope, "claim")
    content = to_json(draft)
    same = (
        (claim_draft.c.owner == scope.own_key)
        & (claim_draft.c.status == "draft")
        & (claim_draft.c.content == content)
    )
    draft_id = uuid.uuid4().hex
    with store.app_write() as connection:
        known = connection.scalar(select(claim_draft.c.draft_id).where(same))
        if known is not None:
            return str(known)
        connection.execute(
            insert(claim_draft).values(
                draft_id=draft_id,
                owner=scope.own_key,
                status="draft",
                content=content,
                started_at=now,
                saved_at=now,
            )
        )
        _note(connection, scope, draft_id, "started", now)
    return draft_id


def save_answers(
    store: Store,
    scope: Scope,
    draft_id: str,
    *,
    answers: Mapping[str, Any],
    seen: StoredDraft,
    now: datetime,
) -> SavedChange:
    """Store answers of a draft, by field, and return it with what they replaced.

    `seen` is the draft as the caller last saw it. Raises InsightsError where the draft is not
    open any more, is unknown, or an answer is too long.
    """
    require(scope, "claim")
    _check_lengths(answers)
    with store.app_write() as connection:
        row = _row(connection, scope, draft_id)
        if row is None:
            raise InsightsError("This claim draft is not known here.", "Open one of your drafts.")
        stored = _stored(row)
        if stored.status != "draft":
            raise InsightsError(
                f"This claim is {stored.status}, so nothing was changed.",
                "Reopen it first; another window may have closed it.",
            )
        before, known = as_values(stored.draft), as_values(seen.draft)
        replaced = {
            name: before[name]
            for name, value in answers.items()
            if before[name] not in (known[name], value)
        }
        after = stored.draft.with_answers(answers)
        if after != stored.draft:
            _write(connection, scope, draft_id, {"content": to_json(after), "saved_at": now})
            told = {"what": "answered", "fields": sorted(answers)}
            _audit(connection, scope, draft_id, told, now)
    saved_at = now if after != stored.draft else stored.saved_at
    kept = StoredDraft(draft_id, after, "draft", stored.started_at, saved_at)
    return SavedChange(kept, replaced, stored.draft != seen.draft)


def set_status(store: Store, scope: Scope, draft_id: str, status: Status, *, now: datetime) -> bool:
    """Pack, discard or reopen a draft and note it; False where nothing had to be changed."""
    require(scope, "claim")
    with store.app_write() as connection:
        row = _row(connection, scope, draft_id)
        if row is None or row.status == status:
            return False
        _write(connection, scope, draft_id, {"status": status, "saved_at": now})
        _note(connection, scope, draft_id, EVENT_OF[status], now)
    return True


def draft_events(store: Store, scope: Scope, draft_id: str) -> pd.DataFrame:
    """Return the life of a draft of the viewer's own, oldest first.

    Columns: event (started, packed, discarded, reopened), happened_at (UTC), who.
    """
    mine = select(claim_draft.c.draft_id).where(
        claim_draft.c.owner == scope.own_key, claim_draft.c.draft_id == draft_id
    )
    statement = (
        select(claim_draft_event.c.event, claim_draft_event.c.happened_at, claim_draft_event.c.who)
        .where(claim_draft_event.c.draft_id.in_(mine))
        .order_by(claim_draft_event.c.event_id)
    )
    with store.app_read() as connection:
        rows = pd.read_sql(statement, connection)
    return rows.assign(happened_at=pd.to_datetime(rows["happened_at"], utc=True))


def _check_lengths(answers: Mapping[str, Any]) -> None:
    for name, value in answers.items():
        longest = LONGEST_COMMENT if name == "comments" else LONGEST_TEXT
        if isinstance(value, str) and len(value) > longest:
            raise InsightsError(
                f"This answer is too long: {len(value):,} letters.", f"{longest:,} is the most."
            )


def _own(scope: Scope, draft_id: str) -> Select[Any]:
    return select(claim_draft).where(
        claim_draft.c.draft_id == draft_id, claim_draft.c.owner == scope.own_key
    )


def _row(connection: Connection, scope: Scope, draft_id: str) -> Row[Any] | None:
    """Return the row of a draft of the viewer's own; until the end nobody else can change it."""
    return connection.execute(_own(scope, draft_id).with_for_update()).one_or_none()


def _stored(row: Row[Any]) -> StoredDraft:
    try:
        draft = from_json(row.content)
    except ValueError as error:
        raise InsightsError(
            "This claim draft was written by another version of Partner Insights.",
            "Update Partner Insights; the draft was left as it is.",
        ) from error
    return StoredDraft(
        row.draft_id, draft, row.status, _moment(row.started_at), _moment(row.saved_at)
    )


def _moment(moment: datetime) -> datetime:
    """Return a stored moment in UTC; SQLite keeps none of the time zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _write(connection: Connection, scope: Scope, draft_id: str, values: Mapping[str, Any]) -> None:
    mine = (claim_draft.c.draft_id == draft_id) & (claim_draft.c.owner == scope.own_key)
    connection.execute(update(claim_draft).where(mine).values(**values))


def _note(connection: Connection, scope: Scope, draft_id: str, event: str, now: datetime) -> None:
    values = {"draft_id": draft_id, "happened_at": now, "who": scope.who, "event": event}
    connection.execute(insert(claim_draft_event).values(values))
    _audit(connection, scope, draft_id, {"what": event}, now)


def _audit(
    connection: Connection, scope: Scope, draft_id: str, told: Mapping[str, Any], now: datetime
) -> None:
    about = {"subject_kind": "claim", "subject": draft_id}
    audit.note(connection, scope, "claim", **about, detail=told, now=now)
