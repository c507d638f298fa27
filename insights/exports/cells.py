"""The cells of a table: as values for spreadsheets, and as the texts that people read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from pandas.api.types import is_list_like

from insights.metrics.metric import UNDEFINED, points_text
from insights.money import E4
from insights.months import first_day
from insights.views.table import Column

FORMATS = {
    "count": "#,##0",
    "share": "0.0%",
    "share_bar": "0.0%",
    "points": "+0.0%;-0.0%;0.0%",
    "decimal": "0.0",
    "score": "0.000",
    "money": "$#,##0",
    "month": "mmm yyyy",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
"""Number formats of a spreadsheet by kind of column."""

BLOCKS = "▁▂▃▄▅▆▇█"


def cell_rows(rows: pd.DataFrame, columns: Sequence[Column]) -> list[tuple[Any, ...]]:
    """Return the rows as plain Python values, None where undefined."""
    values = [cell_values(rows[column.name], column) for column in columns]
    return list(zip(*values, strict=True)) if values else []


def cell_values(values: pd.Series[Any], column: Column) -> list[Any]:
    """Return a column's values: months as days, money in dollars, lists as one text."""
    if column.kind == "month":
        return [None if pd.isna(value) else first_day(int(value)) for value in values]
    if column.kind == "money":
        return [None if pd.isna(value) else int(value) / E4 for value in values]
    if column.kind in ("labels", "trend"):
        return [
            ", ".join(str(part) for part in value) if is_list_like(value) else None
            for value in values
        ]
    return values.astype(object).where(values.notna(), None).tolist()


def cell_texts(rows: pd.DataFrame, columns: Sequence[Column]) -> list[tuple[str, ...]]:
    """Return the rows as the texts that a page shows for them."""
    texts = [
        [_trend(value) if is_list_like(value) else UNDEFINED for value in rows[column.name]]
        if column.kind == "trend"
        else [cell_text(value, column) for value in cell_values(rows[column.name], column)]
        for column in columns
    ]
    return list(zip(*texts, strict=True)) if texts else []


def cell_text(value: Any, column: Column) -> str:  # noqa: ANN401 - a value of `cell_values`
    """Return one value as text: what the page shows, "—" where there is nothing."""
    if value is None or value == "":
        return UNDEFINED
    if column.kind == "flag":
        return "✓" if value else "–"
    if column.kind == "points":
        return points_text(float(value))
    if column.kind in _NUMBERS:
        return _NUMBERS[column.kind].format(value).replace("$-", "-$")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%b %Y}" if column.kind == "month" else value.isoformat()
    return str(value)


_NUMBERS = {
    "count": "{:,.0f}",
    "share": "{:.1%}",
    "share_bar": "{:.1%}",
    "decimal": "{:.1f}",
    "score": "{:.3f}",
    "money": "${:,.0f}",
}


def is_number(column: Column) -> bool:
    """Return whether the column's texts stand at the right edge."""
    return column.kind in (*_NUMBERS, "points")


def _trend(values: Sequence[Any]) -> str:
    """Return a small history as blocks of rising height."""
    known = [float(value) for value in values if pd.notna(value)]
    if len(known) < 2:
        return UNDEFINED
    low, span = min(known), (max(known) - min(known)) or 1.0
    top = len(BLOCKS) - 1
    return "".join(BLOCKS[round(top * (value - low) / span)] for value in known)
