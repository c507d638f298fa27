"""The views of the page on associations that need no claim: coverage, unclaimed, changes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from data_access.types import Filters, Scope
from insights.charts.coverage import coverage_grid
from insights.coverage import COVERAGE_KINDS
from insights.money import rate_card_text
from insights.months import month_label
from insights.views import association_changes, coverage, unclaimed
from pages.shared import association_frames as frames
from pages.shared import cached, headings, links, states, url_state
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import counted, plain
from pages.shared.today import today

LISTED = 200


def show_coverage(scope: Scope, filters: Filters) -> None:
    """Draw the grid of customers and workloads, its counts, and the rows of one count."""
    total = _judged(scope, filters)
    counts = cached.computed(coverage.counts_view, frames.coverage_counts(scope, filters))
    if counts is None:
        states.stop_with_no_match()
    as_of = month_label(int(total["as_of"]))
    st.caption(plain(f"{counts.takeaway} As of {as_of}."))
    show_table(
        counts.table,
        coverage.COUNT_COLUMNS,
        key="as_coverage",
        alt=counts.takeaway,
        on_select=lambda code: url_state.set_in_address("as_wl", code),
        id_column="workload",
    )
    download_buttons(
        counts.table,
        coverage.COUNT_COLUMNS,
        name="coverage",
        title="Coverage by workload",
        as_of=as_of,
    )
    st.caption("A click on a row lists the customers of the workload at the end of this page.")
    _show_grid(scope, filters, customers=int(total["customers"]), as_of=as_of)
    names = dict(zip(counts.table["workload"], counts.table["workload_name"], strict=True))
    _show_pairs(scope, filters, names, as_of)


def _judged(scope: Scope, filters: Filters) -> pd.Series[Any]:
    """Return as_of and customers; ends the page where milestones were never judged."""
    total = frames.coverage_total(scope, filters).iloc[0]
    if pd.isna(total["as_of"]):
        states.stop_with_hint(
            "Milestones are not judged yet.",
            "The next import of usage judges them; until then coverage is not known.",
        )
    return total


def _show_grid(scope: Scope, filters: Filters, *, customers: int, as_of: str) -> None:
    """Draw one page of customers, the largest first."""
    headings.subheader("Customers by workload")
    size = coverage.CUSTOMERS_A_PAGE
    page = min(url_state.number("as_page"), max(customers - 1, 0) // size)
    rows = frames.coverage_page(scope, filters, page=page, rows=size)
    grid = cached.computed(coverage.grid_view, rows)
    if grid is None:
        st.caption(f"No customer of these filters has a report for {as_of}.")
        return
    last = min((page + 1) * size, customers)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _page_button("Previous", page - 1, is_off=page == 0)
        st.caption(
            f"Customers {page * size + 1:,} to {last:,} of {customers:,} with a report for "
            f"{as_of}, most seats first. A click on a cell opens the customer.",
            width="content",
        )
        _page_button("Next", page + 1, is_off=last == customers)
    show_chart(
        cached.built(coverage_grid, grid.cells, grid.workloads),
        key="as_grid",
        alt=grid.takeaway,
        on_pick=links.open_customer,
    )
    with st.expander("The same as a table"):
        show_table(grid.table, grid.columns, key="as_grid_table", alt=grid.takeaway)
        download_buttons(
            grid.table,
            grid.columns,
            name="coverage-grid",
            title="Coverage by customer",
            as_of=as_of,
        )


def _page_button(label: str, page: int, *, is_off: bool) -> None:
    st.button(
        label,
        key=f"as_page_{label.lower()}",
        disabled=is_off,
        on_click=url_state.set_in_address,
        args=("as_page", str(page) if page > 0 else None),
    )


def _show_pairs(scope: Scope, filters: Filters, names: dict[str, str], as_of: str) -> None:
    """Draw the customers behind one count."""
    headings.subheader("Customers of a workload")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        workload = url_state.first_choice("as_wl", "Workload", names)
        kind = url_state.choice(
            "as_kind",
            "Coverage",
            {kind.code: kind.words for kind in COVERAGE_KINDS},
            placeholder="Any coverage",
        )
    asked: dict[str, Any] = {"workload": workload, "kind": kind or ""}
    listed = frames.coverage_list(scope, filters, **asked)
    if listed.empty:
        states.show_nothing("No customer is so.", "Choose another workload or coverage.")
        return
    rows = coverage.with_words(listed)
    if len(rows) == LISTED:
        st.caption(f"The first {LISTED}, most paid available units first; the download has all.")
    show_table(
        rows,
        coverage.LIST_COLUMNS,
        key="as_pairs",
        alt=f"{counted(len(rows), 'customer')} of this workload, most paid available units first.",
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    read = frames.all_coverage(scope, filters, **asked)
    download_buttons(
        lambda: coverage.with_words(read()),
        coverage.LIST_COLUMNS,
        name="coverage-list",
        title="Coverage, workloads of customers",
        as_of=as_of,
    )


def show_unclaimed(scope: Scope, filters: Filters) -> None:
    """Draw the unclaimed workloads by value, and those for which it is too late."""
    day, rules = today(), frames.program()
    minimum = unclaimed.minimum_units(rules, day)
    as_of = int(_judged(scope, filters)["as_of"])
    counts = frames.unclaimed_counts(scope, filters, minimum_units=minimum)
    st.caption(plain(unclaimed.counts_words(counts, minimum, as_of)))
    listed = frames.unclaimed_list(scope, filters, minimum_units=minimum)
    view = cached.computed(unclaimed.unclaimed_view, listed, rules, day, as_of=as_of)
    if view is None:
        states.show_nothing(
            "No unclaimed workload with enough seats can still earn.",
            "Remove a filter; smaller and claimed ones are in the coverage.",
        )
    else:
        show_table(
            view.rows,
            unclaimed.COLUMNS,
            key="as_unclaimed",
            alt=view.takeaway,
            on_select=_choose_pair,
            id_column="pair",
        )
        st.caption(
            plain(
                f"Amounts: {rate_card_text(rules.on(day))}. “Claim before” assumes the longest "
                "review and the pace of the last three months."
            )
        )
        _show_chosen_pair(view.rows)
        read = frames.all_unclaimed(scope, filters, minimum_units=minimum, is_too_late=False)
        download_buttons(
            lambda: unclaimed.unclaimed_rows(read(), rules, day, as_of=as_of),
            unclaimed.COLUMNS,
            name="unclaimed",
            title="Unclaimed workloads",
            as_of=month_label(as_of),
        )
    _show_too_late(scope, filters, minimum, as_of)


def _choose_pair(pair: str) -> None:
    url_state.set_in_address("as_pair", pair)


def _show_chosen_pair(rows: pd.DataFrame) -> None:
    """Draw the way on from the workload that the address names."""
    chosen = url_state.code_in_address("as_pair", list(rows["pair"]))
    if chosen is None:
        st.caption("A click on a row offers to claim the workload.")
        return
    one = rows[rows["pair"] == chosen].iloc[0]
    with st.container(border=True, key="as_pair_card"):
        st.markdown(
            f"**{plain(one['tenant_name'])}, {plain(one['workload_name'])}**  \n"
            f"{plain(one['urgency'])}"
        )
        with st.container(horizontal=True, gap="small"):
            links.page_link(
                links.CLAIM_ASSISTANT,
                label="Prepare the claim",
                icon=":material/edit_document:",
                query_params={
                    links.CLAIM_TENANT_KEY: str(one["tenant_id"]),
                    links.CLAIM_WORKLOADS_KEY: str(one["workload"]),
                },
            )
            links.customer_link(str(one["tenant_id"]), "Open the customer")
            st.button(
                "Close", key="as_pair_close", type="tertiary", on_click=_choose_pair, args=("",)
            )


def _show_too_late(scope: Scope, filters: Filters, minimum: int, as_of: int) -> None:
    """Draw the milestones of workloads nobody holds that a claim made now cannot earn."""
    listed = frames.too_late(scope, filters, minimum_units=minimum)
    headings.subheader("Too late to claim")
    if listed.empty:
        st.caption("None: every milestone of an unclaimed workload with enough seats is ahead.")
        return
    rows = cached.computed(unclaimed.too_late_rows, listed)
    if len(rows) == LISTED:
        st.caption(f"The {LISTED} most valuable milestones; the download has all.")
    show_table(
        rows,
        unclaimed.LATE_COLUMNS,
        key="as_too_late",
        alt=f"{counted(len(rows), 'milestone')} that a claim made now could not earn.",
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    read = frames.all_unclaimed(scope, filters, minimum_units=minimum, is_too_late=True)
    download_buttons(
        lambda: unclaimed.too_late_rows(read()),
        unclaimed.LATE_COLUMNS,
        name="too-late",
        title="Too late to claim",
        as_of=month_label(as_of),
    )


def show_changes(scope: Scope, filters: Filters) -> None:
    """Draw contested workloads, and what each import changed about associations."""
    st.caption(plain(f"Amounts: {rate_card_text(frames.program().on(today()))}."))
    _show_contested(scope, filters)
    headings.subheader("By import")
    view = cached.computed(
        association_changes.imports_view, frames.changes_by_import(scope, filters)
    )
    if view is None:
        states.show_nothing(
            "No import changed an association within these filters.",
            "CPOR usage and Customer claims files tell who holds what; docs/files.md has both.",
        )
        return
    show_table(
        view.table,
        association_changes.IMPORT_COLUMNS,
        key="as_imports",
        alt=view.takeaway,
        on_select=lambda batch: url_state.set_in_address("as_batch", batch),
        id_column="batch_id",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        batch = url_state.first_choice("as_batch", "Import", view.labels)
        change = url_state.choice(
            "as_change", "Change", association_changes.CHANGES, placeholder="Gained and lost"
        )
    _show_changes_of(scope, filters, int(batch), change or "")


def _show_changes_of(scope: Scope, filters: Filters, batch_id: int, change: str) -> None:
    asked: dict[str, Any] = {"batch_id": batch_id, "change": change}
    listed = frames.changes_of_import(scope, filters, **asked)
    if listed.empty:
        st.caption("This import has no such change.")
        return
    rows = cached.computed(association_changes.change_rows, listed)
    if len(rows) == LISTED:
        st.caption(f"The first {LISTED}, lost ones first; the download has all.")
    show_table(
        rows,
        association_changes.COLUMNS,
        key="as_changes",
        alt=f"{counted(len(rows), 'change')} of this import, lost associations first.",
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    read = frames.all_changes(scope, filters, **asked)
    download_buttons(
        lambda: association_changes.change_rows(read()),
        association_changes.COLUMNS,
        name="association-changes",
        title="Associations gained and lost",
    )


def _show_contested(scope: Scope, filters: Filters) -> None:
    headings.subheader("Contested now")
    listed = frames.contested(scope, filters)
    if listed.empty:
        st.caption("No open claim of another partner wants a workload that is held.")
        return
    rows = cached.computed(association_changes.contested_rows, listed)
    words = association_changes.contested_words(listed)
    st.caption(plain(words))
    show_table(
        rows,
        association_changes.CONTESTED_COLUMNS,
        key="as_contested",
        alt=words,
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    download_buttons(
        rows,
        association_changes.CONTESTED_COLUMNS,
        name="contested",
        title="Contested workloads",
        as_of=f"{today():%Y-%m-%d}",
    )
