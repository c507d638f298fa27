"""Weekly plans that somebody accepted: what they set on actions, and what became of it since."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import insert, select

from data_access import audit
from data_access.action_steps import change_many
from data_access.actions_store import ActionsOf, actions
from data_access.errors import InsightsError
from data_access.roles import require
from data_access.schema import weekly_plan
from data_access.store import Store
from data_access.types import Scope
from insights.actions.kinds import ENDED, LIVE
from insights.actions.plan import WeekPlan

MOST_PLANS = 20
"""Accepted plans that are listed, the newest first."""

NAMED = 500
"""Actions that one question names; databases allow more, plans hold fewer."""


@dataclass(frozen=True, slots=True)
class PlanAccepted:
    """What accepting did: the plan's id, ids of planned actions, and why others were refused."""

    plan_id: str
    planned: tuple[str, ...]
    refused: Mapping[str, str]


def accept_plan(
    store: Store, scope: Scope, plan: WeekPlan, versions: Mapping[str, int], *, now: datetime
) -> PlanAccepted:
    """Give every chosen action its owner, due date and week, and keep the plan.

    `versions` are those of the actions as they were shown. An action that somebody changed since
    is refused and stays as it is; actions planned for the week before that the plan leaves out
    lose the week and keep their owner. Status stays. Raises InsightsError for an empty plan.
    """
    require(scope, "work")
    if plan.chosen.empty:
        raise InsightsError("The plan is empty, so there is nothing to accept.")
    note = f"Planned for the week of {plan.week:%Y-%m-%d}"
    refused: dict[str, str] = {}
    days = plan.chosen.assign(day=plan.chosen["due_on"].dt.date)
    for (owner, day), rows in days.groupby(["owner", "day"]):
        changes = {"owner": owner, "due_on": day, "planned_week": plan.week}
        of_day = {str(one): versions[str(one)] for one in rows["action_id"]}
        refused |= change_many(store, scope, of_day, changes=changes, now=now, note=note).refused
    _take_out(store, scope, plan, now)
    planned = tuple(str(one) for one in plan.chosen["action_id"] if one not in refused)
    if not planned:
        raise InsightsError("Every action has changed meanwhile.", "Look at the plan again.")
    return PlanAccepted(_keep(store, scope, plan, planned, now), planned, refused)


def _take_out(store: Store, scope: Scope, plan: WeekPlan, now: datetime) -> None:
    """Take the week off actions that an earlier plan had set and this one leaves out."""
    live = actions(store, scope, now=now)
    was_planned = live["planned_week"] == pd.Timestamp(plan.week)
    left = live[was_planned & live["action_id"].isin(plan.left_out["action_id"])]
    versions = {
        str(one): int(at) for one, at in zip(left["action_id"], left["version"], strict=True)
    }
    change_many(store, scope, versions, changes={"planned_week": None}, now=now)


def _keep(
    store: Store, scope: Scope, plan: WeekPlan, planned: tuple[str, ...], now: datetime
) -> str:
    """Store the plan and return its id."""
    kept = plan.chosen[plan.chosen["action_id"].isin(planned)]
    content = {
        "hours": dict(zip(plan.hours["email"], plan.hours["minutes"].tolist(), strict=True)),
        "chosen": [
            {
                "action_id": str(row["action_id"]),
                "owner": str(row["owner"]),
                "due_on": pd.Timestamp(row["due_on"]).date().isoformat(),
                "minutes": int(row["minutes"]),
                "expected_usd_e4": int(row["expected_usd_e4"]),
            }
            for row in kept.to_dict("records")
        ],
        "left_out": len(plan.left_out),
        "forgone_usd_e4": plan.forgone_usd_e4,
        "shortfall": plan.shortfall,
    }
    plan_id = uuid.uuid4().hex
    values = {"week": plan.week, "made_at": now, "made_by": scope.who}
    with store.app_write() as connection:
        connection.execute(
            insert(weekly_plan).values(plan_id=plan_id, content=json.dumps(content), **values)
        )
        told = {"what": "accepted", "week": str(plan.week), "actions": len(planned)}
        about = {"subject_kind": "plan", "subject": plan_id}
        audit.note(connection, scope, "plan", **about, detail=told, now=now)
    return plan_id


def plans(store: Store, scope: Scope, *, now: datetime) -> pd.DataFrame:
    """Return the newest accepted plans with what became of the actions that the scope sees.

    A restricted scope is not told of plans without any action that it sees.

    Columns: plan_id, week (date), made_at (UTC), made_by, people, actions, minutes,
    expected_usd_e4, done, at_work, waiting (open or snoozed), dropped (dismissed or closed), and
    is_newest (of its week).
    """
    newest = select(weekly_plan).order_by(weekly_plan.c.made_at.desc()).limit(MOST_PLANS)
    with store.app_read(scope) as connection:
        kept = pd.read_sql(newest, connection)
    contents = [json.loads(text) for text in kept["content"]]
    status = _status_of(store, scope, contents, now)
    told = [_told(content, status) for content in contents]
    if not scope.may("money"):
        told = [_without_money(counts) for counts in told]
    if not scope.is_unrestricted:
        is_own = [counts[_COUNTS.index("actions")] > 0 for counts in told]
        kept, told = kept[is_own], [counts for counts in told if counts[1]]
    counted = pd.DataFrame(told, columns=_COUNTS, index=kept.index).astype("int64")
    moments = pd.to_datetime(kept["made_at"], utc=True)
    return kept[["plan_id", "week", "made_by"]].assign(
        week=pd.to_datetime(kept["week"]).dt.date,
        made_at=moments,
        is_newest=~kept["week"].duplicated(),
        **{name: counted[name] for name in _COUNTS},
    )


_COUNTS = [
    "people",
    "actions",
    "minutes",
    "expected_usd_e4",
    "done",
    "at_work",
    "waiting",
    "dropped",
]


def _status_of(
    store: Store, scope: Scope, contents: list[dict[str, Any]], now: datetime
) -> dict[str, str]:
    """Return the status of every planned action that the scope sees, by id."""
    ids = list(dict.fromkeys(one["action_id"] for each in contents for one in each["chosen"]))
    status: dict[str, str] = {}
    for start in range(0, len(ids), NAMED):
        named = ActionsOf(action_ids=tuple(ids[start : start + NAMED]))
        seen = actions(store, scope, now=now, statuses=(*LIVE, *ENDED), of=named)
        status |= dict(zip(seen["action_id"], seen["status"], strict=True))
    return status


def _told(content: dict[str, Any], status: Mapping[str, str]) -> list[int]:
    """Return a plan's counts in the order of _COUNTS."""
    seen = [one for one in content["chosen"] if one["action_id"] in status]
    now = [status[one["action_id"]] for one in seen]
    return [
        len({one["owner"] for one in seen}),
        len(seen),
        sum(one["minutes"] for one in seen),
        sum(one["expected_usd_e4"] for one in seen),
        now.count("done"),
        now.count("in_progress"),
        now.count("open") + now.count("snoozed"),
        now.count("dismissed") + now.count("closed"),
    ]


def _without_money(counts: list[int]) -> list[int]:
    """Return a plan's counts with the amount 0, as hidden columns are."""
    return [0 if name.endswith("_usd_e4") else n for name, n in zip(_COUNTS, counts, strict=True)]


def plan_in_force(kept: pd.DataFrame, week: date) -> pd.Series | None:
    """Return the newest plan of a week as a row of `plans`, None where there is none."""
    found = kept[(kept["week"] == week) & kept["is_newest"]]
    return None if found.empty else found.iloc[0]
