"""Unclaimed workloads with enough seats: what they can still earn, and whether it is too late."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Subquery,
    and_,
    case,
    cast,
    func,
    not_,
    select,
    union,
)

from data_access.queries.coverage import (
    PAIR_KEYS,
    PAIR_NAMES,
    customers_in_view,
    same_pair,
)
from data_access.schema import milestone_status, tenant, workload
from data_access.scope import Condition, of_chosen_workloads
from data_access.types import Filters, Scope

LISTED_AT_MOST = 200
DOWNLOADED_AT_MOST = 50_000


def unclaimed_workloads(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    minimum_units: int,
    is_too_late: bool = False,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return unclaimed workloads with enough seats, the most valuable first: one row per pair.

    Columns: tenant_id, tenant_name, workload, workload_name, milestone (the lowest one that is
    still ahead), users_needed (Int64, to it), monthly_pace, paid_available_units,
    monthly_active_users, latest_month, high_water_mark (Int64), value_usd_e4 (Int64, of all
    milestones ahead), milestones (how many), is_example. With `is_too_late` those where a
    claim made now could not earn.
    """
    status = milestone_status
    open_rows = [
        status.c.state == "unclaimed",
        status.c.is_too_late_to_claim.is_(is_too_late),
        status.c.paid_available_units >= minimum_units,
        *customers_in_view(scope, filters, status),
        *of_chosen_workloads(filters, status),
    ]
    among = _may_be_among_first(open_rows, limit)
    statement = (
        select(
            *PAIR_NAMES,
            func.min(status.c.milestone).label("milestone"),
            func.min(status.c.users_needed).label("users_needed"),
            func.max(status.c.monthly_pace).label("monthly_pace"),
            func.max(status.c.paid_available_units).label("paid_available_units"),
            func.max(status.c.monthly_active_users).label("monthly_active_users"),
            func.max(status.c.latest_month).label("latest_month"),
            func.max(status.c.high_water_mark).label("high_water_mark"),
            cast(func.sum(status.c.added_value_usd_e4), BigInteger).label("value_usd_e4"),
            func.count().label("milestones"),
            func.max(case((status.c.is_example.is_(True), 1), else_=0)).label("is_example"),
        )
        .select_from(status)
        .join(tenant, tenant.c.tenant_key == status.c.tenant_key)
        .join(workload, workload.c.workload_key == status.c.workload_key)
        .join(among, same_pair(among, status))
        .where(*open_rows)
        .group_by(*PAIR_NAMES)
        .order_by(
            func.sum(status.c.added_value_usd_e4).desc().nulls_last(),
            func.max(status.c.paid_available_units).desc(),
            *PAIR_KEYS,
        )
        .limit(limit)
    )
    counts = (
        "users_needed",
        "paid_available_units",
        "monthly_active_users",
        "latest_month",
        "high_water_mark",
        "value_usd_e4",
    )
    rows = pd.read_sql(statement, connection)
    return rows.astype(dict.fromkeys(counts, "Int64") | {"is_example": "bool"})


def unclaimed_counts(
    connection: Connection, scope: Scope, filters: Filters, *, minimum_units: int
) -> pd.DataFrame:
    """Return one row over the unclaimed workloads of `unclaimed_workloads`.

    Columns: workloads, value_usd_e4, too_late (workloads), small (workloads with fewer seats).
    """
    status = milestone_status
    pair = (status.c.tenant_key, status.c.workload_key)
    is_large = status.c.paid_available_units >= minimum_units
    is_late = status.c.is_too_late_to_claim
    by_pair = (
        select(
            func.max(case((is_large, 1), else_=0)).label("is_large"),
            func.min(case((is_late, 1), else_=0)).label("is_late"),
            func.sum(case((and_(is_large, not_(is_late)), status.c.added_value_usd_e4))).label(
                "value"
            ),
        )
        .where(
            status.c.state == "unclaimed",
            *customers_in_view(scope, filters, status),
            *of_chosen_workloads(filters, status),
        )
        .group_by(*pair)
        .subquery("by_pair")
    )
    rows = by_pair.c

    def counted(condition: ColumnElement[bool], label: str) -> ColumnElement[Any]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(label)

    statement = select(
        counted(and_(rows.is_large == 1, rows.is_late == 0), "workloads"),
        cast(func.sum(rows.value), BigInteger).label("value_usd_e4"),
        counted(and_(rows.is_large == 1, rows.is_late == 1), "too_late"),
        counted(rows.is_large == 0, "small"),
    )
    return pd.read_sql(statement, connection).astype({"value_usd_e4": "Int64"})


def _may_be_among_first(open_rows: list[Condition], limit: int) -> Subquery:
    """Return the pairs that may be among the first ones by the sum of their two milestones.

    The 2 x limit most valuable milestones belong to at least `limit` pairs, each worth at least
    the least of them; a pair worth that has a milestone of half of it. So nobody else is summed.
    """
    status, value = milestone_status, milestone_status.c.added_value_usd_e4
    best = (
        select(value.label("value"))
        .where(*open_rows, value.is_not(None))
        .order_by(value.desc())
        .limit(2 * limit)
        .subquery("best")
    )
    least = select(func.min(best.c.value) / 2).scalar_subquery()
    pair = select(status.c.tenant_key, status.c.workload_key)
    worth = pair.where(*open_rows, value >= least)
    without_rate = pair.where(*open_rows, value.is_(None))
    return union(worth, without_rate).subquery("worth")
