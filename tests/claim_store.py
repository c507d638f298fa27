"""A small store of associations and claims that can be counted by hand.

Contoso: Teams held by p1, wanted by p2's open claim; Exchange held earlier by p1. Fabrikam: Teams
held by p2, Exchange unclaimed. Tailspin: Teams in p1's claim.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, update

from data_access import schema
from data_access.milestone_marts import rebuild_milestones
from data_access.program_store import active_program
from data_access.store import Store
from data_access.types import OPEN_END
from insights.months import month_index
from tests.builders import NOW, fill_store

OCT = month_index(2026, 10)
TODAY = date(2026, 11, 22)
MONTHS = range(OCT - 12, OCT + 1)

SEATS = {
    # tenant, workload: seats, users a year ago, users gained each month
    ("t1", "TEAMS"): (1000, 100, 1),
    ("t1", "EXO"): (400, 10, 0),
    ("t2", "TEAMS"): (500, 50, 1),
    ("t2", "EXO"): (300, 7, 2),
    ("t3", "TEAMS"): (200, 10, 0),
}
HELD = [
    ("p1", "t1", "TEAMS", OCT - 11, OPEN_END),
    ("p1", "t1", "EXO", OCT - 11, OCT - 2),
    ("p2", "t2", "TEAMS", OCT - 11, OPEN_END),
]
TENANTS = {
    "t1": {"name": "Contoso *bold*", "segment": "Enterprise", "market": "DE"},
    "t2": {"name": "Fabrikam", "segment": "SMB", "market": "FR"},
    "t3": {"name": "Tailspin", "segment": "Public Sector", "market": "FR"},
}
TENANT_KEYS = {"t1": 1, "t2": 2, "t3": 3}
WORKLOAD_KEYS = {"TEAMS": 1, "EXO": 2}
PARTNER_KEYS = {"p1": 1, "p2": 2}


def claim_row(
    claim_id: str, pair: tuple[str, str], partner: str, status: str, **values: Any
) -> dict[str, Any]:
    """Return one row of the table claim, everything else not told."""
    names = (
        "claim_name solution_area partner_role status_reason status_on submitted_on approved_on "
        "ended_on proof_signed_on contact_name contact_email"
    )
    told = dict.fromkeys(names.split())
    keys = {
        "claim_id": claim_id,
        "tenant_key": TENANT_KEYS[pair[0]],
        "workload_key": WORKLOAD_KEYS[pair[1]],
        "partner_key": PARTNER_KEYS[partner],
    }
    return {**told, **keys, "status": status, "batch_id": 1, **values}


CLAIMS = [
    claim_row(
        "C1",
        ("t1", "TEAMS"),
        "p1",
        "Approved",
        status_on=date(2025, 11, 20),
        approved_on=date(2025, 11, 20),
        proof_signed_on=date(2025, 10, 1),
    ),
    claim_row(
        "C2",
        ("t1", "TEAMS"),
        "p2",
        "Under review",
        status_on=date(2026, 11, 16),
        submitted_on=date(2026, 11, 9),
        proof_signed_on=date(2026, 10, 30),
    ),
    claim_row(
        "C3",
        ("t1", "EXO"),
        "p1",
        "Rejected final",
        status_on=date(2026, 8, 31),
        approved_on=date(2025, 11, 20),
        ended_on=date(2026, 8, 31),
        status_reason="Partner request",
    ),
    claim_row(
        "C4",
        ("t3", "TEAMS"),
        "p1",
        "Partner action required",
        status_on=date(2026, 11, 5),
        submitted_on=date(2026, 10, 20),
        status_reason="Missing products",
        proof_signed_on=date(2026, 1, 10),
    ),
    claim_row(
        "C5",
        ("t2", "EXO"),
        "p2",
        "Rejected final",
        status_on=date(2026, 3, 1),
        status_reason="Insufficient POE",
    ),
]


def fill_claims(store: Store, *, claims: bool = True) -> None:
    """Fill an empty store with the usage, associations and claims above, milestones judged."""
    usage = [
        (tenant, workload, month, seats, users + gained * (month - MONTHS[0]))
        for (tenant, workload), (seats, users, gained) in SEATS.items()
        for month in MONTHS
    ]
    fill_store(store, usage, HELD, tenants=TENANTS, accounts={"p1": "a1", "p2": "a2"})
    with store.write() as connection:
        if claims:
            connection.execute(insert(schema.claim), CLAIMS)
            connection.execute(insert(schema.claim_event), _events())
        connection.execute(insert(schema.association_event), EVENTS)
        connection.execute(
            update(schema.association)
            .where(schema.association.c.end_month < OPEN_END)
            .values(end_reason="disassociated")
        )
        rebuild_milestones(
            connection,
            store.backend,
            program=active_program(connection),
            known_on=TODAY,
            now=NOW,
            batch_id=1,
        )


def _events() -> list[dict[str, Any]]:
    """Return C1 seen submitted and approved, every other claim in its status."""
    names = ("claim_id", "tenant_key", "workload_key", "status", "status_reason", "status_on")
    seen = [{name: row[name] for name in names} | {"batch_id": 1} for row in CLAIMS]
    submitted = {**seen[0], "status": "Submitted", "status_on": date(2025, 11, 1)}
    return [submitted, *seen]


EVENTS = [
    {
        "tenant_key": 1,
        "workload_key": 1,
        "partner_key": 1,
        "change": "gained",
        "month": OCT - 11,
        "reason": None,
        "batch_id": 1,
    },
    {
        "tenant_key": 1,
        "workload_key": 2,
        "partner_key": 1,
        "change": "lost",
        "month": OCT - 1,
        "reason": "disassociated",
        "batch_id": 1,
    },
]
