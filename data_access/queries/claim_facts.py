"""What the store knows about the customer of a claim draft; see `claims.standing.ClaimFacts`.

A scope of certain partners sees the tenants of its own pairs, and of another partner that it
holds a workload, but neither who it is nor its proof.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, select, true

from data_access.queries.flagged import named_tenants
from data_access.schema import (
    association,
    claim,
    milestone_run,
    milestone_status,
    pair_status,
    partner,
    tenant,
    workload,
)
from data_access.scope import (
    restricts_partners,
    seen_milestones,
    seen_tenants,
    visible_partners,
)
from data_access.types import OPEN_END, Scope

COUNTS = ("latest_month", "paid_available_units", "monthly_active_users")


def tenants_of_domain(connection: Connection, scope: Scope, domain: str) -> pd.DataFrame:
    """Return the tenants in scope that the reports give this domain; tenant_id, tenant_name."""
    statement = (
        select(
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
        )
        .where(func.lower(tenant.c.domain) == domain.lower(), *seen_tenants(scope))
        .order_by("tenant_name", tenant.c.tenant_id)
        .limit(10)
    )
    return pd.read_sql(statement, connection)


def reported_workloads(connection: Connection, scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return the workloads that a tenant's reports show: one row per workload.

    Columns: workload (code), workload_name, latest_month, paid_available_units,
    monthly_active_users (Int64, of the newest report; missing where a partner out of scope holds
    it), is_held (somebody holds it now), holder_id, holder_name (missing: nobody, or not in scope).
    """
    held = and_(
        association.c.tenant_key == pair_status.c.tenant_key,
        association.c.workload_key == pair_status.c.workload_key,
        association.c.end_month == OPEN_END,
    )
    seen = and_(true(), *visible_partners(scope))
    name = func.coalesce(partner.c.name, partner.c.partner_id)
    statement = (
        select(
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            *(_seen_count(scope, count) for count in COUNTS),
            func.max(case((association.c.partner_key.is_not(None), 1), else_=0)).label("is_held"),
            func.max(case((seen, partner.c.partner_id))).label("holder_id"),
            func.max(case((seen, name))).label("holder_name"),
        )
        .join_from(pair_status, workload, workload.c.workload_key == pair_status.c.workload_key)
        .outerjoin(association, held)
        .outerjoin(partner, partner.c.partner_key == association.c.partner_key)
        .where(pair_status.c.tenant_key.in_(named_tenants(scope, [tenant_id])))
        .group_by(
            workload.c.workload_key,
            workload.c.code,
            workload.c.name,
            *(pair_status.c[key] for key in ("tenant_key", "workload_key", *COUNTS)),
        )
        .order_by(workload.c.name)
    )
    rows = pd.read_sql(statement, connection)
    texts = dict.fromkeys(("workload", "workload_name", "holder_id", "holder_name"), "str")
    return rows.astype({**dict.fromkeys(COUNTS, "Int64"), "is_held": "bool", **texts})


def _seen_count(scope: Scope, name: str) -> ColumnElement[int]:
    """Return a count of pair_status where the scope may see the pair's figures, else NULL."""
    count: ColumnElement[int] = pair_status.c[name]
    if not restricts_partners(scope):
        return count
    seen = exists().where(
        milestone_status.c.tenant_key == pair_status.c.tenant_key,
        milestone_status.c.workload_key == pair_status.c.workload_key,
        *seen_milestones(scope),
    )
    return case((seen, count)).label(name)


def judged_milestones(connection: Connection, scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return the milestones of a tenant as of the newest judgement: workload x milestone.

    Columns: workload (code), milestone (percent), state, users_needed (Int64), monthly_pace,
    added_value_usd_e4 (Int64), is_example, as_of.
    """
    newest = select(milestone_run.c.as_of).order_by(milestone_run.c.run_id.desc()).limit(1)
    status = milestone_status
    statement = (
        select(
            workload.c.code.label("workload"),
            status.c.milestone,
            status.c.state,
            status.c.users_needed,
            status.c.monthly_pace,
            status.c.added_value_usd_e4,
            status.c.is_example,
            newest.scalar_subquery().label("as_of"),
        )
        .join_from(status, workload, workload.c.workload_key == status.c.workload_key)
        .where(status.c.tenant_key.in_(named_tenants(scope, [tenant_id])), *seen_milestones(scope))
        .order_by(status.c.workload_key, status.c.milestone)
    )
    rows = pd.read_sql(statement, connection)
    counts = dict.fromkeys(("users_needed", "added_value_usd_e4", "as_of"), "Int64")
    return rows.astype({**counts, "monthly_pace": "float64", "is_example": "bool"})


def claims_on_tenant(connection: Connection, scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return the claims on a tenant that the scope may see: claim x workload.

    Columns: claim_id, workload (code), partner_id, status, proof_signed_on.
    """
    statement = (
        select(
            claim.c.claim_id,
            workload.c.code.label("workload"),
            partner.c.partner_id,
            claim.c.status,
            claim.c.proof_signed_on,
        )
        .join_from(claim, workload, workload.c.workload_key == claim.c.workload_key)
        .join(partner, partner.c.partner_key == claim.c.partner_key)
        .where(
            claim.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
            *visible_partners(scope),
        )
        .order_by(claim.c.claim_id, workload.c.code)
    )
    return pd.read_sql(statement, connection)
