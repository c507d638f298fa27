"""The largest customers and their workloads in one month."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, desc, func, select

from data_access.schema import association, tenant, tenant_month, usage, workload
from data_access.scope import (
    Condition,
    chosen_partners,
    chosen_tenants,
    chosen_workloads,
    restricts_partners,
    visible_pairs,
)
from data_access.types import Filters, Scope


def largest_customers(
    connection: Connection, scope: Scope, filters: Filters, *, month: int, limit: int
) -> pd.DataFrame:
    """Return the workloads of the customers with the most seats in a month: tenant x workload.

    Columns: tenant_id, tenant_name (the id where no name is known), seats (of the tenant's largest
    workload, among those the scope sees), workload, workload_name, paid_available_units,
    monthly_active_users. Only pairs with both counts, of the chosen workloads, held by the chosen
    partners. Largest tenant first.
    """
    # Two statements: with the tenants as values the database looks their rows up one by one,
    # instead of reading everybody's month.
    largest = connection.scalars(_largest(scope, filters, month=month, limit=limit)).all()
    statement = (
        select(
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.tenant_id).label("tenant_name"),
            _seats(scope, month).label("seats"),
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            usage.c.paid_available_units,
            usage.c.monthly_active_users,
        )
        .join_from(usage, tenant, tenant.c.tenant_key == usage.c.tenant_key)
        .join(workload, workload.c.workload_key == usage.c.workload_key)
        .join(
            tenant_month,
            and_(tenant_month.c.tenant_key == usage.c.tenant_key, tenant_month.c.month == month),
        )
        .where(usage.c.tenant_key.in_(largest), *_shown(scope, filters, month))
        .order_by(desc("seats"), tenant.c.tenant_id, workload.c.code)
    )
    return pd.read_sql(statement, connection)


def _largest(scope: Scope, filters: Filters, *, month: int, limit: int) -> Select[tuple[int]]:
    """Return the keys of the tenants with the most seats that have a pair to show."""
    statement = (
        select(tenant_month.c.tenant_key)
        .where(tenant_month.c.month == month)
        .order_by(_seats(scope, month).desc(), tenant_month.c.tenant_key)
        .limit(limit)
    )
    tenants = chosen_tenants(scope, filters)
    if tenants:
        statement = statement.join(tenant, tenant.c.tenant_key == tenant_month.c.tenant_key).where(
            *tenants
        )
    if filters.size_bands:
        statement = statement.where(tenant_month.c.size_band.in_(filters.size_bands))
    if filters.workloads or chosen_partners(scope, filters) is not None:
        a_pair = usage.c.tenant_key == tenant_month.c.tenant_key
        shown = select(usage.c.tenant_key).where(a_pair, *_shown(scope, filters, month))
        statement = statement.where(shown.exists())
    return statement


def _seats(scope: Scope, month: int) -> ColumnElement[int]:
    """Return the seats of a tenant's largest workload: of all, or of those a scope may see."""
    if not restricts_partners(scope):
        return tenant_month.c.seats
    pairs = usage.alias("own_pairs")
    units = func.coalesce(func.max(pairs.c.paid_available_units), 0)
    own = select(units).where(
        pairs.c.tenant_key == tenant_month.c.tenant_key,
        pairs.c.month == month,
        *visible_pairs(scope, pairs),
    )
    return own.scalar_subquery()


def _shown(scope: Scope, filters: Filters, month: int) -> list[Condition]:
    """Return the conditions on usage rows of the pairs to show.

    Workloads are named even where all are meant, which keeps the look-up in the primary key.
    """
    workloads, partners = chosen_workloads(filters), chosen_partners(scope, filters)
    conditions: list[Condition] = [
        usage.c.month == month,
        usage.c.workload_key.in_(
            select(workload.c.workload_key) if workloads is None else workloads
        ),
        usage.c.paid_available_units.is_not(None),
        usage.c.monthly_active_users.is_not(None),
    ]
    if partners is not None:
        held = select(association.c.partner_key).where(
            association.c.tenant_key == usage.c.tenant_key,
            association.c.workload_key == usage.c.workload_key,
            association.c.start_month <= month,
            association.c.end_month >= month,
            association.c.partner_key.in_(partners),
        )
        conditions.append(held.exists())
    return conditions
