"""One transaction that changes users or grants: one at a time, audited, never without an admin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from data_access import audit
from data_access.access_mapping import AccessMapping
from data_access.access_rules import ProviderClaims, User, admins_among
from data_access.access_store import (
    add_user,
    granted_by_user,
    granted_to,
    scope_in,
    user_by_identity,
    user_by_key,
    users_where,
)
from data_access.action_rows import utc
from data_access.errors import ChangedMeanwhileError, DeniedError, InsightsError, MeanwhileChange
from data_access.roles import require
from data_access.schema import access_grant, app_user, audit_event
from data_access.store import Store
from data_access.types import Scope
from insights.grants import KINDS_BY_CODE, Grant, grant_fault, normal_grant

Source = Literal["page", "upload", "command", "example"]

COMMAND = "command:"
"""How the user key of somebody at a terminal begins; such a key is no user of the store."""

TOLD_AT_ONCE = 40
"""Grants in one audit row; its detail has a limit of length."""

MOST_GRANTS = 2_000
"""Grants that one user can have in force."""

LABELS = {kind.code: kind.label for kind in KINDS_BY_CODE.values()} | {
    "person": "Person",
    "is_active": "Active",
}


class LastAdminError(InsightsError):
    """The change would leave nobody who could give access; nothing was changed."""


@dataclass(frozen=True, slots=True)
class ReadUser:
    """A user as somebody looked at it: key and version."""

    user_key: str
    version: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """How a change comes about: by which configuration, when (UTC), and from where."""

    mapping: AccessMapping
    now: datetime
    source: Source = "page"


def checked(granted: Iterable[Grant]) -> set[Grant]:
    """Return grants as they are stored; raises InsightsError naming everything wrong with them."""
    normal = [normal_grant(grant.kind, grant.value) for grant in granted]
    faults = [fault for grant in normal if (fault := grant_fault(grant)) is not None]
    if faults:
        raise InsightsError(" ".join(faults), "Nothing was changed.")
    return set(normal)


@contextmanager
def changing(store: Store, scope: Scope, on: Occasion) -> Iterator[Connection]:
    """Give the transaction of a change by somebody who may, undone if no admin would be left."""
    require(scope, "access")
    with store.app_write() as connection:
        store.backend.before_access(connection)
        _still_may(connection, scope, on.mapping)
        before = _admins(connection, on)
        yield connection
        if before and not on.mapping.admins and not _admins(connection, on):
            raise LastAdminError(
                "Nobody would be left who may give access.",
                "Make somebody else admin first; nothing was changed. In a terminal: "
                "partner-insights access grant USER role admin.",
            )


def read_again(connection: Connection, read: ReadUser) -> User:
    """Return a user who is still as somebody read it; raises ChangedMeanwhileError if not."""
    user = user_by_key(connection, read.user_key)
    if user is None:
        raise InsightsError("There is no such user.", "The link may be of another store.")
    if user.version != read.version:
        raise ChangedMeanwhileError(_since(connection, read), LABELS)
    return user


def give_in(
    connection: Connection, scope: Scope, user: User, wanted: set[Grant], *, on: Occasion
) -> int:
    """Write the grants that are not in force yet and return the user's version."""
    held = granted_to(connection, user.user_key)
    new = sorted(wanted - held)
    if not new:
        return user.version
    if len(held) + len(new) > MOST_GRANTS:
        raise InsightsError(
            f"A user can have {MOST_GRANTS:,} grants at most.",
            "Grant partners, markets or segments instead of single customers.",
        )
    given = {"user_key": user.user_key, "source": on.source, "granted_at": on.now}
    connection.execute(
        insert(access_grant),
        [
            {
                **given,
                "kind": one.kind,
                "value": one.value,
                "granted_by": scope.who,
                "revoked_by": "",
            }
            for one in new
        ],
    )
    version = _next_version(connection, user)
    _note_grants(connection, scope, "grant", replace(user, version=version), on, new)
    return version


def revoke_in(
    connection: Connection, scope: Scope, user: User, unwanted: set[Grant], *, on: Occasion
) -> int:
    """Take the grants away that are in force and return the user's version."""
    gone = sorted(unwanted & granted_to(connection, user.user_key))
    if not gone:
        return user.version
    for one in gone:
        connection.execute(
            update(access_grant)
            .where(
                access_grant.c.user_key == user.user_key,
                access_grant.c.kind == one.kind,
                access_grant.c.value == one.value,
                access_grant.c.revoked_at.is_(None),
            )
            .values(revoked_at=on.now, revoked_by=scope.who)
        )
    version = _next_version(connection, user)
    _note_grants(connection, scope, "revoke", replace(user, version=version), on, gone)
    return version


