"""Customers of the own portfolio that once stood where one stands now, read by index only."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, and_, func, select

from data_access.schema import tenant, usage, workload
from data_access.scope import seen_tenants, visible_pairs
from data_access.types import Scope
from insights.ranking.lookalikes import NEAR_POINTS, PATH_MONTHS, STARTS, seat_band

CANDIDATES = 30
"""Nearest customers by usage at a start whose paths are read and compared, per start."""

_COUNTS = {"paid_available_units": "Int64", "monthly_active_users": "Int64"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands with a workload (code) at the as-of month: its newest counts."""

    tenant_id: str
    workload: str
    units: int
    users: int
    as_of: int


def lookalike_histories(
    connection: Connection,
    scope: Scope,
    standing: Standing,
) -> pd.DataFrame:
    """Return the histories of customers that stood near these counts at one of STARTS.

    Columns: tenant_id, name, start, month, paid_available_units, monthly_active_users; from
    PATH_MONTHS before the start to the as-of month. Same workload and size band of seats; only
    pairs that the scope sees, never the customer itself.
    """
    found = _starts(connection, scope, standing)
    if found.empty:
        return pd.DataFrame(columns=["tenant_id", "name", "start", "month", *_COUNTS])
    keys = found["tenant_key"].unique().tolist()
    first = int(found["start"].min()) - PATH_MONTHS
    statement = select(
        usage.c.tenant_key, usage.c.month, *(usage.c[name] for name in _COUNTS)
    ).where(
        usage.c.tenant_key.in_(keys),
        usage.c.workload_key == int(found["workload_key"].iloc[0]),
        usage.c.month.between(first, standing.as_of),
    )
    told = pd.read_sql(statement, connection, dtype=_COUNTS)
    names = ["tenant_key", "tenant_id", "name", "start"]
    every = found[names].merge(told, on="tenant_key")
    return every[every["month"] >= every["start"] - PATH_MONTHS].drop(columns="tenant_key")


def _starts(connection: Connection, scope: Scope, standing: Standing) -> pd.DataFrame:
    """Return the nearest customers at each start: tenant_key, workload_key, their names, start."""
    code = select(workload.c.workload_key).where(workload.c.code == standing.workload)
    key = connection.scalar(code)
    lowest, highest = seat_band(standing.units)
    share, near = standing.users / standing.units, NEAR_POINTS / 100
    seats, active = usage.c.paid_available_units, usage.c.monthly_active_users
    frames = []
    for back in STARTS:
        statement = (
            select(
                usage.c.tenant_key,
                usage.c.workload_key,
                tenant.c.tenant_id,
                func.coalesce(tenant.c.name, tenant.c.tenant_id).label("name"),
                usage.c.month.label("start"),
            )
            .join(tenant, tenant.c.tenant_key == usage.c.tenant_key)
            .where(
                usage.c.month == standing.as_of - back,
                usage.c.workload_key == key,
                seats >= max(lowest, 1),
                *([] if highest is None else [seats <= highest]),
                and_(active >= (share - near) * seats, active <= (share + near) * seats),
                tenant.c.tenant_id != standing.tenant_id,
                *seen_tenants(scope),
                *visible_pairs(scope, usage),
            )
            .order_by(func.abs(active - share * seats) / seats, usage.c.tenant_key)
            .limit(CANDIDATES)
        )
        frames.append(pd.read_sql(statement, connection))
    return pd.concat(frames, ignore_index=True)
