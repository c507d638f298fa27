"""What a scope and the filters mean in SQL: conditions that every query adds to its statement.

A condition of an unrestricted scope with empty filters is no condition at all, so that the common
page reads its mart without any join. Partners and accounts of a scope restrict which pairs may be
seen at all; partner and account of the filters choose customers.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, or_, select

from data_access.schema import (
    association,
    claim,
    global_account,
    milestone_status,
    partner,
    tenant,
    workload,
)
from data_access.types import Filters, Scope

Condition = ColumnElement[bool]


def restricts_partners(scope: Scope) -> bool:
    """Return whether a scope may see the pairs of certain partners or accounts only."""
    return scope.partner_ids is not None or scope.account_ids is not None


def _named_partners(
    partner_ids: tuple[str, ...] | None, account_ids: tuple[str, ...] | None
) -> list[Condition]:
    conditions: list[Condition] = []
    if partner_ids is not None:
        conditions.append(partner.c.partner_id.in_(partner_ids))
    if account_ids is not None:
        accounts = select(global_account.c.account_key).where(
            global_account.c.account_id.in_(account_ids)
        )
        conditions.append(partner.c.account_key.in_(accounts))
    return conditions


def visible_partners(scope: Scope) -> list[Condition]:
    """Return the conditions on `partner` rows that a scope sets; none when unrestricted."""
    return _named_partners(scope.partner_ids, scope.account_ids)


def chosen_partners(scope: Scope, filters: Filters) -> Select[tuple[int]] | None:
    """Return the keys of the partners that scope and filters leave, None when they leave all."""
    conditions = visible_partners(scope) + _named_partners(
        None if filters.partner_id is None else (filters.partner_id,),
        None if filters.account_id is None else (filters.account_id,),
    )
    return select(partner.c.partner_key).where(*conditions) if conditions else None


def chosen_workloads(filters: Filters) -> Select[tuple[int]] | None:
    """Return the keys of the workloads that the filters name, None when they name none."""
    if not filters.workloads:
        return None
    return select(workload.c.workload_key).where(workload.c.code.in_(filters.workloads))


def of_chosen_workloads(filters: Filters, rows: FromClause) -> list[Condition]:
    """Return the condition on rows with a workload_key that the filters' workloads set."""
    workloads = chosen_workloads(filters)
    return [] if workloads is None else [rows.c.workload_key.in_(workloads)]


def visible_tenants(scope: Scope) -> list[Condition]:
    """Return the conditions on `tenant` rows that a scope sets by tenants, markets or segments."""
    conditions: list[Condition] = []
    if scope.tenant_ids is not None:
        conditions.append(tenant.c.tenant_id.in_(scope.tenant_ids))
    if scope.markets is not None:
        conditions.append(tenant.c.market.in_(scope.markets))
    if scope.segments is not None:
        conditions.append(tenant.c.segment.in_(scope.segments))
    return conditions


def seen_tenants(scope: Scope) -> list[Condition]:
    """Return the conditions on `tenant` rows for a tenant's own page, subscriptions and the like.

    As `visible_tenants`, and one of the tenant's pairs must be or have been held by a partner of
    the scope.
    """
    conditions = visible_tenants(scope)
    if restricts_partners(scope):
        partners = select(partner.c.partner_key).where(*visible_partners(scope))
        held = select(association.c.tenant_key).where(association.c.partner_key.in_(partners))
        conditions.append(tenant.c.tenant_key.in_(held))
    return conditions


def chosen_tenants(scope: Scope, filters: Filters) -> list[Condition]:
    """Return the conditions on `tenant` rows that scope, segments and markets set."""
    conditions = visible_tenants(scope)
    if filters.segments:
        conditions.append(tenant.c.segment.in_(filters.segments))
    if filters.markets:
        conditions.append(tenant.c.market.in_(filters.markets))
    return conditions


def in_slices(scope: Scope, slices: FromClause) -> list[Condition]:
    """Return the conditions on rows by market and segment that markets and segments set.

    Such rows know no tenants: a scope of named tenants must not be answered from them.
    """
    conditions: list[Condition] = []
    if scope.markets is not None:
        conditions.append(slices.c.market.in_(scope.markets))
    if scope.segments is not None:
        conditions.append(slices.c.segment.in_(scope.segments))
    return conditions


def restricts_tenants(scope: Scope) -> bool:
    """Return whether a scope may see certain tenants, markets or segments only."""
    limits = (scope.tenant_ids, scope.markets, scope.segments)
    return any(limit is not None for limit in limits)


def of_visible_tenants(scope: Scope, rows: FromClause) -> list[Condition]:
    """Return the condition on rows with a tenant_key that tenants, markets and segments set."""
    conditions = visible_tenants(scope)
    if not conditions:
        return []
    return [rows.c.tenant_key.in_(select(tenant.c.tenant_key).where(*conditions))]


def visible_pairs(scope: Scope, pairs: FromClause) -> list[Condition]:
    """Return the conditions on rows of a tenant x workload table that a scope sets.

    A pair is visible when its tenant is, and a partner of the scope holds it or ever held it.
    """
    conditions = of_visible_tenants(scope, pairs)
    if restricts_partners(scope):
        partners = select(partner.c.partner_key).where(*visible_partners(scope))
        held = exists().where(
            association.c.tenant_key == pairs.c.tenant_key,
            association.c.workload_key == pairs.c.workload_key,
            association.c.partner_key.in_(partners),
        )
        conditions.append(held)
    return conditions


def seen_milestones(scope: Scope) -> list[Condition]:
    """Return the conditions on `milestone_status` rows whose figures a scope may see.

    Those of visible pairs, those that count for its partners, and what counts for nobody; of
    which customers is for the caller to say.
    """
    if not restricts_partners(scope):
        return of_visible_tenants(scope, milestone_status)
    partners = select(partner.c.partner_key).where(*visible_partners(scope))
    counts = milestone_status.c.partner_key
    is_seen = or_(counts == 0, counts.in_(partners), and_(*visible_pairs(scope, milestone_status)))
    return [*of_visible_tenants(scope, milestone_status), is_seen]


def told_partners(scope: Scope) -> list[Condition]:
    """Return the conditions on `partner` rows whose names a scope may be told.

    Those of the scope, and where it sees certain customers only, those that hold, held or claim
    one of their workloads.
    """
    conditions = visible_partners(scope)
    if restricts_tenants(scope):
        rows = (
            exists().where(
                each.c.partner_key == partner.c.partner_key, *of_visible_tenants(scope, each)
            )
            for each in (association, claim)
        )
        conditions.append(or_(*rows))
    return conditions


def held_tenants(scope: Scope, filters: Filters) -> Select[tuple[int]] | None:
    """Return the keys of tenants that the chosen partners hold in the as-of month, None for all.

    With workloads chosen, a tenant counts only where one of these is held.
    """
    partners = chosen_partners(scope, filters)
    if partners is None:
        return None
    return select(association.c.tenant_key).where(
        association.c.partner_key.in_(partners),
        association.c.start_month <= filters.as_of,
        association.c.end_month >= filters.as_of,
        *of_chosen_workloads(filters, association),
    )
