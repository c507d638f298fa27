"""The digest of alerts: what it holds and says about itself, and as plain text.

It is a few alerts of each kind, the most urgent kinds first; whatever is left out is counted.
`digest_html` and `digest_card` show the same digest in a mail and in Teams.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from insights.money import EXAMPLE_MARK, rate_card_text
from insights.months import month_label
from insights.program import ProgramRules
from insights.views.alerts import AlertGroup, groups_of, moment_text


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
class Digest:
    """A digest ready to be written: its alerts by kind, and what it says about itself."""

    title: str
    period: str
    groups: tuple[AlertGroup, ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> int:
        """Return how many alerts the digest covers, told or counted."""
        return sum(group.total for group in self.groups)

    @property
    def left_out(self) -> int:
        """Return how many alerts are counted only."""
        return sum(group.more for group in self.groups)


def digest_of(alerts: pd.DataFrame, counts: pd.DataFrame, facts: DigestFacts) -> Digest:
    """Return the digest of these alerts.

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
    )


def total_text(digest: Digest) -> str:
    """Return how many alerts there are, and how many of them are counted only."""
    if not digest.groups:
        return "No alerts."
    noun = "alert" if digest.total == 1 else "alerts"
    if not digest.left_out:
        return f"{digest.total:,} {noun}."
    return f"{digest.total:,} {noun}, {digest.left_out:,} of them only counted here."


def group_title(group: AlertGroup) -> str:
    """Return the heading of a kind with its number of alerts."""
    return f"{group.kind.symbol} {group.kind.label} ({group.total:,})"


def more_text(group: AlertGroup) -> str:
    """Return how many alerts of a kind are not told, empty where all are."""
    return f"and {group.more:,} more" if group.more else ""


def digest_text(digest: Digest) -> str:
    """Return the digest as plain text."""
    lines = [digest.title, f"{digest.period}. {total_text(digest)}", ""]
    for group in digest.groups:
        lines += [group_title(group), *(f"  - {line.sentence}" for line in group.lines)]
        lines += [f"  {more_text(group)}"] * bool(group.more)
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
        "page Alerts has all of them.",
        f"Source: {facts.source}.",
    )
