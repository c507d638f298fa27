"""A batch on a real cluster: a worker that dies, a second run, and people who read meanwhile."""

import threading
import time
from pathlib import Path

from sqlalchemy import func, select

from data_access import schema
from data_access.estate.lake import Lake
from data_access.estate.serving import FACTS, HISTORIES, RANKING, REFERENCE, serve
from tests.spark.estates import NOW, WHO, batch, made_tables
from tests.spark.lakes import sorted_rows, store_rows

TABLES = tuple(schema.warehouse.tables[name] for name in (*REFERENCE, *FACTS, *RANKING))


def made(lake):
    return {
        table.name: sorted_rows(lake.read(table.name).toArrow(), table) for table in made_tables()
    }


def kill_during(cluster, folder: Path, table: str) -> threading.Thread:
    """Kill a worker as soon as tasks write this table of a lake; return the thread that waits."""

    def wait_and_kill():
        while not list(folder.glob(f"{table}/*/_temporary")):
            time.sleep(0.02)
        cluster.kill_worker()

    thread = threading.Thread(target=wait_and_kill, daemon=True)
    thread.start()
    return thread


def test_store_holds_the_lake_when_it_was_served(random_estate):
    lake, served = random_estate.lake, random_estate.served
    for table in TABLES:
        without = ("run_id",)
        told = sorted_rows(lake.read(table.name).toArrow(), table, without=without)
        assert sorted_rows(store_rows(served, table), table, without=without) == told, table.name


def test_batches_and_what_they_changed_are_told_when_served(random_estate):
    for name in ("import_batch", *HISTORIES):
        table = schema.warehouse.tables[name]
        source, served = (
            sorted_rows(store_rows(store, table), table)
            for store in (random_estate.sqlite, random_estate.served)
        )
        assert served == source, name


def test_second_batch_does_nothing(random_estate):
    version = random_estate.served.data_version()
    again = batch(random_estate.lake, random_estate.sqlite, random_estate.served)
    assert not again.steps
    assert not again.served.changed
    assert random_estate.served.data_version() == version


def test_batch_is_the_same_when_a_worker_is_killed_in_it(cluster, random_estate, spark, tmp_path):
    """Its input is the very store that it serves: everything is there already."""
    disturbed = Lake(spark, f"file://{tmp_path}")
    killer = kill_during(cluster, tmp_path, "judged")
    done = batch(disturbed, random_estate.served, random_estate.served)
    killer.join(timeout=1)
    assert not killer.is_alive()
    assert len(cluster.workers) == 1
    cluster.add_worker()
    cluster.wait_for(2)
    assert made(disturbed) == made(random_estate.lake)
    assert not done.served.changed


def seen(connection):
    """Return how many rows each table has, and the sums that pages show."""
    usage, scope = schema.usage, schema.scope_month
    counts = [select(func.count()).select_from(table).scalar_subquery() for table in TABLES]
    sums = [
        select(func.sum(usage.c.monthly_active_users)).scalar_subquery(),
        select(func.sum(scope.c.monthly_active_users)).scalar_subquery(),
    ]
    return tuple(connection.execute(select(*counts, *sums)).one())


def seen_slowly(store):
    """Return what `seen` does, asked table by table on one connection."""
    with store.read() as connection:
        first = seen(connection)
        time.sleep(0.05)
        assert seen(connection) == first
    return first


def more_users(lake, folder):
    """Return a lake of the same tables in which everybody has one more active user."""
    newer = Lake(lake.spark, f"file://{folder}")
    for table in (*TABLES, schema.milestone_run, schema.score_run, schema.import_batch):
        rows, name = lake.read(table.name), "monthly_active_users"
        newer.write(table.name, rows.withColumn(name, rows[name] + 1) if name in table.c else rows)
    return newer


def test_readers_see_all_of_the_old_or_all_of_the_new(random_estate, tmp_path):
    served, newer = random_estate.served, more_users(random_estate.lake, tmp_path)
    old, states, failures, is_over = seen_slowly(served), set(), [], threading.Event()

    def read():
        while not is_over.is_set():
            try:
                states.add(seen_slowly(served))
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is told
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        serve(newer, served, scope=WHO, now=NOW)
        new = seen_slowly(served)
    finally:
        is_over.set()
        for reader in readers:
            reader.join()
    assert not failures
    assert new != old
    assert states <= {old, new}
    serve(random_estate.lake, served, scope=WHO, now=NOW)
    assert seen_slowly(served) == old
