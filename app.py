"""Partner Insights: the frame around every page. Start it with `streamlit run app.py`."""

import os

# Idle worker threads of the numeric libraries must sleep, not spin: 7 to 15 times faster on a
# busy machine. They read this once, when they load.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import streamlit as st
from streamlit import runtime

if runtime.exists():
    from pages.shared import frame
    from pages.shared.navigation import navigation

    st.set_page_config(page_title="Partner Insights", page_icon="📈", layout="wide")
    frame.run(navigation)
else:
    # The server loads this file once as a module, finds the app in it and runs this file again
    # as the script of every session.
    from pages.shared.server import safe_start, started
    from pages.shared.states import explain_failure

    start = safe_start()
    app = st.App(
        __file__,
        secrets=start.secrets,
        lifespan=started,
        middleware=start.middleware,
        exception_handlers={Exception: start.on_failure},
        on_script_error=explain_failure,
    )
