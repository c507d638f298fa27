"""The questions that pages send to a store, how each reaches its rows, and how many it gets."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event, make_url

Question = tuple[str, Any]


@contextmanager
def listening() -> Iterator[list[Question]]:
    """Give a list that grows by every question to any store of this process, as it was sent.

    Settings of a connection are no questions.
    """
    heard: list[Question] = []

    def hear(*call: Any) -> None:
        _connection, _cursor, statement, parameters, _context, _many = call
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            heard.append((statement, parameters))

    event.listen(Engine, "after_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "after_cursor_execute", hear)


class SqlitePlans:
    """How SQLite reaches rows in a large store: without the statistics of the small one."""

    def __init__(self, url: str, folder: Path) -> None:
        warehouse = Path(str(make_url(url).database))
        self._files = [folder / "warehouse.db", folder / "app.db"]
        for file, copied in zip(
            (warehouse, warehouse.with_suffix(".app.db")), self._files, strict=True
        ):
            with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(copied)) as new:
                old.backup(new)
                new.execute("ANALYZE sqlite_schema")  # makes the table of statistics, if need be
                new.execute("DELETE FROM sqlite_stat1")
                new.commit()

    def unkeyed(self, question: Question) -> list[str]:
        """Return the steps that read usage otherwise than by the keys of tenants."""
        aliases = re.findall(r"\busage AS \"?(\w+)", question[0])
        reads = re.compile(rf"(SCAN|SEARCH) ({'|'.join(['usage', *aliases])})\b")
        steps = [row[3] for row in self._asked("EXPLAIN QUERY PLAN ", question)]
        return [each for each in steps if reads.match(each) and "tenant_key=?" not in each]

    def rows(self, question: Question) -> int:
        """Return how many rows a question gets."""
        return len(self._asked("", question))

    def _asked(self, how: str, question: Question) -> list[Any]:
        statement, parameters = question
        for file in self._files:
            with closing(sqlite3.connect(file)) as connection:
                try:
                    return connection.execute(how + statement, parameters).fetchall()
                except sqlite3.OperationalError as error:
                    if "no such table" not in str(error):
                        raise
        raise LookupError(statement)


class PostgresPlans:
    """How PostgreSQL would reach rows if there were many and no way to them but the key.

    A small store's own plans say nothing: there, reading everything is the best way.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def unkeyed(self, question: Question) -> list[str]:
        """Return the nodes that read usage otherwise than by the keys of tenants."""
        ((plan,),) = self._asked("EXPLAIN (FORMAT JSON) ", question)
        reads = [node for node in _nodes(plan[0]["Plan"]) if node.get("Relation Name") == "usage"]
        return [str(node) for node in reads if "tenant_key = " not in _condition(node)]

    def rows(self, question: Question) -> int:
        """Return how many rows a question gets."""
        return len(self._asked("", question))

    def _asked(self, how: str, question: Question) -> list[Any]:
        options = "-csearch_path=warehouse,app -cenable_seqscan=off"
        statement, parameters = question
        with psycopg.connect(self._url, options=options) as connection:
            connection.execute("DROP INDEX warehouse.ix_usage_month")
            many = "UPDATE pg_class SET reltuples = 1e8 WHERE oid = 'warehouse.usage'::regclass"
            connection.execute(many)
            found = connection.execute(how + statement, parameters).fetchall()
            connection.rollback()
        return found


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a node of a plan and all below it."""
    return [node, *(each for child in node.get("Plans", []) for each in _nodes(child))]


def _condition(node: dict[str, Any]) -> str:
    return str(node.get("Index Cond") or node.get("Recheck Cond") or "")
