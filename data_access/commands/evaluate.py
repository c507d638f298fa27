"""`partner-insights evaluate`: the model's record against the plain rules on past months."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from data_access import locations
from data_access.commands.ranking_options import asked_settings, ranking_options
from data_access.commands.shared import TerminalProgress, operator, store_option
from data_access.commands.verdict_lines import verdict_lines
from insights.ranking.verdicts import verdicts_of

if TYPE_CHECKING:
    from data_access.ranking_settings import RankingSettings
    from data_access.store import Store

NAMES = {
    "model": "learned model",
    "gap": "gap rule, calibrated",
    "base": "base rate",
    "points": "gap in points",
    "pace": "months to go at this pace",
    "line": "6-month line",
    "curve": "logistic growth curve",
}
MEASURES = {
    "average_precision": ("AP", "{:.3f}"),
    "brier": ("Brier", "{:.4f}"),
    "log_loss": ("log-loss", "{:.4f}"),
    "calibration_error": ("calib. error", "{:.3f}"),
    "slope": ("slope", "{:.2f}"),
}
GATES = {
    "gap": "too few: the plain gap rule alone",
    "virtual": "some: learned from virtual milestones too",
    "full": "enough: learned from real milestones alone",
}


@click.command()
@ranking_options
@click.option("--json", "as_json", is_flag=True, help="Print the record as one JSON object.")
@store_option
def evaluate(
    *,
    as_of: int | None,
    milestones: tuple[int, ...] | None,
    horizons: tuple[int, ...],
    as_json: bool,
    store: str | None,
) -> None:
    """Show how good the ranking was on past months, beside every plain rule.

    Trains first where no model of the month is kept.
    """
    from data_access.store import Store

    settings = asked_settings(as_of, milestones, horizons)
    with Store.open(locations.chosen_store_url(store), create=False) as opened:
        record = _record(opened, settings)
    if as_json:
        click.echo(json.dumps(record, indent=2))
        return
    for line in verdict_lines(verdicts_of(record)):
        click.echo(line)
    for gate in record["gates"]:
        _show_horizon(gate, [row for row in record["scores"] if row["days"] == gate["days"]])


def _record(store: Store, settings: RankingSettings) -> dict[str, Any]:
    """Return the record of the model of these settings, trained now where there is none."""
    from data_access.training import model_for

    progress = TerminalProgress()
    try:
        model_id = model_for(
            store,
            settings,
            scope=operator(),
            now=datetime.now(UTC),
            progress=progress,
            on_wait=lambda holder: click.echo(f"Waiting for {holder}", err=True),
        )
    finally:
        progress.end()
    from data_access.queries.ranking import model_report

    with store.read() as connection:
        return {"model_id": model_id, **model_report(connection, model_id)}


def _show_horizon(gate: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
    """Print the table of one horizon: who ranked how well."""
    click.echo()
    click.secho(f"{gate['days']} days", bold=True)
    learned = f"{gate['events']:,} crossings among {gate['rows']:,} past rows"
    click.echo(f"  Learned from {learned}: {GATES[gate['gate']]}.")
    if not rows:
        click.echo("  No past month with a known outcome.")
        return
    first = rows[0]
    click.echo(
        f"  Judged on {first['dates']} past months: {first['rows']:,} rows, "
        f"{first['events']:,} reached."
    )
    titles = "".join(f"{title:>14}" for title, _ in MEASURES.values())
    click.echo(f"  {'':<28}{titles}")
    for row in rows:
        told = "".join(f"{_told(row.get(name), form):>14}" for name, (_, form) in MEASURES.items())
        click.echo(f"  {NAMES.get(row['forecaster'], row['forecaster']):<28}{told}")


def _told(value: float | None, form: str) -> str:
    return "—" if value is None else form.format(value)
