"""The store of tests/claim_store.py with a scoring of it, for tests of actions.

Chances and values are made up: t1 Teams 0.4 x $1,000, t2 Teams 0.05 x $500 (too unlikely to be
pushed), t2 Exchange 0.2 x $300 (unclaimed), t3 Teams 0.1 x $200 (in claim).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, update

from data_access import schema
from data_access.store import Store
from tests.claim_store import OCT, PARTNER_KEYS, TENANT_KEYS, WORKLOAD_KEYS, fill_claims

SCORED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

WORTH = {
    # tenant, workload: partner, state, chance, value in US dollars
    ("t1", "TEAMS"): ("p1", "in_flight", 0.4, 1_000),
    ("t2", "TEAMS"): ("p2", "in_flight", 0.05, 500),
    ("t2", "EXO"): (None, "unclaimed", 0.2, 300),
    ("t3", "TEAMS"): ("p1", "in_claim", 0.1, 200),
}


def fill_actions(store: Store, *, claims: bool = True) -> None:
    """Fill an empty store with usage, associations, claims, milestones and one scoring."""
    fill_claims(store, claims=claims)
    with store.write() as connection:
        connection.execute(insert(schema.model_version).values(_MODEL))
        connection.execute(insert(schema.score_run).values(_RUN))
        connection.execute(insert(schema.opportunity), [_opportunity(*pair) for pair in WORTH])


def change_pair(store: Store, table: str, pair: tuple[str, str], **values: Any) -> None:
    """Change a pair's rows of opportunity or milestone_status."""
    rows = getattr(schema, table)
    same = (rows.c.tenant_key == TENANT_KEYS[pair[0]]) & (
        rows.c.workload_key == WORKLOAD_KEYS[pair[1]]
    )
    with store.write() as connection:
        connection.execute(update(rows).where(same).values(**values))


def _opportunity(tenant: str, workload: str) -> dict[str, Any]:
    partner, state, chance, usd = WORTH[tenant, workload]
    return {
        "tenant_key": TENANT_KEYS[tenant],
        "workload_key": WORKLOAD_KEYS[workload],
        "milestone": 15,
        "partner_key": 0 if partner is None else PARTNER_KEYS[partner],
        "state": state,
        "size_band": 3,
        "paid_available_units": 1000,
        "monthly_active_users": 112,
        "users_needed": 38,
        "monthly_pace": 1.0,
        "history_months": 13,
        "probability_30": chance / 2,
        "probability_90": chance,
        "probability_180": chance,
        "gap_probability_90": chance,
        "eta_median": OCT + 2,
        "value_usd_e4": usd * 10_000,
        "is_example": True,
        "expected_usd_e4": round(chance * usd * 10_000),
        "is_earnable": True,
        "quadrant": "act",
        "evidence": "strong",
        "new_at": SCORED,
    }


_VERDICTS = {"90": {"ranks": "model", "shows": "percent", "why": "It beat the rule."}}
_MODEL = {
    "model_id": 7,
    "as_of": OCT,
    "first_month": OCT - 12,
    "trained_at": SCORED,
    "trained_by": "tester",
    "milestones": "",
    "horizons": "30,90,180",
    "pairs": 4,
    "features_hash": "0" * 64,
    "data_hash": "0" * 64,
    "rules_hash": "0" * 64,
    "batch_id": 1,
    "facts": "{}",
    "report": json.dumps({"verdicts": _VERDICTS}),
}
_RUN = {
    "run_id": 5,
    "model_id": 7,
    "as_of": OCT,
    "scored_at": SCORED,
    "scored_by": "tester",
    "rules_hash": "0" * 64,
    "batch_id": 1,
    "pairs": 4,
    "climate": "{}",
}
