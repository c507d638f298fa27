"""Usage by months since the association began, for curves of customers that started together.

Each pair is in one month at each age, so sums over the months of one age count nothing twice.
`cohort_month` answers for everybody and for one account. It has no partner, segment, market or
size; these filters are not followed (the page says so). What a scope may not see is never part
of it: a scope narrower than one account reads the facts.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Subquery,
    and_,
    cast,
    func,
    literal,
    select,
)

from data_access.schema import association, cohort_month, global_account, tenant, usage, workload
from data_access.scope import (
    Condition,
    chosen_partners,
    chosen_workloads,
    restricts_tenants,
    visible_tenants,
)
from data_access.types import Filters, Scope

EVERYBODY = 0
OLDEST_AGE = 36
"""Months since association that are shown at most; later ones hold few pairs."""

MONTHS_TO_FISCAL_YEAR = 6
"""Added to a month index before dividing by 12: July then belongs to the next year's number."""

_SUMS = ("pairs", "paid_available_units", "monthly_active_users")


def usage_by_age(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return usage sums at workload x start fiscal year x age grain, months up to the as-of month.

    Columns: workload, workload_name, start_year (fiscal year in which the association began),
    age (months since then, 0 = the month it began), pairs, paid_available_units,
    monthly_active_users.
    """
    rows, conditions = _rows(scope, filters)
    start_year = ((rows.c.month - rows.c.age + MONTHS_TO_FISCAL_YEAR) // 12).label("start_year")
    by = [workload.c.code.label("workload"), workload.c.name.label("workload_name"), start_year]
    statement = (
        select(*by, rows.c.age, *(_sum(rows, name) for name in _SUMS))
        .join_from(rows, workload, workload.c.workload_key == rows.c.workload_key)
        .where(
            rows.c.month <= filters.as_of,
            rows.c.age.between(0, OLDEST_AGE),
            *_chosen(rows, filters),
            *conditions,
        )
        .group_by(*by, rows.c.age)
        .order_by(*by, rows.c.age)
    )
    return pd.read_sql(statement, connection)


def _rows(scope: Scope, filters: Filters) -> tuple[FromClause, list[Condition]]:
    """Return the cohort rows that hold all and only what the scope may see."""
    is_narrow = scope.partner_ids is not None or restricts_tenants(scope)
    if is_narrow or (scope.account_ids is not None and filters.account_id is None):
        return _from_facts(scope, filters), []
    if filters.account_id is None:
        return cohort_month, [cohort_month.c.account_key == EVERYBODY]
    accounts = select(global_account.c.account_key).where(
        global_account.c.account_id == filters.account_id
    )
    if scope.account_ids is not None:
        accounts = accounts.where(global_account.c.account_id.in_(scope.account_ids))
    return cohort_month, [cohort_month.c.account_key.in_(accounts)]


def _from_facts(scope: Scope, filters: Filters) -> Subquery:
    """Return one row per pair and month held in scope, aged by its oldest holder in scope."""
    partners = chosen_partners(scope, replace(filters, partner_id=None))
    return (
        select(
            usage.c.workload_key,
            usage.c.month,
            (usage.c.month - func.min(association.c.start_month)).label("age"),
            literal(1).label("pairs"),
            func.max(usage.c.paid_available_units).label("paid_available_units"),
            func.max(usage.c.monthly_active_users).label("monthly_active_users"),
        )
        .join_from(association, usage, _held_usage())
        .join(tenant, tenant.c.tenant_key == usage.c.tenant_key)
        .where(
            usage.c.paid_available_units.is_not(None),
            usage.c.monthly_active_users.is_not(None),
            *visible_tenants(scope),
            *([] if partners is None else [association.c.partner_key.in_(partners)]),
        )
        .group_by(usage.c.tenant_key, usage.c.workload_key, usage.c.month)
        .subquery("cohorts")
    )


def _held_usage() -> Condition:
    """Return the join of an association with the usage of the months in which it was held."""
    return and_(
        usage.c.tenant_key == association.c.tenant_key,
        usage.c.workload_key == association.c.workload_key,
        usage.c.month.between(association.c.start_month, association.c.end_month),
    )


def _chosen(rows: FromClause, filters: Filters) -> list[Condition]:
    workloads = chosen_workloads(filters)
    return [] if workloads is None else [rows.c.workload_key.in_(workloads)]


def _sum(rows: FromClause, name: str) -> ColumnElement[int]:
    return cast(func.sum(rows.c[name]), BigInteger).label(name)
