"""What differs between SQLite and PostgreSQL; everything else runs the same statements on both."""

from __future__ import annotations

import abc
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal, cast

import pandas as pd
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    delete,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from data_access import failures, pools, postgres_loading
from data_access.errors import StoreError

Group = Literal["warehouse", "app"]
GROUPS: tuple[Group, ...] = ("warehouse", "app")

GROUP_OPTION = "group"
"""Connection option that tells which group of tables a writing connection is of."""

WRITING_OPTION = "is_writing"
"""Connection option that makes a transaction take the write lock when it begins."""


class Backend(abc.ABC):
    """One kind of database: how to connect to a group of tables and to load many rows."""

    def __init__(self, url: URL) -> None:
        self.url = url

    @abc.abstractmethod
    def engine(self, group: Group) -> Engine:
        """Return a new engine whose unqualified table names are those of the group."""

    @abc.abstractmethod
    def exists(self) -> bool:
        """Return whether anything is there to open; raises StoreError where that is unknown."""

    @abc.abstractmethod
    def snapshot(
        self, engines: Mapping[Group, Engine]
    ) -> AbstractContextManager[Mapping[Group, Connection]]:
        """Give a connection to each group; both read the state of one moment, for any time."""

    @abc.abstractmethod
    def replacing(
        self, engines: Mapping[Group, Engine]
    ) -> AbstractContextManager[Mapping[Group, Connection]]:
        """Give a connection to each group for writing all of it; any failure undoes both."""

    @abc.abstractmethod
    def turn_to(self, connection: Connection, group: Group) -> None:
        """Make unqualified names those of a group, on a connection of `replacing`."""

    @abc.abstractmethod
    def clear(self, connection: Connection, group: Group) -> None:
        """Remove every table of the group that the connection was turned to."""

    @abc.abstractmethod
    def after_load(self, connection: Connection, tables: Sequence[Table]) -> None:
        """Let numbering of new rows go on after the rows loaded."""

    @abc.abstractmethod
    def before_upgrade(self, connection: Connection, group: Group) -> None:
        """Make room for the group's tables and keep other processes from doing the same."""

    @abc.abstractmethod
    def before_import(self, connection: Connection) -> None:
        """Give a transaction that writes millions of rows the memory and time it needs."""

    @abc.abstractmethod
    def before_access(self, connection: Connection) -> None:
        """Wait until nobody else changes users or grants, until the transaction's end."""

    @abc.abstractmethod
    def bulk_load(self, connection: Connection, table: Table, rows: pd.DataFrame) -> None:
        """Append all rows of a frame to the table columns of the same names."""

    @abc.abstractmethod
    def make_by_month(self, connection: Connection, *tables: Table) -> None:
        """Make scratch tables that hold a month or two at a time."""

    @abc.abstractmethod
    def keep_months(self, connection: Connection, table: Table, months: Collection[int]) -> None:
        """Empty such a table of all but these months, before one of them is filled."""

    @abc.abstractmethod
    def analyze(self, connection: Connection, *tables: Table) -> None:
        """Let the planner look at these tables, just filled."""

    @abc.abstractmethod
    def analyze_scratch(self, connection: Connection, *tables: Table) -> None:
        """Let the planner look at these temporary tables, if it plans badly without."""

    @property
    @abc.abstractmethod
    def driver_errors(self) -> tuple[type[Exception], ...]:
        """Return what bulk loads, which go past SQLAlchemy, raise where the database fails."""

    @abc.abstractmethod
    def explain(self, error: Exception, *, committing: bool = False) -> StoreError | None:
        """Return what a failure means for people, or None for a bug of ours.

        Where it struck while `committing`, a lost connection leaves open whether that was done.
        """


def backend_for(url: str) -> Backend:
    """Return the backend of a database URL; raises StoreError for any other database."""
    try:
        parsed = make_url(url)
        name = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(f"{url!r} is not a database URL.", _URL_HINT) from error
    if name == "sqlite" and parsed.database and parsed.database != ":memory:":
        return SqliteBackend(parsed)
    if name == "postgresql":
        return PostgresBackend(parsed.set(drivername="postgresql+psycopg"))
    raise StoreError(f"{parsed} cannot hold a store.", _URL_HINT)


_URL_HINT = "Use sqlite:///path/store.db or postgresql://user@host/database."


def _columns_as_lists(rows: pd.DataFrame) -> list[list[Any]]:
    """Return every column as a list of plain Python values, None where there is none."""
    columns: list[list[Any]] = []
    for name in rows.columns:
        column = rows[name]
        if column.hasnans:
            column = column.astype(object).where(column.notna(), None)
        columns.append(column.tolist())
    return columns


