"""The ranking model: per horizon a mix of the calibrated gap rule and two learned parts.

The answer is a mean of log-odds: the more past events there are, the more the learned parts
weigh. With too few events the plain gap ranks and no probability is shown. Horizons are ordered,
because what happens within 30 days happens within 90.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from insights.ranking.features import NAMES
from insights.ranking.grid import Floats
from insights.ranking.labels import has_both, horizon_months
from insights.ranking.parts import GapPart, LinearPart, TreesPart
from insights.ranking.questions import SEED, Portfolio, Sample

Gate = Literal["gap", "virtual", "full"]

FEWEST_EVENTS = 20
"""Past events below which the plain gap ranks and no percentages are shown."""

FEWEST_TENANTS = 15
"""Customers below which the plain gap ranks: their months repeat each other too much."""

ENOUGH_EVENTS = 150
"""Past events from which real milestones alone teach and the learned parts weigh most."""

GAP_WEIGHT = 0.3
GAP_WEIGHT_FEW = 0.7
"""Weight of the gap rule with enough events, and with the fewest; between them, 0.5 to 0.7."""

GAP_WEIGHT_VIRTUAL = 0.5

MOST_ROWS = 120_000
"""Past questions that are learned from; more make it slower and not better."""

PLAIN_GAP = GapPart(intercept=-1.0, weights=(-1.5, 0.0), means=(0.0, 0.0))
"""Ranks by the gap where no event ever happened; its level is a guess and never shown."""


@dataclass(frozen=True, slots=True)
class HorizonModel:
    """What answers for one horizon: its parts, their weights, and what they were learned from.

    `weights` are those of gap, linear and trees part and add up to 1; `events` are past rows
    of real milestones, `rows` all rows that were learned from. `slope` and `shift` scale the mix
    where its record gained by that (insights.ranking.calibrate).
    """

    days: int
    gate: Gate
    gap: GapPart
    linear: LinearPart | None
    trees: TreesPart | None
    weights: tuple[float, float, float]
    events: int
    rows: int
    rate: float
    slope: float = 1.0
    shift: float = 0.0

    @property
    def months(self) -> int:
        """Return the monthly reports that the horizon spans."""
        return horizon_months(self.days)

    def parts(self) -> list[tuple[float, GapPart | LinearPart | TreesPart]]:
        """Return the parts that weigh anything, with their weights."""
        every = zip(self.weights, (self.gap, self.linear, self.trees), strict=True)
        return [(weight, part) for weight, part in every if part is not None and weight > 0]

    def log_odds(self, features: Floats) -> Floats:
        """Return the mix's log-odds, one per row."""
        total = np.zeros(len(features))
        for weight, part in self.parts():
            total += weight * part.log_odds(features)
        scaled: Floats = self.shift + self.slope * total
        return scaled

    @property
    def base(self) -> float:
        """Return the log-odds that contributions are counted from."""
        mean = float(sum(weight * part.base for weight, part in self.parts()))
        return self.shift + self.slope * mean

    def contributions(self, features: Floats) -> Floats:
        """Return rows x features; with `base` they add up to the log-odds of every row."""
        total = np.zeros((len(features), len(NAMES)))
        for weight, part in self.parts():
            total += weight * part.contributions(features)
        return self.slope * total


def fit_horizon(portfolio: Portfolio, days: int, *, last: int, most: int) -> HorizonModel:
    """Return the model of one horizon from what was known at column `last`."""
    months = horizon_months(days)
    real = portfolio.sample(months, last=last, most=most, seed=SEED)
    is_open = portfolio.groups.tenants >= FEWEST_TENANTS
    if is_open and real.events >= ENOUGH_EVENTS and has_both(real.outcomes):
        return _mixed(days, "full", real, real, GAP_WEIGHT)
    virtual = portfolio.sample(months, last=last, most=most, seed=SEED, is_virtual=True)
    if is_open and real.events >= FEWEST_EVENTS and has_both(virtual.outcomes):
        between = (real.events - FEWEST_EVENTS) / (ENOUGH_EVENTS - FEWEST_EVENTS)
        weight = GAP_WEIGHT_FEW - between * (GAP_WEIGHT_FEW - GAP_WEIGHT_VIRTUAL)
        return _mixed(days, "virtual", virtual, real, weight)
    return _plain(days, virtual, real)


def _mixed(days: int, gate: Gate, sample: Sample, real: Sample, weight: float) -> HorizonModel:
    """Return a mix learned from a sample, with this weight of the gap rule."""
    # Scoring and pages need no fitting and are spared loading scikit-learn.
    from insights.ranking.fitting import fit_gap, fit_linear, fit_trees

    rest = (1 - weight) / 2
    return HorizonModel(
        days=days,
        gate=gate,
        gap=fit_gap(sample.features, sample.outcomes),
        linear=fit_linear(sample.features, sample.outcomes),
        trees=fit_trees(sample.features, sample.outcomes),
        weights=(weight, rest, rest),
        events=real.events,
        rows=len(sample.outcomes),
        rate=float(sample.outcomes.mean()),
    )


def _plain(days: int, virtual: Sample, real: Sample) -> HorizonModel:
    """Return the gap rule alone, calibrated where anything was ever crossed."""
    from insights.ranking.fitting import fit_gap

    can_fit = has_both(virtual.outcomes) and virtual.events >= FEWEST_EVENTS
    gap = fit_gap(virtual.features, virtual.outcomes) if can_fit else PLAIN_GAP
    return HorizonModel(
        days=days,
        gate="gap",
        gap=gap,
        linear=None,
        trees=None,
        weights=(1.0, 0.0, 0.0),
        events=real.events,
        rows=len(virtual.outcomes) if can_fit else 0,
        rate=float(virtual.outcomes.mean()) if can_fit else 0.0,
    )


def ordered(log_odds: Sequence[Floats]) -> list[Floats]:
    """Return the log-odds of rising horizons so that a longer one is never less likely."""
    result: list[Floats] = []
    for one in log_odds:
        result.append(one if not result else np.maximum(one, result[-1]))
    return result


def probability(log_odds: Floats) -> Floats:
    """Return the share 0-1 for log-odds."""
    share: Floats = 1 / (1 + np.exp(-np.clip(log_odds, -50, 50)))
    return share
