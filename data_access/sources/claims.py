"""Customer claims in our own layout (Partner Center's export is undocumented): docs/files.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from data_access.checks import Checks
from data_access.parsing.columns import Cell, Coded, Codes, clean_text, compact
from data_access.parsing.identifiers import partner_id, read_any_tenant
from data_access.problems import fault
from data_access.sources.attributes import partner_rows, tenant_rows
from data_access.sources.base import Source
from data_access.sources.shared import (
    first_of,
    flag_unknown_workloads,
    grouped,
    merged_rows,
    no_months,
    quarantine_conflicts,
    spellings,
    workload_frame,
    workload_id,
)
from data_access.sources.spellings import (
    ANY_TENANT,
    PARTNER,
    PARTNER_ATTRIBUTES,
    TENANT_ATTRIBUTES,
    WORKLOAD,
)
from data_access.targets import Targets, empty_frame, target_frame, values_of
from insights.months import month_of
from insights.workloads import known_workload

STATUSES: dict[str, tuple[str, ...]] = {
    "Draft": ("Processing", "In progress", "Processing / In progress"),
    "Submitted": (),
    "Under review": ("In review",),
    "Partner action required": ("Action required",),
    "Approved": (),
    "Rejected": (),
    "Dispute": ("Disputed",),
    "Rejected final": ("Rejected - final", "Final rejected"),
    "Awaiting customer consent response": (),
    "Canceled": ("Cancelled",),
    "Consent rejected": (),
    "Customer claimed": (),
    "Customer consent declined": (),
    "Customer consent expired": (),
    "Customer consent received": (),
    "Disputed expired": (),
    "Not submitted expired": (),
    "Post submission expired": (),
}
"""Claim statuses and their other spellings."""

_TEXTS = {
    "claim_name": ("claim_name",),
    "solution_area": ("solution_area",),
    "partner_role": ("partner_role", "role", "activity"),
    "status_reason": ("status_reason", "reason"),
    "contact_name": ("contact_name", "customer_contact_name"),
    "contact_email": ("contact_email", "customer_contact_email"),
}
_DATES = {
    "status_on": ("status_on", "status_date"),
    "submitted_on": ("submitted_on", "submitted_date", "submission_date"),
    "approved_on": ("approved_on", "approved_date", "approval_date"),
    "associated_on": ("associated_on", "date_associated", "association_date"),
    "ended_on": ("ended_on", "end_date", "disassociated_on"),
    "proof_signed_on": ("proof_signed_on", "poe_signed_on", "poe_date"),
}


def _letters(text: str) -> str:
    """Return a status without spaces, case and punctuation."""
    return re.sub(r"[^a-z]", "", text.casefold())


_STATUS_BY_LETTERS = {
    _letters(spelling): status
    for status, others in STATUSES.items()
    for spelling in (status, *others)
}
_ENDED = ("Rejected", "Rejected final")


def status_of(text: str) -> str | None:
    """Return a claim status in our spelling; an unknown one as it is written."""
    written = clean_text(text)
    return _STATUS_BY_LETTERS.get(_letters(written), written) or None


def _read(checks: Checks) -> Targets:
    """Return one row per claim, tenant and workload, and what approved claims say of holders."""
    claims = checks.key_text("claim")
    tenants = checks.key("tenant", read_any_tenant)
    lists = checks.key("workload", lambda text: Cell(_workload_list(text) or None))
    partners = checks.key("partner", lambda text: Cell(partner_id(text)))
    statuses = checks.key("status", lambda text: Cell(status_of(text)))
    said: dict[str, Coded[object]] = {
        "partner_id": partners,
        "status": statuses,
        **{name: checks.texts(name) for name in _TEXTS},
        **{name: checks.dates(name) for name in _DATES},
    }
    contents = grouped(*(each.codes for each in said.values()))[0]
    rows, workloads = _settled(checks, (claims, tenants, lists), contents, _day_numbers(said))
    _flag_unknown(checks, lists, statuses)
    keys = {"claim_id": claims, "tenant_id": tenants}
    frame = target_frame("claims", rows, {**keys, **said}).assign(
        workload=pd.array(workloads, dtype="str"), row=checks.raw.row_numbers[rows]
    )
    associated = values_of(said["associated_on"], rows, "object")
    return Targets(
        claims=frame,
        evidence=_evidence(frame.assign(associated_on=associated), checks.options.today),
        tenants=tenant_rows(checks, tenants, no_months(checks)),
        workloads=workload_frame(_workload_spellings(checks, lists)),
        partners=partner_rows(checks, partners, no_months(checks)),
        merged_rows=merged_rows(checks, claims.codes, tenants.codes, lists.codes, contents),
    )


def _workload_list(text: str) -> tuple[str, ...]:
    """Return the workloads that a cell names, separated by semicolons or bars."""
    named = (workload_id(each) for each in re.split(r"[;|]", text))
    return tuple(dict.fromkeys(each for each in named if each))


def _day_numbers(said: Mapping[str, Coded[object]]) -> Codes:
    """Return the day number of each row's status; 0 where it has none."""
    days = said["status_on"]
    numbers = [day.toordinal() for day in days.values if isinstance(day, date)]
    return np.array([*numbers, 0], dtype=np.int64)[days.codes]


