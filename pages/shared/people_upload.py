"""A list of people from a file: checked and shown first, stored only when it is accepted."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from data_access import people_store
from data_access.errors import InsightsError
from insights.actions.people import template_csv
from insights.views import people as views
from pages.shared import cached, people_edit, states
from pages.shared.action_frames import acting_scope
from pages.shared.audit_export import Made, audited
from pages.shared.downloads import file_stem
from pages.shared.tables import show_table
from pages.shared.text import counted, plain
from pages.shared.today import now

_ROUND = "pe_round"


def show_upload(people: pd.DataFrame) -> None:
    """Draw what takes a list, shows what is wrong and what it would change, and stores it."""
    with st.expander("Upload a list", key="pe_upload"):
        st.markdown(
            "A CSV or Excel file with one row per person. It is checked first, and nothing "
            "changes before you save it; people who are not in the file stay as they are."
        )
        with st.container(horizontal=True, gap="small"):
            _file("Template", template_csv().encode("utf-8-sig"), "people-template.csv")
            if not people.empty:
                name = f"{file_stem('people')}.csv"
                made = Made(views.people_csv(people), len(people))
                content = audited(lambda: made, title="People list", kind="csv")
                _file("This list, to change and upload", content, name)
        file = st.file_uploader(
            "People list",
            type=["csv", "tsv", "txt", "xlsx"],
            max_upload_size=5,
            key=f"pe_file_{st.session_state.get(_ROUND, 0)}",  # another one once it is stored
        )
        if file is not None:
            _show_check(file.getvalue(), file.name, people)


def _file(label: str, content: bytes | Callable[[], bytes], name: str) -> None:
    st.download_button(
        label,
        data=content,
        file_name=name,
        mime="text/csv",
        on_click="ignore",
        key=f"pe_file_{label}",
        icon=":material/download:",
        type="tertiary",
    )


def _show_check(content: bytes, name: str, people: pd.DataFrame) -> None:
    """Draw what is wrong with a list and what it would do, with the button that stores it."""
    try:
        found, problems = people_store.people_from_file(content, name)
    except InsightsError as error:
        states.show_failure(error)
        return
    unknown = people_store.unknown_ids(cached.store(), found)
    for title, rows in (("Problems", problems), ("To check, but allowed", unknown)):
        if not rows.empty:
            st.markdown(f"**{title}: {len(rows):,}**")
            show_table(rows, views.PROBLEM_COLUMNS, key=f"pe_{title}", alt=f"{title}: {len(rows)}")
    if found.empty:
        st.warning("No row of this file can be used; nothing was changed.")
        return
    effects = views.effects(found, people)
    says = views.effects_words(effects, len(problems))
    st.markdown(f"**What saving it would do:** {plain(says)}")
    show_table(effects, views.EFFECT_COLUMNS, key="pe_effects", alt=says)
    st.button(f"Save {counted(len(found), 'row')}", key="pe_accept", on_click=_store, args=(found,))


def _store(found: pd.DataFrame) -> None:
    try:
        saved = people_store.save_people(cached.store(), acting_scope(), found, now=now())
    except InsightsError as error:
        people_edit.say(f"{error} {error.hint}".strip())
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    people_edit.say(
        f"{len(saved.new):,} added, {len(saved.changed):,} changed, "
        f"{len(saved.unchanged):,} as they were."
    )
