"""Whatever is imported: all of a file's rows accounted for, or nothing of any file stored."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.errors import InsightsError
from data_access.importer import import_files
from data_access.locations import file_store_url
from data_access.store import Store
from data_access.types import Scope
from data_access.validate import ImportOptions
from tests.builders import NOW
from tests.fuzz.amount import inputs
from tests.fuzz.hostile import broken_files, files
from tests.reading import CONTOSO

_FRESH_AFTER = 40
"""Imports into one store, which would else grow and slow down."""


class Stores:
    """Gives a store to import into, and tells whether anybody has written into it."""

    def __init__(self, empty: Path, folder: Path) -> None:
        self._empty, self._folder, self._used = empty, folder, _FRESH_AFTER
        self._open = contextlib.ExitStack()
        self.store: Store

    def __call__(self) -> "Stores":
        self._used += 1
        if self._used > _FRESH_AFTER:
            self.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            shutil.copytree(self._empty, self._folder)
            path = self._folder / "store.db"
            self.store = self._open.enter_context(Store.open(file_store_url(path)))
            watching = sqlite3.connect(path)
            self._open.callback(watching.close)
            self._watching, self._used = watching, 0
        return self

    def version(self) -> int:
        """Return a number that is another one after every commit of anybody else."""
        return int(self._watching.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        self._open.close()
        self._open = contextlib.ExitStack()


@pytest.fixture
def stores(empty_sqlite, tmp_path):
    made = Stores(empty_sqlite, tmp_path / "store")
    yield made
    made.close()


def bring_in(store, contents, *, dry_run):
    """Return the reports of an import, None where it is refused."""
    named = [(f"{number}.csv", content) for number, content in enumerate(contents)]
    options = ImportOptions(today=NOW.date(), tenant_id=CONTOSO)
    try:
        return import_files(
            store, named, scope=Scope("tester", "admin"), now=NOW, options=options, dry_run=dry_run
        )
    except InsightsError:
        return None


@inputs(normal=15, nightly=400)
@given(contents=st.lists(files | broken_files, min_size=1, max_size=2))
def test_import(contents, stores):
    fresh = stores()
    before = fresh.version()
    foretold = bring_in(fresh.store, contents, dry_run=True)
    assert fresh.version() == before
    done = bring_in(fresh.store, contents, dry_run=False)
    assert (foretold is None) == (done is None)
    if done is None:
        assert fresh.version() == before
        return
    for told, report in zip(foretold, done, strict=True):
        assert report.accepted + report.quarantined == report.rows_read
        assert report.new + report.unchanged + report.restated == report.accepted
        assert (told.accepted, told.quarantined) == (report.accepted, report.quarantined)
    if any(report.batch_id is not None for report in done):
        assert fresh.version() > before
    again = bring_in(fresh.store, contents, dry_run=False)
    assert all(report.batch_id is None or not report.new for report in again)


@inputs(normal=15, nightly=300)
@given(good=files, bad=st.binary(min_size=1, max_size=60))
def test_nothing_of_a_good_file_is_stored_beside_a_refused_one(good, bad, stores):
    fresh = stores()
    before = fresh.version()
    if bring_in(fresh.store, [good, bad], dry_run=False) is None:
        assert fresh.version() == before
