"""Users and grants in the app database: who signed in, what is granted, and the scope of it all.

A user is known by directory and object id. What the provider says is replaced at every sign-in;
what an admin grants here stays until it is taken away (`access_changes`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from data_access import access_rules
from data_access.access_mapping import AccessMapping, Identity
from data_access.access_rules import ProviderClaims, User, texts_json
from data_access.action_rows import utc
from data_access.schema import access_grant, app_user
from data_access.store import Store
from data_access.types import Scope
from insights.grants import Grant

__all__ = [
    "ProviderClaims",
    "User",
    "grants",
    "note_sign_in",
    "scope_of",
    "seen",
    "stored_users",
    "user_of",
    "users",
]

SEEN_EVERY = timedelta(minutes=1)
LONGEST_NAME = 200

_MOMENTS = ("first_seen_at", "signed_in_at", "last_seen_at")
_GRANT_TEXTS = ("user_key", "kind", "value", "source", "granted_by", "revoked_by")


def note_sign_in(store: Store, claims: ProviderClaims, *, now: datetime) -> User:
    """Store what the provider says of somebody who just signed in, and return the user.

    An unknown identity becomes a user without any grant; what admins set stays as it is. A token
    older than the newest sign-in changes nothing but that the user was seen: another browser's
    session must not bring back a role that the provider has taken away since.
    """
    with store.app_write() as connection:
        store.backend.before_access(connection)
        user = user_by_identity(connection, claims.identity)
        told = _told(claims, user, now)
        if user is None:
            add_user(connection, claims.identity, told)
        else:
            of_user = app_user.c.user_key == user.user_key
            connection.execute(update(app_user).where(of_user).values(**told))
        return _existing(user_by_identity(connection, claims.identity))


def _told(claims: ProviderClaims, user: User | None, now: datetime) -> dict[str, Any]:
    """Return the values of a user that a sign-in changes."""
    issued_at = claims.issued_at or now
    newest = None if user is None else user.signed_in_at
    if newest is not None and issued_at < newest:
        return {"last_seen_at": now}
    first = None if user is None else user.first_seen_at
    return {
        "name": claims.name.strip()[:LONGEST_NAME],
        "email": claims.email.strip().lower()[:LONGEST_NAME],
        "provider_roles": texts_json(claims.roles),
        "provider_groups": texts_json(claims.groups),
        "signed_in_at": issued_at,
        "first_seen_at": first or now,
        "last_seen_at": now,
    }


def seen(store: Store, user_key: str, *, now: datetime) -> None:
    """Note that a user is here; writes at most once a minute."""
    of_user = app_user.c.user_key == user_key
    with store.app_read() as connection:
        last = connection.scalar(select(app_user.c.last_seen_at).where(of_user))
    if last is not None and now - utc(last) < SEEN_EVERY:
        return
    with store.app_write() as connection:
        connection.execute(update(app_user).where(of_user).values(last_seen_at=now))


def scope_of(store: Store, user_key: str, *, mapping: AccessMapping) -> Scope | None:
    """Return what a user may see and do by the grants as they stand now.

    None where there is no such user, no role, or the user is not active.
    """
    with store.app_read() as connection:
        return scope_in(connection, user_key, mapping)


def user_of(store: Store, user_key: str) -> User | None:
    """Return a user by key, None where there is none."""
    with store.app_read() as connection:
        return user_by_key(connection, user_key)


def stored_users(store: Store) -> tuple[User, ...]:
    """Return every user, by name."""
    with store.app_read() as connection:
        return users_where(connection, [])


def users(store: Store) -> pd.DataFrame:
    """Return every user by name; one row each.

    Columns: those of the table `app_user`, moments in UTC.
    """
    statement = select(app_user).order_by(app_user.c.name, app_user.c.email, app_user.c.user_key)
    with store.app_read() as connection:
        rows = pd.read_sql(statement, connection)
    moments = {name: pd.to_datetime(rows[name], utc=True) for name in _MOMENTS}
    return rows.assign(is_active=rows["is_active"].astype("bool"), **moments)


def grants(
    store: Store, user_key: str | None = None, *, only_in_force: bool = False
) -> pd.DataFrame:
    """Return the grants of one user or of all, oldest first, those taken away included.

    Columns: those of the table `access_grant`, moments in UTC (revoked_at NaT while in force).
    """
    statement = select(access_grant).order_by(access_grant.c.grant_id)
    if user_key is not None:
        statement = statement.where(access_grant.c.user_key == user_key)
    if only_in_force:
        statement = statement.where(access_grant.c.revoked_at.is_(None))
    with store.app_read() as connection:
        rows = pd.read_sql(statement, connection)
    texts = {name: rows[name].astype("str") for name in _GRANT_TEXTS}
    moments = {name: pd.to_datetime(rows[name], utc=True) for name in ("granted_at", "revoked_at")}
    return rows.assign(**texts, **moments)


# --- within somebody else's transaction -----------------------------------------------------------


def scope_in(connection: Connection, user_key: str, mapping: AccessMapping) -> Scope | None:
    """Return a user's scope as `scope_of` does, in the caller's transaction."""
    user = user_by_key(connection, user_key)
    if user is None:
        return None
    return access_rules.scope_from(user, granted_to(connection, user_key), mapping)


def granted_to(connection: Connection, user_key: str) -> set[Grant]:
    """Return a user's grants in force."""
    return granted_by_user(connection, [access_grant.c.user_key == user_key]).get(user_key, set())


