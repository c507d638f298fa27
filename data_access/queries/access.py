"""What grants lead to: how many customers a scope shows, and the names of what was granted."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, func, select

from data_access.schema import global_account, partner, tenant
from data_access.scope import seen_tenants, told_partners
from data_access.types import Scope


def customers_seen(connection: Connection, scope: Scope) -> int:
    """Return how many customers a scope shows, whichever months they were reported in."""
    statement = select(func.count()).select_from(tenant).where(*seen_tenants(scope))
    return int(connection.scalar(statement) or 0)


def grantable(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return what can be granted by name: partners, accounts, markets and segments in scope.

    Columns: kind, value, name; ordered by kind and name.
    """
    accounts = select(partner.c.account_key).where(*told_partners(scope))
    named = (
        ("partner", select(partner.c.partner_id, partner.c.name).where(*told_partners(scope))),
        (
            "account",
            select(global_account.c.account_id, global_account.c.name).where(
                global_account.c.account_key.in_(accounts)
            ),
        ),
        *(
            (kind, select(column, column).where(column != "", *seen_tenants(scope)).distinct())
            for kind, column in (("market", tenant.c.market), ("segment", tenant.c.segment))
        ),
    )
    rows = [
        (kind, str(value), str(name or value))
        for kind, statement in named
        for value, name in connection.execute(statement)
    ]
    found = pd.DataFrame(rows, columns=["kind", "value", "name"], dtype="str")
    return found.sort_values(["kind", "name", "value"], ignore_index=True)


def customer_names(
    connection: Connection, scope: Scope, tenant_ids: tuple[str, ...]
) -> dict[str, str]:
    """Return the names of customers by tenant id, of those in scope only."""
    names: dict[str, str] = {}
    for first in range(0, len(tenant_ids), _AT_ONCE):
        chosen = tenant.c.tenant_id.in_(tenant_ids[first : first + _AT_ONCE])
        statement = select(tenant.c.tenant_id, tenant.c.name).where(chosen, *seen_tenants(scope))
        names |= {str(one): str(name) for one, name in connection.execute(statement)}
    return names


_AT_ONCE = 500
"""Ids in one statement."""
