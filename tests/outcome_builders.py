"""A portfolio in which some customers were worked on in June 2026, worked out by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from data_access.schema import action_event
from data_access.store import Store
from data_access.types import OPEN_END
from insights.months import month_index
from tests.action_builders import action_row, add_actions
from tests.builders import fill_store

JAN, JUNE, OCT = (month_index(2026, month) for month in (1, 6, 10))
BEGUN = datetime(2026, 6, 10, 9, tzinfo=UTC)
OTHERS = 60


def fill_worked(store: Store, *, acted: int, gain: int = 50) -> None:
    """Write customers a0, a1 ... that were worked on, and 60 others that were not.

    All have 1,000 Teams seats, 200 users in January and 5 more a month; those worked on have
    `gain` more users from July on, that is in the third month after, too.
    """
    names = [*(f"a{at}" for at in range(acted)), *(f"o{at}" for at in range(OTHERS))]
    usage = [
        (
            name,
            "TEAMS",
            month,
            1000,
            200 + 5 * (month - JAN) + (gain if name[0] == "a" and month > JUNE else 0),
        )
        for name in names
        for month in range(JAN, OCT + 1)
    ]
    partners = ("p2", "p1")
    held = [(partners[at % 2], name, "TEAMS", JAN, OPEN_END) for at, name in enumerate(names)]
    tenants = {name: {"name": f"Customer {name}", "market": "DE"} for name in names}
    fill_store(store, usage, held, tenants=tenants)
    rows = [worked(f"w{at}", f"a{at}", partner_id=partners[at % 2]) for at in range(acted)]
    if rows:
        add_actions(store, *rows)
        with store.app_write() as connection:
            connection.execute(insert(action_event), [started(row["action_id"]) for row in rows])


def worked(action_id: str, tenant_id: str, **values: Any) -> dict[str, Any]:
    """Return a done action about Teams of a customer, for the milestone of 25 percent."""
    told = {
        "tenant_id": tenant_id,
        "status": "done",
        "outcome": "moved",
        "milestone": 25,
        "owner": "ana@partner.com",
        "created_at": BEGUN - timedelta(days=5),
        "ended_at": BEGUN + timedelta(days=40),
    }
    return action_row(action_id, **{**told, **values})


def started(action_id: str, moment: datetime = BEGUN) -> dict[str, Any]:
    """Return the event with which somebody began an action."""
    return {
        "action_id": action_id,
        "happened_at": moment,
        "who": "ana@partner.com",
        "event": "started",
        "changes": json.dumps({"status": ["open", "in_progress"]}),
        "note": "",
        "version": 2,
    }
