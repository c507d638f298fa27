"""A usage file summed by a plain engine: `python -m benchmarks.plain_engines duckdb FILE.csv`.

What one would write by hand for a CPOR usage file: read it, keep the last row of each tenant x
workload x month, sum seats and users by workload and month, and take each pair's highest count of
users ever (from which milestones start). Nothing is checked, compared with what is stored, or
stored. Prints rows, CPU seconds, rows per CPU second and peak memory in MB.
"""

from __future__ import annotations

import argparse
import time
from importlib import import_module
from pathlib import Path

import pandas as pd

from benchmarks.import_speed import peak_mb

MEMORY = Path("/proc/self/status")

KEYS = ["CustomerTenantId", "WorkloadName", "Date"]
COUNTS = ["PaidAvailableUnits", "MonthlyActiveUsers"]
NEEDED = [*KEYS, *COUNTS]

# The place in the file decides which of two rows of one key is the last.
DUCKDB_SUMS = """
CREATE TABLE kept AS
SELECT * FROM (SELECT *, row_number() OVER () AS place FROM read_csv(?))
QUALIFY row_number() OVER (
    PARTITION BY CustomerTenantId, WorkloadName, "Date" ORDER BY place DESC) = 1;
"""
DUCKDB_MONTHS = """
SELECT WorkloadName, "Date", sum(PaidAvailableUnits), sum(MonthlyActiveUsers)
FROM kept GROUP BY ALL
"""
DUCKDB_MARKS = """
SELECT CustomerTenantId, WorkloadName, max(MonthlyActiveUsers) FROM kept GROUP BY ALL
"""


def own_peak_mb() -> float:
    """Return the most memory that this program held, in MB.

    On Linux getrusage also counts what the process that started this one held before.
    """
    if not MEMORY.exists():
        return peak_mb()
    lines = MEMORY.read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def by_pandas(path: Path) -> int:
    """Return how many rows pandas kept and summed."""
    kept = pd.read_csv(path, usecols=NEEDED).drop_duplicates(KEYS, keep="last")
    kept.groupby(KEYS[1:])[COUNTS].sum()
    kept.groupby(KEYS[:2])[COUNTS[1]].max()
    return len(kept)


def by_duckdb(path: Path) -> int:
    """Return how many rows DuckDB kept and summed; ImportError where it is not installed."""
    duckdb = import_module("duckdb")  # no dependency of the project

    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute(DUCKDB_SUMS, [str(path)])
        connection.execute(DUCKDB_MONTHS).fetchall()
        connection.execute(DUCKDB_MARKS).fetchall()
        return int(connection.execute("SELECT count(*) FROM kept").fetchone()[0])


def main() -> None:
    """Sum the file by one engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=["pandas", "duckdb"])
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    start = time.process_time()
    rows = {"pandas": by_pandas, "duckdb": by_duckdb}[given.engine](given.file)
    seconds = time.process_time() - start
    print(
        f"{given.engine:<24} {rows:,} rows, {seconds:.2f} s of CPU time, "
        f"{rows / seconds:,.0f} rows a CPU second, {own_peak_mb():,.0f} MB"
    )


if __name__ == "__main__":
    main()
