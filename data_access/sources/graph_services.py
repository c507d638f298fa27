"""Microsoft Graph's services user counts of one tenant: active and inactive users by service."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data_access.checks import Checks
from data_access.errors import RefusedFileError
from data_access.parsing.columns import Coded, Codes, compact
from data_access.parsing.dates import read_dates
from data_access.parsing.identifiers import guid, read_guid_tenant
from data_access.problems import fault
from data_access.sources.attributes import tenant_rows
from data_access.sources.base import Source
from data_access.sources.shared import (
    count_array,
    first_of,
    grouped,
    same_text,
    settle,
    workload_frame,
)
from data_access.sources.spellings import ANY_TENANT, MICROSOFT_SINCE
from data_access.targets import NOT_TOLD, Targets, target_frame

SERVICES = {
    "EXO": "Exchange",
    "ODB": "OneDrive",
    "SPO": "SharePoint",
    "SFB": "Skype For Business",
    "YAM": "Yammer",
    "TEAMS": "Teams",
}
"""Workload codes and how the report's columns begin; its union column "Office 365" is not read."""

_PERIODS = (28, 30)
_NOTE = (
    "Graph counts assigned licences: active and inactive users together are taken as seats, which "
    "may differ from paid available units. Its 30 days differ slightly from the 28-day rule."
)


def _read(checks: Checks) -> Targets:
    """Return usage by service, as of the newest refresh of each month."""
    tenants = _tenants(checks)
    months = checks.months("refreshed", earliest=MICROSOFT_SINCE, within=True)
    days = _ordinals(checks)
    _quarantine_other_periods(checks)
    active = {code: checks.counts(f"{code}_active") for code in SERVICES}
    inactive = {code: checks.counts(f"{code}_inactive") for code in SERVICES}
    rows, settled = settle(
        checks,
        (tenants.codes, days),
        [*active.values(), *inactive.values()],
        what="tenant and refresh date",
    )
    newest = _newest(tenants.codes[rows], months[rows], days[rows])
    frames = []
    for place, code in enumerate(SERVICES):
        users = settled[place][newest]
        idle = settled[place + len(SERVICES)][newest]
        seats = np.where((users == NOT_TOLD) | (idle == NOT_TOLD), NOT_TOLD, users + idle)
        keys: dict[str, Coded[str] | Codes] = {
            "tenant_id": tenants,
            "workload": same_text(checks, code),
            "month": months,
        }
        frames.append(_usage(checks, keys, rows[newest], seats, users))
    usage = pd.concat(frames, ignore_index=True)
    told = [code for code in SERVICES if (usage["workload"] == code).any()]
    written = {} if checks.has("tenant") else {value: value for value in tenants.values}
    return Targets(
        usage=usage.sort_values("row", kind="stable", ignore_index=True),
        tenants=tenant_rows(checks, tenants, months, written or None),
        workloads=workload_frame({code: SERVICES[code] for code in told}),
        merged_rows=len(checks.good) - len(newest),
        notes=(_NOTE,),
    )


def _tenants(checks: Checks) -> Coded[str]:
    """Return each row's tenant; raises RefusedFileError where neither file nor user names it."""
    if checks.has("tenant"):
        return checks.key("tenant", read_guid_tenant)
    given = checks.options.tenant_id
    if not given:
        raise RefusedFileError(
            checks.raw.file,
            "does not say which tenant it is about",
            "Give the tenant id with --tenant (or on the Imports page), or add a column Tenant Id.",
        )
    tenant = guid(given)
    if tenant is None:
        raise RefusedFileError(
            checks.raw.file,
            f"cannot be placed: “{given}” is not a tenant id",
            "Give the directory id of the customer, 32 hexadecimal digits.",
        )
    return same_text(checks, tenant)


def _ordinals(checks: Checks) -> Codes:
    """Return each row's refresh date as a day number."""
    column = checks.source_column("refreshed")
    days = compact([cell.value for cell in read_dates(column.values)], column.codes)
    return np.array([*(day.toordinal() for day in days.values), NOT_TOLD])[days.codes]


def _quarantine_other_periods(checks: Checks) -> None:
    """Quarantine rows of 7, 90 or 180 days: monthly active users need 28 or 30."""
    periods = checks.counts("period")
    header = checks.header("period")
    checks.find_one(
        np.flatnonzero((periods == NOT_TOLD) & ~checks.bad),
        header,
        fault("missing_key", column=header),
    )
    for days in np.unique(periods[(periods != NOT_TOLD) & ~np.isin(periods, _PERIODS)]):
        checks.find_one(
            np.flatnonzero(periods == days), header, fault("wrong_period", value=int(days))
        )


def _newest(tenants: Codes, months: Codes, days: Codes) -> Codes:
    """Return of these rows the newest of each tenant and month."""
    order = np.argsort(-days, kind="stable")
    groups, count = grouped(tenants[order], months[order])
    return np.sort(order[first_of(groups, count)])


def _usage(
    checks: Checks,
    keys: dict[str, Coded[str] | Codes],
    rows: Codes,
    seats: Codes,
    users: Codes,
) -> pd.DataFrame:
    """Return one service's usage; an empty cell means "not available", which is no row."""
    told = users != NOT_TOLD
    rows, seats, users = rows[told], seats[told], users[told]
    return target_frame("usage", rows, keys).assign(
        paid_available_units=count_array(seats),
        monthly_active_users=count_array(users),
        row=checks.raw.row_numbers[rows],
    )


GRAPH_SERVICES = Source(
    kind="graph_services",
    title="Graph service user counts",
    read=_read,
    columns={
        "refreshed": ("Report Refresh Date",),
        "period": ("Report Period",),
        "tenant": ANY_TENANT,
        "name": ("CustomerName", "Tenant Name"),
        **{f"{code}_active": (f"{name} Active",) for code, name in SERVICES.items()},
        **{f"{code}_inactive": (f"{name} Inactive",) for code, name in SERVICES.items()},
    },
    key=("refreshed", "period"),
    any_of=tuple(f"{code}_active" for code in SERVICES),
    hints=frozenset({"reportrefreshdate", "reportperiod"}),
)
