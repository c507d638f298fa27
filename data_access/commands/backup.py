"""`partner-insights backup` and `restore`: everything into one file, and back out of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from data_access import locations
from data_access.commands.shared import TerminalProgress, operator, store_option


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
def backup(file: Path, *, store: str | None) -> None:
    """Write the whole store to a new FILE, while people work: figures, work, proofs, access.

    It holds names, contacts and money: keep it as safe as the store.
    """
    from data_access.backup import make_backup
    from data_access.store import Store

    progress = TerminalProgress()
    with Store.open(locations.chosen_store_url(store), create=False) as opened:
        try:
            made = make_backup(
                opened, file, scope=operator(), now=datetime.now(UTC), progress=progress
            )
        finally:
            progress.end()
    click.echo(f"{made.rows:,} rows and {len(made.proofs):,} proofs written to {file}")
    if made.lost_proofs:
        click.echo(
            f"{len(made.lost_proofs):,} proofs were not there any more, or were changed since: "
            f"{', '.join(made.lost_proofs)}",
            err=True,
        )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--replace",
    is_flag=True,
    help="Also where there is a store already: it is backed up beside first.",
)
@store_option
def restore(file: Path, *, replace: bool, store: str | None) -> None:
    """Put a backup FILE into an empty store, on either database; an older one is upgraded."""
    from data_access.backup_restore import restore_backup

    progress = TerminalProgress()
    url = store or locations.own_store_url()
    try:
        done = restore_backup(
            file,
            url,
            scope=operator(),
            now=datetime.now(UTC),
            replace=replace,
            progress=progress,
        )
    finally:
        progress.end()
    if done.kept_before:
        click.echo(f"What was there before is kept in {done.kept_before}")
    if done.manifest.is_demo and not locations.is_demo(url):
        click.echo("This backup is of the demo portfolio: its figures are invented.", err=True)
    click.echo(f"{done.manifest.rows:,} rows of {done.manifest.made_at[:16]} are in the store")
