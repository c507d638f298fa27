"""From the texts of one table to typed rows by target, with every problem collected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_access.checks import Checks, ImportOptions
from data_access.parsing.headers import header_key
from data_access.raw import RawTable
from data_access.sources import unused_columns
from data_access.sources.base import QUARANTINE_COLUMNS, Source
from data_access.types import Repair

_SHOWN = 12
_LONGEST_ID = 18  # digits; longer numbers are no ids of ours and fit into no column

__all__ = ["ImportOptions", "ValidTable", "validate"]


@dataclass(frozen=True)
class ValidTable:
    """One table that can be imported: typed frames by target, and what was found on the way.

    The frames' columns and types are those of `data_access.targets.TARGETS`; each may be empty.
    `usage` is unique per tenant x workload x month, `evidence` has what each accepted row says
    about a holder, `problems` has row, column, code, message, severity and raw_row (JSON, only
    for quarantined rows). Rows read = accepted + `quarantined_rows`; `merged_rows` of the
    accepted ones repeat another row.
    """

    file: str
    kind: str
    kind_title: str
    content_hash: str
    rows_read: int
    usage: pd.DataFrame
    evidence: pd.DataFrame
    tenants: pd.DataFrame
    workloads: pd.DataFrame
    partners: pd.DataFrame
    subscriptions: pd.DataFrame
    earnings: pd.DataFrame
    claims: pd.DataFrame
    problems: pd.DataFrame
    repairs: tuple[Repair, ...]
    repaired_rows: int
    quarantined_rows: int
    flagged_rows: int
    merged_rows: int
    quarantine_ids: tuple[int, ...]
    notes: tuple[str, ...]


def validate(raw: RawTable, source: Source, *, options: ImportOptions) -> ValidTable:
    """Return the table's typed rows and all its problems; every bad row is kept with a reason.

    Raises RefusedFileError only for what concerns the whole table.
    """
    places = {**source.match(raw.header), **_quarantine_places(raw.header)}
    checks = Checks(raw, places, options)
    targets = source.read(checks)
    problems = checks.problems()
    repairs, repaired_rows = checks.repairs()
    return ValidTable(
        file=raw.file,
        kind=source.kind,
        kind_title=source.title,
        content_hash=raw.content_hash,
        rows_read=raw.rows_read,
        usage=targets.usage,
        evidence=targets.evidence,
        tenants=targets.tenants,
        workloads=targets.workloads,
        partners=targets.partners,
        subscriptions=targets.subscriptions,
        earnings=targets.earnings,
        claims=targets.claims,
        problems=problems,
        repairs=repairs,
        repaired_rows=repaired_rows,
        quarantined_rows=int(checks.bad.sum()) + len(raw.malformed),
        flagged_rows=int(problems.loc[problems["severity"] == "flagged", "row"].nunique()),
        merged_rows=targets.merged_rows,
        quarantine_ids=_quarantine_ids(checks),
        notes=_notes(raw, source, targets.notes),
    )


def _quarantine_places(header: tuple[str, ...]) -> dict[str, int]:
    """Return where the columns of a quarantine download stand."""
    return {
        QUARANTINE_COLUMNS[header_key(name)]: place
        for place, name in enumerate(header)
        if header_key(name) in QUARANTINE_COLUMNS
    }


def _quarantine_ids(checks: Checks) -> tuple[int, ...]:
    """Return the ids of earlier quarantined rows that accepted rows carry."""
    ids = checks.texts("quarantine_id")
    accepted = np.unique(ids.codes[checks.good])
    texts = (ids.values[code] for code in accepted if code >= 0)
    numbers = (text for text in texts if text.isascii() and text.isdigit())
    return tuple(sorted({int(text) for text in numbers if len(text) <= _LONGEST_ID}))


def _notes(raw: RawTable, source: Source, said: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a reader of the report should know about the table as a whole."""
    notes = [*raw.notes, *said]
    if not raw.rows_read:
        notes.append("The file has a header and no rows.")
    unused = unused_columns(source, raw.header)
    if unused:
        more = f" and {len(unused) - _SHOWN} more" if len(unused) > _SHOWN else ""
        notes.append(f"Columns not used: {', '.join(unused[:_SHOWN])}{more}.")
    return tuple(notes)
