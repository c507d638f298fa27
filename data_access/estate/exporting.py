"""Take what files told a store into a lake: the tables from which everything else follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection, Table, func, select

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
    "row_revision",
    "usage_revision",
    "evidence_revision",
)
"""Tables that files fill; everything else follows from them."""

ROWS_AT_ONCE = 500_000
"""Rows that are read from the store at a time."""


@dataclass(frozen=True)
class StoreInput:
    """A batch's input: a store into which files were imported."""

    store: Store

    def version(self) -> str:
        """Return what stands for the files told: the same until an import or a restore.

        Ranking, rules and people's work leave it as it is, also where the store is served too.
        """
        batch, restores = schema.import_batch, schema.store_event
        newest = select(func.max(batch.c.batch_id)).scalar_subquery()
        restored = select(func.max(restores.c.happened_at)).where(restores.c.event == "restore")
        with self.store.read() as connection:
            told = connection.execute(select(newest, restored.scalar_subquery())).one()
        return f"{self.store.url} {told[0]} {told[1]}"

    def export(self, lake: Lake) -> None:
        """Fill the lake's REPORTED tables from the store's."""
        export_reported(self.store, lake)


def export_reported(store: Store, lake: Lake, names: Sequence[str] = REPORTED) -> None:
    """Fill the lake's REPORTED tables from the store's, keys and batch numbers included.

    All tables are those of one moment, whatever is imported meanwhile.
    """
    with store.snapshot() as connections:
        for name in names:
            table = schema.warehouse.tables[name]
            lake.write(name, _frame(connections["warehouse"], lake, table))


def _frame(connection: Connection, lake: Lake, table: Table) -> DataFrame:
    """Return all rows of a store's table as a frame of Spark."""
    told = arrow_schema(table.c)
    frames = [lake.spark.createDataFrame(told.empty_table())]
    times = [field.name for field in told if str(field.type).startswith("timestamp")]
    for rows in pd.read_sql(select(table), connection, chunksize=ROWS_AT_ONCE):
        # SQLite keeps no time zone; all times are written in UTC.
        in_utc = {each: pd.to_datetime(rows[each], utc=True) for each in times}
        piece = rows_as_arrow(rows.assign(**in_utc), told)
        frames.append(lake.spark.createDataFrame(piece))
    return reduce(lambda left, right: left.unionByName(right), frames)
