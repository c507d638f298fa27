"""Merge usage and holders of all customers on Spark's workers, a shard of customers a task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlalchemy import Table

from data_access.estate.columns import arrow_schema
from data_access.estate.shard_merge import (
    DONE,
    IDS,
    MERGED,
    NAMED_BY,
    columns_told,
    merge_shard,
)
from data_access.estate.shards import Tables, by_shard, rows_of
from data_access.importing.work import Effects, RowStatus
from data_access.milestone_marts import TENANTS_AT_ONCE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from data_access.estate.lake import Lake

STREAM = "merged_stream"
"""Lake table of what the shards were merged to."""

NUMBERED = ("batch_id", "replaced_by_batch_id")
"""Columns with the number of a table, which becomes that of its batch."""


def merge_files(lake: Lake, told: dict[str, DataFrame], kinds: Sequence[str]) -> list[Effects]:
    """Merge rows of all tables of files, by TOLD, and return what each table's rows did.

    `kinds` are the kinds of file of the tables, in the order of import.
    """
    usage, evidence = told["usage"], told["evidence"]
    named = lake.spark.sparkContext.broadcast(_named(evidence))
    given = {table.name: arrow_schema(columns_told(table)) for table in MERGED}

    def merged(shard: Tables) -> Tables:
        return merge_shard(shard, kinds, named.value.to_pandas())

    tenants = usage.select("tenant_id").union(evidence.select("tenant_id")).distinct().count()
    shards = max(1, -(-tenants // TENANTS_AT_ONCE))
    work = {**given, "done": DONE}
    lake.write(STREAM, by_shard(told, merged, work, shards=shards, key=("tenant_id",)))
    return _effects(rows_of(lake.read(STREAM), "done"), usage, len(kinds))


def write_merged(lake: Lake, batches: Sequence[int | None]) -> None:
    """Fill the MERGED tables of a lake that holds the reference tables.

    `batches` are the batch numbers of the tables of files, None for one that changed nothing.
    """
    numbers = [(number, batch) for number, batch in enumerate(batches) if batch is not None]
    numbered = lake.spark.createDataFrame(numbers, "told long, numbered long")
    stream = lake.read(STREAM)
    for table in MERGED:
        lake.write(table.name, _keyed(lake, table, rows_of(stream, table.name), numbered))


def _named(evidence: DataFrame) -> pa.Table:
    """Return the first and last month in which each table names a partner."""
    from pyspark.sql import functions as f

    months = f.min("month").alias("first_month"), f.max("month").alias("last_month")
    named: pa.Table = evidence.groupBy(*NAMED_BY).agg(*months).toArrow()
    return named


def _effects(done: DataFrame, usage: DataFrame, tables: int) -> list[Effects]:
    """Return what each table did to all shards; a month is new to the first that tells of it."""
    from pyspark.sql import functions as f

    first = usage.groupBy("month").agg(f.min("number").alias("number")).collect()
    counts = (f.sum(name).alias(name) for name in ("new", "restated", "kept_counts"))
    summed = done.groupBy("number").agg(*counts, f.max("is_changed").alias("is_changed"))
    effects = [Effects() for _ in range(tables)]
    for row in summed.collect():
        found = effects[row["number"]]
        found.counted = Counter({RowStatus.NEW: row["new"], RowStatus.RESTATED: row["restated"]})
        found.kept_counts, found.is_changed = row["kept_counts"], row["is_changed"]
    for row in sorted(first):
        effects[row["number"]].new_months += (row["month"],)
    return effects


def _keyed(lake: Lake, table: Table, rows: DataFrame, numbered: DataFrame) -> DataFrame:
    """Return merged rows with the lake's keys and batches, numbered in the order of an import."""
    from pyspark.sql import functions as f

    for name in (name for name in IDS if name in table.c):
        known, column = IDS[name]
        told = f.col(column.name).alias("told")
        keys = lake.read(known.name).select(told, f.col(name).alias("key"))
        rows = _looked_up(rows, name, keys)
    for name in (name for name in NUMBERED if name in table.c):
        rows = _looked_up(rows, name, numbered.withColumnRenamed("numbered", "key"))
    number: Any = table.autoincrement_column
    if number is not None:
        last = [name for name in reversed(NUMBERED) if name in table.c][:1]
        keys_first = [name for name in IDS if name in table.c]
        rows = rows.orderBy(*last, *keys_first, number.name)
        rows = rows.withColumn(number.name, f.monotonically_increasing_id() + 1)
    return rows.select(*(column.name for column in table.c))


def _looked_up(rows: DataFrame, name: str, keys: DataFrame) -> DataFrame:
    """Return rows with the key of what a column tells in its place."""
    joined = rows.join(keys, rows[name] == keys["told"])
    return joined.withColumn(name, joined["key"]).drop("told", "key")
