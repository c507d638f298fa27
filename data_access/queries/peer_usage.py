"""How other customers of the same size use each workload: sums without names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from data_access.action_scope import CHUNK
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

Sums = Select[str, int, int, int]
"""Workload, paid available units, monthly active users, customers."""

_SUMS = ["paid_available_units", "monthly_active_users", "customers"]


def peer_usage(connection: Connection, scope: Scope, *, tenant_id: str, month: int) -> pd.DataFrame:
    """Return the usage of all other customers of a customer's size band in a month, by workload.

    Columns: workload (code), paid_available_units, monthly_active_users, customers (how many the
    sums are of). Only pairs with both counts and seats; empty where the scope does not see the
    customer or it has no report. A workload of fewer than LEAST_PEERS others has no row: a sum of
    few would tell about each of them.
    """
    own = connection.execute(_own(scope, tenant_id, month)).one_or_none()
    if own is None:
        nobody = _of_everybody(scope, month, -1)
        return _read(connection, [nobody]).reset_index()
    key, band = own
    if restricts_partners(scope) or scope.tenant_ids is not None:
        sums = _read(connection, [_of_pairs(scope, key, month, band)])
    else:
        everybody = _read(connection, [_of_everybody(scope, month, band)])
        without_seats = [int(one) for one in connection.scalars(_without_seats(scope, month, band))]
        left_out = _read(connection, _left_out(key, without_seats, month))
        sums = everybody.sub(left_out.reindex(everybody.index, fill_value=0))
    return sums[sums["customers"] >= LEAST_PEERS].reset_index()


def _read(connection: Connection, statements: Iterable[Sums]) -> pd.DataFrame:
    """Return the sums that the statements give together, by workload."""
    found = pd.concat([pd.read_sql(each, connection) for each in statements])
    return found.astype(dict.fromkeys(_SUMS, "int64")).groupby("workload")[_SUMS].sum()


def _own(scope: Scope, tenant_id: str, month: int) -> Select[int, int]:
    """Return the customer's key and size band in the month, none where it is not seen."""
    return select(tenant_month.c.tenant_key, tenant_month.c.size_band).where(
        tenant_month.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
        tenant_month.c.month == month,
    )


def _of_everybody(scope: Scope, month: int, band: int) -> Sums:
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


def _without_seats(scope: Scope, month: int, band: int) -> Select[int]:
    """Return the keys of the customers that have a workload without seats: they are few."""
    return select(tenant_month.c.tenant_key).where(
        tenant_month.c.month == month,
        tenant_month.c.size_band == band,
        tenant_month.c.pairs_without_seats > 0,
        *of_visible_tenants(scope, tenant_month),
    )


def _left_out(own: int, without_seats: Sequence[int], month: int) -> Iterator[Sums]:
    """Return the sums of what the mart counts and nobody compares with.

    The customer itself, and others' workloads without seats.
    """
    counted = _sums_of_usage().where(
        usage.c.month == month,
        usage.c.paid_available_units.is_not(None),
        usage.c.monthly_active_users.is_not(None),
        # With the workloads named, too, the whole key is known and nothing else is read.
        usage.c.workload_key.in_(select(workload.c.workload_key)),
    )
    yield counted.where(usage.c.tenant_key == own)
    others = counted.where(usage.c.tenant_key != own, usage.c.paid_available_units == 0)
    for at in range(0, len(without_seats), CHUNK):
        yield others.where(usage.c.tenant_key.in_(without_seats[at : at + CHUNK]))


def _of_pairs(scope: Scope, own: int, month: int, band: int) -> Sums:
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
            usage.c.tenant_key != own,
            *seen_tenants(scope),
            *visible_pairs(scope, usage),
        )
    )


def _sums_of_usage() -> Sums:
    return (
        select(
            workload.c.code.label("workload"),
            func.sum(usage.c.paid_available_units).label("paid_available_units"),
            func.sum(usage.c.monthly_active_users).label("monthly_active_users"),
            func.count().label("customers"),
        )
        .join_from(usage, workload, workload.c.workload_key == usage.c.workload_key)
        .group_by(workload.c.code)
    )
