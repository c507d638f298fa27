"""The week's plan: which actions, by whom, bring the most expected money into the hours there are.

What must be done comes first: clocks that end within the week, and what somebody has promised and
is late with. Then the expected value is maximised exactly, within everybody's hours and the caps
of the playbooks. An action without money counts by its urgency instead (URGENCY_WEIGHT_E4), so
that clocks and missing figures are not dropped; that weight is never shown as money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.actions.plan_solver import NOBODY, Cap, Choice, Ints, Knapsack, solve

MOST_CANDIDATES = 500
"""Actions that are weighed against each other: what must be done, then the most valuable."""

SECONDS = 1.5
"""Time to look for the best plan; after it the best one found counts, with what it may miss."""

HOUR = 60
WORKDAYS = 5
DAYS_OF_WEEK = 7

URGENCY_WEIGHT_E4: tuple[int, ...] = (10_000, 50_000, 200_000, 500_000)
"""What an action without money counts for in the choice, by urgency 0 to 3: as if it brought
1, 5, 20 or 50 dollars."""

REASONS: dict[str, str] = {
    "owner": "its owner has no hours this week or is not planned for",
    "recent": "its playbook was used for this customer too recently",
    "long": "takes longer than anybody's whole week",
    "guard": f"not among the {MOST_CANDIDATES:,} most valuable",
    "customer": "the customer gets another action this week",
    "cap": "the owner would have too many of this playbook",
    "hours": "others are worth more for the hours",
}
"""Why an action is not in the plan, by code."""

WAITING = ("open", "in_progress")
"""Statuses that a plan chooses from; snoozed, dismissed and ended ones stay out."""


@dataclass(frozen=True, slots=True)
class PlanPerson:
    """Somebody to plan for: e-mail, minutes in the week, owned partners and customers by id."""

    email: str
    minutes: int
    partner_ids: tuple[str, ...] = ()
    tenant_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanRules:
    """How a week is planned.

    `once_days`: by playbook, days in which a customer gets it once at most; `most_open`: by
    playbook, live ones that a person has at most; `once_a_week`: a person turns to a customer
    once a week at most.
    """

    once_days: Mapping[str, int] = field(default_factory=dict)
    most_open: Mapping[str, int] = field(default_factory=dict)
    once_a_week: bool = False
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """A plan. Money is in ten-thousandths of a US dollar.

    `chosen`: action_id, owner, place (1 first, by owner), due_on, is_must, minutes,
    expected_usd_e4. `left_out`: action_id, left_because (code of REASONS), minutes,
    expected_usd_e4, the most valuable first. `hours`: email, minutes, used_minutes, actions,
    expected_usd_e4.
    `shortfall`: share by which the best possible plan may be better, 0 where none is.
    """

    week: date
    chosen: pd.DataFrame
    left_out: pd.DataFrame
    hours: pd.DataFrame
    shortfall: float

    @property
    def expected_usd_e4(self) -> int:
        """Return what the chosen actions are expected to bring."""
        return int(self.chosen["expected_usd_e4"].sum())

    @property
    def forgone_usd_e4(self) -> int:
        """Return what the most valuable action that is left out would bring, 0 for none."""
        values = self.left_out["expected_usd_e4"]
        return int(values.max()) if len(values) else 0


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def plan_week(
    actions: pd.DataFrame,
    people: Sequence[PlanPerson],
    rules: PlanRules,
    *,
    week: date,
    today: date,
    recent: pd.DataFrame | None = None,
) -> WeekPlan:
    """Return the best plan of the week that begins on this Monday.

    `actions` are live ones: action_id, tenant_id, kind, playbook, partner_id, owner, status,
    due_on, urgency, expected_usd_e4, effort_minutes. `recent`: tenant_id, playbook, ended_on of
    done ones. An action goes to its owner; one without to somebody who owns its customer or
    partner; only where nobody does, to anybody. The order of rows and people does not matter.
    """
    staff = tuple(sorted(people, key=lambda each: each.email))
    rows = _weighed(actions, rules, week, recent)
    may = _may_own(rows, staff)
    why = _ruled_out(rows, may, staff)
    kept = np.flatnonzero(why == "")
    knapsack = _knapsack(rows.iloc[kept], may[kept], staff, rules, actions)
    choice = solve(knapsack, seconds=rules.seconds)
    person = np.full(len(rows), NOBODY, dtype=np.int64)
    person[kept] = choice.person
    chosen = _chosen(rows, person, staff, week=week, today=today)
    why[kept] = _why_not(knapsack, choice)
    left = rows[person == NOBODY].assign(left_because=why[person == NOBODY])
    left = left.sort_values(["expected_usd_e4", "action_id"], ascending=[False, True])
    columns = ["action_id", "left_because", "minutes", "expected_usd_e4"]
    return WeekPlan(
        week,
        chosen,
        left[columns].reset_index(drop=True),
        _hours(chosen, staff),
        choice.gap if not choice.is_proven else 0.0,
    )


def hour_values(
    actions: pd.DataFrame,
    people: Sequence[PlanPerson],
    rules: PlanRules,
    *,
    plan: WeekPlan,
    today: date,
    recent: pd.DataFrame | None = None,
) -> pd.Series[float]:
    """Return what one more hour of each person would add to the plan, by e-mail, money in e4.

    The week is solved again with it. Missing where either plan is not proven to be the best.
    """
    added = {}
    for person in people:
        longer = [
            PlanPerson(
                each.email,
                each.minutes + (HOUR if each.email == person.email else 0),
                each.partner_ids,
                each.tenant_ids,
            )
            for each in people
        ]
        other = plan_week(actions, longer, rules, week=plan.week, today=today, recent=recent)
        is_sure = not plan.shortfall and not other.shortfall
        gain = other.expected_usd_e4 - plan.expected_usd_e4
        added[person.email] = float(max(gain, 0)) if is_sure else float("nan")
    return pd.Series(added, dtype="float64")


# --- what is weighed ------------------------------------------------------------------------------


def _weighed(
    actions: pd.DataFrame, rules: PlanRules, week: date, recent: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the actions that a plan chooses from, in a fixed order, with weight and must."""
    rows = actions[actions["status"].isin(WAITING)].sort_values(
        ["tenant_id", "action_id"], ignore_index=True
    )
    due = pd.to_datetime(rows["due_on"])
    ends = pd.Timestamp(week + timedelta(days=DAYS_OF_WEEK - 1))
    is_clock = (rows["kind"] == "clock") & (due <= ends)
    is_late = (due < pd.Timestamp(week)) & ((rows["owner"] != "") | (rows["status"] != "open"))
    urgency = np.array(URGENCY_WEIGHT_E4)[rows["urgency"].to_numpy(dtype=np.int64)]
    expected = rows["expected_usd_e4"].to_numpy(dtype=np.int64)
    return rows.assign(
        minutes=rows["effort_minutes"].astype("int64"),
        weight=np.where(expected > 0, expected, urgency),
        is_must=is_clock | is_late,
        is_recent=_is_recent(rows, rules, week, recent),
    )


