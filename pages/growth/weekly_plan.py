from datetime import date

import streamlit as st

from insights.views import weekly_plan as views
from pages.shared import (
    action_frames,
    cached,
    headings,
    links,
    plan_form,
    plan_frames,
    scope_bar,
    seen,
    states,
    url_state,
)
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain
from pages.shared.today import today

# 1. Scope, week, people
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Weekly plan")
with st.container(width=300):
    week = url_state.first_choice("wp_week", "Week", views.week_names(today()))
plan_form.show_said()
people = action_frames.people()
names = action_frames.names_of(people)
live = action_frames.live_actions(scope, filters)
if people.empty:
    states.show_nothing(
        "Nobody is on the list of people, so there are no hours to fill.",
        "Add people with the partners they look after and their hours for actions.",
    )
    links.page_link(links.PEOPLE, label="People", icon=":material/group:")
    st.stop()
if live.empty:
    states.show_nothing(
        "There is no open action within these filters, so there is nothing to plan."
        if action_frames.is_ranked()
        else "Nothing is ranked yet, so there are no actions to plan.",
        "Remove a filter above, or rank the portfolio: after an import, or by "
        "`partner-insights score`.",
    )
    st.stop()

# 2. Hours and efforts
headings.subheader("Hours for actions this week", help="From People; 0 for holidays.")
hours = plan_form.ask_hours(people)
playbooks = action_frames.playbooks()
with st.expander("Minutes per playbook, and rules"):
    efforts = plan_form.ask_efforts(live, playbooks)
    once_a_week = plan_form.ask_toggle(
        plan_form.ONCE_A_WEEK,
        "One action per customer and person",
        "Nobody turns to the same customer twice in the week.",
    )

# 3. The plan
inputs = plan_frames.PlanInputs(hours, efforts, once_a_week, date.fromisoformat(week))
asked = plan_frames.question(scope, live, people, playbooks=playbooks, inputs=inputs)
plan = plan_frames.plan(asked)
view = cached.computed(views.plan_view, plan, live, names)
headings.subheader("Proposed plan")
headings.say(plain(view.takeaway))
if not seen.money():
    st.caption("Chosen by urgency: amounts are not for your role.")
if view.caution:
    st.caption(plain(view.caution))
plan_form.show_accept(plan, live)
is_asked = plan_form.ask_toggle(
    plan_form.HOUR_WORTH, "What would one more hour bring?", "Solves the week once per person."
)
rows, columns = view.people, views.PEOPLE_COLUMNS
if is_asked:
    with st.spinner("Solving the week once per person"):
        rows = views.with_hours(rows, plan_frames.hours_worth(asked, plan))
    columns = (*columns, views.HOUR_COLUMN)
show_table(rows, columns, key="wp_people", alt=views.hours_takeaway(view.people))
for each in view.weeks:
    headings.subheader(plain(each.title))
    show_table(each.rows, views.WEEK_COLUMNS, key=f"wp_week_{each.email}", alt=each.title)
if view.weeks:
    download_buttons(
        view.chosen,
        views.FILE_COLUMNS,
        name="weekly-plan",
        title=f"Plan for the week of {week}",
        as_of=f"{today():%Y-%m-%d}",
    )
    with st.expander("Text to share in a chat"):
        words = cached.computed(views.share_text, view, plan.week)
        st.code(words, language=None, wrap_lines=True)

# 4. What is left out
headings.subheader("Left out")
headings.say(plain(view.left_words))
if not view.left_out.empty:
    left = view.left_out
    show_table(left, views.LEFT_COLUMNS, key="wp_left", alt=view.left_words)
    download_buttons(left, views.LEFT_COLUMNS, name="left-out", title="Left out of the plan")

# 5. Accepted plans
headings.subheader("Accepted plans")
kept = plan_frames.kept_plans(scope)
if kept.empty:
    st.caption("None yet. An accepted plan stays here with what became of it.")
else:
    shown = views.kept_view(kept)
    show_table(shown, views.KEPT_COLUMNS, key="wp_kept", alt=views.kept_takeaway(kept))
    st.caption(plain(views.kept_takeaway(kept)))
