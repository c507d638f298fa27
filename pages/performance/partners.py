import pandas as pd
import streamlit as st

from insights.charts.partners import comparison, scorecard_heatmap
from insights.charts.trend import share_trend
from insights.views import partners as views
from insights.views.overview import period_text
from pages.shared import cached, headings, links, scope_bar, states, url_state
from pages.shared.charts import sets_filter, show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

# 1. Scope and filters
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Partners")
everyone = views.all_partners(filters)

# 2. View-model
usage = pd.concat(
    [
        cached.usage_by_partner(scope, everyone, first=month, last=month)
        for month in views.months_compared(filters)
    ],
    ignore_index=True,
)
view = cached.computed(views.partners_view, usage, everyone)
if view is None:
    states.stop_with_no_match()

# 3. Scorecard
st.caption(period_text(filters))
st.markdown(plain(view.takeaway))
show_chart(
    cached.built(scorecard_heatmap, view.cells, view.workloads),
    key="partners_heatmap",
    alt=f"Active usage by partner and workload in milestone bands. {view.takeaway}",
    on_pick=sets_filter("p"),
)
if filters.partner_id in view.names:
    st.caption("All partners are listed; the one in your filter comes first in Side by side.")
    links.page_link(
        links.CUSTOMERS,
        label=f"Customers of {plain(view.names[filters.partner_id])}",
        icon=":material/arrow_forward:",
    )
else:
    st.caption("A click on a cell or a row chooses that partner and leads to its customers.")
show_table(
    view.table,
    view.columns,
    key="partners_table",
    alt=view.takeaway,
    on_select=sets_filter("p"),
    id_column="partner_id",
)
download_buttons(view.table, view.columns, name="partners", title="Partner scorecard")

# 4. Side by side, or with peers
headings.header("Side by side")
with st.container(horizontal=True):
    one = url_state.first_choice(
        "pa_a", "Partner", views.chosen_first(view.names, filters.partner_id)
    )
    other = url_state.choice(
        "pa_b",
        "Compared with",
        {code: name for code, name in view.names.items() if code != one},
        placeholder="Like-for-like peers",
        help="Peers are all other partners, same workload and size band, weighted like this one.",
    )
if other is None:
    compared = cached.computed(views.with_peers, usage, cached.partner_mix(scope, everyone), one)
else:
    compared = cached.computed(views.two_partners, usage, everyone, one, other)
if compared is None:
    states.show_nothing(*views.NOT_COMPARABLE)
else:
    st.markdown(plain(compared.takeaway))
    show_chart(
        cached.built(comparison, compared.rows, first=compared.first, second=compared.second),
        key="partners_comparison",
        alt=f"Active usage by workload of two sides. {compared.takeaway}",
    )
    st.caption(plain(compared.note))
    show_table(compared.rows, compared.columns, key="partners_compared", alt=compared.takeaway)
    download_buttons(
        compared.rows, compared.columns, name="partners-compared", title=compared.takeaway
    )

# 5. Over time
headings.header("Over time")
drawn = pd.concat(
    [
        cached.totals_by_partner(
            scope, views.one_partner(filters, code), first=filters.since, last=filters.as_of
        )
        for code in (one, other)
        if code is not None
    ],
    ignore_index=True,
)
lines = cached.computed(views.partner_trend, drawn, (one, other))
show_chart(
    cached.built(share_trend, lines, title="Active usage"),
    key="partners_trend",
    alt=views.trend_words(lines),
)
