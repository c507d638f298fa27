"""What pages ask of a store: few statements, and never all usage, however long its history is.

This stands in for a time limit: it says the same on every machine. On PostgreSQL, whose plans
depend on how much there is, plans are asked for with whole reads forbidden.
"""

from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from data_access import jobs, locations
from data_access.backup import make_backup
from data_access.backup_restore import restore_backup
from data_access.locations import file_store_url
from data_access.schema import access_grant, app_user
from data_access.store import Store
from data_access.types import LOCAL_USER
from pages.shared import cached, links
from tests.app.statements import PostgresPlans, SqlitePlans, listening
from tests.builders import NOW
from tests.prime_world import BASE, tenant_of

ROOT = Path(__file__).parents[2]

MOST_COLD, MOST_WARM = 56, 30
"""Statements of a page with empty caches, frame included, and of a click that changes nothing."""

MOST_ROWS = 400
"""Rows that all questions of a page get together, from a store of ten customers."""

NAMED_CUSTOMERS = (links.SIMULATOR,)
"""The page whose question names its customers, at most 200, instead of asking for their keys.

Those are all of so small a store, which PostgreSQL then reads as a whole.
"""


@pytest.fixture(scope="module")
def urls(prime_urls, new_postgres_url, tmp_path_factory):
    """The URLs of one store with everything, on both databases, without other tests' users."""
    folder = tmp_path_factory.mktemp("moved")
    file, urls = folder / "all.zip", (file_store_url(folder / "store.db"), new_postgres_url())
    with Store.open(prime_urls[BASE.name]) as store:
        make_backup(store, file, scope=LOCAL_USER, now=NOW)
    for url in urls:
        restore_backup(file, url, scope=LOCAL_USER, now=NOW)
        with Store.open(url) as store, store.app_write() as connection:
            connection.execute(delete(access_grant))
            connection.execute(delete(app_user))
    return dict(zip(("sqlite", "postgres"), urls, strict=True))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def plans(request, urls, tmp_path_factory):
    """How the plans of one of the databases are read, while the app shows its store."""
    url = urls[request.param]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(locations.STORE_VARIABLE, url)
        patched.setenv(jobs.JOBS_VARIABLE, "off")
        if request.param == "sqlite":
            yield SqlitePlans(url, tmp_path_factory.mktemp("plans"))
        else:
            yield PostgresPlans(url)
        cached.opened_store(url).close()  # its connections outlive the app's cache
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize("path", links.PAGES)
def test_page_asks_little_and_reads_usage_by_customer(plans, path):
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    page.query_params["cust"] = tenant_of(1, BASE)
    page.run()
    st.cache_data.clear()
    with listening() as heard:
        page.switch_page(path).run()
        cold = list(heard)
        page.run()
    warm = heard[len(cold) :]
    assert not page.exception
    assert 0 < len(cold) <= MOST_COLD
    assert len(warm) <= MOST_WARM
    assert sum(map(plans.rows, cold)) <= MOST_ROWS
    unkeyed = {question[0]: plans.unkeyed(question) for question in heard}
    found = {statement: steps for statement, steps in unkeyed.items() if steps}
    assert len(found) <= (path in NAMED_CUSTOMERS), found


def test_a_read_of_all_usage_would_be_noticed(plans):
    marker = "?" if isinstance(plans, SqlitePlans) else "%s"
    by_month = f"SELECT sum(monthly_active_users) FROM usage WHERE month > {marker}"
    by_tenant = f"SELECT sum(monthly_active_users) FROM usage WHERE tenant_key = {marker}"
    assert plans.unkeyed((by_month, (24_000,)))
    assert plans.unkeyed(("SELECT paid_available_units FROM usage AS u", ()))
    assert plans.unkeyed((by_tenant, (1,))) == []
