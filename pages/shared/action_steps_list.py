"""The steps of an action's playbook as check-boxes; each one is stored at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from insights.actions.playbooks import Playbook
from pages.shared import action_edit, seen
from pages.shared.text import plain


def show_steps(row: Mapping[str, Any], playbook: Playbook) -> None:
    """Draw a playbook's steps with minutes and links; steps of two people are merged."""
    action_id, done = str(row["action_id"]), json.loads(str(row["steps_done"]))
    left = sum(step.minutes for step in playbook.steps if step.code not in done)
    ticked = sum(step.code in done for step in playbook.steps)
    st.markdown(f"**Playbook: {plain(playbook.title)}**")
    st.caption(
        f"{ticked} of {len(playbook.steps)} steps done, {left:,} of "
        f"{playbook.effort_minutes:,} minutes left"
    )
    for step in playbook.steps:
        key = f"ac_step_{action_id}_{step.code}"
        st.session_state[key] = step.code in done
        link = f" [Read more]({step.link})" if step.link else ""
        st.checkbox(
            f"{plain(step.text)} ({step.minutes} min){link}",
            key=key,
            wrap=True,
            disabled=not seen.may("work"),
            on_change=action_edit.mark_step,
            args=(action_id, step.code, key),
        )
