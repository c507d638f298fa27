"""Marts, milestones and ranking against plain engines: `python -m benchmarks.plain_steps`.

Every line is a process of its own that reads the same Parquet file, in CPU seconds (also those of
other threads), usage rows per CPU second and its peak memory. The plain ways are what one would
write by hand:
- marts: sums of seats and users by month x workload, x tenant and x workload of each tenant; ours
  are all summary tables of a store, made anew from its own usage rows and kept on disk;
- milestones: each pair's highest count of users and the first month at every level, no more; ours
  are all states with who held the pair, rules, dates and money;
- training: features by shifts of each pair's months, then scikit-learn's LogisticRegression and
  HistGradientBoostingClassifier for each horizon, without any check on past months; ours checks;
- scoring: the chances of the newest month from the fitted models.
DuckDB makes the features by windows and then uses the same scikit-learn.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

# Before numpy and scikit-learn load: threads that wait for each other would be counted as work.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd

from benchmarks.plain_engines import own_peak_mb

STEPS = ("marts", "milestones", "ranking")
ENGINES = ("ours", "pandas", "duckdb")
PAIR = ["tenant_key", "workload_key"]
UNITS, USERS = "paid_available_units", "monthly_active_users"
LEVELS = (15, 40)
SHIFTS = (1, 2, 3, 6, 12)
HORIZON_MONTHS = (1, 3, 6)
SEAT_SHIFTS = (3, 12)
FEATURES = [
    *("share", "seats", "best"),
    *(f"share_{n}" for n in SHIFTS),
    *(f"seats_{n}" for n in SEAT_SHIFTS),
]

Marks = dict[str, float]

SHIFTED = ", ".join(
    [
        *(f"share - lag(share, {n}) OVER pair AS share_{n}" for n in SHIFTS),
        *(f"seats - lag(seats, {n}) OVER pair AS seats_{n}" for n in SEAT_SHIFTS),
        *(
            f"max(share) OVER (pair ROWS BETWEEN 1 FOLLOWING AND {n} FOLLOWING) AS ahead_{n}"
            for n in HORIZON_MONTHS
        ),
    ]
)
SUMMED = ("month, workload_key", "month, tenant_key", "month, tenant_key, workload_key")
DUCKDB_SUMS = """
SELECT {keys}, sum(paid_available_units), sum(monthly_active_users), count(*)
FROM read_parquet(?) GROUP BY ALL
"""
DUCKDB_MARKS = """
WITH told AS (SELECT *, 100 * monthly_active_users AS part FROM read_parquet(?))
SELECT tenant_key, workload_key, max(monthly_active_users),
    min(CASE WHEN part > 0 AND part >= 15 * paid_available_units THEN month END),
    min(CASE WHEN part > 0 AND part >= 40 * paid_available_units THEN month END)
FROM told GROUP BY ALL
"""
DUCKDB_FEATURES = """
WITH told AS (
    SELECT tenant_key, workload_key, month,
        monthly_active_users / greatest(paid_available_units, 1) AS share,
        ln(greatest(paid_available_units, 1)) AS seats
    FROM read_parquet(?))
