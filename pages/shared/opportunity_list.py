"""The lists of the page Opportunities, and one opportunity with what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st

from data_access.action_making import ensure_action
from data_access.errors import InsightsError
from data_access.queries.customer_ranking import CustomerOrder
from data_access.queries.opportunities import OpportunityQuestion, Order
from data_access.types import Filters, Scope
from insights.charts import opportunities as charts
from insights.milestone_states import STATES
from insights.opportunities import QUADRANTS
from insights.views import action_detail as action_views
from insights.views import opportunities as views
from insights.views.opportunities import Told
from insights.views.table import Column
from pages.shared import (
    action_edit,
    action_frames,
    cached,
    headings,
    links,
    opportunity_frames,
    seen,
    states,
    url_state,
    visits,
)
from pages.shared.action_detail import show_ways
from pages.shared.action_list import show_said
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.opportunity_detail import show_opportunity_detail
from pages.shared.opportunity_frames import Marks
from pages.shared.tables import show_table
from pages.shared.text import plain
from pages.shared.today import now

TENANT, WORKLOAD = "op_t", "op_w"
"""Keys of the address: the opportunity whose detail is open."""

BY = {"pair": "By workload of a customer", "customer": "By customer", "workload": "By workload"}
ORDERS = {
    "expected": "Highest expected value",
    "probability": "Most likely",
    "value": "Highest value",
    "users_needed": "Fewest users needed",
    "eta": "Expected first",
    "effort": "Where effort could matter",
}
CUSTOMER_ORDERS = {"expected": "Highest expected value", "chance": "Most likely"}
EFFORT = (
    "Where effort could matter is a rule, not the model: chances from 10 to 60% that can still "
    "earn, without workloads that people decided to leave alone. The likeliest often get there "
    "alone; the model does not know what an effort would change."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the lists are about: whose data, which filters, and what their words depend on."""

    scope: Scope
    filters: Filters
    told: Told
    marks: Marks


def open_one(link: str) -> None:
    """Open the detail of an opportunity, told as tenant and workload; in callbacks only."""
    tenant_id, _, workload = link.partition("\t")
    url_state.set_in_address(TENANT, tenant_id)
    url_state.set_in_address(WORKLOAD, workload)


def close_one() -> None:
    """Close the detail; in callbacks only."""
    url_state.set_in_address(TENANT, None)
    url_state.set_in_address(WORKLOAD, None)


def pick_quadrant(code: str) -> None:
    """List a quadrant's opportunities; in callbacks only."""
    url_state.set_in_address("op_quadrant", code)


def asked_question() -> OpportunityQuestion:
    """Draw the controls of the list and return what they ask for."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = url_state.first_choice("op_sort", "Order", seen.orders(ORDERS))
        names = {code: views.quadrant_label(code) for code in QUADRANTS}
        quadrant = url_state.choice("op_quadrant", "Quadrant", names, placeholder="All quadrants")
        state = url_state.choice(
            "op_state",
            "State",
            {each.code: f"{each.symbol} {each.label}" for each in STATES},
            placeholder="Any state",
        )
        only = url_state.choice(
            "op_only",
            "Only",
            {"earn": "What can still earn", "new": "New or moved since my last visit"},
            placeholder="All of them",
        )
        text = url_state.search("op_q", "Search", placeholder="Customer, domain or id")
    if order == "effort":
        st.caption(EFFORT)
    return OpportunityQuestion(
        quadrants=(quadrant,) if quadrant else (),
        states=(state,) if state else (),
        text=text,
        only_earnable=only == "earn",
        only_new_since=visits.present().last_ended_at if only == "new" else None,
        order=cast("Order", order),
    )


def show_pairs(shown: Shown, question: OpportunityQuestion) -> None:
    """Draw map and list of the opportunities that a question asks for, or why there are none."""
    scope, filters, told, marks = shown.scope, shown.filters, shown.told, shown.marks
    rows = opportunity_frames.listed(scope, filters, question, marks, told)
    if rows.empty:
        states.show_nothing(
            "No opportunity matches.", "Choose another quadrant or state, or remove a filter."
        )
        return
    total = opportunity_frames.count(scope, filters, question)
    words = views.takeaway(rows, total)
    headings.say(plain(words))
    if seen.money():
        show_chart(
            cached.built(charts.quadrant_map, rows, has_chances=told.verdict.shows == "percent"),
            key="op_map",
            alt=f"Chance against value. {words}",
            on_pick=open_one,
        )
        st.caption(f"The {len(rows):,} first of the list below. Click a mark or a row for detail.")
    show_table(rows, views.COLUMNS, key="op_table", alt=words, on_select=open_one, id_column="link")
    if len(rows) < total:
        st.caption(f"The first {len(rows):,} of {total:,}; the download has all.")
    every = opportunity_frames.all_listed(scope, filters, question, marks, told)
    download_buttons(every, views.COLUMNS, name="opportunities", title="Opportunities")


def show_customers(shown: Shown) -> None:
    """Draw customers by the chance that any workload reaches its next milestone."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = url_state.first_choice("op_csort", "Order", seen.orders(CUSTOMER_ORDERS))
        text = url_state.search("op_q", "Search", placeholder="Customer, domain or id")
    rows = opportunity_frames.customers(
        shown.scope,
        shown.filters,
        order=cast("CustomerOrder", order),
        text=text,
        told=shown.told,
    )
    _show_ranked(rows, views.CUSTOMER_COLUMNS, "customers", "Customers ranked")
    st.caption("Approximate: workloads of a customer are taken as independent of each other.")