def _is_recent(
    rows: pd.DataFrame, rules: PlanRules, week: date, recent: pd.DataFrame | None
) -> pd.Series[bool]:
    """Return whether a playbook was used for the customer within its days; begun ones go on."""
    none = pd.Series(False, index=rows.index)
    if recent is None or recent.empty:
        return none
    last = recent.assign(ended_on=pd.to_datetime(recent["ended_on"]))
    newest = last.groupby(["tenant_id", "playbook"])["ended_on"].max().rename("last_on")
    used = rows.join(newest, on=["tenant_id", "playbook"])["last_on"]
    days = (pd.Timestamp(week) - used).dt.days
    once = rows["playbook"].map(rules.once_days).astype("float64").fillna(0.0)
    is_recent: pd.Series[bool] = (days < once) & (rows["status"] == "open")
    return is_recent


def _may_own(rows: pd.DataFrame, staff: Sequence[PlanPerson]) -> npt.NDArray[np.bool_]:
    """Return actions x people: who may do it; the closest tie to the customer decides."""
    nobody = np.zeros((len(rows), 0), dtype=bool)
    is_own = [rows["owner"].eq(each.email).to_numpy() for each in staff]
    is_tied = [
        (
            rows["tenant_id"].isin(each.tenant_ids) | rows["partner_id"].isin(each.partner_ids)
        ).to_numpy()
        for each in staff
    ]
    owns = np.column_stack([nobody, *is_own]).astype(bool)
    tied = np.column_stack([nobody, *is_tied]).astype(bool)
    has_owner = rows["owner"].ne("").to_numpy()[:, None]
    anybody = np.where(tied.any(axis=1, keepdims=True), tied, True)
    works = np.array([each.minutes > 0 for each in staff], dtype=bool)
    return np.asarray(np.where(has_owner, owns, anybody) & works)


