"""Speed of actions after a scoring: `python -m benchmarks.action_speed SCORED.db [--pairs N]`.

Copies a scored file store, multiplies its customers until there are so many pairs with a milestone
ahead, and prints the CPU seconds of the first refresh, of a replay, and of one after every chance
has moved, next to plainly reading the same opportunities. Times depend on the machine; the ratio is
what to compare.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, func, inspect, select, text, update

from data_access.action_refresh import refresh_actions
from data_access.actions_store import actions
from data_access.locations import file_store_url
from data_access.schema import claim, milestone_status, opportunity, tenant
from data_access.store import Store
from data_access.types import LOCAL_USER

TARGET_S = 5.0
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COPIED = (tenant, milestone_status, opportunity, claim)


def multiply(connection: Connection, wanted: int) -> int:
    """Copy every customer with its rows under new ids; return the pairs with a milestone ahead."""
    count = select(func.count()).select_from(opportunity)
    there = connection.scalar(count) or 0
    step = (connection.scalar(select(func.max(tenant.c.tenant_key))) or 0) + 1
    names = {
        table.name: [str(column["name"]) for column in inspect(connection).get_columns(table.name)]
        for table in COPIED
    }
    for name in names:
        connection.execute(text(f"CREATE TEMP TABLE one_{name} AS SELECT * FROM {name}"))  # noqa: S608
    for number in range(1, wanted // max(there, 1) + 1):
        renamed = {
            "tenant_key": f"tenant_key + {number * step}",
            "tenant_id": f"tenant_id || '-{number}'",
            "claim_id": f"claim_id || '-{number}'",
        }
        for name, columns in names.items():
            values = ", ".join(renamed.get(column, column) for column in columns)
            told = ", ".join(columns)
            connection.execute(
                text(f"INSERT INTO {name} ({told}) SELECT {values} FROM one_{name}")  # noqa: S608
            )
    return connection.scalar(count) or 0


def timed(name: str, work: Callable[[], object], unit_s: float = 0.0) -> float:
    """Run something, print what it took of the CPU, and return the seconds."""
    start = time.process_time()
    result = work()
    seconds = time.process_time() - start
    ratio = f", {seconds / unit_s:.1f} x reading" if unit_s else ""
    print(f"{name:<28} {seconds:6.2f} s{ratio}   {result}")
    return seconds


def measure(store: Store) -> None:
    """Print one line per step."""
    with store.read() as connection:
        unit = timed("reading opportunities", lambda: len(_read(connection)))
    first = timed("first refresh", lambda: refresh_actions(store, now=NOW), unit)
    timed("replay", lambda: refresh_actions(store, now=NOW), unit)
    with store.write() as connection:
        moved = {"probability_90": opportunity.c.probability_90 * 0.9}
        worth = {"expected_usd_e4": opportunity.c.expected_usd_e4 // 10 * 9}
        connection.execute(update(opportunity).values(**moved, **worth))
    timed("after every chance moved", lambda: refresh_actions(store, now=NOW), unit)
    timed("reading the live actions", lambda: len(actions(store, LOCAL_USER, now=NOW)))
    print(f"target {TARGET_S} s: {'met' if first <= TARGET_S else 'missed'}")


def _read(connection: Connection) -> pd.DataFrame:
    return pd.read_sql(select(opportunity), connection)


def main() -> None:
    """Measure on a copy of the store given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--pairs", type=int, default=200_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "store.db"
        shutil.copy(asked.store, place)
        with Store.open(file_store_url(place)) as store:
            with store.write() as connection:
                pairs = multiply(connection, asked.pairs)
            print(f"{pairs:,} pairs with a milestone ahead")
            measure(store)


if __name__ == "__main__":
    main()
