from datetime import UTC, datetime

import streamlit as st

from insights.charts.completeness import completeness_chart
from insights.months import month_label, month_of
from insights.views import data_health as views
from pages.shared import cached, headings, links, scope_bar, states
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

scope = scope_bar.current_scope()
headings.title("Data health")

# 1. View-model
reporting = cached.reporting_pairs(scope)
newest = views.newest_month_of(reporting)
view = cached.computed(
    views.data_health_view,
    cached.newest_by_kind(scope),
    reporting,
    cached.pairs_by_latest_month(scope),
    cached.data_findings(scope, newest),
    cached.quarantine_by_code(scope),
    this_month=month_of(datetime.now(UTC).date()),
)

# 2. Freshness and completeness
headings.header("Freshness")
if view.stale:
    states.show_stale(view.stale)
show_table(
    view.freshness,
    views.FRESHNESS_COLUMNS,
    key="health_freshness",
    alt=view.stale or "Every kind of file is as fresh as it can be",
)
headings.header("Completeness")
st.markdown(view.completeness_says)
show_chart(
    cached.built(completeness_chart, view.completeness),
    key="health_completeness",
    alt=f"Pairs reporting by month beside the number expected. {view.completeness_says}",
)

# 3. Findings and their rows
headings.header("Findings")
st.caption(f"As of {month_label(newest)}, the newest complete month.")
show_table(
    view.summary,
    views.SUMMARY_COLUMNS,
    key="health_summary",
    alt="How often each check finds something",
)
chosen = views.FINDINGS_BY_ROWS[
    st.selectbox(
        "Show the rows of",
        list(views.FINDINGS_BY_ROWS),
        format_func=lambda name: views.FINDINGS_BY_ROWS[name].label,
        key="health_rows",
        bind="query-params",
    )
]
st.caption(plain(chosen.meaning))
rows = cached.data_health_list(chosen.rows, scope, newest)
if rows.empty:
    states.show_nothing(f"{chosen.label}: none.", "This check finds nothing.")
else:
    show_table(
        rows,
        chosen.columns,
        key=f"health_{chosen.rows}",
        alt=f"{chosen.label}: {len(rows)} rows. {chosen.meaning}",
        on_select=links.open_customer if chosen.has_customers else None,
        id_column="tenant_id",
    )
    download_buttons(
        rows,
        chosen.columns,
        name=f"data-health-{chosen.rows}",
        title=chosen.label,
        as_of=month_label(newest),
    )
