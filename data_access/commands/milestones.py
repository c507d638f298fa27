"""`partner-insights milestones`: every milestone as of any month, by the rules of any day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from data_access import locations
from data_access.commands.shared import note_output, operator, store_option
from insights.exports.table_files import safe_frame
from insights.months import parse_month_code

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@click.option("--as-of", "month", metavar="YYYY-MM", help="A month (default: the newest complete).")
@click.option(
    "--rules-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="By the rules as they were in force on this day (default: now).",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array, one object a row.")
@store_option
def milestones(
    *,
    month: str | None,
    rules_on: datetime | None,
    out: Path | None,
    as_json: bool,
    store: str | None,
) -> None:
    """Judge every milestone afresh and list it, or count them by state; nothing is stored."""
    from data_access.milestones_afresh import milestones_afresh
    from data_access.store import Store

    as_of = parse_month_code(month) if month else None
    if month and as_of is None:
        raise click.BadParameter(f"{month!r} is no month; write it as YYYY-MM", param_hint="as-of")
    url = locations.chosen_store_url(store)
    with Store.open(url, create=False) as opened:
        with opened.read() as connection:
            day = rules_on.date() if rules_on else None
            rows = milestones_afresh(connection, as_of=as_of, rules_on=day)
        if out is not None or as_json:
            kind = "json" if out is None else "csv"
            note_output(opened, operator(), "milestones", kind=kind, rows=len(rows))
    if out is not None:
        safe_frame(rows).to_csv(out, index=False)
        click.echo(f"{len(rows):,} milestones written to {out}.")
    elif as_json:
        click.echo(rows.to_json(orient="records", indent=2))
    else:
        _show_counts(rows)


def _show_counts(rows: pd.DataFrame) -> None:
    """Print how many milestones are in each state."""
    counts = rows.groupby(["milestone", "state"], observed=True).size().reset_index(name="count")
    columns = (counts[name] for name in ("milestone", "state", "count"))
    for milestone, state, count in zip(*columns, strict=True):
        click.echo(f"{milestone:>3}%  {state:<15} {count:>9,}")
