import streamlit as st

from insights.views.overview import period_text
from pages.shared import headings, leadership, links, scope_bar

scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
links.page_link(links.OVERVIEW, label="Overview", icon="⬅️")
headings.title("Leadership review")
headings.caption(period_text(filters))
st.caption("Share above gives it as a deck, a workbook or one HTML file.")

leadership.show_impact(scope, filters)
leadership.show_money(scope, filters)
leadership.show_league(scope, filters)
leadership.show_worked(scope, filters)
