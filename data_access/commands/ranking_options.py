"""The options that `train`, `score` and `evaluate` share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from data_access.ranking_settings import HORIZONS, RankingSettings
from insights.months import parse_month_code

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_DAYS = 730


def ranking_options(command: Command) -> Command:
    """Add the options that choose the month, the milestones and the horizons."""
    for option in (
        click.option(
            "--horizons",
            metavar="DAYS",
            default=",".join(map(str, HORIZONS)),
            show_default=True,
            callback=_horizons,
            help="Days ahead, separated by commas.",
        ),
        click.option(
            "--milestones",
            metavar="PERCENTS",
            callback=_milestones,
            help="Milestones of every workload, e.g. 15,40 (default: by the programme rules).",
        ),
        click.option(
            "--as-of",
            "as_of",
            metavar="YYYY-MM",
            callback=_month,
            help="Use nothing later than this month (default: the newest complete one).",
        ),
    ):
        command = option(command)
    return command


def asked_settings(
    as_of: int | None, milestones: tuple[int, ...] | None, horizons: tuple[int, ...]
) -> RankingSettings:
    """Return the settings that the options ask for."""
    return RankingSettings(as_of=as_of, milestones=milestones, horizons=horizons)


def _month(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    month = parse_month_code(text)
    if month is None:
        raise click.BadParameter(f"{text!r} is no month; write it as YYYY-MM")
    return month


def _milestones(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    return None if text is None else _numbers(text, most=99, what="percents from 1 to 99")


def _horizons(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    return _numbers(text, most=MOST_DAYS, what=f"days from 1 to {MOST_DAYS}")


def _numbers(text: str, *, most: int, what: str) -> tuple[int, ...]:
    """Return the distinct whole numbers of a list, rising."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= most for part in parts):
        raise click.BadParameter(f"{text!r} is no list of {what}, separated by commas")
    return tuple(sorted({int(part) for part in parts}))
