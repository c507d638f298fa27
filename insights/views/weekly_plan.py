"""The weekly plan as people read it: whose week, in which order, what is left out and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from insights.actions.plan import HOUR, REASONS, WeekPlan
from insights.metrics.metric import UNDEFINED
from insights.money import EXAMPLE_HELP, EXAMPLE_MARK, usd, worth_words
from insights.views.recommended_actions import day_text
from insights.views.table import Column

WEEKS_AHEAD = 4
"""Weeks that can be planned, this one included."""

SHARED_PER_PERSON = 5
"""Actions of a person in the text to share."""

_EXPECTED_HELP = f"Chance within 90 days times value. {EXAMPLE_HELP}"
_HOUR_HELP = (
    "What the best plan would bring more if this person had one more hour; the week is solved "
    "again with it."
)

PEOPLE_COLUMNS: tuple[Column, ...] = (
    Column("name", "Person", is_pinned=True),
    Column("hours", "Hours", "decimal"),
    Column("used_hours", "Planned hours", "decimal"),
    Column("used_share", "Full", "share_bar"),
    Column("actions", "Actions", "count"),
    Column("expected_usd_e4", "Expected", "money", help=_EXPECTED_HELP),
)
HOUR_COLUMN = Column("hour_usd_e4", "One more hour", "money", help=_HOUR_HELP)

WEEK_COLUMNS: tuple[Column, ...] = (
    Column("place", "Order", "count", width=60),
    Column("what", "What to do", width=430),
    Column("tenant_name", "Customer", width=180),
    Column("due_on", "By", "date"),
    Column("minutes", "Minutes", "count"),
    Column("expected_usd_e4", "Expected", "money", help=_EXPECTED_HELP),
    Column("mark", "First because", width=150),
    Column("status_label", "Status", width=120),
)
FILE_COLUMNS: tuple[Column, ...] = (
    Column("owner_name", "Owner"),
    Column("owner", "Owner's e-mail"),
    *WEEK_COLUMNS,
    Column("why", "Why", is_wide=True),
    Column("partner_name", "Partner"),
    Column("example", "Rate", help=EXAMPLE_HELP),
    Column("action_id", "Action id"),
)
LEFT_COLUMNS: tuple[Column, ...] = (
    Column("what", "What to do", width=430),
    Column("tenant_name", "Customer", width=180),
    Column("reason", "Not planned because", width=330),
    Column("minutes", "Minutes", "count"),
    Column("expected_usd_e4", "Expected", "money", help=_EXPECTED_HELP),
    Column("owner_name", "Owner"),
    Column("partner_name", "Partner"),
)
KEPT_COLUMNS: tuple[Column, ...] = (
    Column("week", "Week of", "date", is_pinned=True),
    Column("made_at", "Accepted", "moment", help="In UTC."),
    Column("made_by", "By"),
    Column("people", "People", "count"),
    Column("actions", "Actions", "count"),
    Column("done", "✔ Done", "count"),
    Column("at_work", "◑ In progress", "count"),
    Column("waiting", "○ Still open", "count"),
    Column("dropped", "✕ Dropped", "count", help="Dismissed, or closed by itself."),
    Column("hours", "Hours", "decimal"),
    Column("expected_usd_e4", "Expected", "money", help=_EXPECTED_HELP),
)

MUST = {True: "! clock or promise", False: ""}
"""Marks what came before money."""


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """One person's week: a heading in words, and the rows of WEEK_COLUMNS."""

    email: str
    title: str
    rows: pd.DataFrame


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with its words: a line of takeaway, the people, their weeks, and what is left out."""

    takeaway: str
    caution: str
    people: pd.DataFrame
    weeks: tuple[PersonWeek, ...]
    chosen: pd.DataFrame
    left_out: pd.DataFrame
    left_words: str


def week_names(today: date) -> dict[str, str]:
    """Return the weeks that can be planned by the ISO date of their Monday."""
    monday = today - timedelta(days=today.weekday())
    first = ("This week", "Next week")
    return {
        (day := monday + timedelta(weeks=at)).isoformat(): (
            f"{first[at] if at < len(first) else 'Week'}, from {day_text(day)}"
        )
        for at in range(WEEKS_AHEAD)
    }


def plan_view(plan: WeekPlan, actions: pd.DataFrame, names: Mapping[str, str]) -> PlanView:
    """Return what a plan shows; `actions` are told ones, `names` are people's by e-mail."""
    words = actions.set_index("action_id")[_WORDS]
    chosen = plan.chosen.join(words, on="action_id").assign(
        mark=plan.chosen["is_must"].map(MUST).astype("str"),
        owner_name=_named(plan.chosen["owner"], names),
    )
    owners = actions.set_index("action_id")["owner"]
    left = plan.left_out.join(words.assign(owner=owners), on="action_id")
    left = left.assign(
        reason=left["left_because"].map(REASONS).astype("str"),
        owner_name=_named(left["owner"], names),
    )
    people = _people(plan, names)
    return PlanView(
        takeaway=_takeaway(plan, chosen),
        caution=_caution(plan),
        people=people,
        weeks=_weeks(people, chosen),
        chosen=chosen,
        left_out=left,
        left_words=_left_words(plan, left),
    )


