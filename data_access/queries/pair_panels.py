"""Whole usage histories of a few customers, as the ranking reads them, with what it needs beside.

Explanations, look-alikes and scenarios ask the model again; they read these customers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, func, select

from data_access.program_store import active_program
from data_access.ranking_panel import milestones_of
from data_access.schema import score_run, tenant, usage, workload
from data_access.scope import Condition, seen_tenants
from data_access.types import Scope

MOST_TENANTS = 200
"""Customers that may be asked about at a time."""

_COUNTS = ("paid_available_units", "monthly_active_users")


@dataclass(frozen=True)
class PairPanel:
    """Usage of a few customers up to a month, with the milestones and climate of its scoring.

    `usage` has tenant_key, workload_key, month and both counts; `pairs` tenant_id, name,
    workload (code), workload_name by tenant_key and workload_key; `percents` the milestones by
    workload key; `climate` what the scoring kept.
    """

    usage: pd.DataFrame
    pairs: pd.DataFrame
    percents: dict[int, tuple[int, ...]]
    climate: str
    as_of: int


def pair_panel(
    connection: Connection, scope: Scope, tenant_ids: Sequence[str], *, run_id: int
) -> PairPanel | None:
    """Return the histories of customers that a scope sees, None where it sees none of them.

    All workloads of a seen customer are read, because its other workloads are part of every
    score; who may see which pair is decided by what asks. Raises ValueError for more than
    MOST_TENANTS and LookupError for an unknown scoring.
    """
    if len(tenant_ids) > MOST_TENANTS:
        raise ValueError(f"at most {MOST_TENANTS} customers can be asked about at a time")
    run = connection.execute(
        select(score_run.c.as_of, score_run.c.climate).where(score_run.c.run_id == run_id)
    ).first()
    if run is None:
        raise LookupError(f"there is no scoring {run_id}")
    wanted = [tenant.c.tenant_id.in_(tuple(tenant_ids)), *seen_tenants(scope)]
    counts = _counts(connection, wanted, run.as_of)
    if counts.empty:
        return None
    pairs = _pairs(connection, counts)
    return PairPanel(counts, pairs, _percents(connection, run.as_of), run.climate, run.as_of)


def _counts(connection: Connection, wanted: list[Condition], as_of: int) -> pd.DataFrame:
    keys = [usage.c.tenant_key, usage.c.workload_key, usage.c.month]
    statement = (
        select(*keys, *(usage.c[name] for name in _COUNTS))
        .join(tenant, tenant.c.tenant_key == usage.c.tenant_key)
        .where(*wanted, usage.c.month <= as_of)
        .order_by(*keys)
    )
    return pd.read_sql(statement, connection, dtype=dict.fromkeys(_COUNTS, "Int64"))


def _pairs(connection: Connection, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the names of the pairs of counts, one row per pair in the order of their keys."""
    keys = counts[["tenant_key", "workload_key"]].drop_duplicates(ignore_index=True)
    tenants = pd.read_sql(
        select(
            tenant.c.tenant_key,
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.tenant_id).label("name"),
        ).where(tenant.c.tenant_key.in_(keys["tenant_key"].unique().tolist())),
        connection,
    )
    workloads = pd.read_sql(
        select(
            workload.c.workload_key,
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
        ),
        connection,
    )
    return keys.merge(tenants, on="tenant_key").merge(workloads, on="workload_key")


def _percents(connection: Connection, as_of: int) -> dict[int, tuple[int, ...]]:
    """Return the milestones of every workload by the programme rules of a month."""
    told = select(workload.c.workload_key, workload.c.code, workload.c.is_known)
    rules = active_program(connection).in_month(as_of)
    return {
        row.workload_key: milestones_of(rules, row.code, is_known=row.is_known)
        for row in connection.execute(told)
    }
