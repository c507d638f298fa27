"""Keep what a scope may not see out of every statement, by the statement's columns.

Amounts of money carry their currency in the name, contacts say that they are contacts. On a
connection made `blind` such columns are replaced before a statement is compiled, wherever they
stand in it: the database is never asked for them. A new query needs nothing for that.

An amount becomes 0, so that sums and types stay what they are, and a text becomes NULL. Pages
leave such columns out, so that no 0 is ever shown in the place of an amount.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, cast, event, literal, null
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause, Label
from sqlalchemy.types import Integer, Numeric

from data_access.types import Capability, Scope

BLIND_OPTION = "blind"
"""Connection option: the capabilities without which its statements run."""

MARKS: dict[Capability, str] = {"money": "_usd", "contacts": "contact_"}
"""What the name of a column holds that needs the capability."""


def blind(connection: Connection, scope: Scope) -> Connection:
    """Return the connection so that it does not see what the scope may not."""
    lacks = frozenset(each for each in MARKS if not scope.may(each))
    return connection.execution_options(**{BLIND_OPTION: lacks}) if lacks else connection


def heed(engine: Engine) -> None:
    """Make an engine heed that a connection is blind."""
    event.listen(engine, "before_execute", _replace, retval=True)
    event.listen(engine, "before_cursor_execute", _check)


def hidden(statement: Any, lacks: frozenset[Capability]) -> Any:  # noqa: ANN401
    """Return the statement with every column replaced that one of these capabilities is for."""
    marks = tuple(MARKS[each] for each in lacks)

    def replaced(element: Any, **_: Any) -> ColumnElement[Any] | None:  # noqa: ANN401
        if isinstance(element, ColumnClause) and any(mark in element.name for mark in marks):
            return _in_place_of(element)
        return None

    if isinstance(statement, Select) and _is_of_one_table(statement):
        # Then a selection of the whole table is one of its columns, which can be replaced.
        columns = statement.selected_columns
        statement = statement.with_only_columns(*columns, maintain_column_froms=True)
    return visitors.replacement_traverse(statement, {}, replaced)


def _is_of_one_table(statement: Select[Any]) -> bool:
    sources = statement.get_final_froms()
    return len(sources) == 1 and isinstance(sources[0], Table)


def _in_place_of(column: ColumnClause[Any]) -> Label[Any]:
    is_number = isinstance(column.type, Numeric | Integer)
    value: Any = literal(0, column.type) if is_number else null()
    return cast(value, column.type).label(column.name)


def _replace(
    connection: Connection,
    statement: Any,  # noqa: ANN401 - the event's own signature
    multiparams: Any,  # noqa: ANN401
    params: Any,  # noqa: ANN401
    _options: Any,  # noqa: ANN401
) -> tuple[Any, Any, Any]:
    lacks = connection.get_execution_options().get(BLIND_OPTION)
    return (hidden(statement, lacks) if lacks else statement), multiparams, params


def _check(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    """Refuse a statement that still names such a column, e.g. a whole table selected inside."""
    lacks = connection.get_execution_options().get(BLIND_OPTION, ())
    for each in lacks:
        found = re.search(rf'[\w"]+\.["\w]*{MARKS[each]}\w*', statement)
        if found:
            raise LookupError(f"the statement asks for {found.group()} without the right to")
