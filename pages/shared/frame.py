"""What is around every page: store, banner, scope bar, and explained failures."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from data_access.store import Store
from pages.shared import cached, links, scope_bar, states, store_access, url_state

NEED_NO_DATA = ("imports", "definitions")


def run(page: st.Page) -> None:
    """Open the store, draw banner and scope bar, and run the page; failures are explained."""
    with states.failures_explained():
        store = store_access.open_store()
        has_data = cached.use_store(store) > 0
        name = page.url_path or "overview"
        path = _path_of(name)
        st.session_state[url_state.ARRIVED] = st.session_state.get(links.CURRENT_PAGE) != path
        st.session_state[links.CURRENT_PAGE] = path
        header, body, footer = st.container(gap="xsmall"), st.container(), st.container()
        with header:
            _show_banner(store)
            has_usage = has_data and scope_bar.show(name, footer)
        with body:
            if not has_usage and name not in NEED_NO_DATA:
                states.stop_at_empty_store()
            page.run()


def _path_of(name: str) -> str:
    """Return the path of the page with this name in the address."""
    return next(path for path in links.PAGES if Path(path).stem == name)


def _show_banner(store: Store) -> None:
    """Say on every page that the figures are invented, as long as they are."""
    if store.is_demo:
        with st.container(horizontal=True, vertical_alignment="center", key="demo_banner"):
            st.badge("Demo data", icon=":material/science:", color="orange")
            st.page_link(links.IMPORTS, label="Import your own")
