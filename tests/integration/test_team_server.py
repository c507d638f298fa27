"""One PostgreSQL for a team: slow statements end, two servers import at once, pools stay small."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from data_access import pools, schema
from data_access.errors import StoreError
from data_access.store import Store
from tests.integration.mart_oracle import Oracle, stored_marts

ROOT = Path(__file__).parents[2]
REST_OF_ID = "-0000-4000-8000-000000000000"
HEADER = "CustomerTenantId,WorkloadName,MonthlyActiveUsers,PaidAvailableUnits,MpnId,Date\n"


@pytest.fixture
def team_url(new_postgres_url, empty_postgres):
    return new_postgres_url(empty_postgres)


def usage_file(path, server, tenants):
    """Write a month of its own for some tenants, and one that both servers tell alike."""
    rows = [
        f"{tenant:08x}{REST_OF_ID},Teams,{10 + server},100,1234567,2026-0{month}-01\n"
        for tenant in range(tenants)
        for month in (4, 4 + server)
    ]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return str(path)


def test_slow_statement_of_a_page_ends_and_says_so(team_url, monkeypatch):
    monkeypatch.setattr(pools, "STATEMENT_SECONDS", 1)
    with Store.open(team_url) as store:
        with pytest.raises(StoreError, match="took too long") as told, store.read() as connection:
            connection.execute(text("SELECT pg_sleep(30)"))
        assert "fewer months" in told.value.hint
        with store.read() as connection:  # the connection is not lost
            assert connection.scalar(select(func.count()).select_from(schema.usage)) == 0


def test_import_may_take_its_time(team_url, monkeypatch):
    monkeypatch.setattr(pools, "STATEMENT_SECONDS", 1)
    with Store.open(team_url) as store, store.write() as connection:
        store.backend.before_import(connection)
        connection.execute(text("SELECT pg_sleep(1.5)"))


def test_two_servers_import_at_once_as_one_after_the_other(team_url, tmp_path):
    files = [usage_file(tmp_path / f"{server}.csv", server, 200) for server in (1, 2)]
    command = [sys.executable, "-c", "from data_access.cli import main; main()", "import"]
    servers = [
        subprocess.Popen(
            [*command, file, "--store", team_url],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for file in files
    ]
    told = [server.communicate(timeout=300)[0].decode() for server in servers]
    assert [server.returncode for server in servers] == [0, 0], told
    usage, batch = schema.usage, schema.import_batch
    with Store.open(team_url) as store, store.read() as connection:
        months = select(usage.c.month, func.count()).group_by(usage.c.month)
        assert sorted(count for _, count in connection.execute(months)) == [200, 200, 200]
        last = connection.scalar(
            select(batch.c.file_name).order_by(batch.c.batch_id.desc()).limit(1)
        )
        shared = select(usage.c.monthly_active_users).where(
            usage.c.month == select(func.min(usage.c.month)).scalar_subquery()
        )
        assert set(connection.scalars(shared)) == {11 if last == "1.csv" else 12}
        assert connection.scalar(select(func.count()).select_from(schema.usage_revision)) == 200
        assert stored_marts(connection) == Oracle(connection).marts()


def test_three_servers_fit_into_the_connections_of_a_database(team_url):
    with Store.open(team_url) as store, store.read() as connection:
        allowed = int(
            connection.scalar(
                text("SELECT boot_val FROM pg_settings WHERE name = :n"), {"n": "max_connections"}
            )
        )
    of_one_server = 2 * (pools.KEPT_CONNECTIONS + pools.MORE_CONNECTIONS) + 1
    assert 3 * of_one_server <= allowed