def _ruled_out(
    rows: pd.DataFrame, may: npt.NDArray[np.bool_], staff: Sequence[PlanPerson]
) -> npt.NDArray[np.object_]:
    """Return why an action cannot be in the plan at all, "" where it can."""
    longest = np.max(may * np.array([each.minutes for each in staff]), axis=1, initial=0)
    why = np.select(
        [
            ~may.any(axis=1),
            rows["is_recent"].to_numpy(),
            rows["minutes"].to_numpy() > longest,
        ],
        ["owner", "recent", "long"],
        default="",
    ).astype(object)
    ranked = rows.assign(is_out=why != "").sort_values(
        ["is_out", "is_must", "weight", "action_id"], ascending=[True, False, False, True]
    )
    beyond = ranked.index[MOST_CANDIDATES:]
    why[[at for at in beyond if why[at] == ""]] = "guard"
    return why


def _knapsack(
    rows: pd.DataFrame,
    may: npt.NDArray[np.bool_],
    staff: Sequence[PlanPerson],
    rules: PlanRules,
    actions: pd.DataFrame,
) -> Knapsack:
    emails = [each.email for each in staff]
    live = actions[actions["owner"].isin(emails)].groupby(["playbook", "owner"]).size()
    return Knapsack(
        weights=rows["weight"].to_numpy(dtype=np.int64),
        minutes=rows["minutes"].to_numpy(dtype=np.int64),
        is_must=rows["is_must"].to_numpy(dtype=bool),
        may=may,
        capacity=np.array([each.minutes for each in staff], dtype=np.int64),
        caps=(*_customer_caps(rows, rules, len(staff)), *_owner_caps(rows, rules, live, emails)),
    )


def _customer_caps(rows: pd.DataFrame, rules: PlanRules, people: int) -> list[Cap]:
    """Return the caps of a customer: a capped playbook once, and once a week per person."""
    capped = rows["playbook"].map(rules.once_days).astype("float64").fillna(0.0).to_numpy() > 0
    caps = [
        Cap("customer", members, np.ones(1, dtype=np.int64), is_per_person=False)
        for members in _shared(rows, ["tenant_id", "playbook"], capped)
    ]
    if rules.once_a_week:
        every = np.ones(len(rows), dtype=bool)
        caps += [
            Cap("customer", members, np.ones(people, dtype=np.int64), is_per_person=True)
            for members in _shared(rows, ["tenant_id"], every)
        ]
    return caps


