"""The clocks of claims: who has to do what by when, how old proofs are, and when to claim.

Business days are Monday to Friday; public holidays are not known here, so a deadline in business
days is the earliest it can be. Every length comes from the rules in force on the day the claim
entered its status.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.months import first_day
from insights.panel import Bools, Ints
from insights.program import CLOCKS, ClockRule, Program

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class StatusClock:
    """The clock that runs in a status: its name in the rules, who must act, if it outlasts it.

    `stays_overdue`: a deadline that has passed still asks for something; otherwise the clock is
    simply over.
    """

    clock: str
    who: str
    started_by: str
    stays_overdue: bool


STATUS_CLOCKS: dict[str, StatusClock] = {
    "Submitted": StatusClock("submitted", "Microsoft", "submitted_on", stays_overdue=True),
    "Under review": StatusClock("under_review", "Microsoft", "status_on", stays_overdue=True),
    "Partner action required": StatusClock(
        "partner_action_required", "partner", "status_on", stays_overdue=True
    ),
    "Approved": StatusClock("customer_opt_out", "customer", "approved_on", stays_overdue=False),
    "Rejected": StatusClock("rejected", "partner", "status_on", stays_overdue=False),
    "Dispute": StatusClock("dispute", "Microsoft", "status_on", stays_overdue=True),
}
"""Which clock runs in which status (docs of Partner Center on managing customer associations)."""

CLOCK_COLUMNS = (
    "claim_id",
    "tenant_key",
    "workload_key",
    "partner_key",
    "status",
    "clock",
    "who",
    "action",
    "started_on",
    "due_on",
    "days_left",
    "business_days_left",
    "is_overdue",
    "rule",
    "reference",
    "note",
)
_CLAIM = ["claim_id", "tenant_key", "workload_key", "partner_key", "status"]


def deadline(start: date, rule: ClockRule) -> date:
    """Return the last day of a clock that starts on a day; that day itself does not count."""
    days, is_business = np.array([rule.days]), np.array([rule.days_are == "business"])
    return _day(_deadlines(np.array([start], dtype="datetime64[D]"), days, is_business)[0])


def _day(moment: np.datetime64) -> date:
    return date.fromisoformat(str(moment.astype("datetime64[D]")))


def _deadlines(starts: Days, days: Ints, is_business: Bools) -> Days:
    """Return the last day of each clock of so many days, business or calendar ones."""
    business = np.busday_offset(starts, days, roll="backward")
    calendar = starts + days.astype("timedelta64[D]")
    return np.where(is_business, business, calendar)


def claim_clocks(claims: pd.DataFrame, program: Program, today: date) -> pd.DataFrame:
    """Return the clocks that run today, one row per claim x tenant x workload, soonest first.

    `claims` has the columns of the table claim. Columns CLOCK_COLUMNS; days_left counts calendar
    days, business_days_left Monday to Friday, both negative when overdue. A claim whose status has
    no clock, or whose start is unknown or before the programme, has no row.
    """
    started = _started(claims)
    start = started.to_numpy().astype("datetime64[D]")
    begins = np.array([rules.starts for rules in program.years], dtype="datetime64[D]")
    year = np.searchsorted(begins, start, side="right") - 1
    rows = np.flatnonzero(started.notna().to_numpy() & (year >= 0))
    which, year, start = claims["status"].map(_POSITION), year[rows], start[rows]
    kind = which.to_numpy(dtype=np.float64, na_value=-1)[rows].astype(np.int64)
    table = _clock_table(program)
    place = year * len(STATUS_CLOCKS) + kind
    due = _deadlines(start, table["days"].to_numpy()[place], table["is_business"].to_numpy()[place])
    now = np.datetime64(today, "D")
    running = claims.iloc[rows][_CLAIM].reset_index(drop=True)
    for name in ("clock", "who", "action", "rule", "reference", "note", "stays_overdue"):
        running[name] = table[name].to_numpy()[place]
    running = running.assign(
        started_on=start.astype("datetime64[s]"),
        due_on=due.astype("datetime64[s]"),
        days_left=(due - now).astype(np.int64),
        business_days_left=_business_days(now, due),
        is_overdue=due < now,
    )
    running = running[running["stays_overdue"].astype(bool) | ~running["is_overdue"]]
    order = ["due_on", "claim_id", "tenant_key", "workload_key"]
    return running.sort_values(order, ignore_index=True)[list(CLOCK_COLUMNS)]


_POSITION = {status: at for at, status in enumerate(STATUS_CLOCKS)}


def _started(claims: pd.DataFrame) -> pd.Series:
    """Return when each claim's clock began: its own date, else that of the status; NaT for none."""
    entered = pd.to_datetime(claims["status_on"])
    started = entered.where(claims["status"].isin(_POSITION))
    for status, kind in STATUS_CLOCKS.items():
        own = pd.to_datetime(claims[kind.started_by])
        started = started.where(claims["status"] != status, own.fillna(entered))
    return started


