"""Alerts as a short list: each begins with a link to the customer that it is about."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from insights.views.alerts import AlertGroup
from pages.shared import links
from pages.shared.text import plain


def show_groups(groups: Sequence[AlertGroup], *, key: str) -> None:
    """Draw the first alerts of each kind below the kind's name, and how many more there are."""
    for group in groups:
        with st.container(gap="xsmall", key=f"{key}_{group.kind.code}"):
            more = f" · {group.more:,} more in the list" if group.more else ""
            st.markdown(
                f"**{plain(group.kind.symbol)} {plain(group.kind.label)}** "
                f":gray[{group.total:,}{more}]"
            )
            for line in group.lines:
                with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
                    links.customer_link(line.tenant_id, line.place)
                    st.markdown(f":small[{plain(line.rest)}]", width="content")


def show_first(groups: Sequence[AlertGroup], most: int) -> None:
    """Draw the first alert of each of the most urgent kinds, with the kind's number of alerts."""
    for group in groups[:most]:
        line = group.lines[0]
        with st.container(gap=None):
            links.customer_link(line.tenant_id, line.place)
            st.markdown(
                f":small[{plain(group.kind.symbol)} {plain(line.rest)}] "
                f":small[:gray[· {plain(_one_of(group))}]]"
            )


def _one_of(group: AlertGroup) -> str:
    """Return the kind of the first alert, and of how many it is the first."""
    return group.kind.label if group.total == 1 else f"{group.kind.label}, 1 of {group.total:,}"
