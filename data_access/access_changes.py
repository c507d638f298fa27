"""Changing users and grants: who may, whether somebody else was faster, and never without an admin.

Every change is one transaction with its audit row. All of them wait for each other, so that two
admins who take each other's role away at once cannot both succeed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from data_access import audit
from data_access.access_rules import ProviderClaims, User
from data_access.access_transaction import (
    Occasion,
    ReadUser,
    announce_in,
    change_user,
    changing,
    checked,
    give_in,
    read_again,
    revoke_in,
)
from data_access.errors import InsightsError
from data_access.roles import require
from data_access.schema import person
from data_access.store import Store
from data_access.types import Scope
from insights.grants import Grant


def give(
    store: Store, scope: Scope, read: ReadUser, granted: Iterable[Grant], *, on: Occasion
) -> int:
    """Give a user grants and return the user's version; what is in force already stays.

    Raises DeniedError where the role may not, InsightsError where a grant is wrong, and
    ChangedMeanwhileError where somebody changed the user since it was read.
    """
    wanted = checked(granted)
    with changing(store, scope, on) as connection:
        user = read_again(connection, read)
        return give_in(connection, scope, user, wanted, on=on)


def revoke(
    store: Store, scope: Scope, read: ReadUser, granted: Iterable[Grant], *, on: Occasion
) -> int:
    """Take grants away and return the user's version; the rows stay with who did it and when.

    Raises LastAdminError where nobody would be left to give access, and as `give`.
    """
    with changing(store, scope, on) as connection:
        user = read_again(connection, read)
        return revoke_in(connection, scope, user, set(granted), on=on)


def announce_user(
    store: Store,
    scope: Scope,
    announced: ProviderClaims,
    granted: Iterable[Grant] = (),
    *,
    on: Occasion,
) -> str:
    """Enter a user before the first sign-in and return the user key.

    Raises InsightsError where the ids are none or known already, and as `give`.
    """
    wanted = checked(granted)
    with changing(store, scope, on) as connection:
        return announce_in(connection, scope, announced, wanted, on=on)


def deactivate(store: Store, scope: Scope, read: ReadUser, *, on: Occasion) -> int:
    """Let a user see nothing any more, grants kept, and return the version.

    Raises InsightsError for an admin whom the configuration names, and as `revoke`.
    """
    return _switch(store, scope, read, is_active=False, on=on)


def activate(store: Store, scope: Scope, read: ReadUser, *, on: Occasion) -> int:
    """Let a user in again, with the grants as they were, and return the version."""
    return _switch(store, scope, read, is_active=True, on=on)


def link_person(store: Store, scope: Scope, read: ReadUser, email: str, *, on: Occasion) -> int:
    """Say who of the people list a user is ('' nobody) and return the version.

    Raises InsightsError where nobody on the list has this address, and as `give`.
    """
    address = email.strip().lower()
    with changing(store, scope, on) as connection:
        user = read_again(connection, read)
        if (
            address
            and connection.scalar(select(person.c.email).where(person.c.email == address)) is None
        ):
            raise InsightsError(f"{address} is not on the people list.", "Add the person first.")
        if address == user.person:
            return user.version
        return change_user(connection, scope, user, {"person": address}, on=on)


def note_view_as(store: Store, scope: Scope, user: User, *, begins: bool, now: datetime) -> None:
    """Keep in the audit that an admin begins or ends to look with a user's eyes.

    Raises DeniedError where the role may not.
    """
    require(scope, "access")
    detail = {"user": user.title, "what": "begun" if begins else "ended"}
    with store.app_write() as connection:
        audit.note(
            connection,
            scope,
            "view_as",
            subject_kind="user",
            subject=user.user_key,
            detail=detail,
            now=now,
        )


# --- parts ----------------------------------------------------------------------------------------


def _switch(store: Store, scope: Scope, read: ReadUser, *, is_active: bool, on: Occasion) -> int:
    with changing(store, scope, on) as connection:
        user = read_again(connection, read)
        if not is_active and on.mapping.is_admin(user.identity):
            raise InsightsError(
                f"{user.title} is an admin by the configuration.",
                "Take the user out of access.admins there; nothing was changed.",
            )
        if user.is_active == is_active:
            return user.version
        return change_user(connection, scope, user, {"is_active": is_active}, on=on)
