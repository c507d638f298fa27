"""The command `partner-insights` with what needs the pages: files of what they show.

The commands themselves lie in `data_access`, which knows no page. This module stands above both,
as the app does, and adds `export`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import click

from data_access import locations
from data_access.cli import main
from data_access.commands.shared import (
    as_option,
    note_output,
    operator,
    scope_for,
    store_option,
)
from data_access.errors import InsightsError

if TYPE_CHECKING:
    from data_access.types import Scope
    from insights.exports.page_report import PageReport, Table

ENDINGS = ("xlsx", "pptx", "html", "csv")


@main.command()
@click.argument("page")
@click.option(
    "--format", "ending", type=click.Choice(ENDINGS), help="Default: as --out ends, else xlsx."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Default: the page's name and today's date, in this folder.",
)
@click.option("--filter", "query", default="", metavar="QUERY", help="As in the page's address.")
@click.option("--table", default="", metavar="TITLE", help="csv: which table (default: the first).")
@as_option
@store_option
def export(  # noqa: PLR0913 - one parameter per option
    page: str,
    *,
    ending: str | None,
    out: Path | None,
    query: str,
    table: str,
    as_user: str,
    mapping: Path | None,
    store: str | None,
) -> None:
    """Write what a PAGE shows to a file: Excel, PowerPoint, HTML, or one table as CSV.

    PAGE is its name in the address, e.g. overview, milestones, customer; review is the leadership
    review, customer-review what one customer may see.
    """
    ending = ending or _ending_of(out)
    with _without_warnings():
        url = _existing_store(store)
        scope = _scope(url, as_user, mapping)
        report = _report(page, query, url, scope)
        content = _csv(report, table) if ending == "csv" else _content(report, ending)
    _note(url, scope, report, name=page, ending=ending)
    place = out or Path(f"{page}-{datetime.now(UTC):%Y-%m-%d}.{ending}")
    try:
        place.write_bytes(content)
    except OSError as error:
        raise InsightsError(f"{place} cannot be written: {error.strerror}.") from error
    click.echo(f"Written to {place}", err=True)


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep off the terminal what Streamlit says when no server runs, already when it loads."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _note(url: str, scope: Scope, report: PageReport, *, name: str, ending: str) -> None:
    """Audit the file before it is written."""
    from data_access.store import Store

    rows = sum(len(table.rows) for table in report.tables())
    with Store.open(url, create=False) as opened:
        told = report.stamp.filters
        note_output(opened, scope, f"export {name}", kind=ending, rows=rows, filters=told)


def _report(page: str, query: str, url: str, scope: Scope) -> PageReport:
    """Return what a page shows for a query string; wrong usage for a name that is no page."""
    from pages.shared import headless

    name = page.replace("-", "_")
    if name not in headless.page_names():
        known = ", ".join(headless.page_names())
        raise click.BadParameter(f"{page!r} is no page; pages are: {known}", param_hint="PAGE")
    asked = parse_qs(query.lstrip("?"), keep_blank_values=True)
    return headless.page_report(name, asked, store_url=url, scope=scope)


def _content(report: PageReport, ending: str) -> bytes:
    from pages.shared import sharing

    return sharing.content(report, ending)


def _ending_of(out: Path | None) -> str:
    """Return the format that a file's name asks for, Excel without one."""
    ending = "" if out is None else out.suffix.lstrip(".").lower()
    return ending if ending in ENDINGS else "xlsx"


def _scope(url: str, as_user: str, mapping: Path | None) -> Scope:
    """Return the scope of the user named, or the operator's."""
    from data_access.store import Store

    if not as_user:
        return operator()
    with Store.open(url, create=False) as opened:
        return scope_for(opened, as_user, mapping)


def _existing_store(store: str | None) -> str:
    """Return the store's URL; only the demo is built where it is missing, as by the app."""
    from data_access.store import Store

    url = locations.chosen_store_url(store)
    if not locations.is_demo(url):
        Store.open(url, create=False).close()
    return url


def _csv(report: PageReport, title: str) -> bytes:
    from insights.exports.table_files import Stamp, csv_file

    chosen = _table(report, title)
    stamp = report.stamp
    return csv_file(
        chosen.all_rows(),
        chosen.columns,
        Stamp(
            title=chosen.title or chosen.takeaway,
            as_of=stamp.as_of,
            filters=stamp.filters,
            author=stamp.author,
            written_at=stamp.written_at,
            source=stamp.source,
        ),
    )


def _table(report: PageReport, title: str) -> Table:
    """Return a table of the page by its title, the first one without a title."""
    tables = report.tables()
    if not tables:
        raise InsightsError("This page has no table.", "Choose another format.")
    named = {table.title or table.takeaway: table for table in reversed(tables)}
    if not title:
        return tables[0]
    if title not in named:
        names = "; ".join(reversed(named))
        raise InsightsError(f"This page has no table “{title}”.", f"It has: {names}.")
    return named[title]
