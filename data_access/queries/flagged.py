"""Which pairs and customers carry a flag of `insights.flags`: one SQL rule for list and filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from sqlalchemy import Connection, Select, func, literal, select, union_all

from data_access.schema import association, pair_status, partner, tenant, usage_revision
from data_access.scope import (
    Condition,
    of_chosen_workloads,
    restricts_partners,
    seen_tenants,
    visible_pairs,
    visible_partners,
)
from data_access.types import OPEN_END, Filters, Scope
from insights.flags import (
    MISSING_MONTHS,
    MONTHS_UNTIL_NO_DATA,
    MOVED,
    NO_DATA,
    RESTATED,
    USUAL_GAP,
)

Pairs = Select[tuple[int, int]]


def held_at(month: int) -> tuple[Condition, Condition]:
    """Return the conditions on `association` rows that are held in the month."""
    return association.c.start_month <= month, association.c.end_month >= month


def named_tenants(scope: Scope, tenant_ids: Sequence[str]) -> Select[tuple[int]]:
    """Return the keys of the named tenants that the scope may see."""
    return select(tenant.c.tenant_key).where(
        tenant.c.tenant_id.in_(tenant_ids), *seen_tenants(scope)
    )


def _without_data(scope: Scope, filters: Filters) -> Pairs:
    newest = filters.as_of - MONTHS_UNTIL_NO_DATA
    return _statuses(scope, filters).where(pair_status.c.latest_month <= newest)


def _with_gaps(scope: Scope, filters: Filters) -> Pairs:
    span = pair_status.c.latest_month - pair_status.c.first_month + 1
    return _statuses(scope, filters).where(
        (span - pair_status.c.months_reported) * USUAL_GAP > span
    )


def _statuses(scope: Scope, filters: Filters) -> Pairs:
    return select(pair_status.c.tenant_key, pair_status.c.workload_key).where(
        pair_status.c.first_month <= filters.as_of,
        *visible_pairs(scope, pair_status),
        *of_chosen_workloads(filters, pair_status),
    )


def _restated(scope: Scope, filters: Filters) -> Pairs:
    return select(usage_revision.c.tenant_key, usage_revision.c.workload_key).where(
        usage_revision.c.month <= filters.as_of,
        *visible_pairs(scope, usage_revision),
        *of_chosen_workloads(filters, usage_revision),
    )


def _moved(scope: Scope, filters: Filters) -> Pairs:
    return select(association.c.tenant_key, association.c.workload_key).where(
        association.c.end_month < min(filters.as_of, OPEN_END),
        association.c.end_reason == "moved",
        *visible_pairs(scope, association),
        *of_chosen_workloads(filters, association),
    )


PAIRS_BY_FLAG: dict[str, Callable[[Scope, Filters], Pairs]] = {
    NO_DATA.code: _without_data,
    MISSING_MONTHS.code: _with_gaps,
    RESTATED.code: _restated,
    MOVED.code: _moved,
}
"""The flags that need more than a customer's figures; a test compares them with `pair_flags`."""


def customer_flags(
    connection: Connection, scope: Scope, filters: Filters, *, tenant_ids: Sequence[str]
) -> pd.DataFrame:
    """Return how many pairs of the named customers carry which flag: tenant x flag, where any.

    Columns: tenant_id, flag (code: no_data, missing_months, restated, moved), pairs.
    """
    keys = named_tenants(scope, tenant_ids)
    counts = []
    for code, flagged_pairs in PAIRS_BY_FLAG.items():
        pairs = flagged_pairs(scope, filters).subquery()
        counts.append(
            select(
                pairs.c.tenant_key,
                literal(code).label("flag"),
                func.count(pairs.c.workload_key.distinct()).label("pairs"),
            )
            .where(pairs.c.tenant_key.in_(keys))
            .group_by(pairs.c.tenant_key)
        )
    counted = union_all(*counts).subquery("counted")
    return pd.read_sql(
        select(tenant.c.tenant_id, counted.c.flag, counted.c.pairs).join(
            tenant, tenant.c.tenant_key == counted.c.tenant_key
        ),
        connection,
    )


def several_holders(scope: Scope, filters: Filters) -> Select[tuple[int]]:
    """Return the keys of tenants whose workloads different partners hold in the as-of month."""
    partners = select(partner.c.partner_key).where(*visible_partners(scope))
    visible = [association.c.partner_key.in_(partners)] if restricts_partners(scope) else []
    return (
        select(association.c.tenant_key)
        .where(*held_at(filters.as_of), *visible, *of_chosen_workloads(filters, association))
        .group_by(association.c.tenant_key)
        .having(func.min(association.c.partner_key) != func.max(association.c.partner_key))
    )
