"""Small stores to rank: canonical files from rows or from an invented world."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

import pandas as pd

from data_access.scoring import RankingSettings, ScoreResult, score_store
from data_access.store import Store
from data_access.types import Scope
from insights.months import month_code
from tests import worlds
from tests.builders import NOW

CANONICAL = ("tenant_id", "workload", "month", "paid_available_units", "monthly_active_users")

Row = tuple[str, str, str, int, int]
"""tenant, workload, month (YYYY-MM), paid available units, monthly active users"""


def canonical(rows: Sequence[Row] | pd.DataFrame) -> str:
    """Return rows as a file in the canonical layout, or in CPOR's with a partner column."""
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=CANONICAL)
    out = StringIO()
    frame.to_csv(out, index=False)
    return out.getvalue()


def steady(tenant: str, workload: str, months: Sequence[str], units: int, users: Sequence[int]):
    """Return one pair's rows, users by month."""
    return [
        (tenant, workload, month, units, count) for month, count in zip(months, users, strict=True)
    ]


def world(tenants: int, workloads: int, months: int, *, seed: int = 1) -> str:
    """Return an invented world as a canonical file: tenants T1 ..., workloads W1 ..."""
    rows = worlds.s_curves(tenants, workloads, months, seed)
    frame = pd.DataFrame(
        {
            "tenant_id": "T" + rows["tenant_key"].astype(str),
            "workload": "W" + rows["workload_key"].astype(str),
            "month": rows["month"].map(month_code),
            "paid_available_units": rows["paid_available_units"],
            "monthly_active_users": rows["monthly_active_users"],
        }
    )
    return canonical(frame)


def ranked(store: Store, settings: RankingSettings | None = None, **how: object) -> ScoreResult:
    """Score a store as on 22 November 2026."""
    return score_store(
        store,
        settings or RankingSettings(),
        **{"scope": Scope("tester", "admin"), "now": NOW} | how,
    )