class SqliteBackend(Backend):
    """Two files with write-ahead logs: readers never wait, and each file has one writer."""

    def path(self, group: Group) -> Path:
        """Return the file of a group: `<stem>.db` holds the warehouse, `<stem>.app.db` the app."""
        warehouse = Path(cast("str", self.url.database))
        return warehouse if group == "warehouse" else warehouse.with_suffix(".app.db")

    def engine(self, group: Group) -> Engine:
        """Return an engine on the group's file."""
        engine = pools.sqlite_engine(self.url, self.path(group))
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def exists(self) -> bool:
        """Return whether the warehouse file is there."""
        path = self.path("warehouse")
        try:
            return path.exists()
        except OSError as error:
            raise StoreError(f"{path} cannot be reached: {error.strerror}.") from error

    @contextmanager
    def snapshot(self, engines: Mapping[Group, Engine]) -> Iterator[Mapping[Group, Connection]]:
        """Begin to read both files while nobody can write the app's: both speak of one moment."""
        with engines["warehouse"].connect() as warehouse, engines["app"].connect() as app:
            keeper = engines["app"].connect().execution_options(**{WRITING_OPTION: True})
            with keeper, keeper.begin():
                for connection in (app, warehouse):
                    connection.execute(text("SELECT version_num FROM alembic_version"))
            yield {"warehouse": warehouse, "app": app}

    @contextmanager
    def replacing(self, engines: Mapping[Group, Engine]) -> Iterator[Mapping[Group, Connection]]:
        """Hold the write locks of both files; they are committed one right after the other."""
        with engines["warehouse"].connect() as warehouse, engines["app"].connect() as app:
            connections: dict[Group, Connection] = {"warehouse": warehouse, "app": app}
            for connection in connections.values():
                connection.execution_options(**{WRITING_OPTION: True})
            with warehouse.begin(), app.begin():
                for connection in connections.values():
                    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
                yield connections

    def turn_to(self, connection: Connection, group: Group) -> None:
        """Say so on the group's own connection."""
        connection.execution_options(**{GROUP_OPTION: group})

    def clear(self, connection: Connection, group: Group) -> None:  # noqa: ARG002 - its own file
        """Drop every table, with its triggers and indexes."""
        for name in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE "{name}"'))

    def after_load(self, connection: Connection, tables: Sequence[Table]) -> None:
        """Nothing to do: the next number is one more than the highest."""

    def before_upgrade(self, connection: Connection, group: Group) -> None:
        """Nothing to do: the write lock is held, and the file was made by connecting."""

    def before_import(self, connection: Connection) -> None:
        """Allow 256 MB of pages in memory."""
        connection.execute(text("PRAGMA cache_size = -262144"))

    def before_access(self, connection: Connection) -> None:
        """Nothing to do: the write lock is held."""

    def bulk_load(self, connection: Connection, table: Table, rows: pd.DataFrame) -> None:
        """Append the rows with one prepared statement on the driver's own connection."""
        for name in rows.columns:
            kind = table.c[name].type.python_type.__name__
            if kind in _AS_TEXT:
                text_of = _AS_TEXT[kind]
                told = {each: text_of(each) for each in rows[name].dropna().unique()}
                rows = rows.assign(**{name: rows[name].map(told, na_action="ignore")})
        statement = _insert_text(table, rows)
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        driver.executemany(statement, zip(*_columns_as_lists(rows), strict=True))

    def make_by_month(self, connection: Connection, *tables: Table) -> None:
        """Make them as they are."""
        for table in tables:
            table.create(connection, checkfirst=False)

    def keep_months(self, connection: Connection, table: Table, months: Collection[int]) -> None:
        """Delete the rows of all others."""
        connection.execute(delete(table).where(table.c.month.not_in(sorted(months))))

    def analyze(self, connection: Connection, *tables: Table) -> None:
        """Sample the tables' indexes."""
        connection.execute(text("PRAGMA analysis_limit = 1000"))
        for table in tables:
            connection.execute(text(f'ANALYZE "{table.name}"'))

    def analyze_scratch(self, connection: Connection, *tables: Table) -> None:
        """Nothing to do: SQLite follows the keys of a temporary table."""

    @property
    def driver_errors(self) -> tuple[type[Exception], ...]:
        """Return the errors of SQLite's driver."""
        return (sqlite3.Error,)

    def explain(self, error: Exception, *, committing: bool = False) -> StoreError | None:  # noqa: ARG002 - a file is written or not
        """Return what SQLite's error code means for people."""
        return failures.of_sqlite(error, str(self.url.database))


_AS_TEXT: dict[str, Callable[[Any], str]] = {
    "date": str,
    "datetime": lambda when: f"{when:%Y-%m-%d %H:%M:%S.%f}",  # UTC, as everywhere
}
"""How days and times are written: as the statements of all other rows write them."""


