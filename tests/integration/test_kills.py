"""Killed at random moments while importing and editing, the store is whole every time.

KILL_ROUNDS sets how many kills there are on each database (10; 200 before a release), KILL_SEED
repeats the moments of a run, as far as the machine lets it.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from data_access import schema
from data_access.backends import GROUPS, SqliteBackend
from data_access.backup import METADATA
from data_access.locks import Holder, import_lock
from data_access.store import Store
from tests.action_builders import action_row, add_actions
from tests.builders import bring_in
from tests.integration import milestone_oracle
from tests.integration.mart_oracle import Oracle, stored_marts
from tests.integration.working_process import MONTHS, NOW, TENANTS, WORKLOADS, file_with

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 needs POSIX signals")

ROUNDS = int(os.environ.get("KILL_ROUNDS", "10"))
SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**9))
SPREAD = 1.5
"""A kill comes within this many times the time that an import takes."""

ROOT = Path(__file__).parents[2]
CELLS = TENANTS * len(WORKLOADS) * MONTHS


@pytest.fixture(scope="module")
def workers():
    """The process that forks workers."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.integration.working_process"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def kill_one(workers, url, seed, seconds):
    """Let a worker work for some seconds and kill it."""
    workers.stdin.write(f"{url} {seed}\n")
    workers.stdin.flush()
    # The worker may be ready before it is told which process it is.
    said = dict(workers.stdout.readline().rstrip("\n").split(" ") for _ in ("pid", "ready"))
    pid = int(said["pid"])
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    assert workers.stdout.readline() == "ended\n"


def check_whole(url):
    """Check everything that a half-done piece of work would break; return how much was done."""
    with Store.open(url, create=False) as store:
        check_references(store)
        with import_lock(store.backend, Holder.here("ada", ["x"], NOW), timeout=5):
            pass
        with store.app_write() as app, store.write():
            app.execute(text("UPDATE action SET owner = owner"))
        with store.read() as connection:
            assert stored_marts(connection) == Oracle(connection).marts()
            milestone_oracle.assert_marts_are_whole(connection)
            batches = check_batches(connection)
        milestone_oracle.assert_parts_are_whole(store)
        return batches, check_action(store)


def check_references(store):
    """Check that every row which another one refers to is there, and the files themselves."""
    for group in GROUPS:
        with store._reading(group) as connection:
            if isinstance(store.backend, SqliteBackend):
                assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            for table in METADATA[group].sorted_tables:
                for key in table.foreign_keys:
                    there = select(1).where(key.column == key.parent).correlate(table).exists()
                    lost = select(func.count()).where(key.parent.is_not(None), ~there)
                    assert connection.scalar(lost.select_from(table)) == 0, key


def check_batches(connection):
    """Check that the newest batch wrote all cells and that each batch says so."""
    usage, batch = schema.usage, schema.import_batch
    cells = connection.execute(
        select(usage.c.monthly_active_users, usage.c.batch_id, func.count()).group_by(
            usage.c.monthly_active_users, usage.c.batch_id
        )
    ).all()
    batches = connection.execute(select(batch).order_by(batch.c.batch_id)).all()
    assert [(each[1], each[2]) for each in cells] == [(batches[-1].batch_id, CELLS)]
    kept = connection.scalar(select(func.count()).select_from(schema.usage_revision))
    assert kept == CELLS * (len(batches) - 1)
    return len(batches)


def check_action(store):
    """Check that the action is what its history says, change by change."""
    action, event = schema.action, schema.action_event
    with store.app_read() as connection:
        row = connection.execute(select(action)).mappings().one()
        edits = select(event).where(event.c.event != "created").order_by(event.c.event_id)
        events = connection.execute(edits).all()
    told = {"owner": "", "status": "open"}
    for number, each in enumerate(events, start=2):
        changes = json.loads(each.changes)
        assert {name: changes[name][0] for name in told if name in changes}.items() <= told.items()
        told |= {name: changes[name][1] for name in told if name in changes}
        assert each.version == number
        assert each.note.startswith("note ")
    assert {name: row[name] for name in told} == told
    assert row["version"] == len(events) + 1
    return len(events)


def test_store_is_whole_after_kills_at_random_moments(store_url, workers):
    dice = random.Random(SEED)
    with Store.open(store_url) as store:
        bring_in(store, file_with(5))
        began = time.monotonic()
        bring_in(store, file_with(6))
        longest = SPREAD * (time.monotonic() - began)
        add_actions(store, action_row("a1", tenant_id="t1", workload="TEAMS", partner_id=""))
    began, changed, done = time.monotonic(), 0, check_whole(store_url)
    for number in range(ROUNDS):
        seed, seconds = dice.randrange(10**9), dice.uniform(0, longest)
        told = f"kill {number} of KILL_SEED={SEED} after {seconds:.3f} s"
        kill_one(workers, store_url, seed, seconds)
        try:
            now = check_whole(store_url)
        except AssertionError as error:
            raise AssertionError(told) from error
        changed, done = changed + (now != done), now
    took = time.monotonic() - began
    print(  # noqa: T201 - shown with pytest -s
        f"\n{store_url.partition(':')[0]}: {ROUNDS} kills, KILL_SEED={SEED}, {changed} with work "
        f"kept, {done[0] - 2} imports and {done[1]} edits in all, {took:.0f} s"
    )
    with Store.open(store_url) as store:  # and work goes on
        (report,) = bring_in(store, file_with(7))
        assert report.restated == CELLS
    assert check_whole(store_url)[0] == done[0] + 1
