"""Nothing of others reaches a browser: every message of every page, its tables whole, its files.

Two users of the store of primes: one sees a partner, one a market. Walked are all protocol
messages (texts, options of widgets, tables with their hidden columns, figures with what they
say on hovering) and what the page's downloads and exports are made from.
"""

import io
import zipfile
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data_access import jobs, locations
from data_access.store import Store
from pages.shared import links, page_record, sharing
from tests.app.page_texts import downloads_text, page_text
from tests.app.people import sign_in
from tests.prime_store import action_ids
from tests.prime_world import (
    A2,
    ACCOUNT,
    BASE,
    A,
    B,
    name_of,
    number_of,
    secrets,
    tenant_of,
)
from tests.scope_calls import leaks

ROOT = Path(__file__).parents[2]
USERS = {
    "partner": (("role", "account_manager"), ("partner", A), ("partner", A2), ("money", "")),
    "market": (("role", "sales"), ("market", "Avalonia"), ("money", ""), ("contacts", "")),
}
BEYOND_ROLES = (links.IMPORTS, links.PROGRAM_RULES, links.PEOPLE, links.ACCESS, links.AUDIT)


@pytest.fixture(scope="module", autouse=True)
def store(prime_urls):
    """The store of primes as the app opens it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(locations.STORE_VARIABLE, prime_urls[BASE.name])
        patched.setenv(jobs.JOBS_VARIABLE, "off")
        with Store.open(prime_urls[BASE.name]) as opened:
            yield opened
        st.cache_data.clear()
        st.cache_resource.clear()


def opened_page(store, user, path, **query):
    """Return a page as a user opens it by a link."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    sign_in(page, store, oid=f"{user}-user", grants=USERS[user])
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    return page.switch_page(path).run() if path != links.OVERVIEW else page


def secrets_of(user):
    return secrets(BASE, is_partner_scope=user == "partner")


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("path", [path for path in links.PAGES if path not in BEYOND_ROLES])
def test_page_holds_nothing_of_others(store, user, path):
    page = opened_page(store, user, path)
    assert not page.exception
    assert leaks(page_text(page), secrets_of(user)) == []
    assert leaks(downloads_text(page), secrets_of(user)) == []


def test_own_names_and_figures_are_on_the_pages(store):
    # The test above would also pass on empty pages.
    page = opened_page(store, "partner", links.CUSTOMERS)
    assert name_of(1, BASE) in page_text(page) + downloads_text(page)


THEIRS = {
    "customer": (links.CUSTOMER, {"tenant": tenant_of(5, BASE)}),
    "customer review": (links.CUSTOMER_REVIEW, {"tenant": tenant_of(5, BASE)}),
    "claim": (links.ASSOCIATIONS, {"as_claim": f"C-{number_of('claim', 5, BASE)}"}),
    "partner": (links.OVERVIEW, {"p": B}),
    "account": (links.MILESTONES, {"ga": ACCOUNT[B]}),
    "market": (links.CUSTOMERS, {"mk": "Borealia"}),
}


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("what", THEIRS)
def test_link_to_what_others_have_shows_nothing_of_it(store, user, what):
    path, query = THEIRS[what]
    page = opened_page(store, user, path, **query)
    assert not page.exception
    asked = frozenset(query.values()) | {str(number_of("claim", 5, BASE))}
    assert leaks(page_text(page), secrets_of(user) - asked) == []


def test_link_to_an_action_of_others_shows_nothing_of_it(store):
    one = action_ids(store, 5)[0]
    page = opened_page(store, "partner", links.RECOMMENDED_ACTIONS, ac_action=one)
    assert not page.exception
    assert leaks(page_text(page), secrets_of("partner")) == []


@pytest.mark.parametrize("path", [links.OVERVIEW, links.CUSTOMERS, links.ASSOCIATIONS])
def test_files_of_a_page_hold_nothing_of_others(store, path):
    page = opened_page(store, "partner", path)
    record = page.session_state[page_record.RECORD]
    report = record.report(record.stamp)
    for ending in ("xlsx", "pptx", "html"):
        content = sharing.content(report, ending)
        assert leaks(_file_text(content), secrets_of("partner")) == [], ending


def _file_text(content):
    """Return the text of a file, of an archive that of its parts."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if not name.endswith(".png")]
    return "\n".join(part.decode("utf-8", "replace") for part in parts)
