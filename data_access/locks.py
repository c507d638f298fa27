"""One import and one ranking at a time per store; a second one knows for whom it waits.

A lock is our own and not the database's: an import may hold it for minutes, far longer than
SQLite's busy timeout, and a waiting one should be able to say whom it waits for. The system (or
the database server) releases it when the process dies, however it dies.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from data_access.backends import Backend, SqliteBackend
from data_access.errors import StoreBusyError, StoreError

POLL_SECONDS = 0.2
IMPORT_LOCK = 4_206_002
RANKING_LOCK = 4_206_003
"""Numbers of the advisory locks on PostgreSQL."""

NAME_LIMIT = 63
"""Bytes that PostgreSQL keeps of a connection's application name."""

OnWait = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who imports what since when, on which machine."""

    who: str
    host: str
    pid: int
    since: str
    files: tuple[str, ...]
    work: str = "importing"

    @classmethod
    def here(
        cls, who: str, files: Sequence[str], now: datetime, *, work: str = "importing"
    ) -> Holder:
        """Return the holder that this process would be."""
        since = f"{now.astimezone():%H:%M}"
        return cls(who, socket.gethostname(), os.getpid(), since, tuple(files), work)

    def __str__(self) -> str:
        named = ", ".join(self.files[:3]) + (" and more" if len(self.files) > 3 else "")
        return (
            f"{self.who} on {self.host} (process {self.pid}), "
            f"{self.work} {named} since {self.since}"
        )


SOMEBODY = "somebody else's work, which has just begun"


@contextmanager
def import_lock(
    backend: Backend,
    holder: Holder,
    *,
    on_wait: OnWait | None = None,
    timeout: float | None = None,
) -> Iterator[None]:
    """Hold the store's import lock; while another import has it, wait and tell for whom.

    `on_wait` is called once for each holder waited for. Raises StoreBusyError after `timeout`
    seconds (None: never).
    """
    with _lock(backend, holder, _Waiting("import", on_wait, timeout)):
        yield


@contextmanager
def ranking_lock(
    backend: Backend,
    holder: Holder,
    *,
    on_wait: OnWait | None = None,
    timeout: float | None = None,
) -> Iterator[None]:
    """Hold the store's lock of training and scoring, as `import_lock` does for imports.

    Imports go on meanwhile. Raises StoreBusyError after `timeout` seconds (None: never).
    """
    with _lock(backend, holder, _Waiting("ranking", on_wait, timeout)):
        yield


def _lock(backend: Backend, holder: Holder, waiting: _Waiting) -> AbstractContextManager[None]:
    """Return the lock of one kind of work on a store."""
    if isinstance(backend, SqliteBackend):
        place = backend.path("warehouse")
        if waiting.work != "import":
            place = place.with_name(f"{place.stem}.{waiting.work}.db")
        return _file_lock(place, holder, waiting)
    return _advisory_lock(backend, holder, waiting)


class _Waiting:
    """Waits a moment at a time, tells new holders, and gives up after the timeout."""

    def __init__(self, work: str, on_wait: OnWait | None, timeout: float | None) -> None:
        self.work = work
        self._on_wait = on_wait
        self._end = None if timeout is None else time.monotonic() + timeout
        self._told: str | None = None

    def moment(self, holder: str) -> None:
        """Wait a moment for a holder to finish."""
        if self._on_wait is not None and holder != self._told:
            self._on_wait(holder)
            self._told = holder
        if self._end is not None and time.monotonic() >= self._end:
            raise StoreBusyError(
                f"Another {self.work} is under way: {holder}.",
                "Try again when it has finished; nothing was changed.",
            )
        time.sleep(POLL_SECONDS)


@contextmanager
def _file_lock(warehouse: Path, holder: Holder, waiting: _Waiting) -> Iterator[None]:
    """Hold a lock file beside the warehouse, with a note of the holder beside it."""
    lock = FileLock(warehouse.with_suffix(".lock"))
    note = warehouse.with_suffix(".holder.lock")
    while not _taken(lock):
        waiting.moment(_noted(note))
    try:
        _write_note(note, holder)
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _write_note(note: Path, holder: Holder) -> None:
    try:
        note.write_text(json.dumps(asdict(holder)), encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"{note} cannot be written: {error.strerror}.",
            "Make room or allow writing to the store's folder; nothing was changed.",
        ) from error


def _taken(lock: FileLock) -> bool:
    """Return whether the lock file could be locked."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as error:
        raise StoreError(
            f"The lock {lock.lock_file} cannot be made: {error.strerror}.",
            "Allow writing to the store's folder, or choose another place with --store.",
        ) from error
    return True


def _noted(note: Path) -> str:
    """Return who holds the lock by the note, which may not be written yet."""
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return SOMEBODY
    return str(Holder(**{**told, "files": tuple(told["files"])}))


@contextmanager
def _advisory_lock(backend: Backend, holder: Holder, waiting: _Waiting) -> Iterator[None]:
    """Hold an advisory lock on a connection of its own, named after the holder."""
    engine = backend.engine("warehouse")
    with ExitStack() as held:
        held.callback(engine.dispose)
        try:
            connection = held.enter_context(engine.connect())
            _take(connection, holder, waiting)
        except DBAPIError as error:
            explained = backend.explain(error)
            if explained is None:
                raise
            raise explained from error
        yield


def _take(connection: Connection, holder: Holder, waiting: _Waiting) -> None:
    """Take the lock, which the connection holds until it is closed."""
    key = IMPORT_LOCK if waiting.work == "import" else RANKING_LOCK
    connection.execution_options(isolation_level="AUTOCOMMIT")
    while not _try_lock(connection, key):
        waiting.moment(_lock_owner(connection, key))
    named = text("SELECT set_config('application_name', :name, FALSE)")
    connection.execute(named, {"name": _short(str(holder))})


def _try_lock(connection: Connection, key: int) -> bool:
    """Return whether the advisory lock could be taken."""
    taken = text("SELECT pg_try_advisory_lock(:key)")
    return bool(connection.scalar(taken, {"key": key}))


def _lock_owner(connection: Connection, key: int) -> str:
    """Return the name of the connection that holds the lock."""
    owner = text(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.objid = :key AND l.granted"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return connection.scalar(owner, {"key": key}) or SOMEBODY


def _short(name: str) -> str:
    """Return as much of a name as PostgreSQL keeps, in whole characters."""
    return name.encode()[:NAME_LIMIT].decode(errors="ignore")
