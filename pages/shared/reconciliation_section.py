"""The reconciliation on the earnings page: links of the chain, then the rows of one."""

from __future__ import annotations

import streamlit as st

from insights.reconciliation import LINKS, LINKS_BY_CODE
from insights.views import reconciliation as views
from pages.shared import cached, headings, links, states, url_state
from pages.shared.downloads import download_buttons
from pages.shared.earnings_frames import MoneyQuestion
from pages.shared.tables import show_table
from pages.shared.text import plain
from pages.shared.today import today


def show_reconciliation(asked: MoneyQuestion) -> None:
    """Draw earned against paid, or which file to bring where none was."""
    headings.header("Earned against paid")
    if not asked.has_earnings():
        states.show_nothing(
            "No Earnings file was imported yet, so nothing can be compared.",
            "In Partner Center open Earnings, choose Export, Earnings – Default, and bring the "
            "CSV file in on the Imports page. Until then every amount is our estimate only.",
        )
        links.page_link(links.IMPORTS, label="Import files", icon=":material/upload_file:")
        return
    view = cached.computed(views.links_view, asked.links())
    if view is None:
        states.show_nothing("Nothing was earned or paid under these filters.", "Remove a filter.")
        return
    st.markdown(plain(view.takeaway))
    st.caption(f"What is due is judged as of today, {today():%d %B %Y}.")
    show_table(view.rows, views.LINK_COLUMNS, key="er_links", alt=view.takeaway)
    download_buttons(
        view.rows, views.LINK_COLUMNS, name="reconciliation", title="Earned against paid"
    )
    _show_rows(asked, view)


def _show_rows(asked: MoneyQuestion, view: views.LinksView) -> None:
    """Draw the rows of the chosen outcome, or of all that break the chain."""
    chosen = url_state.choice(
        "er_link",
        "Rows of",
        view.names,
        placeholder="Everything that breaks the chain",
        help="One row per customer, workload and milestone.",
    )
    broken = tuple(link.code for link in LINKS if link.code not in views.NOTHING_TO_DO)
    wanted = (chosen,) if chosen else tuple(code for code in broken if code in view.names)
    if chosen:
        st.caption(plain(LINKS_BY_CODE[chosen].meaning))
    if not wanted:
        states.show_nothing("No row breaks the chain.", "Choose another outcome to see its rows.")
        return
    rows = cached.computed(views.reconciled_rows, asked.compared(wanted, views.ROWS_SHOWN))
    counted = view.rows[view.rows["link"].isin(wanted)]["pairs"].sum()
    show_table(
        rows,
        views.ROW_COLUMNS,
        key="er_rows",
        alt=f"{counted:,} rows, the largest amounts first.",
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    if counted > len(rows):
        st.caption(
            f"The first {len(rows):,} of {counted:,} rows, the largest amounts earned first; the "
            f"download has up to {views.ROWS_DOWNLOADED:,}. A click on a row opens the customer."
        )
    store, question = cached.store(), asked.wanted(wanted, views.ROWS_DOWNLOADED)
    download_buttons(
        lambda: views.reconciled_rows(asked.read_compared(store, question)),
        views.ROW_COLUMNS,
        name="reconciliation-rows",
        title="Earned against paid, row by row",
    )