SELECT *, max(share) OVER (pair ROWS UNBOUNDED PRECEDING) AS best, {shifted}
FROM told WINDOW pair AS (PARTITION BY tenant_key, workload_key ORDER BY month)
"""


def measured(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a call, over all threads of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def duckdb_connection() -> Any:  # noqa: ANN401 - no dependency of the project, so without types
    """Return a connection of one thread; ImportError where DuckDB is not installed."""
    connection = import_module("duckdb").connect()
    connection.execute("SET threads = 1")
    return connection


def write_usage(folder: Path, step: str, pairs: int) -> None:
    """Write the usage (and what else ours asks for) of a step; for marts a filled store."""
    if step == "marts":
        write_store(folder, pairs * 36)
    elif step == "milestones":
        from benchmarks.milestone_speed import invented

        facts = invented(pairs, 36)
        facts.usage.to_parquet(folder / "milestones.parquet")
        facts.associations.to_parquet(folder / "held.parquet")
    else:
        from tests.worlds import WORLDS

        usage = WORLDS["projects"](pairs // 4, 4, 36, 20_261_122)
        usage.to_parquet(folder / "ranking.parquet")


def write_store(folder: Path, rows: int) -> None:
    """Import an invented file into a store, and write the usage that it then holds."""
    from benchmarks.import_speed import timed_import, write_file
    from data_access.locations import file_store_url
    from data_access.store import Store

    write_file(folder / "cpor.csv", rows)
    with Store.open(file_store_url(folder / "store.db")) as store:
        timed_import(store, folder / "cpor.csv")
        with store.read() as connection:
            pd.read_sql('SELECT * FROM "usage"', connection.connection.dbapi_connection)[
                [*PAIR, "month", UNITS, USERS]
            ].to_parquet(folder / "marts.parquet")


def marts(engine: str, folder: Path) -> Marks:
    """Return the CPU seconds of the summary tables by one engine."""
    path = folder / "marts.parquet"

    def by_pandas() -> None:
        usage = pd.read_parquet(path)
        for keys in (["workload_key"], ["tenant_key"], PAIR):
            usage.groupby(["month", *keys])[[UNITS, USERS]].agg(["sum", "count"])

    def by_duckdb() -> None:
        with duckdb_connection() as connection:
            for keys in SUMMED:
                connection.execute(DUCKDB_SUMS.format(keys=keys), [str(path)]).df()

    if engine == "ours":
        return {"marts": our_marts(folder)}
    return {"marts": measured(by_pandas if engine == "pandas" else by_duckdb)}


def our_marts(folder: Path) -> float:
    """Return the CPU seconds of making all summary tables of the store anew."""
    from data_access.locations import file_store_url
    from data_access.marts import rebuild
    from data_access.store import Store

    with Store.open(file_store_url(folder / "store.db")) as store:
        start = time.process_time()
        with store.write() as connection:
            store.backend.before_import(connection)
            rebuild(connection, store.backend)
        return time.process_time() - start


def milestones(engine: str, folder: Path) -> Marks:
    """Return the CPU seconds of finding each pair's milestones by one engine."""
    path = folder / "milestones.parquet"

    from benchmarks.milestone_speed import AS_OF, facts_of
    from data_access.rules import load_program
    from insights.milestones import milestone_rows, portfolio

    def by_pandas() -> None:
        usage = pd.read_parquet(path)
        usage.groupby(PAIR)[USERS].max()
        for level in LEVELS:
            has_reached = (usage[USERS] > 0) & (100 * usage[USERS] >= level * usage[UNITS])
            usage[has_reached].groupby(PAIR)["month"].min()

    def by_duckdb() -> None:
        with duckdb_connection() as connection:
            connection.execute(DUCKDB_MARKS, [str(path)]).df()

    def by_ours() -> None:
        facts = facts_of(pd.read_parquet(path), pd.read_parquet(folder / "held.parquet"))
        milestone_rows(portfolio(facts, load_program(), AS_OF))

    works = {"ours": by_ours, "pandas": by_pandas, "duckdb": by_duckdb}
    return {"milestones": measured(works[engine])}


def ranking(engine: str, folder: Path) -> Marks:
    """Return the CPU seconds of training and of scoring by one engine."""
    path = folder / "ranking.parquet"
    if engine == "ours":
        return our_ranking(path)
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401 - loading it is not part of the time

    make = pandas_features if engine == "pandas" else duckdb_features
    start = time.process_time()
    fitted = plain_fit(make(path))
    trained = time.process_time()
    rows = make(path)
    newest = rows[rows["month"] == rows["month"].max()]
    for level, linear, trees in fitted:
        asked = newest[newest["best"] < level / 100][FEATURES]
        (linear.predict_proba(asked.fillna(0)) + trees.predict_proba(asked)) / 2
    return {"training": trained - start, "scoring": time.process_time() - trained}


