"""Unclaimed workloads by what they can still earn, and until when a claim still helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from insights.claim_clocks import claims_before
from insights.metrics.metric import UNDEFINED
from insights.money import EXAMPLE_HELP, usd, worth_words
from insights.months import month_label
from insights.program import Program
from insights.views.table import Column

COLUMNS: tuple[Column, ...] = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column(
        "value_usd_e4", "Still earnable", "money", help="Estimate of the milestones still ahead."
    ),
    Column("is_example_value", "Example rate", "flag", help=EXAMPLE_HELP),
    Column(
        "urgency",
        "Claim before",
        help="Submit by this day, at the longest review, for the association to begin below the "
        "threshold at the present pace.",
    ),
    Column("submit_by", "Submit by", "date"),
    Column("approve_by", "Approved by", "date"),
    Column("passes_in", "Passes in", "month", help="At the pace of the last three months."),
    Column("next_milestone", "Next milestone"),
    Column("users_needed", "Users needed", "count"),
    Column("monthly_pace", "Pace, users a month", "decimal"),
    Column("active_usage", "Active usage", "share"),
    Column("paid_available_units", "Paid available units", "count"),
    Column("tenant_id", "Tenant id"),
)
LATE_COLUMNS: tuple[Column, ...] = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("milestone_words", "Milestone"),
    Column("reason", "Why it is too late", is_wide=True),
    Column("value_usd_e4", "Lost", "money", help="Estimate of what the milestone adds."),
    Column("is_example_value", "Example rate", "flag", help=EXAMPLE_HELP),
    Column("active_usage", "Active usage", "share"),
    Column("paid_available_units", "Paid available units", "count"),
    Column("tenant_id", "Tenant id"),
)


@dataclass(frozen=True, slots=True)
class UnclaimedView:
    """Unclaimed workloads, the most valuable first, and a sentence."""

    rows: pd.DataFrame
    takeaway: str


def minimum_units(program: Program, today: date) -> int:
    """Return the paid units that the programme asks for today, 0 where it asks for none."""
    rules = program.on(today)
    return rules.minimum_paid_units.value if rules is not None else 0


def unclaimed_view(
    workloads: pd.DataFrame, program: Program, today: date, *, as_of: int
) -> UnclaimedView | None:
    """Return the view of unclaimed_workloads, None where there is none."""
    if workloads.empty:
        return None
    rows = unclaimed_rows(workloads, program, today, as_of=as_of)
    return UnclaimedView(rows, _takeaway(rows))


def unclaimed_rows(
    workloads: pd.DataFrame, program: Program, today: date, *, as_of: int
) -> pd.DataFrame:
    """Return unclaimed_workloads with when to claim, in days and in words."""
    before = claims_before(
        workloads["users_needed"], workloads["monthly_pace"], as_of=as_of, program=program
    )
    rows = workloads.join(before)
    return rows.assign(
        pair=rows["tenant_id"] + " " + rows["workload"],
        active_usage=_usage(rows),
        next_milestone=rows["milestone"].astype("str") + "%",
        is_example_value=_is_example(rows),
        urgency=_urgency(rows, today),
    )


def too_late_rows(milestones: pd.DataFrame) -> pd.DataFrame:
    """Return too_late_milestones with usage and the reason in words."""
    usage = _usage(milestones)
    shown = usage.map("{:.1%}".format).where(usage.notna(), UNDEFINED)
    crossed = milestones["crossed_month"].map(_month, na_action="ignore").astype("str")
    missed = "Crossed" + crossed.fillna("") + " while nobody held the workload"
    above = "Active usage of " + shown + " is above what a claim may start from"
    return milestones.assign(
        active_usage=usage,
        milestone_words=milestones["milestone"].astype("str") + "%",
        is_example_value=_is_example(milestones),
        reason=missed.where(milestones["state"] == "missed", above),
    )


def _month(index: int) -> str:
    return f" in {month_label(int(index))}"


def _is_example(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return whether there is an amount that rests on an example rate."""
    return rows["is_example"] & rows["value_usd_e4"].notna()


def _usage(rows: pd.DataFrame) -> pd.Series[float]:
    units = rows["paid_available_units"].astype("float64")
    return rows["monthly_active_users"].astype("float64") / units.where(units > 0)


def _urgency(rows: pd.DataFrame, today: date) -> pd.Series[str]:
    """Return until when a claim helps in words, with what is lost after it."""
    day, now = rows["submit_by"], pd.Timestamp(today)
    left = (day - now).dt.days
    lost, is_known = rows["value_usd_e4"].map(usd), rows["value_usd_e4"].fillna(0) != 0
    words = day.dt.strftime("%Y-%m-%d") + lost.map(" or lose about {}".format).where(is_known, "")
    late = "At once: the pace passes it before an approval"
    words = words.where(left >= 0, late + lost.map(" ({})".format).where(is_known, ""))
    told: pd.Series[str] = words.where(day.notna(), "No hurry at this pace")
    return told


def _takeaway(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    hurry = rows["submit_by"].dropna()
    text = (
        f"{len(rows):,} unclaimed workloads listed; the most valuable is {first['tenant_name']}, "
        f"{first['workload_name']}{worth_words(': about {}', first['value_usd_e4'])}."
    )
    if hurry.empty:
        return text
    return f"{text} {len(hurry):,} are expected to pass their next milestone at their pace."


def counts_words(counts: pd.DataFrame, minimum: int, as_of: int) -> str:
    """Return what unclaimed_counts says, in one sentence."""
    row = counts.iloc[0]
    about = worth_words(" about {}", row["value_usd_e4"])
    return (
        f"{int(row['workloads']):,} unclaimed workloads with at least {minimum:,} paid available "
        f"units can still earn{about}; {int(row['small']):,} more have fewer units. As of "
        f"{month_label(as_of)}."
    )
