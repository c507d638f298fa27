"""The rows of a store's or a lake's tables, to compare engines by."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
from sqlalchemy import select

from data_access.estate.columns import arrow_schema


def store_rows(store, table):
    """Return all rows of a store's table as Arrow; times are UTC, as everywhere."""
    schema = arrow_schema(table.c)
    with store.read() as connection:
        rows = connection.execute(select(table)).all()
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [
        pa.array([_in_utc(value) for value in column], field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _in_utc(value):
    is_naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if is_naive else value


def sorted_rows(rows: pa.Table, table, *, without=()):
    """Return rows of a table as tuples in the order of its key, without some columns."""
    names = [column.name for column in table.c if column.name not in without]
    keys = [(column.name, "ascending") for column in table.primary_key]
    told = rows.sort_by(keys).select(names)
    return list(zip(*(column.to_pylist() for column in told.columns), strict=True))
