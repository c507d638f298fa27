"""Adding an action of one's own: for which customer and workload, in one's own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from data_access.errors import InsightsError
from data_access.own_actions import LONGEST_TASK, OwnTask, add_own_action
from data_access.types import Scope
from pages.shared import action_edit, cached, scope_bar, seen
from pages.shared.action_frames import acting_scope
from pages.shared.text import plain
from pages.shared.today import now, today

_FIND, _TENANT, _WORKLOAD = "ac_new_find", "ac_new_tenant", "ac_new_workload"
_TEXT, _OWNER, _DUE = "ac_new_text", "ac_new_owner", "ac_new_due"


def show_new(scope: Scope, names: Mapping[str, str], me: str) -> None:
    """Draw the popover that adds an action for a customer that is searched for."""
    if not seen.may("work"):
        return
    with st.popover("Add an action", icon=":material/add_task:", key="ac_new"):
        text = st.text_input(
            "Find the customer",
            key=_FIND,
            type="search",
            placeholder="Name, domain, tenant id or TPID",
        ).strip()
        if len(text) < 2:
            st.caption("Two letters are enough.")
            return
        matches = cached.customers_like(scope, text)
        if matches.empty:
            st.caption(f"No customer matches “{plain(text)}”.")
            return
        customers = {
            str(each): str(name)
            for each, name in zip(matches["tenant_id"], matches["name"], strict=True)
        }
        show_new_form(customers, names, me)


def show_new_form(customers: Mapping[str, str], names: Mapping[str, str], me: str) -> None:
    """Draw the form of an own task for one of these customers."""
    workloads = {"": "The whole customer", **scope_bar.current_options().names["wl"]}
    people = {"": "Nobody", **names}
    with st.form("ac_new_form", enter_to_submit=False, border=False):
        st.selectbox("Customer", list(customers), format_func=customers.__getitem__, key=_TENANT)
        st.selectbox("Workload", list(workloads), format_func=workloads.__getitem__, key=_WORKLOAD)
        st.text_input("What to do", key=_TEXT, max_chars=LONGEST_TASK)
        st.selectbox(
            "Owner",
            list(people),
            index=list(people).index(me) if me in people else 0,
            format_func=people.__getitem__,
            key=_OWNER,
        )
        st.date_input("Due date", value=today() + timedelta(days=14), format="YYYY-MM-DD", key=_DUE)
        st.form_submit_button("Add it", on_click=_add)


def _add() -> None:
    state = st.session_state
    due = state[_DUE]
    task = OwnTask(state[_TENANT], state[_WORKLOAD], state[_TEXT], state[_OWNER], due or None)
    try:
        action_id = add_own_action(cached.store(), acting_scope(), task, now=now())
    except InsightsError as error:
        action_edit.say_refused(f"{error} {error.hint}".strip())
        return
    state[_TEXT] = ""
    action_edit.open_action(action_id)
    action_edit.say("Added; it is open below.")
