"""`partner-insights actions` and `people`: the recommended actions, and who can own them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from data_access import locations
from data_access.commands.shared import (
    as_option,
    note_output,
    operator,
    scope_for,
    store_option,
)
from data_access.errors import InsightsError
from insights.actions.kinds import KINDS_BY_CODE, LIVE, STATUSES_BY_CODE

if TYPE_CHECKING:
    import pandas as pd

    from data_access.store import Store

ACTION_FIELDS = (
    "action_id",
    "tenant_id",
    "tenant_name",
    "workload",
    "kind",
    "reason",
    "round",
    "status",
    "status_reason",
    "outcome",
    "what",
    "why",
    "milestone",
    "probability",
    "basis",
    "model_id",
    "value_usd",
    "expected_usd",
    "is_example",
    "urgency",
    "due_on",
    "is_overdue",
    "snoozed_until",
    "owner",
    "partner_id",
    "partner_name",
    "playbook",
    "steps_done",
    "effort_minutes",
    "planned_week",
    "created_at",
    "ended_at",
    "version",
)
"""Fields of an action in JSON, in this order; amounts in US dollars, days as YYYY-MM-DD."""

_E4 = 10_000


@click.command()
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([*STATUSES_BY_CODE, "all"]),
    help="Only these (default: open, in progress and snoozed ones); may be repeated.",
)
@click.option("--owner", metavar="EMAIL", help="Only of this person; '' for those of nobody.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS_BY_CODE)))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array, one object an action.")
@as_option
@store_option
def actions(  # noqa: PLR0913 - one parameter per option
    *,
    statuses: Sequence[str],
    owner: str | None,
    kinds: Sequence[str],
    as_json: bool,
    as_user: str,
    mapping: Path | None,
    store: str | None,
) -> None:
    """List recommended actions, the most urgent and valuable first."""
    from data_access.actions_store import ActionsOf
    from data_access.actions_store import actions as read_actions
    from data_access.store import Store

    wanted = tuple(STATUSES_BY_CODE) if "all" in statuses else tuple(statuses) or LIVE
    asked = None if owner is None else owner.strip().lower()
    now = datetime.now(UTC)
    with Store.open(locations.chosen_store_url(store), create=False) as opened:
        scope = scope_for(opened, as_user, mapping)
        rows = read_actions(
            opened,
            scope,
            now=now,
            statuses=wanted,
            owner=asked,
            of=ActionsOf(kinds=tuple(kinds)),
        )
        if as_json:
            note_output(opened, scope, "actions", kind="json", rows=len(rows))
    if as_json:
        click.echo(_json(_for_json(rows)))
    else:
        _show_actions(rows)


def _for_json(rows: pd.DataFrame) -> pd.DataFrame:
    told = rows.assign(
        value_usd=rows["value_usd_e4"].astype("float64") / _E4,
        expected_usd=rows["expected_usd_e4"] / _E4,
        steps_done=rows["steps_done"].map(json.loads),
        **{
            name: rows[name].dt.strftime("%Y-%m-%d")
            for name in ("due_on", "snoozed_until", "planned_week")
        },
    )
    return told[list(ACTION_FIELDS)]


def _json(rows: pd.DataFrame) -> str:
    return rows.to_json(orient="records", date_format="iso", date_unit="s", indent=2) or "[]"


def _show_actions(rows: pd.DataFrame) -> None:
    """Print one line per action for people."""
    due = rows["due_on"].dt.strftime("%Y-%m-%d").fillna("no date   ")
    for day, row in zip(due, _records(rows), strict=True):
        late = "!" if row["is_overdue"] else " "
        symbol = STATUSES_BY_CODE[row["status"]].symbol
        who = row["owner"] or "nobody"
        click.echo(f"{day}{late} {symbol} {row['tenant_name']}: {row['what']} ({who})")
    click.echo(f"{len(rows):,} action{'' if len(rows) == 1 else 's'}.")


@click.command()
@click.option(
    "--import",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Bring in a CSV or Excel list: Name, E-mail, Role, Partners, Customers, Hours per week.",
)
@click.option("--dry-run", is_flag=True, help="Check the file and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@store_option
def people(*, file: Path | None, dry_run: bool, as_json: bool, store: str | None) -> None:
    """List the people who can own actions, or bring a list of them in."""
    from data_access.store import Store

    if dry_run and file is None:
        raise click.UsageError("--dry-run needs --import FILE.")
    with Store.open(locations.chosen_store_url(store), create=False) as opened:
        if file is None:
            _list_people(opened, as_json=as_json)
        else:
            _import_people(opened, file, dry_run=dry_run, as_json=as_json)


def _list_people(store: Store, *, as_json: bool) -> None:
    from data_access.people_store import people as read_people

    rows = read_people(store)
    if as_json:
        lists = {name: rows[name].map(json.loads) for name in ("partner_ids", "tenant_ids")}
        click.echo(_json(rows.assign(**lists)))
        return
    for row in _records(rows):
        owned = [len(json.loads(row[name])) for name in ("partner_ids", "tenant_ids")]
        active = "" if row["is_active"] else ", inactive"
        click.echo(
            f"{row['name']} <{row['email']}>: {row['role']}, {row['hours_per_week']:g} h a week, "
            f"{owned[0]:,} partners, {owned[1]:,} customers{active}"
        )
    click.echo(f"{len(rows):,} on the list.")


def _import_people(store: Store, file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Bring a list in, whole or not at all; every problem names row, column and remedy."""
    from data_access.people_store import people_from_file, save_people, unknown_ids

    try:
        content = file.read_bytes()
    except OSError as error:
        raise InsightsError(f"{file} cannot be read: {error.strerror}.") from error
    rows, problems = people_from_file(content, file.name)
    if len(problems):
        raise InsightsError("\n".join([f"{file.name}: nothing was changed.", *_lines(problems)]))
    notes = unknown_ids(store, rows)
    counts = {"people": len(rows), "new": 0, "changed": 0, "unchanged": 0}
    if not dry_run:
        saved = save_people(store, operator(), rows, now=datetime.now(UTC))
        counts |= {name: len(getattr(saved, name)) for name in ("new", "changed", "unchanged")}
    told = _lines(notes)
    if as_json:
        click.echo(json.dumps({**counts, "dry_run": dry_run, "notes": told}, indent=2))
        return
    for line in told:
        click.echo(f"note: {line}")
    done = "would be saved" if dry_run else "saved"
    click.echo(
        f"{counts['people']:,} people {done}"
        + ("." if dry_run else f": {counts['new']:,} new, {counts['changed']:,} changed.")
    )


def _lines(problems: pd.DataFrame) -> list[str]:
    """Return what is wrong or odd, one line each: where, what, and what to do."""
    places = "row " + problems["row"].astype("str") + ", " + problems["column"].astype("str")
    texts = places.str.removesuffix(", ") + ": " + problems["message"] + " " + problems["remedy"]
    return [str(text) for text in texts]


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = rows.to_dict("records")  # type: ignore[assignment]
    return records
