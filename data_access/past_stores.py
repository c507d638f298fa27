"""Which past moments a store can be shown at, and the stores that hold them.

`as_it_stood` puts such a store together. It is named by the URL of the present store and the batch
after which it is shown; what people did since (actions, drafts, targets) is that of now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, select

from data_access import schema
from data_access.backends import Group, SqliteBackend
from data_access.errors import StoreError
from data_access.locations import data_folder, file_store_url
from data_access.store import Store

MARK = "#stood="
"""Between the URL of a store and the batch after which it is shown."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One import after which the store can be shown: its newest batch, when, and its files."""

    batch_id: int
    imported_at: datetime
    files: tuple[str, ...]


class PastStore(Store):
    """Figures of a past store beside the work of the present one; nothing in it can be changed."""

    def __init__(self, url: str, past: Store, present: Store) -> None:
        super().__init__(url, past.backend)
        self._engines["app"] = present._engines["app"]
        self._is_demo = present.is_demo

    @property
    def is_demo(self) -> bool:
        """Return whether the present store is the demo portfolio's."""
        return self._is_demo

    @contextmanager
    def _writing(self, group: Group, *, keep: bool = True) -> Iterator[Connection]:
        if group == "warehouse":
            raise StoreError(
                "Figures as they stood cannot be changed.", "Go back to the present ones first."
            )
        with super()._writing(group, keep=keep) as connection:
            yield connection


def moments(connection: Connection) -> tuple[Moment, ...]:
    """Return the imports after which the store can be shown as it stood, the newest first.

    Not the newest import, and none before one that did not keep what it replaced yet.
    """
    batch = schema.import_batch
    names = ("batch_id", "imported_at", "file_name", "keeps_replaced")
    listed = select(*(batch.c[name] for name in names)).order_by(batch.c.batch_id.desc())
    found: list[Moment] = []
    later_keep = True
    for when, call in groupby(connection.execute(listed), key=lambda row: row.imported_at):
        if not later_keep:
            break
        rows = list(call)
        files = tuple(row.file_name for row in reversed(rows))
        # SQLite keeps no time zone; all times are written in UTC.
        at = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        found.append(Moment(rows[0].batch_id, at, files))
        later_keep = all(row.keeps_replaced for row in rows)
    return tuple(found[1:])


def past_url(present_url: str, batch_id: int) -> str:
    """Return what names the store at a URL as it stood after a batch."""
    return f"{present_url}{MARK}{batch_id}"


def opened(url: str) -> Store:
    """Return the store that a URL names, present or past; raises StoreError as Store.open does."""
    present_url, mark, batch_id = url.partition(MARK)
    if not mark:
        return Store.open(url)
    present = Store.open(present_url, create=False)
    place = past_place(present, int(batch_id))
    place.with_suffix(".app.db").touch()  # never used: work is that of the present
    past = Store.open(file_store_url(place), create=False)
    place.touch()
    return PastStore(url, past, present)


def past_place(store: Store, batch_id: int) -> Path:
    """Return the file in which the store as it stood after a batch is kept, there or not."""
    batch = schema.import_batch
    with store.read() as connection:
        found = connection.execute(
            select(batch.c.imported_at, batch.c.content_hash).where(batch.c.batch_id == batch_id)
        ).one()
    name = f"{store.url}|{batch_id}|{found.imported_at}|{found.content_hash}"
    short = hashlib.sha256(name.encode()).hexdigest()[:16]
    return folder_of(store) / f"{stem_of(store)}.stood-{batch_id}-{short}.db"


def folder_of(store: Store) -> Path:
    """Return the folder in which the past stores of a store are kept."""
    if isinstance(store.backend, SqliteBackend):
        return store.backend.path("warehouse").parent
    return data_folder() / "stood"


def stem_of(store: Store) -> str:
    """Return what the names of the files of a store's past begin with."""
    if isinstance(store.backend, SqliteBackend):
        return store.backend.path("warehouse").stem
    return hashlib.sha256(store.url.encode()).hexdigest()[:8]
