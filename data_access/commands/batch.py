"""`partner-insights batch`: the heavy work for a whole estate, on Spark."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from data_access import locations
from data_access.commands.shared import TerminalProgress, operator, store_option


@click.command()
@click.option(
    "--engine", type=click.Choice(["spark"]), default="spark", show_default=True, help="What runs."
)
@click.option(
    "--input", "source", metavar="URL", required=True, help="Database URL of the store of imports."
)
@click.option("--lake", metavar="URL", required=True, help="Folder for Parquet, as Spark names it.")
@click.option("--master", metavar="URL", help="Spark's master (default: as Spark is set up).")
@store_option
def batch(*, engine: str, source: str, lake: str, master: str | None, store: str | None) -> None:  # noqa: ARG001 - one engine so far
    """Make marts, milestones and ranking of a whole estate, and serve them from a store.

    What files told the store --input goes into the lake; the store --store then holds everything
    that pages show. A stopped batch goes on where it was when the same command is given again.
    """
    from data_access.estate.batch import run_batch
    from data_access.estate.lake import Lake
    from data_access.estate.session import spark_session
    from data_access.store import Store

    progress = TerminalProgress()
    target_url = locations.chosen_store_url(store)
    with Store.open(source, create=False) as told, Store.open(target_url) as target:
        session = spark_session(master)
        try:
            done = run_batch(
                Lake(session, lake),
                told,
                target,
                scope=operator(),
                now=datetime.now(UTC),
                progress=progress,
            )
        finally:
            progress.end()
            session.stop()
    click.echo(f"Steps run: {', '.join(done.steps) or 'none, all were done'}.")
    click.echo(f"{sum(done.served.changed.values()):,} rows changed in {target.backend.url}.")
