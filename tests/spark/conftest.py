"""One cluster for all tests of the batch, and one estate that it judged and scored."""

from collections.abc import Iterator

import pytest

from data_access.store import Store
from tests.spark import cluster as spark_cluster

PANDAS = "ignore:PySpark does not yet fully support pandas:FutureWarning"
OPEN_FILES = "ignore::ResourceWarning"  # of py4j, which leaves its sockets to the collector


def pytest_collection_modifyitems(items):
    reason = spark_cluster.missing()
    for item in items:
        if "tests/spark/" in item.nodeid:
            item.add_marker(pytest.mark.filterwarnings(PANDAS))
            item.add_marker(pytest.mark.filterwarnings(OPEN_FILES))
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory) -> Iterator[spark_cluster.Cluster]:
    """A master with two workers."""
    if reason := spark_cluster.missing():
        pytest.skip(reason)
    started = spark_cluster.Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        started.start(2)
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def spark(cluster):
    """A session on the cluster."""
    from data_access.estate.session import spark_session

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(spark_cluster.write_settings(cluster.folder)))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = spark_session(cluster.url)
        yield session
        session.stop()


@pytest.fixture(scope="session")
def make_estate(spark, tmp_path_factory, new_postgres_url, empty_postgres):
    """A function that brings files into stores on SQLite and PostgreSQL, and runs the batch."""
    from data_access.estate.lake import Lake
    from tests.spark.estates import Estate, batch, fill

    opened = []

    def make(name, files):
        folder = tmp_path_factory.mktemp(name)
        on_postgres = (new_postgres_url(empty_postgres) for _ in range(2))
        stores = [Store.open(url) for url in (f"sqlite:///{folder / 'store.db'}", *on_postgres)]
        opened.extend(stores)
        sqlite, postgres, served = stores
        fill(sqlite, files)
        fill(postgres, files)
        lake = Lake(spark, f"file://{folder / 'lake'}")
        batch(lake, sqlite, served)
        return Estate(sqlite, postgres, lake, served)

    yield make
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def random_estate(make_estate):
    """An estate of random files, on all engines."""
    from tests.spark.estates import random_files

    return make_estate("random", random_files(1))


@pytest.fixture(scope="session")
def demo_estate(make_estate, tmp_path_factory):
    """A small demo, on all engines."""
    from tests.spark.estates import demo_files

    return make_estate("demo", demo_files(tmp_path_factory.mktemp("files")))
