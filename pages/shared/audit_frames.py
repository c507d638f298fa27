"""What the page of the audit reads: its question from the address, a page of events, the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from zlib import crc32

import pandas as pd
import streamlit as st

from data_access import access_store, audit
from data_access.audit import EVENTS, AuditQuestion
from insights.views import audit as views
from pages.shared import cached, links, navigation, scope_bar, url_state
from pages.shared.today import today

PAGE = 100
"""Events on a page."""

MOST_IN_FILE = 10_000
"""Events in a file, the newest ones."""

DAYS = 30
"""Days before today with which the page begins."""

AT_KEY, ROW_KEY = "au_at", "au_row"


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events as `views.event_rows`, and whether there are older ones."""

    rows: pd.DataFrame
    has_older: bool


def asked() -> AuditQuestion:
    """Draw the filters and return the question that they ask; the address keeps them."""
    day, scope = today(), scope_bar.current_scope()
    earliest = day.replace(year=day.year - 10, day=1)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        first = url_state.day("au_from", "From", default=day - timedelta(days=DAYS), since=earliest)
        last = url_state.day("au_until", "Until", default=day, since=earliest)
        event = url_state.choice(links.AUDIT_EVENT_KEY, "What", EVENTS, placeholder="Everything")
        days = AuditQuestion(first, last)
        people = audit.audit_people(cached.store(), scope, days)
        who = url_state.choice(links.AUDIT_USER_KEY, "Who", people, placeholder="Everybody")
        text = url_state.search("au_q", "Search", placeholder="Name, file, id or detail")
    return replace(
        days,
        events=(event,) if event else (),
        user_keys=(who,) if who else (),
        text=text,
    )


def counts(question: AuditQuestion) -> pd.DataFrame:
    """Return how many events match by kind, as `views.count_rows`."""
    found = audit.audit_counts(cached.store(), scope_bar.current_scope(), question)
    return views.count_rows(found, EVENTS)


def page_of(question: AuditQuestion) -> EventPage:
    """Return the page of events that the address asks for; one read beyond tells of older ones."""
    asked_for = replace(question, before=_begin(question))
    scope = scope_bar.current_scope()
    found = audit.audit_events(cached.store(), scope, asked_for, limit=PAGE + 1)
    rows = views.event_rows(found.head(PAGE), EVENTS, _names())
    return EventPage(rows, has_older=len(found) > PAGE)


def every(question: AuditQuestion) -> Callable[[], pd.DataFrame]:
    """Return a function that reads all matching events without a session, for a file."""
    store, scope, names = cached.store(), scope_bar.current_scope(), _names()

    def read() -> pd.DataFrame:
        found = audit.audit_events(store, scope, question, limit=MOST_IN_FILE)
        return views.event_rows(found, EVENTS, names)

    return read


def chosen() -> pd.Series | None:
    """Return the event that is open as a row of `views.event_rows`, None for none."""
    row = next(iter(url_state.values_in_address(ROW_KEY)), "")
    if not row:
        return None
    found = audit.audit_event_of(cached.store(), scope_bar.current_scope(), row)
    return None if found.empty else views.event_rows(found, EVENTS, _names()).iloc[0]


def open_row(row: str) -> None:
    """Open an event, or close it with ""; in callbacks only."""
    url_state.set_in_address(ROW_KEY, row)


def is_first(question: AuditQuestion) -> bool:
    """Return whether the page shows the newest events."""
    return not _begin(question)


def show_older(question: AuditQuestion, row: str) -> None:
    """Go to the events older than one; "" goes to the newest. In callbacks only."""
    url_state.set_in_address(AT_KEY, f"{row}~{_mark(question)}" if row else None)


def _names() -> dict[str, str]:
    """Return what events are about in words: pages by path, users by key."""
    titles = {path: title for pages in navigation.SECTIONS.values() for path, title in pages}
    return titles | {one.user_key: one.name for one in access_store.stored_users(cached.store())}


def _begin(question: AuditQuestion) -> str:
    """Return the event before which the page begins; other filters begin anew."""
    text = next(iter(url_state.values_in_address(AT_KEY)), "")
    row, _, mark = text.partition("~")
    return row if mark == _mark(question) else ""


def _mark(question: AuditQuestion) -> str:
    return f"{crc32(repr(question).encode()):08x}"
