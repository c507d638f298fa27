"""What several kinds of file have in common: usage rows, evidence and workloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_access.checks import Checks
from data_access.parsing.columns import MISSING, Coded, Codes, Mask, Value, clean_text, compact
from data_access.parsing.identifiers import partner_id
from data_access.problems import fault
from data_access.targets import NOT_TOLD, target_frame
from insights.workloads import known_workload


@dataclass(frozen=True)
class Evidence:
    """What rows say about who holds a pair; values per row of the file."""

    partner: Coded[str]
    attribution: Coded[str]
    associated_on: Coded[object]
    is_duplicate: Codes
    claim: Coded[str]


def grouped(*keys: Codes) -> tuple[Codes, int]:
    """Return a group number per row for equal keys, numbered as first seen, and how many."""
    combined = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        narrow, _ = pd.factorize(key)
        pairs = combined * (int(narrow.max(initial=0)) + 1) + narrow
        combined = pd.factorize(pairs)[0].astype(np.int64)
    return combined, int(combined.max(initial=-1)) + 1


def first_of(groups: Codes, count: int) -> Codes:
    """Return the position of each group's first row."""
    first = np.full(count, len(groups), dtype=np.int64)
    np.minimum.at(first, groups, np.arange(len(groups)))
    return first


def settle(
    checks: Checks, keys: Sequence[Codes], values: Sequence[Codes], *, what: str
) -> tuple[Codes, list[Codes]]:
    """Quarantine rows of one key that disagree; return the first row and values of each key.

    A value that is not told agrees with any; the told one is taken.
    """
    rows = checks.good
    groups, count = grouped(*(key[rows] for key in keys))
    first = first_of(groups, count)
    if count == len(rows):
        return rows, [value[rows] for value in values]
    disagree = np.zeros(count, dtype=bool)
    settled = []
    for value in values:
        most = np.full(count, NOT_TOLD, dtype=np.int64)
        np.maximum.at(most, groups, value[rows])
        told = value[rows] != NOT_TOLD
        disagree[groups[told & (value[rows] != most[groups])]] = True
        settled.append(most)
    quarantine_conflicts(checks, rows, groups, first, disagree, what)
    agree = ~disagree
    return rows[first[agree]], [value[agree] for value in settled]


def quarantine_conflicts(
    checks: Checks, rows: Codes, groups: Codes, first: Codes, disagree: Codes, what: str
) -> None:
    """Record every row of the groups that disagree."""
    wrong = np.flatnonzero(disagree)
    number = np.full(len(disagree), MISSING, dtype=np.int64)
    number[wrong] = np.arange(len(wrong))
    which = number[groups]
    hit = which != MISSING
    faults = tuple(
        fault("conflicting_rows", what=what, row=row)
        for row in checks.raw.row_numbers[rows[first[wrong]]]
    )
    found, at = np.unique(rows[hit], return_index=True)
    checks.find(found, "", which[hit][at], faults)


def merged_rows(checks: Checks, *columns: Codes) -> int:
    """Return how many accepted rows repeat another one in all of these columns."""
    rows = checks.good
    return len(rows) - grouped(*(column[rows] for column in columns))[1] if len(rows) else 0


# --- workloads -------------------------------------------------------------------------------


def workload_id(text: str) -> str | None:
    """Return the identity of a workload: the code of a known one, else the name itself."""
    name = clean_text(text)
    known = known_workload(name)
    return known.code if known else name or None


def flag_unknown_workloads(checks: Checks, workloads: Coded[str], column: str) -> None:
    """Flag the first row of each workload name that is in no catalogue."""
    rows = checks.good
    codes = workloads.codes[rows]
    counts = np.bincount(codes[codes != MISSING], minlength=len(workloads.values))
    unknown = [
        code
        for code, value in enumerate(workloads.values)
        if known_workload(value) is None and counts[code]
    ]
    if unknown:
        first = first_of(np.where(codes == MISSING, len(counts), codes), len(counts) + 1)
        faults = tuple(
            fault("unknown_workload", value=workloads.values[code], rows=f"{counts[code]:,}")
            for code in unknown
        )
        checks.find(rows[first[unknown]], checks.header(column), np.arange(len(unknown)), faults)


