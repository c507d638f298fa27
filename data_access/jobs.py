"""Work that runs beside the app, in a process of its own: ranking again after an import.

Every job is a row of the app database, so that any page, process or machine sees how far it is.
Its process gives a sign of life every few seconds; one that stopped doing so is dead, however it
ended. Two jobs never rank one store at once: the store's ranking lock makes one wait.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Row, insert, select, update

from data_access import audit
from data_access.locations import STORE_VARIABLE
from data_access.queries.ranking import is_due
from data_access.roles import require
from data_access.schema import job
from data_access.store import Store
from data_access.types import Scope

RANKING = "score"
LIVE = ("waiting", "running")

JOBS_VARIABLE = "PARTNER_INSIGHTS_JOBS"
"""Set to "off" where ranking is done by command only, e.g. every night on a server."""

DEAD_AFTER = timedelta(seconds=60)
"""Time without a sign of life after which a job's process is taken for dead."""

DIED = "Its process ended without a word; the machine may have been restarted."


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: where it stands, and why it failed ('' unless it did)."""

    job_id: int
    status: str
    asked_at: datetime
    asked_by: str
    ended_at: datetime | None
    step: str
    share: float
    failure: str

    @property
    def is_live(self) -> bool:
        """Return whether it still waits or runs."""
        return self.status in LIVE


def is_switched_on() -> bool:
    """Return whether this installation starts jobs by itself."""
    return os.environ.get(JOBS_VARIABLE, "").strip().lower() not in ("off", "0", "no")


def newest_job(store: Store, *, now: datetime) -> Job | None:
    """Return the newest ranking job as it stands now, None where there never was one.

    One whose process is dead is told as failed.
    """
    with store.app_read() as connection:
        return _newest(connection, now)


def ask_for_ranking(store: Store, scope: Scope, *, now: datetime) -> Job | None:
    """Start a process that ranks the store, and return its job; one that lives is not doubled.

    None where jobs are switched off. The process goes on when this one ends. Raises
    DeniedError where the role may not bring files in.
    """
    require(scope, "import")
    if not is_switched_on():
        return None
    with store.app_write() as connection:
        known = _newest(connection, now)
        if known is not None and known.is_live:
            return known
        _bury(connection, now)
        asked = {
            "kind": RANKING,
            "status": "waiting",
            "asked_at": now,
            "asked_by": scope.who,
            "heard_at": now,
            "step": "Starting",
            "share": 0.0,
            "failure": "",
        }
        key = connection.execute(insert(job).values(asked)).inserted_primary_key
        job_id = int(key[0]) if key else 0
        about = {"subject_kind": "job", "subject": str(job_id)}
        audit.note(connection, scope, "scoring", **about, detail={"what": "asked for"}, now=now)
    _start(store.url, job_id)
    return Job(job_id, "waiting", now, scope.who, None, "Starting", 0.0, "")


def ask_if_due(store: Store, scope: Scope, *, now: datetime) -> Job | None:
    """Start a process that ranks the store where something is newer than its ranking."""
    with store.read() as connection:
        if not is_due(connection):
            return None
    return ask_for_ranking(store, scope, now=now)


def note(store: Store, job_id: int, **values: object) -> None:
    """Write what a job's process says about itself."""
    with store.app_write() as connection:
        connection.execute(update(job).where(job.c.job_id == job_id).values(values))


def _newest(connection: Connection, now: datetime) -> Job | None:
    newest = select(job).where(job.c.kind == RANKING).order_by(job.c.job_id.desc()).limit(1)
    found = connection.execute(newest).first()
    if found is None:
        return None
    is_dead = _is_dead(found, now)
    return Job(
        job_id=found.job_id,
        status="failed" if is_dead else found.status,
        asked_at=_utc(found.asked_at),
        asked_by=found.asked_by,
        ended_at=_utc(found.heard_at) if is_dead else found.ended_at and _utc(found.ended_at),
        step=found.step,
        share=found.share,
        failure=DIED if is_dead else found.failure,
    )


def _is_dead(found: Row[tuple[object, ...]], now: datetime) -> bool:
    """Return whether a job that has not ended gave no sign of life for too long."""
    return found.status in LIVE and now - _utc(found.heard_at or found.asked_at) > DEAD_AFTER


def _bury(connection: Connection, now: datetime) -> None:
    """Write down that jobs without a sign of life have failed."""
    open_jobs = select(job).where(job.c.kind == RANKING, job.c.status.in_(LIVE))
    dead = [row.job_id for row in connection.execute(open_jobs) if _is_dead(row, now)]
    if dead:
        ended = {"status": "failed", "failure": DIED, "ended_at": now}
        connection.execute(update(job).where(job.c.job_id.in_(dead)).values(ended))


def _start(url: str, job_id: int) -> None:
    """Start the process of a job, on any system, free of this one."""
    root = str(Path(__file__).parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {
        STORE_VARIABLE: url,  # not an argument: a URL may hold a password
        "PYTHONPATH": os.pathsep.join(paths),
        "OMP_WAIT_POLICY": "passive",
    }
    windows = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    windows |= getattr(subprocess, "CREATE_NO_WINDOW", 0)
    process = subprocess.Popen(
        [sys.executable, "-m", "data_access.job_runner", str(job_id)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
        creationflags=windows,
    )
    # Somebody has to take note of its end, or the system keeps its remains.
    threading.Thread(target=process.wait, name=f"job {job_id}", daemon=True).start()


def _utc(when: datetime) -> datetime:
    """Return a time of the store with its zone, which SQLite does not keep."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
