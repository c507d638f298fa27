"""How long the batch of an estate takes on Spark, step by step, from the tables of a store.

`python -m benchmarks.estate sqlite:///source.db postgresql://user@host/database`; the target is
filled. Times depend on the machine and on what else runs there.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import func, select

from data_access import schema
from data_access.estate.exporting import export_reported
from data_access.estate.judging import judge
from data_access.estate.lake import Lake
from data_access.estate.marts import fill_marts
from data_access.estate.scoring import score_lake
from data_access.estate.serving import serve
from data_access.estate.session import spark_session
from data_access.store import Store
from data_access.training import Ranker
from data_access.types import Scope


@contextmanager
def timed(step: str, rows: int) -> Iterator[None]:
    """Print how long a step took, per row of usage, and the most memory of this process."""
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = f"{rows / seconds:12,.0f} usage rows/s"
    print(f"{step:<10} {seconds:8.1f} s {rate}  {memory:7,.0f} MB", flush=True)


def main() -> None:
    """Run every step once and print its time."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("source")
    asked.add_argument("target")
    asked.add_argument("--master", default="local[2]")
    asked.add_argument("--lake", default="")
    given = asked.parse_args()
    now, who = datetime.now(UTC), Scope("benchmark", "admin")
    with (
        tempfile.TemporaryDirectory() as made,
        Store.open(given.source, create=False) as source,
        Store.open(given.target) as target,
    ):
        lake = Lake(spark_session(given.master), given.lake or f"file://{made}/lake")
        with source.read() as connection:
            rows = connection.scalar(select(func.count()).select_from(schema.usage)) or 0
        with timed("export", rows):
            export_reported(source, lake)
        with timed("marts", rows):
            fill_marts(lake)
        with timed("judge", rows):
            judge(lake, target, known_on=now.date(), now=now)
        with timed("score", rows):
            score_lake(lake, target, Ranker(who, now))
        with timed("serve", rows):
            serve(lake, target, scope=who, now=now)
        with timed("again", rows):
            serve(lake, target, scope=who, now=now)


if __name__ == "__main__":
    main()
