"""Bring the actions in step with a scoring: one transaction in the app database, replayable.

Everything heavy is read and decided before the transaction. What a person set is not touched; the
suggested owner and the day of a clock are followed only where nobody ever set them by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from data_access.action_candidates import Candidates, facts_json, reached_goals, read_candidates
from data_access.action_owners import Owners
from data_access.action_rows import (
    SCORING,
    action_id_of,
    add_event,
    by_hand,
    event_row,
    json_value,
    new_action,
    plain_value,
    rows_of,
    wake,
    write_values,
)
from data_access.playbook_store import playbooks_in_force
from data_access.schema import action, action_event, action_run, person
from data_access.store import Store
from data_access.types import Progress, no_progress
from insights.actions.identity import (
    IDENTITY,
    Update,
    cool_until,
    is_for_workload,
    plan_update,
)
from insights.actions.kinds import LIVE, OWN
from insights.actions.playbooks import Playbook

NUMBERS = (
    "milestone",
    "probability",
    "basis",
    "model_id",
    "value_usd_e4",
    "expected_usd_e4",
    "is_example",
    "urgency",
    "facts",
    "partner_id",
)
"""What a run hands on; all else is people's."""

TOLD = ("milestone", "probability", "value_usd_e4", "expected_usd_e4", "urgency", "due_on", "owner")
"""Changes by a run that its event tells."""

LINGERS = "lapsed"
"""Stands in the facts of what somebody works on though its rule no longer holds."""


@dataclass(frozen=True)
class RefreshResult:
    """What a refresh did, as counts; `left_out` by kind, `held_back` by cause, `closed` by why.

    `returned` are created ones that had ended before.
    """

    created: int = 0
    returned: int = 0
    refreshed: int = 0
    woken: int = 0
    closed: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    held_back: Mapping[str, int] = field(default_factory=dict)


def refresh_actions(
    store: Store, *, now: datetime, progress: Progress = no_progress
) -> RefreshResult:
    """Create, refresh and close actions by the newest scoring, milestones and claims.

    All in one transaction of the app database. The same state of the store and the same day give
    the same actions: a replay changes nothing.
    """
    progress("Looking for actions", 0.0)
    with store.app_read() as connection:
        books = playbooks_in_force(connection)
        wanted = rows_of(connection, [action.c.status.in_(LIVE)])
    with store.read() as connection:
        found = read_candidates(connection, wanted, books, today=now.date())
        if found is None:
            return RefreshResult()
        goals = reached_goals(connection, wanted, found)
    progress("Writing actions", 0.7)
    try:
        result = _kept(store, found, goals, books, now)
    except IntegrityError:  # somebody asked for the same action at this moment
        result = _kept(store, found, goals, books, now)
    progress("Actions are up to date", 1.0)
    return result


def last_refresh(store: Store) -> RefreshResult | None:
    """Return what the newest run did that changed anything; None before the first one.

    Its `left_out` says how many of each kind qualify beyond those that are listed.
    """
    newest = select(action_run.c.counts).order_by(action_run.c.action_run_id.desc()).limit(1)
    with store.app_read() as connection:
        counts = connection.scalar(newest)
    return None if counts is None else RefreshResult(**json.loads(counts))


def _kept(
    store: Store,
    found: Candidates,
    goals: frozenset[str],
    books: Mapping[str, Playbook],
    now: datetime,
) -> RefreshResult:
    """Write what follows from the candidates, in one transaction."""
    with store.app_write() as connection:
        woken = wake(connection, now)
        result = replace(_written(connection, found, goals, books, now), woken=woken)
        _note_run(connection, found.run_id, result, now)
    return result


def _note_run(connection: Connection, run_id: int, result: RefreshResult, now: datetime) -> None:
    """Keep what a run did, unless it is the same run again and changed nothing."""
    newest = select(action_run).order_by(action_run.c.action_run_id.desc()).limit(1)
    before = connection.execute(newest).one_or_none()
    if before is not None and before.run_id == run_id:
        known = RefreshResult(**json.loads(before.counts))
        changed = result.created or result.refreshed or result.woken or result.closed
        if not changed and result.left_out == known.left_out:
            return
    counts = json.dumps(asdict(result), sort_keys=True)
    values = {"run_id": run_id, "refreshed_at": now, "counts": counts}
    connection.execute(insert(action_run).values(values))


def _written(
    connection: Connection,
    found: Candidates,
    goals: frozenset[str],
    books: Mapping[str, Playbook],
    now: datetime,
) -> RefreshResult:
    """Decide upon the actions as they are now, and write what follows."""
    locked = select(action.c.action_id).where(action.c.status.in_(LIVE)).with_for_update()
    connection.execute(locked).all()
    stored = rows_of(connection, [])
    hands = by_hand(connection)
    known = stored.assign(
        cool_until=cool_until(stored),
        is_for_workload=is_for_workload(stored),
        is_touched=stored["action_id"].isin(list(hands)),
        created_on=stored["created_at"].dt.tz_localize(None).dt.normalize(),
    )
    caps = {code: book.once_per_customer_days for code, book in books.items()}
    ruled = known[known["kind"] != OWN.code]  # no rule lists or closes what people add by hand
    plan = plan_update(found.rows, found.standing, ruled, goals=goals, caps=caps, today=now.date())
    people = pd.read_sql(select(person), connection).astype({"is_active": "bool"})
    run = _Run(connection, found, Owners.of(people, stored, books), hands, now)
    run.create(plan.create)
    refreshed = run.refresh(plan, stored)
    run.close(plan.close, stored)
    return RefreshResult(
        created=len(plan.create),
        returned=int((plan.create["round"] > 1).sum()),
        refreshed=refreshed,
        closed={str(why): int(n) for why, n in plan.close["closing"].value_counts().items()},
        left_out=plan.left_out,
        held_back=plan.held_back,
    )