def _clock_table(program: Program) -> pd.DataFrame:
    """Return every clock of every year: one row per year x status, in that order."""
    clocks = [
        (rules, kind, rules.clock(kind.clock))
        for rules in program.years
        for kind in STATUS_CLOCKS.values()
    ]
    return pd.DataFrame(
        [
            {
                "clock": kind.clock,
                "who": kind.who,
                "action": CLOCKS[kind.clock],
                "days": clock.days,
                "is_business": clock.days_are == "business",
                "rule": f"{rules.title}.claim_clocks.{kind.clock}",
                "reference": clock.reference,
                "note": clock.note,
                "stays_overdue": kind.stays_overdue,
            }
            for rules, kind, clock in clocks
        ]
    )


def _business_days(now: np.datetime64, due: Days) -> npt.NDArray[np.int64]:
    """Return the business days after today up to and including the due day; negative if past."""
    tomorrow = np.timedelta64(1, "D")
    left = np.busday_count(now + tomorrow, due + tomorrow)
    past = np.busday_count(due + tomorrow, now + tomorrow)
    return np.where(due >= now, left, -past).astype(np.int64)


def proof_ages(claims: pd.DataFrame, program: Program, today: date) -> pd.DataFrame:
    """Return how old each claim's proof of execution is, on the index of `claims`.

    Columns: age_months (whole months since the signature), valid_until (the last day on which a
    claim may still be submitted with it by today's rules), days_left, is_too_old; all missing
    (is_too_old false) without a signature. A rival's newer proof wins a contested workload.
    """
    signed = pd.to_datetime(claims["proof_signed_on"])
    rules, now = program.on(today), pd.Timestamp(today)
    months = (now.year - signed.dt.year) * 12 + now.month - signed.dt.month
    age = months - (signed.dt.day > now.day)
    limit = rules.proof_maximum_months.value if rules is not None else 0
    until = signed + pd.DateOffset(months=limit)
    left = (until - now).dt.days
    return pd.DataFrame(
        {
            "age_months": age.astype("Int64"),
            "valid_until": until,
            "days_left": left.astype("Int64"),
            "is_too_old": left < 0,
        },
        index=claims.index,
    )


FORESEEN_MONTHS = 120
"""A pace that needs longer than this for a threshold says nothing about when it is passed."""


@dataclass(frozen=True, slots=True)
class ClaimBefore:
    """When an unclaimed workload is expected to pass its threshold, and what that asks for.

    `passes_in` is the month index; `approve_by` the last day on which an approval still makes a
    month under the threshold its usage at claim; `submit_by` the same for submitting, at the
    longest review. Both may lie in the past: then the pace says it is too late.
    """

    passes_in: int
    approve_by: date
    submit_by: date


def claim_before(
    users_needed: int, monthly_pace: float, *, as_of: int, program: Program
) -> ClaimBefore | None:
    """Return when to claim at this pace, None where it does not lead over the threshold in
    FORESEEN_MONTHS.

    Usage at claim is that of the first full month on or after the approval, so the approval must
    be there by the first day of the month before the passing one.
    """
    if not monthly_pace > 0 or users_needed / monthly_pace > FORESEEN_MONTHS:
        return None
    passes_in = as_of + max(1, int(np.ceil(users_needed / monthly_pace)))
    approve_by = first_day(passes_in - 1)
    rules = program.on(approve_by)
    stages = ("submitted", "under_review")
    days = sum(rules.clock(stage).days for stage in stages) if rules is not None else 0
    submit_by = np.busday_offset(np.datetime64(approve_by, "D"), -days, roll="backward")
    return ClaimBefore(passes_in, approve_by, _day(submit_by))


def claims_before(
    users_needed: pd.Series, monthly_pace: pd.Series, *, as_of: int, program: Program
) -> pd.DataFrame:
    """Return `claim_before` of many workloads at once, on the index of `users_needed`.

    Columns: passes_in (month index, Int64), approve_by, submit_by (days); all missing where the
    pace is missing or does not lead over the threshold.
    """
    needed = users_needed.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    pace = monthly_pace.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    months = needed / np.where(pace > 0, pace, np.nan)
    is_known = months <= FORESEEN_MONTHS  # false where there is no number
    passes = as_of + np.where(is_known, np.maximum(1, np.ceil(months)), 1).astype(np.int64)
    approve = (passes - 1 - _EPOCH).astype("datetime64[M]").astype("datetime64[D]")
    submit = np.busday_offset(approve, -_review_days(approve, program), roll="backward")
    days = {
        name: pd.Series(day.astype("datetime64[s]")).where(is_known)
        for name, day in (("approve_by", approve), ("submit_by", submit))
    }
    told = pd.Series(passes, dtype="Int64").where(is_known)
    return pd.DataFrame({"passes_in": told, **days}).set_axis(users_needed.index)


_EPOCH = 1970 * 12


def _review_days(days: Days, program: Program) -> Ints:
    """Return the longest time from submission to approval by the rules of each day."""
    begins = np.array([rules.starts for rules in program.years], dtype="datetime64[D]")
    lengths = [
        sum(rules.clock(stage).days for stage in ("submitted", "under_review"))
        for rules in program.years
    ]
    year = np.searchsorted(begins, days, side="right") - 1
    return np.array([*lengths, 0])[year]
