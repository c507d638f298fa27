"""The lists of the milestones page: which rows, in which order, drawn and downloaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import pandas as pd
import streamlit as st

from data_access.queries import earnings
from data_access.queries import milestones as queries
from data_access.queries.milestones import MilestoneQuestion, Order
from data_access.store import Store
from data_access.types import Filters, Scope
from insights.milestone_states import REASONS, STATES
from insights.months import month_label, parse_month_code
from insights.program import Program
from insights.views import milestones as views
from pages.shared import cached, links, seen, states, url_state
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

LISTS = {
    "nearest": "Closest to a milestone",
    "state": "By state",
    "stalled": "Stalled",
    "slipping": "Slipping",
    "crossed": "Crossed",
}
ORDERS = {
    "nearest": "Fewest users needed",
    "value": "Highest value",
    "pace": "Fastest pace",
    "newest": "Crossed last",
}
NEWEST_FIRST = {"newest": ORDERS["newest"], **ORDERS}
"""The orders of what was crossed, where users needed say little."""


@dataclass(frozen=True, slots=True)
class ListChoice:
    """What the address asks to list."""

    code: str
    question: MilestoneQuestion


def judged(scope: Scope) -> pd.DataFrame:
    """Return `earnings.judged`."""
    return cached.read(earnings.judged, scope)


def cells(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return `milestones.milestone_cells`."""
    return cached.read(queries.milestone_cells, scope, filters)


def pick_state(code: str) -> None:
    """List the milestones of a state; in callbacks only."""
    url_state.set_in_address("mi_state", code)
    url_state.set_in_address("mi_list", "state")


def pick_reason(place: str) -> None:
    """List the milestones of a state that have a reason, told as "state reason"."""
    state, _, reason = place.partition(" ")
    pick_state(state)
    url_state.set_in_address("mi_reason", reason or None)


def pick_month(code: str) -> None:
    """List what was crossed in a month; in callbacks only."""
    url_state.set_in_address("mi_month", code)
    url_state.set_in_address("mi_list", "crossed")


def chosen_list(filters: Filters, as_of: int) -> ListChoice:
    """Draw the controls of the list and return what they ask for."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        code = url_state.first_choice("mi_list", "List", LISTS)
        percent = url_state.choice(
            "mi_ms", "Milestone", {"15": "15%", "40": "40%"}, placeholder="15% and 40%"
        )
        state = url_state.choice(
            "mi_state",
            "State",
            {each.code: f"{each.symbol} {each.label}" for each in STATES},
            placeholder="Any state",
        )
        search = url_state.search("mi_q", "Search", placeholder="Customer, domain or id")
        orders = NEWEST_FIRST if code == "crossed" else ORDERS
        order = url_state.first_choice("mi_sort", "Order", seen.orders(orders))
    question = MilestoneQuestion(
        states=(state,) if state else (),
        milestone=int(percent) if percent else None,
        reason=url_state.code_in_address("mi_reason", list(REASONS)) or "",
        search=search,
        order=cast("Order", order),
    )
    return ListChoice(code, _of_list(code, question, filters, as_of))


def _of_list(
    code: str, question: MilestoneQuestion, filters: Filters, as_of: int
) -> MilestoneQuestion:
    """Return the question with what the kind of list adds to it."""
    if code == "nearest" and not question.states:
        return replace(question, states=("in_flight",))
    if code in ("stalled", "slipping"):
        return replace(question, flag=code)
    if code != "crossed":
        return question
    asked = parse_month_code(next(iter(url_state.values_in_address("mi_month")), ""))
    first, last = (asked, asked) if asked is not None else (min(filters.since, as_of), as_of)
    found = question.states or ("paid", "reached", "missed", "not_earnable")
    return replace(question, first=first, last=last, states=found)


def show_list(scope: Scope, filters: Filters, choice: ListChoice, program: Program) -> None:
    """Draw the list with its downloads, or why it is empty."""
    question = choice.question
    _show_chips(question)
    rows = cached.read(queries.milestone_list, scope, filters, question=question)
    counted = cached.read(queries.milestone_count, scope, filters, question=question)
    table = cached.computed(views.milestone_table, rows, program)
    if table.empty:
        states.show_nothing(
            "No milestone matches this list.", "Choose another list, state or order above."
        )
        return
    words = views.list_words(table, int(counted["n"].iloc[0]))
    columns = views.CROSSED_COLUMNS if choice.code == "crossed" else views.NEAREST_COLUMNS
    st.caption(f"{plain(words)} Select a row to open its customer.")
    show_table(
        table,
        columns,
        key=f"mi_list_{choice.code}",
        alt=words,
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    store = cached.store()
    download_buttons(
        lambda: views.milestone_table(_all(store, scope, filters, question), program),
        columns,
        name="milestones",
        title=f"Milestones: {LISTS[choice.code]}",
    )


def _show_chips(question: MilestoneQuestion) -> None:
    """Draw what a click elsewhere on the page has set, each with its way back."""
    chips: dict[str, str] = {}
    if question.first is not None and question.first == question.last:
        chips["mi_month"] = f"Crossed in {month_label(question.first)}"
    if question.reason:
        chips["mi_reason"] = f"Because {REASONS[question.reason]}"
    for key, label in chips.items():
        st.button(
            f"{label} ✕",
            on_click=url_state.set_in_address,
            args=(key, None),
            key=f"{key}_chip",
        )


def _all(store: Store, scope: Scope, filters: Filters, question: MilestoneQuestion) -> pd.DataFrame:
    """Return the whole list, past the cache: a click is answered outside the session."""
    with store.read(scope) as connection:
        return queries.milestone_list(
            connection, scope, filters, question=question, limit=queries.DOWNLOADED_AT_MOST
        )