_WORDS = ["what", "tenant_name", "status_label", "why", "partner_name", "example"]


def with_hours(people: pd.DataFrame, values: pd.Series[float]) -> pd.DataFrame:
    """Return the people with what one more hour of each would bring."""
    return people.assign(hour_usd_e4=people["email"].map(values).astype("float64"))


def share_text(view: PlanView, week: date) -> str:
    """Return the plan as text for a chat: the first five actions of each person, no money."""
    lines = [f"Plan for the week of {day_text(week)}"]
    for each in view.weeks:
        lines += ["", each.title]
        top = each.rows.head(SHARED_PER_PERSON)
        lines += [
            f"{row['place']}. {row['tenant_name']}: {row['what']} "
            f"(by {row['due_on']:%a} {row['due_on'].day} {row['due_on']:%b})"
            for row in top.to_dict("records")
        ]
        more = len(each.rows) - len(top)
        lines += [f"… and {more:,} more"] if more else []
    return "\n".join(lines)


def kept_view(kept: pd.DataFrame) -> pd.DataFrame:
    """Return accepted plans as KEPT_COLUMNS show them."""
    return kept.assign(hours=kept["minutes"] / HOUR)


def kept_takeaway(kept: pd.DataFrame) -> str:
    """Return what the accepted plans say in one line: the newest of each week counted once."""
    counted = kept[kept["is_newest"]]
    planned, done = int(counted["actions"].sum()), int(counted["done"].sum())
    weeks = f"{len(counted):,} {'week' if len(counted) == 1 else 'weeks'}"
    return f"{weeks} planned: {done:,} of {planned:,} planned actions are done."


def _named(emails: pd.Series[str], names: Mapping[str, str]) -> pd.Series[str]:
    """Return people's names; an unknown e-mail is its own name."""
    return emails.map(lambda email: names.get(email, email)).astype("str")


def _people(plan: WeekPlan, names: Mapping[str, str]) -> pd.DataFrame:
    hours = plan.hours
    named = hours.assign(
        name=_named(hours["email"], names),
        hours=hours["minutes"] / HOUR,
        used_hours=hours["used_minutes"] / HOUR,
        used_share=hours["used_minutes"] / hours["minutes"].where(hours["minutes"] > 0),
    )
    return named.sort_values(["name", "email"], ignore_index=True)


def _weeks(people: pd.DataFrame, chosen: pd.DataFrame) -> tuple[PersonWeek, ...]:
    by_owner = dict(list(chosen.groupby("owner")))
    return tuple(
        PersonWeek(row["email"], _title(row), by_owner[row["email"]].reset_index(drop=True))
        for row in people.to_dict("records")
        if row["email"] in by_owner
    )


def _title(person: Mapping[Any, Any]) -> str:
    return (
        f"{person['name']}: {_count(person['actions'])} in "
        f"{person['used_hours']:.1f} of {person['hours']:.1f} hours"
    )


def _count(actions: int) -> str:
    return f"{actions:,} {'action' if actions == 1 else 'actions'}"


def _takeaway(plan: WeekPlan, chosen: pd.DataFrame) -> str:
    used = plan.hours["used_minutes"].sum() / HOUR
    there = plan.hours["minutes"].sum() / HOUR
    must = int(chosen["is_must"].sum())
    first = f", {must:,} of them because a clock or promise ends" if must else ""
    mark = f" ({EXAMPLE_MARK})" if (chosen["example"] == EXAMPLE_MARK).any() else ""
    worth = worth_words(f": {{}} expected{mark}", plan.expected_usd_e4)
    return f"{_count(len(chosen))} in {used:.1f} of {there:.1f} hours{first}{worth}."


def _caution(plan: WeekPlan) -> str:
    """Return how far the plan may be from the best one, "" where none is better."""
    if not plan.shortfall:
        return ""
    percent = max(plan.shortfall * 100, 0.01)
    return (
        f"Best plan found in the time allowed; the best possible one is at most {percent:.2f} % "
        "better."
    )


def _left_words(plan: WeekPlan, left: pd.DataFrame) -> str:
    """Return what is given up, in one sentence."""
    if left.empty:
        return "Nothing is left out: every open action fits."
    for_hours = left[left["left_because"] == "hours"]
    best = left.iloc[0]
    total = worth_words(", {} expected in all", int(left["expected_usd_e4"].sum()))
    words = f"{_count(len(left))} left out{total}"
    words += f"; {len(for_hours):,} only for want of hours. " if len(for_hours) else ". "
    if plan.forgone_usd_e4:
        words += f"The most valuable: {best['tenant_name']}, {usd(plan.forgone_usd_e4)}."
    return words


def hours_takeaway(people: pd.DataFrame) -> str:
    """Return who the hours belong to in one line, for readers who do not see the table."""
    if people.empty:
        return UNDEFINED
    fullest = people.sort_values("used_share", ascending=False).iloc[0]
    return f"{len(people):,} people; the fullest week has {fullest['name']}."
