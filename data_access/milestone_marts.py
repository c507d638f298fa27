"""Keep the engine's answer in the store: milestones, growth earnings, reconciliation and sums.

All customers are judged anew when the newest complete month moves on, when the rules change and
when a new calendar month begins (who holds a workload and what is due depend on it). Otherwise
only the customers that an import touched, and those of which a claim or an earning speaks of a day
that has come since the last judgement. Either way the marts are what judging everything on that
day gives: every customer is judged by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, Table, delete, func, insert, select

from data_access import schema
from data_access.backends import Backend
from data_access.importing.work import Work
from data_access.mart_statements import among
from data_access.milestone_alerts import (
    News,
    association_news,
    claim_alerts,
    stored_judgement,
    with_gained_values,
    write_alerts,
)
from data_access.milestone_facts import (
    facts_of,
    newest_month,
    size_bands,
    tenants_with_days_between,
)
from data_access.milestone_sums import rebuild_sums
from data_access.money_parts import HOLDER
from data_access.program_store import active_program, rules_hash
from insights.milestone_transitions import COMPARED, transitions
from insights.milestone_verdict import Verdict, verdict
from insights.months import month_of
from insights.program import Program

TENANTS_AT_ONCE = 4_000
"""Customers judged in one piece: a bound on memory, whatever the size of the portfolio."""

JUDGED = (schema.milestone_status, schema.growth_earning, schema.reconciliation)
"""The marts with rows of single customers; the sums follow from them."""

SUMMED = (
    schema.milestone_sum,
    schema.money_month,
    schema.money_part,
    schema.reconciliation_sum,
    schema.growth_sum,
)


@dataclass(frozen=True)
class LastRun:
    """The newest judgement of a store."""

    as_of: int
    known_on: date
    rules_hash: str
    batch_id: int


@dataclass(frozen=True)
class Judging:
    """One judgement in progress: by which rules, as of when, and what it has changed so far."""

    connection: Connection
    backend: Backend
    program: Program
    as_of: int
    known_on: date
    news: News | None
    holders: list[pd.DataFrame] = field(default_factory=list)
    pairs: list[int] = field(default_factory=list)

    @property
    def work(self) -> Work:
        """Return what the steps of an import work with."""
        return Work(self.connection, self.backend, 0)


def rebuild_milestones(  # noqa: PLR0913 - one call says everything about a judgement
    connection: Connection,
    backend: Backend,
    *,
    program: Program,
    known_on: date,
    now: datetime,
    batch_id: int,
    tenants: Collection[int] | None = None,
    raise_alerts: bool = True,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Judge milestones as of the newest complete month and bring their marts up to date.

    `tenants` are the keys of the customers that changed (None: all); more are judged where that
    is needed (see above). `known_on` is the day up to which claims and earnings speak, `batch_id`
    the newest import batch, `now` the time noted. Runs in the caller's transaction, after the
    marts of usage; without usage there is nothing to judge. `progress` is told the share done.
    """
    as_of = newest_month(connection)
    if as_of is None:
        return
    last, in_force = last_run(connection), rules_hash(connection)
    news = None
    if last is not None and raise_alerts:
        news = News(connection, last.batch_id, last.as_of, known_on, now, batch_id)
    tells_moves = last is not None and last.rules_hash == in_force
    judging = Judging(connection, backend, program, as_of, known_on, news if tells_moves else None)
    if tenants is None or last is None or _has_moved_on(last, as_of, known_on, in_force):
        keys, is_whole = _all_tenants(connection), True
    else:
        due = tenants_with_days_between(connection, last.known_on, known_on)
        keys, is_whole = sorted(due.union(tenants)), False
    if not keys:
        return
    changes = association_news(news) if news else pd.DataFrame()
    tell = progress or (lambda _share: None)
    for done, part in _parts(keys):
        _judge(judging, part)
        tell(done / len(keys))
    backend.analyze(connection, *JUDGED)
    _renew_sums(judging, is_whole=is_whole)
    run = {
        "as_of": as_of,
        "known_on": known_on,
        "rules_hash": in_force,
        "computed_at": now,
        "batch_id": batch_id,
        "pairs": sum(judging.pairs),
    }
    connection.execute(insert(schema.milestone_run).values(run))
    if news:
        write_alerts(news, with_gained_values(news, changes))
        write_alerts(news, claim_alerts(news, program))


