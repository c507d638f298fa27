"""Changing all marked actions alike: owner, due date, status; what was refused is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from insights.actions.kinds import DISMISS_REASONS, DISMISS_REASONS_BY_CODE, OUTCOMES
from pages.shared import action_edit, url_state
from pages.shared.text import counted, plain
from pages.shared.today import today

LIVE_CHANGES = {
    "owner": "Give to",
    "due": "Set the due date",
    "start": "Start",
    "snooze": "Snooze",
    "dismiss": "Dismiss",
    "done": "Done",
}
ENDED_CHANGES = {"reopen": "Open again"}

_KIND, _OWNER, _DAY = "ac_bulk_kind", "ac_bulk_owner", "ac_bulk_day"
_REASON, _CODE, _NOTE = "ac_bulk_reason", "ac_bulk_code", "ac_bulk_note"


def show_bulk(chosen: pd.DataFrame, names: Mapping[str, str], *, is_ended: bool) -> None:
    """Draw what can be done with all marked rows at once."""
    with st.container(border=True, key="ac_bulk"):
        st.markdown(f"**{counted(len(chosen), 'marked action')}**")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            offered = ENDED_CHANGES if is_ended else LIVE_CHANGES
            st.selectbox(
                "Change", list(offered), format_func=offered.__getitem__, key=_KIND, width=180
            )
            kind = str(st.session_state[_KIND])
            _show_fields(kind, names)
            st.text_input("Note for all (optional)", key=_NOTE, width=240)
            st.button("Apply to marked", key="ac_bulk_apply", on_click=_apply, args=(chosen,))
            st.button("Unmark all", key="ac_bulk_clear", type="tertiary", on_click=_unmark)
        if kind == "dismiss":
            effect = DISMISS_REASONS_BY_CODE[st.session_state[_CODE]].effect
            st.caption(plain(f"Then {effect}."))


def _show_fields(kind: str, names: Mapping[str, str]) -> None:
    """Draw the fields that a kind of change needs."""
    if kind == "owner":
        offered = ["", *names]
        st.selectbox(
            "Owner",
            offered,
            format_func=lambda one: names.get(one, "Nobody"),
            key=_OWNER,
            width=200,
        )
    if kind in ("due", "snooze"):
        label = "Due on" if kind == "due" else "Snooze until"
        tomorrow = today() + timedelta(days=1)
        st.date_input(
            label,
            value=today() + timedelta(days=7),
            min_value=tomorrow if kind == "snooze" else None,
            max_value=today() + timedelta(days=365),
            format="YYYY-MM-DD",
            key=_DAY,
            width=160,
        )
    if kind == "snooze":
        st.text_input("Reason to snooze", key=_REASON, width=220)
    if kind in ("dismiss", "done"):
        codes = DISMISS_REASONS if kind == "dismiss" else OUTCOMES
        labels = {one.code: one.label for one in codes}
        if st.session_state.get(_CODE) not in labels:
            st.session_state[_CODE] = next(iter(labels))
        label = "Reason to dismiss" if kind == "dismiss" else "Outcome"
        st.selectbox(label, list(labels), format_func=labels.__getitem__, key=_CODE, width=240)


def _apply(chosen: pd.DataFrame) -> None:
    """Write the change for all marked ones."""
    kind = str(st.session_state[_KIND])
    reason = str(st.session_state.get(_REASON) or "").strip()
    if kind == "snooze" and not reason:
        action_edit.say_refused("Snoozing needs a reason, so nothing was changed.")
        return
    changes, said = _changes(kind, reason)
    note = str(st.session_state[_NOTE] or "").strip()
    action_edit.change_marked(chosen, changes, note=note, said=said)
    st.session_state[_NOTE] = ""


def _changes(kind: str, reason: str) -> tuple[dict[str, Any], str]:
    """Return the changed fields and how the page calls it afterwards."""
    state = st.session_state
    if kind == "owner":
        return {"owner": state[_OWNER]}, "given away" if state[_OWNER] else "left to nobody"
    if kind == "due":
        return {"due_on": state[_DAY]}, f"due on {state[_DAY]:%Y-%m-%d}"
    if kind == "snooze":
        told = {"status": "snoozed", "snoozed_until": state[_DAY], "status_reason": reason}
        return told, f"snoozed until {state[_DAY]:%Y-%m-%d}"
    if kind == "dismiss":
        return {"status": "dismissed", "status_reason": state[_CODE]}, "dismissed"
    if kind == "done":
        return {"status": "done", "outcome": state[_CODE]}, "done"
    status = "in_progress" if kind == "start" else "open"
    return {"status": status}, "started" if kind == "start" else "opened again"


def _unmark() -> None:
    url_state.set_in_address(action_edit.MARKED, None)
