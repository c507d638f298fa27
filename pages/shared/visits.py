"""The present visit of whoever looks: noted once per run by the frame, read by pages."""

from __future__ import annotations

import streamlit as st

from data_access.queries import alerts
from data_access.queries.alerts import AlertQuestion
from data_access.types import Scope
from data_access.visits import note_page_run
from insights.visits import Visit
from pages.shared import cached, today

_VISIT = "visit"


def note_run(scope: Scope) -> int:
    """Note this page run and return how many alerts of the scope are new to the viewer."""
    newest = int(cached.read(alerts.newest_alert)["alert_id"].iloc[0])
    visit = note_page_run(cached.store(), scope, now=today.now(), newest_alert_id=newest)
    st.session_state[_VISIT] = visit
    if visit.last_alert_id == newest:
        return 0
    question = AlertQuestion(after_id=visit.last_alert_id)
    return int(cached.read(alerts.alert_counts, scope, None, question=question)["alerts"].sum())


def present() -> Visit:
    """Return the present visit; the frame has noted it before any page runs."""
    visit: Visit = st.session_state[_VISIT]
    return visit
