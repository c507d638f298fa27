"""The process of a job: `python -m data_access.job_runner JOB`, started by `jobs`.

The store's URL comes by the environment. It trains where needed and scores until nothing is newer
than the ranking, and says in the job's row how far it is, or why it failed.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import select

from data_access.errors import InsightsError, StoreError
from data_access.jobs import LIVE, ask_for_ranking, note
from data_access.locations import STORE_VARIABLE
from data_access.queries.ranking import is_due
from data_access.schema import job
from data_access.store import Store
from data_access.types import Scope

BEAT_SECONDS = 5.0
TELL_SECONDS = 0.5
"""Time between two signs of life, and the least between two notes of progress."""

MOST_ROUNDS = 5
"""Rankings in a row where one import after the other comes in meanwhile."""


class RunningJob:
    """A job at work: its row says how far it is, that it lives, and how it ended."""

    def __init__(self, store: Store, job_id: int) -> None:
        self._store = store
        self._job_id = job_id
        self._told = 0.0
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        now = datetime.now(UTC)
        note(self._store, self._job_id, status="running", started_at=now, heard_at=now)
        self._heart.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._heart.join()
        now = datetime.now(UTC)
        if error is None:
            note(self._store, self._job_id, status="done", ended_at=now, share=1.0, step="Done")
        else:
            failure = failure_text(error)
            note(self._store, self._job_id, status="failed", ended_at=now, failure=failure)

    def progress(self, step: str, share: float) -> None:
        """Note a step and the share done, not more often than anybody looks."""
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            self._tell(step=step, share=share)

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            self._tell()

    def _tell(self, **values: object) -> None:
        """Note something with a sign of life; the work goes on where that cannot be written."""
        with suppress(StoreError):
            note(self._store, self._job_id, heard_at=datetime.now(UTC), **values)


def failure_text(error: BaseException) -> str:
    """Return a failure for people: our own ones with their hint, others by name."""
    if isinstance(error, InsightsError):
        return " ".join(filter(None, (str(error), error.hint)))
    return (
        f"{type(error).__name__}: {error}. "
        "This is a fault of the program; partner-insights score shows all of it."
    )


def run(store: Store, job_id: int) -> None:
    """Rank a store until nothing is newer than its ranking, as the job asks."""
    with store.app_read() as connection:
        asked = connection.execute(select(job).where(job.c.job_id == job_id)).first()
    if asked is None or asked.status not in LIVE:
        return
    scope = Scope(who=asked.asked_by, role="admin", user_key=f"job:{job_id}")
    with RunningJob(store, job_id) as running:
        for _ in range(MOST_ROUNDS):
            if not _is_due(store):
                break
            _rank(store, scope, running)
    # An import may have come in between the last look and the note that all is done.
    if _is_due(store):
        ask_for_ranking(store, scope, now=datetime.now(UTC))


def _rank(store: Store, scope: Scope, running: RunningJob) -> None:
    from data_access.scoring import RankingSettings, score_store

    score_store(
        store,
        RankingSettings(),
        scope=scope,
        now=datetime.now(UTC),
        progress=running.progress,
        on_wait=lambda holder: running.progress(f"Waiting for {holder}", 0.0),
    )


def _is_due(store: Store) -> bool:
    with store.read() as connection:
        return is_due(connection)


def main() -> None:
    """Run the job whose number is the only argument, on the store of the environment."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    with Store.open(os.environ[STORE_VARIABLE], create=False) as store:
        run(store, int(sys.argv[1]))


if __name__ == "__main__":
    main()
