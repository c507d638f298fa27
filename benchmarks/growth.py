"""How time grows with size: `python -m benchmarks.growth [--rows N] [--pairs N] [--only KIND]`.

Kinds: `import` of files of a sixteenth, a quarter and the whole of `--rows` rows; `milestones` of
as many parts of `--pairs` pairs, and of the same pairs with 12, 24 and 48 months; `ranking`,
trained and scored, by pairs and by months; `pages`, warm and cold, of `--customers` invented
customers with 13, 26 and 48 months of history, and of four times the customers with the first.
Prints CPU seconds and the exponent fitted through them: 1 is proportional, 0 does not grow.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.import_speed import timed_import, write_file
from benchmarks.milestone_speed import AS_OF, invented, seconds
from data_access.locations import file_store_url
from data_access.rules import load_program
from data_access.store import Store
from data_access.types import no_progress
from insights.milestones import milestone_rows, portfolio

PARTS = (16, 4, 1)
HISTORY = (12, 24, 48)
PAGES_HISTORY = (13, 26, 48)
KINDS = ("import", "milestones", "ranking", "pages")
PER_CUSTOMER = 4
"""Workloads of each customer whose ranking is measured."""


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return the exponent b of time = a x size^b, fitted through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def import_s(rows: int) -> float:
    """Return the CPU seconds to import a file with about this many rows into an empty store."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "cpor.csv"
        write_file(path, rows)
        with Store.open(file_store_url(Path(name) / "store.db")) as store:
            start = time.process_time()
            timed_import(store, path)
            return time.process_time() - start


def milestones_s(pairs: int, months: int) -> float:
    """Return the CPU seconds to judge this many pairs with this many months each."""
    facts, program = invented(pairs, months), load_program()
    return seconds(lambda: milestone_rows(portfolio(facts, program, AS_OF)))


def ranking_s(pairs: int, months: int) -> tuple[float, float]:
    """Return the CPU seconds to train the ranking on this many pairs, and to score them."""
    from insights.panel import usage_panel
    from insights.ranking.questions import Portfolio
    from insights.ranking.scoring import score, train
    from tests.worlds import WORLDS

    usage = WORLDS["projects"](pairs // PER_CUSTOMER, PER_CUSTOMER, months, 20_261_123)
    start = time.process_time()
    asked = Portfolio(usage_panel(usage, int(usage["month"].max())), [(15, 40)] * PER_CUSTOMER)
    trained = train(asked)
    middle = time.process_time()
    score(asked, trained)
    return middle - start, time.process_time() - middle


def pages_s(folder: Path, customers: int, months: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the CPU seconds of each page of a store made for it: warm and cold."""
    from benchmarks.pages import LAST_MONTH, PAGES, Statements, a_customer, measure_page
    from data_access.demo.build import build_demo_store

    url = file_store_url(folder / f"pages-{customers}-{months}.db")
    build_demo_store(
        url,
        tenants=customers,
        months=months,
        seed=7,
        last_month=LAST_MONTH,
        now=datetime(2026, 11, 22, tzinfo=UTC),
        progress=no_progress,
        bare=True,
    )
    os.environ["PARTNER_INSIGHTS_STORE"] = url
    statements, customer = Statements(), a_customer(url)
    found = {
        name: measure_page(url, script, statements, customer) for name, script in PAGES.items()
    }
    return (
        {name: times["warm"] / 1000 for name, times in found.items()},
        {name: times["cold"] / 1000 for name, times in found.items()},
    )


def tell_pages(customers: int) -> None:
    """Print how pages grow with months and customers: all added up, and the fastest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages_s(folder, customers // PARTS[1], PAGES_HISTORY[0])  # what is loaded but once
        by_months = [pages_s(folder, customers, months) for months in PAGES_HISTORY]
        more = pages_s(folder, customers * PARTS[1], PAGES_HISTORY[0])
    for at, kind in enumerate(("warm", "cold")):
        history = [times[at] for times in by_months]
        sums = [sum(times.values()) for times in history]
        tell(f"pages {kind} by months", PAGES_HISTORY, sums)
        grown = {
            page: exponent(PAGES_HISTORY, [each[page] for each in history]) for page in more[0]
        }
        for page in sorted(grown, key=lambda page: -grown[page])[:3]:
            tell(f"  {page}", PAGES_HISTORY, [each[page] for each in history])
        sizes = (customers, customers * PARTS[1])
        tell(f"pages {kind} by customers", sizes, [sums[0], sum(more[at].values())])


def tell_ranking(pairs: Sequence[int]) -> None:
    """Print how training and scoring grow with pairs and with months."""
    by_pairs = [ranking_s(size, 36) for size in pairs]
    by_months = [ranking_s(pairs[1], months) for months in (24, 36, 48)]
    for at, kind in enumerate(("training", "scoring")):
        tell(f"{kind} by pairs", pairs, [times[at] for times in by_pairs])
        tell(f"{kind} by months", (24, 36, 48), [times[at] for times in by_months])


def tell(what: str, sizes: Sequence[int], times: Sequence[float]) -> None:
    """Print the times by size, and the exponent."""
    points = ", ".join(f"{size:,}: {took:.2f} s" for size, took in zip(sizes, times, strict=True))
    print(f"{what:<24} {points}; exponent {exponent(sizes, times):.2f}", flush=True)


def main() -> None:
    """Measure each kind of growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=200_000)
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--only", action="append", choices=KINDS)
    given = parser.parse_args()
    rows = [given.rows // part for part in PARTS]
    pairs = [given.pairs // part for part in PARTS]
    kinds = given.only or KINDS
    if "import" in kinds:
        tell("import by rows", rows, [import_s(size) for size in rows])
    if "milestones" in kinds:
        tell("milestones by pairs", pairs, [milestones_s(size, 36) for size in pairs])
        tell("milestones by months", HISTORY, [milestones_s(pairs[1], each) for each in HISTORY])
    if "ranking" in kinds:
        tell_ranking(pairs)
    if "pages" in kinds:
        tell_pages(given.customers)


if __name__ == "__main__":
    main()
