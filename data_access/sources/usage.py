"""Our canonical layout for usage from any other system; see docs/files.md."""

from __future__ import annotations

from data_access.checks import Checks
from data_access.parsing.identifiers import read_any_tenant
from data_access.sources.base import Source
from data_access.sources.spellings import (
    ACCOUNT,
    ATTRIBUTION,
    CANONICAL_SINCE,
    DUPLICATE,
    PARTNER,
    PARTNER_ATTRIBUTES,
    SEATS,
    TENANT_ATTRIBUTES,
    USERS,
)
from data_access.sources.usage_report import read_usage_report
from data_access.targets import Targets


def _read(checks: Checks) -> Targets:
    """Return what the file says; any text is a tenant or a workload."""
    return read_usage_report(
        checks, read_tenant=read_any_tenant, earliest=CANONICAL_SINCE, attribution=""
    )


USAGE = Source(
    kind="usage",
    title="Usage (canonical layout)",
    read=_read,
    columns={
        **TENANT_ATTRIBUTES,
        **PARTNER_ATTRIBUTES,
        "tenant": ("tenant_id",),
        "workload": ("workload", "workload_name", "workload_code"),
        "month": ("month", "date"),
        "seats": ("paid_available_units", *SEATS),
        "users": ("monthly_active_users", *USERS),
        "partner": ("partner_id", *PARTNER),
        "attribution": ("attribution_type", *ATTRIBUTION),
        "associated_on": ("associated_on", "date_associated"),
        "claim": ("claim_id",),
        "is_duplicate": ("is_duplicate", *DUPLICATE),
        "name": ("tenant_name", *TENANT_ATTRIBUTES["name"]),
        "tpid": ("tpid", *TENANT_ATTRIBUTES["tpid"]),
        "domain": ("domain", *TENANT_ATTRIBUTES["domain"]),
        "segment": ("segment", *TENANT_ATTRIBUTES["segment"]),
        "market": ("market", *TENANT_ATTRIBUTES["market"]),
        "country": ("country", *TENANT_ATTRIBUTES["country"]),
        "industry": ("industry", *TENANT_ATTRIBUTES["industry"]),
        "account_id": ("account_id", *ACCOUNT),
        "account_name": ("account_name", *PARTNER_ATTRIBUTES["account_name"]),
    },
    key=("tenant", "workload", "month"),
    hints=frozenset({"tenantid", "paidavailableunits", "monthlyactiveusers"}),
)
