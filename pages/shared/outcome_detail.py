"""One action of What worked: its path beside that of similar customers, and who they are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data_access.queries.outcomes import customers_of
from data_access.types import Scope
from insights.actions.outcomes import Outcomes
from insights.charts import outcomes as charts
from insights.views import what_worked as views
from insights.views.table import Column
from pages.shared import cached, headings, links, url_state
from pages.shared.charts import show_chart
from pages.shared.tables import show_table
from pages.shared.text import plain

KEY = "ww_a"
"""Key of the address: the action whose path is shown."""

MATCH_COLUMNS = (
    Column("tenant_name", "Similar customer", is_pinned=True, width=220),
    Column("start_usage", "Usage before", "share"),
    Column("change", "Change", "points"),
)


def open_action(action_id: str) -> None:
    """Show an action's path; in callbacks only."""
    url_state.set_in_address(KEY, action_id)


def _close() -> None:
    url_state.set_in_address(KEY, None)


def show_action(rows: pd.DataFrame, found: Outcomes, scope: Scope) -> None:
    """Draw the action that the address names; nothing without one, or where it is not listed."""
    wanted = url_state.code_in_address(KEY, rows["action_id"].tolist())
    if wanted is None:
        return
    action = rows[rows["action_id"] == wanted].iloc[0]
    says = views.path_takeaway(action)
    with st.container(border=True, key="ww_detail"):
        headings.say(f"**{plain(says)}**")
        months = found.paths[found.paths["action_id"] == wanted].reset_index(drop=True)
        if not months.empty:
            show_chart(cached.built(charts.path, months), key="ww_path", alt=says)
            _show_matches(found, wanted, scope)
        with st.container(horizontal=True, gap="small"):
            links.customer_link(str(action["tenant_id"]), "Customer")
            st.button("Close", key="ww_close", type="tertiary", on_click=_close)


def _show_matches(found: Outcomes, action_id: str, scope: Scope) -> None:
    """Draw the similar customers; a click opens one."""
    matches = found.matches[found.matches["action_id"] == action_id]
    keys = tuple(int(key) for key in matches["tenant_key"])
    named = matches.merge(cached.read(customers_of, scope, keys=keys), on="tenant_key")
    show_table(
        named,
        MATCH_COLUMNS,
        key="ww_matches",
        alt=f"{len(named):,} similar customers that nobody turned to in these months.",
        on_select=links.open_customer,
        id_column="tenant_id",
    )
