"""Everything known about one customer; filters choose the as-of month and the workloads only."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, case, func, select

from data_access.queries.flagged import named_tenants
from data_access.schema import (
    association,
    claim,
    global_account,
    import_batch,
    pair_status,
    partner,
    subscription,
    tenant,
    usage,
    usage_revision,
    workload,
)
from data_access.scope import (
    of_chosen_workloads,
    seen_tenants,
    visible_pairs,
    visible_partners,
)
from data_access.types import Filters, Scope

COUNTS = ("paid_available_units", "monthly_active_users", "high_water_mark")


def customer_facts(connection: Connection, scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return what is known of the tenant itself: one row, none for an unknown id.

    The id may be spelled as in the store or as first imported. Columns: tenant_id, tenant_name
    (its id where unknown), is_name_masked, tpid, domain, segment, market, country, industry,
    attributes_month. A tenant of which the scope sees no pair is unknown to it.
    """
    wanted = tenant_id.strip()
    statement = select(
        tenant.c.tenant_id,
        func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
        tenant.c.is_name_masked,
        tenant.c.tpid,
        tenant.c.domain,
        tenant.c.segment,
        tenant.c.market,
        tenant.c.country,
        tenant.c.industry,
        tenant.c.attributes_month,
    ).where(*seen_tenants(scope))
    first = statement.order_by(tenant.c.tenant_id).limit(1)
    by_id = first.where(tenant.c.tenant_id.in_([wanted, wanted.lower().strip("{}")]))
    facts = pd.read_sql(by_id, connection)
    # Only the id has an index: the other spelling is looked for where nobody has that id.
    if facts.empty:
        facts = pd.read_sql(first.where(tenant.c.imported_id == wanted), connection)
    return facts


def customer_history(
    connection: Connection, scope: Scope, filters: Filters, tenant_id: str
) -> pd.DataFrame:
    """Return every report of the tenant up to the as-of month: workload x month.

    Columns: workload (code), workload_name, month, paid_available_units, monthly_active_users
    (Int64, missing: not reported).
    """
    statement = (
        select(
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            usage.c.month,
            usage.c.paid_available_units,
            usage.c.monthly_active_users,
        )
        .join_from(usage, workload, workload.c.workload_key == usage.c.workload_key)
        .where(
            usage.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
            usage.c.month <= filters.as_of,
            *visible_pairs(scope, usage),
            *of_chosen_workloads(filters, usage),
        )
        .order_by(workload.c.workload_key, usage.c.month)
    )
    return _with_counts(pd.read_sql(statement, connection))


def customer_pairs(
    connection: Connection, scope: Scope, filters: Filters, tenant_id: str
) -> pd.DataFrame:
    """Return the tenant's workloads with what their flags need: one row per workload.

    Columns: workload (code), workload_name, is_known, first_month, latest_month,
    months_reported, high_water_mark (Int64, highest monthly active users ever reported),
    restated_values and moves (counts up to the as-of month).
    """
    restated = _count(
        usage_revision.c.tenant_key == pair_status.c.tenant_key,
        usage_revision.c.workload_key == pair_status.c.workload_key,
        usage_revision.c.month <= filters.as_of,
    )
    moved = _count(
        association.c.tenant_key == pair_status.c.tenant_key,
        association.c.workload_key == pair_status.c.workload_key,
        association.c.end_month < filters.as_of,
        association.c.end_reason == "moved",
    )
    statement = (
        select(
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            workload.c.is_known,
            pair_status.c.first_month,
            pair_status.c.latest_month,
            pair_status.c.months_reported,
            pair_status.c.high_water_mark,
            restated.label("restated_values"),
            moved.label("moves"),
        )
        .join_from(pair_status, workload, workload.c.workload_key == pair_status.c.workload_key)
        .where(
            pair_status.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
            pair_status.c.first_month <= filters.as_of,
            *visible_pairs(scope, pair_status),
            *of_chosen_workloads(filters, pair_status),
        )
        .order_by(workload.c.workload_key)
    )
    return _with_counts(pd.read_sql(statement, connection))


