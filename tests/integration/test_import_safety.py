"""An import that dies leaves the store as before or as after; two imports wait for each other."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from data_access.errors import StoreBusyError
from data_access.store import Store
from tests.builders import bring_in
from tests.integration.mart_oracle import Oracle, stored_marts

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 needs POSIX signals")

PROCESS = Path(__file__).with_name("importing_process.py")
ROOT = Path(__file__).parents[2]
HEADER = "tenant_id,workload,month,paid_available_units,monthly_active_users,partner_id"
BEFORE = f"{HEADER}\nt0,EXO,2026-01,100,10,north\n"
TENANTS, MONTHS = 40, 4
PROGRESS_CALLS = 3 + MONTHS + 1 + 1
"""Reading, checking, writing, each month summed up, milestones judged, done: the last comes before
the commit."""


@pytest.fixture
def big_file(tmp_path):
    """A file that changes the row of BEFORE and adds 159 more."""
    lines = [
        f"t{tenant},EXO,2026-{month:02},200,{tenant},north"
        for tenant in range(TENANTS)
        for month in range(1, MONTHS + 1)
    ]
    path = tmp_path / "big.csv"
    path.write_text("\n".join([HEADER, *lines]))
    return path


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, str(PROCESS), *map(str, arguments)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )


def facts(store):
    with store.read() as connection:
        rows = connection.execute(text("SELECT count(*), max(batch_id) FROM usage")).one()
        assert stored_marts(connection) == Oracle(connection).marts()
    return tuple(rows)


@pytest.mark.parametrize("call", [1, 3, 4, 6, PROGRESS_CALLS])
def test_killed_import_leaves_the_store_as_before(store_url, big_file, call):
    with Store.open(store_url) as store:
        bring_in(store, BEFORE)
        before = facts(store)
        died = start(store_url, big_file, "die", call)
        assert died.wait(timeout=60) == -signal.SIGKILL
        assert facts(store) == before
        (report,) = bring_in(store, big_file.read_text(), timeout=20)
        assert (report.new, report.restated) == (TENANTS * MONTHS - 1, 1)


def test_import_that_is_not_killed_finishes(store_url, big_file):
    with Store.open(store_url) as store:
        bring_in(store, BEFORE)
        done = start(store_url, big_file, "die", PROGRESS_CALLS + 1)
        assert done.wait(timeout=60) == 0
        assert facts(store)[0] == TENANTS * MONTHS


@pytest.fixture
def held_import(store_url, big_file, tmp_path):
    """A process in the middle of an import, and the flag file that lets it finish."""
    process = start(store_url, big_file, "hold", tmp_path / "flag")
    end = time.monotonic() + 60
    while not (tmp_path / "flag.held").exists():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)
    yield process, tmp_path / "flag.go"
    process.kill()
    process.wait()


def test_second_import_waits_and_names_the_first(store_url, held_import):
    process, go = held_import
    waited = []

    def on_wait(holder):
        waited.append(holder)
        go.touch()

    with Store.open(store_url) as store:
        (report,) = bring_in(store, BEFORE, on_wait=on_wait)
        assert process.wait(timeout=60) == 0
        assert report.restated == 1
        assert facts(store)[0] == TENANTS * MONTHS
    assert "ada" in waited[0]
    assert "big.csv" in waited[0]


def test_second_import_gives_up_when_told_to(store_url, held_import):
    process, go = held_import
    with Store.open(store_url) as store:
        with pytest.raises(StoreBusyError, match="ada"):
            bring_in(store, BEFORE, timeout=0.3)
        go.touch()
        assert process.wait(timeout=60) == 0


def test_reading_goes_on_while_an_import_writes(store_url, held_import):
    _process, _go = held_import
    with Store.open(store_url, create=False) as store:
        assert facts(store) == (0, None)
