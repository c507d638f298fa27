"""How other customers of the same size use each workload: sums without names."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from data_access.queries.flagged import named_tenants
from data_access.schema import tenant, tenant_month, usage, workload
from data_access.scope import seen_tenants, visible_pairs
from data_access.types import Scope

LEAST_PEERS = 5
"""Other customers that a comparison needs at least."""


def peer_usage(connection: Connection, scope: Scope, *, tenant_id: str, month: int) -> pd.DataFrame:
    """Return the usage of all other customers of a customer's size band in a month, by workload.

    Columns: workload (code), paid_available_units, monthly_active_users, customers (how many the
    sums are of). Only pairs with both counts and seats; empty where the scope does not see the
    customer or it has no report. A workload of fewer than LEAST_PEERS others has no row: a sum of
    few would tell about each of them.
    """
    one, own = aliased(tenant), aliased(tenant_month)
    band = (
        select(own.c.size_band)
        .join_from(own, one, one.c.tenant_key == own.c.tenant_key)
        .where(one.c.tenant_key.in_(named_tenants(scope, [tenant_id])), own.c.month == month)
    )
    statement = (
        select(
            workload.c.code.label("workload"),
            func.sum(usage.c.paid_available_units).label("paid_available_units"),
            func.sum(usage.c.monthly_active_users).label("monthly_active_users"),
            func.count().label("customers"),
        )
        .join_from(usage, tenant, tenant.c.tenant_key == usage.c.tenant_key)
        .join(workload, workload.c.workload_key == usage.c.workload_key)
        .join(
            tenant_month,
            (tenant_month.c.tenant_key == usage.c.tenant_key) & (tenant_month.c.month == month),
        )
        .where(
            usage.c.month == month,
            usage.c.paid_available_units > 0,
            usage.c.monthly_active_users.is_not(None),
            tenant_month.c.size_band == band.scalar_subquery(),
            tenant.c.tenant_id != tenant_id,
            *seen_tenants(scope),
            *visible_pairs(scope, usage),
        )
        .group_by(workload.c.code)
        .having(func.count() >= LEAST_PEERS)
        .order_by(workload.c.code)
    )
    return pd.read_sql(statement, connection).astype(
        {"paid_available_units": "int64", "monthly_active_users": "int64", "customers": "int64"}
    )
