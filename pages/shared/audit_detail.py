"""One event of the audit with all that was noted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insights.views import audit as views
from pages.shared import audit_frames
from pages.shared.text import plain


def show_event(event: pd.Series) -> None:
    """Draw an event: who, when, of what, and every part of its detail in words."""
    facts = [
        ("When", f"{event['when']} UTC"),
        ("Who", f"{event['who']} ({event['user_key']})"),
        ("Role", event["role"]),
        ("Viewed as", event["viewed_as"]),
        ("Of what", f"{event['subject_kind']} {event['subject']}".strip()),
    ]
    lines = [*facts, *views.detail_lines(views.detail_of(event["detail"]))]
    with st.container(border=True, key="au_event_detail"):
        st.markdown(f"**{plain(event['event_label'])}**")
        told = [
            f"- {plain(label)}: {plain(' '.join(value.split()))}" for label, value in lines if value
        ]
        st.markdown("\n".join(told))
        st.button(
            "Close", key="au_close", type="tertiary", on_click=audit_frames.open_row, args=("",)
        )
