import streamlit as st

from insights.views import access as views
from pages.shared import access_detail, access_frames, access_upload, headings, states, url_state
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import counted
from pages.shared.today import today

headings.title("Access")
access_detail.show_said()
st.markdown(
    "Who may see and do what. Roles and grants come from the identity provider at each sign-in, "
    "and from here at once."
)
access_detail.show_without_sign_in()

# 1. The user that is open
chosen = access_detail.chosen_user()
if chosen is not None:
    access_detail.show_user(chosen)

# 2. Everybody
users = access_frames.users()
if users.empty:
    states.show_nothing(
        "Nobody has signed in yet.",
        "Users appear here with their first sign-in; announce them to give grants before that.",
    )
else:
    held = access_frames.granted()
    access = access_frames.access_of(access_frames.everybody(), held)
    names = access_frames.names_with_customers({one for some in held.values() for one in some})
    every = views.user_rows(users, access, names)
    text = url_state.search("ax_q", "Find a user", placeholder="Name, e-mail, role, grant or id")
    rows = views.matching(every, text)
    says = f"{counted(len(rows), 'user')}, active ones first"
    if rows.empty:
        states.show_nothing("No user matches.", "Search for a part of the name or an id.")
    else:
        show_table(
            rows,
            views.COLUMNS,
            key="ax_users",
            alt=says,
            on_select=access_detail.open_user,
            id_column="user_key",
        )
        st.caption(f"{says}. A click on a row opens the user.")
        download_buttons(
            rows, views.COLUMNS, name="access", title="Access", as_of=f"{today():%Y-%m-%d}"
        )

# 3. New users and lists
access_upload.show_announce()
access_upload.show_upload()
