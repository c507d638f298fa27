"""Fixtures of the page tests: a store of its own for every test, and pages opened in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data_access import jobs, locations

ROOT = Path(__file__).parents[2]

OpenPage = Callable[..., AppTest]


@pytest.fixture
def shown_store(sqlite_store, monkeypatch):
    """An empty store that the app shows; fill it before opening a page."""
    monkeypatch.setenv(locations.STORE_VARIABLE, sqlite_store.url)
    monkeypatch.setenv(jobs.JOBS_VARIABLE, "off")  # no process outlives its test
    yield sqlite_store
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def open_page() -> OpenPage:
    """A function that opens a page by its path as a link would, with a query string's values."""

    def open_it(path: str = "", query: Mapping[str, str | list[str]] | None = None) -> AppTest:
        opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        for key, value in (query or {}).items():
            opened.query_params[key] = value
        opened.run()
        if path:
            opened.switch_page(path).run()
        return opened

    return open_it


@pytest.fixture
def without_exception(open_page: OpenPage) -> OpenPage:
    """As open_page, and the page must stand without an exception or an error message."""

    def open_it(*arguments: object, **settings: object) -> AppTest:
        opened = open_page(*arguments, **settings)
        assert not opened.exception
        assert not opened.error
        return opened

    return open_it
