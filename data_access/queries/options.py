"""What the scope bar offers: workloads, partners, segments, markets, and customers by name."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)

from data_access.schema import (
    claim,
    global_account,
    pair_status,
    partner,
    scope_month,
    tenant,
    usage,
    workload,
)
from data_access.scope import (
    in_slices,
    restricts_partners,
    told_partners,
    visible_pairs,
    visible_tenants,
)
from data_access.types import ANY_WORKLOAD, Scope

MATCHES = 8
"""Customers that a search shows at most; more letters narrow it further."""


def workload_options(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return the workloads with usage in scope, by name; columns: workload, workload_name,
    is_known (False for a name that is in no catalogue)."""
    statement = (
        select(
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            workload.c.is_known,
        )
        .where(
            exists().where(
                pair_status.c.workload_key == workload.c.workload_key,
                *visible_pairs(scope, pair_status),
            )
        )
        .order_by(workload.c.name)
    )
    return pd.read_sql(statement, connection)


def partner_options(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return the partner locations in scope, by name; columns: partner_id, partner_name (the id
    where no name is known), account_id, account_name (None without a global account)."""
    statement = (
        select(
            partner.c.partner_id,
            _name(partner.c.name, partner.c.partner_id).label("partner_name"),
            global_account.c.account_id,
            _name(global_account.c.name, global_account.c.account_id).label("account_name"),
        )
        .join_from(
            partner,
            global_account,
            partner.c.account_key == global_account.c.account_key,
            isouter=True,
        )
        .where(*told_partners(scope))
        .order_by("partner_name", partner.c.partner_id)
    )
    return pd.read_sql(statement, connection)


def customer_attributes(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return every combination of segment and market that a customer in scope has; both columns
    hold only reported values or empty text."""
    statement = select(tenant.c.segment, tenant.c.market).where(*_in_scope(scope)).distinct()
    return pd.read_sql(statement, connection)


def reporting_pairs(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return how many tenant x workload pairs reported both counts, by month.

    Columns: month (index), pairs. Which months count as complete is decided from this; a scope of
    certain partners or tenants sees the pairs of its own only.
    """
    if restricts_partners(scope) or scope.tenant_ids is not None:
        rows: FromClause = usage
        conditions = [
            usage.c.paid_available_units.is_not(None),
            usage.c.monthly_active_users.is_not(None),
            *visible_pairs(scope, usage),
        ]
        count: ColumnElement[int] = func.count()
    else:
        rows = scope_month
        conditions = [scope_month.c.workload_key != ANY_WORKLOAD, *in_slices(scope, scope_month)]
        count = cast(func.sum(scope_month.c.pairs), BigInteger)
    statement = select(rows.c.month, count.label("pairs")).where(*conditions)
    return pd.read_sql(statement.group_by(rows.c.month).order_by(rows.c.month), connection)


def unseen_ids(connection: Connection, scope: Scope, ids: Collection[str]) -> set[str]:
    """Return which of these ids and names belong to what the scope does not see.

    They may be of customers, partners, global accounts, claims, markets and segments; those that
    the store does not know, and those that the scope sees too, are left out.
    """
    tenants = select(tenant.c.tenant_key).where(*_in_scope(scope))
    partners = select(partner.c.partner_key).where(*told_partners(scope))
    accounts = select(partner.c.account_key).where(
        partner.c.account_key.is_not(None), *told_partners(scope)
    )
    is_seen = tenant.c.tenant_key.in_(tenants)
    claims = and_(claim.c.tenant_key.in_(tenants), claim.c.partner_key.in_(partners))
    known: list[tuple[ColumnElement[str], ColumnElement[bool]]] = [
        (tenant.c.tenant_id, is_seen),
        (tenant.c.imported_id, is_seen),
        (tenant.c.market, is_seen),
        (tenant.c.segment, is_seen),
        (partner.c.partner_id, partner.c.partner_key.in_(partners)),
        (global_account.c.account_id, global_account.c.account_key.in_(accounts)),
        (claim.c.claim_id, claims),
    ]
    unseen: set[str] = set()
    for column, seen in known:
        told = select(column, func.max(case((seen, 1), else_=0))).where(column.in_(ids))
        rows = connection.execute(told.group_by(column))
        unseen |= {str(one) for one, is_told in rows if not is_told}
    return unseen


def customers_like(connection: Connection, scope: Scope, text: str) -> pd.DataFrame:
    """Return up to MATCHES customers whose name, domain, tenant id or TPID contains the text.

    Columns: tenant_id, name (the id where it is masked or unknown), domain, market. Names that
    begin with the text come first, then by name.
    """
    begins = tenant.c.name.istartswith(text, autoescape=True)
    found = or_(
        tenant.c.name.icontains(text, autoescape=True),
        tenant.c.domain.icontains(text, autoescape=True),
        tenant.c.tenant_id.icontains(text, autoescape=True),
        tenant.c.imported_id.icontains(text, autoescape=True),
        tenant.c.tpid == text,
    )
    statement = (
        select(
            tenant.c.tenant_id,
            _name(tenant.c.name, tenant.c.imported_id).label("name"),
            tenant.c.domain,
            tenant.c.market,
        )
        .where(found, *_in_scope(scope))
        .order_by(begins.desc().nulls_last(), "name", tenant.c.tenant_id)
        .limit(MATCHES)
    )
    return pd.read_sql(statement, connection)


def _in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    conditions = visible_tenants(scope)
    if restricts_partners(scope):
        pairs = exists().where(
            pair_status.c.tenant_key == tenant.c.tenant_key, *visible_pairs(scope, pair_status)
        )
        conditions.append(pairs)
    return conditions


def _name(name: Column[str | None], otherwise: Column[str]) -> ColumnElement[str]:
    return func.coalesce(name, otherwise)
