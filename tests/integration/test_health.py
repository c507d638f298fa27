"""How an installation is told to be: the command, and what a load balancer goes by."""

import json
import shutil
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, text

from data_access import health, schema
from data_access.cli import main
from data_access.errors import StoreError
from data_access.health import Check, can_serve, is_healthy
from data_access.store import Store
from tests import postgres
from tests.builders import NOW, bring_in
from tests.integration.working_process import file_with


def looked_at(url, now=NOW):
    """Return the state of each thing looked at by its name, and what was told."""
    checks = health.health(url, now=now)
    return {check.name: check.state for check in checks}, {c.name: c.told for c in checks}


def set_version(store, version):
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def test_filled_store_is_well_and_tells_what_is_due(store):
    bring_in(store, file_with(5))
    states, told = looked_at(store.url)
    assert {name: states[name] for name in ("store", "schema", "last import", "jobs")} == {
        "store": "ok",
        "schema": "ok",
        "last import": "ok",
        "jobs": "ok",
    }
    assert told["last import"] == "2026-11-22 12:00 UTC, 0 days ago"
    assert states["ranking"] == "warning"
    assert "partner-insights score" in told["ranking"]
    assert is_healthy(health.health(store.url, now=NOW))
    assert can_serve(store.url)


def test_store_without_imports_is_a_warning(store):
    states, _ = looked_at(store.url)
    assert (states["last import"], states["ranking"]) == ("warning", "ok")


def test_dead_job_is_a_warning(store):
    with store.app_write() as connection:
        job = {"kind": "score", "status": "running", "asked_at": NOW, "asked_by": "a"}
        job |= {"heard_at": NOW.replace(hour=10), "step": "", "share": 0.5, "failure": ""}
        connection.execute(insert(schema.job).values(job))
    states, told = looked_at(store.url)
    assert states["jobs"] == "warning"
    assert "process ended" in told["jobs"]


def test_newer_store_serves_nobody_and_older_one_can_be_upgraded(store):
    set_version(store, "w9999")
    states, told = looked_at(store.url)
    assert states["store"] == "failed"
    assert "newer version" in told["store"]
    assert not can_serve(store.url)
    set_version(store, "w0009")
    states, _ = looked_at(store.url)
    assert (states["store"], states["schema"]) == ("ok", "warning")
    assert can_serve(store.url)
    with store.read() as connection:  # looking changed nothing
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "w0009"


def test_missing_store_is_not_made_by_looking(tmp_path):
    url = f"sqlite:///{tmp_path / 'none.db'}"
    assert looked_at(url)[0]["store"] == "failed"
    assert not can_serve(url)
    assert list(tmp_path.iterdir()) == []


def test_demo_that_is_not_built_yet_can_be_shown(tmp_path):
    assert can_serve(f"sqlite:///{tmp_path / 'demo.db'}")


@pytest.mark.parametrize(("free", "state"), [(2**27, "failed"), (2**30, "warning"), (2**40, "ok")])
def test_disk_that_fills_is_told(free, state, sqlite_store, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert looked_at(sqlite_store.url)[0]["disk"] == state


def test_address_of_no_store_is_refused():
    with pytest.raises(StoreError, match="not a database URL"):
        health.health("nothing", now=NOW)


def test_database_that_is_gone_is_told_and_found_again():
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: no pg_ctl on PATH or in /usr/lib/postgresql")
    with postgres.running_server(programs) as server:
        Store.open(server.url).close()
        assert can_serve(server.url)
        server.stop()
        states, told = looked_at(server.url)
        assert states["store"] == "failed"
        assert "does not answer" in told["store"]
        assert not can_serve(server.url)
        server.start()
        assert can_serve(server.url)


def test_command_ends_with_the_state(sqlite_store):
    good = CliRunner().invoke(main, ["health", "--json", "--store", sqlite_store.url])
    told = json.loads(good.stdout)
    assert (good.exit_code, told["healthy"], told["store"]) == (0, True, sqlite_store.url)
    assert {"name": "store", "state": "ok", "told": "It answers."} in told["checks"]
    set_version(sqlite_store, "w9999")
    bad = CliRunner().invoke(main, ["health", "--store", sqlite_store.url])
    assert bad.exit_code == 1
    assert bad.stdout.startswith("failed   store ")


def test_command_shows_no_password():
    url = "postgresql://somebody:secret@127.0.0.1:1/insights"
    result = CliRunner().invoke(main, ["health", "--json", "--store", url])
    assert result.exit_code == 1
    assert "secret" not in result.output


def test_warnings_leave_people_working():
    assert is_healthy([Check("disk", "warning", "")])
    assert not is_healthy([Check("disk", "warning", ""), Check("store", "failed", "")])
