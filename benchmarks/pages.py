"""Server time of every page: `python -m benchmarks.pages --tenants 2000 --tenants 20000`.

`--store URL` measures a store that is there, also on PostgreSQL; benchmarks.grown makes large ones.

Runs each page through Streamlit's own test runner in this process. For every page it prints
- cold: CPU time of a run with empty caches (all queries go to the store),
- warm: CPU time of a rerun, the median of several,
- plain SQL: the same statements the cold run sent, by the bare driver (elapsed time),
- slowest: the slowest of these statements,
- cold ÷ both: elapsed time of the cold run against plain SQL and rendering together, where the
  elapsed time of a warm rerun, which asks the store for next to nothing, stands for rendering,
- facts: the page's headline answer from the raw facts instead of the marts,
- pandas: the overview's answers as most people would write them, the tables read into pandas and
  grouped; first with the reading, then on the copies that st.cache_data hands out.
Times depend on the machine; the ratios beside them are what to compare.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import make_url, text

from data_access.locations import file_store_url
from data_access.store import Store
from data_access.types import no_progress
from insights.months import month_index

ROOT = Path(__file__).parents[1]
LAST_MONTH = month_index(2026, 10)
PAGES = {
    "overview": "pages/performance/overview.py",
    "review": "pages/performance/review.py",
    "workloads": "pages/performance/workloads.py",
    "partners": "pages/performance/partners.py",
    "customers": "pages/performance/customers.py",
    "customer": "pages/performance/customer.py",
    "customer review": "pages/performance/customer_review.py",
    "milestones": "pages/incentives/milestones.py",
    "earnings": "pages/incentives/earnings.py",
    "associations": "pages/incentives/associations.py",
    "alerts": "pages/incentives/alerts.py",
    "claim assistant": "pages/incentives/claim_assistant.py",
    "opportunities": "pages/growth/opportunities.py",
    "recommended actions": "pages/growth/recommended_actions.py",
    "weekly plan": "pages/growth/weekly_plan.py",
    "what worked": "pages/growth/what_worked.py",
    "simulator": "pages/growth/simulator.py",
    "people": "pages/admin/people.py",
    "access": "pages/admin/access.py",
    "audit": "pages/admin/audit.py",
    "program rules": "pages/admin/program_rules.py",
    "model record": "pages/trust/model_record.py",
    "data health": "pages/trust/data_health.py",
    "definitions": "pages/trust/definitions.py",
    "imports": "pages/admin/imports.py",
}
WARM_RUNS = 7
_SETTINGS = "-c search_path=warehouse,app -c jit=off"  # as the app's own connections have them
TIMEOUT_S = 300

# The month x workload totals that overview and workloads start from, without any mart.
FACTS_SQL = """
SELECT month, workload_key, count(*), sum(paid_available_units), sum(monthly_active_users)
FROM "usage" WHERE month > (SELECT max(month) - 12 FROM scope_month) GROUP BY month, workload_key
"""
MART_SQL = """
SELECT month, workload_key, sum(pairs), sum(paid_available_units), sum(monthly_active_users)
FROM scope_month WHERE month > (SELECT max(month) - 12 FROM scope_month) AND workload_key > 0
GROUP BY month, workload_key
"""
PANDAS_TABLES = {
    "usage": "SELECT tenant_key, workload_key, month, paid_available_units, monthly_active_users "
    'FROM "usage" WHERE month > (SELECT max(month) - 13 FROM scope_month)',
    "tenant": "SELECT tenant_key, name, segment, market FROM tenant",
    "association": "SELECT tenant_key, workload_key, partner_key FROM association "
    "WHERE end_month = 99999",
}


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


def both_ms(work: Callable[[], object]) -> tuple[float, float]:
    """Return one call's CPU time, over all threads of this process, and elapsed time, in ms."""
    cpu, elapsed = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - elapsed) * 1000


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time of one call in milliseconds."""
    return both_ms(work)[0]


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


@contextmanager
def driver(url: str) -> Iterator[Any]:
    """Give a connection of the bare driver that sees the tables of both groups."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA mmap_size=8000000000")
            connection.execute("ATTACH ? AS app", (str(path.with_suffix(".app.db")),))
            yield connection
        return
    import psycopg

    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, options=_SETTINGS) as connection:
        yield connection


def a_customer(url: str) -> str:
    """Return the id of the largest customer of the store."""
    with driver(url) as connection:
        row = connection.execute(
            "SELECT tenant_id FROM tenant JOIN tenant_month USING (tenant_key) "
            "ORDER BY month DESC, seats DESC LIMIT 1"
        ).fetchone()
    return str(row[0])


