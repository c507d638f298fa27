"""Reading and changing playbooks: steps, the text as TOML, what a change would mean, history."""

from __future__ import annotations

import streamlit as st

from data_access import playbook_store
from data_access.errors import InsightsError
from data_access.playbook_files import PlaybookError, parse_playbook
from insights.actions.playbooks import Playbook, clashes
from insights.views import people as views
from pages.shared import cached, people_edit, url_state
from pages.shared.action_frames import acting_scope
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import counted, plain
from pages.shared.today import now, today

CHOSEN = "pe_b"
"""Key of the address: the code of the playbook that is open."""

_CODE, _TEXT, _SEEN = "pe_code", "pe_text", "pe_text_seen"


def show_playbooks() -> None:
    """Draw the playbooks in force, the one that the address names, and every change of them."""
    found = playbook_store.playbooks(cached.store())
    changed = playbook_store.is_changed(cached.store())
    rows = views.playbook_rows(found.values(), changed)
    says = f"{counted(len(rows), 'playbook')}, {len(changed):,} changed by you"
    st.caption(f"{says}. A click on a row opens its steps and its text.")
    show_table(
        rows,
        views.PLAYBOOK_COLUMNS,
        key="pe_playbooks",
        alt=says,
        on_select=_open,
        id_column="code",
    )
    download_buttons(
        rows, views.PLAYBOOK_COLUMNS, name="playbooks", title="Playbooks", as_of=as_of()
    )
    code = url_state.code_in_address(CHOSEN, list(found))
    if code is not None:
        _show_one(found[code], found, is_changed=code in changed)
    _show_history()


def as_of() -> str:
    """Return the day that downloads of people and playbooks speak of."""
    return f"{today():%Y-%m-%d}"


def _open(code: str) -> None:
    url_state.set_in_address(CHOSEN, code)
    st.session_state.pop(_SEEN, None)


def _show_one(playbook: Playbook, found: dict[str, Playbook], *, is_changed: bool) -> None:
    with st.container(border=True, key="pe_playbook"):
        st.subheader(plain(playbook.title), anchor=False)
        _show_steps(playbook, key="pe_steps")
        with st.container(horizontal=True, gap="small"):
            if is_changed:
                st.button(
                    "Back to the shipped one",
                    key="pe_reset",
                    on_click=_reset,
                    args=(playbook.code,),
                )
            st.button("Close", key="pe_close_book", type="tertiary", on_click=_open, args=("",))
        with st.expander("Change it, or make another one of it", key="pe_change"):
            _show_text(playbook.code, found)


def _show_steps(playbook: Playbook, *, key: str) -> None:
    st.markdown(plain(views.caps_words(playbook)))
    rows = views.step_rows(playbook)
    alt = f"{len(rows)} steps of {playbook.title}, {playbook.effort_minutes} minutes"
    show_table(rows, views.STEP_COLUMNS, key=key, alt=alt)


def _show_text(code: str, found: dict[str, Playbook]) -> None:
    """Draw the text, what is wrong with it or what it would be, and the button."""
    if st.session_state.get(_SEEN) != code or _TEXT not in st.session_state:
        st.session_state[_SEEN], st.session_state[_CODE] = code, code
        st.session_state[_TEXT] = playbook_store.playbook_text(cached.store(), code)
    st.text_input(
        "Code", key=_CODE, max_chars=60, help="Another code makes another playbook.", width=280
    )
    st.text_area("Text (TOML)", key=_TEXT, height=340)
    wanted, text = str(st.session_state[_CODE]).strip(), str(st.session_state[_TEXT])
    try:
        changed = parse_playbook(text, wanted)
        problems = tuple(clashes({**found, wanted: changed}))
    except PlaybookError as error:
        problems = error.problems
    if problems:
        listed = "\n".join(f"- {plain(one)}" for one in problems)
        st.error(f"This text cannot be used yet; nothing is changed.\n\n{listed}")
        return
    st.markdown("**As it would be:**")
    _show_steps(changed, key="pe_preview")
    st.button("Put it in force", key="pe_put", on_click=_activate, args=(wanted, text))


def _activate(code: str, text: str) -> None:
    try:
        found = playbook_store.activate_playbook(
            cached.store(), acting_scope(), code, text, now=now()
        )
    except InsightsError as error:
        people_edit.say(f"{error} {error.hint}".strip())
        return
    people_edit.say(f"{found.title} is in force.")
    _open(code)


def _reset(code: str) -> None:
    try:
        shipped = playbook_store.reset_playbook(cached.store(), acting_scope(), code, now=now())
    except InsightsError as error:
        people_edit.say(f"{error} {error.hint}".strip())
        return
    _open(code if shipped is not None else "")
    people_edit.say("The shipped playbook is in force." if shipped else "The playbook is gone.")


def _show_history() -> None:
    rows = views.playbook_history_rows(playbook_store.playbook_history(cached.store()))
    with st.expander(f"Changes of playbooks ({len(rows):,})", key="pe_book_history"):
        if rows.empty:
            st.caption("All playbooks are as shipped.")
            return
        show_table(
            rows,
            views.PLAYBOOK_HISTORY_COLUMNS,
            key="pe_book_changes",
            alt=f"{len(rows)} changes of playbooks, the newest first",
        )
        download_buttons(
            rows,
            views.PLAYBOOK_HISTORY_COLUMNS,
            name="playbook-changes",
            title="Changes of playbooks",
            as_of=as_of(),
        )
