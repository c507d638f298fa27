"""Databases that go away, disks that fill, files that break: told in words, nothing half-written.

What is stopped and filled is real: a PostgreSQL server of its own, and SQLite's own page limit.
"""

import os
import resource
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event, select, text, update

from data_access import schema
from data_access.actions_store import action_of, add_note, change_action, history
from data_access.errors import ChangedMeanwhileError, StoreError, UnknownOutcomeError
from data_access.own_actions import OwnTask, add_own_action
from data_access.store import Store
from data_access.types import LOCAL_USER
from tests import postgres
from tests.action_builders import action_row, add_actions
from tests.builders import NOW, bring_in
from tests.integration.mart_oracle import Oracle, stored_marts
from tests.integration.working_process import file_with

GONE = r"does not answer|was stopped"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def filled_server():
    """A PostgreSQL server of this module with a filled store."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: no pg_ctl on PATH or in /usr/lib/postgresql")
    with postgres.running_server(programs) as server:
        url = server.url
        with Store.open(url) as store:
            fill(store)
        yield server


@pytest.fixture
def own_server(filled_server):
    """A PostgreSQL server that tests may stop; it is started again for the next one."""
    yield filled_server
    if not filled_server.is_running():
        filled_server.start()


def fill(store):
    """Bring 24 cells in with 5 users each, and an action of one of the customers."""
    bring_in(store, file_with(5))
    add_actions(store, action_row("a1", tenant_id="t1", workload="TEAMS", partner_id=""))


@pytest.fixture
def filled(sqlite_store):
    fill(sqlite_store)
    return sqlite_store


def users(store):
    """Return the users of all cells and check that the sums fit them."""
    with store.read() as connection:
        assert stored_marts(connection) == Oracle(connection).marts()
        return connection.scalars(select(schema.usage.c.monthly_active_users).distinct()).all()


def owner(store):
    return action_of(store, LOCAL_USER, "a1", now=NOW)["owner"]


def take(store, who, version=None):
    row = action_of(store, LOCAL_USER, "a1", now=NOW)
    seen = int(row["version"]) if version is None else version
    return change_action(
        store, LOCAL_USER, "a1", version=seen, changes={"owner": who}, now=NOW, note="mine"
    )


# --- the database goes away and comes back --------------------------------------------------------


def test_reading_writing_and_importing_go_on_when_the_database_is_back(own_server):
    with Store.open(own_server.url) as store:
        before, had = users(store), owner(store)
        own_server.stop()
        for attempt in (
            lambda: users(store),
            lambda: take(store, "gone@partner.com"),
            lambda: bring_in(store, file_with(50)),
            lambda: Store.open(own_server.url),
        ):
            with pytest.raises(StoreError, match=GONE):
                attempt()
        own_server.start()
        assert (users(store), owner(store)) == (before, had)
        take(store, "back@partner.com")
        bring_in(store, file_with(6))
        assert (users(store), owner(store)) == ([6], "back@partner.com")


def test_write_is_undone_when_the_database_goes_in_the_middle(own_server):
    with Store.open(own_server.url) as store:
        had = owner(store)

        def write_half():
            with store.app_write() as connection:
                connection.execute(update(schema.action).values(owner="half@partner.com"))
                own_server.stop()
                connection.execute(update(schema.action).values(version=99))

        with pytest.raises(StoreError, match=GONE):
            write_half()
        own_server.start()
        assert owner(store) == had


@pytest.mark.parametrize("step", ["Writing", "Summing up", "Done"])
def test_import_is_undone_when_the_database_goes_in_the_middle(own_server, step):
    def stopping(said, _share):
        if said.startswith(step) and not stopped:
            stopped.append(said)
            own_server.stop()

    stopped = []
    with Store.open(own_server.url) as store:
        before = users(store)
        with pytest.raises(StoreError):
            bring_in(store, file_with(77), progress=stopping)
        own_server.start()
        assert users(store) == before
        (report,) = bring_in(store, file_with(78), timeout=10)
        assert report.restated == 24
        bring_in(store, file_with(before[0]))


class LostAnswer:
    """Between the store and its server; on demand it hands a COMMIT on and hangs up."""

    def __init__(self, server):
        self._target = ("127.0.0.1", server.port)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.is_armed = False
        self._open = [self._socket]
        self._threads = []
        self._run(self._serve)

    def _run(self, work, *arguments):
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _serve(self):
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            self._open += [client, server]
            for way in ((client, server), (server, client)):
                self._run(self._pass_on, *way)

    def _pass_on(self, source, target):
        is_writing = False  # the driver also commits when it looks around first
        with suppress(OSError):
            while piece := source.recv(65536):
                is_writing |= b"INSERT INTO" in piece
                if self.is_armed and is_writing and b"COMMIT" in piece:
                    self.is_armed = False
                    source.shutdown(socket.SHUT_RDWR)
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_WR)

    def close(self):
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(5)


@pytest.fixture
def lost_answer(own_server):
    """A way to the server that loses the answer to a commit when armed."""
    way = LostAnswer(own_server)
    yield way
    way.close()


def test_what_was_saved_when_the_answer_was_lost_is_not_saved_twice(own_server, lost_answer):
    url = own_server.url.replace(f":{own_server.port}/", f":{lost_answer.port}/")
    with Store.open(url) as store, Store.open(own_server.url) as direct:
        seen = int(action_of(direct, LOCAL_USER, "a1", now=NOW)["version"])

        def lose(work):
            """Do something whose commit is done and whose answer is lost."""
            lost_answer.is_armed = True
            with pytest.raises(UnknownOutcomeError, match="not known"):
                work()

        lose(lambda: take(store, "once@partner.com", seen))
        assert owner(direct) == "once@partner.com"
        with pytest.raises(ChangedMeanwhileError):
            take(store, "once@partner.com", seen)

        lose(lambda: add_note(store, LOCAL_USER, "a1", "Called them", now=NOW))
        add_note(store, LOCAL_USER, "a1", "Called them", now=NOW)
        assert history(direct, LOCAL_USER, "a1")["note"].tolist().count("Called them") == 1

        task = OwnTask("t1", "", "Ring the customer")
        lose(lambda: add_own_action(store, LOCAL_USER, task, now=NOW))
        add_own_action(store, LOCAL_USER, task, now=NOW)
        with direct.app_read() as connection:
            own = connection.scalars(
                select(schema.action.c.action_id).where(schema.action.c.kind == "own")
            ).all()
        assert len(own) == 1


def test_two_servers_on_one_database_see_each_other(store_url):
    with Store.open(store_url) as one, Store.open(store_url) as other:
        fill(one)
        before, seen = other.data_version(), 1
        bring_in(one, file_with(9))
        assert other.data_version() > before
        assert users(other) == [9]
        take(one, "one@partner.com", seen)
        assert owner(other) == "one@partner.com"
        with pytest.raises(ChangedMeanwhileError, match="changed owner"):
            take(other, "other@partner.com", seen)
        assert owner(one) == "one@partner.com"


# --- the disk is full -----------------------------------------------------------------------------


@pytest.fixture
def no_room(filled):
    """Let a store's files grow no more, as on a full disk; gives a function that makes room."""
    listeners = []

    def limit(group, spare):
        def set_limit(connection, _record):
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + spare}")

        engine = filled._engines[group]
        engine.dispose()
        event.listen(engine, "connect", set_limit)
        listeners.append((engine, set_limit))

    def make_room():
        for engine, listener in listeners:
            event.remove(engine, "connect", listener)
            engine.dispose()

    limit("warehouse", 1)
    limit("app", 0)
    return make_room