def our_ranking(path: Path) -> Marks:
    """Return the CPU seconds of training with its record of past months, and of scoring."""
    import insights.ranking.backtest
    import insights.ranking.calibrate  # noqa: F401 - loading it is not part of the time
    from insights.panel import usage_panel
    from insights.ranking.questions import Portfolio
    from insights.ranking.scoring import score, train

    def asked() -> Portfolio:
        usage = pd.read_parquet(path)
        panel = usage_panel(usage, int(usage["month"].max()))
        return Portfolio(panel, [LEVELS] * usage["workload_key"].nunique())

    start = time.process_time()
    trained = train(asked())
    middle = time.process_time()
    score(asked(), trained)
    return {"training": middle - start, "scoring": time.process_time() - middle}


def pandas_features(path: Path) -> pd.DataFrame:
    """Return one row per pair and month with features, and the best share of the months ahead."""
    usage = pd.read_parquet(path).sort_values([*PAIR, "month"])
    seats = usage[UNITS].clip(lower=1)
    rows = usage[[*PAIR, "month"]].assign(share=usage[USERS] / seats, seats=np.log(seats))
    pair = rows.groupby(PAIR)
    made = {"best": pair["share"].cummax()}
    made |= {f"share_{n}": rows["share"] - pair["share"].shift(n) for n in SHIFTS}
    made |= {f"seats_{n}": rows["seats"] - pair["seats"].shift(n) for n in SEAT_SHIFTS}
    for months in HORIZON_MONTHS:
        ahead = [pair["share"].shift(-n) for n in range(1, months + 1)]
        made[f"ahead_{months}"] = pd.concat(ahead, axis=1).max(axis=1)
    return rows.assign(**made)


def duckdb_features(path: Path) -> pd.DataFrame:
    """Return the same rows as pandas_features, made by DuckDB."""
    query = DUCKDB_FEATURES.format(shifted=SHIFTED)
    with duckdb_connection() as connection:
        made: pd.DataFrame = connection.execute(query, [str(path)]).df()
    return made


def plain_fit(rows: pd.DataFrame) -> list[tuple[int, Any, Any]]:
    """Return level and both models of each horizon, learned from all months that are over."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    fitted: list[tuple[int, Any, Any]] = []
    for level in LEVELS:
        for months in HORIZON_MONTHS:
            is_over = rows["month"] <= rows["month"].max() - months
            known = rows[is_over & (rows["best"] < level / 100) & rows[f"ahead_{months}"].notna()]
            labels = known[f"ahead_{months}"] >= level / 100
            linear = LogisticRegression(max_iter=500).fit(known[FEATURES].fillna(0), labels)
            trees = HistGradientBoostingClassifier(random_state=0).fit(known[FEATURES], labels)
            fitted.append((level, linear, trees))
    return fitted


def child(arguments: list[str]) -> str:
    """Return what a process of its own printed, or why it could not."""
    command = [sys.executable, "-m", "benchmarks.plain_steps", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode == 0:
        return ended.stdout.strip()
    return f"{' '.join(arguments[:2])} not measured: {ended.stderr.strip().splitlines()[-1]}"


def tell(step: str, engine: str, folder: Path) -> None:
    """Measure a step by one engine in this process and print a line of a table for each part."""
    works = {"marts": marts, "milestones": milestones, "ranking": ranking}
    marks = works[step](engine, folder)
    peak = own_peak_mb()
    rows = len(pd.read_parquet(folder / f"{step}.parquet", columns=["month"]))
    for part, took in marks.items():
        print(f"| {part} | {engine} | {rows:,} | {took:.2f} | {rows / took:,.0f} | {peak:,.0f} |")


def main() -> None:
    """Write the files, then measure every step by every engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--step", action="append", choices=STEPS)
    parser.add_argument("--engine", choices=[*ENGINES, "write"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    steps = given.step or list(STEPS)
    if given.engine == "write":
        write_usage(given.folder, steps[0], given.pairs)
    elif given.engine:
        tell(steps[0], given.engine, given.folder)
    else:
        print("| what | by | usage rows | CPU s | rows a CPU second | peak MB |")
        print("|---|---|---|---|---|---|", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for step in steps:
                same = ["--step", step, "--folder", folder, "--pairs", str(given.pairs)]
                child([*same, "--engine", "write"])
                for engine in ENGINES:
                    print(child([*same, "--engine", engine]), flush=True)


if __name__ == "__main__":
    main()
