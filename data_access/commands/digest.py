"""`partner-insights digest`: what changed, as text, as a mail, or sent to a Teams channel."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

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

if TYPE_CHECKING:
    from data_access.digests import DigestQuestion, ReadDigest
    from data_access.store import Store
    from insights.digest import Digest

Format = Literal["text", "html", "card"]

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--since",
    type=_DAY,
    metavar="DATE",
    help="First day (UTC). Default: from after the last delivered digest.",
)
@click.option("--until", type=_DAY, metavar="DATE", help="Last day (UTC). Default: up to now.")
@click.option("--partner", "partner_id", metavar="ID", default="", help="Only of this partner.")
@click.option(
    "--top",
    default=5,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Per kind of alert and per person.",
)
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "html", "card"]),
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option(
    "--send", is_flag=True, help="Send it to the Teams workflow in PARTNER_INSIGHTS_TEAMS_WEBHOOK."
)
@as_option
@store_option
def digest(  # noqa: PLR0913 - one parameter per option
    *,
    since: datetime | None,
    until: datetime | None,
    partner_id: str,
    top: int,
    form: Format,
    out: Path | None,
    send: bool,
    as_user: str,
    mapping: Path | None,
    store: str | None,
) -> None:
    """Tell what changed, first alerts of each kind, and what each person is to do first."""
    from data_access.digests import DigestQuestion, read_digest
    from data_access.store import Store

    if since is not None and until is not None and until < since:
        raise click.BadParameter("lies before --since", param_hint="--until")
    question = DigestQuestion(
        since=None if since is None else since.date(),
        until=None if until is None else until.date(),
        partner_id=partner_id.strip(),
        top=top,
    )
    now = datetime.now(UTC)
    with Store.open(locations.chosen_store_url(store), create=False) as opened:
        scope = scope_for(opened, as_user, mapping)
        found = read_digest(opened, scope, question, now=now)
        if out is not None or not send:
            told = (("partner", question.partner_id),) if question.partner_id else ()
            rows = found.digest.total
            note_output(opened, scope, "digest", kind=form, rows=rows, filters=told)
            _write(_formatted(found.digest, form), out)
        if send:
            _send(opened, question, found, now=now)


def _formatted(found: Digest, form: Format) -> bytes:
    from insights.digest import digest_text
    from insights.digest_card import card_message
    from insights.digest_html import digest_html

    if form == "card":
        return card_message(found)
    return (digest_html(found) if form == "html" else digest_text(found)).encode()


def _write(content: bytes, out: Path | None) -> None:
    """Write a digest to a file, or to the terminal."""
    if out is None:
        click.echo(content.decode(), nl=not content.endswith(b"\n"))
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InsightsError(f"{out} cannot be written: {error.strerror}.") from error
    click.echo(f"Written to {out}", err=True)


def _send(store: Store, question: DigestQuestion, found: ReadDigest, *, now: datetime) -> None:
    """Send a digest that holds anything; a failure ends the command with exit code 1."""
    from data_access.digests import send_digest
    from data_access.teams import WEBHOOK_VARIABLE, checked_address

    address = os.environ.get(WEBHOOK_VARIABLE, "")
    if not address:
        raise InsightsError(
            f"{WEBHOOK_VARIABLE} is not set, so nothing was sent.",
            "Set it to the URL of a Teams workflow; docs/alerts.md says how to make one.",
        )
    checked_address(address)
    if not found.digest.sections:
        click.echo("No alerts in this time and no open actions; nothing was sent.")
        return
    outcome = send_digest(store, operator(), question, found, address=address, now=now)
    tries = "1 try" if outcome.attempts == 1 else f"{outcome.attempts} tries"
    if outcome.failure:
        raise InsightsError(
            f"The digest was not delivered after {tries}: {outcome.failure}",
            "Nothing is lost: its alerts are in the next digest, and the page Alerts shows this.",
        )
    click.echo(f"Sent to Teams: {found.digest.total:,} alerts, {tries}.")
