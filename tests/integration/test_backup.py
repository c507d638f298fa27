"""A backup holds everything of one moment, and a restore gives it back row for row."""

import json
import threading
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from data_access import schema
from data_access.backends import GROUPS
from data_access.backup import METADATA, make_backup
from data_access.backup_file import Manifest, write_manifest, write_table
from data_access.backup_restore import restore_backup
from data_access.cli import main
from data_access.errors import InsightsError, RefusedFileError, StoreError
from data_access.locations import file_store_url
from data_access.proofs import proofs_folder, store_proof
from data_access.store import REVISIONS, Store
from data_access.types import LOCAL_USER
from tests.builders import bring_in
from tests.claim_builders import picture, signed_pdf
from tests.integration.mart_oracle import Oracle, stored_marts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXTS = ("plain", 'Ünïcode ’ "quoted" \'; \n\tline', "")
HEADER = "tenant_id,workload,month,paid_available_units,monthly_active_users,partner_id"


def value_of(column, number):
    """Return a value for a column in row 1, 2 or 3: edges of its type, and none where allowed."""
    if column.foreign_keys or (column.primary_key and column.type.python_type is int):
        return number if column.type.python_type is int else f"k{number}"
    if column.nullable and number == 3:
        return None
    kind = column.type.python_type
    if kind is str:
        return f"k{number}" if column.primary_key else TEXTS[number - 1][:10]
    return {
        bool: number == 1,
        int: (0, -7, 2_000_000_000)[number - 1] if column.name != "version" else number,
        float: (0.1, 1e-300, 1 / 3)[number - 1],
        date: date(2020, 2, 28) + timedelta(days=number),
        datetime: datetime(2026, 3, 29, 1, 30, 0, 7 * number, tzinfo=UTC),
    }[kind]


def fill_every_table(store):
    """Write three rows into every table there is."""
    for group, write in (("warehouse", store.write), ("app", store.app_write)):
        with write() as connection:
            for table in METADATA[group].sorted_tables:
                rows = [
                    {column.name: value_of(column, number) for column in table.columns}
                    for number in (1, 2, 3)
                ]
                connection.execute(insert(table), rows)
            store.backend.after_load(connection, METADATA[group].sorted_tables)


def everything(store):
    """Return all rows of every table, in the order of the keys; the restore itself left out."""
    found = {}
    with store.snapshot() as connections:
        for group in GROUPS:
            for table in METADATA[group].sorted_tables:
                rows = connections[group].execute(
                    select(table).order_by(*table.primary_key.columns)
                )
                found[table.name] = [
                    tuple(
                        each.replace(tzinfo=UTC) if type(each) is datetime else each for each in row
                    )
                    for row in rows
                ]
    events = found["store_event"]
    found["store_event"] = [row for row in events if row[6] != "restore"]
    return found


@pytest.fixture
def backup(tmp_path):
    """Back a store up and return the file."""

    def make(store, name="backup.zip"):
        make_backup(store, tmp_path / name, scope=LOCAL_USER, now=NOW)
        return tmp_path / name

    return make


@pytest.fixture
def other_url(request, tmp_path):
    """The URL of a place with nothing in it, of the kind asked for."""

    def make(kind):
        if kind == "sqlite":
            return file_store_url(tmp_path / "other" / "store.db")
        return request.getfixturevalue("new_postgres_url")()

    return make


def restore(path, url, **how):
    return restore_backup(path, url, scope=LOCAL_USER, now=NOW, **how)


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_every_table_comes_back_row_for_row(store, backup, other_url, target):
    fill_every_table(store)
    before = everything(store)
    assert all(len(rows) == 3 for rows in before.values())
    url = other_url(target)
    restore(backup(store), url)
    with Store.open(url, create=False) as restored:
        after = everything(restored)
        assert {name: after[name] for name in before} == before
        numbers_go_on(restored)
        with pytest.raises(DBAPIError, match="only grows"), restored.app_write() as connection:
            connection.execute(text("UPDATE audit_event SET who = 'nobody'"))


def numbers_go_on(store):
    """Check that every table which numbers its rows gives the next one the next number."""
    for group, write in (("warehouse", store.write), ("app", store.app_write)):
        for table in METADATA[group].sorted_tables:
            key = table.autoincrement_column
            if key is None:
                continue
            row = {c.name: value_of(c, 2) for c in table.columns if c is not key}
            unique = {c.name for i in table.constraints for c in i.columns if c is not key}
            row |= {
                name: f"new{name}"[:10]
                for name in unique
                if table.c[name].type.python_type is str and not table.c[name].foreign_keys
            }
            with write() as connection:
                given = connection.execute(insert(table).values(row)).inserted_primary_key[0]
                highest = 5 if table.name == "store_event" else 4
                assert given == highest, table.name


