"""Keep the summary tables that pages read equal to the facts, month by month.

All sums of a month come from one scratch table: for every *holder* (everybody, a partner, a
global account) the pairs it held and that reported both counts, and once more per tenant under
workload key 0. The month before stays in it, so "kept" pairs are a join with itself. Working
month by month keeps that table small enough to stay in memory, however long the history is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select

from data_access import schema
from data_access.backends import Backend
from data_access.fillings import MONTH
from data_access.mart_statements import (
    OF_ONE_MONTH,
    PAIR,
    among,
    held,
    pair_status,
    scratch,
    slices,
)

BY_MONTH = (
    schema.tenant_month,
    schema.scope_month,
    schema.partner_month,
    schema.partner_slice_month,
    schema.account_slice_month,
    schema.cohort_month,
)


def rebuild(
    connection: Connection,
    backend: Backend,
    *,
    months: Collection[int] | None = None,
    pairs: Select[Any] | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Make the marts of these months (and of the months after them) equal to the facts.

    `pairs` selects the tenant and workload keys whose status to renew. Without months (or
    without pairs) everything is rebuilt. Runs in the caller's transaction; `progress` is told
    the share done.
    """
    present = _months_with_usage(connection)
    if months is None:
        touched = present
        for mart in BY_MONTH:
            connection.execute(delete(mart))
    else:
        touched = {month + step for month in months for step in (0, 1)} & present
    _rebuild_pair_status(connection, pairs)
    if touched:
        backend.analyze(connection, schema.usage, schema.association)
        tell = progress or (lambda _share: None)
        _rebuild_months(connection, backend, sorted(touched), present=present, progress=tell)
    backend.analyze(connection, *BY_MONTH, schema.pair_status)


def _months_with_usage(connection: Connection) -> set[int]:
    """Return all months in usage, jumping from one to the next in its index."""
    month = schema.usage.c.month
    found: set[int] = set()
    newest = connection.scalar(select(func.min(month)))
    while newest is not None:
        found.add(newest)
        newest = connection.scalar(select(func.min(month)).where(month > newest))
    return found


def _rebuild_months(
    connection: Connection,
    backend: Backend,
    months: list[int],
    *,
    present: set[int],
    progress: Callable[[float], None],
) -> None:
    """Replace the rows of these months in every mart; `present` are all months with usage."""
    for month in months:
        for mart in BY_MONTH:
            connection.execute(delete(mart).where(mart.c.month == MONTH), {"month": month})
        connection.execute(OF_ONE_MONTH.tenant_month.statement, {"month": month})
    backend.make_by_month(connection, slices, held)
    gathered = None
    for number, month in enumerate(months):
        if gathered != month - 1 and month - 1 in present:
            _gather(connection, backend, month - 1)
        _gather(connection, backend, month)
        backend.analyze_scratch(connection, held, slices)
        gathered = month
        for mart_rows in OF_ONE_MONTH.marts:
            connection.execute(mart_rows.statement, {"month": month})
        progress((number + 1) / len(months))
    scratch.drop_all(connection, checkfirst=False)


def _gather(connection: Connection, backend: Backend, month: int) -> None:
    """Fill the scratch table with one month and drop all but the month before it."""
    backend.keep_months(connection, held, (month - 1, month))
    backend.keep_months(connection, slices, (month,))
    for step in (OF_ONE_MONTH.sliced, *OF_ONE_MONTH.gathered):
        connection.execute(step.statement, {"month": month})


def _rebuild_pair_status(connection: Connection, pairs: Select[Any] | None) -> None:
    """Replace the status of the selected pairs, or of all."""
    status = schema.pair_status
    old = delete(status)
    connection.execute(old if pairs is None else old.where(among(status, PAIR, pairs)))
    connection.execute(pair_status(None if pairs is None else pairs.subquery("touched")).statement)
