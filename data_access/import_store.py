"""The store that an import goes to: one that is not there yet begins with its first import."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data_access.backends import GROUPS, SqliteBackend, backend_for
from data_access.locations import file_store_url
from data_access.store import Store


@contextmanager
def store_for_import(url: str, *, dry_run: bool) -> Iterator[Store]:
    """Give the store at a URL for one import.

    Where no store is yet, a dry run gets a passing one and a refused import leaves none behind:
    the app would otherwise turn from the demo portfolio to an empty store. Raises StoreError.
    """
    backend = backend_for(url)
    if backend.exists():
        with Store.open(url) as store:
            yield store
    elif dry_run:
        with (
            tempfile.TemporaryDirectory() as folder,
            Store.open(file_store_url(Path(folder) / "check.db")) as store,
        ):
            yield store
    else:
        with _begun(url, backend) as store:
            yield store


@contextmanager
def _begun(url: str, backend: object) -> Iterator[Store]:
    """Give a new store, taken away again where nothing was brought into it."""
    store = Store.open(url)
    try:
        yield store
    finally:
        is_empty = store.data_version() == 0
        store.close()
        if is_empty and isinstance(backend, SqliteBackend):
            for group in GROUPS:
                for ending in ("", "-wal", "-shm"):
                    path = backend.path(group)
                    path.with_name(path.name + ending).unlink(missing_ok=True)