def test_backup_and_restore_leave_a_trace(store, backup, other_url):
    bring_in(store, f"{HEADER}\nt0,EXO,2026-01,100,10,north\n")
    path = backup(store)
    with store.app_read() as connection:
        event = schema.audit_event
        made = connection.execute(select(event).where(event.c.event == "backup")).one()
    assert (made.subject, made.who) == ("backup.zip", LOCAL_USER.who)
    url = other_url("sqlite")
    restore(path, url)
    with Store.open(url) as restored, restored.read() as connection:
        event = schema.store_event
        done = connection.execute(select(event).where(event.c.event == "restore")).one()
        assert stored_marts(connection) == Oracle(connection).marts()
    assert done.subject == "backup.zip"
    assert json.loads(done.detail)["made_at"] == NOW.isoformat()


def test_proofs_come_back_with_what_was_read_from_them(sqlite_store, backup, other_url):
    proof = store_proof(
        sqlite_store, LOCAL_USER, file_name="poe.pdf", content=signed_pdf(), now=NOW
    )
    gone = store_proof(sqlite_store, LOCAL_USER, file_name="b.png", content=picture("PNG"), now=NOW)
    name = gone.content_hash
    (proofs_folder(sqlite_store.url) / name[:2] / name).unlink()
    url = other_url("sqlite")
    done = restore(backup(sqlite_store), url)
    assert done.manifest.lost_proofs == (name,)
    place = proofs_folder(url) / proof.content_hash[:2] / proof.content_hash
    before = proofs_folder(sqlite_store.url) / proof.content_hash[:2] / proof.content_hash
    assert place.read_bytes() == signed_pdf()
    assert place.with_suffix(".txt").read_text() == before.with_suffix(".txt").read_text() != ""


def test_store_in_use_is_refused_unless_replaced_and_then_kept(store, backup, other_url):
    bring_in(store, f"{HEADER}\nt0,EXO,2026-01,100,10,north\n")
    path = backup(store)
    bring_in(store, f"{HEADER}\nt1,EXO,2026-02,50,5,north\n")
    after_second, version = everything(store), store.data_version()
    with pytest.raises(StoreError, match="not empty"):
        restore(path, store.url)
    assert everything(store) == after_second
    done = restore(path, store.url, replace=True)
    with store.read() as connection:  # a store that was open all the time sees it
        assert connection.scalars(text("SELECT tenant_id FROM tenant")).all() == ["t0"]
    assert store.data_version() > version
    kept = other_url("sqlite")
    restore(done.kept_before, kept)
    with Store.open(kept) as before:
        assert everything(before)["tenant"] == after_second["tenant"]
        assert everything(before)["usage"] == after_second["usage"]
    if not store.url.startswith("sqlite"):
        done.kept_before.unlink()


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def changed(name, content):
    def change(path):
        members = parts(path)
        return rewrite(path, members | {name: content(members[name])})

    return change


def without(name):
    return lambda path: rewrite(path, {n: c for n, c in parts(path).items() if n != name})


