"""Usage sums straight from the facts: exact for any scope, each pair and month counted once.

Slower than the marts (it reads every usage row of the pairs and months asked for); `usage.py`
decides when it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, select

from data_access.schema import association, partner, tenant, tenant_month, usage
from data_access.scope import Condition, chosen_partners, chosen_tenants, chosen_workloads
from data_access.types import Filters, Scope

Holder = Literal["anybody", "partner", "account"]

_PRIOR = usage.alias("prior")
_THEN = association.alias("held_then")
_HOLDER_THEN = partner.alias("holder_then")


def pair_months(
    scope: Scope,
    filters: Filters,
    *,
    months: Sequence[int],
    holder: Holder = "anybody",
    has_prior: bool = True,
) -> Subquery:
    """Return the measures at pair x month (x holder) grain, for months with both counts.

    Columns: tenant_key, workload_key, month, holder_key (when held by a partner or account),
    the measures of the usage marts and associated_pairs. A pair that several allowed partners
    hold is one row, or one row per holder asked for. Without `has_prior` the measures of the
    month before are left out, which saves half of the time.
    """
    is_held = holder != "anybody" or chosen_partners(scope, filters) is not None
    columns: list[ColumnElement[Any]] = [
        usage.c.tenant_key,
        usage.c.workload_key,
        usage.c.month,
        *_measures(),
        *(_prior_measures() if has_prior else []),
        _flag(_is_associated(usage.c.month)).label("associated_pairs"),
        *([_holder_key(holder, partner).label("holder_key")] if holder != "anybody" else []),
    ]
    statement = select(*columns).select_from(usage)
    tenants = chosen_tenants(scope, filters)
    if tenants:
        statement = statement.join(tenant, tenant.c.tenant_key == usage.c.tenant_key)
    if is_held:
        statement = statement.join(association, _same_pair(association)).join(
            partner, partner.c.partner_key == association.c.partner_key
        )
    if has_prior:
        before = _reported_before(scope, filters, holder, is_held=is_held)
        statement = statement.outerjoin(_PRIOR, before)
    statement = statement.where(
        *tenants, *_conditions(scope, filters, months=months, is_held=is_held)
    )
    statement = _in_size_bands(statement, filters)
    return (statement.distinct() if is_held else statement).subquery("pair_months")


def _measures() -> list[ColumnElement[int]]:
    """Return the measures of one usage row, in the words of the usage marts."""
    units, users = usage.c.paid_available_units, usage.c.monthly_active_users
    return [
        _flag(units.is_not(None)).label("pairs"),
        units.label("paid_available_units"),
        users.label("monthly_active_users"),
        _flag(and_(units > 0, 100 * users >= 15 * units)).label("pairs_from_15"),
        _flag(and_(units > 0, 100 * users >= 40 * units)).label("pairs_from_40"),
    ]


def _prior_measures() -> list[ColumnElement[int]]:
    """Return the measures of the pairs that also reported the month before."""
    is_kept = _PRIOR.c.month.is_not(None)
    return [
        _flag(is_kept).label("kept_pairs"),
        case((is_kept, usage.c.paid_available_units), else_=0).label("kept_units"),
        case((is_kept, usage.c.monthly_active_users), else_=0).label("kept_users"),
        func.coalesce(_PRIOR.c.paid_available_units, 0).label("prior_units"),
        func.coalesce(_PRIOR.c.monthly_active_users, 0).label("prior_users"),
    ]


def _flag(condition: Condition) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _holder_key(holder: Holder, of: Any) -> ColumnElement[int]:  # noqa: ANN401 - table or alias
    key: ColumnElement[int] = of.c.partner_key if holder == "partner" else of.c.account_key
    return key


def _same_pair(held: Any) -> Condition:  # noqa: ANN401 - table or alias
    return and_(
        held.c.tenant_key == usage.c.tenant_key, held.c.workload_key == usage.c.workload_key
    )


def _is_associated(month: ColumnElement[int]) -> Condition:
    """Return whether any partner at all holds the pair in the month."""
    anybody = association.alias("held_by_anybody")
    return exists().where(
        _same_pair(anybody), anybody.c.start_month <= month, anybody.c.end_month >= month
    )


def _reported_before(scope: Scope, filters: Filters, holder: Holder, *, is_held: bool) -> Condition:
    """Return the join to the same pair's row of the month before, under the same holder."""
    conditions = [
        _PRIOR.c.tenant_key == usage.c.tenant_key,
        _PRIOR.c.workload_key == usage.c.workload_key,
        _PRIOR.c.month == usage.c.month - 1,
        _PRIOR.c.paid_available_units.is_not(None),
        _PRIOR.c.monthly_active_users.is_not(None),
    ]
    if is_held:
        conditions.append(_held_then(scope, filters, holder))
    return and_(*conditions)


def _held_then(scope: Scope, filters: Filters, holder: Holder) -> Condition:
    partners = chosen_partners(scope, filters)
    conditions: list[Condition] = [
        _same_pair(_THEN),
        _THEN.c.start_month <= usage.c.month - 1,
        _THEN.c.end_month >= usage.c.month - 1,
        _HOLDER_THEN.c.partner_key == _THEN.c.partner_key,
    ]
    if partners is not None:
        conditions.append(_THEN.c.partner_key.in_(partners))
    if holder != "anybody":
        conditions.append(_holder_key(holder, _HOLDER_THEN) == _holder_key(holder, partner))
    return exists().where(*conditions)


def _conditions(
    scope: Scope, filters: Filters, *, months: Sequence[int], is_held: bool
) -> list[Condition]:
    workloads = chosen_workloads(filters)
    conditions: list[Condition] = [
        usage.c.month.in_(months),
        usage.c.paid_available_units.is_not(None),
        usage.c.monthly_active_users.is_not(None),
    ]
    if workloads is not None:
        conditions.append(usage.c.workload_key.in_(workloads))
    if is_held:
        partners = chosen_partners(scope, filters)
        conditions += [
            association.c.start_month <= usage.c.month,
            association.c.end_month >= usage.c.month,
        ]
        if partners is not None:
            conditions.append(association.c.partner_key.in_(partners))
    return conditions


def _in_size_bands(statement: Select[Any], filters: Filters) -> Select[Any]:
    """Keep the rows of tenants that were in one of the size bands in that month."""
    if not filters.size_bands:
        return statement
    return statement.join(
        tenant_month,
        and_(
            tenant_month.c.tenant_key == usage.c.tenant_key,
            tenant_month.c.month == usage.c.month,
            tenant_month.c.size_band.in_(filters.size_bands),
        ),
    )
