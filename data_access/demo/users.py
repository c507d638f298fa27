"""The demo's invented users: one or two of each role with different customers, to look as them.

They are of a directory that does not exist, so nobody can ever sign in as one of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from data_access.schema import (
    access_grant,
    app_user,
    association,
    global_account,
    partner,
    person,
    tenant,
)
from data_access.store import Store
from insights.grants import Grant

DIRECTORY = "example.invalid"
NAMED_CUSTOMERS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One invented user: name, address, grants, and days since last seen (None: announced)."""

    name: str
    email: str
    granted: tuple[Grant, ...]
    days: int | None


def add_users(store: Store, *, now: datetime) -> int:
    """Write invented users with grants and return how many; nothing where there are some already.

    Account managers and sellers are linked to the people of `add_past_work`, whose partners,
    customers and markets they get.
    """
    with store.read() as connection:
        found = _Known.of(connection)
    with store.app_write() as connection:
        if connection.scalar(select(func.count()).select_from(app_user)):
            return 0
        people = list(connection.execute(select(person).order_by(person.c.email)))
        examples = list(_examples(people, found))
        linked = {row.email for row in people}
        for example in examples:
            key = _key(example.name)
            connection.execute(insert(app_user).values(**_user(example, linked, now)))
            for grant in example.granted:
                connection.execute(insert(access_grant).values(**_grant(key, grant, now)))
    return len(examples)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the demo's portfolio has to grant: its largest markets, account, and some customers."""

    markets: tuple[str, ...]
    accounts: tuple[str, ...]
    tenants: tuple[str, ...]

    @classmethod
    def of(cls, connection: Connection) -> _Known:
        count = func.count()
        markets = (
            select(tenant.c.market)
            .where(tenant.c.market != "")
            .group_by(tenant.c.market)
            .order_by(count.desc(), tenant.c.market)
        )
        accounts = (
            select(global_account.c.account_id)
            .join(partner, partner.c.account_key == global_account.c.account_key)
            .group_by(global_account.c.account_id)
            .order_by(count.desc(), global_account.c.account_id)
        )
        held = select(association.c.tenant_key)
        tenants = (
            select(tenant.c.tenant_id)
            .where(tenant.c.tenant_key.in_(held))
            .order_by(tenant.c.tenant_id)
        )
        statements = (markets.limit(2), accounts.limit(1), tenants.limit(NAMED_CUSTOMERS))
        return cls(*(tuple(map(str, connection.scalars(each))) for each in statements))


def _examples(people: list[Any], found: _Known) -> Iterator[Example]:
    """Return the users: two account managers, two sellers, leadership and an admin."""
    by_role: dict[str, list[Any]] = {}
    for row in people:
        by_role.setdefault(row.role, []).append(row)
    role = {code: Grant("role", code) for code in ("account_manager", "sales", "leadership")}
    for place, row in enumerate(by_role.get("account_manager", [])[:2]):
        owned = json.loads(row.partner_ids)
        partners = tuple(Grant("partner", one) for one in owned)
        named = tuple(Grant("tenant", one) for one in found.tenants)
        granted = (role["account_manager"], *(named if place else partners))
        yield Example(row.name, row.email, granted, place)
    limits = (
        tuple(Grant("market", one) for one in found.markets),
        (*(Grant("account", one) for one in found.accounts), Grant("money")),
    )
    for place, row in enumerate(by_role.get("sales", [])[:2]):
        yield Example(row.name, row.email, (role["sales"], *limits[place]), 2 + place)
    for row in by_role.get("leadership", [])[:1]:
        yield Example(row.name, row.email, (role["leadership"],), 6)
    yield Example("Nora Falk", "nora.falk@partner.example", (Grant("role", "admin"),), None)
    yield Example("Oskar Lund", "oskar.lund@partner.example", (), 9)


def _key(name: str) -> str:
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def _user(example: Example, linked: set[str], now: datetime) -> dict[str, Any]:
    seen = None if example.days is None else now - timedelta(days=example.days, hours=2)
    return {
        "user_key": _key(example.name),
        "directory_id": DIRECTORY,
        "object_id": f"example-{example.name.split()[0].lower()}",
        "name": f"{example.name} (example)",
        "email": example.email,
        "provider_roles": "[]",
        "provider_groups": "[]",
        "person": example.email if example.email in linked else "",
        "is_active": True,
        "version": 1,
        "first_seen_at": None if seen is None else seen - timedelta(days=40),
        "signed_in_at": None if seen is None else seen - timedelta(hours=3),
        "last_seen_at": seen,
    }


def _grant(user_key: str, grant: Grant, now: datetime) -> dict[str, Any]:
    return {
        "user_key": user_key,
        "kind": grant.kind,
        "value": grant.value,
        "source": "example",
        "granted_at": now - timedelta(days=60),
        "granted_by": "demo",
        "revoked_by": "",
    }
