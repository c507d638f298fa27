"""Replace a table of the store by staged rows, inside one transaction.

Rows are loaded beside the table first (COPY on PostgreSQL). Then only what differs is written:
whoever reads meanwhile sees all old rows until the transaction ends and all new ones after it,
which swapping tables by their names cannot promise on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Executable,
    MetaData,
    Table,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from data_access.backends import Backend
from data_access.mart_statements import same


@dataclass(frozen=True)
class Staged:
    """Rows that are to be those of a table, or of its part that meets `part`."""

    table: Table
    rows: Table
    part: tuple[ColumnElement[bool], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the names of the table's key columns."""
        return tuple(column.name for column in self.table.primary_key)

    @property
    def _has_row(self) -> ColumnElement[bool]:
        return exists().where(same(self.rows, self.table, *self.keys))

    def remove(self, connection: Connection) -> int:
        """Remove the rows whose key is staged no more; return how many."""
        gone = delete(self.table).where(*self.part, ~self._has_row)
        return _changed(connection, gone)

    def bring(self, connection: Connection) -> int:
        """Change the rows that differ and add the missing ones; return how many."""
        return self._change(connection) + self._add(connection)

    def count(self, connection: Connection) -> int:
        """Return the number of staged rows."""
        return connection.scalar(select(func.count()).select_from(self.rows)) or 0

    def _change(self, connection: Connection) -> int:
        table, rows = self.table, self.rows
        others = [column.name for column in table.c if not column.primary_key]
        if not others:
            return 0
        differs = or_(*(table.c[name].is_distinct_from(rows.c[name]) for name in others))
        changed = (
            update(table)
            .where(same(rows, table, *self.keys), differs)
            .values({name: rows.c[name] for name in others})
        )
        return _changed(connection, changed)

    def _add(self, connection: Connection) -> int:
        known = exists().where(same(self.table, self.rows, *self.keys))
        missing = select(*self.rows.c).where(~known)
        return _changed(connection, insert(self.table).from_select([*self.rows.c.keys()], missing))


def _changed(connection: Connection, statement: Executable) -> int:
    """Run a statement and return how many rows it changed."""
    done = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return done.rowcount


def stage(
    connection: Connection,
    backend: Backend,
    table: Table,
    rows: Iterable[pd.DataFrame],
    part: tuple[ColumnElement[bool], ...] = (),
) -> Staged:
    """Load rows beside a table, in a temporary one that ends with the connection's work."""
    beside = Table(
        f"staged_{table.name}",
        MetaData(),
        *(
            Column(each.name, each.type, primary_key=each.primary_key, autoincrement=False)
            for each in table.c
        ),
        prefixes=["TEMPORARY"],
    )
    beside.create(connection, checkfirst=False)
    for some in rows:
        backend.bulk_load(connection, beside, some)
    backend.analyze_scratch(connection, beside)
    return Staged(table, beside, part)


def unstage(connection: Connection, staged: Iterable[Staged]) -> None:
    """Drop the staged rows."""
    for each in staged:
        each.rows.drop(connection, checkfirst=False)
