"""What fills a table: a selection of rows, of one month or of every month at once.

A store renews its marts month by month, with the bound parameter `month`; a batch engine makes
all months of them at once. Both use the same selections.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Insert, Integer, Select, Table, bindparam, insert

MONTH = bindparam("month", type_=Integer)

Months = Callable[[Any], tuple[ColumnElement[bool], ...]]
"""Gives the conditions that a column of months must meet."""


def one_month(column: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401
    """Return the condition that a month is the bound one."""
    return (column == MONTH,)


def every_month(_column: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401
    """Return no condition: all months."""
    return ()


@dataclass(frozen=True)
class Filling:
    """Rows for a table: the names of the columns that they fill, in the order selected."""

    target: Table
    names: tuple[str, ...]
    rows: Select[Any]

    @property
    def statement(self) -> Insert:
        """Return the statement that adds the rows to the table."""
        return insert(self.target).from_select(list(self.names), self.rows)


@dataclass(frozen=True)
class MonthFillings:
    """What fills the marts of months, in this order; `gathered` fills `held` step by step."""

    tenant_month: Filling
    sliced: Filling
    gathered: tuple[Filling, ...]
    marts: tuple[Filling, ...]


def filling(target: Table, rows: Select[Any]) -> Filling:
    """Return rows that fill all columns of a table."""
    return Filling(target, tuple(target.c.keys()), rows)
