"""Opening, reading and writing the store, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from data_access import schema
from data_access.errors import StoreError
from data_access.locations import file_store_url
from data_access.store import Store

PARTNER = insert(schema.partner)
COUNT_PARTNERS = select(func.count()).select_from(schema.partner)


def add_partner(connection, name):
    connection.execute(PARTNER, {"partner_id": name, "batch_id": 1})


def fail_after(store, statement):
    with store.write() as connection:
        connection.execute(statement)
        raise ZeroDivisionError


def test_new_store_is_empty_and_opens_again(store_url):
    with Store.open(store_url) as store:
        assert store.data_version() == 0
    with Store.open(store_url, create=False) as again:
        assert again.data_version() == 0


def test_write_is_undone_when_it_fails(store):
    with pytest.raises(ZeroDivisionError):
        fail_after(store, PARTNER.values(partner_id="p1", batch_id=1))
    with store.read() as connection:
        assert connection.scalar(COUNT_PARTNERS) == 0


def test_tables_made_in_a_transaction_are_undone_with_it(store):
    with pytest.raises(ZeroDivisionError):
        fail_after(store, text("CREATE TABLE half_done (n INTEGER)"))
    with store.write() as connection:
        connection.execute(text("CREATE TABLE half_done (n INTEGER)"))


def test_reader_sees_one_state_while_another_writes(store):
    with store.read() as reader:
        assert reader.scalar(COUNT_PARTNERS) == 0
        with store.write() as writer:
            add_partner(writer, "p1")
        assert reader.scalar(COUNT_PARTNERS) == 0
    with store.read() as reader:
        assert reader.scalar(COUNT_PARTNERS) == 1


def test_many_threads_write_and_read_one_store(store):
    def work(number):
        for step in range(5):
            with store.write() as connection:
                add_partner(connection, f"p{number}-{step}")
            with store.read() as connection:
                connection.scalar(COUNT_PARTNERS)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with store.read() as connection:
        assert connection.scalar(COUNT_PARTNERS) == 40


def test_app_is_written_while_the_warehouse_is_being_written(store):
    view = {"view_id": "v1", "name": "mine", "page": "overview", "query": "", "owner": "me"}
    with store.write() as importing:
        add_partner(importing, "p1")
        with store.app_write() as connection:
            connection.execute(
                insert(schema.saved_view), view | {"saved_at": datetime(2026, 11, 1, tzinfo=UTC)}
            )
    with store.app_read() as connection:
        assert connection.scalar(select(schema.saved_view.c.name)) == "mine"


def test_store_of_a_newer_version_is_refused(store_url, store):
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'w9999'"))
    with pytest.raises(StoreError, match="newer version"):
        Store.open(store_url)


def test_database_of_another_program_is_refused(tmp_path):
    url = file_store_url(tmp_path / "other.db")
    with Store.open(url) as store, store.write() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(StoreError, match="another program"):
        Store.open(url)


def test_missing_store_is_refused_when_not_to_be_created(tmp_path):
    with pytest.raises(StoreError, match="no store"):
        Store.open(file_store_url(tmp_path / "none.db"), create=False)
    assert not (tmp_path / "none.db").exists()


def test_file_that_is_no_database_is_refused_and_kept(tmp_path):
    path = tmp_path / "letter.db"
    path.write_bytes(b"Dear customer, " * 400)
    with pytest.raises(StoreError, match="no database") as refused:
        Store.open(file_store_url(path))
    assert "move this one away" in refused.value.hint
    assert path.read_bytes() == b"Dear customer, " * 400


def test_damaged_store_is_refused_with_a_remedy(sqlite_url):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError, match="damaged") as refused, Store.open(sqlite_url) as store:
        store.data_version()
    assert "backup" in refused.value.hint


def test_store_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        Store.open(file_store_url(tmp_path / "file" / "store.db"))


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "mysql://host/db", "duckdb:///x.db"])
def test_other_databases_are_refused(url):
    with pytest.raises(StoreError) as refused:
        Store.open(url)
    assert "sqlite:///" in refused.value.hint


def test_unreachable_server_is_refused():
    with pytest.raises(StoreError, match="does not answer"):
        Store.open("postgresql://nobody@127.0.0.1:1/none")
