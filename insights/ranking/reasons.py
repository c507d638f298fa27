"""The strongest reasons of a score, in words with the pair's own numbers.

Contributions are exact parts of the log-odds, summed by group; they explain the score, not what
causes adoption.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from insights.months import month_label
from insights.panel import Ints
from insights.ranking.features import GROUP_OF, GROUPS, NAMES
from insights.ranking.grid import Floats
from insights.ranking.parts import POSITION

STRONGEST = 3

YEAR = 12
LEAST_POINTS = 1.0
"""Percentage points that a purchase of seats must have taken off usage to be told."""

_COLUMNS = {
    group: [at for at, name in enumerate(NAMES) if GROUP_OF[name] == group] for group in GROUPS
}


@dataclass(frozen=True, slots=True)
class PairNumbers:
    """What the words are about: one pair's newest counts, milestone and features by name.

    `seats_moved` says in words when seats were bought that moved the goal, '' for never.
    """

    workload: str
    units: int
    users: int
    users_needed: int
    percent: int
    features: dict[str, float]
    seats_moved: str = ""

    def get(self, name: str) -> float:
        """Return a feature, NaN where it is missing."""
        return self.features.get(name, float("nan"))


@dataclass(frozen=True, slots=True)
class Reason:
    """One group of inputs: what it adds to the log-odds, and a sentence with the numbers."""

    group: str
    contribution: float
    text: str

    @property
    def is_for(self) -> bool:
        """Return whether it speaks for reaching the milestone."""
        return self.contribution > 0


def group_contributions(contributions: Floats) -> dict[str, Floats]:
    """Return contributions summed by group of features, one array per group."""
    return {group: contributions[:, at].sum(axis=1) for group, at in _COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Counts:
    """One pair's newest report, and its seats and users by month (below 0: not reported)."""

    workload: str
    units: Ints
    users: Ints
    first_month: int
    newest: int


def pair_numbers(row: Floats, counts: Counts, percent: int) -> PairNumbers:
    """Return the numbers of one pair from its row of features and its reports."""
    told = {name: float(row[at]) for name, at in POSITION.items() if np.isfinite(row[at])}
    units, users = int(counts.units[counts.newest]), int(counts.users[counts.newest])
    needed = max(-(-percent * units // 100) - users, 0)
    moved = seats_moved(counts)
    return PairNumbers(counts.workload, units, users, needed, percent, told, moved)


def seats_moved(counts: Counts) -> str:
    """Return in words the purchase of seats of the last year that took most off usage.

    Only where it took a point or more, e.g. "seats +200 in May 2026 moved the goal by 3 points".
    """
    known = np.flatnonzero((counts.units > 0) & (counts.users >= 0))
    known = known[known > counts.newest - YEAR]
    if len(known) < 2:
        return ""
    before, after = counts.units[known[:-1]], counts.units[known[1:]]
    lost = 100 * counts.users[known[:-1]] * (1 / before - 1 / after)
    at = int(np.argmax(lost))
    if lost[at] < LEAST_POINTS:
        return ""
    month = month_label(counts.first_month + int(known[at + 1]))
    points = f"{lost[at]:.0f} point{'s' if round(lost[at]) != 1 else ''}"
    return f"seats {int(after[at] - before[at]):+,} in {month} moved the goal by {points}"


def strongest_reasons(numbers: PairNumbers, contributions: Floats) -> tuple[Reason, ...]:
    """Return the STRONGEST groups by size of contribution, each with its sentence.

    `contributions` is the pair's row over NAMES. A group without any number to tell is left out.
    """
    sums = group_contributions(contributions[None, :])
    reasons = [
        Reason(group, float(total[0]), text)
        for group, total in sums.items()
        if (text := _WORDS[group](numbers)) and total[0] != 0
    ]
    return tuple(sorted(reasons, key=lambda each: -abs(each.contribution))[:STRONGEST])


def _distance(numbers: PairNumbers) -> str:
    return (
        f"{numbers.users_needed:,} of {numbers.units:,} users missing to {numbers.percent} % "
        f"({100 * numbers.users / max(numbers.units, 1):.1f} % now)"
    )


def _momentum(numbers: PairNumbers) -> str:
    change = numbers.get("active_change_3")
    points = numbers.get("points_3")
    if np.isfinite(change) and np.isfinite(points):
        before = (numbers.users + 1) / np.exp(change) - 1
        pace = (numbers.users - before) / 3
        return f"{pace:+,.0f} users a month over 3 months, usage {points:+.1f} points"
    for lag, words in ((3, "3 months"), (6, "6 months"), (1, "the last month")):
        points = numbers.get(f"points_{lag}")
        if np.isfinite(points):
            return f"usage {points:+.1f} points over {words}"
    return ""


def _stability(numbers: PairNumbers) -> str:
    rising, age = numbers.get("rising_share"), numbers.get("age")
    if not np.isfinite(rising):
        return "one report only so far"
    return f"rose in {rising:.0%} of the last months; {np.expm1(age):.0f} months of history"


def _seats(numbers: PairNumbers) -> str:
    if numbers.seats_moved:
        return numbers.seats_moved
    for lag in (3, 12):
        change = numbers.get(f"seats_change_{lag}")
        if np.isfinite(change) and abs(change) > 0.005:
            before = (numbers.units + 1) / np.exp(change) - 1
            return f"seats {numbers.units - before:+,.0f} in {lag} months, {numbers.units:,} now"
    return f"{numbers.units:,} seats"


def _climate(numbers: PairNumbers) -> str:
    gap = numbers.get("climate_gap")
    if not np.isfinite(gap):
        return ""
    side = "above" if gap > 0 else "below"
    return f"{side} the usual level of {numbers.workload}; {_trend(numbers.get('climate_move'))}"


def _trend(move: float) -> str:
    """Return how a workload moves in words; the move is in log-odds per month."""
    if not np.isfinite(move) or abs(move) < 0.01:
        return "the workload stands still everywhere"
    return f"the workload {'rises' if move > 0 else 'falls'} everywhere"


def _others(numbers: PairNumbers) -> str:
    move = numbers.get("others_move")
    if not np.isfinite(move):
        return ""
    direction = "rise" if move > 0 else "fall"
    return f"the customer's other workloads {direction}"


def _season(numbers: PairNumbers) -> str:
    season = numbers.get("season")
    if not np.isfinite(season) or abs(season) < 0.005:
        return ""
    return f"usage usually {'rises' if season > 0 else 'falls'} in the coming months"


_WORDS: dict[str, Callable[[PairNumbers], str]] = {
    "distance": _distance,
    "momentum": _momentum,
    "stability": _stability,
    "seats": _seats,
    "workload climate": _climate,
    "other workloads": _others,
    "season": _season,
}
