"""Associations gained and lost: counts by month, and the rows behind them."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Subquery,
    and_,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data_access.schema import association, partner, tenant, tenant_month, workload
from data_access.scope import Condition, chosen_partners, chosen_tenants, chosen_workloads
from data_access.types import Filters, Scope

Change = Literal["new", "lost"]

LISTED_AT_MOST = 5_000
"""Rows of the list of changes; the newest come first."""


def association_changes_by_month(
    connection: Connection, scope: Scope, filters: Filters
) -> pd.DataFrame:
    """Return associations gained and lost in the period, at month x change x reason grain.

    Columns: month, change ("new" or "lost"), reason ("" for new; moved, disassociated, not
    reported) and associations. An association is lost in the month after the last one held.
    """
    # Counted apart: each side is read in the order of its own index.
    new, lost = _counted("new", scope, filters), _counted("lost", scope, filters)
    both = union_all(new, lost).subquery("counts")
    order = (both.c.month, both.c.change, both.c.reason)
    return pd.read_sql(select(both).order_by(*order), connection)


def association_changes(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return the associations gained and lost in the period, one row each, newest first.

    Columns: month, change, reason, tenant_id, tenant_name, workload, workload_name, partner_id,
    partner_name. At most LISTED_AT_MOST rows.
    """
    changes = _both(scope, filters)
    statement = (
        select(
            changes.c.month,
            changes.c.change,
            changes.c.reason,
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.tenant_id).label("tenant_name"),
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            partner.c.partner_id,
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
        )
        .join_from(changes, tenant, tenant.c.tenant_key == changes.c.tenant_key)
        .join(workload, workload.c.workload_key == changes.c.workload_key)
        .join(partner, partner.c.partner_key == changes.c.partner_key)
        .order_by(changes.c.month.desc(), changes.c.change, tenant.c.tenant_id, workload.c.code)
        .limit(LISTED_AT_MOST)
    )
    return pd.read_sql(statement, connection)


def _both(scope: Scope, filters: Filters) -> Subquery:
    """Return what began and what ended in the period, with the pair and the partner."""
    return union_all(_changes("new", scope, filters), _changes("lost", scope, filters)).subquery(
        "changes"
    )


def _counted(change: Change, scope: Scope, filters: Filters) -> Select[Any]:
    """Return the number of associations that began, or ended, by month and reason."""
    rows = _changes(change, scope, filters).subquery(change)
    counted = cast(func.count(), BigInteger).label("associations")
    return select(rows.c.month, literal(change).label("change"), rows.c.reason, counted).group_by(
        rows.c.month, rows.c.reason
    )


def _of_tenants(conditions: list[Condition]) -> list[Condition]:
    """Return the condition that an association's tenant meets these, none without any."""
    if not conditions:
        return []
    return [association.c.tenant_key.in_(select(tenant.c.tenant_key).where(*conditions))]


def _changes(change: Change, scope: Scope, filters: Filters) -> Select[Any]:
    """Return associations that began, or whose last month passed, as seen by scope and filters.

    A tenant's size band is that of the first, or of the last, month held.
    """
    is_new = change == "new"
    held_month = association.c.start_month if is_new else association.c.end_month
    later = 0 if is_new else 1
    partners, workloads = chosen_partners(scope, filters), chosen_workloads(filters)
    statement = select(
        association.c.tenant_key,
        association.c.workload_key,
        association.c.partner_key,
        (held_month + later).label("month"),
        literal(change).label("change"),
        literal("").label("reason")
        if is_new
        else func.coalesce(association.c.end_reason, "").label("reason"),
    ).where(
        held_month.between(filters.since - later, filters.as_of - later),
        *_of_tenants(chosen_tenants(scope, filters)),
        *([] if partners is None else [association.c.partner_key.in_(partners)]),
        *([] if workloads is None else [association.c.workload_key.in_(workloads)]),
    )
    if not filters.size_bands:
        return statement
    return statement.join(
        tenant_month,
        and_(
            tenant_month.c.tenant_key == association.c.tenant_key,
            tenant_month.c.month == held_month,
            tenant_month.c.size_band.in_(filters.size_bands),
        ),
    )
