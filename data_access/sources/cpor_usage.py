"""CPOR – Microsoft 365 usage: the central report, one row per tenant, workload and month."""

from __future__ import annotations

from data_access.checks import Checks
from data_access.parsing.identifiers import read_guid_tenant
from data_access.sources.base import Source
from data_access.sources.spellings import MICROSOFT_SINCE, MONTH
from data_access.sources.usage_report import MICROSOFT_COLUMNS, read_usage_report
from data_access.targets import Targets


def _read(checks: Checks) -> Targets:
    """Return what the report says; every row is a CPOR association unless it says otherwise."""
    return read_usage_report(
        checks, read_tenant=read_guid_tenant, earliest=MICROSOFT_SINCE, attribution="CPOR"
    )


CPOR_USAGE = Source(
    kind="cpor_usage",
    title="CPOR – Microsoft 365 usage",
    read=_read,
    columns={**MICROSOFT_COLUMNS, "month": ("Date", "DateKey", *MONTH)},
    key=("tenant", "workload", "month"),
    hints=frozenset({"date", "datekey", "claimid", "dateassociated"}),
)
