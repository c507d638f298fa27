"""`partner-insights batch`: the heavy work for a whole estate, on Spark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from data_access import locations
from data_access.commands.shared import TerminalProgress, operator, store_option

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from data_access.estate.batch import Input

DATABASES = ("sqlite", "postgresql")
"""How database URLs begin; any other URL is one of a folder."""


@click.command()
@click.option(
    "--engine", type=click.Choice(["spark"]), default="spark", show_default=True, help="What runs."
)
@click.option(
    "--input",
    "source",
    metavar="URL",
    required=True,
    help="Folder of files, as Spark names it, or database URL of a store of imports.",
)
@click.option("--lake", metavar="URL", required=True, help="Folder for Parquet, as Spark names it.")
@click.option("--master", metavar="URL", help="Spark's master (default: as Spark is set up).")
@store_option
def batch(*, engine: str, source: str, lake: str, master: str | None, store: str | None) -> None:  # noqa: ARG001 - one engine so far
    """Make marts, milestones and ranking of a whole estate, and serve them from a store.

    What files tell, or told the store --input, goes into the lake; the store --store then holds
    everything that pages show. A stopped batch goes on where it was when the same command is given
    again.
    """
    from data_access.estate.batch import run_batch
    from data_access.estate.lake import Lake
    from data_access.estate.session import spark_session
    from data_access.store import Store

    progress = TerminalProgress()
    target_url = locations.chosen_store_url(store)
    now = datetime.now(UTC)
    with Store.open(target_url) as target:
        session = spark_session(master)
        try:
            with _input(session, source, now) as told:
                made = Lake(session, lake)
                done = run_batch(made, told, target, scope=operator(), now=now, progress=progress)
        finally:
            progress.end()
            session.stop()
    click.echo(f"Steps run: {', '.join(done.steps) or 'none, all were done'}.")
    click.echo(f"{sum(done.served.changed.values()):,} rows changed in {target.backend.url}.")


@contextmanager
def _input(session: SparkSession, url: str, now: datetime) -> Iterator[Input]:
    """Give what --input names: a store of imports, or a folder of files."""
    from data_access.estate.exporting import StoreInput
    from data_access.estate.reading import FolderInput
    from data_access.store import Store

    if url.startswith(DATABASES):
        with Store.open(url, create=False) as store:
            yield StoreInput(store)
    else:
        yield FolderInput(session, url, operator(), now)
