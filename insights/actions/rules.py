"""Which customers and workloads an action is worth, kind by kind; the words are in KINDS.

Every rule takes whole frames. A workload has at most one candidate about its usage, the first of
USAGE_KINDS that holds. What a candidate would bring is the chance and the value of the workload's
next milestone, also where the action itself answers a claim or brings users back to a lower one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.actions.kinds import (
    CLAIM_AHEAD_DAYS,
    DUE_DAYS,
    FEW_USERS,
    LEAST_CHANCE,
    LEAST_SEAT_POINTS,
    MONTH,
    NEXT_MONTHS,
    SOON_MONTHS,
    USAGE_KINDS,
    WEEK,
)
from insights.claim_clocks import claims_before
from insights.program import Program

PAIR = ["tenant_key", "workload_key"]

NUMBERS = (
    "milestone",
    "probability",
    "value_usd_e4",
    "expected_usd_e4",
    "is_example",
)
"""What a candidate is worth."""

FACTS = (
    "users_needed",
    "users",
    "units",
    "month",
    "pace",
    "eta",
    "seat_points",
    "reached",
    "next_milestone",
    "submit_by",
    "was_due",
    "passes_in",
    "claim_id",
    "claim_status",
    "started",
    "clock",
    "clock_due",
    "signed",
    "age",
    "valid_until",
    "rival_signed",
    "workload_keys",
)
"""The numbers that a candidate's sentences tell; those of other kinds are missing."""

CANDIDATE = (*PAIR, "partner_key", "kind", "reason", *NUMBERS, "urgency", "due_on", *FACTS)


@dataclass(frozen=True)
class UsageFacts:
    """Milestones ahead and milestones slipping, as of a month, on a day.

    `ahead`: one row per pair with a next milestone: PAIR, partner_key, milestone, state, units,
    users, users_needed, pace, month (newest report), is_stalled, seat_points, is_too_late,
    probability, eta (month), value_usd_e4, expected_usd_e4, is_example. `slipping`: the same but
    for state, is_stalled, seat_points, is_too_late and what it is worth, and reached (month).
    """

    ahead: pd.DataFrame
    slipping: pd.DataFrame
    as_of: int
    today: date


def usage_candidates(facts: UsageFacts) -> pd.DataFrame:
    """Return the candidates of USAGE_KINDS, one row per pair at most, columns CANDIDATE."""
    flying = _flying(facts)
    found = {
        "recover": _recover(facts),
        "unblock": _unblock(flying, facts),
        "onboard": _pushed(flying[flying["seat_points"] >= LEAST_SEAT_POINTS], facts),
        "activate": _pushed(flying[flying["probability"] >= LEAST_CHANCE], facts),
    }
    return _of_kinds(found).drop_duplicates(PAIR, keep="first").reset_index(drop=True)


def usage_standing(facts: UsageFacts) -> pd.DataFrame:
    """Return what actions about usage may stay for once they are listed; columns CANDIDATE.

    A wider rule than the one that lists them, so that a chance around a limit does not open and
    close an action every month; a pair can have a row of each kind.
    """
    flying = _flying(facts)
    found = {
        "recover": _urgent_by_users(_with_next(facts.slipping, facts), facts.today),
        "unblock": _unblock(flying, facts),
        "onboard": _pushed(flying[flying["seat_points"].notna()], facts),
        "activate": _pushed(flying, facts),
    }
    return _of_kinds(found)


def claim_candidates(facts: UsageFacts, program: Program) -> pd.DataFrame:
    """Return the workloads to be claimed before they pass a threshold; columns CANDIDATE."""
    rules = program.on(facts.today)
    least = rules.minimum_paid_units.value if rules is not None else 0
    rows = claim_standing(facts, program)
    last_day = rows["submit_by"].fillna(rows["was_due"])
    near = days_until(last_day, facts.today) <= CLAIM_AHEAD_DAYS
    return rows[near & (rows["units"] >= least).fillna(False)].reset_index(drop=True)


def claim_standing(facts: UsageFacts, program: Program) -> pd.DataFrame:
    """Return what actions of kind claim may stay for once they are listed; columns CANDIDATE."""
    ahead = facts.ahead
    free = ahead[(ahead["state"] == "unclaimed") & ~ahead["is_too_late"]]
    before = claims_before(free["users_needed"], free["pace"], as_of=facts.as_of, program=program)
    left = days_until(before["submit_by"], facts.today)
    rows = free.assign(
        submit_by=still_ahead(before["submit_by"], facts.today),
        was_due=passed(before["submit_by"], facts.today),
        passes_in=before["passes_in"],
        kind="claim",
        reason=milestone_reasons(free["milestone"]),
        urgency=clock_urgency(left),
        due_on=due_by_clock(before["submit_by"], facts.today),
    )
    return completed([rows])


