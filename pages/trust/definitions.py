import streamlit as st

from insights.views.definitions import definitions_view
from pages.shared import headings
from pages.shared.tables import show_definitions

headings.title("Definitions")
st.caption("What each number and word on the other pages means, and where it comes from.")

for section in definitions_view():
    headings.header(section.title, anchor=section.anchor)
    headings.say(section.introduction)
    show_definitions(section)
