"""Unclaimed workloads with enough seats: what they can still earn, and whether it is too late."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    select,
    union,
    union_all,
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
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return unclaimed workloads with enough seats, the most valuable first: one row per pair.

    Columns: tenant_id, tenant_name, workload, workload_name, milestone (the lowest one that is
    still ahead), users_needed (Int64, to it), monthly_pace, paid_available_units,
    monthly_active_users, latest_month, high_water_mark (Int64), value_usd_e4 (Int64, of all
    milestones ahead), milestones (how many), is_example.
    """
    status = milestone_status
    open_rows = [
        *_open_rows(scope, filters),
        status.c.paid_available_units >= minimum_units,
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


def too_late_milestones(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    minimum_units: int,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return milestones of workloads that nobody holds, which a claim made now cannot earn.

    One row per tenant x workload x milestone: those crossed while nobody held the workload, and
    those where usage is above what a claim may start from; the most valuable first. Columns:
    tenant_id, tenant_name, workload, workload_name, milestone, state (missed or unclaimed),
    crossed_month (Int64), paid_available_units, monthly_active_users, value_usd_e4 (Int64),
    is_example.
    """
    status, value = milestone_status, milestone_status.c.added_value_usd_e4
    key = (status.c.tenant_key, status.c.workload_key, status.c.milestone)

    def first(state: str, *, is_late: bool) -> Select[Any]:
        conditions = (
            status.c.state == state,
            status.c.is_too_late_to_claim.is_(is_late),
            status.c.paid_available_units >= minimum_units,
            status.c.holder_partner_key.is_(None),
            *customers_in_view(scope, filters, status),
            *of_chosen_workloads(filters, status),
        )
        rows = select(*key).where(*conditions).order_by(value.desc().nulls_last()).limit(limit)
        return select(*rows.subquery(f"first_{state}").c)

    found = union_all(first("missed", is_late=False), first("unclaimed", is_late=True)).subquery(
        "found"
    )
    statement = (
        select(
            *PAIR_NAMES,
            status.c.milestone,
            status.c.state,
            status.c.crossed_month,
            status.c.paid_available_units,
            status.c.monthly_active_users,
            value.label("value_usd_e4"),
            status.c.is_example,
        )
        .select_from(found)
        .join(status, and_(same_pair(found, status), found.c.milestone == status.c.milestone))
        .join(tenant, tenant.c.tenant_key == status.c.tenant_key)
        .join(workload, workload.c.workload_key == status.c.workload_key)
        .order_by(value.desc().nulls_last(), *PAIR_KEYS, status.c.milestone)
        .limit(limit)
    )
    counts = ("crossed_month", "paid_available_units", "monthly_active_users", "value_usd_e4")
    rows = pd.read_sql(statement, connection)
    return rows.astype(dict.fromkeys(counts, "Int64") | {"is_example": "bool"})


def unclaimed_counts(
    connection: Connection, scope: Scope, filters: Filters, *, minimum_units: int
) -> pd.DataFrame:
    """Return one row: workloads and value_usd_e4 (Int64) of the unclaimed workloads that can still
    earn, and small, how many others have fewer paid available units."""
    status = milestone_status
    is_large = status.c.paid_available_units >= minimum_units
    by_pair = (
        select(
            func.max(case((is_large, 1), else_=0)).label("is_large"),
            func.sum(case((is_large, status.c.added_value_usd_e4))).label("value"),
        )
        .where(*_open_rows(scope, filters))
        .group_by(status.c.tenant_key, status.c.workload_key)
        .subquery("by_pair")
    )
    large = func.coalesce(func.sum(by_pair.c.is_large), 0)
    statement = select(
        cast(large, BigInteger).label("workloads"),
        cast(func.sum(by_pair.c.value), BigInteger).label("value_usd_e4"),
        cast(func.count() - large, BigInteger).label("small"),
    ).select_from(by_pair)
    return pd.read_sql(statement, connection).astype({"value_usd_e4": "Int64"})


def _open_rows(scope: Scope, filters: Filters) -> list[Condition]:
    """Return the conditions on milestones that nobody claims and a claim could still earn."""
    return [
        milestone_status.c.state == "unclaimed",
        milestone_status.c.is_too_late_to_claim.is_(False),
        *customers_in_view(scope, filters, milestone_status),
        *of_chosen_workloads(filters, milestone_status),
    ]


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
