"""Frames of one or few pairs for tests of milestones, in the shape of the store's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from data_access.rules import load_program
from data_access.types import OPEN_END
from insights.milestones import MilestoneFacts, milestone_rows, portfolio
from insights.months import month_index, month_of

PROGRAM = load_program()
TENANT, WORKLOAD = 7, 1

COLUMNS = {
    "usage": "tenant_key workload_key month paid_available_units monthly_active_users",
    "associations": "tenant_key workload_key partner_key start_month end_month associated_on "
    "attribution_type claim_id end_reason",
    "claims": "claim_id tenant_key workload_key partner_key status status_reason status_on "
    "submitted_on approved_on ended_on proof_signed_on",
    "earnings": "earning_id claim_id tenant_key workload_key partner_key milestone earning_on "
    "calculated_on amount_usd_e4 estimated_payment_month payment_status reason_code",
}


def month(text: str) -> int:
    """Return the month index of a text like 2022-01."""
    return month_index(int(text[:4]), int(text[5:7]))


def frame(table: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame with every column of the table, absent values missing."""
    columns = COLUMNS[table].split()
    return pd.DataFrame([{**dict.fromkeys(columns), **row} for row in rows], columns=columns)


def usage_rows(
    first: int, seats: Sequence[Any], users: Sequence[Any], *, tenant: int = TENANT
) -> list[dict[str, Any]]:
    """Return one row per month from the first on; None for a count that was not reported."""
    return [
        {
            "tenant_key": tenant,
            "workload_key": WORKLOAD,
            "month": first + at,
            "paid_available_units": units,
            "monthly_active_users": active,
        }
        for at, (units, active) in enumerate(zip(seats, users, strict=True))
        if units is not None or active is not None
    ]


def held(
    on: date, *, until: int = OPEN_END, partner: int = 1, tenant: int = TENANT, kind: str = "CPOR"
) -> dict[str, Any]:
    """Return one span of an association that began on a day."""
    return {
        "tenant_key": tenant,
        "workload_key": WORKLOAD,
        "partner_key": partner,
        "start_month": month_of(on),
        "end_month": until,
        "associated_on": on,
        "attribution_type": kind,
    }


def claim(status: str, *, partner: int = 1, **dates: date) -> dict[str, Any]:
    """Return one claim with its dates (submitted_on, approved_on, status_on, ended_on)."""
    keys = {"tenant_key": TENANT, "workload_key": WORKLOAD, "partner_key": partner}
    return {"claim_id": f"C-{status}-{dates}", "status": status, **keys, **dates}


def earning(milestone: str | None, usd: float | None, **values: Any) -> dict[str, Any]:
    """Return one earning of partner 1."""
    keys = {"tenant_key": TENANT, "workload_key": WORKLOAD, "partner_key": 1}
    amount = None if usd is None else round(usd * 10_000)
    return {
        "earning_id": f"E{milestone}{usd}{values}",
        **keys,
        "milestone": milestone,
        "amount_usd_e4": amount,
        **values,
    }


def facts(
    usage: Sequence[dict[str, Any]],
    *,
    associations: Sequence[dict[str, Any]] = (),
    claims: Sequence[dict[str, Any]] = (),
    earnings: Sequence[dict[str, Any]] = (),
    workload: str = "INTUNE",
) -> MilestoneFacts:
    """Return what is known of the pair(s) of these rows."""
    counts = {"paid_available_units": "Int64", "monthly_active_users": "Int64"}
    keys = dict.fromkeys(("tenant_key", "workload_key", "month"), "int64")
    return MilestoneFacts(
        usage=frame("usage", usage).astype({**counts, **keys}),
        associations=frame("associations", associations),
        claims=frame("claims", claims),
        earnings=frame("earnings", earnings),
        workloads=pd.DataFrame({"workload_key": [WORKLOAD], "code": [workload]}),
    )


def decided(known: MilestoneFacts, as_of: int, **how: Any) -> pd.DataFrame:
    """Return the rows of the shipped programme, by milestone."""
    rows = milestone_rows(portfolio(known, PROGRAM, as_of, **how))
    return rows.set_index("milestone")
