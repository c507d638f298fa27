import streamlit as st

from insights.charts.trend import share_trend
from insights.flags import FLAGS
from insights.views.customers import (
    SORT_LABELS,
    customers_view,
    selected_view,
)
from insights.views.overview import period_text
from pages.shared import cached, customer_frames, headings, links, scope_bar, states, url_state
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.selectable_table import RowChoice, show_selectable_table
from pages.shared.tables import show_table

COMPARED_AT_MOST = 5

# 1. Scope and filters
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Customers")
with st.container(horizontal=True, vertical_alignment="bottom"):
    search = url_state.search("cu_q", "Search", placeholder="Name, domain, tenant id or TPID")
    sort = url_state.first_choice("cu_sort", "Order", SORT_LABELS)
    flag = url_state.choice(
        "cu_flag",
        "Flag",
        {flag.code: flag.words for flag in FLAGS},
        placeholder="With or without flags",
        help="Only customers that carry this flag.",
    )
asked = {"search": search, "flag": flag or "", "sort": sort}

# 2. View-model
view = cached.computed(
    customers_view, customer_frames.listed_customers(scope, filters, **asked), filters
)
if view is None and (search or flag):
    states.stop_with_hint(
        "No customer matches this search and flag.",
        "Change the search or the flag above, or remove a filter.",
    )
if view is None:
    states.stop_with_no_match()

# 3. The list
view = customer_frames.with_chances(scope, filters, view)
st.caption(f"{view.caption} · {period_text(filters)}")
marked = show_selectable_table(
    view.table,
    view.columns,
    key="customers",
    alt=view.takeaway,
    choice=RowChoice("tenant_id", "cu_sel", COMPARED_AT_MOST, links.open_customer),
)
download_buttons(
    customer_frames.all_customers(scope, filters, **asked),
    view.columns,
    name="customers",
    title="Customers",
)

# 4. The marked ones side by side
if not marked:
    st.caption(f"Mark up to {COMPARED_AT_MOST} customers to compare them here.")
    st.stop()
headings.header("Marked customers")
rows = customer_frames.named_customers(scope, filters, marked)
named = cached.computed(customers_view, rows, filters)
if named is None:
    states.stop_with_hint("The marked customers are not within these filters.")
selected = selected_view(named, rows.trend, filters)
st.button("Clear marks", on_click=url_state.set_in_address, args=("cu_sel", None), key="cu_clear")
show_chart(
    cached.built(share_trend, selected.trend, title="Active usage"),
    key="customers_trend",
    alt=selected.takeaway,
)
show_table(selected.table, selected.columns, key="customers_compared", alt=selected.takeaway)
