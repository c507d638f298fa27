"""How time grows with size: `python -m benchmarks.growth [--rows N] [--pairs N]`.

Imports files of a sixteenth, a quarter and the whole of `--rows` rows, judges milestones of as
many parts of `--pairs` pairs, and the same pairs with 12, 24 and 48 months of history. Prints CPU
seconds and the exponent fitted through them: 1 is proportional, 0 does not grow.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.import_speed import timed_import, write_file
from benchmarks.milestone_speed import AS_OF, invented, seconds
from data_access.locations import file_store_url
from data_access.rules import load_program
from data_access.store import Store
from insights.milestones import milestone_rows, portfolio

PARTS = (16, 4, 1)
HISTORY = (12, 24, 48)


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


def tell(what: str, sizes: Sequence[int], times: Sequence[float]) -> None:
    """Print the times by size, and the exponent."""
    points = ", ".join(f"{size:,}: {took:.2f} s" for size, took in zip(sizes, times, strict=True))
    print(f"{what:<24} {points}; exponent {exponent(sizes, times):.2f}", flush=True)


def main() -> None:
    """Measure each kind of growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=200_000)
    given = parser.parse_args()
    rows = [given.rows // part for part in PARTS]
    pairs = [given.pairs // part for part in PARTS]
    tell("import by rows", rows, [import_s(size) for size in rows])
    tell("milestones by pairs", pairs, [milestones_s(size, 36) for size in pairs])
    tell("milestones by months", HISTORY, [milestones_s(pairs[1], months) for months in HISTORY])


if __name__ == "__main__":
    main()
