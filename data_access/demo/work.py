"""The demo's invented people, and what they did about its customers in a year and a half.

Which pairs were worked on follows from usage as it stood then, by the rules of the kinds of
action; usage itself is never changed. Whether the invented work seems to have moved anything is
therefore left to chance, as the page What worked says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, insert, select

from data_access.action_steps import Read, dismiss, snooze, take
from data_access.actions_store import actions
from data_access.demo.past_work import PastPairs, past_pairs
from data_access.milestone_facts import newest_month
from data_access.playbook_store import shipped_playbooks
from data_access.schema import (
    action,
    action_event,
    association,
    partner,
    person,
    tenant,
    weekly_plan,
    workload,
)
from data_access.store import Store
from data_access.types import LOCAL_USER, Scope
from insights.actions.playbooks import Playbook, playbook_for
from insights.months import first_day, month_of

MONTHS_BACK = 18
A_MONTH = 26
"""Actions that were listed in each past month."""

PEOPLE: tuple[tuple[str, str, float], ...] = (
    ("Alba Moreau", "account_manager", 6.0),
    ("Bram Keller", "account_manager", 5.0),
    ("Chiara Conti", "account_manager", 5.0),
    ("Dilip Rao", "account_manager", 4.0),
    ("Elin Strand", "account_manager", 6.0),
    ("Farid Haddad", "account_manager", 5.0),
    ("Gwen Parry", "account_manager", 3.0),
    ("Henrik Dahl", "account_manager", 5.0),
    ("Irene Vidal", "sales", 3.0),
    ("Joost Maas", "sales", 2.0),
    ("Katja Brandt", "leadership", 0.0),
)
"""Name, role and hours a week of everybody; none of them is a real person."""

FATES = ("worked", "dismissed", "lapsed")
FATE_SHARES = (0.82, 0.12, 0.06)
DISMISSALS = ("declined", "seasonal", "not_ours", "wrong_contact", "not_worth_it")
NOTES = (
    "Called the contact: training planned for the new teams.",
    "Sent the guide for champions; they start with two departments.",
    "Licences of people who left are handed on.",
    "Workshop held, 14 people came.",
    "Their service desk blocked the app; unblocked now.",
)
NOTE_SHARE = 0.3
MOVED = 0.01
"""Rise of usage from which an owner says that it moved in the right direction."""

SNOOZED_NOW, DISMISSED_NOW, TAKEN_NOW = 6, 5, 10

Rng = np.random.Generator


@dataclass(frozen=True)
class _Teller:
    """What inventing needs: chance, the time now, playbooks and who owns which partner."""

    rng: Rng
    now: datetime
    books: tuple[Playbook, ...]
    owners: dict[str, str]


def add_past_work(store: Store, *, seed: int, now: datetime) -> int:
    """Write invented people and their past actions, and return how many actions; before a scoring.

    The same store, seed and day give the same actions; what a scoring has listed already is left
    alone. Plans of the last two weeks hold what was begun in them.
    """
    rng = np.random.default_rng([seed, 41])
    with store.read() as connection:
        newest = newest_month(connection)
        partners = [str(one) for one in connection.scalars(_partners())]
        if newest is None or not partners:
            return 0
        months = range(month_of(now.date()) - MONTHS_BACK, month_of(now.date()) + 1)
        found = past_pairs(connection, rng, months=months, a_month=A_MONTH)
        ids = _ids(connection, found)
    owners = dict(zip(partners, _spread(partners), strict=True))
    teller = _Teller(rng, now, tuple(shipped_playbooks().values()), owners)
    with store.app_write() as connection:
        there = {tuple(row) for row in connection.execute(select(*_IDENTITY))}
        stories = (_story(teller, row) for row in ids.to_dict("records"))
        told = [each for each in stories if each is not None and _identity(each[0]) not in there]
        connection.execute(insert(person), _people(owners, now))
        if told:
            connection.execute(insert(action), [row for row, _ in told])
            connection.execute(insert(action_event), [each for _, some in told for each in some])
            plans = list(_plans([row for row, _ in told], now))
            if plans:
                connection.execute(insert(weekly_plan), plans)
    return len(told)


def work_on_actions(store: Store, *, seed: int, now: datetime) -> None:
    """Take, snooze and dismiss a few of the actions that a scoring has made."""
    rng = np.random.default_rng([seed, 43])
    live = actions(store, LOCAL_USER, now=now, statuses=("open",))
    fresh = live[live["run_id"] > 0].sort_values("action_id", ignore_index=True)
    size = min(SNOOZED_NOW + DISMISSED_NOW + TAKEN_NOW, len(fresh))
    for place, at in enumerate(rng.choice(len(fresh), size=size, replace=False)):
        row = fresh.iloc[int(at)]
        read = Read(str(row["action_id"]), int(row["version"]))
        who = Scope(str(row["owner"]) or _email(PEOPLE[0][0]), "account_manager")
        if place < SNOOZED_NOW:
            until = now.date() + timedelta(days=int(rng.integers(5, 40)))
            snooze(store, who, read, until=until, reason="Contact is away until then", now=now)
        elif place < SNOOZED_NOW + DISMISSED_NOW:
            dismiss(store, who, read, reason=str(rng.choice(DISMISSALS)), now=now)
        else:
            take(store, who, read, owner=who.who, now=now)


_IDENTITY = (action.c.tenant_id, action.c.workload, action.c.kind, action.c.reason)


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[column.name]) for column in _IDENTITY)


# --- people ---------------------------------------------------------------------------------------


def _partners() -> Any:  # noqa: ANN401 - a statement of one column
    return select(partner.c.partner_id).order_by(partner.c.account_key, partner.c.partner_id)


def _email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@partner.example"


def _spread(partners: list[str]) -> list[str]:
    """Return the account manager of each partner location, in turn."""
    managers = [_email(name) for name, role, _ in PEOPLE if role == "account_manager"]
    return [managers[at % len(managers)] for at in range(len(partners))]


def _people(owners: dict[str, str], now: datetime) -> list[dict[str, Any]]:
    common = {"tenant_ids": "[]", "is_active": True, "version": 1, "saved_at": now}
    return [
        {
            "email": _email(name),
            "name": name,
            "role": role,
            "partner_ids": json.dumps([one for one, who in owners.items() if who == _email(name)]),
            "hours_per_week": hours,
            "saved_by": "demo",
            **common,
        }
        for name, role, hours in PEOPLE
    ]


# --- past actions ---------------------------------------------------------------------------------


def _ids(connection: Connection, found: PastPairs) -> pd.DataFrame:
    """Return the chosen pairs with ids of tenant, workload and the partner that held them then."""
    tenants = pd.read_sql(select(tenant.c.tenant_key, tenant.c.tenant_id), connection)
    codes = pd.read_sql(
        select(workload.c.workload_key, workload.c.code.label("workload")), connection
    )
    holders = pd.read_sql(
        select(
            association.c.tenant_key,
            association.c.workload_key,
            association.c.start_month,
            association.c.end_month,
            partner.c.partner_id,
        ).join(partner, partner.c.partner_key == association.c.partner_key),
        connection,
    )
    pairs = found.rows.merge(holders, on=["tenant_key", "workload_key"])
    is_then = (pairs["start_month"] <= pairs["month"]) & (pairs["end_month"] >= pairs["month"])
    held = pairs[is_then].drop_duplicates(["tenant_key", "workload_key", "month"])
    named = held.merge(tenants, on="tenant_key").merge(codes, on="workload_key")
    return named.sort_values(["month", "tenant_id", "workload"], ignore_index=True)


def _story(
    teller: _Teller, row: dict[Any, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """Return an action and its events, None where it would only begin in the future."""
    rng = teller.rng
    made = _moment(rng, first_day(int(row["month"])), 0, 25, hour=6)
    begun = _moment(rng, made.date(), 1, 9, hour=9)
    ended = _moment(rng, begun.date(), 3, 50, hour=15)
    fate = str(rng.choice(FATES, p=FATE_SHARES))
    outcome = _outcome(rng, row, ended)
    if begun > teller.now:
        return None
    playbook = playbook_for(teller.books, str(row["kind"]), str(row["workload"]))
    values = _values(teller, row, made, playbook)
    owner = str(values["owner"])
    steps = [("scoring", "created", made, {"status": [None, "open"]})]
    if fate == "worked":
        steps.append((owner, "started", begun, {"status": ["open", "in_progress"]}))
        values |= {"status": "in_progress"}
        if rng.random() < NOTE_SHARE:
            steps.append((owner, "noted", begun + timedelta(hours=2), {}))
        if ended <= teller.now:
            steps.append((owner, "done", ended, {"status": ["in_progress", "done"]}))
            values |= {"status": "done", "outcome": outcome, "ended_at": ended}
    else:
        who, why = (
            (owner, str(rng.choice(DISMISSALS))) if fate == "dismissed" else ("scoring", fate)
        )
        status = "dismissed" if fate == "dismissed" else "closed"
        steps.append((who, status, begun, {"status": ["open", status]}))
        values |= {"status": status, "status_reason": why, "ended_at": begun}
    values["planned_week"] = _week(begun) if fate == "worked" else None
    events = _events(rng, values, steps)
    return {**values, "version": events[-1]["version"]}, events


def _moment(rng: Rng, day: date, least: int, most: int, *, hour: int) -> datetime:
    later = day + timedelta(days=int(rng.integers(least, most + 1)))
    return datetime.combine(later, time(hour, int(rng.integers(60))), tzinfo=UTC)


def _week(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def _outcome(rng: Rng, row: dict[Any, Any], ended: datetime) -> str:
    """Return what the owner says came of it, from usage in the month of its end."""
    later: npt.NDArray[np.float64] = row["path"]
    months = month_of(ended.date()) - int(row["month"])
    usage = later[months] if months < len(later) else np.nan
    if rng.random() < 0.04:
        return "not_possible"
    if np.isnan(usage):
        return "too_early"
    if usage >= row["milestone"] / 100:
        return "reached"
    return "moved" if usage > row["usage"] + MOVED else "no_effect"


def _values(
    teller: _Teller, row: dict[Any, Any], made: datetime, playbook: Playbook | None
) -> dict[str, Any]:
    owner = teller.owners[str(row["partner_id"])]
    facts = {name: int(row[name]) for name in ("users_needed", "users", "units")}
    return {
        "action_id": teller.rng.bytes(16).hex(),
        "tenant_id": row["tenant_id"],
        "workload": row["workload"],
        "kind": row["kind"],
        "reason": f"milestone {int(row['milestone'])}",
        "round": 1,
        "status": "open",
        "version": 1,
        "partner_id": row["partner_id"],
        "owner": owner,
        "due_on": made.date() + timedelta(days=30),
        "snoozed_until": None,
        "status_reason": "",
        "outcome": "",
        "playbook": "" if playbook is None else playbook.code,
        "steps_done": "[]",
        "effort_minutes": 60 if playbook is None else playbook.effort_minutes,
        "milestone": int(row["milestone"]),
        "probability": None,
        "basis": "rule",
        "model_id": None,
        "value_usd_e4": None,
        "expected_usd_e4": 0,
        "is_example": False,
        "urgency": 1,
        "facts": json.dumps({**facts, "month": int(row["month"]) - 1}),
        "created_at": made,
        "refreshed_at": made,
        "ended_at": None,
        "run_id": 0,
    }


def _events(
    rng: Rng,
    values: dict[str, Any],
    steps: list[tuple[str, str, datetime, dict[str, Any]]],
) -> list[dict[str, Any]]:
    """Return the events of an action; notes keep its version."""
    version, events = 0, []
    for who, event, moment, changes in steps:
        version += event != "noted"
        events.append(
            {
                "action_id": values["action_id"],
                "happened_at": moment,
                "who": who,
                "event": event,
                "changes": json.dumps(changes),
                "note": str(rng.choice(NOTES)) if event == "noted" else "",
                "version": version,
            }
        )
    return events


def _plans(rows: list[dict[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    """Return the accepted plans of the last two weeks: of what was begun in them."""
    for weeks in (2, 1):
        week = _week(now) - timedelta(weeks=weeks)
        planned = [row for row in rows if row["planned_week"] == week]
        if not planned:
            continue
        content = {
            "hours": {_email(name): int(60 * hours) for name, _, hours in PEOPLE},
            "chosen": [
                {
                    "action_id": row["action_id"],
                    "owner": row["owner"],
                    "due_on": (week + timedelta(days=4)).isoformat(),
                    "minutes": row["effort_minutes"],
                    "expected_usd_e4": row["expected_usd_e4"],
                }
                for row in planned
            ],
            "left_out": 0,
            "forgone_usd_e4": 0,
            "shortfall": 0.0,
        }
        yield {
            "plan_id": f"{week:%Y%m%d}" * 4,
            "week": week,
            "made_at": datetime.combine(week, time(8, 30), tzinfo=UTC),
            "made_by": _email(PEOPLE[0][0]),
            "content": json.dumps(content),
        }
