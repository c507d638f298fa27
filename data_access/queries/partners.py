"""What a like-for-like comparison of partners needs; their sums by month are in `usage`."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import BigInteger, Connection, cast, false, func, select

from data_access.schema import partner, partner_slice_month, workload
from data_access.scope import chosen_workloads, in_slices, visible_partners
from data_access.types import ANY_WORKLOAD, Filters, Scope


def partner_mix(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return every visible partner's seats and users in the as-of month, by customers' size.

    One row per partner x workload x size band: partner_id, workload (code), size_band,
    paid_available_units, monthly_active_users. Partner and account filters do not narrow it:
    peers are all others. A scope of named tenants has no such rows.
    """
    slices = partner_slice_month
    workloads = chosen_workloads(filters)
    conditions = [
        slices.c.month == filters.as_of,
        slices.c.workload_key != ANY_WORKLOAD
        if workloads is None
        else slices.c.workload_key.in_(workloads),
    ]
    visible = visible_partners(scope)
    if visible:
        partners = select(partner.c.partner_key).where(*visible)
        conditions.append(slices.c.partner_key.in_(partners))
    for column, values in (
        (slices.c.segment, filters.segments),
        (slices.c.market, filters.markets),
        (slices.c.size_band, filters.size_bands),
    ):
        if values:
            conditions.append(column.in_(values))
    conditions += in_slices(scope, slices)
    if scope.tenant_ids is not None:
        conditions.append(false())
    sums = [
        cast(func.sum(slices.c[name]), BigInteger).label(name)
        for name in ("paid_available_units", "monthly_active_users")
    ]
    # Added up by key, and named afterwards: a name for each slice would take most of the time.
    keys = (slices.c.partner_key, slices.c.workload_key, slices.c.size_band)
    mix = select(*keys, *sums).where(*conditions).group_by(*keys).subquery("mix")
    statement = (
        select(
            partner.c.partner_id,
            workload.c.code.label("workload"),
            mix.c.size_band,
            mix.c.paid_available_units,
            mix.c.monthly_active_users,
        )
        .select_from(mix)
        .join(partner, partner.c.partner_key == mix.c.partner_key)
        .join(workload, workload.c.workload_key == mix.c.workload_key)
    )
    return pd.read_sql(statement, connection)