def test_full_disk_is_told_and_nothing_is_half_written(filled, no_room):
    before, had = users(filled), owner(filled)
    many = "\n".join([file_with(8), *(f"x{n},EXO,2026-01,200,8,p" for n in range(3_000))])
    with pytest.raises(StoreError, match="disk is full"):
        bring_in(filled, many)

    def write_until_full():
        for number in range(200):
            add_note(filled, LOCAL_USER, "a1", f"{number} {'n' * 1_900}", now=NOW)

    with pytest.raises(StoreError, match="disk is full"):
        write_until_full()
    assert (users(filled), owner(filled)) == (before, had)
    no_room()
    (report,) = bring_in(filled, many)
    assert report.new == 3_000
    take(filled, "room@partner.com")
    assert owner(filled) == "room@partner.com"


LIMITED = """
import resource, sys
from data_access.errors import StoreError
from data_access.store import Store
from tests.builders import bring_in
from tests.integration.working_process import file_with
with Store.open(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
    try:
        bring_in(store, file_with(8))
    except StoreError as error:
        sys.stdout.write(str(error))
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of file sizes are of POSIX")
def test_import_that_may_not_write_any_more_is_told_and_undone(filled):
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    before = users(filled)
    filled.close()
    said = subprocess.run(
        [sys.executable, "-c", LIMITED, filled.url, "20000"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "cannot" in said.stdout
    assert users(filled) == before
    (report,) = bring_in(filled, file_with(8))
    assert report.restated == 24


# --- the file is not what it was ------------------------------------------------------------------


def file_of(store):
    return Path(store.url.removeprefix("sqlite:///"))


def test_damaged_page_in_the_middle_is_told(filled):
    with filled.write() as connection:
        root = connection.scalar(
            text("SELECT rootpage FROM sqlite_master WHERE name = 'usage' AND type = 'table'")
        )
        size = connection.scalar(text("PRAGMA page_size"))
    filled.close()
    path = file_of(filled)
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = b"\xa5" * size
    path.write_bytes(content)
    with Store.open(filled.url) as store, pytest.raises(StoreError, match="is damaged"):
        users(store)


def test_file_of_another_program_is_refused_and_left_alone(filled):
    filled.close()
    path = file_of(filled)
    path.unlink()
    subprocess.run(
        [sys.executable, "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
         "c.execute('CREATE TABLE recipes (name)'); c.commit()", str(path)],
        check=True,
    )  # fmt: skip
    content = path.read_bytes()
    with pytest.raises(StoreError, match="tables of another program"):
        Store.open(filled.url)
    assert path.read_bytes()[:16] == content[:16]


def test_missing_app_file_is_told_until_it_is_back_or_begun_anew(filled, tmp_path):
    filled.close()
    app = file_of(filled).with_suffix(".app.db")
    shutil.move(app, tmp_path / "kept.db")
    with pytest.raises(StoreError, match=r"app\.db is missing"):
        Store.open(filled.url)
    assert not app.exists()
    shutil.copy(tmp_path / "kept.db", app)
    with Store.open(filled.url) as store:
        assert owner(store) == ""
    app.unlink()
    app.touch()
    with Store.open(filled.url) as store, store.app_read() as connection:
        assert connection.execute(select(schema.action)).all() == []
