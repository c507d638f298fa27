"""Speed of an import: `python -m benchmarks.import_speed [--rows N] [--store URL]`.

Writes an invented CPOR usage file, imports it into an empty store and prints the seconds of each
step, rows a second, the peak memory, and the whole as a ratio to the cheapest things one could do
with the same rows: insert them into a bare SQLite table, and sum the file by plain pandas and by
DuckDB (benchmarks.plain_engines, each in a process of its own). Times depend on the machine; the
ratio is what to compare. Target: 1,000,000 rows within 60 seconds and 1.5 GB.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from data_access.importer import import_files
from data_access.locations import file_store_url
from data_access.store import Store
from data_access.types import Scope
from data_access.validate import ImportOptions
from insights.months import first_day, month_index
from insights.workloads import WORKLOADS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAST_MONTH = month_index(2026, 10)
MONTHS = 36
PER_TENANT = 10
PARTNERS = 200
TARGET_S, TARGET_MB = 60.0, 1500.0


def write_file(path: Path, rows: int) -> None:
    """Write a CPOR usage file with about this many rows: tenants x 10 workloads x 36 months."""
    tenants = max(1, rows // (PER_TENANT * MONTHS))
    rng = np.random.default_rng(20261122)
    pair = np.arange(tenants * PER_TENANT)
    tenant = pair // PER_TENANT
    partner = rng.integers(0, PARTNERS, tenants)[tenant]
    since = LAST_MONTH - rng.integers(0, MONTHS, len(pair))
    names = np.array([workload.name for workload in WORKLOADS[:PER_TENANT]])
    seats = np.exp(rng.normal(5.5, 1.2, len(pair))).astype(np.int64) + 1
    frame = pd.DataFrame(
        {
            "CustomerTenantId": [f"{n:08x}-0000-4000-8000-{n:012x}" for n in tenant],
            "CustomerName": [f"Customer {n}" for n in tenant],
            "CustomerMarket": np.array(["Germany", "France", "Spain", "Italy"])[tenant % 4],
            "CustomerSegment": np.array(["SMB", "Enterprise"])[tenant % 2],
            "WorkloadName": names[pair % PER_TENANT],
            "MPNId": 1_000_000 + partner,
            "PartnerName": [f"Location {n}" for n in partner],
            "PGAMpnId": 900_000 + partner // 8,
            "DateAssociated": [f"{first_day(int(month))}" for month in since],
            "PaidAvailableUnits": seats,
        }
    )
    for number in range(MONTHS):
        month = first_day(LAST_MONTH - MONTHS + 1 + number)
        share = rng.beta(2, 6, len(frame)) + number * 0.004
        frame.assign(Date=str(month), MonthlyActiveUsers=(seats * share).astype(np.int64)).to_csv(
            path, mode="a", header=number == 0, index=False
        )


def peak_mb() -> float:
    """Return the most memory that this process ever held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def timed_import(store: Store, path: Path) -> dict[str, float]:
    """Import the file and return the seconds of each step."""
    marks: list[tuple[str, float]] = []

    def tell(step: str, _share: float) -> None:
        if not marks or marks[-1][0] != step:
            marks.append((step, time.perf_counter()))

    reports = import_files(
        store,
        [(path.name, path)],
        scope=Scope("benchmark", "admin"),
        now=NOW,
        options=ImportOptions(today=NOW.date()),
        progress=tell,
    )
    marks.append(("", time.perf_counter()))
    print(f"{reports[0].new:,} rows new", *reports[0].notes)
    return {step: after - before for (step, before), (_next, after) in pairwise(marks)}


def raw_insert(store_file: Path, folder: Path) -> float:
    """Return the seconds to insert the same usage rows into a bare SQLite table."""
    with sqlite3.connect(store_file) as source:
        rows = source.execute("SELECT * FROM usage").fetchall()
    begin = time.perf_counter()
    with sqlite3.connect(folder / "raw.db") as raw:
        raw.execute("CREATE TABLE usage (t INTEGER, w INTEGER, m INTEGER, p INTEGER, u INTEGER, b)")
        raw.executemany("INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?)", rows)
    return time.perf_counter() - begin


def plain_engine(engine: str, path: Path) -> None:
    """Let a plain engine sum the file in a process of its own; say so where it is not there."""
    command = [sys.executable, "-m", "benchmarks.plain_engines", engine, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    told = (ended.stdout or ended.stderr).strip().splitlines()
    print(told[-1] if ended.returncode == 0 else f"{engine:<24} not measured: {told[-1]}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--store", help="database URL of an empty store (default: a new file)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, file = folder / "cpor.csv", folder / "store.db"
        write_file(path, given.rows)
        print(f"{path.stat().st_size / 1e6:,.0f} MB of CSV, {peak_mb():,.0f} MB held before")
        with Store.open(given.store or file_store_url(file)) as store:
            begin, cpu = time.perf_counter(), time.process_time()
            steps = timed_import(store, path)
            total, cpu = time.perf_counter() - begin, time.process_time() - cpu
            for step, seconds in steps.items():
                print(f"{step:<24} {seconds:7.1f} s")
            print(f"{'all':<24} {total:7.1f} s (target {TARGET_S:.0f}), {cpu:.1f} s of CPU time")
            print(f"{'peak memory':<24} {peak_mb():7.0f} MB (target {TARGET_MB:.0f})")
            print(
                f"{'rows a second':<24} {given.rows / total:7,.0f}, {given.rows / cpu:,.0f} of CPU"
            )
            again = timed_import(store, path)
            print(f"{'the same file again':<24} {sum(again.values()):7.1f} s")
        for engine in ("pandas", "duckdb"):
            plain_engine(engine, path)
        if not given.store:
            raw = raw_insert(file, folder)
            print(f"{'bare SQLite insert':<24} {raw:7.1f} s, ratio {total / raw:.0f}")
            print(f"{'store':<24} {file.stat().st_size / 1e6:7.0f} MB")


if __name__ == "__main__":
    main()
