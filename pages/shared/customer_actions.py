"""A customer's actions on its page: what is open with its buttons, what ended, and an own task."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from data_access import actions_store
from data_access.types import Scope
from insights.views import customer_timeline
from insights.views import recommended_actions as views
from insights.views.action_detail import standing, worth
from pages.shared import action_edit, action_frames, cached, headings, links, seen
from pages.shared.action_detail import show_done, show_take
from pages.shared.action_list import show_said
from pages.shared.action_new import show_new_form
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import counted, plain

WITH_BUTTONS = 4
"""Open actions that are drawn with their buttons; the others are one click away."""


def show_actions(scope: Scope, tenant_id: str, *, name: str) -> pd.DataFrame:
    """Draw the actions of a customer, the most urgent first; return their steps over time."""
    rows = action_frames.customer_actions(scope, tenant_id)
    names = action_frames.names_of(action_frames.people())
    live = views.listed(rows, views.ActionQuestion())
    headings.header("Actions")
    show_said()
    for row in live.head(WITH_BUTTONS).to_dict("records"):
        _show_one({str(key): value for key, value in row.items()}, action_frames.me(names))
    _show_more(rows, live)
    if seen.may("work"):
        with st.popover("Add an action", icon=":material/add_task:", key="ac_new"):
            show_new_form({tenant_id: name}, names, action_frames.me(names))
    _show_ended(rows, name)
    if rows.empty:
        return pd.DataFrame(columns=customer_timeline.STEP_COLUMNS)
    events = actions_store.customer_notes(cached.store(), scope, tenant_id)
    return customer_timeline.action_steps(rows, events, names)


def _show_one(row: dict[str, Any], me: str) -> None:
    """Draw one open action: what, why, by when and worth, with its buttons."""
    with st.container(border=True, key=f"customer_action_{row['action_id']}", gap="small"):
        due = [f"due {row['due_words']}"] if row["due_words"] else []
        parts = [standing(row), *due, row["owner_name"] or "nobody's", worth(row)]
        st.markdown(
            f"**{plain(row['what'])}**  \n{plain(' · '.join(parts))}  \n{plain(row['why'])}"
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if seen.may("work"):
                show_take(row, me, key="customer")
                with st.popover("Done", icon=":material/check:", key=f"done_{row['action_id']}"):
                    show_done(row, key="customer")
            links.page_link(
                links.RECOMMENDED_ACTIONS,
                label="Steps, due date, snooze, dismiss",
                query_params={action_edit.CHOSEN: row["action_id"]},
            )


def _show_more(rows: pd.DataFrame, live: pd.DataFrame) -> None:
    """Say how many more are open or snoozed, with the way to them."""
    snoozed = int((rows["status"] == "snoozed").sum())
    more = max(len(live) - WITH_BUTTONS, 0)
    words = [f"{more:,} more open"] if more else []
    words += [f"{snoozed:,} snoozed"] if snoozed else []
    if live.empty:
        words.insert(0, "No action is open for this customer")
    if words:
        st.caption(f"{', '.join(words)}.")
    if more or snoozed:
        links.page_link(
            links.RECOMMENDED_ACTIONS,
            label="All of them",
            query_params={"ac_q": str(rows["tenant_id"].iloc[0])},
        )


def _show_ended(rows: pd.DataFrame, name: str) -> None:
    """Draw what was done, dismissed or closed."""
    ended = views.listed(rows, views.ActionQuestion(tab="ended"))
    if ended.empty:
        return
    columns = [each for each in views.ENDED_COLUMNS if each.name != "tenant_name"]
    with st.expander(f"Done and dismissed ({len(ended):,})", key="customer_ended"):
        alt = f"{counted(len(ended), 'action')} of this customer that ended, the newest end first"
        show_table(ended, columns, key="customer_ended_actions", alt=alt)
        download_buttons(ended, columns, name="customer-actions", title=f"Actions, {name}")
