"""The marts of usage of a whole estate, all months at once, from the store's own selections."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from data_access.estate.session import spark_sql
from data_access.fillings import Filling, every_month
from data_access.mart_statements import held, month_fillings, pair_status

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from data_access.estate.lake import Lake

SOURCES = ("usage", "association", "tenant", "partner")


def fill_marts(lake: Lake) -> None:
    """Fill the lake's tenant_month, pair_status, and the marts of scopes, partners and cohorts.

    They follow from its usage, association, tenant and partner.
    """
    spark, fillings = lake.spark, month_fillings(every_month)
    lake.views(*SOURCES)
    for each in (pair_status(None), fillings.tenant_month):
        _fill(lake, each)
    _frame(spark, fillings.sliced).createOrReplaceTempView(fillings.sliced.target.name)
    parts: list[DataFrame] = []
    for number, gather in enumerate(fillings.gathered):
        # Each step reads the ones before; kept as files, so that nothing is gathered twice.
        name = f"{held.name}_{number}"
        lake.write(name, _frame(spark, gather), by=["month"])
        parts.append(lake.read(name).select(*gather.names))
        whole = reduce(lambda left, right: left.unionByName(right), parts)
        whole.createOrReplaceTempView(held.name)
    for each in fillings.marts:
        _fill(lake, each)


def _frame(spark: SparkSession, each: Filling) -> DataFrame:
    return spark.sql(spark_sql(each.rows)).toDF(*each.names)


def _fill(lake: Lake, each: Filling) -> None:
    name = each.target.name
    lake.write(name, _frame(lake.spark, each))
    lake.views(name)
