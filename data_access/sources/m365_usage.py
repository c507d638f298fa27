"""Microsoft 365 (Office 365) usage in its 2021, 2023 and API spellings."""

from __future__ import annotations

from data_access.checks import Checks
from data_access.parsing.identifiers import read_guid_tenant
from data_access.sources.base import Source
from data_access.sources.spellings import MICROSOFT_SINCE, MONTH
from data_access.sources.usage_report import MICROSOFT_COLUMNS, read_usage_report
from data_access.targets import Targets


def _read(checks: Checks) -> Targets:
    """Return what the report says; rows name partners of every attribution type."""
    return read_usage_report(
        checks, read_tenant=read_guid_tenant, earliest=MICROSOFT_SINCE, attribution=""
    )


M365_USAGE = Source(
    kind="m365_usage",
    title="Microsoft 365 usage",
    read=_read,
    columns={**MICROSOFT_COLUMNS, "month": MONTH},
    key=("tenant", "workload", "month"),
    hints=frozenset(
        {
            "month",
            "monthkey",
            "processeddatetime",
            "customertpid",
            "customersegment",
            "customermarket",
            "partnerlocation",
            "partnerlocationid",
            "isduplicaterowforpga",
            "industryname",
            "verticalname",
            "eou",
        }
    ),
)
