"""The overview's first part, by role: what to do this week, where growth is, what it brings."""

from __future__ import annotations

import streamlit as st

from data_access.queries import forecast, opportunities
from data_access.queries.opportunities import OpportunityQuestion
from data_access.types import Filters, Scope
from insights.views import earnings, what_worked
from insights.views import forecast as forecast_views
from insights.views import opportunities as views
from insights.views.action_detail import worth
from pages.shared import (
    action_edit,
    action_frames,
    cached,
    earnings_frames,
    headings,
    links,
    opportunity_frames,
    outcome_frames,
    ranking_state,
    url_state,
)
from pages.shared.cards import show_cards
from pages.shared.opportunity_list import TENANT, WORKLOAD
from pages.shared.text import counted, plain

FIRST = 5
"""Actions or opportunities that are shown; the pages have all."""

MONEY_CARDS = 4
"""Cards of the page Earnings that are shown; it has all."""

ROLES = {
    "account_manager": "My week",
    "sales": "Where growth is next",
    "leadership": "What it brings",
}


def show_home(scope: Scope, filters: Filters) -> None:
    """Draw what a role looks at first; who has none of these roles chooses whose view it is."""
    headings.subheader("First things first")
    role = scope.role
    if role not in ROLES:
        role = url_state.segments("ov_role", "View of", ROLES)  # type: ignore[assignment]
    if role == "account_manager":
        _show_actions(scope, filters)
    elif ranking_state.ranking() is None:
        st.caption("Nothing is ranked yet: that comes after an import.")
    elif role == "sales":
        _show_opportunities(scope, filters)
    else:
        _show_impact(scope, filters)


def _show_actions(scope: Scope, filters: Filters) -> None:
    """Draw the most urgent actions: one's own, where somebody was chosen to work here."""
    me = action_frames.me(action_frames.names_of(action_frames.people()))
    first, number = action_frames.first_actions(scope, filters, me, most=FIRST)
    for told in first:
        with st.container(gap=None):
            links.page_link(
                links.RECOMMENDED_ACTIONS,
                label=plain(f"{told['tenant_name']}: {told['what']}"),
                query_params={action_edit.CHOSEN: told["action_id"]},
            )
            due = f"due {told['due_words']} · " if told["due_words"] else ""
            st.markdown(f":small[{plain(due + worth(told))}]")
    whose = "of yours" if me else "of everybody"
    words = counted(number, "open action") if number else "No action is open"
    links.page_link(
        links.RECOMMENDED_ACTIONS, label=f"{words} {whose}", icon=":material/arrow_forward:"
    )


def _show_opportunities(scope: Scope, filters: Filters) -> None:
    """Draw the quadrants and the opportunities of highest expected value."""
    run = ranking_state.ranking()
    if run is None:
        return
    told = opportunity_frames.told(run)
    cells = opportunity_frames.cells(scope, filters)
    if not cells.empty:
        show_cards(cached.computed(views.quadrant_cards, cells), key="ov_quadrants")
    question = OpportunityQuestion(only_earnable=True)
    rows = cached.read(
        opportunities.opportunity_list, scope, filters, question=question, limit=FIRST
    )
    for row in views.table(rows, told, {}).to_dict("records"):
        label = f"{row['name']}: {row['workload_name']} to {row['milestone_text']}"
        parts = [row["chance"], row["eta"], f"{row['users_needed']:,} users needed", row["news"]]
        with st.container(gap=None):
            links.page_link(
                links.OPPORTUNITIES,
                label=plain(label),
                query_params={TENANT: row["tenant_id"], WORKLOAD: row["workload"]},
            )
            st.markdown(f":small[{plain(' · '.join(part for part in parts if part))}]")
    links.page_link(links.OPPORTUNITIES, label="All opportunities", icon=":material/arrow_forward:")


def _show_impact(scope: Scope, filters: Filters) -> None:
    """Say what is expected against target, and what actions moved."""
    asked = earnings_frames.money_question(scope, filters)
    earned = None
    if asked is not None:
        earned = cached.computed(
            earnings.earnings_view, asked.rows(earnings_frames.targets(scope)), asked.as_of
        )
    if earned is not None:
        show_cards(earned.cards[:MONEY_CARDS], key="ov_money")
        rows = cached.read(forecast.forecast_months, scope, filters)
        view = cached.computed(forecast_views.forecast_view, rows, earned.quarters)
        if view is not None:
            headings.say(f"**Expected.** {plain(view.takeaway)}")
    lift = outcome_frames.lift_of_all(scope, filters)
    headings.say(f"**Actions.** {plain(what_worked.takeaway(lift))}")
    with st.container(horizontal=True):
        links.page_link(links.EARNINGS, label="Earnings", icon=":material/arrow_forward:")
        links.page_link(links.WHAT_WORKED, label="What worked", icon=":material/arrow_forward:")
