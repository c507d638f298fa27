"""Work piece by piece: all that is told of a customer (or partner) lies in one shard.

Rows of several tables travel as one stream with a struct for each table, so that Spark shuffles
them once and every shard is one call of a pure function. What it returns travels back likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import DataFrame, SparkSession

TENANT = ("tenant_key",)

Tables = dict[str, pa.Table]
"""Rows of several tables by name."""

ROWS_A_PIECE = 100_000
"""Rows of an Arrow stream that travels as one value."""


def by_shard(
    told: Mapping[str, DataFrame],
    work: Callable[[Tables], Tables],
    given: Mapping[str, pa.Schema],
    *,
    shards: int,
    key: tuple[str, ...] = TENANT,
) -> DataFrame:
    """Return what `work` makes of each shard, with a struct column for each table in `given`.

    `told` are frames with the columns of the key; rows without one are left out. Every shard has
    all rows of its keys, in any order; one without any is not worked on.
    """
    from functools import reduce

    stream = reduce(
        lambda left, right: left.unionByName(right, allowMissingColumns=True),
        (_as_struct(name, frame, key) for name, frame in told.items()),
    )
    names = tuple(told)

    def judged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        arrived = list(batches)
        if arrived:
            made = work(_tables(pa.Table.from_batches(arrived), names))
            yield from _stream(made, given)

    whole = stream.repartition(shards, *key)
    return whole.mapInArrow(judged, _spark_schema(_fields(given)))


def by_batch(rows: DataFrame, work: Callable[[pa.Table], pa.Table], given: pa.Schema) -> DataFrame:
    """Return what `work` makes of rows that need nothing but themselves, some at a time."""

    def worked(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from work(pa.Table.from_batches([batch])).to_batches()

    return rows.mapInArrow(worked, _spark_schema(given))


def pieces(rows: DataFrame) -> Iterator[pa.Table]:
    """Give the rows of a frame on this machine, some at a time, however many there are.

    They travel as Arrow streams, one partition after the other; Spark fetches the next meanwhile.
    """

    def made(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"piece": [_packed(batch)]})

    arriving = rows.mapInArrow(made, "piece binary")
    for row in arriving.toLocalIterator(prefetchPartitions=True):
        yield pa.ipc.open_stream(row["piece"]).read_all()


def packed(rows: pa.Table) -> Iterator[bytes]:
    """Give rows as Arrow streams, some at a time."""
    yield from map(_packed, rows.to_batches(max_chunksize=ROWS_A_PIECE))


def unpacked(spark: SparkSession, pieces: RDD[tuple[bytes]], given: pa.Schema) -> DataFrame:
    """Return the rows, of a schema, that Arrow streams hold, each in a tuple of its own."""

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for piece in batch["piece"]:
                yield from pa.ipc.open_stream(piece.as_buffer())

    return spark.createDataFrame(pieces, "piece binary").mapInArrow(rows, _spark_schema(given))


def rows_of(stream: DataFrame, name: str) -> DataFrame:
    """Return the rows of one table out of what `by_shard` returned."""
    return stream.where(stream[name].isNotNull()).select(f"{name}.*")


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    piece: bytes = sink.getvalue().to_pybytes()
    return piece


def _as_struct(name: str, frame: DataFrame, key: tuple[str, ...]) -> DataFrame:
    from pyspark.sql import functions as f

    told = frame.dropna(subset=list(key))
    return told.select(*key, f.struct(*(told[each] for each in told.columns)).alias(name))


def _tables(stream: pa.Table, names: tuple[str, ...]) -> Tables:
    return {name: pa.Table.from_struct_array(stream[name].drop_null()) for name in names}


def _stream(made: Tables, given: Mapping[str, pa.Schema]) -> Iterator[pa.RecordBatch]:
    """Give the rows of all tables as batches of structs, one table after the other."""
    fields = _fields(given)
    for name, rows in made.items():
        for batch in rows.to_batches():
            columns: list[Any] = [
                batch.to_struct_array() if field.name == name else pa.nulls(len(batch), field.type)
                for field in fields
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=fields)


def _fields(given: Mapping[str, pa.Schema]) -> pa.Schema:
    return pa.schema([(name, pa.struct(list(schema))) for name, schema in given.items()])


def _spark_schema(fields: pa.Schema) -> Any:  # noqa: ANN401 - pyspark has no types
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(fields)
