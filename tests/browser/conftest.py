"""Fixtures of the browser tests: one server on the demo store, one Chromium, strict listeners."""

from __future__ import annotations

import pytest

from data_access.demo.build import build_demo_store
from insights.months import month_index
from tests.browser.server import CHROMIUM_FLAGS, chromium_path, streamlit_server

LAST_MONTH = month_index(2026, 10)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    executable = chromium_path()
    if executable is None:
        pytest.skip("no Chromium or Edge on this machine")
    return {**browser_type_launch_args, "executable_path": executable, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "viewport": {"width": 1366, "height": 768},
        "reduced_motion": "reduce",
        "locale": "en-GB",
        "timezone_id": "UTC",
    }
