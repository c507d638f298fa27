"""How an installation is: what a watchman asks, and in what order something should be done."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import func, make_url, select

from data_access import locations
from data_access.backends import Backend, SqliteBackend, backend_for
from data_access.errors import StoreError
from data_access.jobs import newest_job
from data_access.proofs import proofs_folder
from data_access.queries.ranking import is_due, newest_run
from data_access.schema import import_batch
from data_access.store import REVISIONS, Store

State = Literal["ok", "warning", "failed"]

LEAST_FREE, LITTLE_FREE = 2**28, 2**31
"""Bytes free on a disk below which nothing can be written safely (256 MB), or soon (2 GB)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it is, and a sentence that says so and what to do."""

    name: str
    state: State
    told: str


def health(url: str, *, now: datetime) -> list[Check]:
    """Return what was looked at in a store and around it, nothing of which is changed by looking.

    Failed: people cannot work. Warning: somebody should see to it. What cannot be looked at,
    because the store does not answer or is not of this version, is left out. Raises StoreError
    for a URL that names no store.
    """
    backend = backend_for(url)
    return [*_of_store(url, now), *_of_disks(url, backend)]


def is_healthy(checks: list[Check]) -> bool:
    """Return whether people can work: nothing has failed."""
    return all(check.state != "failed" for check in checks)


def can_serve(url: str) -> bool:
    """Return whether pages of this version can be shown from a store, now or once it is made."""
    if locations.is_demo(url) and not backend_for(url).exists():
        return True  # the first visitor has it built
    try:
        with Store.unopened(url) as store:
            store.needs_upgrade()
    except StoreError:
        return False
    return True


def shown_url(url: str) -> str:
    """Return a store's URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _of_store(url: str, now: datetime) -> Iterator[Check]:
    try:
        with Store.unopened(url) as store:
            is_old = store.needs_upgrade()
            yield Check("store", "ok", "It answers.")
            if is_old:
                yield Check("schema", "warning", "The next start of the app upgrades its tables.")
                return
            yield Check("schema", "ok", " and ".join(each[-1] for each in REVISIONS.values()))
            yield _last_import(store, now)
            yield _ranking(store)
            yield _job(store, now)
    except StoreError as error:
        yield Check("store", "failed", f"{error} {error.hint}".strip())


def _last_import(store: Store, now: datetime) -> Check:
    with store.read() as connection:
        newest = connection.scalar(select(func.max(import_batch.c.imported_at)))
    if newest is None:
        return Check("last import", "warning", "Nothing was brought in yet.")
    # SQLite keeps no time zone; all times are written in UTC.
    when = newest.replace(tzinfo=UTC) if newest.tzinfo is None else newest.astimezone(UTC)
    return Check("last import", "ok", f"{when:%Y-%m-%d %H:%M} UTC, {(now - when).days} days ago")


def _ranking(store: Store) -> Check:
    with store.read() as connection:
        run, due = newest_run(connection), is_due(connection)
    if due:
        why = "Nothing was ranked yet." if run is None else run.stale_why
        return Check("ranking", "warning", f"{why} Run: partner-insights score")
    return Check("ranking", "ok", "It knows of everything that was brought in.")


def _job(store: Store, now: datetime) -> Check:
    job = newest_job(store, now=now)
    if job is None:
        return Check("jobs", "ok", "There was none.")
    if job.status == "failed":
        return Check("jobs", "warning", f"The last one failed: {job.failure}")
    told = f"{job.status}, {job.share:.0%}, {job.step}" if job.is_live else "The last one is done."
    return Check("jobs", "ok", told)


def _of_disks(url: str, backend: Backend) -> Iterator[Check]:
    """Look at the disks of what is kept in files."""
    folders = [proofs_folder(url)]
    if isinstance(backend, SqliteBackend):
        folders.insert(0, backend.path("warehouse").parent)
    disks = {there.stat().st_dev: there for there in map(_there, reversed(folders))}
    for folder in reversed(disks.values()):
        free = shutil.disk_usage(folder).free
        state: State = "ok" if free >= LITTLE_FREE else "warning"
        told = f"{free / 2**30:,.1f} GB free at {folder}"
        yield Check("disk", "failed" if free < LEAST_FREE else state, told)


def _there(folder: Path) -> Path:
    """Return a folder, or the one above it that will hold it."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
