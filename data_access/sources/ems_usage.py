"""EMS usage: one row per subscription with a pair of columns for each of three workloads."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data_access.checks import Checks
from data_access.parsing.columns import Coded, Codes
from data_access.parsing.identifiers import read_guid_tenant
from data_access.sources.attributes import partner_rows, tenant_rows
from data_access.sources.base import Source
from data_access.sources.shared import (
    Evidence,
    count_array,
    evidence_rows,
    first_of,
    flag_counts,
    grouped,
    merged_rows,
    read_evidence,
    same_text,
    settle,
    workload_frame,
)
from data_access.sources.spellings import (
    ANY_TENANT,
    ATTRIBUTION,
    DUPLICATE,
    MICROSOFT_SINCE,
    MONTH,
    PARTNER,
    PARTNER_ATTRIBUTES,
    TENANT_ATTRIBUTES,
)
from data_access.targets import NOT_TOLD, Targets, target_frame

WORKLOADS = {"AADP": "AADP", "INTUNE": "Intune", "AIP": "Azip"}
"""Workload codes and how the report's columns begin."""

_MEASURES = {
    f"{code}_{measure}": (f"{prefix}{spelling}",)
    for code, prefix in WORKLOADS.items()
    for measure, spelling in (("seats", "PaidAvailableUnits"), ("users", "MonthlyActiveUsers"))
}
_NOTE = (
    "Users of several subscriptions of a tenant are not added (they may be the same people): the "
    "largest number is used, which is at least how many there are. Seats are added."
)


def _read(checks: Checks) -> Targets:
    """Return usage of Entra ID P1, Intune and Information Protection, unpivoted."""
    tenants = checks.key("tenant", read_guid_tenant)
    months = checks.months("month", earliest=MICROSOFT_SINCE)
    subscriptions = checks.texts("subscription")
    counts = {name: checks.counts(name) for name in _MEASURES}
    said = read_evidence(checks, attribution="")
    first, settled = settle(
        checks,
        (tenants.codes, months, subscriptions.codes),
        list(counts.values()),
        what="tenant, subscription and month",
    )
    by_name = dict(zip(counts, settled, strict=True))
    groups, count = grouped(tenants.codes[first], months[first])
    leaders = first[first_of(groups, count)]
    frames, evidence = [], []
    for code in WORKLOADS:
        seats = _sums(by_name[f"{code}_seats"], groups, count)
        users = _most(by_name[f"{code}_users"], groups, count)
        keys = (tenants, same_text(checks, code), months)
        frames.append(_usage(checks, keys, leaders, seats, users))
        held = (counts[f"{code}_seats"] > 0) | (counts[f"{code}_users"] > 0)
        evidence.append(evidence_rows(checks, keys, said, among=held))
    usage = pd.concat(frames, ignore_index=True).sort_values("row", kind="stable")
    return Targets(
        usage=usage.reset_index(drop=True),
        evidence=pd.concat(evidence, ignore_index=True),
        tenants=tenant_rows(checks, tenants, months),
        workloads=workload_frame(_used(usage)),
        partners=partner_rows(checks, said.partner, months),
        merged_rows=_merged(checks, (tenants, months, subscriptions), said, counts),
        notes=(_NOTE,) if count < len(first) else (),
    )


def _sums(counts: Codes, groups: Codes, count: int) -> Codes:
    """Return each group's sum of what is told."""
    told = counts != NOT_TOLD
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, groups[told], counts[told])
    any_told = np.zeros(count, dtype=bool)
    any_told[groups[told]] = True
    return np.where(any_told, sums, NOT_TOLD)


def _most(counts: Codes, groups: Codes, count: int) -> Codes:
    """Return each group's largest count."""
    most = np.full(count, NOT_TOLD, dtype=np.int64)
    np.maximum.at(most, groups, counts)
    return most


def _usage(
    checks: Checks,
    keys: tuple[Coded[str], Coded[str], Codes],
    rows: Codes,
    seats: Codes,
    users: Codes,
) -> pd.DataFrame:
    """Return one workload's usage; rows in which the report leaves it out are none."""
    told = (seats != NOT_TOLD) | (users != NOT_TOLD)
    rows, seats, users = rows[told], seats[told], users[told]
    tenants, workloads, months = keys
    code = workloads.values[0]
    in_use = (seats != 0) | (users > 0)
    flag_counts(
        checks,
        rows[in_use],
        seats=seats[in_use],
        users=users[in_use],
        columns=(f"{code}_seats", f"{code}_users"),
    )
    columns = {"tenant_id": tenants, "workload": workloads, "month": months}
    return target_frame("usage", rows, columns).assign(
        paid_available_units=count_array(seats),
        monthly_active_users=count_array(users),
        row=checks.raw.row_numbers[rows],
    )


def _used(usage: pd.DataFrame) -> dict[str, str]:
    """Return the workloads that the report speaks of, as it spells them."""
    return {code: name for code, name in WORKLOADS.items() if (usage["workload"] == code).any()}


def _merged(
    checks: Checks,
    keys: tuple[Coded[str], Codes, Coded[str]],
    said: Evidence,
    counts: dict[str, Codes],
) -> int:
    """Return how many rows repeat another one."""
    tenants, months, subscriptions = keys
    partners = (said.partner.codes, said.attribution.codes, said.is_duplicate)
    return merged_rows(
        checks, tenants.codes, months, subscriptions.codes, *partners, *counts.values()
    )


EMS_USAGE = Source(
    kind="ems_usage",
    title="EMS usage",
    read=_read,
    columns={
        "tenant": ANY_TENANT,
        "month": MONTH,
        "subscription": ("SubscriptionId", "SKUId", "SKU"),
        "partner": PARTNER,
        "attribution": ATTRIBUTION,
        "is_duplicate": DUPLICATE,
        **_MEASURES,
        **TENANT_ATTRIBUTES,
        **PARTNER_ATTRIBUTES,
    },
    key=("tenant", "month"),
    any_of=tuple(_MEASURES),
    never=("earningId",),
    hints=frozenset(name.casefold() for names in _MEASURES.values() for name in names),
)
