import streamlit as st

from insights.alerts import ALERT_KINDS
from insights.views import alerts as views
from pages.shared import alert_frames, headings, links, scope_bar, states, url_state, visits
from pages.shared.alert_list import show_groups
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

# 1. Scope and filters
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Alerts")
visit = visits.present()

# 2. What is new
new = alert_frames.new_groups(scope, filters, visit)
headings.subheader(plain(views.news_title(visit, is_new=bool(new))))
shown = new or alert_frames.latest_groups(scope, filters)
if not shown:
    states.show_nothing(
        "No import has raised an alert within these filters.",
        "Alerts are raised when an import changes a state: the next one will show here.",
    )
show_groups(shown, key="al_new")

# 3. All of them
headings.subheader("All alerts of the period")
with st.container(width=360):
    kind = url_state.choice(
        "al_kind",
        "Kind",
        {kind.code: f"{kind.symbol} {kind.label}" for kind in ALERT_KINDS},
        placeholder="All kinds",
        help="What each kind means is at the end of this page.",
    )
listed = alert_frames.listed_alerts(scope, filters, kind)
if listed.rows.empty:
    states.show_nothing(
        "No alert matches.", "Choose another kind or a longer period, or remove a filter."
    )
else:
    st.caption(
        plain(
            views.list_caption(
                listed.counts, listed=len(listed.rows), downloaded=listed.most_downloaded
            )
        )
    )
    show_table(
        listed.rows,
        views.COLUMNS,
        key="al_table",
        alt=views.takeaway(listed.rows),
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    st.caption("A click on a row opens the customer.")
    download_buttons(
        alert_frames.all_alerts(scope, filters, kind), views.COLUMNS, name="alerts", title="Alerts"
    )

# 4. What was sent
headings.subheader("Digests sent")
sent = alert_frames.sent_digests(scope)
if failure := views.failing_since(sent):
    states.show_stale(failure)
if sent.empty:
    st.caption(
        "None yet. `partner-insights digest --send` sends the alerts to a Teams channel; "
        "docs/alerts.md says how to set it up."
    )
else:
    show_table(
        views.deliveries_view(sent),
        views.DELIVERY_COLUMNS,
        key="al_sent",
        alt=f"{len(sent)} digests sent or tried, the newest first.",
    )

# 5. What the kinds mean
with st.expander("What raises an alert"):
    st.markdown(
        "\n".join(f"- **{plain(one.label)}**: {plain(one.raised_when)}" for one in ALERT_KINDS)
    )