def customer_associations(connection: Connection, scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return who held which workload of the tenant when: one row per unbroken span.

    Columns: workload (code), workload_name, partner_id, partner_name (its id where unknown),
    account_name, start_month, end_month (OPEN_END: still held), associated_on, attribution_type,
    claim_id, end_reason.
    """
    statement = (
        select(
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            partner.c.partner_id,
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            global_account.c.name.label("account_name"),
            association.c.start_month,
            association.c.end_month,
            association.c.associated_on,
            association.c.attribution_type,
            association.c.claim_id,
            association.c.end_reason,
        )
        .select_from(association)
        .join(workload, workload.c.workload_key == association.c.workload_key)
        .join(partner, partner.c.partner_key == association.c.partner_key)
        .outerjoin(global_account, global_account.c.account_key == partner.c.account_key)
        .where(
            association.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
            *visible_partners(scope),
        )
        .order_by(workload.c.workload_key, association.c.start_month)
    )
    return pd.read_sql(statement, connection)


def customer_restatements(
    connection: Connection, scope: Scope, filters: Filters, tenant_id: str
) -> pd.DataFrame:
    """Return every value of the tenant that a later file replaced, newest change first.

    Columns: workload_name, month, old_units, new_units, old_users, new_users (Int64, missing:
    not reported), imported_at, file_name, replaced_by_batch_id. The new value is what the file
    wrote then: the next old value, or what is stored now.
    """
    pair_month = (
        usage_revision.c.tenant_key,
        usage_revision.c.workload_key,
        usage_revision.c.month,
    )

    def following(column: str) -> ColumnElement[Any]:
        window: dict[str, Any] = {
            "partition_by": pair_month,
            "order_by": usage_revision.c.revision_id,
        }
        is_last = func.lead(usage_revision.c.revision_id).over(**window).is_(None)
        return case(
            (is_last, usage.c[column]),
            else_=func.lead(usage_revision.c[column]).over(**window),
        )

    statement = (
        select(
            workload.c.name.label("workload_name"),
            usage_revision.c.month,
            usage_revision.c.paid_available_units.label("old_units"),
            following("paid_available_units").label("new_units"),
            usage_revision.c.monthly_active_users.label("old_users"),
            following("monthly_active_users").label("new_users"),
            import_batch.c.imported_at,
            import_batch.c.file_name,
            usage_revision.c.replaced_by_batch_id,
        )
        .select_from(usage_revision)
        .join(workload, workload.c.workload_key == usage_revision.c.workload_key)
        .join(
            usage,
            and_(
                usage.c.tenant_key == usage_revision.c.tenant_key,
                usage.c.workload_key == usage_revision.c.workload_key,
                usage.c.month == usage_revision.c.month,
            ),
        )
        .join(import_batch, import_batch.c.batch_id == usage_revision.c.replaced_by_batch_id)
        .where(
            usage_revision.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
            usage_revision.c.month <= filters.as_of,
            *visible_pairs(scope, usage_revision),
            *of_chosen_workloads(filters, usage_revision),
        )
        .order_by(usage_revision.c.revision_id.desc())
    )
    counts = ("old_units", "new_units", "old_users", "new_users")
    return pd.read_sql(statement, connection).astype(dict.fromkeys(counts, "Int64"))


def customer_subscriptions(connection: Connection, scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return the tenant's subscriptions as of their newest report: one row per subscription.

    Columns: subscription_id, product, sku, state, starts_on, ends_on, is_auto_renew, seats
    (Int64), month.
    """
    columns = (
        "subscription_id",
        "product",
        "sku",
        "state",
        "starts_on",
        "ends_on",
        "is_auto_renew",
        "seats",
        "month",
    )
    statement = (
        select(*(subscription.c[name] for name in columns))
        .where(subscription.c.tenant_key.in_(named_tenants(scope, [tenant_id])))
        .order_by(subscription.c.product, subscription.c.subscription_id)
    )
    return pd.read_sql(statement, connection).astype({"seats": "Int64"})


def customer_claims(connection: Connection, scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return the tenant's claims with their latest known status: one row per claim x workload.

    Columns: claim_id, workload_name, partner_name, status, status_reason, status_on,
    submitted_on, approved_on, ended_on, proof_signed_on.
    """
    told = ("status", "status_reason", "status_on", "submitted_on", "approved_on", "ended_on")
    statement = (
        select(
            claim.c.claim_id,
            workload.c.name.label("workload_name"),
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            *(claim.c[name] for name in told),
            claim.c.proof_signed_on,
        )
        .select_from(claim)
        .join(workload, workload.c.workload_key == claim.c.workload_key)
        .join(partner, partner.c.partner_key == claim.c.partner_key)
        .where(claim.c.tenant_key.in_(named_tenants(scope, [tenant_id])), *visible_partners(scope))
        .order_by(claim.c.status_on.desc(), claim.c.claim_id)
    )
    return pd.read_sql(statement, connection)


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """Return how many rows of the conditions' table belong to the pair of the outer statement."""
    return select(func.count()).where(*conditions).correlate(pair_status).scalar_subquery()


def _with_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their counts as integers that may be missing."""
    return rows.astype({name: "Int64" for name in COUNTS if name in rows.columns})
