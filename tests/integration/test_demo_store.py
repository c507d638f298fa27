"""The demo store: the simulated truth arrives through the importer, complete or not at all."""

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_access import schema
from data_access.demo.build import build_demo_store
from data_access.demo.catalog import CODES
from data_access.demo.holdings import NEVER
from data_access.demo.world import make_world
from data_access.errors import StoreError
from data_access.store import Store
from data_access.types import OPEN_END
from insights.months import month_index

LAST = month_index(2026, 10)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SIZE = {"tenants": 60, "months": 30, "seed": 5, "last_month": LAST}
SMALL = {**SIZE, "tenants": 20, "months": 6}


def build(url: str, *, progress=lambda *_: None, **arguments) -> None:
    build_demo_store(url, now=NOW, progress=progress, **{**SIZE, "is_ranked": False, **arguments})


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def demo(tmp_path_factory, steps):
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    build(url, progress=lambda step, share: steps.append((step, share)))
    with Store.open(url, create=False) as store:
        yield store


@pytest.fixture(scope="module")
def world():
    return make_world(**SIZE)


def rows(store: Store, statement: str) -> pd.DataFrame:
    with store.read() as connection:
        return pd.read_sql(statement, connection.connection.driver_connection)


PAIR = """
    SELECT tenant_id, code, {columns} FROM {table}
    JOIN tenant USING (tenant_key) JOIN workload USING (workload_key)
"""


def test_store_holds_exactly_the_reported_usage(demo, world):
    stored = rows(
        demo,
        PAIR.format(
            table="usage", columns="month, paid_available_units AS seats, monthly_active_users"
        ),
    )
    pair, month = np.nonzero(world.reported)
    expected = pd.DataFrame(
        {
            "tenant_id": world.tenants["tenant_id"].to_numpy()[world.pairs.tenant[pair]],
            "code": np.array(CODES)[world.pairs.workload[pair]],
            "month": month + world.first_month,
            "seats_true": world.seats[pair, month],
            "users_true": world.users[pair, month],
        }
    )
    both = stored.merge(expected, on=["tenant_id", "code", "month"], how="outer", indicator=True)
    assert (both["_merge"] == "both").all()
    assert (both["seats"] == both["seats_true"]).all()
    differs = both["monthly_active_users"] != both["users_true"]
    assert set(both.loc[differs, "month"]) == {LAST - 1}
    assert 0 < differs.sum() <= len(world.restated)


def test_associations_are_those_of_the_world(demo, world):
    stored = rows(
        demo,
        PAIR.format(table="association", columns="partner_id, start_month, end_month")
        + " JOIN partner USING (partner_key) WHERE attribution_type <> 'CSP'",
    )
    held = world.holdings
    pair = held["pair"].to_numpy()
    never = ~world.reported[pair].any(axis=1)
    end = np.where(held["end"] == NEVER, OPEN_END, held["end"] + world.first_month - 1)
    expected = pd.DataFrame(
        {
            "tenant_id": world.tenants["tenant_id"].to_numpy()[world.pairs.tenant[pair]],
            "code": np.array(CODES)[world.pairs.workload[pair]],
            "partner_id": world.partners["partner_id"].to_numpy()[held["partner"]],
            "start_month": held["start"] + world.first_month,
            "true_end": end,
        }
    )[~never]
    key = ["tenant_id", "code", "partner_id", "start_month"]
    both = expected.merge(stored, on=key, how="left")
    assert both["end_month"].notna().all()
    differs = both[both["end_month"] != both["true_end"]]
    silent = world.reported[:, -4:].any(axis=1)
    quiet_tenants = set(
        world.tenants["tenant_id"].to_numpy()[np.unique(world.pairs.tenant[~silent])]
    )
    assert set(differs["tenant_id"]) <= quiet_tenants


