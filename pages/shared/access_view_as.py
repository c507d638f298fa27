"""Looking with another user's eyes: begun and ended by an admin, audited, reading only."""

from __future__ import annotations

import streamlit as st

from data_access import access_changes, access_store
from data_access.access_rules import User, scope_from
from data_access.roles import ROLE_LABELS
from data_access.types import Scope
from pages.shared import access_frames, cached, links, signing_in
from pages.shared.text import plain
from pages.shared.today import now


def begin(user_key: str) -> None:
    """Look as a user from now on, on the overview.

    Raises DeniedError for everybody but admins; does nothing where the user sees nothing.
    """
    scope, user = access_frames.acting_scope(), access_frames.user(user_key)
    if user is None or not can_be_viewed(user):
        return
    access_changes.note_view_as(cached.store(), scope, user, begins=True, now=now())
    st.session_state[signing_in.VIEW_AS] = user_key
    st.switch_page(links.OVERVIEW)


def end() -> None:
    """Look with one's own eyes again, on the page of access."""
    user_key = str(st.session_state.pop(signing_in.VIEW_AS, ""))
    own, user = signing_in.own_scope(), access_store.user_of(cached.store(), user_key)
    if own is None or user is None:
        return
    access_changes.note_view_as(cached.store(), own, user, begins=False, now=now())
    st.switch_page(links.ACCESS, query_params={links.ACCESS_USER_KEY: user_key})


def can_be_viewed(user: User) -> bool:
    """Return whether a user sees anything that one could look at."""
    held = access_frames.granted().get(user.user_key, set())
    return scope_from(user, held, signing_in.viewing_mapping()) is not None


def show_badge(scope: Scope) -> None:
    """Say on every page whose eyes one looks with, and lead back; nothing for one's own."""
    if not scope.viewed_by:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="frame_view_as"):
        st.badge(f"Viewing as {plain(scope.who)}", icon=":material/visibility:", color="blue")
        st.caption(f"{ROLE_LABELS[scope.role]}, reading only", width="content")
        if st.button("Back", key="view_as_end", icon=":material/arrow_back:"):
            end()
