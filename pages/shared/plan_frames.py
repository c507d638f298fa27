"""What the weekly plan is made from: people with hours, live actions, playbooks, accepted plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from data_access import plan_store
from data_access.actions_store import ActionsOf
from data_access.store import Store
from data_access.types import Scope
from insights.actions.people import people_of
from insights.actions.plan import (
    HOUR,
    PlanPerson,
    PlanRules,
    WeekPlan,
    hour_values,
    plan_week,
)
from insights.actions.playbooks import Playbook
from pages.shared import action_frames, cached
from pages.shared.today import now, today

REMEMBERED = timedelta(days=366)
"""Done actions that playbooks with a cap look back on."""

_USED = ("action_id", "tenant_id", "kind", "playbook", "partner_id", "owner", "status", "due_on",
         "urgency", "expected_usd_e4", "effort_minutes")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """All that a plan follows from, besides the day: actions, people, caps, the week, what was."""

    actions: pd.DataFrame
    people: tuple[PlanPerson, ...]
    rules: PlanRules
    week: date
    recent: pd.DataFrame


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What people set on the page: hours by e-mail, minutes by playbook, a rule, and the week."""

    hours: Mapping[str, float]
    efforts: Mapping[str, int]
    once_a_week: bool
    week: date


def question(
    scope: Scope,
    live: pd.DataFrame,
    people: pd.DataFrame,
    *,
    playbooks: Mapping[str, Playbook],
    inputs: PlanInputs,
) -> PlanQuestion:
    """Return the question that a plan answers; set minutes replace the actions' own."""
    minutes = live["playbook"].map(dict(inputs.efforts)).fillna(live["effort_minutes"])
    hours = inputs.hours
    staff = tuple(
        PlanPerson(each.email, round(hours[each.email] * HOUR), each.partner_ids, each.tenant_ids)
        for each in people_of(people)
        if each.email in hours
    )
    rules = PlanRules(
        {code: each.once_per_customer_days for code, each in playbooks.items()},
        {code: each.most_open_per_owner for code, each in playbooks.items()},
        inputs.once_a_week,
    )
    actions = live.assign(effort_minutes=minutes.astype("int64"))[list(_USED)]
    return PlanQuestion(actions, staff, rules, inputs.week, recent_uses(scope, inputs.week))


def recent_uses(scope: Scope, week: date) -> pd.DataFrame:
    """Return which playbooks were used for which customer in the year before a week.

    Columns: tenant_id, playbook, ended_on.
    """
    of = ActionsOf(ended_from=week - REMEMBERED)
    done = action_frames.stored(scope, of, ("done",))
    ended = done["ended_at"].dt.tz_localize(None).dt.normalize()
    return done[["tenant_id", "playbook"]].assign(ended_on=ended)


def plan(asked: PlanQuestion) -> WeekPlan:
    """Return the best plan, from memory where the same was asked before."""
    return cached.computed(
        plan_week,
        asked.actions,
        asked.people,
        asked.rules,
        week=asked.week,
        today=today(),
        recent=asked.recent,
    )


def hours_worth(asked: PlanQuestion, found: WeekPlan) -> pd.Series[float]:
    """Return what one more hour of each person would bring."""
    return cached.computed(
        hour_values,
        asked.actions,
        asked.people,
        asked.rules,
        plan=found,
        today=today(),
        recent=asked.recent,
    )


def kept_plans(scope: Scope) -> pd.DataFrame:
    """Return the accepted plans, the newest first."""
    return cached.read_work(_plans, scope)


def _plans(store: Store, scope: Scope) -> pd.DataFrame:
    return plan_store.plans(store, scope, now=now())
