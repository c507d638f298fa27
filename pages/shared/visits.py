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
_NEW = "visit_new_alerts"


def note_run(scope: Scope) -> None:
    """Note this page run, and how many alerts of the scope are new to the viewer."""
    newest = int(cached.read(alerts.newest_alert, scope)["alert_id"].iloc[0])
    visit = note_page_run(cached.store(), scope, now=today.now(), newest_alert_id=newest)
    st.session_state[_VISIT], st.session_state[_NEW] = visit, 0
    if visit.last_alert_id < newest:
        question = AlertQuestion(after_id=visit.last_alert_id)
        counts = cached.read(alerts.alert_counts, scope, None, question=question)
        st.session_state[_NEW] = int(counts["alerts"].sum())


def new_alerts() -> int:
    """Return how many alerts are new to the viewer in this run, 0 before it was noted."""
    return int(st.session_state.get(_NEW, 0))


def present() -> Visit:
    """Return the present visit; the frame has noted it before any page runs."""
    visit: Visit = st.session_state[_VISIT]
    return visit
