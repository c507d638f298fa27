from datetime import UTC, datetime

import streamlit as st

from insights.charts import bridge as bridge_charts
from insights.charts import performance as charts
from insights.months import month_of
from insights.views import overview
from insights.views.data_health import freshness_by_kind, stale_note
from pages.shared import cached, headings, links, scope_bar, states, url_state
from pages.shared.cards import show_cards
from pages.shared.charts import sets_filter, show_chart
from pages.shared.downloads import download_buttons
from pages.shared.home_strip import show_home
from pages.shared.overview_incentives import show_incentives
from pages.shared.tables import show_table
from pages.shared.text import plain

scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Overview")
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.caption(overview.period_text(filters), width="content")
    links.page_link(links.REVIEW, label="Leadership pack", icon=":material/co_present:")

# 1. View-model
months = {"first": overview.first_month(filters), "last": filters.as_of}
view = cached.computed(
    overview.overview_view,
    overview.OverviewRows(
        usage=cached.usage_by_month(scope, filters, **months),
        tenants=cached.tenants_by_month(scope, filters, **months),
        partners=cached.totals_by_partner(scope, filters, **months),
        changes=cached.association_changes_by_month(scope, filters),
        largest=cached.largest_customers(scope, filters, limit=overview.TOP_CUSTOMERS),
    ),
    filters,
)
if view is None:
    states.stop_with_no_match()
freshness = freshness_by_kind(cached.newest_by_kind(scope), month_of(datetime.now(UTC).date()))
if stale := stale_note(freshness):
    states.show_stale(stale)

# 2. Headline numbers, what to do first, and what changed
show_cards(view.cards, key="ov_cards")
show_home(scope, filters)
headings.subheader("What changed")
for line in view.headlines:
    detail = f": {plain(line.detail)}" if line.detail else ""
    headings.say(f"- **{plain(line.lead)}**{detail}")

# 3. Milestones, money, alerts and deadlines
show_incentives(scope, filters)

# 4. Impact and its causes
left, right = st.columns(2, gap="medium")
with left:
    headings.subheader("Impact over time")
    show_chart(
        cached.built(charts.impact_over_time, view.trend, view.volumes),
        key="ov_impact",
        alt=charts.impact_alt(view.trend),
    )
with right:
    headings.subheader("Why active usage moved")
    if view.steps.empty:
        states.show_nothing("Nothing to compare with.", "Choose a comparison under More filters.")
    else:
        show_chart(
            cached.built(bridge_charts.usage_waterfall, view.steps),
            key="ov_bridge",
            alt=bridge_charts.waterfall_alt(view.steps),
        )
movers = (
    ("Workloads that moved most", view.workloads, "workloads", "wl"),
    ("Partners that moved most", view.partners, "partners", "p"),
)
for column, (title, moved, what, key) in zip(st.columns(2, gap="medium"), movers, strict=True):
    with column:
        headings.subheader(title)
        if moved.empty:
            states.show_nothing("Nothing to compare with.", "No month to compare, or no partner.")
            continue
        show_chart(
            cached.built(bridge_charts.largest_moves, moved),
            key=f"ov_moves_{key}",
            alt=bridge_charts.moves_alt(moved, what),
            on_pick=sets_filter(key),
        )
        st.caption("Click a bar to look at it alone.")

# 5. Associations, concentration, freshness
left, right = st.columns([3, 2], gap="medium")
with left:
    headings.subheader("New and lost associations")
    show_chart(
        cached.built(charts.association_changes, view.associations),
        key="ov_associations",
        alt=charts.association_alt(view.associations),
    )
with right:
    headings.subheader("Coverage and concentration")
    show_cards(view.structure, key="ov_structure")
    st.caption(plain(overview.freshness_text(freshness)))
    links.page_link(links.DATA_HEALTH, label="Data health")

# 6. The same as a table
headings.subheader("Figures behind this page")
chosen = view.twin(
    url_state.first_choice("ov_table", "Table", overview.TWINS),
    lambda: cached.association_changes(scope, filters),
)
show_table(chosen.rows, chosen.columns, key=f"ov_{chosen.code}", alt=chosen.title)
download_buttons(
    chosen.rows, chosen.columns, name=f"overview-{chosen.code}", title=f"Overview: {chosen.title}"
)
