"""One action opened: what and why, its steps, every change one or two clicks away, its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import streamlit as st

from data_access.types import Scope
from insights.actions.kinds import DISMISS_REASONS_BY_CODE, OUTCOMES
from insights.actions.life import LONGEST_TEXT
from insights.actions.playbooks import Playbook
from insights.views import action_history
from insights.views.action_detail import ActionDetail, detail, dismiss_labels
from pages.shared import action_edit, action_frames, links, states
from pages.shared.action_steps_list import show_steps
from pages.shared.downloads import download_buttons
from pages.shared.seen import may
from pages.shared.tables import show_table
from pages.shared.text import plain
from pages.shared.today import today

SNOOZES = {7: "1 week", 30: "1 month"}
"""Days that a snooze proposes."""


def show_detail(scope: Scope, action_id: str, names: Mapping[str, str], me: str) -> None:
    """Draw the action that the address names, or say that it is not to be seen here."""
    found = action_frames.one_action(scope, action_id)
    if found.empty:
        states.show_nothing(
            "This action is not known here.",
            "The link may be of another store, or outside your scope.",
        )
        st.button("Close", key="ac_close_unknown", on_click=action_edit.close_action)
        return
    view = detail(dict(found.iloc[0]))
    playbook = action_frames.playbooks().get(str(view.row["playbook"]))
    with st.container(border=True, key="ac_detail"):
        _show_head(view)
        left, right = st.columns(2, gap="medium")
        with left:
            _show_words(view)
            if playbook is not None:
                show_steps(view.row, playbook)
        with right:
            if may("work"):
                show_ways(view, me)
                _show_form(scope, view, names, playbook)
            else:
                st.caption("Your role reads actions; who works on them changes them.")
        _show_history(scope, view, names, playbook)


def _show_head(view: ActionDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(plain(view.title), anchor=False)
        st.button(
            "Close",
            key="ac_close",
            type="tertiary",
            icon=":material/close:",
            on_click=action_edit.close_action,
        )
    st.markdown(f"**{plain(view.standing)}**")


def _show_words(view: ActionDetail) -> None:
    """Draw why, by when and what it is worth, with the ways to customer and workload."""
    if view.whys:
        st.markdown("\n".join(f"- {plain(why)}" for why in view.whys))
    st.markdown("  \n".join(f"**{plain(one.label)}** {plain(one.value)}" for one in view.facts))
    if view.closes_when:
        st.caption(plain(f"Closes by itself: {view.closes_when}"))
    with st.container(horizontal=True, gap="small"):
        links.customer_link(str(view.row["tenant_id"]), str(view.row["tenant_name"]))
        if view.row["workload"]:
            links.page_link(
                links.WORKLOADS,
                label=plain(view.row["workload_name"]),
                query_params={"wl": str(view.row["workload"])},
            )


# --- one or two clicks ----------------------------------------------------------------------------


def show_ways(view: ActionDetail, me: str) -> None:
    """Draw the buttons that change status: take, start, done, snooze, dismiss, open again."""
    if not view.is_live:
        _button(view, "Open again", {"status": "open"}, "Opened again.", icon="undo")
        return
    with st.container(horizontal=True, gap="small"):
        show_take(view.row, me, key="ac")
        _snooze(view)
        _dismiss(view)
    show_done(view.row, key="ac")


def show_take(row: Mapping[str, Any], me: str, *, key: str) -> None:
    """Draw what begins an action: taking it as one's own, starting it, or waking it."""
    told: tuple[str, dict[str, Any], str] | None = None
    if row["status"] == "snoozed":
        told = ("Wake it now", {"status": "open"}, "It is open again.")
    elif me and row["owner"] != me:
        told = ("Take it", {"owner": me, "status": "in_progress"}, "It is yours, in progress.")
    elif row["status"] == "open":
        told = ("Start", {"status": "in_progress"}, "In progress.")
    if told is not None:
        label, changes, said = told
        st.button(
            label,
            key=f"{key}_take_{row['action_id']}",
            icon=":material/play_arrow:",
            on_click=action_edit.change,
            args=(dict(row), changes, said),
        )


def show_done(row: Mapping[str, Any], *, key: str) -> None:
    """Draw one button per outcome: a click ends the action as done."""
    st.markdown("**Done, with this outcome:**")
    with st.container(horizontal=True, gap="xsmall"):
        for outcome in OUTCOMES:
            st.button(
                f"✔ {outcome.label}",
                key=f"{key}_done_{outcome.code}_{row['action_id']}",
                on_click=action_edit.change,
                args=(
                    dict(row),
                    {"status": "done", "outcome": outcome.code},
                    f"Done: {outcome.label}.",
                ),
            )


def _button(
    view: ActionDetail, label: str, changes: dict[str, Any], said: str, *, icon: str
) -> None:
    st.button(
        label,
        key=f"ac_{label}_{view.row['action_id']}",
        icon=f":material/{icon}:",
        on_click=action_edit.change,
        args=(dict(view.row), changes, said),
    )


def _snooze(view: ActionDetail) -> None:
    day_key, reason_key = (
        action_edit.widget(name, view.row["action_id"]) for name in ("until", "snooze_reason")
    )
    with st.popover("Snooze", icon=":material/bedtime:", key="ac_snooze"):
        with st.container(horizontal=True, gap="small"):
            for days, label in SNOOZES.items():
                st.button(
                    label,
                    key=f"ac_snooze_{days}",
                    on_click=_set_day,
                    args=(day_key, days),
                )
        if day_key not in st.session_state:
            _set_day(day_key, next(iter(SNOOZES)))
        st.date_input(
            "Until",
            min_value=today() + timedelta(days=1),
            max_value=today() + timedelta(days=365),
            format="YYYY-MM-DD",
            key=day_key,
        )
        st.text_input("Reason", key=reason_key, max_chars=200, placeholder="e.g. budget in May")
        st.caption("It is away until that day and then open again by itself.")
        st.button(
            "Snooze it",
            key="ac_snooze_now",
            on_click=_put_away,
            args=(dict(view.row), day_key, reason_key),
        )


