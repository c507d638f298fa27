"""A page without a browser: drawn by the same code, on the same store, with the same address."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data_access import locations
from data_access.errors import InsightsError
from data_access.types import LOCAL_USER, Scope
from insights.exports.page_report import PageReport, Words
from pages.shared import links, page_record, scope_state, signing_in, url_state
from pages.shared.page_record import PageRecord

APP = Path(__file__).parents[2] / "app.py"
SECONDS = 600.0

Query = Mapping[str, Sequence[str]]


def page_names() -> dict[str, str]:
    """Return every page's name in the address with its path, in the order of the navigation."""
    return {Path(path).stem: path for path in links.PAGES}


def page_report(
    name: str, query: Query, *, store_url: str, scope: Scope | None = None
) -> PageReport:
    """Return what a page of a store shows for a query string, to a scope (None: to everybody).

    Raises InsightsError where the query string has a part that the page does not know, and where
    the page has nothing to show or fails; KeyError for an unknown page.
    """
    with _store(store_url):
        drawn = _drawn(page_names()[name], query, scope or LOCAL_USER)
    record: PageRecord = drawn.session_state[page_record.RECORD]
    for failure in [*drawn.exception, *drawn.error]:
        raise InsightsError(f"The page {name} failed: {page_record.unmarked(failure.value)}")
    if record.stamp is None:
        raise InsightsError("The store has no data yet.", "Import files first.")
    _refuse_unknown(drawn.session_state, query)
    report = record.report(record.stamp)
    if report.is_empty():
        told = " ".join(item.text for item in report.items() if isinstance(item, Words))
        raise InsightsError(f"The page {name} has nothing to show. {told}".rstrip())
    return report


def _drawn(path: str, query: Query, scope: Scope) -> Any:  # noqa: ANN401 - Streamlit's AppTest
    from streamlit.testing.v1 import AppTest

    if not APP.exists():
        raise InsightsError(f"{APP.name} is not beside the installed packages.")
    page = AppTest.from_file(str(APP), default_timeout=SECONDS)
    page.session_state[signing_in.GIVEN] = scope
    for key, values in query.items():
        page.query_params[key] = list(values)
    return page.switch_page(path).run()


@contextmanager
def _store(url: str) -> Iterator[None]:
    """Make a store the one that the app opens, as the environment of a server would."""
    before = os.environ.get(locations.STORE_VARIABLE)
    os.environ[locations.STORE_VARIABLE] = url
    try:
        yield
    finally:
        if before is None:
            del os.environ[locations.STORE_VARIABLE]
        else:
            os.environ[locations.STORE_VARIABLE] = before


def _refuse_unknown(state: Any, query: Query) -> None:  # noqa: ANN401 - a session's state
    """Raise where the page did not take a part of the query string as it was meant."""
    kept = state.get(url_state.KEPT, {})
    known = {*scope_state.RESERVED_KEYS, *kept}
    for key, values in query.items():
        if key not in known and key not in state:
            names = ", ".join(sorted(known))
            raise InsightsError(f"This page has no filter “{key}”.", f"It has: {names}.")
        for value in values:
            if value and value not in _taken(state, key):
                raise InsightsError(f"“{value}” is not known to the filter “{key}”.")


def _taken(state: Any, key: str) -> list[str]:  # noqa: ANN401
    """Return the values that a filter holds in the session, as the address spells them."""
    widget = f"{key}_box"
    if widget in state:
        held = state[widget]
    elif key in scope_state.RESERVED_KEYS:
        held = state.get(key)
    else:
        held = state.get(key, state.get(url_state.KEPT, {}).get(key, []))
    return [str(one) for one in held] if isinstance(held, (list, tuple)) else [str(held)]
