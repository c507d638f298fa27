"""What became of actions: usage of the months around them, and of similar customers.

Usage is read by customer only: of the customers whose actions are compared, and of a sample among
which similar ones are looked for. The sample is no larger for a million customers than for some
thousands, and the same whoever asks twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import BigInteger, Connection, cast, func, select

from data_access.action_scope import CHUNK, chunks
from data_access.milestone_facts import newest_month
from data_access.schema import tenant, tenant_month, usage, workload
from data_access.scope import Condition, seen_tenants, visible_pairs
from data_access.types import ANY_WORKLOAD, Scope
from insights.actions.outcomes import AFTER, BEFORE, SAMPLED_PER_SIZE, Outcomes, outcomes
from insights.panel import usage_panel

_SPREAD, _PLACES = 618_034, 1_000_003
"""Order of the sample: keys times the golden part of a prime, modulo it, lie evenly everywhere."""


def action_outcomes(
    connection: Connection, scope: Scope, *, begun: pd.DataFrame, touched: pd.DataFrame
) -> Outcomes:
    """Return what became of begun actions that are old enough, among pairs that the scope sees.

    `begun`: action_id, tenant_id, workload, month, milestone. `touched`: tenant_id, workload
    ("": the whole customer), month of every action that anybody began. Similar pairs come from a
    sample of the customers that the scope sees, whatever the filters: of each size at most
    SAMPLED_PER_SIZE before the oldest action and as many before the newest. Months that are still
    coming in are left out.
    """
    newest = newest_month(connection) or 0
    old = _keyed(connection, begun[begun["month"] + AFTER <= newest], seen_tenants(scope))
    if old.empty:
        nothing = _usage(connection, scope, tenants=[], workloads=[], months=range(newest, newest))
        return outcomes(usage_panel(nothing, newest), old, _keyed(connection, touched, []))
    first, last = int(old["month"].min()), int(old["month"].max())
    own = sorted({int(key) for key in old["tenant_key"]})
    others = sorted(set(_sample(connection, scope, (first - 1, last - 1))) - set(own))
    workloads = sorted({int(key) for key in old["workload_key"]})
    parts = (
        (own, range(first - BEFORE, newest + 1)),
        (others, range(first - BEFORE, last + AFTER + 1)),
    )
    told = pd.concat(
        (
            _usage(connection, scope, tenants=keys, workloads=workloads, months=months)
            for keys, months in parts
        ),
        ignore_index=True,
    )
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


def _sample(connection: Connection, scope: Scope, months: Sequence[int]) -> list[int]:
    """Return the keys of some customers of each size in each of the months.

    A customer keeps its place in the order, so that an import changes the sample little.
    """
    place = cast(tenant_month.c.tenant_key, BigInteger) * _SPREAD % _PLACES
    order = func.row_number().over(
        partition_by=(tenant_month.c.month, tenant_month.c.size_band),
        order_by=(place, tenant_month.c.tenant_key),
    )
    seen = seen_tenants(scope)
    conditions = [tenant_month.c.tenant_key.in_(select(tenant.c.tenant_key).where(*seen))]
    ordered = (
        select(tenant_month.c.tenant_key, order.label("place"))
        .where(
            tenant_month.c.month.in_(set(months)),
            tenant_month.c.size_band > 0,
            *(conditions if seen else []),
        )
        .subquery("ordered")
    )
    chosen = select(ordered.c.tenant_key).where(ordered.c.place <= SAMPLED_PER_SIZE).distinct()
    return [int(key) for key in connection.scalars(chosen)]


def _usage(
    connection: Connection,
    scope: Scope,
    *,
    tenants: Sequence[int],
    workloads: Sequence[int],
    months: range,
) -> pd.DataFrame:
    """Return the usage of these tenants' workloads in these months, in the order of its key."""
    told = (
        select(*(usage.c[name] for name in _USAGE))
        .where(
            usage.c.workload_key.in_(workloads),
            usage.c.month.between(months.start, months.stop - 1),
            *visible_pairs(scope, usage),
        )
        .order_by(usage.c.tenant_key, usage.c.workload_key, usage.c.month)
    )
    parts = [tenants[at : at + CHUNK] for at in range(0, max(len(tenants), 1), CHUNK)]
    rows = [pd.read_sql(told.where(usage.c.tenant_key.in_(some)), connection) for some in parts]
    return pd.concat(rows, ignore_index=True)


_USAGE = (
    "tenant_key",
    "workload_key",
    "month",
    "paid_available_units",
    "monthly_active_users",
)
