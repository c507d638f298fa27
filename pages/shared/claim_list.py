"""The claim assistant without a draft: the viewer's own drafts, and a new claim."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from data_access import claim_drafts
from insights.views import claim_assistant as views
from pages.shared import cached, claim_state, headings, scope_bar, states
from pages.shared.tables import show_table
from pages.shared.text import counted


def show_drafts() -> None:
    """Draw the button for a new claim and the list of drafts; a row opens its draft."""
    st.button(
        "New claim",
        key="ca_new",
        icon=":material/add:",
        on_click=claim_state.open_new,
    )
    drafts = claim_drafts.my_drafts(cached.store(), scope_bar.current_scope())
    discarded = int((drafts["status"] == "discarded").sum())
    with_discarded = discarded > 0 and st.toggle(
        f"Show {counted(discarded, 'discarded draft')}", key="ca_discarded"
    )
    rows = views.draft_rows(drafts, now=datetime.now(UTC), with_discarded=with_discarded)
    if rows.empty:
        states.show_nothing(
            "You have no claim draft.",
            "Start one here, or with a customer's unclaimed workload in Associations.",
        )
        return
    headings.header("My drafts")
    show_table(
        rows,
        views.DRAFT_COLUMNS,
        key="ca_drafts",
        alt=f"{counted(len(rows), 'claim draft')} with status and age; a row opens its draft",
        on_select=claim_state.open_draft,
        id_column="draft_id",
    )
    st.caption("Select a row to go on with its draft.")
