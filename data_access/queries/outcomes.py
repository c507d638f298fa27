"""What became of actions: usage of the months around them, and of similar customers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, func, select

from data_access.action_scope import chunks
from data_access.milestone_facts import newest_month
from data_access.schema import tenant, usage, workload
from data_access.scope import Condition, seen_tenants, visible_pairs, visible_tenants
from data_access.types import ANY_WORKLOAD, Scope
from insights.actions.outcomes import AFTER, BEFORE, Outcomes, outcomes
from insights.panel import usage_panel


def action_outcomes(
    connection: Connection, scope: Scope, *, begun: pd.DataFrame, touched: pd.DataFrame
) -> Outcomes:
    """Return what became of begun actions that are old enough, among pairs that the scope sees.

    `begun`: action_id, tenant_id, workload, month, milestone. `touched`: tenant_id, workload
    ("": the whole customer), month of every action that anybody began. Similar pairs come from all
    that the scope sees, whatever the filters; months that are still coming in are left out.
    """
    newest = newest_month(connection) or 0
    old = _keyed(connection, begun[begun["month"] + AFTER <= newest], seen_tenants(scope))
    first = int(old["month"].min()) - BEFORE if len(old) else newest
    workloads = sorted({int(key) for key in old["workload_key"]})
    told = _usage(connection, scope, workloads, range(first, newest + 1))
    return outcomes(usage_panel(told, newest), old, _keyed(connection, touched, []))


def customers_of(connection: Connection, scope: Scope, *, keys: Sequence[int]) -> pd.DataFrame:
    """Return tenant_key, tenant_id and tenant_name of these tenants, as far as the scope sees."""
    name = func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name")
    named = select(tenant.c.tenant_key, tenant.c.tenant_id, name)
    return pd.read_sql(named.where(tenant.c.tenant_key.in_(keys), *seen_tenants(scope)), connection)


def _keyed(
    connection: Connection, rows: pd.DataFrame, conditions: Sequence[Condition]
) -> pd.DataFrame:
    """Return the rows with tenant_key and workload_key; those of other tenants are left out."""
    tenants: dict[str, int] = {}
    for some in chunks(rows["tenant_id"]):
        found = select(tenant.c.tenant_id, tenant.c.tenant_key).where(
            tenant.c.tenant_id.in_(some), *conditions
        )
        tenants |= {str(one): int(key) for one, key in connection.execute(found)}
    codes = connection.execute(select(workload.c.code, workload.c.workload_key))
    workloads = {**{str(code): int(key) for code, key in codes}, "": ANY_WORKLOAD}
    keyed = rows.assign(
        tenant_key=rows["tenant_id"].map(tenants), workload_key=rows["workload"].map(workloads)
    ).dropna(subset=["tenant_key", "workload_key"])
    return keyed.astype({"tenant_key": "int64", "workload_key": "int64"})


def _usage(
    connection: Connection, scope: Scope, workloads: Sequence[int], months: range
) -> pd.DataFrame:
    """Return the usage of workloads in these months, in the order of its key."""
    columns = [usage.c[name] for name in _USAGE]
    conditions = visible_tenants(scope)
    if conditions:
        keys = select(tenant.c.tenant_key).where(*conditions)
        conditions = [usage.c.tenant_key.in_(keys)]
    statement = (
        select(*columns)
        .where(
            usage.c.workload_key.in_(workloads),
            usage.c.month.between(months.start, months.stop - 1),
            *conditions,
            *visible_pairs(scope, usage),
        )
        .order_by(usage.c.tenant_key, usage.c.workload_key, usage.c.month)
    )
    return pd.read_sql(statement, connection)


_USAGE = (
    "tenant_key",
    "workload_key",
    "month",
    "paid_available_units",
    "monthly_active_users",
)