def measure_page(url: str, script: str, statements: Statements, customer: str) -> dict[str, float]:
    """Return one page's figures in milliseconds."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT_S)
    app.query_params["cust"] = customer
    app.run()
    st.cache_data.clear()
    statements.seen.clear()
    app.switch_page(script)
    cold, first = both_ms(app.run)
    if app.exception:
        raise RuntimeError(f"{script}: {app.exception[0].message}")
    seen = list(statements.seen)
    warm, again = (
        statistics.median(each)
        for each in zip(*(both_ms(app.run) for _ in range(WARM_RUNS)), strict=True)
    )
    with driver(url) as connection:
        # What the toolkit asks of the catalogue has parameters that the bare driver cannot take.
        asked = [one for one in seen if "pg_catalog" not in one[0]]
        times = [wall_ms(partial(_rows, connection, *one)) for one in asked]
    return {
        "cold": cold,
        "warm": warm,
        "sql": sum(times),
        "slowest": max(times, default=0.0),
        "queries": len(times),
        "against": first / (sum(times) + again),
    }


def _rows(connection: Any, statement: str, parameters: Any) -> list[Any]:  # noqa: ANN401
    return list(connection.execute(statement, parameters).fetchall())


def measure_facts(url: str) -> tuple[float, float]:
    """Return the time of the headline totals from the facts and from the mart."""
    with driver(url) as connection:
        return (
            wall_ms(lambda: connection.execute(FACTS_SQL).fetchall(), 3),
            wall_ms(lambda: connection.execute(MART_SQL).fetchall(), 3),
        )


def measure_pandas(url: str) -> tuple[float, float]:
    """Return the CPU time of the overview by pandas: with the tables read, and on copies."""
    tables: dict[str, pd.DataFrame] = {}

    def read() -> None:
        with Store.open(url, create=False) as store, store.read() as connection:
            for name, statement in PANDAS_TABLES.items():
                tables[name] = pd.read_sql(text(statement), connection)

    reading = cpu_ms(read)
    again = cpu_ms(lambda: by_pandas({name: table.copy() for name, table in tables.items()}))
    return reading + again, again


def by_pandas(tables: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Return totals by month and workload, the largest partners and customers."""
    usage = tables["usage"].merge(tables["tenant"])
    newest = usage[usage["month"] == usage["month"].max()]
    held = newest.merge(tables["association"])
    counts = ["paid_available_units", "monthly_active_users"]
    return [
        usage.groupby(["month", "workload_key"])[counts].sum(),
        held.groupby("partner_key")[counts].sum().nlargest(10, counts[1]),
        newest.groupby("name")[counts].sum().nlargest(100, counts[0]),
    ]


def measure_store(url: str, statements: Statements) -> None:
    """Print one store's table."""
    os.environ["PARTNER_INSIGHTS_STORE"] = url
    with driver(url) as connection:
        tenants, rows = connection.execute(
            'SELECT (SELECT count(*) FROM tenant), (SELECT count(*) FROM "usage")'
        ).fetchone()
    print(f"\n### {make_url(url).get_backend_name()}, {tenants:,} customers, {rows:,} usage rows\n")
    print(
        "| page | warm CPU ms | cold CPU ms | queries | plain SQL ms | slowest ms | warm ÷ SQL "
        "| cold ÷ both |"
    )
    print("|---|---|---|---|---|---|---|---|")
    customer = a_customer(url)
    for name, script in PAGES.items():
        found = measure_page(url, script, statements, customer)
        ratio = found["warm"] / found["sql"] if found["sql"] else float("nan")
        print(
            f"| {name} | {found['warm']:.0f} | {found['cold']:.0f} | {found['queries']:.0f} "
            f"| {found['sql']:.1f} | {found['slowest']:.1f} | {ratio:.1f} "
            f"| {found['against']:.1f} |",
            flush=True,
        )
    facts, mart = measure_facts(url)
    print(
        f"\nTwelve months of totals: {facts:.1f} ms from the facts, {mart:.1f} ms from the mart "
        f"({facts / mart:.0f} ×)."
    )
    whole, again = measure_pandas(url)
    print(f"The overview by pandas: {whole:.0f} ms with reading, {again:.0f} ms without (CPU).")


def main() -> None:
    """Measure each size in turn."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tenants", type=int, action="append")
    arguments.add_argument("--store", action="append", help="database URL of a store to measure")
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    chosen = arguments.parse_args()
    statements = Statements()
    statements.listen()
    sizes = chosen.tenants or ([] if chosen.store else [2000])
    built = [file_store_url(build_store(chosen.folder, tenants)) for tenants in sizes]
    for url in [*built, *(chosen.store or [])]:
        measure_store(url, statements)


if __name__ == "__main__":
    main()
