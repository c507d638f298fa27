"""What the page of access reads: users, what their grants lead to, and the names of things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from data_access import access_store, people_store
from data_access.access_rules import User, provider_grants, scope_from
from data_access.access_transaction import Occasion, Source
from data_access.queries import access as queries
from data_access.roles import require
from data_access.types import Scope
from insights.grants import Grant
from insights.views.access import UserAccess
from pages.shared import cached, scope_bar, signing_in
from pages.shared.today import now


def acting_scope() -> Scope:
    """Return the scope of whoever gives access now; raises DeniedError for everybody else."""
    scope = scope_bar.current_scope()
    require(scope, "access")
    return scope


def occasion(source: Source = "page") -> Occasion:
    """Return how a change that happens now comes about."""
    return Occasion(signing_in.viewing_mapping(), now(), source)


def users() -> pd.DataFrame:
    """Return the users as stored."""
    acting_scope()
    return access_store.users(cached.store())


def user(user_key: str) -> User | None:
    """Return one user, None where there is none."""
    acting_scope()
    return access_store.user_of(cached.store(), user_key)


def grants(user_key: str) -> pd.DataFrame:
    """Return the grants that a user has or had, oldest first."""
    acting_scope()
    return access_store.grants(cached.store(), user_key)


def granted() -> dict[str, set[Grant]]:
    """Return the store's grants in force, by user key."""
    acting_scope()
    with cached.store().app_read() as connection:
        return access_store.granted_by_user(connection, [])


def access_of(known: Iterable[User], held: dict[str, set[Grant]]) -> dict[str, UserAccess]:
    """Return what each user has and how many customers that gives, by user key."""
    mapping = signing_in.viewing_mapping()
    found = {}
    for each in known:
        by_store = held.get(each.user_key, set())
        scope = scope_from(each, by_store, mapping)
        found[each.user_key] = UserAccess(
            scope=scope,
            by_store=frozenset(by_store),
            by_provider=frozenset(provider_grants(each, mapping)),
            customers=None if scope is None else _customers(scope),
        )
    return found


def everybody() -> tuple[User, ...]:
    """Return every user."""
    acting_scope()
    return access_store.stored_users(cached.store())


def names() -> dict[str, dict[str, str]]:
    """Return what can be granted by name: value to name, by kind of grant."""
    rows = cached.read(queries.grantable, acting_scope())
    return {
        str(kind): dict(zip(of_kind["value"], of_kind["name"], strict=True))
        for kind, of_kind in rows.groupby("kind")
    }


def names_with_customers(held: Iterable[Grant]) -> dict[str, dict[str, str]]:
    """Return `names` and those of the customers that are granted by id."""
    ids = tuple(sorted({grant.value for grant in held if grant.kind == "tenant"}))
    if not ids:
        return names()
    return names() | {"tenant": cached.read(queries.customer_names, acting_scope(), ids)}


def people() -> dict[str, str]:
    """Return the names of the people list by e-mail."""
    rows = people_store.people(cached.store())
    return dict(zip(rows["email"].astype(str), rows["name"].astype(str), strict=True))


def _customers(scope: Scope) -> int:
    """Return how many customers a scope shows; users with the same limits share the answer."""
    limits = replace(
        scope, who="", user_key="", person="", role="admin", capabilities=None, viewed_by=""
    )
    return cached.read(queries.customers_seen, limits)