def _configure_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """Set what SQLite forgets between connections, and leave transactions to us.

    The driver's own transaction handling commits before DDL and reads outside a transaction.
    """
    driver = cast("sqlite3.Connection", connection)
    driver.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "cache_size = -65536",  # kB
        "mmap_size = 8589934592",
        "journal_size_limit = 67108864",  # a long import's log gives its space back
    ):
        driver.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin for real, so that all reads of a transaction see one state."""
    writing = connection.get_execution_options().get(WRITING_OPTION, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _insert_text(table: Table, rows: pd.DataFrame) -> str:
    """Return the driver's INSERT for the frame's columns; all names are our own."""
    marks = ", ".join("?" * len(rows.columns))
    return f'INSERT INTO "{table.name}" ({", ".join(rows.columns)}) VALUES ({marks})'  # noqa: S608


class PostgresBackend(Backend):
    """One database with a schema for each group, found through the search path."""

    UPGRADE_LOCK = 4_206_001
    ACCESS_LOCK = 4_206_004

    def engine(self, group: Group) -> Engine:
        """Return an engine that sees the group's schema only."""
        return pools.postgres_engine(self.url, group)

    def exists(self) -> bool:
        """Return True: a database is made by its administrator, never by us."""
        return True

    @contextmanager
    def snapshot(self, engines: Mapping[Group, Engine]) -> Iterator[Mapping[Group, Connection]]:
        """Let the second connection read the snapshot of the first."""
        with engines["warehouse"].connect() as warehouse, engines["app"].connect() as app:
            connections: dict[Group, Connection] = {"warehouse": warehouse, "app": app}
            for connection in connections.values():
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            snapshot = warehouse.scalar(text("SELECT pg_export_snapshot()"))
            app.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            for connection in connections.values():
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            yield connections

    @contextmanager
    def replacing(self, engines: Mapping[Group, Engine]) -> Iterator[Mapping[Group, Connection]]:
        """Write both schemas in one transaction of one connection."""
        with engines["warehouse"].connect() as connection, connection.begin():
            self.before_import(connection)
            yield dict.fromkeys(GROUPS, connection)

    def turn_to(self, connection: Connection, group: Group) -> None:
        """Set the search path until the transaction ends."""
        connection.execution_options(**{GROUP_OPTION: group})
        connection.execute(text(f"SET LOCAL search_path = {group}"))

    def clear(self, connection: Connection, group: Group) -> None:
        """Drop the schema with all that is in it, and make an empty one."""
        connection.execute(text(f"DROP SCHEMA IF EXISTS {group} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {group}"))

    def after_load(self, connection: Connection, tables: Sequence[Table]) -> None:
        """Set the sequence of every table that numbers its rows behind the highest number."""
        for table in tables:
            key = table.autoincrement_column
            if key is not None:
                owned = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
                highest = select(func.coalesce(func.max(key), 0) + 1).scalar_subquery()
                connection.execute(select(func.setval(text(owned), highest, False)))

    def before_upgrade(self, connection: Connection, group: Group) -> None:
        """Wait for other upgrades of this database, then make sure that the schema is there."""
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self.UPGRADE_LOCK})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {group}"))

    def before_import(self, connection: Connection) -> None:
        """Lift the time limit of page queries and let sorts and hashes use more memory."""
        for setting in ("statement_timeout = 0", "work_mem = '128MB'", "jit = off"):
            connection.execute(text(f"SET LOCAL {setting}"))

    def before_access(self, connection: Connection) -> None:
        """Take the one lock of everybody who changes users or grants."""
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self.ACCESS_LOCK})

    def bulk_load(self, connection: Connection, table: Table, rows: pd.DataFrame) -> None:
        """Append the rows by COPY on the driver's own connection."""
        postgres_loading.copy_rows(connection, table, rows)

    def make_by_month(self, connection: Connection, *tables: Table) -> None:
        """Make them in parts, a month each."""
        postgres_loading.make_by_month(connection, *tables)

    def keep_months(self, connection: Connection, table: Table, months: Collection[int]) -> None:
        """Drop the parts of all others, and make those that are missing."""
        postgres_loading.keep_months(connection, table, months)

    def analyze(self, connection: Connection, *tables: Table) -> None:
        """Collect the tables' statistics."""
        for table in tables:
            connection.execute(text(f'ANALYZE "{table.name}"'))

    def analyze_scratch(self, connection: Connection, *tables: Table) -> None:
        """Collect their statistics; nobody else does that for temporary tables."""
        postgres_loading.analyze_scratch(connection, *tables)

    @property
    def driver_errors(self) -> tuple[type[Exception], ...]:
        """Return the errors of PostgreSQL's driver."""
        import psycopg

        return (psycopg.Error,)

    def explain(self, error: Exception, *, committing: bool = False) -> StoreError | None:
        """Return what a lost connection, a full disk or a missing right means for people."""
        return failures.of_postgres(error, self.url, committing=committing)