def _exploded(rows: Codes, lists: Coded[tuple[str, ...]]) -> tuple[Codes, list[str]]:
    """Return each row's position and workload, once per workload of its list."""
    named = [lists.values[code] for code in lists.codes[rows]]
    repeated = np.repeat(rows, [len(each) for each in named])
    return repeated, [workload for each in named for workload in each]


def _settled(
    checks: Checks,
    keys: tuple[Coded[str], Coded[str], Coded[tuple[str, ...]]],
    contents: Codes,
    days: Codes,
) -> tuple[Codes, list[str]]:
    """Return position and workload of the newest row of each claim, tenant and workload.

    Rows of one key and the same status date that say different things are quarantined.
    """
    claims, tenants, lists = keys
    rows, workloads = _exploded(checks.good, lists)
    names = pd.factorize(np.array(workloads, dtype=object))[0]
    dated, _ = grouped(claims.codes[rows], tenants.codes[rows], names, days[rows])
    first = first_of(dated, int(dated.max(initial=-1)) + 1)
    disagree = np.zeros(len(first), dtype=bool)
    disagree[dated[contents[rows] != contents[rows[first[dated]]]]] = True
    quarantine_conflicts(checks, rows, dated, first, disagree, "claim, workload and status date")
    kept = np.flatnonzero(~checks.bad[rows])
    order = kept[np.argsort(-days[rows[kept]], kind="stable")]
    groups, count = grouped(claims.codes[rows[order]], tenants.codes[rows[order]], names[order])
    newest = np.sort(order[first_of(groups, count)])
    return rows[newest], [workloads[place] for place in newest]


def _flag_unknown(checks: Checks, lists: Coded[tuple[str, ...]], statuses: Coded[str]) -> None:
    """Flag statuses and workload names that are in no catalogue."""
    for code, status in enumerate(statuses.values):
        if status not in STATUSES:
            checks.find_one(
                np.flatnonzero(statuses.codes == code),
                checks.header("status"),
                fault("unknown_status", value=status),
            )
    unknown = [
        next((each for each in named if known_workload(each) is None), None)
        for named in lists.values
    ]
    flag_unknown_workloads(checks, compact([*unknown, None], lists.codes), "workload")


def _workload_spellings(checks: Checks, lists: Coded[tuple[str, ...]]) -> dict[str, str]:
    """Return how the accepted rows first spell each workload."""
    written: dict[str, str] = {}
    for text in spellings(checks, lists, "workload").values():
        for piece in re.split(r"[;|]", text):
            code = workload_id(piece)
            if code:
                written.setdefault(code, clean_text(piece))
    return written


def _evidence(claims: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return what approved claims, and ended ones that once were approved, say of holders.

    An approved claim speaks for today; an ended one for the month in which it ended, at the
    latest today where the file gives no date.
    """
    ended = claims["status"].isin(_ENDED) & claims["approved_on"].notna()
    held = claims[(claims["status"] == "Approved") | ended]
    is_ended = ended[held.index]
    since = held["associated_on"].where(held["associated_on"].notna(), held["approved_on"])
    until = held["ended_on"].where(
        held["ended_on"].notna() | ~is_ended,
        held["status_on"].where(held["status_on"].notna(), today),
    )
    speaks = [month_of(day if isinstance(day, date) else today) for day in until]
    frame = empty_frame("evidence")
    made = held[["tenant_id", "workload", "partner_id", "claim_id", "row"]].assign(
        attribution_type=pd.array(["CPOR"] * len(held), dtype="str"),
        associated_on=_or_none(since),
        month=np.array(speaks, dtype=np.int64),
        is_duplicate=np.zeros(len(held), dtype=bool),
        ended_on=_or_none(until),
    )
    return made.astype({"claim_id": "object"})[list(frame.columns)].reset_index(drop=True)


def _or_none(days: pd.Series) -> pd.Series:
    """Return dates with None where there is none."""
    return pd.Series(
        [day if isinstance(day, date) else None for day in days], index=days.index, dtype=object
    )


CLAIMS = Source(
    kind="claims",
    title="Customer claims",
    read=_read,
    columns={
        "claim": ("claim_id", "Claim"),
        "tenant": ("tenant_id", *ANY_TENANT),
        "workload": ("workload", "workloads", "Workload(s)", *WORKLOAD),
        "partner": ("partner_id", *PARTNER),
        "status": ("status", "claim_status"),
        **TENANT_ATTRIBUTES,
        **PARTNER_ATTRIBUTES,
        "name": ("tenant_name", *TENANT_ATTRIBUTES["name"]),
        **_TEXTS,
        **_DATES,
    },
    key=("claim", "tenant", "workload", "partner", "status"),
    never=("earningId",),
    hints=frozenset({"status", "claimstatus", "claimid"}),
)