def _set_day(key: str, days: int) -> None:
    st.session_state[key] = today() + timedelta(days=days)


def _put_away(row: Mapping[str, Any], day_key: str, reason_key: str) -> None:
    until, reason = st.session_state[day_key], str(st.session_state[reason_key]).strip()
    if not reason:
        action_edit.say_refused("Snoozing needs a reason, so nothing was changed.")
        return
    changes = {"status": "snoozed", "snoozed_until": until, "status_reason": reason}
    action_edit.change(row, changes, f"Snoozed until {until:%Y-%m-%d}.")


def _dismiss(view: ActionDetail) -> None:
    key = action_edit.widget("dismiss", view.row["action_id"])
    labels = dismiss_labels()
    with st.popover("Dismiss", icon=":material/block:", key="ac_dismiss"):
        st.radio("Reason", list(labels), format_func=labels.__getitem__, key=key)
        st.caption(plain(f"Then {DISMISS_REASONS_BY_CODE[st.session_state[key]].effect}."))
        st.button("Dismiss it", key="ac_dismiss_now", on_click=_end, args=(dict(view.row), key))


def _end(row: Mapping[str, Any], key: str) -> None:
    reason = DISMISS_REASONS_BY_CODE[st.session_state[key]]
    changes = {"status": "dismissed", "status_reason": reason.code}
    action_edit.change(row, changes, f"Dismissed: {reason.effect}.")


# --- the form -------------------------------------------------------------------------------------


def _show_form(
    scope: Scope, view: ActionDetail, names: Mapping[str, str], playbook: Playbook | None
) -> None:
    """Draw owner, due date, effort and note; what others changed meanwhile is told above it."""
    action_id = str(view.row["action_id"])
    seen = action_edit.fill_form(view.row)
    if seen.version != int(view.row["version"]):
        _show_meanwhile(scope, view, names, playbook, seen)
    owners = ["", *names]
    if seen.values["owner"] not in owners:
        owners.append(str(seen.values["owner"]))
    with st.form(f"ac_form_{action_id}", enter_to_submit=False):
        with st.container(horizontal=True, gap="small"):
            st.selectbox(
                "Owner",
                owners,
                format_func=lambda one: names.get(one, one) or "Nobody",
                key=action_edit.widget("owner", action_id),
                width=200,
            )
            st.date_input(
                "Due date",
                value=None,
                format="YYYY-MM-DD",
                key=action_edit.widget("due_on", action_id),
                width=175,
            )
            st.number_input(
                "Effort, minutes",
                min_value=0,
                max_value=10_000,
                step=15,
                key=action_edit.widget("effort_minutes", action_id),
                width=150,
            )
        st.text_area(
            "Note",
            key=action_edit.widget("note", action_id),
            max_chars=LONGEST_TEXT,
            height=80,
            placeholder="What was said or done; kept in the history",
        )
        st.form_submit_button("Save", on_click=action_edit.save_form, args=(action_id,))


def _show_meanwhile(
    scope: Scope,
    view: ActionDetail,
    names: Mapping[str, str],
    playbook: Playbook | None,
    seen: action_edit.Seen,
) -> None:
    """Say who changed what since the form was filled, and let the person decide."""
    action_id = str(view.row["action_id"])
    rows = _history(scope, action_id, names, playbook)
    changed = action_history.changed_since(rows, seen.version)
    listed = "\n".join(f"- {plain(one)}" for one in changed)
    st.warning(
        "**Somebody else changed this action while you had it open.** What you typed is still "
        f"below and is not saved yet.\n\n{listed}",
        icon=":material/group:",
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Save mine on top of it",
            key="ac_on_top",
            on_click=action_edit.save_form,
            args=(action_id, int(view.row["version"])),
            help="Writes only the fields that you changed, and your note.",
        )
        st.button(
            "Show their values",
            key="ac_newest",
            on_click=action_edit.show_newest,
            args=(dict(view.row),),
            help="Fills the form with what is stored now; your note stays.",
        )


# --- history --------------------------------------------------------------------------------------


def _history(
    scope: Scope, action_id: str, names: Mapping[str, str], playbook: Playbook | None
) -> Any:  # noqa: ANN401 - a frame
    steps = {} if playbook is None else {step.code: step.text for step in playbook.steps}
    return action_history.history_rows(action_frames.history(scope, action_id), names, steps)


def _show_history(
    scope: Scope, view: ActionDetail, names: Mapping[str, str], playbook: Playbook | None
) -> None:
    rows = _history(scope, str(view.row["action_id"]), names, playbook)
    for note in action_history.notes(rows).head(3).to_dict("records"):
        st.markdown(
            f"**{plain(note['who_name'])}**, {note['happened_at']:%Y-%m-%d %H:%M} UTC: "
            f"{plain(note['note'])}"
        )
    with st.expander(f"History ({len(rows):,})", key="ac_history"):
        alt = f"{len(rows)} changes of this action, the newest first"
        show_table(rows, action_history.COLUMNS, key="ac_history_rows", alt=alt)
        download_buttons(
            rows, action_history.COLUMNS, name="action-history", title=f"History, {view.title}"
        )
