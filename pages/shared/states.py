"""What a page shows when it has nothing to show, or cannot show it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st

from data_access.errors import InsightsError, RefusedFileError, UnknownOutcomeError
from pages.shared import headings, links, page_record
from pages.shared.text import plain

_LOG = logging.getLogger("partner_insights")


@contextmanager
def failures_explained() -> Iterator[None]:
    """Show a failure that people can act on as message, hint and an id that is in the log.

    Anything else is a bug: it goes on to the server, which logs it and shows `explain_failure`.
    """
    try:
        yield
    except InsightsError as error:
        _offer_retry(show_failure(error))


def explain_failure(error: Exception) -> bool:
    """Show what nobody caught in a page, a fragment or a callback; return that it is shown.

    The server calls it for every failure of a run (`on_script_error`), after logging it with its
    traceback. After a failing callback nothing else of the page is there: it comes back by the
    button, and by anything else that is clicked.
    """
    if isinstance(error, InsightsError):
        _offer_retry(show_failure(error))
        return True
    correlation_id = uuid.uuid4().hex[:8]
    _LOG.error("%s: %s, see above", correlation_id, type(error).__name__)
    with st.container(key=f"unexpected_{correlation_id}"):
        st.error(
            "Something went wrong that was not foreseen, so this cannot be shown.\n\n"
            "What was saved before is kept. Try again; if it happens again, give the error id to "
            f"whoever runs this server: the log says more.\n\nError id {correlation_id}",
            icon=":material/error:",
        )
        _offer_retry(correlation_id)
    return True


def show_failure(error: InsightsError) -> str:
    """Show one failure: what happened, what to do, and the id under which it was logged.

    Returns that id.
    """
    correlation_id = uuid.uuid4().hex[:8]
    if isinstance(error, RefusedFileError):
        # Why a file is refused may quote a customer's row; whoever sent it is told, the log not.
        _LOG.warning("%s: a file was refused", correlation_id)
    else:
        _LOG.warning("%s: %s", correlation_id, error, exc_info=error.__cause__)
    lines = [plain(error), *([plain(error.hint)] if error.hint else [])]
    kept = "" if isinstance(error, UnknownOutcomeError) else "Nothing was lost. "
    lines.append(f"{kept}Error id {correlation_id}")
    st.error("\n\n".join(lines), icon=":material/error:")
    return correlation_id


def _offer_retry(correlation_id: str) -> None:
    """Draw a button that runs the page again, as any other click does."""
    st.button("Try again", key=f"retry_{correlation_id}", icon=":material/refresh:")


def stop_with_hint(message: str, hint: str = "") -> NoReturn:
    """Show why there is nothing to see and what would change it, and end the page."""
    show_nothing(message, hint)
    st.stop()


def show_nothing(message: str, hint: str = "") -> None:
    """Show why one part of a page has nothing to show, and what would change it."""
    page_record.note_words(f"{plain(message)} {plain(hint)}")
    lines = [f"**{plain(message)}**", *([plain(hint)] if hint else [])]
    st.info("\n\n".join(lines), icon=":material/info:")


def stop_with_no_match() -> NoReturn:
    """Show that no customer matches the filters, with the button that resets them."""
    from pages.shared import scope_bar

    show_nothing(
        "Nothing matches these filters.",
        "Remove a filter above, or reset them all; the data itself is there.",
    )
    st.button("Reset filters", on_click=scope_bar.reset_filters, key="state_reset")
    st.stop()


def stop_without_customer(wanted: str | None) -> NoReturn:
    """Show that the address names no customer, or one that is not known, and end the page."""
    headings.title("Customer")
    if wanted is None:
        show_nothing("No customer is chosen.", "Choose one in Customers or with Find customer.")
    else:
        show_nothing(
            f"No customer with the id {wanted[:80]} is known here.",
            "The link may be of another store, or outside your scope. "
            "Find customer searches by name.",
        )
    links.page_link(links.CUSTOMERS, label="All customers", icon="⬅️")
    st.stop()


def stop_without_customers() -> NoReturn:
    """Show that none of the customers is in the viewer's scope, and end the page."""
    headings.title("No customers yet")
    show_nothing(
        "You have a role, but no customer is in your scope.",
        "Ask an admin to grant you partners, customers, markets or segments. Customers appear as "
        "soon as they are granted.",
    )
    st.stop()


def stop_at_empty_store() -> NoReturn:
    """Show how to begin with an empty store, and end the page."""
    headings.title("Welcome")
    show_nothing(
        "There is no data yet.",
        "Bring in the files that Partner Center gives you: CPOR – Microsoft 365 usage first, "
        "then Customers and Tenants and Partner profile for names and segments.",
    )
    links.page_link(links.IMPORTS, label="Import files", icon=":material/upload_file:")
    st.stop()


def show_stale(message: str) -> None:
    """Show that the data is older than it should be, without taking attention from the figures."""
    page_record.note_words(plain(message))
    st.warning(plain(message), icon=":material/schedule:")
