import streamlit as st

from insights.views import recommended_actions as views
from pages.shared import action_edit, action_frames, headings, scope_bar, states, url_state
from pages.shared.action_detail import show_detail
from pages.shared.action_list import asked, rows_of_tab, show_list, show_me, show_said
from pages.shared.action_new import show_new

# 1. Scope and filters, and who works here
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
names = action_frames.names_of(action_frames.people())
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    headings.title("Recommended actions", width="content")
    me = show_me(names)
    show_new(scope, names, me)
show_said()

# 2. The one that is open
chosen = action_edit.chosen_action()
if chosen is not None:
    show_detail(scope, chosen, names, me)

# 3. The lists
live = action_frames.stored_actions(scope, filters, is_ended=False)
if live.empty and not action_frames.is_ranked():
    states.show_nothing(
        "Nothing is ranked yet, so there are no recommended actions.",
        "The portfolio is ranked after an import, or by `partner-insights score`; actions of your "
        "own can be added above at any time.",
    )
tab = url_state.segments("ac_tab", "Actions", views.tab_labels(live, me))
question = asked(names, me, tab)
show_list(rows_of_tab(scope, filters, tab, live), question, names)
