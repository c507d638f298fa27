import streamlit as st

from insights.views import program_rules as views
from insights.views import rule_changes
from pages.shared import cached, headings, rules_change, rules_frames, states, url_state
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import counted, plain
from pages.shared.today import today

headings.title("Programme rules")
rules_change.show_done()

# 1. What is in force on a day
activations = rules_frames.activations()
program = rules_frames.program(activations)
day = url_state.day("ru_on", "In force on", default=today(), since=program.years[0].starts)
rules = program.on(day)
if rules is None:
    states.stop_with_hint("No programme rules are in force on this day.", "Choose a later one.")
view = cached.computed(views.rules_view, rules, rules_frames.origin(activations, rules.title))
headings.header(f"{plain(view.title)}: {plain(view.validity)}")
st.markdown(
    f"{plain(view.model).capitalize()}; {plain(view.origin)}.  \n"
    f"{plain(view.examples)}  \nYear by: {plain(view.reference)}"
)
for table in view.tables:
    headings.subheader(table.title)
    if table.note:
        st.caption(table.note)
    alt = f"{table.title} of {view.title}: {len(table.rows)} rows"
    show_table(table.rows, table.columns, key=f"rules_{table.code}", alt=alt)
with st.container(horizontal=True, gap="small", key="rules_downloads"):
    st.download_button(
        "TOML, to change and upload",
        data=rules_frames.toml(activations, rules.title),
        file_name=f"{rules.title.lower()}.toml",
        mime="application/toml",
        on_click="ignore",
        key="rules_toml",
        icon=":material/download:",
        type="tertiary",
    )
    download_buttons(
        views.line_rows(rules),
        views.LINE_COLUMNS,
        name=f"rules-{rules.title}",
        title=f"Programme rules {rules.title}",
        as_of=views.day_text(day),
    )

# 2. Two years side by side
headings.header("Compare two years")
labels = views.year_labels(program.years)
default_before, default_after = rule_changes.neighbours(program, rules.title)
with st.container(horizontal=True, gap="small"):
    before = url_state.choice("ru_a", "From", labels, placeholder=labels[default_before])
    after = url_state.choice("ru_b", "To", labels, placeholder=labels[default_after])
years = (before or default_before, after or default_after)
changes = cached.computed(rule_changes.compared, program, *years)
says = f"From {years[0]} to {years[1]}: {rule_changes.differing(len(changes))}."
st.markdown(plain(says))
if not changes.empty:
    columns = rule_changes.CHANGE_COLUMNS
    show_table(changes, columns, key="rules_compared", alt=says)
    download_buttons(
        changes,
        columns,
        name=f"rules-{years[0]}-{years[1]}",
        title=f"Programme rules {years[0]} to {years[1]}",
        as_of=views.day_text(day),
    )

# 3. Change them
headings.header("Change the rules")
rules_change.show_upload()

# 4. Who changed them
headings.header("History")
if activations.empty:
    states.stop_with_hint(
        "The shipped rules were never changed.", "Activations are listed here, each with its file."
    )
history = rule_changes.activation_rows(activations)
says = f"{counted(len(history), 'activation')}, the newest first"
show_table(history, rule_changes.ACTIVATION_COLUMNS, key="rules_history", alt=says)
download_buttons(
    history,
    rule_changes.ACTIVATION_COLUMNS,
    name="rules-history",
    title="Activations of programme rules",
    as_of=views.day_text(today()),
)
rules_change.show_way_back(rules_frames.changed_years(activations))
