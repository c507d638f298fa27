"""Customers and Tenants: names, segments and markets, and which partners serve a customer."""

from __future__ import annotations

from data_access.checks import Checks
from data_access.parsing.identifiers import partner_id, read_guid_tenant
from data_access.sources.attributes import partner_rows, tenant_rows
from data_access.sources.base import Source
from data_access.sources.shared import merged_rows, no_months
from data_access.sources.spellings import (
    ANY_TENANT,
    MICROSOFT_SINCE,
    MONTH,
    PARTNER,
    PARTNER_ATTRIBUTES,
    TENANT_ATTRIBUTES,
    WORKLOAD,
)
from data_access.targets import Targets


def _read(checks: Checks) -> Targets:
    """Return one row per tenant and per partner, as the newest month says."""
    tenants = checks.key("tenant", read_guid_tenant)
    has_months = checks.has("month")
    months = checks.months("month", earliest=MICROSOFT_SINCE) if has_months else no_months(checks)
    partners = checks.texts("partner", partner_id)
    told = [checks.texts(column).codes for column in TENANT_ATTRIBUTES if checks.has(column)]
    return Targets(
        tenants=tenant_rows(checks, tenants, months),
        partners=partner_rows(checks, partners, months),
        merged_rows=merged_rows(checks, tenants.codes, months, partners.codes, *told),
    )


CUSTOMERS = Source(
    kind="customers",
    title="Customers and Tenants",
    read=_read,
    columns={
        "tenant": ANY_TENANT,
        "month": MONTH,
        "partner": PARTNER,
        **TENANT_ATTRIBUTES,
        **PARTNER_ATTRIBUTES,
    },
    key=("tenant",),
    any_of=(*TENANT_ATTRIBUTES, "partner"),
    never=(
        *WORKLOAD,
        "SubscriptionId",
        "PaidAvailableUnits",
        "MonthlyActiveUsers",
        "earningId",
        "ClaimId",
        "Status",
        "Report Refresh Date",
    ),
    hints=frozenset({"customerstatus", "customertenantname", "tenantdomainname"}),
)
