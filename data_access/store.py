"""The store: opened once per process, upgraded on the way, read and written in transactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pandas.errors import DatabaseError as FrameError
from sqlalchemy import (
    Connection,
    Engine,
    ScalarSelect,
    Transaction,
    func,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from data_access import locations, schema
from data_access.backends import (
    GROUP_OPTION,
    GROUPS,
    WRITING_OPTION,
    Backend,
    Group,
    SqliteBackend,
    backend_for,
)
from data_access.errors import StoreError
from data_access.hiding import blind, heed
from data_access.types import Scope

REVISIONS: dict[Group, tuple[str, ...]] = {
    "warehouse": tuple(f"w{number:04}" for number in range(1, 11)),
    "app": tuple(f"a{number:04}" for number in range(1, 6)),
}
"""Every revision of each group, oldest first; opening a current store reads only this."""

RESTORE_STEP = 1_000_000_000
"""What the data version grows by for each second between two restores; above all other growth."""

OVERTAKEN = 200
"""Changes of people's work that may be told while an older one is not yet."""


SQLITE_HEADER = b"SQLite format 3\0"


class Store:
    """A warehouse and an app database, opened together; safe to share between threads."""

    def __init__(self, url: str, backend: Backend) -> None:
        self.url = url
        self.backend = backend
        self._engines: dict[Group, Engine] = {group: backend.engine(group) for group in GROUPS}
        for engine in self._engines.values():
            heed(engine)
        self._failures: tuple[type[Exception], ...] = (
            DBAPIError,
            FrameError,
            *backend.driver_errors,
        )

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Return the store at a database URL, with its tables as this version expects them.

        Raises StoreError where it is missing (and `create` is False), damaged, not writable or
        made by a newer version.
        """
        backend = backend_for(url)
        _check_place(backend, create=create)
        store = cls(url, backend)
        try:
            # The app's tables first: a warehouse without them is one whose app file was lost.
            for group in reversed(GROUPS):
                store._bring_up_to_date(group)
        except StoreError:
            store.close()
            raise
        return store

    @classmethod
    def unopened(cls, url: str) -> Self:
        """Return the store at a URL as it is: looked for, and neither made nor upgraded.

        Raises StoreError where nothing is there.
        """
        backend = backend_for(url)
        _check_place(backend, create=False)
        return cls(url, backend)

    def needs_upgrade(self) -> bool:
        """Return whether opening the store would change its tables, or make them.

        Raises StoreError where it does not answer, is damaged, or of a newer version.
        """
        found: list[bool] = []
        for group in GROUPS:
            with self._reading(group) as connection:
                found.append(self._revision(connection, group) != REVISIONS[group][-1])
        return any(found)

    @property
    def is_demo(self) -> bool:
        """Return whether this is the demo portfolio's store."""
        return locations.is_demo(self.url)

    @contextmanager
    def read(self, scope: Scope | None = None) -> Iterator[Connection]:
        """Give a connection to the warehouse on which all reads see the same state.

        With a scope it is blind to the amounts and contacts that the scope may not see.
        """
        with self._reading("warehouse") as connection:
            yield connection if scope is None else blind(connection, scope)

    @contextmanager
    def app_read(self, scope: Scope | None = None) -> Iterator[Connection]:
        """Give a connection to the app database, as `read` does to the warehouse."""
        with self._reading("app") as connection:
            yield connection if scope is None else blind(connection, scope)

    @contextmanager
    def write(self, *, keep: bool = True) -> Iterator[Connection]:
        """Give one transaction on the warehouse: committed at the end, undone by any failure.

        With `keep` false it is undone in any case, for a dry run.
        """
        with self._writing("warehouse", keep=keep) as connection:
            yield connection

    @contextmanager
    def app_write(self) -> Iterator[Connection]:
        """Give one transaction on the app database: committed, or undone by any failure."""
        with self._writing("app") as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Mapping[Group, Connection]]:
        """Give a connection to each group, on which all reads see the store of one moment."""
        with self._explained(), self.backend.snapshot(self._engines) as connections:
            yield connections

    @contextmanager
    def replacing(self) -> Iterator[Mapping[Group, Connection]]:
        """Give a connection to each group to write them anew; any failure undoes both.

        Go to a group's tables with `backend.turn_to` first: both may be one connection.
        """
        with self._explained(), self.backend.replacing(self._engines) as connections:
            yield connections

    def data_version(self) -> int:
        """Return a number that grows with every import, rule change and scoring; 0: untouched.

        A restore makes it grow as well, whatever the number was when the backup was made.
        """
        grows = (
            schema.import_batch.c.batch_id,
            schema.program_rules.c.rules_id,
            schema.score_run.c.run_id,
        )
        with self.read() as connection:
            newest = [select(func.max(column)).scalar_subquery() for column in grows]
            version = sum((func.coalesce(each, 0) for each in newest), literal(0))
            restores = schema.store_event
            restored = select(func.max(restores.c.happened_at)).where(restores.c.event == "restore")
            number, when = connection.execute(select(version, restored.scalar_subquery())).one()
        if when is None:
            return int(number)
        # SQLite keeps no time zone; all times are written in UTC.
        return int(number) + int(when.replace(tzinfo=UTC).timestamp()) * RESTORE_STEP

    def work_version(self) -> tuple[int, ...]:
        """Return numbers that differ after a change of an action, person, playbook or plan.

        The newest number of each history, and how many of the last ones are there: a transaction
        may end after another one that began later and has the higher number.
        """
        histories = (
            schema.action_event.c.event_id,
            schema.person_event.c.event_id,
            schema.playbook_change.c.change_id,
        )
        told: list[ScalarSelect[int]] = []
        for number in histories:
            newest = select(func.coalesce(func.max(number), 0)).scalar_subquery()
            recent = select(func.count()).where(number > newest - OVERTAKEN)
            told += [newest, recent.scalar_subquery()]
        # Plans are only ever added.
        told.append(select(func.count()).select_from(schema.weekly_plan).scalar_subquery())
        with self.app_read() as connection:
            return tuple(connection.execute(select(*told)).one())

    def close(self) -> None:
        """Close all pooled connections; the store can still be used and opens new ones."""
        for engine in self._engines.values():
            engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self, group: Group) -> Iterator[Connection]:
        with self._explained(), self._engines[group].connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection

    @contextmanager
    def _writing(self, group: Group, *, keep: bool = True) -> Iterator[Connection]:
        with self._explained(), self._engines[group].connect() as connection:
            writer = connection.execution_options(**{WRITING_OPTION: True, GROUP_OPTION: group})
            with writer.begin() as transaction:
                yield writer
                if keep:
                    self._commit(transaction)
                else:
                    transaction.rollback()

    def _commit(self, transaction: Transaction) -> None:
        """Keep what was written; a connection lost just then leaves open whether it was."""
        try:
            transaction.commit()
        except DBAPIError as error:
            explained = self.backend.explain(error, committing=True)
            if explained is None:
                raise
            raise explained from error

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the database's failures that people can act on into StoreError."""
        try:
            yield
        except PoolTimeoutError as error:
            raise StoreError(
                f"{self.backend.url.database} has too much to do for all who ask.",
                "Wait a moment and try again; nothing was changed.",
            ) from error
        except self._failures as error:
            explained = self.backend.explain(error)
            if explained is None:
                raise
            raise explained from error

    def _bring_up_to_date(self, group: Group) -> None:
        """Upgrade a group's tables unless they are current already."""
        with self._reading(group) as connection:
            revision = self._revision(connection, group)
        if revision == REVISIONS[group][-1]:
            return
        holds_facts = group == "warehouse" and revision is not None
        now = datetime.now(UTC)
        alone = _no_import(self.backend, now) if holds_facts else nullcontext()
        with alone, self._writing(group) as connection:
            self.backend.before_upgrade(connection, group)
            _upgrade(connection, group)
            if holds_facts:
                _judge_first(connection, self.backend, now)

    def _revision(self, connection: Connection, group: Group) -> str | None:
        """Return the revision that the tables have, None for no tables; refuse any other file."""
        tables = inspect(connection).get_table_names()
        if "alembic_version" not in tables:
            if tables:
                raise StoreError(
                    f"{self.url} holds the tables of another program.",
                    "Choose another place for the store with --store.",
                )
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if revision is not None and revision not in REVISIONS[group]:
            raise StoreError(
                f"{self.url} was made by a newer version of Partner Insights ({revision}).",
                "Update Partner Insights; the store was left as it is.",
            )
        return revision