def workload_frame(names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per workload; `names` gives each one's spelling in the file."""
    known = {code: known_workload(code) for code in names}
    return pd.DataFrame(
        {
            "workload": pd.array(list(names), dtype="str"),
            "name": pd.array(
                [found.name if found else code for code, found in known.items()], dtype="str"
            ),
            "imported_name": pd.array(list(names.values()), dtype="str"),
            "is_known": pd.array([found is not None for found in known.values()], dtype="bool"),
        }
    ).astype({"is_known": "bool"})


def spellings(checks: Checks, coded: Coded[Value], column: str) -> dict[Value, str]:
    """Return for each value of the accepted rows how the file first spells it."""
    rows = checks.good
    codes = coded.codes[rows]
    rows, codes = rows[codes != MISSING], codes[codes != MISSING]
    found, first = np.unique(codes, return_index=True)
    source = checks.source_column(column)
    return {
        coded.values[code]: clean_text(source.text(row))
        for code, row in zip(found, rows[first], strict=True)
    }


# --- usage and evidence ----------------------------------------------------------------------


def usage_rows(
    checks: Checks,
    keys: tuple[Coded[str], Coded[str], Codes],
    seats: Codes,
    users: Codes,
) -> pd.DataFrame:
    """Return usage at tenant x workload x month grain; disagreeing rows are quarantined."""
    tenants, workloads, months = keys
    first, (seats, users) = settle(
        checks,
        (tenants.codes, workloads.codes, months),
        (seats, users),
        what="tenant, workload and month",
    )
    flag_counts(checks, first, seats=seats, users=users)
    frame = target_frame(
        "usage", first, {"tenant_id": tenants, "workload": workloads, "month": months}
    )
    return frame.assign(
        paid_available_units=count_array(seats),
        monthly_active_users=count_array(users),
        row=checks.raw.row_numbers[first],
    )


def count_array(counts: Codes) -> pd.arrays.IntegerArray:
    """Return counts as a nullable column."""
    return pd.arrays.IntegerArray(np.where(counts == NOT_TOLD, 0, counts), counts == NOT_TOLD)


def flag_counts(
    checks: Checks,
    rows: Codes,
    *,
    seats: Codes,
    users: Codes,
    columns: tuple[str, str] = ("seats", "users"),
) -> None:
    """Flag rows whose users exceed their seats, and rows without seats.

    Counts are of these rows; `columns` names those of the seats and of the users.
    """
    told = (seats != NOT_TOLD) & (users != NOT_TOLD)
    above = np.flatnonzero(told & (users > seats) & (seats > 0))
    pairs, count = grouped(users[above], seats[above]) if len(above) else (above, 0)
    example = above[first_of(pairs, count)]
    faults = tuple(
        fault("users_above_seats", users=f"{users[row]:,}", seats=f"{seats[row]:,}")
        for row in example
    )
    checks.find(rows[above], checks.header(columns[1]), pairs, faults)
    checks.find_one(rows[seats == 0], checks.header(columns[0]), fault("no_seats"))


def flag_missing_counts(checks: Checks, *columns: tuple[str, Codes]) -> None:
    """Flag accepted rows in which a count's column is there but the cell is empty."""
    for column, counts in columns:
        if checks.has(column):
            empty = checks.good[counts[checks.good] == NOT_TOLD]
            checks.find_one(
                empty, checks.header(column), fault("missing_count", column=checks.header(column))
            )


def read_evidence(checks: Checks, *, attribution: str) -> Evidence:
    """Return what the rows say about partners; `attribution` holds where the file has no column."""
    has_type = checks.has("attribution")
    return Evidence(
        partner=checks.texts("partner", partner_id),
        attribution=checks.texts("attribution")
        if has_type
        else Coded(np.zeros(checks.rows, dtype=np.int64), (attribution,)),
        associated_on=checks.dates("associated_on"),
        is_duplicate=read_flags(checks, "is_duplicate"),
        claim=checks.texts("claim"),
    )


def read_flags(checks: Checks, column: str) -> Codes:
    """Return 1 or 0 per row; an empty cell is 0, anything else is flagged and 0."""
    if not checks.has(column):
        return np.zeros(checks.rows, dtype=np.int64)
    known = {"1": 1, "true": 1, "yes": 1, "y": 1, "0": 0, "false": 0, "no": 0, "n": 0}
    texts = checks.texts(column, lambda text: clean_text(text).casefold() or None)
    values = np.array([*(known.get(text, 0) for text in texts.values), 0], dtype=np.int64)
    odd = [code for code, text in enumerate(texts.values) if text not in known]
    for code in odd:
        checks.find_one(
            np.flatnonzero(texts.codes == code),
            checks.header(column),
            fault("flag_not_read", value=texts.values[code]),
        )
    return values[texts.codes]


def evidence_rows(
    checks: Checks,
    keys: tuple[Coded[str], Coded[str], Codes],
    said: Evidence,
    *,
    among: Mask | None = None,
) -> pd.DataFrame:
    """Return one row per tenant x workload x month x partner x association that rows name.

    Only rows marked in `among` count, where it is given.
    """
    tenants, workloads, months = keys
    rows = checks.good if among is None else np.flatnonzero(among & ~checks.bad)
    rows = rows[said.partner.told[rows]]
    columns: dict[str, Coded[object] | Codes] = {
        "tenant_id": tenants,
        "workload": workloads,
        "partner_id": said.partner,
        "attribution_type": said.attribution,
        "associated_on": said.associated_on,
        "month": months,
        "claim_id": said.claim,
    }
    codes = [each.codes if isinstance(each, Coded) else each for each in columns.values()]
    groups, count = grouped(*(each[rows] for each in codes))
    first = rows[first_of(groups, count)]
    always = np.ones(count, dtype=np.int64)
    np.minimum.at(always, groups, said.is_duplicate[rows])
    return target_frame("evidence", first, columns).assign(
        is_duplicate=always.astype(bool), row=checks.raw.row_numbers[first]
    )


def no_months(checks: Checks) -> Codes:
    """Return the month column of a file that has none."""
    return np.full(checks.rows, NOT_TOLD, dtype=np.int64)


def same_text(checks: Checks, text: str) -> Coded[str]:
    """Return a column that says the same in every row."""
    return compact([text], np.zeros(checks.rows, dtype=np.int64))
