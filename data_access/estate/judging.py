"""Judge the milestones of a whole estate: the same engine as an import's, shard by shard.

Every customer is judged by itself, so that the shards together are what judging everybody at once
gives. The sums over them are the selections of milestone_sums and money_parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
from sqlalchemy import Table, func, select

from data_access import schema
from data_access.estate.columns import arrow_schema, rows_as_arrow, rows_as_frame
from data_access.estate.session import spark_sql
from data_access.estate.shards import Tables, by_shard, rows_of
from data_access.fillings import Filling
from data_access.milestone_facts import ASSOCIATIONS, CLAIMS, EARNINGS, USAGE, newest_bands
from data_access.milestone_marts import JUDGED, TENANTS_AT_ONCE, with_bands
from data_access.milestone_sums import sum_fillings
from data_access.money_parts import part_fillings
from data_access.program_store import active_program, rules_hash
from data_access.store import Store
from data_access.types import ANY_WORKLOAD
from insights.milestone_verdict import Verdict, verdict
from insights.milestones import MilestoneFacts
from insights.periods import newest_complete_month
from insights.program import Program

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from data_access.estate.lake import Lake

FACTS: dict[str, tuple[Table, tuple[str, ...]]] = {
    "usage": (schema.usage, USAGE),
    "association": (schema.association, ASSOCIATIONS),
    "claim": (schema.claim, CLAIMS),
    "earning": (schema.earning, (*EARNINGS, "earning_id")),
}
"""What the engine reads of customers, by table."""

STREAM = "judged"
"""Lake table that holds the rows of all judged tables until they are told apart."""


@dataclass(frozen=True)
class Judgement:
    """By which rules, and as of when, a shard is judged; travels to the workers."""

    program: Program
    as_of: int
    known_on: date
    workloads: pd.DataFrame


def judge(lake: Lake, store: Store, *, known_on: date, now: datetime) -> int | None:
    """Judge all customers of a lake by the store's rules; return the as-of month.

    Fills the lake's tables milestone_status, growth_earning, reconciliation, their sums, and
    milestone_run with the one row of this judgement. `known_on` is the day up to which claims and
    earnings speak. Without usage there is nothing to judge: None.
    """
    as_of = newest_month(lake)
    if as_of is None:
        return None
    with store.read() as connection:
        program, in_force = active_program(connection), rules_hash(connection)
    judgement = Judgement(program, as_of, known_on, _workloads(lake))
    _judge_shards(lake, judgement)
    fill_sums(lake, program, as_of)
    run = {
        "run_id": 1,
        "as_of": as_of,
        "known_on": known_on,
        "rules_hash": in_force,
        "computed_at": now,
        "batch_id": 0,
        "pairs": _pairs(lake),
    }
    rows = pa.Table.from_pylist([run], schema=arrow_schema(schema.milestone_run.c))
    lake.write("milestone_run", lake.spark.createDataFrame(rows))
    return as_of


def newest_month(lake: Lake) -> int | None:
    """Return the newest complete month of a lake's scope_month, None without usage."""
    mart = schema.scope_month
    lake.views("scope_month")
    reported = (
        select(mart.c.month, func.sum(mart.c.pairs).label("pairs"))
        .where(mart.c.workload_key != ANY_WORKLOAD)
        .group_by(mart.c.month)
    )
    told = lake.spark.sql(spark_sql(reported)).toArrow()
    pairs = pd.Series(told["pairs"].to_pylist(), index=told["month"].to_pylist(), dtype="int64")
    return newest_complete_month(pairs)


