"""A store of many customers made from a smaller one: `python -m benchmarks.grown SMALL URL`.

    python -m benchmarks.grown pages-20000.db sqlite:////tmp/pages-200000.db --times 10
    python -m benchmarks.grown pages-20000.db postgresql+psycopg://... --times 10 --months 13

Nothing goes through the importer here: the database multiplies its own rows. Every customer is
there `--times` times with all that is known of them, and the sums over customers are multiplied.
Memory stays that of one block of rows.
`--months` keeps this many months of the copies' usage rows; no page reads more of a customer than
its own, and the first ones keep theirs whole.
"""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from data_access.locations import file_store_url
from data_access.postgres_loading import copy_rows
from data_access.schema import (
    association,
    association_evidence,
    customer_opportunity,
    growth_earning,
    milestone_status,
    opportunity,
    pair_status,
    reconciliation,
    score,
    store_event,
    tenant,
    tenant_month,
    usage,
    warehouse,
)
from data_access.store import Store

ROWS_AT_ONCE = 200_000
PER_CUSTOMER = (
    tenant,
    tenant_month,
    pair_status,
    association,
    association_evidence,
    milestone_status,
    growth_earning,
    reconciliation,
    opportunity,
    customer_opportunity,
    score,
)
SUMS = (
    "scope_month",
    "partner_month",
    "partner_slice_month",
    "account_slice_month",
    "cohort_month",
    "milestone_sum",
    "milestone_part",
    "money_month",
    "money_part",
    "growth_sum",
    "reconciliation_sum",
    "opportunity_part",
)


def copied_to_postgres(small: Path, store: Store) -> None:
    """Copy every warehouse row of a file store into an empty store on PostgreSQL."""
    with (
        Store.open(file_store_url(small), create=False) as source,
        source.read() as read,
        store.write() as write,
    ):
        # The record of the store's own events only grows, and belongs to each store.
        tables = [table for table in warehouse.sorted_tables if table is not store_event]
        for table in reversed(tables):
            write.execute(table.delete())
        for table in tables:
            blocks = pd.read_sql(
                select(table), read, chunksize=ROWS_AT_ONCE, dtype_backend="pyarrow"
            )
            for block in blocks:
                copy_rows(write, table, block)


def multiplied(connection: Connection, times: int, months: int) -> None:
    """Make every customer stand there this many times, each with an own key and id."""
    stride = connection.execute(select(func.max(tenant.c.tenant_key))).scalar_one() + 1
    newest = connection.execute(select(func.max(usage.c.month))).scalar_one()
    for table in (*PER_CUSTOMER, usage):
        begin = time.perf_counter()
        own = table.c.tenant_key < stride
        if table is usage:
            own &= usage.c.month > newest - months
        for copy in range(1, times):
            values = [_copied(column, copy, stride) for column in table.columns]
            connection.execute(
                insert(table).from_select(table.c.keys(), select(*values).where(own))
            )
        print(f"{table.name:<24} {time.perf_counter() - begin:7.1f} s", flush=True)
    for name in SUMS:
        table = warehouse.tables[name]
        connection.execute(update(table).values({c: c * times for c in _measures(table)}))


def _copied(column: Column[Any], copy: int, stride: int) -> ColumnElement[Any]:
    if column.name == "tenant_key":
        return column + copy * stride
    if column.table is tenant and column.name in ("tenant_id", "imported_id", "name"):
        return column + literal(f" {copy}", Text)
    return column


def _measures(table: Table) -> list[Column[Any]]:
    keys = set(table.primary_key.columns)
    return [
        column
        for column in table.columns
        if column not in keys
        and isinstance(column.type, Integer)
        and not column.name.endswith(("_key", "month"))
    ]


def grown(small: Path, url: str, *, times: int, months: int) -> None:
    """Make the store at the address; it must not exist as a file, or be empty on a server."""
    if url.startswith("sqlite"):
        place = Path(url.partition("///")[2])
        shutil.copy(small, place)
        shutil.copy(small.with_suffix(".app.db"), place.with_suffix(".app.db"))
    with Store.open(url) as store:
        is_file = url.startswith("sqlite")
        if not is_file:
            copied_to_postgres(small, store)
        with store.write() as connection:
            multiplied(connection, times, months)
            connection.execute(text("ANALYZE"))


def main() -> None:
    """Make the store and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("small", type=Path, help="a file store, from benchmarks.pages")
    parser.add_argument("url", help="where to: a file that is not there, or an empty database")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--months", type=int, default=36)
    given = parser.parse_args()
    begin = time.perf_counter()
    grown(given.small, given.url, times=given.times, months=given.months)
    print(f"{'all':<24} {time.perf_counter() - begin:7.1f} s")


if __name__ == "__main__":
    main()