def show_workloads(shown: Shown) -> None:
    """Draw workloads by what is expected of them."""
    rows = opportunity_frames.workloads(shown.scope, shown.filters)
    _show_ranked(rows, views.WORKLOAD_COLUMNS, "workloads", "Workloads ranked")


def _show_ranked(rows: pd.DataFrame, columns: tuple[Column, ...], name: str, title: str) -> None:
    if rows.empty:
        states.show_nothing("Nothing matches.", "Remove a filter.")
        return
    is_customers = "tenant_id" in rows.columns
    show_table(
        rows,
        columns,
        key=f"op_{name}",
        alt=f"{title}: {rows[columns[0 if not is_customers else 1].name].iloc[0]} first.",
        on_select=links.open_customer if is_customers else None,
        id_column="tenant_id" if is_customers else "",
    )
    download_buttons(rows, columns, name=name, title=title)


# --- one opportunity ------------------------------------------------------------------------------


def chosen_one() -> tuple[str, str] | None:
    """Return tenant and workload of the opportunity that the address names, None for none."""
    tenant_id = next(iter(url_state.values_in_address(TENANT)), None)
    workload = next(iter(url_state.values_in_address(WORKLOAD)), None)
    return None if tenant_id is None or workload is None else (tenant_id, workload)


def show_one(shown: Shown, tenant_id: str, workload: str) -> None:
    """Draw one opportunity: what is known, and what can be done about it in place."""
    rows = opportunity_frames.one(shown.scope, tenant_id, workload, shown.marks, shown.told)
    with st.container(border=True, key="op_detail"):
        if rows.empty:
            states.show_nothing(
                "This opportunity is not known here.",
                "Its milestone may have been reached, or the link is of another store or scope.",
            )
            st.button("Close", key="op_close", on_click=close_one)
            return
        row = {str(name): value for name, value in rows.iloc[0].items()}
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(
                plain(f"{row['name']}: {row['workload_name']} to {row['milestone_text']}"),
                anchor=False,
            )
            st.button(
                "Close",
                key="op_close",
                type="tertiary",
                icon=":material/close:",
                on_click=close_one,
            )
        left, right = st.columns(2, gap="medium")
        with left:
            told = views.facts(row, shown.told)
            st.markdown("  \n".join(f"**{one.label}** {plain(one.value)}" for one in told))
            links.customer_link(tenant_id, str(row["name"]))
        with right:
            _show_work(shown.scope, tenant_id, workload)
        show_opportunity_detail(shown.scope, tenant_id, workload)


def _show_work(scope: Scope, tenant_id: str, workload: str) -> None:
    """Draw the buttons of the action on a pair, or the one that makes it."""
    show_said()
    me = action_frames.me(action_frames.names_of(action_frames.people()))
    action_id = opportunity_frames.live_action(scope, tenant_id, workload)
    if action_id is None:
        st.caption("Nobody works on it yet.")
        if not seen.may("work"):
            return
        st.button(
            "Make it an action",
            key="op_make",
            icon=":material/add_task:",
            on_click=_make,
            args=(tenant_id, workload),
        )
        return
    view = action_views.detail(dict(action_frames.one_action(scope, action_id).iloc[0]))
    st.markdown(f"**{plain(view.title)}**  \n{plain(view.standing)}")
    if seen.may("work"):
        show_ways(view, me)
    links.page_link(
        links.RECOMMENDED_ACTIONS,
        label="Steps, owner and due date",
        query_params={action_edit.CHOSEN: action_id},
    )


def _make(tenant_id: str, workload: str) -> None:
    """Make the action on a pair; its buttons follow. In callbacks only."""
    try:
        ensure_action(cached.store(), action_frames.acting_scope(), tenant_id, workload, now=now())
    except InsightsError as error:
        action_edit.say_refused(f"{error} {error.hint}".strip())
    else:
        action_edit.say("It is an action now: take, snooze or dismiss it here.")