def _check_place(backend: Backend, *, create: bool) -> None:
    """Refuse a store that is not there, or make the folder that a new one needs."""
    if backend.exists():
        _check_app_file(backend)
        return
    if not create:
        raise StoreError(
            f"There is no store at {backend.url}.",
            "Bring a file in first with: partner-insights import FILE",
        )
    if isinstance(backend, SqliteBackend):
        folder = backend.path("warehouse").parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The folder {folder} cannot be made: {error.strerror}.",
                "Choose another place for the store with --store.",
            ) from error


def _is_sqlite(path: Path) -> bool:
    """Return whether a file begins as SQLite's do; an empty or another one holds no facts."""
    with path.open("rb") as content:
        return content.read(len(SQLITE_HEADER)) == SQLITE_HEADER


def _check_app_file(backend: Backend) -> None:
    """Refuse a warehouse whose app file is gone: an empty one would hide that work is lost."""
    if not isinstance(backend, SqliteBackend):
        return
    app = backend.path("app")
    if not app.exists() and _is_sqlite(backend.path("warehouse")):
        raise StoreError(
            f"{app} is missing: it holds actions, claims, plans, users and grants.",
            "Put it back beside the store, or restore a backup with partner-insights restore. To "
            "begin without what it held, make an empty file of that name.",
        )


def _upgrade(connection: Connection, group: Group) -> None:
    """Run the group's missing migrations inside the connection's transaction."""
    from data_access.migrations.run import upgrade

    upgrade(connection, group)


def _no_import(backend: Backend, now: datetime) -> AbstractContextManager[None]:
    """Return the import lock: an older version may be bringing files in for its own tables."""
    from data_access.locks import Holder, import_lock

    return import_lock(backend, Holder.here("an upgrade", ["nothing"], now))


def _judge_first(connection: Connection, backend: Backend, now: datetime) -> None:
    """Judge the milestones of a store that was filled before there were any."""
    from data_access.milestone_marts import judge_first

    judge_first(connection, backend, now=now)
