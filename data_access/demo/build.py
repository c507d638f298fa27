"""The demo store: invented files, brought in by the real importer, complete or not there at all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import select

from data_access import locations, schema
from data_access.backends import SqliteBackend, backend_for
from data_access.demo.files import Download, write_demo_files
from data_access.errors import StoreBusyError, StoreError
from data_access.importer import import_files
from data_access.store import Store
from data_access.types import Progress, Scope
from data_access.validate import ImportOptions
from insights.months import first_day

DEMO_USER = "demo"
WAIT_SECONDS = 900.0
WRITING_SHARE = 0.1  # of the whole time, for the progress
FIRST_SHARE = 0.6  # when the older download is in and ranked
EARLIER_DATES = 1
"""Past months that the model of the older download is judged by: nobody reads its record."""


def build_demo_store(  # noqa: PLR0913 - what is built, where, and how it is shown
    url: str,
    *,
    tenants: int,
    months: int,
    seed: int,
    last_month: int,
    now: datetime,
    progress: Progress,
    keep_existing: bool = False,
    bare: bool = False,
    is_ranked: bool = True,
) -> None:
    """Build the demo portfolio as a store of its own, which ends with the month `last_month`.

    Files are written and imported beside the place and moved there when complete, so nobody ever
    opens half a demo; a second build of the same place waits for the first one. An earlier demo
    there is replaced, saved views kept; with `keep_existing` it stays and nothing is built. The
    same arguments give the same data; `bare` is as in write_demo_files, for benchmarks, and not
    ranked either. Raises
    StoreError where the place holds anything but a demo or is no SQLite file, StoreBusyError
    where another build does not end.
    """
    backend = backend_for(url)
    if not isinstance(backend, SqliteBackend):
        raise StoreError(
            f"{backend.url} cannot hold the demo: it has a SQLite file of its own.",
            "Leave --store out, or give it sqlite:///path/demo.db.",
        )
    place = backend.path("warehouse").absolute()
    with _only_one_build(place, progress):
        if place.exists() and _has_demo(url) and keep_existing:
            return
        workshop = place.with_name(f".{place.stem}-building")
        shutil.rmtree(workshop, ignore_errors=True)
        try:
            downloads = write_demo_files(
                workshop / "files",
                tenants=tenants,
                months=months,
                seed=seed,
                last_month=last_month,
                today=min(now.date(), first_day(last_month + 2) - timedelta(days=1)),
                bare=bare,
            )
            progress("Bringing the demo's files in", WRITING_SHARE)
            built = workshop / place.name
            ranks = seed if is_ranked and not bare else None
            with Store.open(locations.file_store_url(built)) as store:
                _import(store, downloads, now=now, progress=progress, ranks=ranks)
            _put_in_place(built, place)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    progress("Demo portfolio complete", 1.0)


@contextmanager
def _only_one_build(place: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock of this place's builds; the system frees it when a process dies."""
    progress("Writing the demo's files", 0.0)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {place.parent} cannot be made: {error.strerror}.",
            "Choose another place with --store sqlite:///path/demo.db.",
        ) from error
    lock = FileLock(place.with_name(f".{place.stem}-building.lock"))
    _acquire(lock, place, progress)
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, place: Path, progress: Progress) -> None:
    """Take the lock, waiting for a build that is under way."""
    try:
        lock.acquire(timeout=0)
        return
    except Timeout:
        progress("Waiting: the demo is being built already", 0.0)
    try:
        lock.acquire(timeout=WAIT_SECONDS)
    except Timeout as error:
        raise StoreBusyError(
            f"Another process has been building {place} for over 15 minutes.",
            "Stop it and try again.",
        ) from error


def _has_demo(url: str) -> bool:
    """Return whether the store there has anything in it; refuse anything but a demo."""
    with Store.open(url) as store, store.read() as connection:
        importers = set(connection.scalars(select(schema.import_batch.c.imported_by).distinct()))
    if importers and not (locations.is_demo(url) and importers == {DEMO_USER}):
        raise StoreError(
            f"{url} holds imported data, which the demo would replace.",
            "Choose another place with --store sqlite:///path/demo.db.",
        )
    return bool(importers)


def _import(
    store: Store,
    downloads: tuple[Download, ...],
    *,
    now: datetime,
    progress: Progress,
    ranks: int | None,
) -> None:
    """Import the downloads into a new store, each on its own day, the newest one now.

    With a seed for `ranks`, each is followed by a scoring, as when somebody brings files in every
    month; before it stands what people did earlier, after it what they begin now.
    """
    from data_access.demo.users import add_users
    from data_access.demo.work import add_past_work, work_on_actions
    from data_access.scoring import RankingSettings, score_store

    bounds = [WRITING_SHARE, 1.0] if len(downloads) == 1 else [WRITING_SHARE, FIRST_SHARE, 1.0]
    for number, (download, (start, end)) in enumerate(
        zip(downloads, pairwise(bounds), strict=True)
    ):
        is_newest = number == len(downloads) - 1
        day = now if is_newest else datetime.combine(download.day, now.timetz())
        middle = end if ranks is None else (start + end) / 2
        import_files(
            store,
            [(path.name, path) for path in download.files],
            scope=Scope(who=DEMO_USER, role="admin"),
            now=day,
            options=ImportOptions(today=day.date()),
            progress=_part_of(progress, start, middle),
        )
        if ranks is None:
            continue
        if is_newest:
            add_past_work(store, seed=ranks, now=now)  # before anything is recommended
        score_store(
            store,
            RankingSettings() if is_newest else RankingSettings(dates=EARLIER_DATES),
            scope=Scope(who=DEMO_USER, role="admin"),
            now=day,
            progress=_part_of(progress, middle, end),
            refreshes=is_newest,
        )
    if ranks is not None:
        work_on_actions(store, seed=ranks, now=now)
        add_users(store, now=now)


def _part_of(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress that shows a step's share as part of the whole."""

    def show(step: str, share: float) -> None:
        progress(step, start + (end - start) * share)

    return show


def _put_in_place(built: Path, place: Path) -> None:
    """Move the finished store to its place, or its content into a demo that is there already.

    A file that a running app has open must not be swapped: its write-ahead log would be replayed
    into the new one. SQLite's own backup replaces the content in one transaction instead.
    """
    if place.exists():
        with closing(sqlite3.connect(built)) as source, closing(sqlite3.connect(place)) as target:
            source.backup(target)
        return
    for rest in ("-wal", "-shm"):
        place.with_name(place.name + rest).unlink(missing_ok=True)
    app = place.with_suffix(".app.db")
    if not app.exists():
        built.with_suffix(".app.db").replace(app)
    built.replace(place)
