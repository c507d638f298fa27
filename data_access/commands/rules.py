"""`partner-insights rules`: what is in force, and checking, activating and undoing files."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from data_access import locations
from data_access.commands.shared import (
    TerminalProgress,
    operator,
    store_option,
    tell_if_ranking_is_due,
)

if TYPE_CHECKING:
    import pandas as pd

    from data_access.rules_change import Preview, RulesChange
    from data_access.store import Store
    from insights.program import ProgramRules

EXISTING = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group(invoke_without_command=True)
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="A day (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@store_option
@click.pass_context
def rules(ctx: click.Context, *, day: datetime | None, as_json: bool, store: str | None) -> None:
    """Show the programme rules in force on a day, or check, activate and undo changed ones."""
    ctx.obj = store
    if ctx.invoked_subcommand is not None:
        return
    from data_access.program_store import active_program
    from data_access.rules import rules_on

    with _opened(store) as opened, opened.read() as connection:
        program = active_program(connection)
    found = rules_on(day.date() if day else datetime.now(UTC).date(), program)
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=2, default=str))
    else:
        _show_rules(found)


@rules.command()
@click.argument("files", nargs=-1, required=True, type=EXISTING)
@store_option
@click.pass_context
def check(ctx: click.Context, *, files: Sequence[Path], store: str | None) -> None:
    """Check rules files and show what they would change; nothing is changed."""
    from data_access.rules_change import preview

    _change(_chosen(ctx, store), preview, lambda _rows: _uploaded(files))
    click.echo("Nothing was changed.")


@rules.command()
@click.argument("files", nargs=-1, required=True, type=EXISTING)
@store_option
@click.pass_context
def activate(ctx: click.Context, *, files: Sequence[Path], store: str | None) -> None:
    """Put rules files in force and judge every milestone by them."""
    from data_access.rules_change import activate as put_in_force

    changes = _change(_chosen(ctx, store), put_in_force, lambda _rows: _uploaded(files))
    click.echo(f"In force: {', '.join(change.title for change in changes)}.")


@rules.command()
@click.argument("years", nargs=-1, required=True, metavar="FY27...")
@store_option
@click.pass_context
def reset(ctx: click.Context, *, years: Sequence[str], store: str | None) -> None:
    """Take programme years back to the rules that come with the app."""
    from data_access.rules_change import activate as put_in_force
    from data_access.rules_change import reset_changes

    _change(_chosen(ctx, store), put_in_force, lambda rows: reset_changes(rows, years))
    click.echo(f"Back to the shipped rules: {', '.join(years)}.")


def _chosen(ctx: click.Context, store: str | None) -> str | None:
    """Return the store that was named last; the variable speaks where none was."""
    is_named = ctx.get_parameter_source("store") is ParameterSource.COMMANDLINE
    return store if is_named else ctx.obj


def _opened(store: str | None) -> Store:
    from data_access.store import Store

    return Store.open(locations.chosen_store_url(store), create=False)


def _uploaded(files: Sequence[Path]) -> tuple[RulesChange, ...]:
    from data_access.rules_change import uploaded_changes

    return uploaded_changes([(path.name, path.read_bytes()) for path in files])


def _change(
    store: str | None,
    run: Callable[..., Preview],
    changes_of: Callable[[pd.DataFrame], tuple[RulesChange, ...]],
) -> tuple[RulesChange, ...]:
    """Run a change of rules with its progress and show what it does."""
    from data_access.program_store import activations
    from data_access.rules_change import Person

    progress = TerminalProgress()
    with _opened(store) as opened:
        with opened.read() as connection:
            rows = activations(connection)
        changes = changes_of(rows)
        person = Person(
            operator(),
            datetime.now(UTC),
            progress,
            lambda holder: click.echo(f"Waiting for {holder}", err=True),
        )
        try:
            found = run(opened, changes, person)
        finally:
            progress.end()
        tell_if_ranking_is_due(opened, "these rules")
    _show_changes(found)
    return changes


def _as_json(found: ProgramRules) -> dict[str, object]:
    """Return a year's rules as plain values, every value as people read it beside."""
    from insights.program import rule_lines

    return {
        "title": found.title,
        "model": found.model,
        "starts": found.starts,
        "ends": found.ends,
        "rules": [dataclasses.asdict(line) for line in rule_lines(found)],
    }


def _show_rules(found: ProgramRules) -> None:
    """Print a year's rules for people."""
    from insights.program import rule_lines

    click.secho(f"{found.title}: {found.starts} to {_end(found.ends)}", bold=True)
    for line in rule_lines(found):
        example = " [example]" if line.is_example else ""
        click.echo(f"  {line.subject}: {line.value}{example}")
        click.echo(f"      {line.reference}")


def _end(day: date | None) -> str:
    return str(day) if day else "open-ended"


def _show_changes(found: Preview) -> None:
    """Print which values and figures a change of rules moves."""
    from insights.money import usd
    from insights.views.rule_changes import (
        change_rows,
        differing,
        figure_changes,
        program_changes,
    )

    for title, changes in program_changes(found.before, found.after):
        click.secho(f"{title}: {differing(len(changes))}", bold=True)
        for row in change_rows(changes).to_dict("records"):
            click.echo(f"  {row['subject']}: {row['before']} -> {row['after']}")
    figures = figure_changes(found.figures_before, found.figures_after)
    click.echo(figures.words)
    for row in figures.states.to_dict("records"):
        click.echo(f"  {row['state']}: {row['before']:,} -> {row['after']:,}")
    for row in figures.money.to_dict("records"):
        click.echo(f"  {row['group']}: {usd(row['before'])} -> {usd(row['after'])}")
