"""Uploading, previewing and activating programme rules, with the same code as the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from data_access import rules_change
from data_access.errors import InsightsError, RulesError
from data_access.rules_change import Person, Preview, RulesChange
from insights.views.rule_changes import (
    CHANGE_COLUMNS,
    MONEY_COLUMNS,
    STATE_COLUMNS,
    change_rows,
    differing,
    figure_changes,
    program_changes,
)
from pages.shared import cached, ranking_state, scope_bar
from pages.shared.states import show_failure
from pages.shared.tables import show_table
from pages.shared.text import plain

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

Changes = tuple[RulesChange, ...]

_PREVIEW = "rules_preview"
_DONE = "rules_done"
_ROUND = "rules_round"


def show_upload() -> None:
    """Draw what takes files, shows what they would change, and activates them when asked."""
    st.markdown(
        "Download the TOML of a year above, change it, and upload it here. It is checked first, "
        "and you see which values and figures it would change; nothing changes before you press "
        "Activate. A new programme year comes together with the one before it, which then needs "
        "its end."
    )
    files = st.file_uploader(
        "Rules files",
        type=["toml"],
        accept_multiple_files=True,
        max_upload_size=5,
        key=f"rules_files_{st.session_state.get(_ROUND, 0)}",  # another one once they are in force
    )
    changes = _uploaded(files) if files else None
    if changes is not None and _show_preview(changes, key="rules_new"):
        names = ", ".join(change.title for change in changes)
        if st.button("Activate", key="rules_activate", icon=":material/gavel:"):
            _activate(changes, said=f"{names}: the uploaded rules are in force.")


def show_way_back(changed: Sequence[str]) -> None:
    """Draw what takes these years back to the shipped rules; nothing where none is changed."""
    if not changed:
        return
    chosen = st.pills(
        "Back to the shipped rules",
        changed,
        selection_mode="multi",
        format_func=plain,
        key="rules_back",
    )
    changes = tuple(RulesChange(title, "", None) for title in chosen)
    if changes and _show_preview(changes, key="rules_undone"):
        said = f"{', '.join(chosen)}: the shipped rules are in force."
        if st.button("Go back", key="rules_reset", icon=":material/undo:"):
            _activate(changes, said=said)


def show_done() -> None:
    """Say once what was just activated."""
    said = st.session_state.pop(_DONE, None)
    if said is not None:
        st.success(f"{plain(said)} Every page shows it now.", icon=":material/check_circle:")


def _uploaded(files: Sequence[UploadedFile]) -> Changes | None:
    """Return what the files ask for; None where they are refused, with every problem shown."""
    try:
        return rules_change.uploaded_changes([(file.name, file.getvalue()) for file in files])
    except RulesError as error:
        _show_problems(error)
        return None


def _show_preview(changes: Changes, *, key: str) -> bool:
    """Draw what the changes would do; return whether they can be activated."""
    found = _previewed(changes)
    if found is None:
        return False
    changed = program_changes(found.before, found.after)
    for title, lines in changed:
        st.markdown(f"**{plain(title)}**: {differing(len(lines))}.")
        rows = change_rows(lines)
        alt = f"{len(rows)} values of {title}, before and after"
        show_table(rows, CHANGE_COLUMNS, key=f"{key}_{title}", alt=alt)
    if not changed:
        st.markdown("No value differs; only the text or its references do.")
    _show_figures(found, key=key)
    return True


def _show_figures(found: Preview, *, key: str) -> None:
    figures = figure_changes(found.figures_before, found.figures_after)
    st.markdown(f"**Figures**: {plain(figures.words)}")
    for name, rows, columns in (
        ("states", figures.states, STATE_COLUMNS),
        ("money", figures.money, MONEY_COLUMNS),
    ):
        if not rows.empty:
            alt = f"{name.capitalize()} before and after. {figures.words}"
            show_table(rows, columns, key=f"{key}_{name}", alt=alt)


def _activate(changes: Changes, *, said: str) -> None:
    """Put the changes in force and show the page anew, which then says so."""
    with _explained(), _told("Judging every milestone") as person:
        rules_change.activate(cached.store(), changes, person)
        ranking_state.rank_if_due(cached.store(), person.scope)
        st.session_state[_DONE] = said
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state.pop(_PREVIEW, None)
    if _DONE in st.session_state:
        st.rerun()


def _previewed(changes: Changes) -> Preview | None:
    """Return what the changes would do, found once per state of the store."""
    store = cached.store()
    signature = (changes, store.url, store.data_version())
    known: tuple[object, Preview] | None = st.session_state.get(_PREVIEW)
    if known is None or known[0] != signature:
        with _explained(), _told("Trying it out") as person:
            known = (signature, rules_change.preview(store, changes, person))
            st.session_state[_PREVIEW] = known
            return known[1]
        return None
    return known[1]


@contextmanager
def _told(step: str) -> Iterator[Person]:
    """Give the person who changes the rules, told of progress and of an import waited for."""
    bar, waiting = st.progress(0.0, text=step), st.empty()

    def show(text: str, share: float) -> None:
        bar.progress(min(share, 1.0), text=plain(text))

    def wait_for(holder: str) -> None:
        waiting.info(f"Waiting for {plain(holder)}", icon=":material/hourglass_top:")

    try:
        yield Person(scope_bar.current_scope(), datetime.now(UTC), show, wait_for)
    finally:
        bar.empty()
        waiting.empty()


@contextmanager
def _explained() -> Iterator[None]:
    """Show a refusal with all its problems, any other failure in one line."""
    try:
        yield
    except RulesError as error:
        _show_problems(error)
    except InsightsError as error:
        show_failure(error)


def _show_problems(error: RulesError) -> None:
    """List every problem with its file and key, and what to do."""
    listed = "\n".join(f"- {plain(problem)}" for problem in error.problems)
    st.error(
        f"These rules were refused; nothing was changed.\n\n{listed}\n\n{plain(error.hint)}",
        icon=":material/error:",
    )
