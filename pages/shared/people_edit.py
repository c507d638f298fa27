"""Adding, changing and deactivating people; what somebody else changed meanwhile is never lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from data_access import people_store
from data_access.errors import InsightsError
from insights.actions.people import MOST_HOURS, ROLES, USUAL_HOURS, Person
from insights.views import people as views
from pages.shared import cached, states, url_state
from pages.shared.action_frames import acting_scope
from pages.shared.downloads import download_buttons
from pages.shared.several import several
from pages.shared.tables import show_table
from pages.shared.text import plain
from pages.shared.today import now, today

CHOSEN = "pe_p"
"""Key of the address: the e-mail of the person who is open, NEW for an empty form."""

NEW = "new"
_SEEN, _SAID = "pe_seen", "pe_said"
_FIELDS = ("email", "name", "role", "partner_ids", "tenants", "hours", "is_active")


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom the open form was filled with, and in which version; None for somebody new."""

    who: str
    version: int | None


def open_person(email: str) -> None:
    """Open a person's form; in callbacks only."""
    url_state.set_in_address(CHOSEN, email)
    st.session_state.pop(_SEEN, None)


def show_person(people: pd.DataFrame, partners: Mapping[str, str]) -> None:
    """Draw the form of the person that the address names, with the history; nothing without."""
    chosen = next(iter(url_state.values_in_address(CHOSEN)), None)
    if chosen is None:
        return
    row = people[people["email"] == chosen]
    if row.empty and chosen != NEW:
        states.show_nothing("This person is not on the list.", "The link may be of another store.")
        st.button("Close", key="pe_close_unknown", on_click=open_person, args=("",))
        return
    stored = None if row.empty else dict(row.iloc[0])
    with st.container(border=True, key="pe_person"):
        title = "Add a person" if stored is None else str(stored["name"])
        st.subheader(plain(title), anchor=False)
        _show_form(stored, partners)
        if stored is not None:
            _show_history(str(stored["email"]))


def _show_form(stored: dict[str, Any] | None, partners: Mapping[str, str]) -> None:
    seen = _filled(stored)
    if stored is not None and seen.version != int(stored["version"]):
        st.warning(
            f"**{plain(stored['saved_by'])} changed this person meanwhile.** What you entered is "
            "still below and is not saved yet; the newest change is in the history.",
            icon=":material/group:",
        )
        st.button("Show their values", key="pe_newest", on_click=_forget)
    _show_fields(partners, is_new=stored is None)
    with st.container(horizontal=True, gap="small"):
        st.button("Save person", key="pe_save", on_click=_save)
        if stored is not None:
            label = "Deactivate" if stored["is_active"] else "Activate again"
            st.button(label, key="pe_active", on_click=_switch, args=(stored,))
        st.button("Close", key="pe_close", type="tertiary", on_click=open_person, args=("",))


def _show_fields(partners: Mapping[str, str], *, is_new: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        st.text_input("E-mail", key=_key("email"), disabled=not is_new, width=280)
        st.text_input("Name", key=_key("name"), max_chars=200, width=240)
        st.selectbox(
            "Role", list(ROLES), format_func=ROLES.__getitem__, key=_key("role"), width=180
        )
        st.number_input(
            "Hours a week for actions",
            min_value=0.0,
            max_value=MOST_HOURS,
            step=0.5,
            key=_key("hours"),
            width=190,
        )
    several(
        "Owned partners",
        partners,
        st.session_state[_key("partner_ids")],
        key=_key("partner"),
        on_change=_own,
        placeholder="Add a partner",
    )
    st.text_area(
        "Owned customers, one tenant id per line",
        key=_key("tenants"),
        height=80,
        help="For customers that are not owned through a partner.",
    )
    st.checkbox("Active: can own actions", key=_key("is_active"))


def _own(partner_ids: list[str]) -> None:
    st.session_state[_key("partner_ids")] = partner_ids


def _key(field: str) -> str:
    return f"pe_form_{field}"


def _filled(stored: Mapping[str, Any] | None) -> Seen:
    """Fill the form where it was not open before, and return whom with."""
    seen: Seen | None = st.session_state.get(_SEEN)
    who = NEW if stored is None else str(stored["email"])
    if seen is not None and seen.who == who and _key("name") in st.session_state:
        return seen
    values = _values(stored)
    for field in _FIELDS:
        st.session_state[_key(field)] = values[field]
    seen = Seen(who, None if stored is None else int(stored["version"]))
    st.session_state[_SEEN] = seen
    return seen


def _values(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    if stored is None:
        blank: tuple[Any, ...] = ("", "", next(iter(ROLES)), [], "", USUAL_HOURS, True)
        return dict(zip(_FIELDS, blank, strict=True))
    return {
        "email": stored["email"],
        "name": stored["name"],
        "role": stored["role"],
        "partner_ids": json.loads(stored["partner_ids"]),
        "tenants": "\n".join(json.loads(stored["tenant_ids"])),
        "hours": float(stored["hours_per_week"]),
        "is_active": bool(stored["is_active"]),
    }


def _forget() -> None:
    st.session_state.pop(_SEEN, None)


def _save() -> None:
    state, seen = st.session_state, st.session_state[_SEEN]
    entered = Person(
        email=str(state[_key("email")]).strip().lower(),
        name=str(state[_key("name")]).strip(),
        role=state[_key("role")],
        partner_ids=tuple(state[_key("partner_ids")]),
        tenant_ids=tuple(dict.fromkeys(str(state[_key("tenants")]).split())),
        hours_per_week=float(state[_key("hours")]),
        is_active=bool(state[_key("is_active")]),
    )
    _write(entered, seen.version, f"{entered.name} is saved.")


def _switch(stored: Mapping[str, Any]) -> None:
    values = _values(stored)
    switched = Person(
        email=values["email"],
        name=values["name"],
        role=values["role"],
        partner_ids=tuple(values["partner_ids"]),
        tenant_ids=tuple(values["tenants"].split()),
        hours_per_week=values["hours"],
        is_active=not values["is_active"],
    )
    said = (
        "is active again" if switched.is_active else "is inactive: no action can be given to them"
    )
    _write(switched, int(stored["version"]), f"{switched.name} {said}.")


def _write(person: Person, version: int | None, said: str) -> None:
    try:
        people_store.save_person(cached.store(), acting_scope(), person, version=version, now=now())
    except InsightsError as error:
        st.session_state[_SAID] = (f"{error} {error.hint}".strip(), True)
        return
    open_person(person.email)
    st.session_state[_SAID] = (said, False)


def show_said() -> None:
    """Say once how the last change went."""
    told = st.session_state.pop(_SAID, None)
    if told is not None:
        words, is_refusal = told
        (st.warning if is_refusal else st.success)(plain(words))


def say(words: str) -> None:
    """Keep in mind what the page has to say; in callbacks only."""
    st.session_state[_SAID] = (words, False)


def _show_history(email: str) -> None:
    rows = views.history_rows(people_store.person_history(cached.store(), email))
    with st.expander(f"History ({len(rows):,})", key="pe_history"):
        alt = f"{len(rows)} changes of this person, the newest first"
        show_table(rows, views.HISTORY_COLUMNS, key="pe_history_rows", alt=alt)
        download_buttons(
            rows,
            views.HISTORY_COLUMNS,
            name="person-history",
            title=f"History of {email}",
            as_of=f"{today():%Y-%m-%d}",
        )
