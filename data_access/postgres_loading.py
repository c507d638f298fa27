"""How PostgreSQL takes many rows, and how it keeps scratch tables of two months small."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Table, inspect, text

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_ONCE = 100_000
"""Rows turned into text at a time: some ten megabytes."""

SAMPLED = 10
"""Statistics target for scratch tables: 3,000 rows tell enough of what is read a dozen times."""


def copy_rows(connection: Connection, table: Table, rows: pd.DataFrame) -> None:
    """Append a frame to the columns of the same names by COPY, as text that Arrow writes.

    A missing value is written as nothing at all, an empty text as a pair of quotes.
    """
    import pyarrow as pa
    from pyarrow import csv

    columns = pa.Table.from_pandas(rows, preserve_index=False)
    as_text = csv.WriteOptions(include_header=False)
    driver = cast("Any", connection.connection.driver_connection)
    statement = f'COPY "{table.name}" ({", ".join(rows.columns)}) FROM STDIN (FORMAT csv)'
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in columns.to_batches(max_chunksize=ROWS_AT_ONCE):
            written = io.BytesIO()
            csv.write_csv(batch, written, as_text)
            copy.write(written.getbuffer())


def make_by_month(connection: Connection, *tables: Table) -> None:
    """Make scratch tables in parts, one a month, without indexes: they are read as a whole."""
    for table in tables:
        table.create(connection, checkfirst=False)
        key = f'"{table.name}_pkey"'
        connection.execute(text(f'ALTER TABLE "{table.name}" DROP CONSTRAINT {key}'))


def keep_months(connection: Connection, table: Table, months: Collection[int]) -> None:
    """Leave a scratch table with parts for these months only, new ones empty.

    Deleted rows would stay in the table, to be read over, until a vacuum after the transaction.
    """
    names = {f"{table.name}_{month}": month for month in months}
    there = inspect(connection).get_temp_table_names()
    parts = {name for name in there if name.startswith(f"{table.name}_")}
    for name in sorted(parts - set(names)):
        connection.execute(text(f'DROP TABLE "{name}"'))
    for name in sorted(set(names) - parts):
        part = f'CREATE TEMPORARY TABLE "{name}" PARTITION OF "{table.name}"'
        connection.execute(text(f"{part} FOR VALUES IN ({int(names[name])})"))


def analyze_scratch(connection: Connection, *tables: Table) -> None:
    """Collect statistics of temporary tables from few rows; nobody else does that for them."""
    connection.execute(text(f"SET LOCAL default_statistics_target = {SAMPLED}"))
    for table in tables:
        connection.execute(text(f'ANALYZE "{table.name}"'))
    connection.execute(text("SET LOCAL default_statistics_target TO DEFAULT"))