@dataclass
class _Run:
    """One run while it writes: what it writes, for whom, and which fields people set by hand."""

    connection: Connection
    found: Candidates
    owners: Owners
    hands: Mapping[str, frozenset[str]]
    now: datetime

    def create(self, rows: pd.DataFrame) -> None:
        """Write new actions and next rounds, with their event."""
        made = [self._made(row) for row in _records(rows)]
        if not made:
            return
        self.connection.execute(insert(action), made)
        events = [
            event_row(
                row["action_id"],
                (SCORING, "created" if row["round"] == 1 else "returned", 1),
                {"status": [None, "open"]},
                now=self.now,
            )
            for row in made
        ]
        self.connection.execute(insert(action_event), events)

    def _made(self, row: Mapping[str, Any]) -> dict[str, Any]:
        names = (*IDENTITY, "round", "playbook", "effort_minutes")
        owner = self.owners.suggest(row["tenant_id"], row["partner_id"], row["playbook"])
        return {
            **new_action(self.now),
            **{name: row[name] for name in names},
            **self._numbers(row),
            "action_id": action_id_of(row),
            "owner": owner,
            "due_on": row["due_on"].date(),
            "run_id": self.found.run_id,
        }

    def _numbers(self, row: Mapping[str, Any]) -> dict[str, Any]:
        told = {
            name: plain_value(row[name]) for name in NUMBERS if name not in ("facts", "model_id")
        }
        told["probability"] = None if told["probability"] is None else round(row["probability"], 6)
        is_model = told["basis"] == "model"
        return {
            **told,
            "model_id": self.found.model_id if is_model else None,
            "facts": facts_json(row, self.found.names),
        }

    def refresh(self, plan: Update, stored: pd.DataFrame) -> int:
        """Write new numbers of live actions where any differ, and return of how many."""
        before = {str(row["action_id"]): row for row in _records(stored)}
        changed = 0
        for row in _records(plan.refresh):
            old = before[str(row["action_id"])]
            values = {**self._numbers(row), **self._followed(row, old)}
            changed += self._changed(old, values)
        for action_id in plan.linger["action_id"]:
            old = before[str(action_id)]
            facts = {**json.loads(old["facts"]), LINGERS: True}
            changed += self._changed(old, {"facts": json.dumps(facts)})
        return changed

    def _followed(self, row: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
        """Return the suggested owner and the day of a clock, unless somebody set them by hand."""
        hand = self.hands.get(str(row["action_id"]), frozenset())
        followed: dict[str, Any] = {}
        if not old["owner"] and "owner" not in hand:
            names = (row["tenant_id"], row["partner_id"], old["playbook"])
            followed["owner"] = self.owners.suggest(*names)
        ends = [row[name] for name in CLOCK_DAYS if not pd.isna(row[name])]
        if ends and "due_on" not in hand and ends[0].date() >= self.now.date():
            followed["due_on"] = ends[0].date()
        return followed

    def _changed(self, old: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Write what differs, and the event of what people see; return 1, or 0 for nothing."""
        different = {name: new for name, new in values.items() if new != plain_value(old[name])}
        if not different:
            return 0
        action_id, version = str(old["action_id"]), int(old["version"])
        if {"owner", "due_on"} & different.keys():
            version += 1
        told = {"version": version, "refreshed_at": self.now, "run_id": self.found.run_id}
        write_values(self.connection, action_id, {**different, **told})
        seen = {
            name: [json_value(plain_value(old[name])), json_value(new)]
            for name, new in different.items()
            if name in TOLD
        }
        if seen:
            teller = (SCORING, "refreshed", version)
            add_event(self.connection, action_id, teller, seen, now=self.now)
        return 1

    def close(self, rows: pd.DataFrame, stored: pd.DataFrame) -> None:
        """End actions by themselves, with the reason and what they were before."""
        before = {str(row["action_id"]): row for row in _records(stored)}
        for action_id, why in zip(rows["action_id"], rows["closing"], strict=True):
            old = before[str(action_id)]
            values = {
                "status": "closed",
                "status_reason": str(why),
                "outcome": "reached" if why == "reached" else "",
                "snoozed_until": None,
            }
            different = {name: new for name, new in values.items() if new != plain_value(old[name])}
            version = int(old["version"]) + 1
            ended = {"ended_at": self.now, "version": version, "run_id": self.found.run_id}
            write_values(self.connection, str(action_id), {**different, **ended})
            told = {
                name: [json_value(plain_value(old[name])), new] for name, new in different.items()
            }
            teller = (SCORING, "closed", version)
            add_event(self.connection, str(action_id), teller, told, now=self.now)


CLOCK_DAYS = ("submit_by", "clock_due", "valid_until")
"""Facts that are the day of a clock; an action's due day follows them."""


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = rows.to_dict("records")  # type: ignore[assignment]
    return records
