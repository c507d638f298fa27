"""Take what files told a store into a lake: the tables from which everything else follows."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Table, select

from data_access import schema
from data_access.estate.columns import arrow_schema, rows_as_arrow
from data_access.store import Store

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from data_access.estate.lake import Lake

REPORTED = (
    "import_batch",
    "global_account",
    "partner",
    "tenant",
    "workload",
    "usage",
    "association_evidence",
    "association",
    "claim",
    "subscription",
    "earning",
    "import_problem",
    "association_event",
    "claim_event",
    "attribute_revision",
    "usage_revision",
)
"""Tables that files fill; everything else follows from them."""

ROWS_AT_ONCE = 500_000
"""Rows that are read from the store at a time."""


def export_reported(store: Store, lake: Lake) -> None:
    """Fill the lake's REPORTED tables from the store's, keys and batch numbers included."""
    for name in REPORTED:
        lake.write(name, _frame(store, lake, schema.warehouse.tables[name]))


def _frame(store: Store, lake: Lake, table: Table) -> DataFrame:
    """Return all rows of a store's table as a frame of Spark."""
    told = arrow_schema(table.c)
    frames = [lake.spark.createDataFrame(told.empty_table())]
    times = [field.name for field in told if str(field.type).startswith("timestamp")]
    with store.read() as connection:
        for rows in pd.read_sql(select(table), connection, chunksize=ROWS_AT_ONCE):
            # SQLite keeps no time zone; all times are written in UTC.
            in_utc = {each: pd.to_datetime(rows[each], utc=True) for each in times}
            piece = rows_as_arrow(rows.assign(**in_utc), told)
            frames.append(lake.spark.createDataFrame(piece))
    return reduce(lambda left, right: left.unionByName(right), frames)
