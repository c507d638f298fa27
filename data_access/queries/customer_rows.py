"""What the rows of named customers show: their last year, workloads, holders; primary keys only."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, func, select

from data_access.queries.customers import (
    ListQuestion,
    customer_count,
    customer_list,
    pair_conditions,
    pair_sums,
    reads_pairs,
)
from data_access.queries.flagged import customer_flags, held_at, named_tenants
from data_access.schema import (
    association,
    partner,
    tenant,
    tenant_month,
    usage,
    workload,
)
from data_access.scope import (
    chosen_workloads,
    of_chosen_workloads,
    visible_pairs,
    visible_partners,
    visible_tenants,
)
from data_access.types import Filters, Scope

TREND_MONTHS = 12


def list_frames(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    question: ListQuestion,
    limit: int,
) -> dict[str, pd.DataFrame]:
    """Return all frames of a list of customers by name, for a download of the whole list.

    listed (customer_list), count, trend, usage of the months listed, flags, partners.
    """
    listed = customer_list(connection, scope, filters, question=question, limit=limit)
    ids = tuple(listed["tenant_id"])
    months = tuple(int(month) for month in listed["month"].unique())
    return {
        "listed": listed,
        "count": customer_count(connection, scope, filters, question=question),
        "trend": customer_trend(connection, scope, filters, tenant_ids=ids),
        "usage": customer_usage(connection, scope, filters, tenant_ids=ids, months=months),
        "flags": customer_flags(connection, scope, filters, tenant_ids=ids),
        "partners": customer_partners(connection, scope, filters, tenant_ids=ids),
    }


def customer_trend(
    connection: Connection, scope: Scope, filters: Filters, *, tenant_ids: Sequence[str]
) -> pd.DataFrame:
    """Return the last year of the named customers: tenant x month up to the as-of month.

    Columns: tenant_id, month, seats, people, paid_available_units, monthly_active_users. The
    month of the comparison is included where it is older.
    """
    first = min(filters.as_of - TREND_MONTHS + 1, filters.before or filters.as_of)
    measured = ("seats", "people", "paid_available_units", "monthly_active_users")
    if not reads_pairs(scope, filters):
        statement = select(
            tenant.c.tenant_id, tenant_month.c.month, *(tenant_month.c[name] for name in measured)
        ).join_from(tenant, tenant_month, tenant_month.c.tenant_key == tenant.c.tenant_key)
        months = tenant_month.c.month
    else:
        statement = (
            select(tenant.c.tenant_id, usage.c.month, *pair_sums(measured))
            .join_from(tenant, usage, usage.c.tenant_key == tenant.c.tenant_key)
            .where(*pair_conditions(scope, filters))
            .group_by(tenant.c.tenant_id, usage.c.month)
        )
        months = usage.c.month
    return pd.read_sql(
        statement.where(
            tenant.c.tenant_id.in_(tenant_ids),
            months.between(first, filters.as_of),
            *visible_tenants(scope),
        ),
        connection,
    )


def customer_usage(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    tenant_ids: Sequence[str],
    months: Sequence[int],
) -> pd.DataFrame:
    """Return reported counts of the named customers: tenant x workload x the months given.

    Columns: tenant_id, workload (code), month, paid_available_units, monthly_active_users (Int64).
    """
    workloads = chosen_workloads(filters)
    if workloads is None:
        workloads = select(workload.c.workload_key)
    statement = (
        select(
            tenant.c.tenant_id,
            workload.c.code.label("workload"),
            usage.c.month,
            usage.c.paid_available_units,
            usage.c.monthly_active_users,
        )
        .select_from(usage)
        .join(tenant, tenant.c.tenant_key == usage.c.tenant_key)
        .join(workload, workload.c.workload_key == usage.c.workload_key)
        .where(
            # Naming every part of the primary key turns a scan of all months into look-ups.
            usage.c.tenant_key.in_(named_tenants(scope, tenant_ids)),
            usage.c.workload_key.in_(workloads),
            usage.c.month.in_(months),
            *visible_pairs(scope, usage),
        )
    )
    return _with_counts(pd.read_sql(statement, connection))


def customer_partners(
    connection: Connection, scope: Scope, filters: Filters, *, tenant_ids: Sequence[str]
) -> pd.DataFrame:
    """Return who holds workloads of the named customers in the as-of month.

    One row per tenant x partner: tenant_id, partner_id, partner_name, workloads (how many).
    """
    statement = (
        select(
            tenant.c.tenant_id,
            partner.c.partner_id,
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            func.count().label("workloads"),
        )
        .join_from(tenant, association, association.c.tenant_key == tenant.c.tenant_key)
        .join(partner, partner.c.partner_key == association.c.partner_key)
        .where(
            association.c.tenant_key.in_(named_tenants(scope, tenant_ids)),
            *held_at(filters.as_of),
            *visible_partners(scope),
            *of_chosen_workloads(filters, association),
        )
        .group_by(tenant.c.tenant_id, partner.c.partner_id, partner.c.name)
    )
    return pd.read_sql(statement, connection)


def _with_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their counts as integers that may be missing."""
    counts = ("paid_available_units", "monthly_active_users")
    return rows.astype(dict.fromkeys(counts, "Int64"))
