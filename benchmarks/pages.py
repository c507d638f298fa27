"""Server time of every page: `python -m benchmarks.pages --tenants 2000 --tenants 20000`.

Runs each page through Streamlit's own test runner in this process. For every page it prints
- cold: CPU time of a run with empty caches (all queries go to the store),
- warm: CPU time of a rerun, the median of several,
- plain SQL: the same statements the cold run sent, by the bare sqlite3 module,
- slowest: the slowest of these statements,
- facts: the page's headline answer from the raw facts instead of the marts.
Times depend on the machine; the ratios beside them are what to compare.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data_access.types import no_progress
from insights.months import month_index

ROOT = Path(__file__).parents[1]
LAST_MONTH = month_index(2026, 10)
PAGES = {
    "overview": "pages/performance/overview.py",
    "workloads": "pages/performance/workloads.py",
    "partners": "pages/performance/partners.py",
    "customers": "pages/performance/customers.py",
    "customer": "pages/performance/customer.py",
    "milestones": "pages/incentives/milestones.py",
    "earnings": "pages/incentives/earnings.py",
    "associations": "pages/incentives/associations.py",
    "alerts": "pages/incentives/alerts.py",
    "recommended actions": "pages/growth/recommended_actions.py",
    "weekly plan": "pages/growth/weekly_plan.py",
    "what worked": "pages/growth/what_worked.py",
    "people": "pages/admin/people.py",
    "access": "pages/admin/access.py",
    "audit": "pages/admin/audit.py",
    "program rules": "pages/admin/program_rules.py",
    "data health": "pages/trust/data_health.py",
    "definitions": "pages/trust/definitions.py",
    "imports": "pages/admin/imports.py",
}
WARM_RUNS = 7
TIMEOUT_S = 300

# The month x workload totals that overview and workloads start from, without any mart.
FACTS_SQL = """
SELECT month, workload_key, count(*), sum(paid_available_units), sum(monthly_active_users)
FROM "usage" WHERE month > ? GROUP BY month, workload_key
"""
MART_SQL = """
SELECT month, workload_key, sum(pairs), sum(paid_available_units), sum(monthly_active_users)
FROM scope_month WHERE month > ? AND workload_key > 0 GROUP BY month, workload_key
"""


@dataclass
class Statements:
    """The statements that reached the store, with their parameters."""

    seen: list[tuple[str, Any]] = field(default_factory=list)

    def listen(self) -> None:
        """Record what every engine of this process executes."""
        from sqlalchemy import Engine, event

        @event.listens_for(Engine, "before_cursor_execute")
        def remember(*call: Any) -> None:  # noqa: ANN401 - the event's own signature
            _connection, _cursor, statement, parameters, _context, _many = call
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                self.seen.append((statement, parameters))


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time of one call in milliseconds, over all threads of this process."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def wall_ms(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median elapsed time of a call in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def build_store(folder: Path, tenants: int) -> Path:
    """Return the store with this many customers, building it when it is not there yet."""
    from data_access.demo.build import build_demo_store

    path = folder / f"pages-{tenants}.db"
    if not path.exists():
        start = time.perf_counter()
        build_demo_store(
            f"sqlite:///{path}",
            tenants=tenants,
            months=36,
            seed=7,
            last_month=LAST_MONTH,
            now=datetime(2026, 11, 22, tzinfo=UTC),
            progress=no_progress,
            bare=True,
        )
        print(f"built {path.name} in {time.perf_counter() - start:.0f} s")
    return path


def a_customer(path: Path) -> str:
    """Return the id of the largest customer of the store."""
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute(
            "SELECT tenant_id FROM tenant JOIN tenant_month USING (tenant_key) "
            "ORDER BY month DESC, seats DESC LIMIT 1"
        ).fetchone()
    return str(row[0])


def measure_page(
    path: Path, script: str, statements: Statements, customer: str
) -> dict[str, float]:
    """Return one page's figures in milliseconds."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT_S)
    app.query_params["cust"] = customer
    app.run()
    st.cache_data.clear()
    statements.seen.clear()
    app.switch_page(script)
    cold = cpu_ms(app.run)
    if app.exception:
        raise RuntimeError(f"{script}: {app.exception[0].message}")
    seen = list(statements.seen)
    warm = statistics.median(cpu_ms(app.run) for _ in range(WARM_RUNS))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA mmap_size=8000000000")
        connection.execute("ATTACH ? AS app", (str(path.with_suffix(".app.db")),))
        times = [
            wall_ms(lambda s=statement, p=parameters: connection.execute(s, p).fetchall())
            for statement, parameters in seen
        ]
    return {
        "cold": cold,
        "warm": warm,
        "sql": sum(times),
        "slowest": max(times, default=0.0),
        "queries": len(times),
    }


def measure_facts(path: Path) -> tuple[float, float]:
    """Return the time of the headline totals from the facts and from the mart."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA mmap_size=8000000000")
        since = (LAST_MONTH - 12,)
        return (
            wall_ms(lambda: connection.execute(FACTS_SQL, since).fetchall(), 3),
            wall_ms(lambda: connection.execute(MART_SQL, since).fetchall(), 3),
        )


def measure_store(path: Path, tenants: int, statements: Statements) -> None:
    """Print one store's table."""
    os.environ["PARTNER_INSIGHTS_STORE"] = f"sqlite:///{path}"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute('SELECT count(*) FROM "usage"').fetchone()[0]
    print(f"\n### {tenants:,} customers, {rows:,} usage rows\n")
    print("| page | warm CPU ms | cold CPU ms | queries | plain SQL ms | slowest ms | warm ÷ SQL |")
    print("|---|---|---|---|---|---|---|")
    customer = a_customer(path)
    for name, script in PAGES.items():
        found = measure_page(path, script, statements, customer)
        ratio = found["warm"] / found["sql"] if found["sql"] else float("nan")
        print(
            f"| {name} | {found['warm']:.0f} | {found['cold']:.0f} | {found['queries']:.0f} "
            f"| {found['sql']:.1f} | {found['slowest']:.1f} | {ratio:.1f} |"
        )
    facts, mart = measure_facts(path)
    print(
        f"\nTwelve months of totals: {facts:.1f} ms from the facts, {mart:.1f} ms from the mart "
        f"({facts / mart:.0f} ×)."
    )


def main() -> None:
    """Measure each size in turn."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tenants", type=int, action="append")
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    chosen = arguments.parse_args()
    statements = Statements()
    statements.listen()
    for tenants in chosen.tenants or [2000]:
        measure_store(build_store(chosen.folder, tenants), tenants, statements)


if __name__ == "__main__":
    main()
