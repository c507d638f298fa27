"""The digest: what it holds and says about itself, and as plain text.

It is a few alerts of each kind, the most urgent kinds first, then the first few open actions of
each person; whatever is left out is counted.
`digest_html` and `digest_card` show the same digest in a mail and in Teams.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from insights.money import EXAMPLE_MARK, rate_card_text
from insights.months import month_label
from insights.program import ProgramRules
from insights.views.alerts import AlertGroup, groups_of, moment_text

ASKED = ("open", "in_progress")
"""States of an action that asks something of its owner now."""


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What a digest is about: the time it covers, for whom, and what its figures rest on.

    `partner` is empty for all partners; `as_of` and `known_on` are None before any judgement of
    milestones; `source` says where the figures come from.
    """

    since: datetime | None
    until: datetime
    partner: str
    as_of: int | None
    known_on: date | None
    rules: ProgramRules | None
    source: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the digest as it is shown: the first lines, and how many there are in all."""

    title: str
    lines: tuple[str, ...]
    total: int

    @property
    def more_text(self) -> str:
        """Return how many lines are not told, empty where all are."""
        more = self.total - len(self.lines)
        return f"and {more:,} more" if more else ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest ready to be written: alerts by kind, people's actions, what it says about itself."""

    title: str
    period: str
    groups: tuple[AlertGroup, ...]
    notes: tuple[str, ...]
    people: tuple[Section, ...] = ()

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return all parts in their order."""
        alerts = (
            Section(
                f"{group.kind.symbol} {group.kind.label} ({group.total:,})",
                tuple(line.sentence for line in group.lines),
                group.total,
            )
            for group in self.groups
        )
        return (*alerts, *self.people)

    @property
    def total(self) -> int:
        """Return how many alerts the digest covers, told or counted."""
        return sum(group.total for group in self.groups)

    @property
    def left_out(self) -> int:
        """Return how many alerts are counted only."""
        return sum(group.more for group in self.groups)


def digest_of(
    alerts: pd.DataFrame,
    counts: pd.DataFrame,
    facts: DigestFacts,
    people: tuple[Section, ...] = (),
) -> Digest:
    """Return the digest of these alerts and of people's actions.

    `alerts` are the rows of queries.alerts.alert_list that are told, `counts` how many there are
    by kind.
    """
    whose = f" for {facts.partner}" if facts.partner else ""
    since = "from the first alert on" if facts.since is None else f"{moment_text(facts.since)}"
    return Digest(
        title=f"Partner Insights: alerts{whose}",
        period=f"Raised {since} to {moment_text(facts.until)}",
        groups=groups_of(alerts, counts),
        notes=_notes(facts),
        people=people,
    )


def people_of(actions: pd.DataFrame, *, top: int) -> tuple[Section, ...]:
    """Return the first `top` open actions of each person, people in the order of their names.

    `actions` are rows of actions_store.actions, the most urgent first. Nobody's are left out, and
    what is snoozed.
    """
    asked = actions[actions["status"].isin(ASKED) & actions["owner"].ne("")]
    names = asked["owner_name"].mask(asked["owner_name"].eq(""), asked["owner"])
    return tuple(
        Section(
            f"☐ {name}: open actions ({len(rows):,})",
            tuple(map(_action_text, rows.head(top).to_dict("records"))),
            len(rows),
        )
        for (name, _), rows in asked.groupby([names.rename("name"), "owner"])
    )


def _action_text(row: Mapping[Hashable, Any]) -> str:
    """Return what is to be done for whom, and by when."""
    due = ""
    if pd.notna(row["due_on"]):
        day = f"{row['due_on'].day} {row['due_on']:%b %Y}"
        due = f", overdue since {day}" if row["is_overdue"] else f", due {day}"
    return f"{row['tenant_name']}: {row['what']}{due}"


def total_text(digest: Digest) -> str:
    """Return how many alerts there are, and how many of them are counted only."""
    if not digest.groups:
        return "No alerts."
    noun = "alert" if digest.total == 1 else "alerts"
    if not digest.left_out:
        return f"{digest.total:,} {noun}."
    return f"{digest.total:,} {noun}, {digest.left_out:,} of them only counted here."


def digest_text(digest: Digest) -> str:
    """Return the digest as plain text."""
    lines = [digest.title, f"{digest.period}. {total_text(digest)}", ""]
    for section in digest.sections:
        lines += [section.title, *(f"  - {line}" for line in section.lines)]
        lines += [f"  {section.more_text}"] * bool(section.more_text)
        lines.append("")
    return "\n".join([*lines, *digest.notes]) + "\n"


def _notes(facts: DigestFacts) -> tuple[str, ...]:
    """Return what the figures rest on, and what a digest never holds."""
    judged = (
        ()
        if facts.as_of is None or facts.known_on is None
        else (
            f"Milestones are judged as of {month_label(facts.as_of)}, with what was known on "
            f"{facts.known_on.day} {facts.known_on:%b %Y}.",
        )
    )
    rates = rate_card_text(facts.rules)
    return (
        *judged,
        f"Amounts: {rates}; “{EXAMPLE_MARK}” where no public figure exists.",
        "Left out: states that did not change, and alerts beyond the first few of each kind; the "
        "page Alerts has all of them. Actions stand as they are now; the page Recommended actions "
        "has all of them.",
        f"Source: {facts.source}.",
    )
