"""What is around every step of the claim assistant: its head, notices, and the way on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from data_access.claim_drafts import StoredDraft
from insights.claims.form import REVIEW
from insights.views.claim_assistant import age_words
from pages.shared import claim_state
from pages.shared.claim_check import ClaimCheck
from pages.shared.text import plain


def show_head(check: ClaimCheck, labels: Mapping[int, str], number: int) -> None:
    """Draw which claim it is, when it was stored, and the row of steps with their marks."""
    stored = check.stored
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="ca_head"):
        st.button(
            "My drafts",
            key="ca_close",
            on_click=claim_state.close_draft,
            icon=":material/arrow_back:",
            type="tertiary",
        )
        name = check.draft.claim_name.strip() or "Claim without a name"
        customer = check.names.customer or check.draft.domain.strip() or "no customer yet"
        st.markdown(f"**{plain(name)}** · {plain(customer)}")
        st.caption(f"Stored {age_words(stored.saved_at, datetime.now(UTC))}")
    claim_state.fill(claim_state.STEP_BOX, number)
    st.segmented_control(
        "Steps",
        list(labels),
        required=True,
        format_func=labels.__getitem__,
        key=claim_state.STEP_BOX,
        on_change=claim_state.go_to_chosen,
        label_visibility="collapsed",
    )
    st.caption("✓ complete · ▲ complete, with a risk · ○ something is missing or wrong")


def show_notice(stored: StoredDraft) -> None:
    """Draw what happened to an answer: not stored, or also changed in another window."""
    told = claim_state.notice()
    if told is None:
        return
    kind, words, replaced = told
    box = st.error if kind == "error" else st.warning
    box(words, icon=":material/sync_problem:")
    with st.container(horizontal=True, gap="small", key="ca_notice"):
        if replaced:
            st.button(
                "Put the other answer back",
                key="ca_put_back",
                on_click=claim_state.put_back,
                args=(stored.draft_id, replaced),
            )
        st.button("Understood", key="ca_understood", on_click=claim_state.put_notice_away)


def show_closed(stored: StoredDraft) -> None:
    """Draw that a draft was discarded or packed, and the way to open it again."""
    if stored.status == "discarded":
        st.info("This draft was discarded. Nothing of it is lost.", icon=":material/delete:")
        st.button(
            "Undo: take it up again",
            key="ca_undo",
            on_click=claim_state.change_status,
            args=(stored.draft_id, "draft"),
            icon=":material/undo:",
        )
    if stored.status == "packed":
        st.caption("Packed: the answers are shown as they went into the pack. Step 5 reopens it.")


def show_way(stored: StoredDraft, number: int) -> None:
    """Draw Back, Next and Discard."""
    with st.container(horizontal=True, gap="small", key="ca_way"):
        st.button(
            "Back",
            key="ca_back",
            on_click=claim_state.go_to,
            args=(number - 1,),
            disabled=number == 1,
            icon=":material/arrow_back:",
        )
        if number < REVIEW:
            st.button(
                "Next",
                key="ca_next",
                on_click=claim_state.go_to,
                args=(number + 1,),
                icon=":material/arrow_forward:",
                icon_position="right",
            )
        if stored.status == "draft":
            st.button(
                "Discard draft",
                key="ca_discard",
                on_click=claim_state.change_status,
                args=(stored.draft_id, "discarded"),
                icon=":material/delete:",
                type="tertiary",
            )
