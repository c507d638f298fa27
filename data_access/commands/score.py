"""`partner-insights score`: rank every customer's next milestone, and write the predictions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from data_access import locations
from data_access.commands.ranking_options import asked_settings, ranking_options
from data_access.commands.shared import TerminalProgress, note_output, operator, store_option
from data_access.commands.verdict_lines import verdict_lines
from insights.months import month_code


@click.command()
@ranking_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all predictions to this CSV file.",
)
@store_option
def score(
    *,
    as_of: int | None,
    milestones: tuple[int, ...] | None,
    horizons: tuple[int, ...],
    out: Path | None,
    store: str | None,
) -> None:
    """Rank every tenant x workload with a milestone ahead; trains first where needed."""
    from data_access.predictions import check_writable, write_predictions
    from data_access.scoring import score_store
    from data_access.store import Store

    if out is not None:
        check_writable(out)
    progress = TerminalProgress()
    with Store.open(locations.chosen_store_url(store), create=False) as opened:
        try:
            result = score_store(
                opened,
                asked_settings(as_of, milestones, horizons),
                scope=operator(),
                now=datetime.now(UTC),
                progress=progress,
                on_wait=lambda holder: click.echo(f"Waiting for {holder}", err=True),
            )
        finally:
            progress.end()
        if out is not None:
            note_output(opened, operator(), "score", kind="csv", rows=len(result.rows))
    if out is not None:
        write_predictions(result.rows, out)
        click.echo(f"{len(result.rows):,} predictions written to {out}.")
    for note in result.notes:
        click.echo(note)
    click.echo(f"{result.pairs:,} pairs ranked as of {month_code(result.as_of)}.")
    for line in verdict_lines(result.verdicts):
        click.echo(line)
    if result.run_id is None:
        click.echo("Pages keep the ranking by programme rules as of the newest complete month.")
