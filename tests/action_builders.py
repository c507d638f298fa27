"""Actions written by hand into the app database, with values that can be worked out by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert

from data_access.schema import action, action_event, person
from data_access.store import Store

MADE_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

FACTS = {"users_needed": 5, "users": 10, "units": 100, "month": 24321, "pace": 3.0}
"""10 of 100 seats in Oct 2026: 5 more users are 15 %."""


def action_row(action_id: str, **values: Any) -> dict[str, Any]:
    """Return one action as the table holds it: Drive activation of t1's Teams to 15 %."""
    row = {
        "action_id": action_id,
        "tenant_id": "t1",
        "workload": "TEAMS",
        "kind": "activate",
        "reason": "milestone 15",
        "round": 1,
        "status": "open",
        "version": 1,
        "partner_id": "p1",
        "owner": "",
        "due_on": date(2026, 12, 4),
        "snoozed_until": None,
        "status_reason": "",
        "outcome": "",
        "playbook": "activate",
        "steps_done": "[]",
        "effort_minutes": 90,
        "planned_week": None,
        "milestone": 15,
        "probability": 0.4,
        "basis": "model",
        "model_id": 3,
        "value_usd_e4": 10_000_000,
        "expected_usd_e4": 4_000_000,
        "is_example": True,
        "urgency": 2,
        "facts": json.dumps(FACTS),
        "created_at": MADE_AT,
        "refreshed_at": MADE_AT,
        "ended_at": None,
        "run_id": 1,
    }
    return {**row, "reason": f"milestone 15 {action_id}", **values}


def add_actions(store: Store, *rows: dict[str, Any]) -> None:
    """Write actions, each with the event of its making."""
    events = [
        {
            "action_id": row["action_id"],
            "happened_at": row["created_at"],
            "who": "scoring",
            "event": "created",
            "changes": "{}",
            "note": "",
            "version": row["version"],
        }
        for row in rows
    ]
    with store.app_write() as connection:
        connection.execute(insert(action), list(rows))
        connection.execute(insert(action_event), events)


def add_people(store: Store, **names: str) -> None:
    """Write active people: the first part of the e-mail and the name."""
    values = {
        "role": "account_manager",
        "partner_ids": "[]",
        "tenant_ids": "[]",
        "hours_per_week": 5.0,
        "is_active": True,
        "version": 1,
        "saved_at": MADE_AT,
        "saved_by": "local user",
    }
    with store.app_write() as connection:
        connection.execute(
            insert(person),
            [
                {"email": f"{who}@partner.com", "name": name, **values}
                for who, name in names.items()
            ],
        )
