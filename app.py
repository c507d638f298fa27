"""Partner Insights: the frame around every page. Start it with `streamlit run app.py`."""

import os

# Idle worker threads of the numeric libraries must sleep, not spin: 7 to 15 times faster on a
# busy machine. They read this once, when they load.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import streamlit as st  # noqa: E402

from pages.shared import frame  # noqa: E402

st.set_page_config(page_title="Partner Insights", page_icon="📈", layout="wide")
page = st.navigation(frame.navigation(), position="top")
frame.run(page)
