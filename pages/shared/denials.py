"""What a viewer may not open: said on the screen, and noted once for every session and page."""

from __future__ import annotations

import streamlit as st

from data_access.audit import note
from data_access.roles import CAPABILITY_LABELS, ROLE_LABELS
from pages.shared import cached, links, signing_in, today
from pages.shared.text import plain

_NOTED = "denials_noted"


def refuse_page(path: str, title: str) -> None:
    """Say that a page is not for the viewer's role and whom to ask; nothing of it runs."""
    scope = signing_in.current_scope()
    noted = st.session_state.setdefault(_NOTED, set())
    if path not in noted:
        with cached.store().app_write() as connection:
            note(connection, scope, "denied", subject_kind="page", subject=path, now=today.now())
        noted.add(path)
    contact = signing_in.viewing_mapping().contact
    need = CAPABILITY_LABELS[links.PAGE_NEEDS[path]]
    st.title(plain(title))
    st.info(
        f"**This page is not for your role.**\n\nIt is for people who may {need}; you are here as "
        f"{ROLE_LABELS[scope.role]}. Ask {plain(contact) or 'an admin of this installation'} if "
        "you need it.",
        icon=":material/lock:",
    )
    links.page_link(links.OVERVIEW, label="Overview", icon="⬅️")
