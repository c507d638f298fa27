"""Speed of the ranking: `python -m benchmarks.ranking_speed [--large] [--json FILE]`.

Invents usage of 2,000 tenants x 4 workloads x 36 months (`--large`: 20,000 x 10), trains and
scores it on one thread, and prints CPU seconds and peak memory, each step as a ratio to plainly
building the panel from the same rows. Times depend on the machine; the ratio is what to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

# Before numpy and scikit-learn load: threads that wait for each other would be counted as work.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from insights.panel import usage_panel
from insights.ranking.questions import Portfolio
from insights.ranking.scoring import score, train
from tests.worlds import WORLDS

MONTHS = 36
SIZE, LARGE = (2_000, 4), (20_000, 10)
LISTED = (15, 40)
WORLD, SEED = "projects", 20_261_122
TARGET_S = 60.0
PANELS = 20
"""Panels that are built for the unit; one is over before the clock has moved."""

Made = TypeVar("Made")


def peak_mb() -> float:
    """Return the most memory that this process ever held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """Return what some work gives, and the CPU seconds that it took."""
    start = time.process_time()
    made = work()
    return made, time.process_time() - start


def measure(tenants: int, workloads: int) -> dict[str, float]:
    """Return CPU seconds of each step, and the memory before and at the peak."""
    usage = WORLDS[WORLD](tenants, workloads, MONTHS, SEED)
    before = peak_mb()
    newest = int(usage["month"].max())
    panel = usage_panel(usage, newest)
    _, panels_s = timed(lambda: [usage_panel(usage, newest) for _ in range(PANELS)])
    panel_s = panels_s / PANELS
    portfolio, prepare_s = timed(lambda: Portfolio(panel, [LISTED] * workloads))
    trained, train_s = timed(lambda: train(portfolio))
    scores, score_s = timed(lambda: score(portfolio, trained))
    return {
        "tenants": tenants,
        "workloads": workloads,
        "usage_rows": len(usage),
        "predictions": len(scores),
        "panel_s": panel_s,
        "train_s": prepare_s + train_s,
        "score_s": score_s,
        "ratio_to_panel": (prepare_s + train_s + score_s) / panel_s,
        "invented_mb": before,
        "peak_mb": peak_mb(),
    }


def main() -> None:
    """Measure and print; exit with 1 where the usual size misses its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="20,000 tenants x 10 workloads")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    told = measure(*(LARGE if options.large else SIZE))
    for name, value in told.items():
        print(f"{name:<16} {value:,.3f}" if isinstance(value, float) else f"{name:<16} {value:,}")
    if options.json:
        rounded = {name: round(value, 4) for name, value in told.items()}
        told_on = {"measured_on": datetime.now(UTC).date().isoformat(), **rounded}
        options.json.write_text(json.dumps(told_on, indent=1) + "\n", encoding="utf-8")
    if not options.large and told["train_s"] + told["score_s"] > TARGET_S:
        raise SystemExit(f"slower than the {TARGET_S:.0f} CPU seconds that are the target")


if __name__ == "__main__":
    main()
