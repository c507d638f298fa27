"""SQLite, PostgreSQL and Spark give the same tables, row for row."""

import math
from itertools import starmap

import pytest

from tests.spark.estates import made_tables
from tests.spark.lakes import sorted_rows, store_rows

NUMBERED = ("run_id",)
"""Numbers that each store gives by itself."""


def is_same(left, right):
    """Return whether two cells are equal; the model's numbers may differ in their last digits.

    Sums over all customers are taken shard by shard, in another order than at once.
    """
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)
    return left == right


def differences(left, right):
    assert len(left) == len(right)
    pairs = zip(left, right, strict=True)
    return [
        (one, two) for one, two in pairs if not all(starmap(is_same, zip(one, two, strict=True)))
    ]


@pytest.fixture(params=["random_estate", "demo_estate"])
def estate(request):
    """What the three engines hold of one estate."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("table", made_tables(), ids=lambda table: table.name)
def test_table_is_the_same_on_every_engine(estate, table):
    on_sqlite = sorted_rows(store_rows(estate.sqlite, table), table, without=NUMBERED)
    on_postgres = sorted_rows(store_rows(estate.postgres, table), table, without=NUMBERED)
    on_spark = sorted_rows(estate.lake.read(table.name).toArrow(), table, without=NUMBERED)
    assert not differences(on_sqlite, on_postgres)[:3]
    assert not differences(on_sqlite, on_spark)[:3]
