"""Measure how long milestones take to judge in a store, as parts of an import.

    python -m benchmarks.judgement_speed COPY.db

Works on the given file store and changes it: give it a copy (benchmarks.pages makes a store). The
figures: everybody judged anew, then imports of one changed row with milestones and without.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pandas as pd
from sqlalchemy import text

from data_access import importer
from data_access.locations import file_store_url
from data_access.milestone_marts import last_run, rebuild_milestones
from data_access.program_store import active_program
from data_access.store import Store
from data_access.types import Scope
from data_access.validate import ImportOptions
from insights.months import month_code

TARGET_WHOLE_S, TARGET_ROW_S, TARGET_MB = 60.0, 1.0, 2_500


def peak_mb() -> float:
    """Return the most memory that this process ever held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def judge_all(store: Store, now: datetime) -> tuple[float, float]:
    """Judge everybody anew and return the seconds that passed and those of CPU time."""
    begin, cpu = time.perf_counter(), time.process_time()
    with store.write() as connection:
        store.backend.before_import(connection)
        rebuild_milestones(
            connection,
            store.backend,
            program=active_program(connection),
            known_on=now.date(),
            now=now,
            batch_id=1,
        )
    return time.perf_counter() - begin, time.process_time() - cpu


def changed_row(store: Store, more: int) -> bytes:
    """Return a file that gives one pair some more users in the as-of month."""
    with store.read() as connection:
        run = last_run(connection)
        query = text(
            "SELECT t.tenant_id, w.code, u.paid_available_units, u.monthly_active_users"
            " FROM usage u JOIN tenant t ON t.tenant_key = u.tenant_key"
            " JOIN workload w ON w.workload_key = u.workload_key"
            " WHERE u.month = :month AND u.monthly_active_users > 0 LIMIT 1"
        )
        if run is None:
            raise SystemExit("The store has no usage.")
        row = pd.read_sql(query, connection, params={"month": run.as_of}).iloc[0]
    header = "tenant_id,workload,month,pau,mau"
    users = int(row["monthly_active_users"]) + more
    seats = int(row["paid_available_units"])
    line = f"{row['tenant_id']},{row['code']},{month_code(run.as_of)},{seats},{users}"
    return f"{header}\n{line}\n".encode()


def import_row(store: Store, content: bytes, now: datetime, folder: Path) -> float:
    """Import a file and return the seconds it took."""
    path = folder / "row.csv"
    path.write_bytes(content)
    begin = time.perf_counter()
    options = ImportOptions(today=now.date())
    importer.import_files(
        store, [(path.name, path)], scope=Scope("benchmark", "admin"), now=now, options=options
    )
    return time.perf_counter() - begin


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path, help="a file store that may be changed")
    given = parser.parse_args()
    now = datetime.now().astimezone()
    with Store.open(file_store_url(given.store), create=False) as store:
        passed, cpu = judge_all(store, now)
        print(f"everybody judged    {passed:7.1f} s, {cpu:.1f} s of CPU (target {TARGET_WHOLE_S})")
        print(f"peak memory         {peak_mb():7.0f} MB (target {TARGET_MB})")
        folder = given.store.parent
        judged = [import_row(store, changed_row(store, n), now, folder) for n in (1, 2, 3)]
        with patch.object(importer, "_judge_milestones"):
            bare = [import_row(store, changed_row(store, n), now, folder) for n in (4, 5, 6)]
    cost = min(judged) - min(bare)
    print(f"one changed row     {min(judged):7.2f} s, {min(bare):.2f} s without milestones:")
    print(f"  its milestones    {cost:7.2f} s (target {TARGET_ROW_S})")


if __name__ == "__main__":
    main()
