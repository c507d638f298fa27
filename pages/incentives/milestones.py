import streamlit as st

from insights.charts import milestones as charts
from insights.money import rate_card_text
from insights.months import month_label
from insights.views import milestones as views
from pages.shared import (
    cached,
    headings,
    milestone_lists,
    rules_frames,
    scope_bar,
    states,
)
from pages.shared.cards import show_cards
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

# 1. Scope and filters
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Milestones")
judged = milestone_lists.judged(scope)
if judged.empty:
    states.stop_with_hint("Milestones were not judged yet.", "Any import judges them.")
as_of = int(judged["as_of"].iloc[0])
program = rules_frames.program(rules_frames.activations())

# 2. View-model
view = cached.computed(
    views.milestones_board,
    milestone_lists.cells(scope, filters),
    as_of=as_of,
    first=min(filters.since, as_of),
)
if view is None:
    states.stop_with_no_match()
headings.caption(
    f"As of {month_label(as_of)}. Value: {rate_card_text(program.in_month(as_of))}; reached and "
    "missed ones by that of their own year, paid ones as Microsoft says."
)
show_cards(view.cards, key="mi_cards")

# 3. Board
headings.header("By state")
st.markdown(plain(view.takeaway))
show_chart(
    cached.built(charts.state_bars, view.board),
    key="mi_board",
    alt=f"Milestones by state. {view.takeaway}",
    on_pick=milestone_lists.pick_state,
)
st.caption("Click a state to list its milestones below. " + views.HIGH_WATER)
show_table(view.board, views.BOARD_COLUMNS, key="mi_states", alt=view.takeaway)
download_buttons(view.board, views.BOARD_COLUMNS, name="states", title="Milestones by state")

# 4. Lists
headings.header("Milestones in a list", anchor="list")
choice = milestone_lists.chosen_list(filters, as_of)
milestone_lists.show_list(scope, filters, choice, program)

# 5. Crossings
headings.header("Crossed by month")
st.markdown(plain(view.crossings_words))
show_chart(
    cached.built(charts.crossing_bars, view.crossings),
    key="mi_crossings",
    alt=f"Milestones crossed by month. {view.crossings_words}",
    on_pick=milestone_lists.pick_month,
)
st.caption("Click a month to list above what was crossed in it.")
newest_first = view.crossings.iloc[::-1]
columns = views.CROSSING_COLUMNS
show_table(newest_first, columns, key="mi_months", alt=view.crossings_words)
download_buttons(newest_first, columns, name="crossings", title="Milestones crossed by month")
headings.subheader("By workload")
columns = views.WORKLOAD_COLUMNS
show_table(view.by_workload, columns, key="mi_workloads", alt=view.crossings_words)
download_buttons(view.by_workload, columns, name="crossed", title="Milestones crossed by workload")

# 6. What earned nothing
headings.header("Why others earned nothing")
if view.reasons.empty:
    states.show_nothing("Everything that was crossed could be earned.")
else:
    words = f"Most often {view.reasons['why'].iloc[0]}."
    st.markdown(plain(words))
    columns = views.REASON_COLUMNS
    show_table(
        view.reasons,
        columns,
        key="mi_reasons",
        alt=words,
        on_select=milestone_lists.pick_reason,
        id_column="place",
    )
    st.caption("Select a row to list its milestones above.")
    download_buttons(view.reasons, columns, name="reasons", title="Why milestones earned nothing")