def announce_in(
    connection: Connection,
    scope: Scope,
    announced: ProviderClaims,
    wanted: set[Grant],
    *,
    on: Occasion,
) -> str:
    """Insert a user with grants and return the user key."""
    fault = identity_fault(announced, on.mapping)
    if fault is not None:
        raise InsightsError(*fault)
    if user_by_identity(connection, announced.identity) is not None:
        raise InsightsError(
            f"{announced.object_id} is known already.", "Give that user what is missing."
        )
    values = {"name": announced.name.strip()[:200], "email": announced.email.strip().lower()[:200]}
    user = _by_key(connection, add_user(connection, announced.identity, values))
    _note(connection, scope, "user", user, on, what="announced", identity="/".join(user.identity))
    give_in(connection, scope, user, wanted, on=on)
    return user.user_key


def identity_fault(announced: ProviderClaims, mapping: AccessMapping) -> tuple[str, str] | None:
    """Return what is wrong with the ids of somebody announced, and what to do; None: nothing."""
    directory_id, object_id = announced.identity
    if not directory_id or not object_id or "@" in object_id:
        return (
            "Directory id and object id are needed; an e-mail address is no identity.",
            "Copy both from the identity provider (Entra: Tenant ID and the user's Object ID).",
        )
    if not mapping.allows(directory_id):
        return (
            f"Users of the directory {directory_id} may not sign in here.",
            "Correct the id, or add it to access.directories in the configuration.",
        )
    return None


# --- parts ----------------------------------------------------------------------------------------


def _still_may(connection: Connection, scope: Scope, mapping: AccessMapping) -> None:
    """Refuse an admin whose right ended while the page was open; terminals and local users may."""
    if not scope.user_key or scope.user_key.startswith(COMMAND):
        return
    now = scope_in(connection, scope.user_key, mapping)
    if now is None:
        raise DeniedError("You have no access any more.", "Ask an admin of this installation.")
    require(now, "access")


def _admins(connection: Connection, on: Occasion) -> set[str]:
    everybody, granted = users_where(connection, []), granted_by_user(connection, [])
    return admins_among(everybody, granted, on.mapping, now=on.now)


def change_user(
    connection: Connection, scope: Scope, user: User, values: dict[str, Any], *, on: Occasion
) -> int:
    """Change values of a user's own row and return the version."""
    of_user = app_user.c.user_key == user.user_key
    connection.execute(update(app_user).where(of_user).values(**values))
    version = _next_version(connection, user)
    changes = {name: [getattr(user, name), value] for name, value in values.items()}
    _note(connection, scope, "user", replace(user, version=version), on, changes=changes)
    return version


def _next_version(connection: Connection, user: User) -> int:
    of_user = app_user.c.user_key == user.user_key
    connection.execute(update(app_user).where(of_user).values(version=app_user.c.version + 1))
    return _by_key(connection, user.user_key).version


def _by_key(connection: Connection, user_key: str) -> User:
    user = user_by_key(connection, user_key)
    if user is None:
        raise LookupError(user_key)
    return user


def _note_grants(
    connection: Connection,
    scope: Scope,
    event: str,
    user: User,
    on: Occasion,
    granted: list[Grant],
) -> None:
    for first in range(0, len(granted), TOLD_AT_ONCE):
        told = [[one.kind, one.value] for one in granted[first : first + TOLD_AT_ONCE]]
        _note(connection, scope, event, user, on, grants=told)


def _note(
    connection: Connection,
    scope: Scope,
    event: str,
    user: User,
    on: Occasion,
    **detail: Any,  # noqa: ANN401 - JSON
) -> None:
    audit.note(
        connection,
        scope,
        event,
        subject_kind="user",
        subject=user.user_key,
        detail={"user": user.title, "version": user.version, "source": on.source, **detail},
        now=on.now,
    )


def _since(connection: Connection, read: ReadUser) -> tuple[MeanwhileChange, ...]:
    """Return the changes of a user after a version, oldest first, from the audit."""
    events = connection.execute(
        select(audit_event)
        .where(audit_event.c.subject_kind == "user", audit_event.c.subject == read.user_key)
        .order_by(audit_event.c.event_id)
    )
    told = [(row, json.loads(row.detail)) for row in events]
    return tuple(
        MeanwhileChange(row.who, utc(row.happened_at), _fields(row.event, detail))
        for row, detail in told
        if detail.get("version", 0) > read.version
    )


def _fields(event: str, detail: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    if "changes" in detail:
        return {name: (old, new) for name, (old, new) in detail["changes"].items()}
    gained = event == "grant"
    return {
        kind: (None, value) if gained else (value, None) for kind, value in detail.get("grants", [])
    }