def judge_first(connection: Connection, backend: Backend, *, now: datetime) -> None:
    """Judge the milestones of a store in which that has never been done, if it has usage.

    Part of the upgrade of a store that is older than milestones, so that no page ever shows it
    without them.
    """
    if last_run(connection) is not None:
        return
    backend.before_import(connection)
    batch = schema.import_batch
    rebuild_milestones(
        connection,
        backend,
        program=active_program(connection),
        known_on=now.date(),
        now=now,
        batch_id=connection.scalar(select(func.max(batch.c.batch_id))) or 0,
    )


def last_run(connection: Connection) -> LastRun | None:
    """Return the newest judgement, None where milestones were never judged."""
    run = schema.milestone_run
    newest = select(run).order_by(run.c.run_id.desc()).limit(1)
    found = connection.execute(newest).first()
    if found is None:
        return None
    batch_id = connection.scalar(select(func.max(run.c.batch_id))) or 0
    return LastRun(found.as_of, found.known_on, found.rules_hash, batch_id)


def _has_moved_on(last: LastRun, as_of: int, known_on: date, in_force: str) -> bool:
    """Return whether something that every customer depends on is not what it was."""
    is_same_month = month_of(last.known_on) == month_of(known_on) and last.known_on <= known_on
    return (last.as_of, last.rules_hash) != (as_of, in_force) or not is_same_month


def _all_tenants(connection: Connection) -> list[int]:
    tenant = schema.tenant
    return list(connection.scalars(select(tenant.c.tenant_key).order_by(tenant.c.tenant_key)))


def _parts(keys: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Give the keys in parts of at most TENANTS_AT_ONCE, each with the number done after it."""
    for start in range(0, len(keys), TENANTS_AT_ONCE):
        part = keys[start : start + TENANTS_AT_ONCE]
        yield start + len(part), part


def _judge(judging: Judging, keys: list[int]) -> None:
    """Judge these customers and put the rows in the place of those of the last judgement."""
    with judging.work.keys(tenant_key=pd.Series(keys, dtype="int64")) as tenants:
        judging.backend.analyze_scratch(judging.connection, tenants)
        found = _verdict(judging, tenants)
        judging.holders.append(_stored_holders(judging.connection, tenants))
        if judging.news:
            before = stored_judgement(judging.connection, tenants, COMPARED)
            moves = transitions(before, found.milestones, as_of=judging.as_of)
            write_alerts(judging.news, moves)
        for table, rows in zip(
            JUDGED, (found.milestones, found.growth, found.reconciliation), strict=True
        ):
            key = select(tenants.c.tenant_key)
            judging.connection.execute(delete(table).where(among(table, ["tenant_key"], key)))
            names = [column.name for column in table.c]
            judging.backend.bulk_load(judging.connection, table, rows[names])
            judging.holders.append(rows[list(HOLDER)].drop_duplicates())
    judging.pairs.append(len(found.milestones.drop_duplicates(["tenant_key", "workload_key"])))


def _verdict(judging: Judging, tenants: Table) -> Verdict:
    """Return what the engine decides on these customers, with their size bands."""
    facts = facts_of(judging.connection, tenants, until=judging.as_of)
    found = verdict(facts, judging.program, judging.as_of, known_on=judging.known_on)
    return with_bands(found, size_bands(judging.connection, tenants, as_of=judging.as_of))


def with_bands(found: Verdict, bands: pd.Series[int]) -> Verdict:
    """Return a verdict whose milestones have the size bands of their tenants, given by key."""
    band = found.milestones["tenant_key"].map(bands).fillna(0).astype("int64")
    return Verdict(found.milestones.assign(size_band=band), found.growth, found.reconciliation)


def _stored_holders(connection: Connection, tenants: Table) -> pd.DataFrame:
    """Return the partners and workloads that these customers' stored rows count for."""
    parts = []
    for table in JUDGED:
        rows = (
            select(*(table.c[name] for name in HOLDER))
            .join_from(tenants, table, tenants.c.tenant_key == table.c.tenant_key)
            .distinct()
        )
        parts.append(pd.read_sql(rows, connection))
    return pd.concat(parts, ignore_index=True)


def _renew_sums(judging: Judging, *, is_whole: bool) -> None:
    """Renew the sums of everything that these customers count for, or counted for before."""
    if is_whole:
        rebuild_sums(judging.connection, judging.program, touched=None)
    else:
        holders = pd.concat(judging.holders, ignore_index=True)
        with judging.work.keys(**{name: holders[name] for name in HOLDER}) as touched:
            judging.backend.analyze_scratch(judging.connection, touched)
            rebuild_sums(judging.connection, judging.program, touched=touched)
    judging.backend.analyze(judging.connection, *SUMMED)
