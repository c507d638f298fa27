import streamlit as st

from insights.ranking.scenario import BASIS
from insights.views import simulator as views
from insights.views.opportunities import HORIZON
from pages.shared import headings, ranking_state, scope_bar, simulator_frames, states, url_state
from pages.shared.cards import show_cards
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

# 1. Scope and filters, and which ranking answers
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Simulator")
ranking_state.stale_banner(scope)
run = ranking_state.ranking()
if run is None:
    states.stop_with_hint(
        "Nothing is ranked yet.",
        "The portfolio is ranked after an import, or by `partner-insights score`.",
    )
headings.caption(f"What if: {BASIS} Nothing is stored; the address keeps the scenario.")

# 2. The scenario
name = url_state.search("si_name", "Name of the scenario", placeholder="e.g. Spring campaign")
tenant_ids = simulator_frames.chosen_customers(scope, filters)
with st.container(horizontal=True, gap="large"):
    users = simulator_frames.percent(
        "si_users",
        "Of the users needed, activate",
        help="For every workload of these customers with a milestone ahead.",
    )
    seats = simulator_frames.percent(
        "si_seats", "Seats more", help="New seats move the goal away until somebody uses them."
    )
    rules = simulator_frames.rule_year()
if not tenant_ids:
    states.stop_with_hint("No customer is chosen.", "Choose one above.")
rows = simulator_frames.scenario(scope, filters, tenant_ids, users=users, seats=seats)
if rows.empty:
    states.stop_with_hint(
        "None of these customers has a milestone ahead that can be asked about.",
        "Choose others, remove a filter, or rank again with `partner-insights score`.",
    )

# 3. What follows
shows = run.verdicts[HORIZON].shows
table = views.scenario_table(rows, as_of=run.as_of, shows=shows, rules=rules)
headings.subheader(plain(name) or "This scenario")
show_cards(views.scenario_cards(table), key="si_cards")
words = views.takeaway(table, rules)
headings.say(plain(words))
show_table(table, views.COLUMNS, key="si_table", alt=words)
download_buttons(table, views.COLUMNS, name="scenario", title=f"Scenario {name}".strip())
