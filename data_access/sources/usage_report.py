"""The reader of usage in rows of tenant x workload x month, whoever wrote them."""

from __future__ import annotations

from collections.abc import Callable

from data_access.checks import Checks
from data_access.parsing.columns import Cell
from data_access.sources.attributes import partner_rows, tenant_rows
from data_access.sources.shared import (
    evidence_rows,
    flag_missing_counts,
    flag_unknown_workloads,
    merged_rows,
    read_evidence,
    spellings,
    usage_rows,
    workload_frame,
    workload_id,
)
from data_access.sources.spellings import (
    ATTRIBUTION,
    DUPLICATE,
    PARTNER,
    PARTNER_ATTRIBUTES,
    SEATS,
    TENANT,
    TENANT_ATTRIBUTES,
    USERS,
    WORKLOAD,
)
from data_access.targets import Targets

MICROSOFT_COLUMNS: dict[str, tuple[str, ...]] = {
    "tenant": TENANT,
    "workload": WORKLOAD,
    "seats": SEATS,
    "users": USERS,
    "partner": PARTNER,
    "attribution": ATTRIBUTION,
    "associated_on": ("DateAssociated", "AssociationDate", "AssociatedOn"),
    "claim": ("ClaimId",),
    "is_duplicate": DUPLICATE,
    **TENANT_ATTRIBUTES,
    **PARTNER_ATTRIBUTES,
}
"""What both of Microsoft's usage reports may hold besides their month."""


def read_usage_report(
    checks: Checks,
    *,
    read_tenant: Callable[[str], Cell[str]],
    earliest: int,
    attribution: str,
) -> Targets:
    """Return usage, evidence, tenants, partners and workloads of a usage report.

    Rows of one tenant, workload and month for several partners are one usage row where they
    agree. `attribution` is the attribution type where the file has no column for it.
    """
    tenants = checks.key("tenant", read_tenant)
    workloads = checks.key("workload", lambda text: Cell(workload_id(text)))
    months = checks.months("month", earliest=earliest)
    seats, users = checks.counts("seats"), checks.counts("users")
    said = read_evidence(checks, attribution=attribution)
    keys = (tenants, workloads, months)
    usage = usage_rows(checks, keys, seats, users)
    flag_missing_counts(checks, ("seats", seats), ("users", users))
    flag_unknown_workloads(checks, workloads, "workload")
    return Targets(
        usage=usage,
        evidence=evidence_rows(checks, keys, said),
        tenants=tenant_rows(checks, tenants, months),
        workloads=workload_frame(spellings(checks, workloads, "workload")),
        partners=partner_rows(checks, said.partner, months),
        merged_rows=merged_rows(
            checks,
            tenants.codes,
            workloads.codes,
            months,
            said.partner.codes,
            said.attribution.codes,
            said.associated_on.codes,
            said.claim.codes,
            said.is_duplicate,
        ),
        notes=_notes(checks),
    )


def _notes(checks: Checks) -> tuple[str, ...]:
    """Return what the file leaves open as a whole."""
    absent = [
        name
        for column, name in (("seats", "paid available units"), ("users", "monthly active users"))
        if not checks.has(column)
    ]
    if not absent:
        return ()
    return (f"The file has no {' and no '.join(absent)}; values stored earlier stay.",)
