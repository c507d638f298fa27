"""The overview's part on milestones and money: numbers, new alerts and nearest deadlines."""

from __future__ import annotations

import streamlit as st

from data_access.queries import earnings, milestones, urgent_clocks
from data_access.types import Filters, Scope
from insights.views import overview_incentives as views
from insights.views.alerts import news_title
from pages.shared import alert_frames, cached, headings, links, states, visits
from pages.shared.alert_list import show_first
from pages.shared.cards import show_cards
from pages.shared.text import plain
from pages.shared.today import today

SHOWN_ALERTS = 4


def show_incentives(scope: Scope, filters: Filters) -> None:
    """Draw what the overview says of milestones; nothing before milestones were first judged."""
    judged = cached.read(earnings.judged, scope)
    if judged.empty:
        return
    view = _view(scope, filters, int(judged["as_of"].iloc[0]))
    headings.subheader("Milestones and money", help=plain(view.caption))
    show_cards(view.cards, key="ov_incentives")
    left, right = st.columns(2, gap="medium")
    with left:
        _show_alerts(scope, filters)
    with right:
        _show_deadlines(view)


def _view(scope: Scope, filters: Filters, as_of: int) -> views.IncentivesView:
    return cached.computed(
        views.incentives_view,
        cached.read(milestones.milestone_cells, scope, filters),
        cached.read(earnings.money_parts, scope, filters),
        cached.read(
            urgent_clocks.urgent_clocks, scope, filters, today=today(), days=views.URGENT_DAYS
        ),
        as_of=as_of,
    )


def _show_alerts(scope: Scope, filters: Filters) -> None:
    visit = visits.present()
    new = alert_frames.new_groups(scope, filters, visit)
    st.markdown(f"**{plain(news_title(visit, is_new=bool(new)))}**")
    groups = new or alert_frames.latest_groups(scope, filters)
    if not groups:
        states.show_nothing("No import has raised an alert within these filters.")
    show_first(groups, SHOWN_ALERTS)
    links.page_link(links.ALERTS, label="All alerts", icon=":material/arrow_forward:")


def _show_deadlines(view: views.IncentivesView) -> None:
    st.markdown("**Nearest deadlines of claims**")
    for deadline in view.deadlines:
        with st.container(gap=None):
            links.customer_link(deadline.tenant_id, deadline.tenant_name)
            st.markdown(f":small[{plain(deadline.text)}]")
    if not view.deadlines:
        st.caption(f"No clock runs out within {views.URGENT_DAYS} days.")
    links.page_link(links.ASSOCIATIONS, label="All clocks", icon=":material/arrow_forward:")
