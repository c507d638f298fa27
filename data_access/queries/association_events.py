"""What imports changed about who holds what: associations gained and lost, and contested ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    select,
)

from data_access.queries.claims import CONTESTING, EARNABLE, customer_conditions
from data_access.schema import (
    association,
    association_event,
    claim,
    import_batch,
    milestone_status,
    partner,
    tenant,
    workload,
)
from data_access.scope import Condition, chosen_partners, restricts_partners, visible_pairs
from data_access.types import OPEN_END, Filters, Scope

LISTED_AT_MOST = 200
DOWNLOADED_AT_MOST = 50_000
NOT_EARNED = (*EARNABLE, "missed")
"""States of milestones of which a loss may take the value away."""


def changes_by_import(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return how many associations each import changed: import x change x reason, newest first.

    Columns: batch_id, file_name, imported_at (UTC), change (gained or lost), reason ("" for
    gained; moved, disassociated, not reported), changes.
    """
    kind = (
        association_event.c.batch_id,
        association_event.c.change,
        association_event.c.reason,
    )
    counted = (
        select(*kind, func.count().label("changes"))
        .where(*_conditions(scope, filters))
        .group_by(*kind)
        .subquery("counted")
    )
    statement = (
        select(
            counted.c.batch_id,
            import_batch.c.file_name,
            import_batch.c.imported_at,
            counted.c.change,
            counted.c.reason,
            counted.c.changes,
        )
        .join_from(counted, import_batch, import_batch.c.batch_id == counted.c.batch_id)
        .order_by(counted.c.batch_id.desc(), counted.c.change, counted.c.reason)
    )
    rows = pd.read_sql(statement, connection)
    moments = pd.to_datetime(rows["imported_at"], utc=True)
    return rows.assign(imported_at=moments, reason=rows["reason"].astype("str").fillna(""))


def changes_of_import(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    batch_id: int,
    change: str = "",
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return the associations that an import changed, lost ones first: one row per change.

    Columns: change, reason, month, tenant_id, tenant_name, workload, workload_name, partner_id,
    partner_name, other_partner (who holds it now, missing: nobody or not in scope), value_usd_e4
    (Int64, what the milestones not reached yet are worth), is_example.
    """
    event = association_event
    first = (
        select(event.c.event_id)
        .where(
            event.c.batch_id == batch_id,
            *([event.c.change == change] if change else []),
            *_conditions(scope, filters),
        )
        .order_by(event.c.change.desc(), event.c.event_id)
        .limit(limit)
        .subquery("first")
    )
    statement = (
        select(
            event.c.change,
            func.coalesce(event.c.reason, "").label("reason"),
            event.c.month,
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            partner.c.partner_id,
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            _holder_now(scope).label("other_partner"),
            *_value_columns(),
        )
        .join_from(first, event, event.c.event_id == first.c.event_id)
        .join(tenant, tenant.c.tenant_key == event.c.tenant_key)
        .join(workload, workload.c.workload_key == event.c.workload_key)
        .join(partner, partner.c.partner_key == event.c.partner_key)
        .order_by(event.c.change.desc(), event.c.event_id)
    )
    rows = pd.read_sql(statement, connection)
    return rows.astype({"value_usd_e4": "Int64", "is_example": "bool", "other_partner": "str"})


def contested_workloads(
    connection: Connection, scope: Scope, filters: Filters, *, limit: int = LISTED_AT_MOST
) -> pd.DataFrame:
    """Return held workloads that another partner's open claim wants: one row per such claim.

    Columns: tenant_id, tenant_name, workload, workload_name, partner_name (the holder),
    rival_name and claim_id (missing: not in scope), status, status_on, batch_id (the import that
    told it), value_usd_e4 (Int64), is_example. The latest status comes first.
    """
    holder, rival, held = partner.alias("holder"), partner.alias("rival"), association.alias("held")
    partners = chosen_partners(scope, filters)
    is_chosen = [] if partners is None else [held.c.partner_key.in_(partners)]
    own = chosen_partners(scope, Filters(filters.as_of, filters.since, None))
    is_seen = claim.c.partner_key == rival.c.partner_key
    if own is not None:
        is_seen = and_(is_seen, rival.c.partner_key.in_(own))
    statement = (
        select(
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            func.coalesce(holder.c.name, holder.c.partner_id).label("partner_name"),
            func.coalesce(rival.c.name, rival.c.partner_id).label("rival_name"),
            case((rival.c.partner_key.is_not(None), claim.c.claim_id)).label("claim_id"),
            claim.c.status,
            claim.c.status_on,
            claim.c.batch_id,
            *_value_columns(claim),
        )
        .select_from(claim)
        .join(
            held,
            and_(
                held.c.tenant_key == claim.c.tenant_key,
                held.c.workload_key == claim.c.workload_key,
                held.c.partner_key != claim.c.partner_key,
                held.c.end_month >= OPEN_END,
            ),
        )
        .join(tenant, tenant.c.tenant_key == claim.c.tenant_key)
        .join(workload, workload.c.workload_key == claim.c.workload_key)
        .join(holder, holder.c.partner_key == held.c.partner_key)
        .outerjoin(rival, is_seen)
        .where(
            claim.c.status.in_(CONTESTING),
            *is_chosen,
            *customer_conditions(scope, filters, claim),
            *visible_pairs(scope, claim),
        )
        .order_by(claim.c.status_on.desc().nulls_last(), claim.c.claim_id, tenant.c.tenant_id)
        .limit(limit)
    )
    rows = pd.read_sql(statement, connection)
    return rows.assign(status_on=pd.to_datetime(rows["status_on"])).astype(
        {"value_usd_e4": "Int64", "is_example": "bool", "rival_name": "str", "claim_id": "str"}
    )


def _conditions(scope: Scope, filters: Filters) -> list[Condition]:
    """Return the conditions on events: of the chosen partners and customers."""
    conditions = customer_conditions(scope, filters, association_event)
    partners = chosen_partners(scope, filters)
    if partners is not None:
        conditions.append(association_event.c.partner_key.in_(partners))
    return conditions


def _holder_now(scope: Scope) -> ColumnElement[Any]:
    """Return the name of another partner that holds an event's pair now, if the scope sees it."""
    holder = partner.alias("now")
    named: Select[Any] = (
        select(func.min(func.coalesce(holder.c.name, holder.c.partner_id)))
        .join_from(association, holder, holder.c.partner_key == association.c.partner_key)
        .where(
            association.c.tenant_key == association_event.c.tenant_key,
            association.c.workload_key == association_event.c.workload_key,
            association.c.partner_key != association_event.c.partner_key,
            association.c.end_month >= OPEN_END,
        )
    )
    if restricts_partners(scope):
        own = chosen_partners(scope, Filters(0, 0, None))
        assert own is not None, "a restricting scope names partners"
        named = named.where(association.c.partner_key.in_(own))
    return named.scalar_subquery()


def _value_columns(rows: FromClause = association_event) -> list[ColumnElement[Any]]:
    """Return what the pair's milestones that nobody reached are worth, and if by an example."""
    ahead = and_(
        milestone_status.c.tenant_key == rows.c.tenant_key,
        milestone_status.c.workload_key == rows.c.workload_key,
        milestone_status.c.state.in_(NOT_EARNED),
    )
    value = select(cast(func.sum(milestone_status.c.added_value_usd_e4), BigInteger)).where(ahead)
    by_example = exists().where(ahead, milestone_status.c.is_example.is_(True))
    return [
        value.scalar_subquery().label("value_usd_e4"),
        case((by_example, 1), else_=0).label("is_example"),
    ]
