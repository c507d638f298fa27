"""The store as it stood after any import holds what it held then, facts and marts."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from data_access import as_it_stood, past_stores, schema
from data_access.errors import StoreError
from data_access.locations import file_store_url
from data_access.milestone_marts import JUDGED, SUMMED, last_run
from data_access.store import Store
from data_access.validate import ImportOptions
from tests.builders import NOW, bring_in
from tests.integration.test_milestone_marts_property import BEGIN, as_csv, files

FACTS = (
    schema.usage,
    schema.association_evidence,
    schema.association,
    schema.claim,
    schema.earning,
    schema.subscription,
    schema.tenant,
    schema.partner,
    schema.global_account,
    schema.workload,
    schema.import_batch,
    schema.import_problem,
    schema.attribute_revision,
    schema.claim_event,
    schema.association_event,
    schema.alert,
    schema.tenant_month,
    schema.scope_month,
    schema.partner_month,
    schema.partner_slice_month,
    schema.account_slice_month,
    schema.cohort_month,
    schema.pair_status,
)
LATER_ONLY = {"attributes_month"}
"""Columns that only later imports read: the past store may hold a newer value."""


def content(connection, tables):
    """Return every row of the tables as a set of plain tuples."""
    found = {}
    for table in tables:
        columns = [column for column in table.c if column.name not in LATER_ONLY]
        rows = connection.execute(select(*columns))
        found[table.name] = {tuple(row) for row in rows}
    return found


def keep_copy(store, place):
    """Copy the warehouse as it is now, with an app file that has nothing yet."""
    place.with_suffix(".app.db").touch()
    with (
        closing(sqlite3.connect(store.backend.path("warehouse"))) as source,
        closing(sqlite3.connect(place)) as target,
    ):
        source.backup(target)


def import_at(store, text, now):
    bring_in(store, text, now=now, options=ImportOptions(today=now.date()))


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(files, st.sampled_from([0, 1, 30])), min_size=2, max_size=4))
def test_past_store_equals_the_store_of_then(steps, empty_sqlite, tmp_path):
    folder = tmp_path / "store"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(empty_sqlite, folder)
    now, copies = BEGIN, {}
    with Store.open(file_store_url(folder / "store.db")) as store:
        for (header, rows), days_later in steps:
            now += timedelta(days=days_later, minutes=1)
            import_at(store, as_csv(header, rows), now)
            copies[now] = folder / f"copy-{len(copies)}.db"
            keep_copy(store, copies[now])
        with store.read() as connection:
            moments = past_stores.moments(connection)
        for moment in moments:
            check_past(store, moment, copies[moment.imported_at], folder)


def check_past(store, moment, copy, folder):
    """Put a moment together and compare it with the copy that was made then."""
    place = folder / f"past-{moment.batch_id}.db"
    with (
        Store.open(file_store_url(place)) as past,
        Store.open(file_store_url(copy)) as real,
        real.read() as kept,
    ):
        as_it_stood.fill_past(store, past, moment)
        run = last_run(kept)
        is_judged = run is not None and run.batch_id == moment.batch_id
        tables = (*FACTS, *JUDGED, *SUMMED) if is_judged else FACTS
        with past.read() as made:
            assert content(made, tables) == content(kept, tables)


OLD = "tenant_id,workload,month,pau,mau,partner_id,customer_name\nt1,EXO,2026-01,200,20,p1,Contoso"
NEW = "tenant_id,workload,month,pau,mau,partner_id,customer_name\nt1,EXO,2026-01,200,90,p2,Adatum"


@pytest.fixture
def twice_filled(store):
    """A store of two imports: the second one restates usage, moves the holder and renames."""
    import_at(store, OLD, NOW - timedelta(days=40))
    import_at(store, NEW, NOW)
    return store


def test_restated_values_are_back_on_both_kinds_of_store(twice_filled, tmp_path):
    place = as_it_stood.make_past(twice_filled, 1, place=tmp_path / "past.db")
    place.with_suffix(".app.db").touch()
    with Store.open(file_store_url(place)) as past, past.read() as connection:
        usage = connection.execute(select(schema.usage)).one()
        assert (usage.monthly_active_users, usage.batch_id) == (20, 1)
        assert connection.scalar(select(schema.tenant.c.name)) == "Contoso"
        assert list(connection.scalars(select(schema.partner.c.partner_id))) == ["p1"]
        assert connection.scalar(select(schema.scope_month.c.monthly_active_users)) == 20
        assert connection.scalar(select(schema.opportunity.c.monthly_active_users)) == 20


def test_newest_import_is_the_present_and_no_past_moment(twice_filled):
    with twice_filled.read() as connection:
        assert [moment.batch_id for moment in past_stores.moments(connection)] == [1]
    with pytest.raises(StoreError, match="as it stood after batch 2"):
        as_it_stood.make_past(twice_filled, 2)


def test_imports_before_rows_were_kept_whole_are_not_offered(twice_filled):
    batch = schema.import_batch
    with twice_filled.write() as connection:
        connection.execute(update(batch).where(batch.c.batch_id == 2).values(keeps_replaced=False))
    with twice_filled.read() as connection:
        assert past_stores.moments(connection) == ()


def test_past_store_shows_past_figures_with_present_work_and_changes_nothing(sqlite_store):
    import_at(sqlite_store, OLD, NOW - timedelta(days=40))
    import_at(sqlite_store, NEW, NOW)
    as_it_stood.make_past(sqlite_store, 1)
    with sqlite_store.app_write() as connection:
        connection.execute(
            schema.saved_view.insert().values(
                view_id="v", name="mine", page="p", query="", owner="me", saved_at=NOW
            )
        )
    with past_stores.opened(past_stores.past_url(sqlite_store.url, 1)) as past:
        with past.read() as connection:
            assert connection.scalar(select(schema.usage.c.monthly_active_users)) == 20
        with past.app_read() as connection:
            assert connection.scalar(select(schema.saved_view.c.name)) == "mine"
        with pytest.raises(StoreError, match="cannot be changed"), past.write():
            pass
        assert not past.is_demo


def test_oldest_past_stores_give_way(sqlite_store):
    for number in range(as_it_stood.KEPT + 3):
        text = OLD.replace("200,20", f"200,{number}")
        import_at(sqlite_store, text, NOW + timedelta(days=number))
    for batch_id in range(1, as_it_stood.KEPT + 3):
        place = as_it_stood.make_past(sqlite_store, batch_id)
    stood = [p for p in place.parent.glob("*.stood-*.db") if ".app" not in p.name]
    assert len(stood) == as_it_stood.KEPT
    assert place in stood
