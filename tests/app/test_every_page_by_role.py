"""Every page as every role opens it: on a store with everything, and on an empty one.

What a role may not see never reaches the browser: no amount, no contact, no page beyond the role.
"""

import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data_access import jobs, locations
from data_access.store import Store
from data_access.types import CAPABILITIES, Scope
from pages.shared import links, page_record
from tests.app.page_texts import downloads_text, page_text
from tests.app.people import sign_in
from tests.prime_world import BASE, number_of, tenant_of

ROOT = Path(__file__).parents[2]
AMOUNT = re.compile(r"\$\s?\d|-\$|\d USD\b")
CONTACT = re.compile(r"\bcontact\b(?=\W*buyer@)|buyer@")
"""A contact of the store of primes; so far no page shows those of stored claims."""
EXPLAINED = (links.DEFINITIONS,)
"""Pages that explain what amounts are, with invented ones as examples of how they are written."""

WRITES = {
    "Add it",
    "Apply to marked",
    "Make it an action",
    "Save",
    "Snooze it",
    "Dismiss it",
    "Start",
    "Take it",
    "Start a claim",
}
"""Labels of buttons that write what people work on together."""


def opened(store, role, path):
    """Return a page as somebody of a role opens it who sees every row."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    grants = (("role", role), ("everything", ""))
    sign_in(page, store, oid=f"{role}-everywhere", grants=grants)
    page.query_params["cust"] = tenant_of(1, BASE)
    page.query_params["as_claim"] = f"C-{number_of('claim', 1, BASE)}"
    page.run()
    return page.switch_page(path).run() if path != links.OVERVIEW else page


@pytest.fixture(scope="module", params=["full", "empty"])
def store(request, prime_urls, tmp_path_factory):
    """A store as the app opens it: with everything that a store can have, or with nothing."""
    urls = {
        "full": lambda: prime_urls[BASE.name],
        "empty": lambda: f"sqlite:///{tmp_path_factory.mktemp('empty') / 'store.db'}",
    }
    url = urls[request.param]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(locations.STORE_VARIABLE, url)
        patched.setenv(jobs.JOBS_VARIABLE, "off")
        with Store.open(url) as opened:
            yield opened
    st.cache_data.clear()
    st.cache_resource.clear()


def check(page, role, path):
    """Check what holds for a role on a page, whatever the store has."""
    assert not page.exception
    may_open = links.may_open(Scope(role, role), path)
    told = page_text(page)
    assert ("This page is not for your role." in told) == (not may_open)
    if "money" not in CAPABILITIES[role] and path not in EXPLAINED:
        assert AMOUNT.findall(told) == []
        tables = _tables(page.session_state[page_record.RECORD])
        kinds = {column.kind for table in tables for column in table.columns}
        assert "money" not in kinds
    if "contacts" not in CAPABILITIES[role]:
        assert CONTACT.search(told + downloads_text(page)) is None
    if "work" not in CAPABILITIES[role]:
        assert WRITES.isdisjoint(button.label for button in page.button)


def _tables(record):
    return [] if record.stamp is None else record.report(record.stamp).tables()


@pytest.mark.parametrize("role", CAPABILITIES)
@pytest.mark.parametrize("path", links.PAGES)
def test_page(store, role, path):
    check(opened(store, role, path), role, path)


MONEYED = (links.EARNINGS, links.OPPORTUNITIES, links.CUSTOMER, links.ALERTS)


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_whoever_may_see_amounts_does(store):
    # The test above would also pass on pages without any.
    amounts = [AMOUNT.findall(page_text(opened(store, "leadership", path))) for path in MONEYED]
    assert all(amounts)
