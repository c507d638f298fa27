"""Tables: only the columns shown are sent, months and shares read as people read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from insights.metrics.metric import UNDEFINED
from insights.money import dollars
from insights.months import first_day
from insights.views.definitions import Section
from insights.views.table import Column
from pages.shared import cached, page_record, seen
from pages.shared.text import plain

MOST_ROWS = 5_000
ROW_HEIGHT = 35
TALLEST = 560
WIDE = 640
READABLE = 760
"""Pixels; about 100 letters a line."""

TERMS = ["Term", "Meaning"]

OnSelect = Callable[[str], None]


def show_table(
    rows: pd.DataFrame,
    columns: Sequence[Column],
    *,
    key: str,
    alt: str,
    on_select: OnSelect | None = None,
    id_column: str = "",
) -> None:
    """Draw the frame's columns in this order; at most MOST_ROWS rows, said where it is cut.

    `alt` states the takeaway. With `on_select`, clicking a row calls it with the row's value of
    `id_column` (which need not be shown); it runs before the page and may switch to another one.
    """
    columns = seen.columns(columns)
    page_record.note_table(rows, columns, key=key, alt=alt)
    shown = rows.head(MOST_ROWS)
    settings = table_settings(shown, columns, key=key, alt=alt)
    if on_select is not None:
        ids = tuple(shown[id_column].astype(str))
        settings["selection_mode"] = "single-row"
        settings["on_select"] = lambda: _selected(key, ids, on_select)
    with st.container(key=f"table_{key}", gap="xsmall"):
        st.dataframe(cached.built(displayed, shown, columns), **settings)
        if len(rows) > MOST_ROWS:
            st.caption(f"The first {MOST_ROWS:,} of {len(rows):,} rows; the download has all.")


def table_settings(
    shown: pd.DataFrame, columns: Sequence[Column], *, key: str, alt: str
) -> dict[str, Any]:
    """Return how a table with these columns is drawn; nothing in a cell shows as "—"."""
    return {
        "hide_index": True,
        "key": key,
        "alt": alt,
        "row_height": ROW_HEIGHT,
        "height": min(TALLEST, ROW_HEIGHT * (max(len(shown), 1) + 1) + 3),
        "placeholder": UNDEFINED,
        "column_config": {column.name: _config(column) for column in columns},
    }


def show_definitions(section: Section) -> None:
    """Draw a section of definitions as paragraphs of a width that reads well."""
    page_record.note_table(
        pd.DataFrame([(each.term, each.meaning) for each in section.definitions], columns=TERMS),
        [Column(name, name) for name in TERMS],
        key=section.anchor,
        alt=section.title,
    )
    words = [f"**{plain(item.term)}**  \n{plain(item.meaning)}" for item in section.definitions]
    st.markdown("\n\n".join(words), width=READABLE)


def _selected(key: str, ids: tuple[str, ...], on_select: OnSelect) -> None:
    chosen = st.session_state[key]["selection"]["rows"]
    if chosen:
        on_select(ids[chosen[0]])


def displayed(rows: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Return the shown columns with values as the browser formats them best."""
    return pd.DataFrame({column.name: _values(rows[column.name], column) for column in columns})


def _values(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if column.kind == "month":
        return values.map(lambda month: first_day(int(month)), na_action="ignore")
    if column.kind in ("share", "share_bar", "points"):
        return values.astype("float64") * 100
    if column.kind == "money":
        return dollars(values)
    if column.kind == "trend":
        # A gap inside makes Streamlit show the numbers as text instead of a line.
        return values.map(
            lambda series: [value for value in series if pd.notna(value)], na_action="ignore"
        )
    return values


def _config(column: Column) -> Any:  # noqa: ANN401 - Streamlit's own column types
    kinds = st.column_config
    common: dict[str, Any] = {
        "label": column.label,
        "help": column.help or None,
        "pinned": column.is_pinned or None,
        "width": WIDE if column.is_wide else column.width,
    }
    if column.kind == "share_bar":
        top = 100 * (column.top or 1.0)
        return kinds.ProgressColumn(**common, format="%.1f%%", min_value=0.0, max_value=top)
    if column.kind == "trend":
        return kinds.LineChartColumn(**common)
    if column.kind == "labels":
        return kinds.ListColumn(**common)
    if column.kind == "flag":
        return kinds.CheckboxColumn(**common)
    if column.kind == "moment":
        return kinds.DatetimeColumn(**common, format=_MOMENT)
    if column.kind in _DATES:
        return kinds.DateColumn(**common, format=_DATES[column.kind])
    if column.kind in _NUMBERS:
        return kinds.NumberColumn(**common, format=_NUMBERS[column.kind])
    return kinds.TextColumn(**common)


_DATES = {"month": "MMM YYYY", "date": "YYYY-MM-DD"}
_MOMENT = "YYYY-MM-DD HH:mm"
_NUMBERS = {
    "count": "localized",
    "share": "%.1f%%",
    "points": "%+.1f pts",
    "decimal": "%.1f",
    "score": "%.3f",
    "money": "$%,.0f",
}