def _shared(rows: pd.DataFrame, names: list[str], is_in: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return the places of rows that share these values with another one."""
    groups = rows.reset_index(drop=True)[is_in].groupby(names, sort=True).indices
    places = np.flatnonzero(is_in)
    return [places[found].astype(np.int64) for found in groups.values() if len(found) > 1]


def _owner_caps(
    rows: pd.DataFrame, rules: PlanRules, live: pd.Series[int], emails: Sequence[str]
) -> list[Cap]:
    """Return how many of a playbook each person may be given beside the live ones they have."""
    caps = []
    is_free = rows["owner"].eq("").to_numpy()
    for playbook, most in sorted(rules.most_open.items()):
        members = np.flatnonzero(is_free & rows["playbook"].eq(playbook).to_numpy())
        room = np.array([max(most - int(live.get((playbook, who), 0)), 0) for who in emails])
        if len(members) and (room < len(members)).any():
            caps.append(Cap("cap", members, room.astype(np.int64), is_per_person=True))
    return caps


# --- what is said of it ---------------------------------------------------------------------------


def _why_not(knapsack: Knapsack, choice: Choice) -> npt.NDArray[np.object_]:
    """Return why each action was not chosen, by code; "" for the chosen ones.

    A cap is named only where it alone keeps the action out: somebody had the minutes for it.
    """
    out = choice.person == NOBODY
    used = np.zeros(len(knapsack.capacity), dtype=np.int64)
    np.add.at(used, choice.person[~out], knapsack.minutes[~out])
    fits = knapsack.may & (knapsack.minutes[:, None] <= knapsack.capacity - used)
    why = np.where(out, "hours", "").astype(object)
    for cap in knapsack.caps:
        inside = np.zeros(len(out), dtype=bool)
        inside[cap.members] = True
        if not cap.is_per_person:
            is_full = np.full(len(knapsack.capacity), (inside & ~out).sum() >= cap.most[0])
        else:
            taken = np.bincount(choice.person[inside & ~out], minlength=len(knapsack.capacity))
            is_full = taken >= cap.most
        is_kept_out = inside & out & fits.any(axis=1) & ~(fits & ~is_full).any(axis=1)
        why[is_kept_out] = cap.code
    return why


def _chosen(
    rows: pd.DataFrame,
    person: Ints,
    staff: Sequence[PlanPerson],
    *,
    week: date,
    today: date,
) -> pd.DataFrame:
    """Return the chosen actions by owner, in their order, with a day of the week each."""
    is_in = person != NOBODY
    emails = np.array([each.email for each in staff], dtype=object)
    kept = rows[is_in]
    chosen = kept.assign(
        owner=pd.Series(emails[person[is_in]], index=kept.index, dtype="str"),
        due_day=pd.to_datetime(kept["due_on"]),
        rate=kept["weight"] / kept["minutes"].clip(lower=1),
    )
    chosen = chosen.sort_values(
        ["owner", "is_must", "urgency", "rate", "action_id"],
        ascending=[True, False, False, False, True],
        ignore_index=True,
    )
    by_owner = chosen.groupby("owner")
    before = by_owner["minutes"].cumsum() - chosen["minutes"]
    total = by_owner["minutes"].transform("sum").clip(lower=1)
    day = pd.to_timedelta((before * WORKDAYS // total).clip(upper=WORKDAYS - 1), unit="D")
    first = pd.Timestamp(max(week, min(today, week + timedelta(days=WORKDAYS - 1))))
    planned = pd.Timestamp(week) + day
    due = planned.where(~(chosen["due_day"] < planned), chosen["due_day"]).clip(lower=first)
    columns = ["action_id", "owner", "place", "due_on", "is_must", "minutes", "expected_usd_e4"]
    placed: pd.DataFrame = chosen.assign(place=by_owner.cumcount() + 1, due_on=due)[columns]
    return placed


def _hours(chosen: pd.DataFrame, staff: Sequence[PlanPerson]) -> pd.DataFrame:
    """Return how full each person's week is."""
    by_owner = chosen.groupby("owner")
    emails = pd.Index([each.email for each in staff], name="email", dtype="str")
    told = pd.DataFrame(
        {
            "minutes": pd.Series([each.minutes for each in staff], index=emails, dtype="int64"),
            "used_minutes": by_owner["minutes"].sum().reindex(emails, fill_value=0),
            "actions": by_owner.size().reindex(emails, fill_value=0),
            "expected_usd_e4": by_owner["expected_usd_e4"].sum().reindex(emails, fill_value=0),
        },
        index=emails,
    )
    hours: pd.DataFrame = told.astype("int64").reset_index()
    return hours
