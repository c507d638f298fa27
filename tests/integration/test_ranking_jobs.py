"""Ranking beside the app: a real process, its signs of life, and what it says when it fails."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from data_access import jobs, schema
from data_access.jobs import ask_for_ranking, ask_if_due, newest_job
from data_access.program_store import shipped_text
from data_access.queries.ranking import newest_run
from data_access.rules_change import Person, RulesChange, activate
from data_access.store import Store
from data_access.types import Scope
from tests.builders import NOW, bring_in
from tests.ranking_builders import canonical, ranked, steady

MONTHS = ["2026-08", "2026-09", "2026-10"]
USAGE = canonical(steady("A", "Teams", MONTHS, 1000, [10, 20, 30]))


@pytest.fixture(autouse=True)
def _jobs_on(monkeypatch):
    monkeypatch.delenv(jobs.JOBS_VARIABLE, raising=False)


def ended(store: Store, asked: jobs.Job) -> jobs.Job:
    """Wait until a job's process has ended and return the job."""
    for _ in range(600):
        found = newest_job(store, now=NOW)
        if not found.is_live:
            assert found.job_id == asked.job_id
            return found
        time.sleep(0.2)
    raise AssertionError(f"still {found}")


def test_job_ranks_a_store_in_a_process_of_its_own(store):
    bring_in(store, USAGE)
    asked = ask_if_due(store, Scope("tester", "admin"), now=NOW)
    again = ask_if_due(store, Scope("somebody", "admin"), now=NOW)
    assert again.job_id == asked.job_id  # one at a time
    done = ended(store, asked)
    assert (done.status, done.share, done.failure) == ("done", 1.0, "")
    with store.read() as connection:
        run = newest_run(connection)
    assert (run.pairs, run.scored_by, run.is_stale) == (1, "tester", False)
    assert ask_if_due(store, Scope("tester", "admin"), now=NOW) is None


def test_failing_job_says_why_and_loses_nothing(sqlite_store):
    bring_in(sqlite_store, USAGE)
    ranked(sqlite_store)
    bring_in(sqlite_store, canonical([("B", "Teams", "2026-10", 10, 1)]))
    with sqlite_store.write() as connection:
        connection.execute(text("ALTER TABLE score RENAME TO score_moved"))
    failed = ended(sqlite_store, ask_if_due(sqlite_store, Scope("tester", "admin"), now=NOW))
    assert failed.status == "failed"
    assert "no such table: score" in failed.failure
    assert "partner-insights score" in failed.failure
    with sqlite_store.write() as connection:
        connection.execute(text("ALTER TABLE score_moved RENAME TO score"))
        assert len(connection.execute(select(schema.opportunity)).all()) == 1
    # Asked again, it is done again.
    assert (
        ended(sqlite_store, ask_if_due(sqlite_store, Scope("tester", "admin"), now=NOW)).status
        == "done"
    )


def test_process_that_died_is_noticed_and_replaced(store, monkeypatch):
    started = []
    monkeypatch.setattr(jobs, "_start", lambda url, job_id: started.append((url, job_id)))
    bring_in(store, USAGE)
    asked = ask_for_ranking(store, Scope("tester", "admin"), now=NOW)
    soon, later = NOW + jobs.DEAD_AFTER, NOW + jobs.DEAD_AFTER + timedelta(seconds=1)
    assert newest_job(store, now=soon).is_live
    dead = newest_job(store, now=later)
    assert (dead.status, dead.failure) == ("failed", jobs.DIED)
    again = ask_for_ranking(store, Scope("tester", "admin"), now=later)
    assert again.job_id > asked.job_id
    assert started == [(store.url, asked.job_id), (store.url, again.job_id)]
    with store.app_read() as connection:
        stored = connection.execute(select(schema.job.c.status).order_by(schema.job.c.job_id))
        assert list(stored.scalars()) == ["failed", "waiting"]


def test_change_of_rules_makes_a_ranking_due(sqlite_store):
    bring_in(sqlite_store, USAGE)
    ranked(sqlite_store)
    changed = shipped_text("FY27").replace('title = "FY27"', 'title = "FY27"\n# ours')
    rules = RulesChange("FY27", "ours.toml", changed)
    activate(sqlite_store, [rules], Person(Scope("tester", "admin"), NOW))
    with sqlite_store.read() as connection:
        assert newest_run(connection).stale_why == "The programme rules were changed since."


def test_no_process_is_started_where_jobs_are_switched_off(sqlite_store, monkeypatch):
    monkeypatch.setenv(jobs.JOBS_VARIABLE, "off")
    bring_in(sqlite_store, USAGE)
    assert ask_if_due(sqlite_store, Scope("tester", "admin"), now=NOW) is None
    assert newest_job(sqlite_store, now=NOW) is None


def test_store_without_usage_is_not_due(sqlite_store):
    assert ask_if_due(sqlite_store, Scope("tester", "admin"), now=NOW) is None
