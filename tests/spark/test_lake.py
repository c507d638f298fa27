"""A lake says what it holds, and that it lost something."""

from pathlib import Path

import pytest

from data_access.errors import StoreError
from data_access.estate.lake import MARKERS, Lake


def test_second_batch_is_refused_while_one_has_the_lake(spark, tmp_path: Path):
    one, other = Lake(spark, f"file://{tmp_path}"), Lake(spark, f"file://{tmp_path}/")
    refused = pytest.raises(StoreError, match="Another batch is writing the lake")
    with one.alone(), refused, other.alone():
        pass
    with other.alone():
        pass


def test_lost_marker_is_told_when_a_table_is_looked_for(spark, tmp_path: Path):
    lake = Lake(spark, f"file://{tmp_path}")
    assert not lake.holds("numbers")
    lake.write("numbers", spark.range(3))
    assert lake.holds("numbers")
    (tmp_path / MARKERS / "numbers").unlink()
    with pytest.raises(StoreError, match="lost the marker of its table numbers"):
        lake.holds("numbers")
