"""What happens once, when the server starts and before it serves anybody."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

START_SECONDS = 1.0


@asynccontextmanager
async def started(_app: st.App) -> AsyncIterator[None]:
    """Prepare the server's process; open a browser where one sits in front of it.

    A folder called pages/ makes Streamlit take the first run of a server for an app of the old
    kind, until it meets st.navigation: the first deep link would be answered "Page not found".
    """
    PagesManager.uses_pages_directory = False
    if not st.get_option("server.headless"):
        # An app of this kind does not open the browser by itself, as a plain script does.
        address = f"http://{st.get_option('server.address')}:{st.get_option('server.port')}"
        opener = threading.Timer(START_SECONDS, webbrowser.open, [address])
        opener.daemon = True
        opener.start()
    yield