def test_two_imports_are_clean_apart_from_the_broken_rows(demo):
    batches = rows(
        demo,
        "SELECT kind, quarantined, restated, imported_by, date(imported_at) AS day "
        "FROM import_batch",
    )
    assert set(batches["imported_by"]) == {"demo"}
    assert batches["day"].value_counts().to_dict() == {"2026-10-06": 10, "2026-11-22": 8}
    assert batches["quarantined"].sum() == batches["quarantined"].iloc[-1] == 9
    assert batches["restated"].iloc[:10].sum() == 0
    assert batches["restated"].iloc[-1] > 0
    assert set(batches["kind"]) == {
        "partner_profile", "customers", "cpor_usage", "m365_usage", "ems_usage",
        "subscriptions", "claims", "earnings",
    }  # fmt: skip


def test_reference_rows_are_those_of_the_world(demo, world):
    counts = {
        name: int(rows(demo, f"SELECT count(*) AS n FROM {name}")["n"].iloc[0])
        for name in ("global_account", "partner", "tenant", "workload")
    }
    assert counts == {
        "global_account": 3,
        "partner": len(world.partners),
        "tenant": 60,
        "workload": 10,
    }


def test_progress_goes_up_to_the_end(demo, steps):
    shares = [share for _, share in steps]
    assert demo.is_demo
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len({step for step, _ in steps}) > 5


def test_a_finished_build_leaves_only_the_store(demo):
    place = Path(demo.url.removeprefix("sqlite:///"))
    names = {path.name for path in place.parent.iterdir()}
    assert names - {f"{place.name}-wal", f"{place.name}-shm", "demo.app.db-wal"} <= {
        "demo.db",
        "demo.app.db",
        "demo.app.db-shm",
        ".demo-building.lock",
    }


def test_rebuilding_replaces_the_data_under_an_open_app_and_keeps_its_views(tmp_path):
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    build(url, **SMALL)
    with Store.open(url) as app:
        with app.app_write() as connection:
            connection.execute(
                schema.saved_view.insert().values(
                    view_id="a", name="mine", page="overview", query="", owner="me", saved_at=NOW
                )
            )
        build(url, **{**SMALL, "tenants": 25})
        assert rows(app, "SELECT count(*) AS n FROM tenant")["n"].iloc[0] == 25
        with app.app_read() as connection:
            assert connection.execute(schema.saved_view.select()).one().name == "mine"


def test_existing_demo_can_be_kept_and_an_empty_one_is_built(tmp_path):
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    Store.open(url).close()
    build(url, keep_existing=True, **SMALL)
    build(url, keep_existing=True, **{**SMALL, "tenants": 25})
    with Store.open(url) as store:
        assert rows(store, "SELECT count(*) AS n FROM tenant")["n"].iloc[0] == 20


def test_store_with_imported_data_is_never_replaced(tmp_path):
    url = f"sqlite:///{tmp_path / 'mine.db'}"
    build(url, **SMALL)
    before = (tmp_path / "mine.db").read_bytes()
    with pytest.raises(StoreError, match="holds imported data"):
        build(url, **SMALL)
    assert (tmp_path / "mine.db").read_bytes() == before


def test_demo_is_refused_on_a_server():
    with pytest.raises(StoreError, match="SQLite file of its own"):
        build("postgresql://localhost/insights", **SMALL)


def test_two_builds_at_once_give_one_store(tmp_path):
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    said: list[str] = []
    threads = [
        threading.Thread(
            target=build,
            args=(url,),
            kwargs={**SMALL, "keep_existing": True, "progress": lambda step, _: said.append(step)},
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "Waiting: the demo is being built already" in said
    assert said.count("Demo portfolio complete") == 1
    with Store.open(url, create=False) as store:
        assert rows(store, "SELECT count(*) AS n FROM tenant")["n"].iloc[0] == 20


KILLED_WHILE_IMPORTING = """
import sys
from tests.integration.test_demo_store import SMALL, build
def progress(step, share):
    if share > 0.3:
        print("importing", flush=True)
        sys.stdin.read()
build(sys.argv[1], progress=progress, **SMALL)
"""


def test_killed_build_leaves_no_store_and_the_next_one_succeeds(tmp_path):
    place = tmp_path / "demo.db"
    url = f"sqlite:///{place}"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_IMPORTING, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "importing\n"
        process.kill()
    assert not place.exists()
    start = time.monotonic()
    build(url, **SMALL)
    assert time.monotonic() - start < 60
    assert place.exists()
    assert not (tmp_path / ".demo-building").exists()
