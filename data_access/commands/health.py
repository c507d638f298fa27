"""`partner-insights health`: how the installation is, for people and for what watches over it."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import UTC, datetime

import click

from data_access import locations
from data_access.commands.shared import store_option

_COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@store_option
def health(*, as_json: bool, store: str | None) -> None:
    """Look at the store, its schema, imports, ranking, jobs and disks; change nothing.

    Exit code 0: people can work, though there may be warnings; 1: something has failed.
    """
    from data_access.health import health as looked_at
    from data_access.health import is_healthy, shown_url

    url = locations.chosen_store_url(store)
    checks = looked_at(url, now=datetime.now(UTC))
    healthy = is_healthy(checks)
    if as_json:
        told = {
            "healthy": healthy,
            "store": shown_url(url),
            "checks": [dataclasses.asdict(check) for check in checks],
        }
        click.echo(json.dumps(told, indent=2))
    else:
        for check in checks:
            state = click.style(f"{check.state:<8}", fg=_COLOURS[check.state])
            click.echo(f"{state} {check.name:<12} {check.told}")
    sys.exit(0 if healthy else 1)
