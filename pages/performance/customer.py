import streamlit as st

from insights.charts.customer import association_timeline, seats_and_people, workload_history
from insights.views import customer as views
from pages.shared import (
    cached,
    customer_actions,
    customer_frames,
    customer_incentives,
    headings,
    links,
    scope_bar,
    states,
)
from pages.shared.cards import show_cards
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

MULTIPLE_WIDTH = 288

# 1. Scope and filters, view-model
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
wanted = links.chosen_customer()
view = None if wanted is None else customer_frames.one_customer(scope, filters, wanted)
if view is None:
    states.stop_without_customer(wanted)

# 2. Who it is, and what is unusual
with st.container(horizontal=True, gap="small"):
    links.page_link(links.CUSTOMERS, label="Customers", icon="⬅️")
    links.customer_review_link(view.tenant_id)
headings.title(plain(view.name))
headings.say(" · ".join(f"**{plain(fact.label)}** {plain(fact.value)}" for fact in view.facts))
show_cards(view.cards, key="customer_cards")
headings.say(
    "\n".join(
        f"- **{plain(flag.words)}** ({plain(flag.where)}): {plain(flag.explanation)}"
        for flag in view.flags
    )
)

actions = customer_actions.show_actions(scope, view.tenant_id, name=view.name)

# 3. Usage against the thresholds
headings.header("Workloads")
if not view.multiples:
    states.show_nothing(
        "No report in this period.", "Choose a longer period, or another workload above."
    )
with st.container(horizontal=True, gap="small", key="customer_multiples"):
    for multiple in view.multiples:
        with st.container(width=MULTIPLE_WIDTH, gap=None, key=f"multiple_{multiple.code}"):
            st.markdown(
                f"**{plain(multiple.name)}**  \n{plain(multiple.standing)}  \n"
                f"{plain(multiple.needed)}"
            )
            show_chart(
                cached.built(
                    workload_history,
                    multiple.months,
                    code=multiple.code,
                    top=view.top_share,
                    goals=multiple.goals,
                ),
                key=f"customer_history_{multiple.code}",
                alt=f"Active usage of {multiple.name} by month: {multiple.standing}. "
                f"{multiple.needed}",
            )
show_table(
    view.workloads,
    view.workload_columns,
    key="customer_workloads",
    alt=f"{len(view.workloads)} workloads with seats, users, users needed, partner and flags",
)
download_buttons(
    view.workloads,
    view.workload_columns,
    name="customer-workloads",
    title=f"Workloads, {view.name}",
)

# 4. What it is worth, seats and people, and who held what
customer_incentives.show_milestones(scope, filters, view.tenant_id, name=view.name)
headings.header("Seats and people")
show_chart(
    cached.built(seats_and_people, view.months),
    key="customer_seats",
    alt="Seats of the largest workload and active people of the most used one, by month.",
)
headings.header("Associations")
if view.timeline.empty:
    states.show_nothing(view.timeline_words, "Its usage is reported without a partner on record.")
else:
    show_chart(
        cached.built(association_timeline, view.timeline),
        key="customer_timeline",
        alt=view.timeline_words,
    )
customer_incentives.show_claim_timeline(
    scope, filters, view.tenant_id, spans=view.timeline, actions=actions
)

# 5. What files changed and told beside
for title, table, columns in (
    ("Restated values", view.restatements, view.restatement_columns),
    (
        "Subscriptions",
        cached.customer_subscriptions(scope, view.tenant_id),
        views.SUBSCRIPTION_COLUMNS,
    ),
    ("Claims", cached.customer_claims(scope, view.tenant_id), views.CLAIM_COLUMNS),
):
    if not table.empty:
        headings.header(title)
        show_table(table, columns, key=f"customer_{title}", alt=f"{title}: {len(table)} rows")
        download_buttons(table, columns, name=f"customer-{title}", title=f"{title}, {view.name}")
