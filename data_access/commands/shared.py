"""What all commands share: the option that chooses the store, and progress on the terminal."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from data_access import locations
from data_access.types import Scope

if TYPE_CHECKING:
    from data_access.store import Store

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
