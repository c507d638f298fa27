"""What the rule of customers at risk reads: users and seats of the newest months by customer."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Connection, FromClause, Select, case, func, select

from data_access.queries.customers import pair_conditions, pair_sums, reads_pairs
from data_access.schema import customer_opportunity, tenant, tenant_month, usage
from data_access.scope import Condition, chosen_partners, chosen_tenants, held_tenants
from data_access.types import Filters, Scope
from insights.churn import MONTHS, at_risk

NAMED_AT_MOST = 5_000

_NAMED = ("tenant_key", "tenant_id", "name", "value_usd_e4", "expected_usd_e4", "example_pairs")


def customers_at_risk(
    connection: Connection, scope: Scope, filters: Filters, *, as_of: int
) -> pd.DataFrame:
    """Return the customers at risk as of a month, the NAMED_AT_MOST that lost most users first.

    Columns: tenant_id, name, value_usd_e4 and expected_usd_e4 (of milestones it can still earn, all
    workloads; missing: none or not ranked), example_pairs, and those of insights.churn.at_risk.
    With workloads chosen, users and seats are those of these workloads only. With partners chosen,
    value and expected value are missing: they are the customer's, with others' workloads too.
    """
    found = at_risk(pd.read_sql(_by_month(scope, filters, as_of), connection))
    worst = found.nlargest(NAMED_AT_MOST, "users_lost")
    keys = worst["tenant_key"].tolist()
    named = pd.read_sql(_named(keys), connection) if keys else pd.DataFrame(columns=list(_NAMED))
    if chosen_partners(scope, filters) is not None:
        named = named.assign(value_usd_e4=None, expected_usd_e4=None, example_pairs=None)
    rows = worst.merge(named, on="tenant_key").sort_values(
        ["users_lost", "tenant_id"], ascending=[False, True], ignore_index=True
    )
    return rows.drop(columns="tenant_key")


def _by_month(scope: Scope, filters: Filters, as_of: int) -> Select[Any]:
    """Return one row per customer: users and seats of each of the newest months."""
    months = (as_of - MONTHS + 1, as_of)
    rows: FromClause = tenant_month
    if reads_pairs(scope, filters):
        sums = (
            select(usage.c.tenant_key, usage.c.month, *pair_sums(("people", "seats")))
            .where(usage.c.month.between(*months), *pair_conditions(scope, filters))
            .group_by(usage.c.tenant_key, usage.c.month)
        )
        rows = sums.subquery("sums")
    figures = [
        func.max(case((rows.c.month == as_of - back, rows.c[column]))).label(f"{name}_{back}")
        for name, column in (("users", "people"), ("seats", "seats"))
        for back in range(MONTHS)
    ]
    return (
        select(rows.c.tenant_key, *figures)
        .where(rows.c.month.between(*months), *_chosen(rows, scope, filters, as_of))
        .group_by(rows.c.tenant_key)
    )


def _chosen(rows: FromClause, scope: Scope, filters: Filters, as_of: int) -> list[Condition]:
    conditions: list[Condition] = []
    tenants = chosen_tenants(scope, filters)
    if tenants:
        conditions.append(rows.c.tenant_key.in_(select(tenant.c.tenant_key).where(*tenants)))
    held = held_tenants(scope, filters)
    if held is not None:
        conditions.append(rows.c.tenant_key.in_(held))
    if filters.size_bands:
        sized = select(tenant_month.c.tenant_key).where(
            tenant_month.c.month.between(as_of - MONTHS + 1, as_of),
            tenant_month.c.size_band.in_(filters.size_bands),
        )
        conditions.append(rows.c.tenant_key.in_(sized))
    return conditions


def _named(keys: list[int]) -> Select[Any]:
    """Return names and what customers can still earn."""
    ranked = customer_opportunity
    return (
        select(
            tenant.c.tenant_key,
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.tenant_id).label("name"),
            ranked.c.value_usd_e4,
            ranked.c.expected_usd_e4,
            ranked.c.example_pairs,
        )
        .outerjoin(ranked, ranked.c.tenant_key == tenant.c.tenant_key)
        .where(tenant.c.tenant_key.in_(keys))
    )
