"""The command `partner-insights`: everything that the app can bring in, from a terminal.

Exit codes: 0 done (quarantined rows included), 1 refused with a reason and nothing changed,
2 wrong usage.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from data_access import locations
from data_access.commands.access import access
from data_access.commands.actions import actions, people
from data_access.commands.backup import backup, restore
from data_access.commands.batch import batch
from data_access.commands.digest import digest
from data_access.commands.evaluate import evaluate
from data_access.commands.health import health
from data_access.commands.milestones import milestones
from data_access.commands.rules import rules
from data_access.commands.score import score
from data_access.commands.shared import (
    TerminalProgress,
    operator,
    store_option,
    tell_if_ranking_is_due,
)
from data_access.commands.train import train
from data_access.errors import InsightsError
from data_access.types import ImportReport
from insights.months import month_of, parse_month_code

SHOWN_PROBLEMS = 20


class _Commands(click.Group):
    """A group that turns the failures a user can act on into one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except InsightsError as error:
            hint = f"\n{error.hint}" if error.hint else ""
            raise click.ClickException(f"{error}{hint}") from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="partner-insights")
def main() -> None:
    """Performance by workload for Microsoft 365 partners: files in, figures out."""


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array, one object a table.")
@click.option("--tenant", metavar="ID", help="The tenant of a Graph report, which names none.")
@store_option
def import_command(
    files: Sequence[Path], *, dry_run: bool, as_json: bool, tenant: str | None, store: str | None
) -> None:
    """Bring Partner Center files in: CSV, TSV, .xlsx or .zip, recognised by their header."""
    from data_access.import_store import store_for_import
    from data_access.importer import import_files
    from data_access.validate import ImportOptions

    now = datetime.now(UTC)
    progress = TerminalProgress()
    with store_for_import(store or locations.own_store_url(), dry_run=dry_run) as opened:
        try:
            reports = import_files(
                opened,
                [(path.name, path) for path in files],
                scope=operator(),
                now=now,
                options=ImportOptions(tenant_id=tenant, today=now.date()),
                dry_run=dry_run,
                progress=progress,
                on_wait=lambda holder: click.echo(f"Waiting for {holder}", err=True),
            )
        finally:
            progress.end()
        if not dry_run:
            tell_if_ranking_is_due(opened, "this import")
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(report) for report in reports], indent=2))
    else:
        for report in reports:
            _show_report(report)


def _show_report(report: ImportReport) -> None:
    """Print one table's report for people."""
    would = "would be " if report.dry_run else ""
    click.secho(f"{report.file}: {report.kind_title}", bold=True)
    click.echo(
        f"  {report.rows_read:,} rows read; {report.accepted:,} {would}accepted "
        f"({report.new:,} new, {report.restated:,} restated, {report.unchanged:,} unchanged), "
        f"{report.quarantined:,} quarantined"
    )
    if report.new_month_list:
        click.echo(f"  new months: {', '.join(report.new_month_list)}")
    for repair in report.repairs:
        click.echo(f"  repaired, {repair.rows:,} rows, {repair.column}: {repair.message}")
    for note in report.notes:
        click.echo(f"  note: {note}")
    for problem in report.problems[:SHOWN_PROBLEMS]:
        click.echo(f"  row {problem.row}, {problem.column}: {problem.message} [{problem.code}]")
    hidden = len(report.problems) - SHOWN_PROBLEMS
    if hidden > 0:
        click.echo(f"  and {hidden:,} more; --json lists all of them")


@main.command()
@click.option("--tenants", default=400, show_default=True, type=click.IntRange(20, 200_000))
@click.option("--months", default=48, show_default=True, type=click.IntRange(6, 60))
@click.option("--seed", default=7, show_default=True, type=int)
@click.option("--last-month", metavar="YYYY-MM", help="Newest month (default: the last full one).")
@store_option
def demo(
    tenants: int, months: int, *, seed: int, last_month: str | None, store: str | None
) -> None:
    """Build the demo portfolio: an invented partner world, brought in by the real importer."""
    from data_access.demo.build import build_demo_store

    now = datetime.now(UTC)
    newest = parse_month_code(last_month) if last_month else month_of(now.date()) - 1
    if newest is None:
        raise click.BadParameter(f"{last_month!r} is not YYYY-MM", param_hint="--last-month")
    progress = TerminalProgress()
    url = store or locations.demo_store_url()
    try:
        build_demo_store(
            url,
            tenants=tenants,
            months=months,
            seed=seed,
            last_month=newest,
            now=now,
            progress=progress,
        )
    finally:
        progress.end()
    click.echo(f"Demo portfolio with {tenants:,} customers and {months} months: {url}")


@main.command()
@click.option("--json", "as_json", is_flag=True)
@store_option
def status(*, as_json: bool, store: str | None) -> None:
    """Show which store is in use and what it holds."""
    from data_access.queries.imports import store_status
    from data_access.store import Store

    with Store.open(locations.chosen_store_url(store), create=False) as opened:
        facts = store_status(opened)
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):<24} {value if value is not None else '—'}")


@main.command()
@click.argument("folder", default="docs", type=click.Path(path_type=Path, file_okay=False))
def docs(folder: Path) -> None:
    """Write the documents that are made from the code: metrics and data dictionary."""
    from data_access.reference_docs import write_documents

    for path in write_documents(folder):
        click.echo(path)


main.add_command(access)
main.add_command(actions)
main.add_command(backup)
main.add_command(batch)
main.add_command(digest)
main.add_command(evaluate)
main.add_command(health)
main.add_command(milestones)
main.add_command(people)
main.add_command(restore)
main.add_command(rules)
main.add_command(score)
main.add_command(train)
