"""Reports of an import or dry run, table by table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from data_access.types import ImportReport
from insights.views.imports import ReportView, report_view
from pages.shared.tables import show_table
from pages.shared.text import plain


def show_reports(reports: Sequence[ImportReport], *, key: str) -> None:
    """Draw each table's report, the first ones open; `key` is unique on the page."""
    for position, report in enumerate(reports):
        view = report_view(report)
        with st.expander(plain(view.title), expanded=position < 3, key=f"{key}_{position}"):
            _show_report(view, key=f"{key}_{position}")


def _show_report(view: ReportView, *, key: str) -> None:
    grid = st.grid("auto", min_column_width=110, gap="small")
    for label, count in view.counts:
        with grid.cell():
            st.metric(label, f"{count:,}")
    for sentence in view.sentences:
        st.markdown(plain(sentence))
    for table in view.tables:
        st.markdown(f"**{table.heading}**")
        show_table(table.rows, table.columns, key=f"{key}_{table.key}", alt=table.heading)
