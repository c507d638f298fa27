"""Whether the ranking that pages show is up to date, and how far the next one is."""

from __future__ import annotations

import streamlit as st

from data_access import jobs
from data_access.errors import InsightsError
from data_access.jobs import Job
from data_access.past_stores import PastStore
from data_access.queries.ranking import RunFacts, is_due, newest_run
from data_access.store import Store
from data_access.types import Scope
from insights.views.ranking_state import StateWords, state_words
from pages.shared import cached, page_record, scope_bar, today
from pages.shared.states import show_failure
from pages.shared.text import plain

LOOK_SECONDS = 2
"""How often a page looks how far a ranking is."""


def ranking() -> RunFacts | None:
    """Return the facts of the ranking that pages show, None where nothing was ever ranked."""
    return cached.read(newest_run)


def rank_if_due(store: Store, scope: Scope) -> None:
    """Start ranking a store beside the app where an import or new rules made that necessary.

    What was just done stays done where the job cannot be started; the banner says so later.
    """
    try:
        jobs.ask_if_due(store, scope, now=today.now())
    except InsightsError as error:
        show_failure(error)


def stale_banner(scope: Scope) -> None:
    """Show that the ranking is missing, out of date or under way; nothing where all is well."""
    store = cached.store()
    if isinstance(store, PastStore) or not cached.read(is_due):
        return
    words = _words(store)
    page_record.note_words(words.text)
    if words.is_live:
        _progress(can_rank=scope.may("import"))
    else:
        _show(words, can_rank=scope.may("import"))


@st.fragment(run_every=LOOK_SECONDS)
def _progress(*, can_rank: bool) -> None:
    """Show how far the ranking is; draw the whole page anew when it has ended."""
    words = _words(cached.store())
    if words.is_live:
        _show(words, can_rank=can_rank)
    else:
        st.rerun()


def _words(store: Store) -> StateWords:
    job: Job | None = jobs.newest_job(store, now=today.now())
    return state_words(ranking(), job, can_start=jobs.is_switched_on())


def _show(words: StateWords, *, can_rank: bool) -> None:
    st.warning(plain(words.text), icon=":material/update:")
    if words.share is not None:
        st.progress(min(max(words.share, 0.0), 1.0), text=plain(words.step))
    if (
        words.can_start
        and can_rank
        and st.button("Rank now", key="ranking_start", icon=":material/sync:")
    ):
        try:
            jobs.ask_for_ranking(cached.store(), scope_bar.current_scope(), now=today.now())
        except InsightsError as error:
            show_failure(error)
        else:
            st.rerun()
