"""The tables that migrations make are those of schema.py, and an upgrade keeps the data."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from data_access.backends import GROUPS, SqliteBackend, backend_for
from data_access.locations import file_store_url
from data_access.migrations.run import METADATA, configuration, upgrade
from data_access.store import REVISIONS, Store


@pytest.fixture(params=["sqlite", "postgres"])
def blank_url(request, tmp_path):
    """The URL of a place with nothing in it."""
    if request.param == "sqlite":
        return file_store_url(tmp_path / "blank.db")
    return request.getfixturevalue("new_postgres_url")()


@pytest.mark.parametrize("group", GROUPS)
def test_listed_revisions_are_those_of_the_scripts(group):
    script = ScriptDirectory.from_config(configuration(group))
    walked = [step.revision for step in script.walk_revisions()]
    assert tuple(reversed(walked)) == REVISIONS[group]


@pytest.mark.parametrize("group", GROUPS)
def test_migrated_tables_equal_the_declared_ones(store, group):
    with store._reading(group) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA[group]) == []


def test_each_group_lives_apart(store):
    with store.read() as warehouse, store.app_read() as app:
        assert "usage" in inspect(warehouse).get_table_names()
        assert set(inspect(app).get_table_names()) == {"alembic_version", *METADATA["app"].tables}


@pytest.mark.parametrize("first", REVISIONS["warehouse"][:-1])
def test_upgrade_from_an_older_store_keeps_its_rows(blank_url, first):
    backend = backend_for(blank_url)
    engine = backend.engine("warehouse")
    with engine.begin() as connection:
        backend.before_upgrade(connection, "warehouse")
        upgrade(connection, "warehouse", first)
        connection.execute(
            text(
                "INSERT INTO tenant (tenant_id, imported_id, is_name_masked, batch_id)"
                " VALUES ('t1', 'T1', FALSE, 1)"
            )
        )
        if first != "w0001":
            connection.execute(text("INSERT INTO usage VALUES (1, 1, 24310, 200, 31, 1)"))
    engine.dispose()
    if isinstance(backend, SqliteBackend):
        backend.path("app").touch()
    with Store.open(blank_url) as store, store.read() as connection:
        version = connection.scalar(text("SELECT version_num FROM alembic_version"))
        assert version == REVISIONS["warehouse"][-1]
        assert connection.scalar(text("SELECT tenant_id FROM tenant")) == "t1"
        seats = connection.scalar(text("SELECT paid_available_units FROM usage"))
        assert seats == (None if first == "w0001" else 200)
