"""Opportunities of an estate: their quadrants, their sums, and what is expected of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from data_access import schema
from data_access.estate.columns import arrow_schema, rows_as_arrow, rows_as_frame
from data_access.estate.judging import shards_of
from data_access.estate.shards import Tables, by_batch, by_shard, rows_of
from data_access.ranking_rows import (
    FORECAST_KEYS,
    PAIR,
    PART_KEYS,
    customer_rows,
    forecast_sums,
    part_sums,
    whole_forecast,
    with_totals,
)
from insights.opportunities import quadrants
from insights.ranking.verdicts import Verdict

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from data_access.estate.lake import Lake

HOLDER = ("partner_key", "workload_key")
FORECAST = arrow_schema(schema.forecast_month.c)
FORECAST_SUMS = pa.schema(
    [
        (field.name, field.type if field.name in FORECAST_KEYS else pa.float64())
        for field in FORECAST
    ]
)
"""As forecast_month, but not yet in whole numbers."""


def write_opportunities(
    lake: Lake, unsorted: DataFrame, *, as_of: int, verdicts: Mapping[int, Verdict]
) -> None:
    """Fill opportunity, opportunity_part, customer_opportunity and forecast_month.

    `unsorted` are opportunities without their quadrant.
    """
    listed = arrow_schema(schema.opportunity.c)
    lake.write("opportunity", by_batch(unsorted, _sorting(_median(unsorted), listed), listed))
    rows, shards = lake.read("opportunity"), shards_of(lake)
    customers = {"customer_opportunity": arrow_schema(schema.customer_opportunity.c)}
    stream = by_shard({"opportunity": rows}, _by_customer, customers, shards=shards)
    lake.write("customer_opportunity", rows_of(stream, "customer_opportunity"))
    sums = {"opportunity_part": arrow_schema(schema.opportunity_part.c), "forecast": FORECAST_SUMS}
    work = _by_holder(as_of, verdicts)
    # A partner's workload lies in one shard, so that its chances always add up in one order.
    stream = by_shard({"opportunity": rows}, work, sums, shards=shards, key=HOLDER).cache()
    parts = rows_as_frame(rows_of(stream, "opportunity_part").toArrow(), schema.opportunity_part)
    told = rows_of(stream, "forecast").toArrow().to_pandas()
    stream.unpersist()
    _write(lake, "opportunity_part", with_totals(_in_order(parts, PART_KEYS), PART_KEYS))
    _write(lake, "forecast_month", whole_forecast(_in_order(told, FORECAST_KEYS)))


def _median(rows: DataFrame) -> float:
    """Return the median of all positive values, 0 without any (insights.opportunities)."""
    from pyspark.sql import functions as f

    values = rows.where(rows["value_usd_e4"] > 0)
    found = values.agg(f.percentile("value_usd_e4", 0.5)).toArrow().column(0)[0].as_py()
    return float(found or 0)


def _sorting(median: float, listed: pa.Schema) -> Callable[[pa.Table], pa.Table]:
    """Return what gives opportunities their quadrant."""

    def sorted_in(told: pa.Table) -> pa.Table:
        rows = rows_as_frame(told, schema.opportunity)
        return rows_as_arrow(rows.assign(quadrant=quadrants(rows, median)), listed)

    return sorted_in


def _by_customer(told: Tables) -> Tables:
    """Return the customers of a shard."""
    rows = customer_rows(_opportunities(told))
    listed = schema.customer_opportunity
    return {listed.name: rows_as_arrow(rows, arrow_schema(listed.c))}


def _by_holder(as_of: int, verdicts: Mapping[int, Verdict]) -> Callable[[Tables], Tables]:
    """Return what sums up the partners' workloads of a shard."""

    def summed(told: Tables) -> Tables:
        rows = _opportunities(told)
        parts = arrow_schema(schema.opportunity_part.c)
        return {
            "opportunity_part": rows_as_arrow(part_sums(rows), parts),
            "forecast": rows_as_arrow(forecast_sums(rows, as_of, verdicts), FORECAST_SUMS),
        }

    return summed


def _opportunities(told: Tables) -> pd.DataFrame:
    return _in_order(rows_as_frame(told["opportunity"], schema.opportunity), PAIR)


def _in_order(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return rows.sort_values(keys, ignore_index=True)


def _write(lake: Lake, name: str, rows: pd.DataFrame) -> None:
    told = rows_as_arrow(rows, arrow_schema(schema.warehouse.tables[name].c))
    lake.write(name, lake.spark.createDataFrame(told))
