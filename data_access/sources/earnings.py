"""Earnings – Default: what Microsoft says it paid, one row per earning."""

from __future__ import annotations

import numpy as np

from data_access.checks import Checks
from data_access.parsing.columns import Cell, Coded, Codes
from data_access.parsing.identifiers import partner_id, read_guid_tenant
from data_access.sources.attributes import partner_rows, tenant_rows
from data_access.sources.base import Source
from data_access.sources.shared import (
    flag_unknown_workloads,
    merged_rows,
    settle,
    spellings,
    workload_frame,
    workload_id,
)
from data_access.sources.spellings import MICROSOFT_SINCE, PARTNER, TENANT_ATTRIBUTES
from data_access.targets import NOT_TOLD, Targets, target_frame
from insights.months import month_of

_PAID_AHEAD = 60
"""Months after today up to which an estimated payment is believed."""

_TEXTS = {
    "claim_id": ("claimId",),
    "milestone": ("milestone",),
    "bucket_size": ("bucketSize",),
    "lever": ("lever",),
    "engagement_name": ("engagementName",),
    "solution_area": ("solutionArea",),
    "quantity_type": ("quantityType",),
    "quantity_alt_type": ("quantityAltType",),
    "baseline_type": ("baselineType",),
    "payment_status": ("paymentStatus",),
    "payment_id": ("paymentId",),
    "reason_code": ("reasonCode",),
}
_DATES = {"earning_on": ("earningDate",), "calculated_on": ("calculationDate",)}
_MONEY = {
    "amount_e4": ("earningAmount",),
    "amount_usd_e4": ("earningAmountUSD",),
    "rate_e4": ("earningRate",),
}
_COUNTS = {
    "quantity": ("quantity",),
    "quantity_alt": ("quantityAlt",),
    "baseline": ("baseline",),
    "compensable_units": ("compensableUnits",),
}


def _read(checks: Checks) -> Targets:
    """Return one row per earning, with amounts in ten-thousandths."""
    earnings = checks.key_text("earning")
    tenants = checks.optional("tenant", read_guid_tenant)
    workloads = checks.optional("workload", lambda text: Cell(workload_id(text)))
    partners = checks.texts("partner", partner_id)
    earned_on = checks.dates("earning_on")
    said: dict[str, Coded[object] | Codes] = {
        "tenant_id": tenants,
        "workload": workloads,
        "partner_id": partners,
        **{name: checks.texts(name) for name in _TEXTS},
        "earning_on": earned_on,
        "calculated_on": checks.dates("calculated_on"),
        **{name: checks.money(name) for name in _MONEY},
        **{name: checks.optional_counts(name) for name in _COUNTS},
        "estimated_payment_month": checks.optional_months(
            "estimated_payment_month",
            earliest=MICROSOFT_SINCE,
            latest=month_of(checks.options.today) + _PAID_AHEAD,
        ),
    }
    numbers = [
        np.where(each.told, each.codes, NOT_TOLD) if isinstance(each, Coded) else each
        for each in said.values()
    ]
    first, _ = settle(checks, (earnings.codes,), numbers, what="earning")
    months = np.array([*map(month_of, earned_on.values), NOT_TOLD], dtype=np.int64)
    flag_unknown_workloads(checks, workloads, "workload")
    return Targets(
        earnings=target_frame("earnings", first, {"earning_id": earnings, **said}).assign(
            row=checks.raw.row_numbers[first]
        ),
        tenants=tenant_rows(checks, tenants, months[earned_on.codes]),
        workloads=workload_frame(
            spellings(checks, workloads, "workload") if checks.has("workload") else {}
        ),
        partners=partner_rows(checks, partners, months[earned_on.codes]),
        merged_rows=merged_rows(checks, earnings.codes, *numbers),
    )


EARNINGS = Source(
    kind="earnings",
    title="Earnings – Default",
    read=_read,
    columns={
        **TENANT_ATTRIBUTES,
        "earning": ("earningId",),
        "tenant": ("customerTenantId",),
        "workload": ("workload",),
        "partner": ("participantId", *PARTNER),
        "partner_name": ("participantName", "PartnerName"),
        "partner_country": ("partnerCountryCode",),
        "estimated_payment_month": ("estimatedPaymentMonth",),
        **_TEXTS,
        **_DATES,
        **_MONEY,
        **_COUNTS,
    },
    key=("earning",),
    any_of=(*_MONEY, *_TEXTS),
    hints=frozenset({"earningid", "earningamount", "earningdate"}),
)
