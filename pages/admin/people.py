import streamlit as st

from insights.views import people as views
from pages.shared import headings, people_edit, people_frames, playbook_edit, states, url_state
from pages.shared.downloads import download_buttons
from pages.shared.people_upload import show_upload
from pages.shared.tables import show_table
from pages.shared.text import counted

VIEWS = {"people": "People", "playbooks": "Playbooks"}

headings.title("People and playbooks")
view = url_state.segments("pe_view", "View", VIEWS)
people_edit.show_said()

# 1. Playbooks: what to do, step by step
if view == "playbooks":
    st.markdown(
        "A playbook says what to do for a kind of action, how long it takes, and how often."
    )
    playbook_edit.show_playbooks()
    st.stop()

# 2. People: who owns actions, partners and customers
st.markdown(
    "Actions can be owned by these people. New actions go to the person who alone owns the "
    "customer or its partner; the weekly plan fills the hours."
)
people, partners = people_frames.people(), people_frames.partner_names()
st.button(
    "Add a person",
    key="pe_add",
    icon=":material/person_add:",
    on_click=people_edit.open_person,
    args=(people_edit.NEW,),
)
people_edit.show_person(people, partners)
if people.empty:
    states.show_nothing(
        "Nobody is on the list yet.", "Add people one by one, or upload a list of them."
    )
else:
    rows = views.people_rows(people, partners, people_frames.open_actions())
    says = f"{counted(len(rows), 'person').replace('persons', 'people')}, active ones first"
    show_table(
        rows,
        views.COLUMNS,
        key="pe_people",
        alt=says,
        on_select=people_edit.open_person,
        id_column="email",
    )
    st.caption("A click on a row opens the person.")
    download_buttons(
        rows, views.COLUMNS, name="people", title="People", as_of=playbook_edit.as_of()
    )
show_upload(people)