def cut(path):
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def flipped(path):
    """Flip a byte in the stored content of one table."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("warehouse/usage.parquet")
    content[info.header_offset + 30 + len(info.filename) + 40] ^= 0xFF
    path.write_bytes(content)
    return path


def told(**values):
    return changed("manifest.json", lambda content: json.dumps(json.loads(content) | values))


DAMAGES = {
    "cut off": (cut, "no backup, or was cut off"),
    "a byte flipped": (flipped, "usage.parquet is damaged"),
    "another content": (
        changed("app/action.parquet", lambda c: c + b" "),
        "app/action.parquet is not",
    ),
    "a table missing": (without("warehouse/tenant.parquet"), "warehouse/tenant.parquet is missing"),
    "no manifest": (without("manifest.json"), "manifest.json is missing"),
    "no sense": (changed("manifest.json", lambda _c: b"{"), "makes no sense"),
    "an evil name": (
        told(tables=[{"group": "app", "name": "a; DROP", "rows": 1, "sha256": ""}]),
        "names what no backup holds",
    ),
    "a newer store": (told(revisions={"warehouse": "w9999", "app": "a0001"}), r"newer .*w9999"),
    "a newer format": (told(format=99), "newer version"),
    "not a backup": (lambda path: path.write_text("hello"), "no backup, or was cut off"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_backup_is_refused_before_anything_is_touched(
    sqlite_store, backup, other_url, damage
):
    bring_in(sqlite_store, f"{HEADER}\nt0,EXO,2026-01,100,10,north\n")
    path = backup(sqlite_store)
    change, message = DAMAGES[damage]
    change(path)
    url = other_url("sqlite")
    with pytest.raises(RefusedFileError, match=message):
        restore(path, url, replace=True)
    assert not Path(url.removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_backup_of_an_older_version_is_upgraded(tmp_path, other_url, target):
    path = tmp_path / "old.zip"
    tenants = pa.record_batch(
        {
            "tenant_key": [1],
            "tenant_id": ["t1"],
            "imported_id": ["T1"],
            "is_name_masked": [False],
            "batch_id": [1],
        }
    )
    with zipfile.ZipFile(path, "w") as archive:
        table = write_table(archive, "warehouse", "tenant", tenants.schema, iter([tenants]))
        first = {group: REVISIONS[group][0] for group in GROUPS}
        write_manifest(archive, Manifest(NOW.isoformat(), False, first, (table,)))
    url = other_url(target)
    restore(path, url)
    with Store.open(url) as store, store.read() as connection:
        assert connection.scalar(select(schema.tenant.c.tenant_id)) == "t1"
        for group in GROUPS:
            with store._reading(group) as reader:
                assert store._revision(reader, group) == REVISIONS[group][-1]


def test_backups_during_an_import_hold_before_or_after_never_between(store, tmp_path, backup):
    bring_in(store, f"{HEADER}\nt0,EXO,2026-01,100,10,north\n")
    lines = [
        f"t{tenant},EXO,2026-{month:02},200,{tenant},north"
        for tenant in range(300)
        for month in range(1, 7)
    ]
    bringing = threading.Thread(target=bring_in, args=(store, "\n".join([HEADER, *lines])))
    made = []
    bringing.start()
    while bringing.is_alive():
        made.append(backup(store, f"{len(made)}.zip"))
    bringing.join()
    made.append(backup(store, "last.zip"))
    counts = []
    for path in made:
        rows = {
            each["name"]: each["rows"]
            for each in json.loads(parts(path)["manifest.json"])["tables"]
        }
        counts.append((rows["usage"], rows["import_batch"], rows["tenant"]))
    assert set(counts) <= {(1, 1, 1), (1800, 2, 300)}
    assert counts[0] == (1, 1, 1)
    assert counts == sorted(counts)
    url = file_store_url(tmp_path / "mid.db")
    restore(made[len(made) // 2], url)
    with Store.open(url) as restored, restored.read() as connection:
        assert stored_marts(connection) == Oracle(connection).marts()


def test_backup_neither_overwrites_nor_leaves_half_a_file(sqlite_store, backup, tmp_path):
    path = backup(sqlite_store)
    with pytest.raises(InsightsError, match="there already"):
        backup(sqlite_store)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(InsightsError, match="cannot be written"):
        make_backup(sqlite_store, tmp_path / "no" / "b.zip", scope=LOCAL_USER, now=NOW)
    assert [each.name for each in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize("damage", ["header", "cut"])
def test_damaged_store_is_moved_aside_by_a_replacing_restore(sqlite_store, backup, damage):
    bring_in(sqlite_store, f"{HEADER}\nt0,EXO,2026-01,100,10,north\n")
    path = backup(sqlite_store)
    sqlite_store.close()
    file = Path(sqlite_store.url.removeprefix("sqlite:///"))
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    content = file.read_bytes()
    file.write_bytes(b"x" * 4096 + content[4096:] if damage == "header" else content[:5000])
    done = restore(path, sqlite_store.url, replace=True)
    assert (done.kept_before / file.name).exists()
    with Store.open(sqlite_store.url) as restored, restored.read() as connection:
        assert connection.scalar(select(schema.tenant.c.tenant_id)) == "t0"


def test_commands_back_up_and_restore(sqlite_store, tmp_path):
    bring_in(sqlite_store, f"{HEADER}\nt0,EXO,2026-01,100,10,north\n")
    file, url = str(tmp_path / "b.zip"), file_store_url(tmp_path / "copy.db")
    made = CliRunner().invoke(main, ["backup", file, "--store", sqlite_store.url])
    assert made.exit_code == 0, made.output
    assert "rows and 0 proofs written" in made.output
    again = CliRunner().invoke(main, ["backup", file, "--store", sqlite_store.url])
    assert again.exit_code == 1
    done = CliRunner().invoke(main, ["restore", file, "--store", url])
    assert done.exit_code == 0, done.output
    refused = CliRunner().invoke(main, ["restore", file, "--store", url])
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    replaced = CliRunner().invoke(main, ["restore", file, "--store", url, "--replace"])
    assert replaced.exit_code == 0, replaced.output
    assert "is kept in" in replaced.output


def test_backup_of_a_store_in_use_waits_for_nobody(sqlite_store, backup):
    """An import that is under way holds the warehouse's write lock all the time."""
    bring_in(sqlite_store, f"{HEADER}\nt0,EXO,2026-01,100,10,north\n")
    with sqlite_store.write() as connection:
        connection.execute(text("UPDATE tenant SET name = 'half'"))
        rows = parts(backup(sqlite_store))
    assert b"half" not in rows["warehouse/tenant.parquet"]
