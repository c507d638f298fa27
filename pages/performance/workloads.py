import streamlit as st

from insights.charts import cohorts as cohort_charts
from insights.charts import heatmap, performance
from insights.views import overview, workloads
from pages.shared import cached, headings, links, scope_bar, states, url_state
from pages.shared.cards import show_cards
from pages.shared.charts import sets_filter, show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Workloads")
st.caption(overview.period_text(filters))

# 1. View-model
months = {"first": overview.first_month(filters), "last": filters.as_of}
view = cached.computed(
    workloads.workloads_view,
    cached.usage_by_month(scope, filters, **months),
    cached.tenants_by_month(scope, filters, **months),
    customers=cached.largest_customers(scope, filters, limit=workloads.LARGEST_CUSTOMERS),
    ages=cached.usage_by_age(scope, filters),
    filters=filters,
)
if view is None:
    states.stop_with_no_match()

# 2. Headline numbers and one panel per workload
show_cards(view.cards, key="wl_cards")
headings.subheader("Active usage by workload")
st.caption("Each on its own scale; dashed lines are the milestones at 15% and 40%.")
for row in view.panel_rows():
    for column, panel in zip(st.columns(view.panels_in_row, gap="medium"), row, strict=False):
        with column:
            st.markdown(f"**{plain(panel.name)}**  \n{plain(panel.stands)}")
            show_chart(
                cached.built(performance.workload_panel, panel.months),
                key=f"wl_panel_{panel.code}",
                alt=performance.panel_alt(panel.months),
            )
show_table(
    view.scorecard,
    view.scorecard_columns,
    key="wl_scorecard",
    alt="Figures of each workload, most seats first. Select a row to look at it alone.",
    on_select=sets_filter("wl"),
    id_column="workload",
)
download_buttons(
    view.scorecard, view.scorecard_columns, name="workloads", title="Figures by workload"
)

# 3. Largest customers
headings.subheader("Largest customers by workload")
st.caption("Active usage; a click on a cell opens the customer.")
show_chart(
    cached.built(heatmap.customer_heatmap, view.customers, view.customer_workloads),
    key="wl_customers",
    alt=heatmap.heatmap_alt(view.customers),
    on_pick=links.open_customer,
)
download_buttons(
    view.customers,
    workloads.CUSTOMER_COLUMNS,
    name="largest-customers",
    title="Largest customers by workload",
)

# 4. Cohorts
headings.subheader("Usage since the association began")
left, right = st.columns([1, 3])
with left:
    curves_of = url_state.first_choice("wl_cohort", "One curve per", workloads.CURVES)
curves = view.curves(curves_of)
if note := workloads.cohort_note(filters):
    st.caption(note)
if curves.empty:
    states.show_nothing("Too few associations for curves.", "At least five pairs are needed.")
else:
    show_chart(
        cached.built(cohort_charts.cohort_curves, curves, curves_of),
        key="wl_cohorts",
        alt=cohort_charts.cohort_alt(curves),
    )
    download_buttons(
        curves, workloads.COHORT_COLUMNS, name="cohorts", title="Usage since the association began"
    )
