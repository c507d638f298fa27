"""The weekly plan's inputs, its one button, and what became of pressing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from data_access import plan_store
from data_access.errors import InsightsError
from insights.actions.people import MOST_HOURS
from insights.actions.plan import WeekPlan
from insights.actions.playbooks import Playbook
from insights.views.recommended_actions import day_text
from pages.shared import cached, links, seen, url_state
from pages.shared.action_frames import acting_scope
from pages.shared.text import counted, plain
from pages.shared.today import now

MOST_PEOPLE = 30
"""People whose hours are shown for a plan; more are chosen by filtering to their partner."""

MOST_EFFORT = 600
ONCE_A_WEEK = "wp_once"
HOUR_WORTH = "wp_hour"

_SAID = "wp_said"


@dataclass(frozen=True, slots=True)
class Said:
    """How accepting went: a line, what was refused, and whether it was refused as a whole."""

    words: str
    refused: tuple[str, ...] = ()
    is_refusal: bool = False


def ask_hours(people: pd.DataFrame) -> dict[str, float]:
    """Draw a field of hours per person and return them by e-mail."""
    hours: dict[str, float] = {}
    with st.container(horizontal=True, gap="small", key="wp_hours"):
        for person in people.head(MOST_PEOPLE).to_dict("records"):
            email = str(person["email"])
            hours[email] = st.number_input(
                plain(person["name"]),
                min_value=0.0,
                max_value=MOST_HOURS,
                value=float(person["hours_per_week"]),
                step=0.5,
                format="%.1f",
                key=f"wp_hours_{email}",
                persist_state="session",
                width=170,
            )
    if len(people) > MOST_PEOPLE:
        st.caption(f"The first {MOST_PEOPLE} of {len(people):,} people are planned for.")
    return hours


def ask_efforts(live: pd.DataFrame, playbooks: Mapping[str, Playbook]) -> dict[str, int]:
    """Draw a field of minutes per playbook in use; return those that differ from the playbook's."""
    used = [playbooks[code] for code in sorted(set(live["playbook"])) if code in playbooks]
    changed: dict[str, int] = {}
    with st.container(horizontal=True, gap="small", key="wp_efforts"):
        for each in used:
            minutes = st.number_input(
                plain(each.title),
                min_value=5,
                max_value=MOST_EFFORT,
                value=each.effort_minutes,
                step=5,
                key=f"wp_effort_{each.code}",
                persist_state="session",
                width=250,
            )
            if minutes != each.effort_minutes:
                changed[each.code] = int(minutes)
    return changed


def ask_toggle(key: str, label: str, help: str) -> bool:
    """Draw a switch whose state is part of the address."""
    st.session_state[f"{key}_box"] = url_state.code_in_address(key, ["1"]) is not None
    return st.toggle(label, key=f"{key}_box", help=help, on_change=_write_toggle, args=(key,))


def _write_toggle(key: str) -> None:
    url_state.set_in_address(key, "1" if st.session_state[f"{key}_box"] else None)


def show_accept(plan: WeekPlan, live: pd.DataFrame) -> None:
    """Draw the button that turns the plan into owned and dated actions, for who works on them."""
    if not seen.may("work"):
        return
    chosen = live[live["action_id"].isin(plan.chosen["action_id"])]
    st.button(
        f"Make this the plan of the week of {day_text(plan.week)}",
        key="wp_accept",
        icon=":material/event_available:",
        help="Gives each action its owner, a day of the week, and the week itself.",
        disabled=chosen.empty,
        on_click=_accept,
        args=(plan, chosen),
    )


def _accept(plan: WeekPlan, chosen: pd.DataFrame) -> None:
    """Accept the plan as it was shown and keep what there is to say."""
    versions = {
        str(one): int(at) for one, at in zip(chosen["action_id"], chosen["version"], strict=True)
    }
    try:
        done = plan_store.accept_plan(cached.store(), acting_scope(), plan, versions, now=now())
    except InsightsError as error:
        st.session_state[_SAID] = Said(f"{error} {error.hint}".strip(), is_refusal=True)
        return
    words = {str(row["action_id"]): row for row in chosen.to_dict("records")}
    refused = tuple(
        f"{words[one]['tenant_name']}, {words[one]['what']}: {why}"
        for one, why in done.refused.items()
    )
    told = f"{counted(len(done.planned), 'action')} planned for the week of {day_text(plan.week)}."
    st.session_state[_SAID] = Said(told, refused)


def show_said() -> None:
    """Say how accepting went, until it is put away."""
    said: Said | None = st.session_state.get(_SAID)
    if said is None:
        return
    box = st.warning if said.is_refusal or said.refused else st.success
    lines = [plain(said.words)]
    if said.refused:
        lines += ["", "Refused, because they changed meanwhile or may not be changed:", ""]
    with st.container(key="wp_said", gap="xsmall"):
        box("\n".join([*lines, *(f"- {plain(one)}" for one in said.refused)]))
        with st.container(horizontal=True, gap="small"):
            links.page_link(links.RECOMMENDED_ACTIONS, label="See them in Recommended actions")
            st.button("Close message", key="wp_put_away", type="tertiary", on_click=_put_away)


def _put_away() -> None:
    st.session_state.pop(_SAID, None)
