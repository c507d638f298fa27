"""Fixtures that every folder of tests shares: the stores to test on."""

import os
import shutil
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from hypothesis import settings

from data_access.locations import file_store_url
from data_access.store import Store
from tests import postgres

# Machines are shared, so time is no property; the nightly profile is for tests/fuzz.
settings.register_profile("normal", deadline=None)
settings.register_profile("nightly", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a throwaway PostgreSQL server; skips where PostgreSQL is not installed."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: no pg_ctl on PATH or in /usr/lib/postgresql")
    with postgres.cluster(programs) as url:
        yield url


@pytest.fixture(scope="session")
def new_postgres_url(postgres_server):
    """A function that makes an empty database, or a copy of a given one, and returns its URL."""
    numbers = count(1)

    def make(template: str = "template1") -> str:
        name = f"store_{next(numbers)}"
        with psycopg.connect(postgres_server, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return postgres_server.rpartition("/")[0] + "/" + name

    return make


@pytest.fixture(scope="session")
def empty_postgres(new_postgres_url):
    """The name of a database with the store's tables and no rows, to copy."""
    url = new_postgres_url()
    Store.open(url).close()
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory):
    """The folder of a file store with the tables and no rows, to copy."""
    folder = tmp_path_factory.mktemp("empty")
    Store.open(file_store_url(folder / "store.db")).close()
    return folder


@pytest.fixture
def sqlite_url(empty_sqlite, tmp_path):
    """The URL of an empty file store of its own."""
    folder = shutil.copytree(empty_sqlite, tmp_path / "store")
    return file_store_url(folder / "store.db")


@pytest.fixture
def sqlite_store(sqlite_url):
    """An empty file store."""
    with Store.open(sqlite_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request):
    """The URL of an empty store of its own, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    template = request.getfixturevalue("empty_postgres")
    return request.getfixturevalue("new_postgres_url")(template)


@pytest.fixture
def store(store_url):
    """An empty store, once on SQLite and once on PostgreSQL."""
    with Store.open(store_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def prime_urls(tmp_path_factory):
    """URLs of the stores of tests/prime_store.py by the name of their variant; nobody writes."""
    from tests.prime_store import prime_stores
    from tests.prime_world import BASE, OTHER_CUSTOMERS, OTHER_PARTNERS

    return prime_stores(tmp_path_factory.mktemp("primes"), BASE, OTHER_PARTNERS, OTHER_CUSTOMERS)
