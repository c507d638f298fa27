"""How other customers of the same size use each workload: sums without names."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import aliased

from data_access.queries.flagged import named_tenants
from data_access.schema import scope_month, tenant, tenant_month, usage, workload
from data_access.scope import (
    in_slices,
    of_visible_tenants,
    restricts_partners,
    seen_tenants,
    visible_pairs,
)
from data_access.types import Scope

LEAST_PEERS = 5
"""Other customers that a comparison needs at least."""

_SUMS = ["paid_available_units", "monthly_active_users", "customers"]


def peer_usage(connection: Connection, scope: Scope, *, tenant_id: str, month: int) -> pd.DataFrame:
    """Return the usage of all other customers of a customer's size band in a month, by workload.

    Columns: workload (code), paid_available_units, monthly_active_users, customers (how many the
    sums are of). Only pairs with both counts and seats; empty where the scope does not see the
    customer or it has no report. A workload of fewer than LEAST_PEERS others has no row: a sum of
    few would tell about each of them.
    """
    band = _band(scope, tenant_id, month)
    if restricts_partners(scope) or scope.tenant_ids is not None:
        sums = _read(connection, _of_pairs(scope, tenant_id, month, band))
    else:
        everybody = _read(connection, _of_everybody(scope, month, band))
        left_out = _read(connection, _left_out(scope, tenant_id, month, band))
        sums = everybody.sub(left_out.reindex(everybody.index, fill_value=0))
    return sums[sums["customers"] >= LEAST_PEERS].reset_index()


def _read(connection: Connection, statement: Select[str, int, int, int]) -> pd.DataFrame:
    found = pd.read_sql(statement, connection).set_index("workload").sort_index()
    return found[_SUMS].fillna(0).astype("int64")


def _band(scope: Scope, tenant_id: str, month: int) -> ScalarSelect[int]:
    """Return the customer's size band in the month, none where the scope does not see it."""
    one, own = aliased(tenant), aliased(tenant_month)
    return (
        select(own.c.size_band)
        .join_from(own, one, one.c.tenant_key == own.c.tenant_key)
        .where(one.c.tenant_key.in_(named_tenants(scope, [tenant_id])), own.c.month == month)
        .scalar_subquery()
    )


def _of_everybody(scope: Scope, month: int, band: ScalarSelect[int]) -> Select[str, int, int, int]:
    """Return the sums of all customers of a size band, from the mart."""
    return (
        select(
            workload.c.code.label("workload"),
            func.sum(scope_month.c.paid_available_units).label("paid_available_units"),
            func.sum(scope_month.c.monthly_active_users).label("monthly_active_users"),
            func.sum(scope_month.c.pairs).label("customers"),
        )
        .join_from(scope_month, workload, workload.c.workload_key == scope_month.c.workload_key)
        .where(
            scope_month.c.month == month,
            scope_month.c.size_band == band,
            *in_slices(scope, scope_month),
        )
        .group_by(workload.c.code)
    )


def _left_out(
    scope: Scope, tenant_id: str, month: int, band: ScalarSelect[int]
) -> Select[str, int, int, int]:
    """Return the sums of what the mart counts and nobody compares with.

    The customer itself, and workloads without seats: those of few customers.
    """
    named = named_tenants(scope, [tenant_id])
    few = select(tenant_month.c.tenant_key).where(
        tenant_month.c.month == month,
        tenant_month.c.size_band == band,
        or_(tenant_month.c.tenant_key.in_(named), tenant_month.c.pairs_without_seats > 0),
        *of_visible_tenants(scope, tenant_month),
    )
    return (
        _sums_of_usage()
        .where(
            # With the workloads named, too, the whole key is known and nothing else is read.
            usage.c.tenant_key.in_(few),
            usage.c.workload_key.in_(select(workload.c.workload_key)),
            usage.c.month == month,
            usage.c.paid_available_units.is_not(None),
            usage.c.monthly_active_users.is_not(None),
            or_(usage.c.tenant_key.in_(named), usage.c.paid_available_units == 0),
        )
        .group_by(workload.c.code)
    )


def _of_pairs(
    scope: Scope, tenant_id: str, month: int, band: ScalarSelect[int]
) -> Select[str, int, int, int]:
    """Return the sums of the pairs that a scope of certain customers or partners sees."""
    return (
        _sums_of_usage()
        .join(tenant, tenant.c.tenant_key == usage.c.tenant_key)
        .join(tenant_month, tenant_month.c.tenant_key == usage.c.tenant_key)
        .where(
            usage.c.month == month,
            usage.c.paid_available_units > 0,
            usage.c.monthly_active_users.is_not(None),
            tenant_month.c.month == month,
            tenant_month.c.size_band == band,
            tenant.c.tenant_id != tenant_id,
            *seen_tenants(scope),
            *visible_pairs(scope, usage),
        )
        .group_by(workload.c.code)
    )


def _sums_of_usage() -> Select[str, int, int, int]:
    units, users = usage.c.paid_available_units, usage.c.monthly_active_users
    counted: ColumnElement[int] = func.count()
    return select(
        workload.c.code.label("workload"),
        func.sum(units).label("paid_available_units"),
        func.sum(users).label("monthly_active_users"),
        counted.label("customers"),
    ).join_from(usage, workload, workload.c.workload_key == usage.c.workload_key)