def shards_of(lake: Lake) -> int:
    """Return into how many shards a lake's customers are cut: a bound on memory, not on size."""
    tenants = int(lake.read("tenant").count())
    return max(1, -(-tenants // TENANTS_AT_ONCE))


def _workloads(lake: Lake) -> pd.DataFrame:
    told = lake.read("workload").select("workload_key", "code").toArrow()
    return rows_as_frame(told, schema.workload).sort_values("workload_key", ignore_index=True)


def _pairs(lake: Lake) -> int:
    """Return how many pairs have a milestone that was judged."""
    rows = lake.read("milestone_status").select("tenant_key", "workload_key")
    return int(rows.distinct().count())


def _judge_shards(lake: Lake, judgement: Judgement) -> None:
    """Fill the tables of single customers."""
    given = {table.name: arrow_schema(table.c) for table in JUDGED}
    stream = by_shard(
        _told(lake, judgement.as_of), _judging(judgement, given), given, shards=shards_of(lake)
    )
    lake.write(STREAM, stream)
    for table in JUDGED:
        lake.write(table.name, rows_of(lake.read(STREAM), table.name))


def _told(lake: Lake, as_of: int) -> dict[str, DataFrame]:
    """Return what is known of customers: usage up to a month, everything else whole."""
    lake.views("tenant_month")
    told = {name: lake.read(name).select(*columns) for name, (_, columns) in FACTS.items()}
    usage = told["usage"]
    bands = lake.spark.sql(spark_sql(newest_bands(None, as_of=as_of)))
    return {**told, "usage": usage.where(usage["month"] <= as_of), "size_band": bands}


def _judging(judgement: Judgement, given: Mapping[str, pa.Schema]) -> Callable[[Tables], Tables]:
    """Return what judges a shard."""

    def judged(told: Tables) -> Tables:
        found = verdict_of(told, judgement)
        frames = (found.milestones, found.growth, found.reconciliation)
        return {
            name: rows_as_arrow(rows, given[name]) for name, rows in zip(given, frames, strict=True)
        }

    return judged


def verdict_of(told: Tables, judgement: Judgement) -> Verdict:
    """Return what the engine decides on a shard's customers, with their size bands."""
    facts = {name: _in_order(told[name], *FACTS[name]) for name in FACTS}
    portfolio = MilestoneFacts(
        usage=facts["usage"],
        associations=facts["association"],
        claims=facts["claim"],
        earnings=facts["earning"].drop(columns="earning_id"),
        workloads=judgement.workloads,
    )
    found = verdict(portfolio, judgement.program, judgement.as_of, known_on=judgement.known_on)
    bands = rows_as_frame(told["size_band"], schema.tenant_month).set_index("tenant_key")
    return with_bands(found, bands["size_band"])


def _in_order(told: pa.Table, table: Table, columns: Iterable[str]) -> pd.DataFrame:
    """Return the rows in the order of their key, in whichever order they arrived."""
    rows = rows_as_frame(told, table)[list(columns)]
    keys = [column.name for column in table.primary_key]
    return rows.sort_values(keys, ignore_index=True)


def fill_sums(lake: Lake, program: Program, as_of: int) -> None:
    """Fill the sums over milestone_status, growth_earning and reconciliation."""
    spark = lake.spark
    lake.views("tenant", *(table.name for table in JUDGED))
    _write_sums(lake, sum_fillings(program, touched=None))
    for parts in part_fillings(as_of, touched=None):
        single = _union(spark, parts.single).cache()
        single.createOrReplaceTempView(parts.mart.name)
        lake.write(parts.mart.name, single.unionByName(_union(spark, parts.whole)))
        single.unpersist()


def _write_sums(lake: Lake, fillings: Iterable[Filling]) -> None:
    """Fill each table with the rows of all its fillings."""
    by_table: dict[str, list[Filling]] = {}
    for each in fillings:
        by_table.setdefault(each.target.name, []).append(each)
    for name, rows in by_table.items():
        lake.write(name, _union(lake.spark, rows))
        lake.views(name)


def _union(spark: SparkSession, fillings: Iterable[Filling]) -> DataFrame:
    frames = [spark.sql(spark_sql(each.rows)).toDF(*each.names) for each in fillings]
    return reduce(lambda left, right: left.unionByName(right), frames)
