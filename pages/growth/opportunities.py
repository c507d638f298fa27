import streamlit as st

from insights.views import chances
from insights.views import opportunities as views
from pages.shared import (
    cached,
    headings,
    opportunity_frames,
    opportunity_list,
    opportunity_space,
    ranking_state,
    scope_bar,
    states,
    url_state,
)
from pages.shared.cards import show_cards
from pages.shared.text import plain

# 1. Scope and filters, and which ranking is shown
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Opportunities")
ranking_state.stale_banner(scope)
run = ranking_state.ranking()
if run is None:
    states.stop_with_hint(
        "Nothing is ranked yet.",
        "The portfolio is ranked after an import, or by `partner-insights score`.",
    )
told = opportunity_frames.told(run)
headings.caption(plain(f"{opportunity_frames.spoken_of(run)} {chances.verdict_line(told.verdict)}"))
marks = opportunity_frames.marks(scope)
shown = opportunity_list.Shown(scope, filters, told, marks)

# 2. The one that is open
chosen = opportunity_list.chosen_one()
if chosen is not None:
    opportunity_list.show_one(shown, *chosen)

# 3. Quadrants
cells = opportunity_frames.cells(scope, filters)
if cells.empty:
    states.stop_with_no_match()
show_cards(cached.computed(views.quadrant_cards, cells), key="op_cards")

# 4. The lists
listed = url_state.segments("op_list", "List", opportunity_space.LISTS)
if listed == "risk":
    opportunity_space.show_at_risk(scope, filters, run.as_of)
    st.stop()
if listed == "space":
    opportunity_space.show_whitespace(scope, filters)
    st.stop()
by = url_state.segments("op_by", "Ranked", opportunity_list.BY)
if by == "customer":
    opportunity_list.show_customers(shown)
elif by == "workload":
    opportunity_list.show_workloads(shown)
else:
    opportunity_list.show_pairs(shown, opportunity_list.asked_question())
if told.verdict.shows == "order":
    st.caption(plain(f"No chance is shown: {told.verdict.why}"))