def granted_by_user(
    connection: Connection, conditions: Sequence[ColumnElement[bool]]
) -> dict[str, set[Grant]]:
    """Return the grants in force by user key."""
    columns = (access_grant.c.user_key, access_grant.c.kind, access_grant.c.value)
    in_force = access_grant.c.revoked_at.is_(None)
    found: dict[str, set[Grant]] = {}
    for user_key, kind, value in connection.execute(select(*columns).where(in_force, *conditions)):
        found.setdefault(user_key, set()).add(Grant(kind, value))
    return found


def user_by_key(connection: Connection, user_key: str) -> User | None:
    """Return a user, None where there is none."""
    return next(iter(users_where(connection, [app_user.c.user_key == user_key])), None)


def user_by_identity(connection: Connection, identity: Identity) -> User | None:
    """Return the user of a directory and object id, None where there is none."""
    directory_id, object_id = identity
    conditions = [app_user.c.directory_id == directory_id, app_user.c.object_id == object_id]
    return next(iter(users_where(connection, conditions)), None)


def users_where(
    connection: Connection, conditions: Sequence[ColumnElement[bool]]
) -> tuple[User, ...]:
    """Return the users that meet all conditions, by name."""
    statement = select(app_user).where(*conditions).order_by(app_user.c.name, app_user.c.user_key)
    return tuple(_user(row) for row in connection.execute(statement))


def add_user(connection: Connection, identity: Identity, values: dict[str, Any]) -> str:
    """Insert a user with a new key and return the key."""
    user_key = secrets.token_hex(16)
    usual = {
        "name": "",
        "email": "",
        "provider_roles": "[]",
        "provider_groups": "[]",
        "person": "",
        "is_active": True,
        "version": 1,
    }
    named = {"user_key": user_key, "directory_id": identity[0], "object_id": identity[1]}
    connection.execute(insert(app_user).values(**(usual | values | named)))
    return user_key


def _user(row: Row[Any]) -> User:
    groups = json.loads(row.provider_groups)
    moments = {
        name: None if (when := getattr(row, name)) is None else utc(when) for name in _MOMENTS
    }
    return User(
        user_key=row.user_key,
        directory_id=row.directory_id,
        object_id=row.object_id,
        name=row.name,
        email=row.email,
        roles=tuple(json.loads(row.provider_roles)),
        groups=None if groups is None else tuple(groups),
        person=row.person,
        is_active=bool(row.is_active),
        version=int(row.version),
        **moments,
    )


def _existing(user: User | None) -> User:
    if user is None:
        raise LookupError("a user that was just written is not there")
    return user
