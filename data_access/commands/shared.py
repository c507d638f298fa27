"""What all commands share: the option that chooses the store, and progress on the terminal."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from data_access import locations
from data_access.errors import InsightsError
from data_access.types import Scope

if TYPE_CHECKING:
    from data_access.access_rules import User
    from data_access.store import Store

MAPPING_VARIABLE = "PARTNER_INSIGHTS_ACCESS"
"""Environment variable that names the file with the section [access], as the server reads it."""

Command = TypeVar("Command", bound=Callable[..., Any])


def operator() -> Scope:
    """Return the scope of whoever runs a command: who can start it holds the whole store anyway."""
    name = getpass.getuser()
    return Scope(who=name, role="admin", user_key=f"command:{name}")


def store_option(command: Command) -> Command:
    """Add the option that every command takes."""
    return click.option(
        "--store",
        metavar="URL",
        envvar=locations.STORE_VARIABLE,
        help="Database URL of the store (default: the store in your data folder).",
    )(command)


def as_option(command: Command) -> Command:
    """Add the options of commands that hand figures on: whose eyes they see with."""
    mapping = click.option(
        "--mapping",
        metavar="FILE",
        envvar=MAPPING_VARIABLE,
        type=click.Path(path_type=Path, dir_okay=False),
        help="TOML file with the section [access], for --as.",
    )
    user = click.option(
        "--as",
        "as_user",
        metavar="USER",
        default="",
        help="Only what this user sees: user key, object id, directory id/object id or e-mail.",
    )
    return user(mapping(command))


def scope_for(store: Store, as_user: str, mapping: Path | None) -> Scope:
    """Return the scope of the user that `--as` names; without one, the operator's.

    An e-mail may name a user here, because whoever runs a command could name any other one too.
    Raises InsightsError for nobody, for several, and for a user without a role.
    """
    if not as_user.strip():
        return operator()
    from data_access.access_store import scope_of
    from data_access.commands.access import mapping_of

    user = _named_user(store, as_user.strip())
    scope = scope_of(store, user.user_key, mapping=mapping_of(mapping))
    if scope is None:
        raise InsightsError(
            f"{as_user[:100]} has no role, so nothing can be shown as this user.",
            "Give a role with: partner-insights access grant, or name the mapping with --mapping.",
        )
    return scope


def _named_user(store: Store, named: str) -> User:
    from data_access.access_store import stored_users
    from insights.grants import normal_id

    directory_id, _, object_id = named.rpartition("/")
    wanted = normal_id(object_id)
    found = [
        user
        for user in stored_users(store)
        if (wanted in (user.user_key, user.object_id) or named.lower() == user.email.lower())
        and (not directory_id or user.directory_id == normal_id(directory_id))
    ]
    if len(found) != 1:
        problem = "There is no user" if not found else "There are several users"
        raise InsightsError(
            f"{problem} {named[:100]}.", "List them with: partner-insights access list."
        )
    return found[0]


def note_output(
    store: Store,
    scope: Scope,
    command: str,
    *,
    kind: str,
    rows: int | None,
    filters: Sequence[tuple[str, str]] = (),
) -> None:
    """Audit that a command hands figures on, before it does; what `--as` shows is viewed as.

    Raises StoreError where it cannot be noted: then nothing is handed on.
    """
    from data_access.audit import Export, note_export

    own = operator()
    acting = scope if scope.own_key == own.own_key else replace(scope, viewed_by=own.own_key)
    export = Export(page=f"command {command}", kind=kind, title="", filters=filters)
    note_export(store, acting, export, rows=rows, now=datetime.now(UTC))


class TerminalProgress:
    """One line on the terminal's error stream that shows the step and the share done."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = ""

    def __call__(self, step: str, share: float) -> None:
        """Show a step of the work and how much of it all is done (0 to 1)."""
        text = f"{share:4.0%}  {step}"
        if self._shown and text != self._last:
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)
            self._last = text

    def end(self) -> None:
        """Clear the line."""
        if self._last:
            click.echo("\r\x1b[K", err=True, nl=False)


def tell_if_ranking_is_due(store: Store, since: str) -> None:
    """Say on the error stream that the ranking is missing, or older than what was just done."""
    from data_access.queries.ranking import is_due

    with store.read() as connection:
        if is_due(connection):
            hint = f"The ranking is older than {since}: run partner-insights score"
            click.echo(hint, err=True)
