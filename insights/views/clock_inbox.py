"""The clocks inbox: who has to do what about which claim by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from insights.claim_clocks import STATUS_CLOCKS, claim_clocks
from insights.claim_life import status_words
from insights.program import Program
from insights.views.table import Column
from insights.views.workload_columns import in_catalogue_order, short_name

SOON_DAYS = 7

WHO: dict[str, str] = {"partner": "Partner", "customer": "Customer", "Microsoft": "Microsoft"}
"""Who may have to act: code in the rules and word."""

HOLIDAYS = "Business days are Monday to Friday; public holidays are not known here."

COLUMNS: tuple[Column, ...] = (
    Column("due_on", "Due", "date", is_pinned=True),
    Column("left", "Left", help="Calendar days and business days after today up to the due day."),
    Column("who_words", "Who must act"),
    Column("what", "What"),
    Column("tenant_name", "Customer"),
    Column("workloads", "Workloads"),
    Column("status_words", "Status of the claim"),
    Column("partner_name", "Claiming partner"),
    Column("claim_id", "Claim"),
    Column("days_left", "Days left", "count", help="Calendar days; negative when overdue."),
    Column("business_days_left", "Business days left", "count", help=HOLIDAYS),
    Column("rule_text", "Rule", help="How long the clock runs, and by which programme year."),
    Column("reference", "Source"),
)


@dataclass(frozen=True, slots=True)
class ClockGroup:
    """Clocks of one urgency, soonest first: a code for keys, a title, and its rows."""

    code: str
    title: str
    rows: pd.DataFrame


@dataclass(frozen=True, slots=True)
class InboxView:
    """All clocks that run, soonest first, in groups, and what they say in one sentence."""

    rows: pd.DataFrame
    groups: tuple[ClockGroup, ...]
    takeaway: str


def since_days(program: Program, today: date) -> tuple[tuple[str, date | None], ...]:
    """Return from which day on a claim's status may still have a clock that runs.

    None for statuses whose clock stays when it is overdue.
    """
    return tuple(
        (status, None if kind.stays_overdue else today - _longest(program, kind.clock))
        for status, kind in STATUS_CLOCKS.items()
    )


def _longest(program: Program, clock: str) -> timedelta:
    """Return the longest time of a clock in any year, in calendar days, rounded up."""
    rules = [year.clock(clock) for year in program.years]
    days = [rule.days * 7 // 5 + 4 if rule.days_are == "business" else rule.days for rule in rules]
    return timedelta(days=max(days, default=0) + 1)


def inbox_view(
    claims: pd.DataFrame, program: Program, today: date, *, who: str | None
) -> InboxView | None:
    """Return the clocks of these claims, None where none runs; `who` leaves one side's only.

    `claims` has the columns of running_claims. Workloads of one claim with the same clock and day
    are one row.
    """
    if claims.empty:
        return None
    clocks = claim_clocks(claims, program, today)
    if who is not None:
        clocks = clocks[clocks["who"] == who]
    if clocks.empty:
        return None
    rows = _by_claim(_with_names(clocks, claims), program)
    left = rows["days_left"]
    groups = (
        ClockGroup("overdue", "Overdue", rows[left < 0]),
        ClockGroup("soon", f"Within {SOON_DAYS} days", rows[(left >= 0) & (left <= SOON_DAYS)]),
        ClockGroup("later", "Later", rows[left > SOON_DAYS]),
    )
    return InboxView(rows, groups, _takeaway(rows))


_KEYS = ["claim_id", "tenant_key", "workload_key"]
_NAMES = ["tenant_id", "tenant_name", "workload", "partner_name"]


def _with_names(clocks: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    return clocks.merge(claims[[*_KEYS, *_NAMES]], on=_KEYS, how="left")


def _by_claim(clocks: pd.DataFrame, program: Program) -> pd.DataFrame:
    """Return one row per claim, tenant, clock and day, with the names of its workloads."""
    same = ["claim_id", "tenant_id", "clock", "due_on"]
    listed = clocks.groupby(same, sort=False)["workload"].agg(_names)
    rows = clocks.drop_duplicates(same).drop(columns=["workload", "workload_key"])
    rows = rows.merge(listed.rename("workloads").reset_index(), on=same)
    return rows.assign(
        what=_capitalised(rows["action"]),
        who_words=rows["who"].map(WHO),
        status_words=rows["status"].map(status_words),
        left=_left(rows),
        rule_text=rows["rule"].map(_lengths(program)) + _notes(rows["note"]),
        row_id=rows["claim_id"] + " " + rows["tenant_id"] + " " + rows["clock"],
    )


def _names(codes: pd.Series[str]) -> str:
    return ", ".join(short_name(code) for code in in_catalogue_order(codes.unique()))


def _capitalised(texts: pd.Series[str]) -> pd.Series[str]:
    return texts.str[:1].str.upper() + texts.str[1:]


def _left(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the days left as words, e.g. "3 days (2 business)" or "2 days over"."""
    days, business = rows["days_left"], rows["business_days_left"]
    unit = days.abs().map(lambda count: " day" if count == 1 else " days")
    number = days.abs().astype("str") + unit
    ahead = number + " (" + business.astype("str") + " business)"
    words = ahead.where(days >= 0, number + " over")
    return words.mask(days == 0, "today")


def _lengths(program: Program) -> dict[str, str]:
    """Return each clock's length in words, by the name of its rule."""
    return {
        f"{year.title}.claim_clocks.{name}": f"{rule.days} {rule.days_are} days ({year.title})"
        for year in program.years
        for name, rule in year.claim_clocks
    }


def _notes(notes: pd.Series[str]) -> pd.Series[str]:
    return ("; " + notes).where(notes != "", "")


def _takeaway(rows: pd.DataFrame) -> str:
    """Return how many clocks run and what is due first."""
    overdue = int((rows["days_left"] < 0).sum())
    text = f"{len(rows):,} clocks run, {overdue:,} of them overdue."
    ahead = rows[rows["days_left"] >= 0]
    if ahead.empty:
        return text
    first = ahead.iloc[0]
    return (
        f"{text} Next: {first['tenant_name']}, {first['what'].lower()}, "
        f"due {first['due_on']:%Y-%m-%d}."
    )
