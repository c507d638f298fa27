"""Quarantined rows as a CSV file to mend and bring in again."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd

from insights.exports.table_files import safe_text

ID_COLUMN = "quarantine_id"
REASON_COLUMN = "quarantine_reason"


def mendable_csv(problems: pd.DataFrame) -> bytes:
    """Return the quarantined rows of one import with their original columns and cells.

    `problems` is as from `quarantined_problems`, one row per finding. Two columns are added:
    quarantine_id, by which a mended row is recognised, and quarantine_reason, all findings of
    the row. Cells that a spreadsheet would run as a formula begin with an apostrophe.
    """
    rows = problems.groupby(ID_COLUMN, sort=True).agg(
        raw_row=("raw_row", "first"), reason=("message", " ".join)
    )
    cells = [json.loads(text) for text in rows["raw_row"]]
    header = list(dict.fromkeys(name for row in cells for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*map(safe_text, header), ID_COLUMN, REASON_COLUMN])
    for row, quarantine_id, reason in zip(cells, rows.index, rows["reason"], strict=True):
        values = [safe_text(str(row.get(name, ""))) for name in header]
        writer.writerow([*values, int(quarantine_id), safe_text(reason)])
    return text.getvalue().encode("utf-8-sig")
