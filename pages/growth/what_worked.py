import streamlit as st

from insights.charts import outcomes as charts
from insights.views import what_worked as views
from pages.shared import (
    action_frames,
    cached,
    headings,
    links,
    outcome_frames,
    scope_bar,
    states,
    url_state,
)
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.outcome_detail import open_action, show_action
from pages.shared.tables import show_table
from pages.shared.text import plain
from pages.shared.today import today

# 1. Scope and what was begun
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("What worked")
every = outcome_frames.begun(scope, None)
begun = outcome_frames.begun(scope, filters)
if begun.empty:
    states.show_nothing(
        "No action within these filters was begun yet, so there is nothing to compare.",
        "Actions count from the day somebody sets them in progress or done; what became of them "
        "shows here 90 days later.",
    )
    links.page_link(
        links.RECOMMENDED_ACTIONS, label="Recommended actions", icon=":material/checklist:"
    )
    st.stop()
found = outcome_frames.found(scope, begun, every)
titles = {code: book.title for code, book in action_frames.playbooks().items()}
as_of = f"{today():%Y-%m-%d}"

# 2. All together
together = outcome_frames.all_together(found)
headings.say(f"**{plain(views.takeaway(together))}**")
for words in (views.crossing_words(together), views.coverage_words(begun, found.effects)):
    if words:
        headings.say(plain(words))
st.caption(plain(views.CAUTION))
if found.effects.empty:
    states.show_nothing(
        "No action is old enough to be compared.",
        "Usage of the third month after an action is needed; come back then.",
    )
    st.stop()

# 3. Group by group
headings.subheader("Which ones moved usage")
grouping = url_state.segments("ww_by", "Grouping", views.GROUPINGS)
names = views.group_names(grouping, begun, titles)
league = views.league(outcome_frames.groups(found, begun, grouping), names)
says = views.league_takeaway(league)
told = league[league["is_told"]]
if told.empty:
    st.caption(plain(says))
else:
    show_chart(cached.built(charts.forest, told), key=f"ww_forest_{grouping}", alt=says)
show_table(league, views.LEAGUE_COLUMNS, key=f"ww_league_{grouping}", alt=says)
download_buttons(league, views.LEAGUE_COLUMNS, name="what-worked", title="What worked", as_of=as_of)

# 4. Time to the milestone
headings.subheader("From action to milestone")
times = views.crossing_times(found.effects)
show_table(times, views.TIME_COLUMNS, key="ww_times", alt=views.times_takeaway(times))

# 5. Action by action
headings.subheader("Action by action")
rows = views.action_rows(begun, found.effects, titles)
show_action(rows, found, scope)
shown = rows.head(views.LISTED)
show_table(
    shown,
    views.ACTION_COLUMNS,
    key="ww_actions",
    alt=f"{len(rows):,} actions with what became of them.",
    on_select=open_action,
    id_column="action_id",
)
st.caption(
    f"{len(shown):,} of {len(rows):,} actions, the newest first. A click shows its path and its "
    "similar customers."
)
download_buttons(
    rows, views.ACTION_COLUMNS, name="action-outcomes", title="Actions compared", as_of=as_of
)
