"""The same answers from Apache Superset's chart API: `python -m benchmarks.superset_charts URL`.

URL is a store on PostgreSQL (benchmarks.grown makes large ones). Superset has to be running with
an environment of its own, on this machine; its CPU time is read from --process. What it takes:

    pip install apache-superset psycopg2-binary cachetools rich "flask-caching<2.5"
    export FLASK_APP=superset SUPERSET_CONFIG_PATH=superset_config.py
    superset db upgrade && superset init
    superset fab create-admin --username admin --password benchmark ...
    superset run -p 8088 --with-threads

with, in superset_config.py, a SECRET_KEY, WTF_CSRF_ENABLED = False, TALISMAN_ENABLED = False,
RATELIMIT_ENABLED = False, PREVENT_UNSAFE_DB_CONNECTIONS = False, and no remembered answers:
CACHE_CONFIG = DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}, the other two caches "SimpleCache".

Prints, for each question, Superset's elapsed and CPU time of one answer (medians of seven), and the
elapsed time of the statement that Superset made of it, by the bare driver. A page of ours asks many
such questions: benchmarks.pages measures those.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import make_url

from benchmarks.load import used
from benchmarks.pages import driver, wall_ms

ANSWERS = 7
SCHEMA = "warehouse"


@dataclass(frozen=True)
class Question:
    """One chart: its table, and the query as Superset's API takes it."""

    name: str
    table: str
    query: Mapping[str, Any]


def summed(column: str) -> dict[str, Any]:
    """Return the sum of a column as Superset names a metric."""
    told = {"expressionType": "SIMPLE", "column": {"column_name": column}, "aggregate": "SUM"}
    return {**told, "label": column}


def questions(newest: int) -> list[Question]:
    """Return what pages ask as well; `newest` is the newest month."""
    year = {"col": "month", "op": ">", "val": newest - 12}
    counts = [summed("paid_available_units"), summed("monthly_active_users")]
    totals = {"columns": ["month", "workload_key"], "metrics": counts, "row_limit": 10_000}
    single = {"col": "workload_key", "op": ">", "val": 0}
    listed = ["tenant_key", "workload_key", "probability_90", "value_usd_e4", "expected_usd_e4"]
    return [
        Question("12 months of totals, facts", "usage", {**totals, "filters": [year]}),
        Question("12 months of totals, mart", "scope_month", {**totals, "filters": [year, single]}),
        Question(
            "milestones by state",
            "milestone_status",
            {
                "columns": ["state"],
                "metrics": [{**summed("milestone"), "aggregate": "COUNT"}],
                "row_limit": 100,
            },
        ),
        Question(
            "50 best opportunities",
            "opportunity",
            {"columns": listed, "orderby": [["expected_usd_e4", False]], "row_limit": 50},
        ),
    ]


class Superset:
    """A running Superset, signed in to, with one database."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._client = httpx.Client(base_url=f"{address}/api/v1/", timeout=300)
        signing_in = {"username": user, "password": password, "provider": "db"}
        token = self._asked("security/login", signing_in)["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def add_database(self, url: str) -> int:
        """Let Superset read a store and return its number there."""
        address = make_url(url).set(drivername="postgresql+psycopg2")
        told = {
            "database_name": f"store {time.time_ns()}",
            "sqlalchemy_uri": address.render_as_string(hide_password=False),
        }
        return int(self._asked("database/", told)["id"])

    def add_table(self, database: int, name: str) -> int:
        """Let Superset read a table and return its number there."""
        told = {"database": database, "schema": SCHEMA, "table_name": name}
        return int(self._asked("dataset/", told)["id"])

    def answer(self, table: int, query: Mapping[str, Any]) -> dict[str, Any]:
        """Return a chart's answer, read from the store anew."""
        told = {
            "datasource": {"id": table, "type": "table"},
            "queries": [dict(query)],
            "force": True,
            "result_format": "json",
            "result_type": "full",
        }
        found: dict[str, Any] = self._asked("chart/data", told)["result"][0]
        return found

    def _asked(self, path: str, told: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._client.post(path, json=dict(told))
        if answer.is_error:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found


def measured(superset: Superset, table: int, question: Question, process: int) -> dict[str, float]:
    """Return a question's figures in milliseconds, and how many rows it was answered with."""
    times, before = [], used(process).cpu_s
    for _ in range(ANSWERS):
        begin = time.perf_counter()
        found = superset.answer(table, question.query)
        times.append((time.perf_counter() - begin) * 1000)
    cpu = (used(process).cpu_s - before) * 1000 / ANSWERS
    return {"rows": found["rowcount"], "elapsed": statistics.median(times), "cpu": cpu}


def main() -> None:
    """Ask every question and print a row of figures for each."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("store", help="database URL of a store on PostgreSQL")
    asked.add_argument("--superset", default="http://127.0.0.1:8088")
    asked.add_argument("--process", type=int, required=True, help="of the running Superset")
    asked.add_argument("--user", default="admin")
    asked.add_argument("--password", default="benchmark")
    given = asked.parse_args()
    superset = Superset(given.superset, given.user, given.password)
    database = superset.add_database(given.store)
    print("| question | rows | Superset ms | Superset CPU ms | its SQL alone ms |")
    print("|---|---|---|---|---|")
    with driver(given.store) as connection:
        newest = connection.execute("SELECT max(month) FROM scope_month").fetchone()[0]
        for question in questions(newest):
            table = superset.add_table(database, question.table)
            superset.answer(table, question.query)
            found = measured(superset, table, question, given.process)
            statement = superset.answer(table, question.query)["query"]
            alone = wall_ms(lambda sql=statement: connection.execute(sql).fetchall(), ANSWERS)
            print(
                f"| {question.name} | {found['rows']:,} | {found['elapsed']:.0f} "
                f"| {found['cpu']:.0f} | {alone:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
