"""What is around every page: store, banner, scope bar, and explained failures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data_access.store import Store
from data_access.types import Scope
from pages.shared import (
    access_view_as,
    cached,
    denials,
    links,
    page_record,
    scope_bar,
    sharing,
    sign_in_screen,
    states,
    store_access,
    url_state,
    visits,
)
from pages.shared.scope_state import ScopeOptions
from pages.shared.text import counted, plain

Pages = Callable[[Scope, int], dict[str, list[st.Page]]]

NEED_NO_DATA = (
    "imports",
    "definitions",
    "program_rules",
    "claim_assistant",
    "people",
    "access",
    "audit",
)


def run(pages: Pages) -> None:
    """Open the store, draw banner and scope bar, and run the page; failures are explained.

    `pages` gives the navigation for the viewer's scope and the number of alerts that are new.
    """
    with states.failures_explained():
        if sign_in_screen.stands_in_the_way():
            return
        _open(pages)


def _open(pages: Pages) -> None:
    """Draw everything for somebody who may see it."""
    header, body, footer = st.container(gap="xsmall"), st.container(), st.container()
    store, options, new_alerts = None, None, 0
    scope = scope_bar.current_scope()
    with states.failures_explained():
        store = store_access.open_store()
        options = scope_bar.bound_options(footer) if cached.use_store(store) else None
        visits.note_run(scope)
        new_alerts = visits.new_alerts()
    # Only now: the browser moves to the page's address when it learns the navigation. Were the
    # filters bound later, it would add the page once without and once with them to its history,
    # and Back would stay on the page.
    page = st.navigation(pages(scope, new_alerts), position="top")
    if store is not None:
        with states.failures_explained():
            _show(page, store, options, header=header, body=body)


def _show(
    page: st.Page,
    store: Store,
    options: ScopeOptions | None,
    *,
    header: DeltaGenerator,
    body: DeltaGenerator,
) -> None:
    name = page.url_path or "overview"
    path = _path_of(name)
    st.session_state[url_state.ARRIVED] = st.session_state.get(links.CURRENT_PAGE) != path
    st.session_state[links.CURRENT_PAGE] = path
    page_record.begin()
    with header:
        access_view_as.show_badge(scope_bar.current_scope())
    if not links.may_open(scope_bar.current_scope(), path):
        with body:
            denials.refuse_page(path, page.title)
        return
    moment = None if options is None else scope_bar.past_moment(name)
    with header:
        with st.container(horizontal=True, vertical_alignment="center", key="frame_top"):
            sign_in_screen.show_account(scope_bar.current_scope())
            _show_banner(store, path)
        if options is not None:
            if moment is not None:
                cached.use_store(store_access.past_store(store, moment))
                options = scope_bar.look_back(options)
                _show_past(options.names["stood"][str(moment)])
            scope_bar.show(name, options, tools=partial(sharing.show_sharing, name))
    with body:
        if options is None and name not in NEED_NO_DATA:
            if not scope_bar.current_scope().is_unrestricted:
                states.stop_without_customers()
            states.stop_at_empty_store()
        page.run()


def _show_past(moment: str) -> None:
    """Say that figures are not those of now, and lead back."""
    with st.container(horizontal=True, vertical_alignment="center", key="frame_past"):
        st.badge(f"As it stood after {plain(moment)}", icon=":material/history:", color="violet")
        st.button(
            "Back to now",
            key="past_end",
            type="tertiary",
            on_click=scope_bar.set_filter,
            args=("stood", None),
        )
        st.caption("Figures as known then, by the rules then in force; notes and work are of now.")


def _path_of(name: str) -> str:
    """Return the path of the page with this name in the address."""
    return next(path for path in links.PAGES if Path(path).stem == name)


def _show_banner(store: Store, path: str) -> None:
    """Say on every page that figures are invented, as long as they are, and that news came."""
    news = visits.new_alerts() if path != links.ALERTS else 0
    if store.is_demo:
        st.badge("Demo data", icon=":material/science:", color="orange")
        links.page_link(links.IMPORTS, label="Import your own")
    if news:
        label = counted(news, "new alert")
        links.page_link(links.ALERTS, label=label, icon=":material/notifications:")