def milestone_reasons(milestones: pd.Series) -> pd.Series:
    """Return what an action about a milestone is about, e.g. "milestone 40"."""
    return "milestone " + milestones.astype("Int64").astype("str")


def days_until(days: pd.Series, today: date) -> pd.Series:
    """Return the calendar days from today to each day; NaN where there is none."""
    return (pd.to_datetime(days) - pd.Timestamp(today)).dt.days


def clock_urgency(left: pd.Series) -> npt.NDArray[np.int64]:
    """Return the urgency of so many days left: a week, a month, or more."""
    found: npt.NDArray[np.int64] = np.select([left <= WEEK, left <= MONTH], [3, 2], 1)
    return found


def due_by_clock(days: pd.Series, today: date) -> pd.Series:
    """Return the day of each clock, and a day in a week where it has passed."""
    days = pd.to_datetime(days)
    return days.where(days >= pd.Timestamp(today), pd.Timestamp(due_days([3], today)[0]))


def still_ahead(days: pd.Series, today: date) -> pd.Series:
    """Return the days that are today or later, the others missing."""
    days = pd.to_datetime(days)
    return days.where(days >= pd.Timestamp(today))


def passed(days: pd.Series, today: date) -> pd.Series:
    """Return the days before today, the others missing."""
    days = pd.to_datetime(days)
    return days.where(days < pd.Timestamp(today))


def due_days(urgency: Sequence[int] | pd.Series, today: date) -> npt.NDArray[np.datetime64]:
    """Return the suggested due days by urgency: working days, today + DUE_DAYS or the next one."""
    days = np.datetime64(today, "D") + np.array(DUE_DAYS)[np.asarray(urgency, dtype=np.int64)]
    due: npt.NDArray[np.datetime64] = np.busday_offset(days, 0, roll="forward")
    return due.astype("datetime64[s]")


def completed(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return candidates in the columns CANDIDATE; what a kind does not tell is missing."""
    rows = pd.concat([each.reindex(columns=list(CANDIDATE)) for each in _typed(frames)])
    return rows.reset_index(drop=True)


# --- usage ----------------------------------------------------------------------------------------


def _flying(facts: UsageFacts) -> pd.DataFrame:
    return facts.ahead[(facts.ahead["state"] == "in_flight") & (facts.ahead["users_needed"] > 0)]


def _of_kinds(found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the candidates of each kind, in the order of USAGE_KINDS."""
    rows = [found[kind].assign(kind=kind) for kind in USAGE_KINDS]
    return completed([each.assign(reason=milestone_reasons(each["milestone"])) for each in rows])


def _recover(facts: UsageFacts) -> pd.DataFrame:
    """Return slipped milestones, the lowest of each pair."""
    lowest = facts.slipping.sort_values([*PAIR, "milestone"]).drop_duplicates(PAIR)
    return _urgent_by_users(_with_next(lowest, facts), facts.today)


def _with_next(slipping: pd.DataFrame, facts: UsageFacts) -> pd.DataFrame:
    """Return slipped milestones with the next one of the pair and what that is worth."""
    worth = facts.ahead[[*PAIR, *NUMBERS]].rename(columns={"milestone": "next_milestone"})
    return slipping.merge(worth, on=PAIR, how="left")


def _unblock(flying: pd.DataFrame, facts: UsageFacts) -> pd.DataFrame:
    return _urgent_by_users(flying[flying["is_stalled"]], facts.today)


def _urgent_by_users(rows: pd.DataFrame, today: date) -> pd.DataFrame:
    urgency = np.where(rows["users_needed"] <= FEW_USERS, 2, 1)
    return rows.assign(urgency=urgency, due_on=due_days(urgency.tolist(), today))


def _pushed(rows: pd.DataFrame, facts: UsageFacts) -> pd.DataFrame:
    """Return the rows, urgent by the month in which the milestone is expected."""
    months = (rows["eta"] - facts.as_of).astype("Float64").to_numpy(np.float64, na_value=np.inf)
    urgency = np.select([months <= SOON_MONTHS, months <= NEXT_MONTHS], [2, 1], 0)
    return rows.assign(urgency=urgency, due_on=due_days(urgency.tolist(), facts.today))


_COUNTS = (
    *PAIR,
    "partner_key",
    "milestone",
    "value_usd_e4",
    "expected_usd_e4",
    "urgency",
    "users_needed",
    "users",
    "units",
    "month",
    "eta",
    "reached",
    "next_milestone",
    "passes_in",
    "age",
)


def _typed(frames: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Return the frames with counts as Int64, so that missing ones need no floats."""
    return [
        each.astype({name: "Int64" for name in _COUNTS if name in each.columns}) for each in frames
    ]
