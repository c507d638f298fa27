"""Download buttons: the file is made on the click, stamped with what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from insights.exports.table_files import Stamp, csv_file, excel_file
from insights.months import month_label
from insights.views.table import Column
from pages.shared import cached, page_record, scope_bar, scope_state, seen
from pages.shared.audit_export import Made, audited

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download_buttons(
    rows: pd.DataFrame | Callable[[], pd.DataFrame],
    columns: Sequence[Column],
    *,
    name: str,
    title: str,
    as_of: str = "",
) -> None:
    """Draw the buttons that give a table as Excel and as CSV.

    `name` is unique on the page and begins the file's name; `title` is what the table shows.
    Every row is written, also those that the page cut off; `rows` that are a function are read on
    the click, without a session. `as_of` replaces the scope bar's.
    """
    columns = seen.columns(columns)
    page_record.note_download(rows, columns, name=name, title=title)
    stamp = _stamp(title, as_of)

    def excel() -> Made:
        found = _read(rows)
        return Made(excel_file(found, columns, stamp), len(found))

    def comma_separated() -> Made:
        found = _read(rows)
        return Made(csv_file(found, columns, stamp), len(found))

    with st.container(horizontal=True, gap="small", key=f"download_{name}"):
        _button("Excel", audited(excel, title=title, kind="xlsx"), name=name, mime=EXCEL)
        _button(
            "CSV", audited(comma_separated, title=title, kind="csv"), name=name, mime="text/csv"
        )


def _read(rows: pd.DataFrame | Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return rows if isinstance(rows, pd.DataFrame) else rows()


def _button(label: str, content: Callable[[], bytes], *, name: str, mime: str) -> None:
    ending = "xlsx" if mime == EXCEL else "csv"
    st.download_button(
        label,
        data=content,
        file_name=f"{file_stem(name)}.{ending}",
        mime=mime,
        key=f"download_{name}_{ending}",
        help=f"Download this table as {label}",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )


def file_stem(name: str) -> str:
    """Return a file name of plain letters that says what it is and from which day."""
    return f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}-{datetime.now(UTC):%Y-%m-%d}"


def _stamp(title: str, as_of: str) -> Stamp:
    """Return what the page shows now: a click is answered outside the session."""
    active = scope_state.active_filters(list(scope_state.RESERVED_KEYS))
    names = scope_bar.current_options().names if active else {}
    store = cached.store()
    return Stamp(
        title=title,
        as_of=as_of or month_label(scope_bar.current_filters().as_of),
        filters=tuple((spec.label, names[spec.key].get(code, code)) for spec, code in active),
        author=scope_bar.current_scope().who,
        written_at=datetime.now(UTC),
        source="Demo portfolio, invented figures" if store.is_demo else "Imported files",
    )
