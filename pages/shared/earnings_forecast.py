"""The earnings page's part on what is expected: chance x value by month."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data_access.queries import forecast
from insights.charts import forecast as charts
from insights.views import forecast as views
from pages.shared import cached, headings, ranking_state, states
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.earnings_frames import MoneyQuestion
from pages.shared.tables import show_table
from pages.shared.text import plain


def show_forecast(asked: MoneyQuestion, quarters: pd.DataFrame) -> None:
    """Draw expected earnings over the next year, or why there is no number."""
    headings.header("Expected earnings")
    run = ranking_state.ranking()
    if run is None:
        states.show_nothing(
            "Nothing is ranked yet.",
            "Expected earnings need chances: they come after an import, or by "
            "`partner-insights score`.",
        )
        return
    rows = cached.read(forecast.forecast_months, asked.scope, asked.filters)
    view = cached.computed(views.forecast_view, rows, quarters)
    if view is None:
        states.show_nothing(
            "No number is expected here.",
            "Either no milestone under these filters can still earn, or the ranking's record "
            "allows an order only.",
        )
        return
    if run.is_stale:
        states.show_stale(f"These chances are of an earlier ranking. {run.stale_why}")
    st.markdown(plain(view.takeaway))
    show_chart(
        cached.built(charts.expected_by_month, view.months),
        key="er_forecast",
        alt=f"Expected earnings by month. {view.takeaway}",
    )
    st.caption(plain(views.MEANING))
    show_table(view.months, views.COLUMNS, key="er_forecast_table", alt=view.takeaway)
    download_buttons(
        view.months, views.COLUMNS, name="expected-earnings", title="Expected earnings by month"
    )
