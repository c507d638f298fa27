"""The lists of actions: tabs, filters, table or weeks, marked ones changed together, downloads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from data_access.types import Filters, Scope
from insights.actions.kinds import KINDS, STATUSES
from insights.exports.action_calendar import action_calendar
from insights.views import recommended_actions as views
from insights.views.recommended_actions import ActionQuestion
from pages.shared import (
    action_edit,
    action_frames,
    headings,
    links,
    scope_bar,
    seen,
    states,
    url_state,
)
from pages.shared.action_bulk import show_bulk
from pages.shared.audit_export import Made, audited
from pages.shared.downloads import download_buttons, file_stem
from pages.shared.selectable_table import RowChoice, show_selectable_table
from pages.shared.tables import show_table
from pages.shared.text import counted, plain
from pages.shared.today import now, today

MOST_MARKED = 60
"""Marked actions; their ids stand in the address."""

LISTED = 200
"""Rows of a list on screen; its download has all."""

LATE = "ac_late"


def show_me(names: Mapping[str, str]) -> str:
    """Draw the choice of who works here and return the e-mail, "" for everybody.

    Nothing is asked with sign-in, which tells.
    """
    scope = scope_bar.current_scope()
    if scope.user_key:
        me = action_frames.me(names)
        if not me and scope.may("work"):
            st.caption("You are not linked to the list of people yet; an administrator can do so.")
        return me
    if not names:
        links.page_link(
            links.PEOPLE, label="Add people who own actions", icon=":material/group_add:"
        )
        return ""
    with st.container(width=220):
        return url_state.choice(action_frames.ME, "I am", names, placeholder="Everybody") or ""


def asked(names: Mapping[str, str], me: str, tab: str) -> ActionQuestion:
    """Draw the filters of a list and return what is asked for."""
    is_ended = tab == "ended"
    statuses = {s.code: f"{s.symbol} {s.label}" for s in STATUSES if s.is_live != is_ended}
    kinds = {kind.code: f"{kind.symbol} {kind.label}" for kind in KINDS}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        with st.container(width=172):
            kind = url_state.choice("ac_kind", "Kind", kinds, placeholder="All kinds")
        with st.container(width=200):
            rest = "All ended" if is_ended else "Open and in progress"
            status = url_state.choice("ac_status", "Status", statuses, placeholder=rest)
        owner = ""
        if names and (tab == "team" or (is_ended and not me)):
            with st.container(width=180):
                owner = url_state.choice("ac_owner", "Owner", names, placeholder="Anybody") or ""
        with st.container(width=230):
            text = url_state.search("ac_q", "Find", placeholder="Customer, words, partner")
        late = not is_ended and _overdue_only()
    return ActionQuestion(tab, me, kind or "", status or "", owner, late, text)


def _overdue_only() -> bool:
    st.session_state[f"{LATE}_box"] = url_state.code_in_address(LATE, ["1"]) is not None
    return st.toggle("Overdue only", key=f"{LATE}_box", on_change=_write_late)


def _write_late() -> None:
    url_state.set_in_address(LATE, "1" if st.session_state[f"{LATE}_box"] else None)


def show_list(rows: pd.DataFrame, question: ActionQuestion, names: Mapping[str, str]) -> None:
    """Draw the list that the question asks for, as a table or by week, with its downloads."""
    found = views.listed(rows, question)
    if found.empty:
        show_nothing_found(rows, question)
        return
    says = views.takeaway(found, question)
    headings.caption(plain(says))
    is_ended = question.tab == "ended"
    view = "list" if is_ended else url_state.segments("ac_view", "View", views.VIEWS)
    if view == "weeks":
        _show_weeks(found, today())
    else:
        _show_table(found, names, is_ended=is_ended, says=says)
    _show_downloads(found, is_ended=is_ended)


def show_nothing_found(rows: pd.DataFrame, question: ActionQuestion) -> None:
    """Say why a list is empty, and what would fill it."""
    base = ActionQuestion(tab=question.tab, me=question.me)
    if question != base and not views.listed(rows, base).empty:
        states.show_nothing(
            "No action matches.", "Choose another kind or status, or remove the other filters."
        )
        return
    what, hint = views.EMPTY_TABS[question.tab]
    states.show_nothing(what, hint)


def _show_table(
    found: pd.DataFrame, names: Mapping[str, str], *, is_ended: bool, says: str
) -> None:
    shown = action_frames.told(found.head(LISTED))
    choice = RowChoice(
        "action_id", action_edit.MARKED, MOST_MARKED, action_edit.open_action, "Open"
    )
    columns = views.ENDED_COLUMNS if is_ended else views.COLUMNS
    marked = show_selectable_table(
        shown, columns, key=f"ac_table_{is_ended}", alt=says, choice=choice
    )
    if len(found) > LISTED:
        st.caption(f"The first {LISTED:,} of {len(found):,}; the downloads have all.")
    chosen = found[found["action_id"].isin(marked)]
    if not seen.may("work"):
        st.caption("Open shows one with all its steps.")
    elif chosen.empty:
        st.caption("Mark rows to change them together; Open shows one with all its steps.")
    else:
        show_bulk(chosen, names, is_ended=is_ended)


def _show_weeks(found: pd.DataFrame, day: date) -> None:
    """Draw one table per week that has anything due."""
    for week in views.weeks(action_frames.told(found), day):
        headings.subheader(plain(f"{week.title}: {week.words}"))
        show_table(
            week.rows.head(LISTED),
            views.WEEK_COLUMNS,
            key=f"ac_week_{week.code}",
            alt=f"{week.title}: {week.words}",
            on_select=action_edit.open_action,
            id_column="action_id",
        )
    st.caption("A click on a row opens the action.")


def _show_downloads(found: pd.DataFrame, *, is_ended: bool) -> None:
    columns = views.ENDED_COLUMNS if is_ended else views.COLUMNS
    tell = action_frames.teller()
    with st.container(horizontal=True, gap="small", key="ac_downloads"):
        download_buttons(
            lambda: tell(found),
            (*columns, *views.FILE_COLUMNS),
            name="actions",
            title="Recommended actions",
            as_of=f"{today():%Y-%m-%d}",
        )
        dated = found[found["due_on"].notna()]
        if not is_ended and not dated.empty:
            st.download_button(
                "Due dates as calendar file",
                data=audited(
                    lambda: Made(action_calendar(tell(dated), now()), len(dated)),
                    title="Due dates",
                    kind="ics",
                ),
                file_name=f"{file_stem('actions')}.ics",
                mime="text/calendar",
                key="ac_calendar",
                help="All-day events with a reminder; importing it again updates them.",
                on_click="ignore",
                icon=":material/calendar_add_on:",
                type="tertiary",
            )


def rows_of_tab(scope: Scope, filters: Filters, tab: str, live: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a tab chooses from: `live` for all but the last tab."""
    if tab != "ended":
        return live
    return action_frames.stored_actions(scope, filters, is_ended=True)


def show_said() -> None:
    """Say how the last change went, with the button that takes it back."""
    told = action_edit.said()
    if told is None:
        return
    lines = [plain(told.words), *(f"- {plain(one)}" for one in told.refused)]
    box = st.warning if told.is_refusal else st.success
    icon = ":material/warning:" if told.is_refusal else ":material/check_circle:"
    with st.container(key="ac_said", gap="xsmall"):
        box("\n".join(lines), icon=icon)
        with st.container(horizontal=True, gap="small"):
            if told.undo:
                label = "Undo" if len(told.undo) == 1 else f"Undo all {len(told.undo):,}"
                st.button(label, key="ac_undo", icon=":material/undo:", on_click=action_edit.undo)
            st.button(
                "Close message", key="ac_put_away", type="tertiary", on_click=action_edit.put_away
            )


def count_words(rows: pd.DataFrame) -> str:
    """Return how many actions there are, for headings."""
    return counted(len(rows), "action")
