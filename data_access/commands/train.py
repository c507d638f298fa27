"""`partner-insights train`: learn from all usage up to a month and keep the model."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from data_access import locations
from data_access.commands.ranking_options import asked_settings, ranking_options
from data_access.commands.shared import TerminalProgress, operator, store_option
from data_access.commands.verdict_lines import verdict_lines
from insights.ranking.verdicts import verdicts_of


@click.command()
@ranking_options
@store_option
def train(
    *,
    as_of: int | None,
    milestones: tuple[int, ...] | None,
    horizons: tuple[int, ...],
    store: str | None,
) -> None:
    """Train the ranking model, judge it on past months, and keep both."""
    from data_access.queries.ranking import model_report
    from data_access.store import Store
    from data_access.training import train_model

    progress = TerminalProgress()
    with Store.open(locations.chosen_store_url(store), create=False) as opened:
        try:
            model_id = train_model(
                opened,
                asked_settings(as_of, milestones, horizons),
                scope=operator(),
                now=datetime.now(UTC),
                progress=progress,
                on_wait=lambda holder: click.echo(f"Waiting for {holder}", err=True),
            )
        finally:
            progress.end()
        with opened.read() as connection:
            report = model_report(connection, model_id)
    click.echo(f"Model {model_id} is trained and kept.")
    for line in verdict_lines(verdicts_of(report)):
        click.echo(line)
