"""The same estate in stores and in a lake: a small demo and random files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from unittest.mock import patch

from data_access import schema, training
from data_access.demo.files import write_demo_files
from data_access.estate import judging
from data_access.estate.batch import run_batch
from data_access.estate.exporting import REPORTED, StoreInput
from data_access.estate.lake import Lake
from data_access.estate.serving import FACTS, RANKING
from data_access.importer import import_files
from data_access.ranking_settings import RankingSettings
from data_access.scoring import score_store
from data_access.store import Store
from data_access.types import Scope
from data_access.validate import ImportOptions
from insights.months import month_code, month_index

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHO = Scope("tester", "admin")


@dataclass(frozen=True)
class Estate:
    """The same files in two stores, and the lake and the store that a batch made of the first."""

    sqlite: Store
    postgres: Store
    lake: Lake
    served: Store


def few_dates():
    """Make training quick: its record is not what these tests are about."""
    return patch.object(training, "train", partial(training.train, dates=1))


def small_shards(tenants: int):
    """Cut an estate into shards of so many customers."""
    return patch.object(judging, "TENANTS_AT_ONCE", tenants)


def demo_files(folder):
    """Return the files of a small demo over all its months, in the order to import them."""
    last = month_index(2026, 10)
    downloads = write_demo_files(folder, tenants=40, last_month=last, today=NOW.date())
    return [(path.name, path) for download in downloads for path in download.files]


def fill(store, files):
    """Import the files and score."""
    import_files(store, files, scope=WHO, now=NOW, options=ImportOptions(today=NOW.date()))
    with few_dates():
        score_store(store, RankingSettings(), scope=WHO, now=NOW)


def batch(lake, source, target):
    """Run the batch in small shards from a store or another input; return what it did."""
    told = StoreInput(source) if isinstance(source, Store) else source
    with small_shards(9), few_dates():
        return run_batch(lake, told, target, scope=WHO, now=NOW)


# --- random files ---------------------------------------------------------------------------------

FIRST = month_index(2023, 3)  # the last months of the milestone model and the first of growth
USAGE = "tenant_id,workload,month,pau,mau,partner_id,attribution_type,associated_on,market"
CLAIMS = "claim_id,tenant_id,workload,partner_id,status,status_on,submitted_on,approved_on,ended_on"
EARNINGS = (
    "earningId,customerTenantId,workload,participantId,milestone,earningDate,earningAmountUSD,"
    "reasonCode,paymentStatus"
)
STATUSES = ("Submitted", "Under review", "Partner action required", "Approved", "Rejected final")
COUNTS = ("", "0", "20", "45", "60", "80", "149", "150", "200", "400", "1000", "5000")


def random_files(seed):
    """Return usage, claims and earnings that meet thresholds, gaps and moves of partners."""
    rng = Random(seed)
    names = [f"{number:08}-0000-0000-0000-000000000000" for number in range(25)]
    partners = ("north", "south", "east")

    def day():
        return rng.choice(
            ("", f"{rng.randint(2022, 2023)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}")
        )

    def pair():
        return [rng.choice(names), rng.choice(("EXO", "INTUNE", "Something new"))]

    usage, claims, earnings = {}, {}, {}
    for _ in range(600):
        key = (*pair(), month_code(FIRST + rng.randint(0, 14)))
        held = [rng.choice(("", *partners)), rng.choice(("CPOR", "CSP")), day()]
        usage[key] = [*key, rng.choice(COUNTS), rng.choice(COUNTS), *held, rng.choice(("", "DE"))]
    for number in range(60):
        row = [f"C{number % 40}", *pair(), rng.choice(partners), rng.choice(STATUSES)]
        claims[tuple(row[:3])] = [*row, day(), day(), day(), day()]
    for number in range(60):
        told = [rng.choice(("15%", "40%", "", "Milestone 40 %")), day() or "2023-06-30"]
        paid = [rng.choice(("", "0", "1000", "-1000")), rng.choice(("", "CUSPUBSEC"))]
        status = rng.choice(("Sent", "Upcoming", "Failed"))
        earnings[number] = [f"E{number}", *pair(), rng.choice(partners), *told, *paid, status]
    tables = ((USAGE, usage), (CLAIMS, claims), (EARNINGS, earnings))
    return [
        (f"{number}.csv", "\n".join([header, *map(",".join, rows.values())]).encode())
        for number, (header, rows) in enumerate(tables)
    ]


def made_tables():
    """Return the tables that the batch makes."""
    names = [name for name in (*FACTS, *RANKING) if name not in REPORTED]
    return [schema.warehouse.tables[name] for name in names]
