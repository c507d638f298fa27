import streamlit as st

from insights.views.definitions import definitions_view
from pages.shared.tables import show_definitions

st.title("Definitions")
st.caption("What each number and word on the other pages means, and where it comes from.")

for section in definitions_view():
    st.header(section.title, anchor=section.anchor)
    st.markdown(section.introduction)
    show_definitions(section)
