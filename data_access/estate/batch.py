"""The batch of an estate from end to end: marts, milestones, ranking, and the store that serves.

Every step is noted with a fingerprint of what it was made from. A batch that was stopped goes on
behind the last finished step; one that finds everything as it was does nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from data_access.estate.judging import judge
from data_access.estate.lake import Lake
from data_access.estate.marts import fill_marts
from data_access.estate.scoring import score_lake
from data_access.estate.serving import Served, serve
from data_access.program_store import rules_hash
from data_access.store import Store
from data_access.training import Ranker
from data_access.types import Progress, Scope, no_progress

VERSION = 2
"""Part of every fingerprint; to be raised when a step makes something else of the same input."""


class Input(Protocol):
    """Where a batch takes from what files told: a store of imports, or a folder of files."""

    def version(self) -> str:
        """Return what stands for all that was told."""

    def export(self, lake: Lake) -> None:
        """Fill the lake's tables of what files told."""


@dataclass(frozen=True)
class BatchResult:
    """Which steps ran (others were done before), and what serving changed."""

    steps: tuple[str, ...]
    served: Served


def run_batch(
    lake: Lake,
    source: Input,
    target: Store,
    *,
    scope: Scope,
    now: datetime,
    progress: Progress = no_progress,
) -> BatchResult:
    """Make all tables of pages from what files told `source`, and serve them from `target`.

    Rules are those in force in the target. Raises what serving raises; what was finished stays in
    the lake, so that the next run with the same input goes on from there. Refuses a lake that
    another batch of this machine is writing.
    """
    with lake.alone():
        return _run(lake, source, target, Ranker(scope, now, progress))


def _run(lake: Lake, source: Input, target: Store, ranker: Ranker) -> BatchResult:
    """Run the steps that are not done yet, and serve."""
    now, progress = ranker.now, ranker.progress
    with target.read() as connection:
        rules = rules_hash(connection)
    told = source.version()
    steps: tuple[tuple[str, str, Callable[[], object]], ...] = (
        ("export", "", lambda: source.export(lake)),
        ("marts", "", lambda: fill_marts(lake)),
        (
            "judge",
            f"{rules} {now.date()}",
            lambda: judge(lake, target, known_on=now.date(), now=now),
        ),
        ("score", "", lambda: score_lake(lake, target, ranker)),
    )
    ran = []
    fingerprint = f"{VERSION} {told}"
    for number, (name, inputs, work) in enumerate(steps):
        fingerprint = hashlib.sha256(f"{fingerprint} {name} {inputs}".encode()).hexdigest()
        if not lake.done(name, fingerprint):
            progress(f"Step {name}", number / (len(steps) + 1))
            work()
            lake.finish(name, fingerprint)
            ran.append(name)
    progress("Serving", len(steps) / (len(steps) + 1))
    return BatchResult(tuple(ran), serve(lake, target, scope=ranker.scope, now=now))
