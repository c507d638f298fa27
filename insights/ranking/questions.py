"""What the model may know of a portfolio, and which past questions it learns from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from insights.panel import Ints, UsagePanel
from insights.ranking.climate import Climate
from insights.ranking.features import FeatureMaker, PairGroups, pair_groups
from insights.ranking.grid import Floats, UsageGrid
from insights.ranking.labels import CENSORED, Milestones, Questions, joined

VIRTUAL_PERCENTS: tuple[int, ...] = tuple(range(5, 61, 5))
"""Thresholds that small portfolios learn from besides their own: every crossing teaches."""

VIRTUAL_AHEAD = 3
"""Virtual milestones per pair and month that are asked about, nearest first."""

LONGEST_TRAINING = 36
"""Months back from the newest that are learned from."""

DATES = 6
"""Past months that are asked about again, the newest whose horizon has closed."""

SEED = 20_231_001
"""Of every draw, so that the same data give the same model."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows to learn from: features of one horizon and outcomes 0 or 1; `asked` says of what."""

    asked: Questions
    features: Floats
    outcomes: Ints

    @property
    def events(self) -> int:
        """Return the rows whose milestone was reached within the horizon."""
        return int(self.outcomes.sum())


class Portfolio:
    """A usage panel up to its as-of month, ready to be asked about; shared things made once.

    `percents` gives the milestones of each workload, in the order of the rising workload keys.
    `climates` are as in FeatureMaker.
    """

    def __init__(
        self,
        panel: UsagePanel,
        percents: Sequence[tuple[int, ...]],
        climates: Mapping[int, Climate] | None = None,
    ) -> None:
        self.grid = UsageGrid(panel)
        self.groups: PairGroups = pair_groups(self.grid)
        if len(percents) != self.groups.workloads:
            raise ValueError("one list of milestones for each workload of the panel is needed")
        self.percents = tuple(percents)
        self.makes = FeatureMaker(self.grid, self.groups, climates)

    @property
    def last(self) -> int:
        """Return the column of the as-of month."""
        return self.grid.panel.months - 1

    @cached_property
    def milestones(self) -> Milestones:
        """Return the real milestones."""
        return Milestones(self.grid, self.percents, self.groups.workload)

    @cached_property
    def virtual(self) -> Milestones:
        """Return the real and the virtual milestones."""
        lists = [tuple(sorted({*listed, *VIRTUAL_PERCENTS})) for listed in self.percents]
        return Milestones(self.grid, lists, self.groups.workload)

    def now(self) -> Questions:
        """Return the questions of the as-of month: one per pair with a next milestone."""
        asked = self.milestones.ahead(self.last)
        return asked.taken(np.argsort(asked.pair, kind="stable"))

    def sample(
        self, months: int, *, last: int, most: int, seed: int, is_virtual: bool = False
    ) -> Sample:
        """Return past questions whose horizon was closed at column `last`, at most `most` rows.

        Nothing after `last` is looked at. The rows are drawn evenly, so rates stay what they are.
        """
        milestones = self.virtual if is_virtual else self.milestones
        ahead = VIRTUAL_AHEAD if is_virtual else 1
        columns = range(max(0, last - LONGEST_TRAINING), last - months + 1)
        asked = joined([milestones.ahead(column, ahead) for column in columns])
        labels = milestones.labels(asked, months, last=last)
        known = np.flatnonzero(labels != CENSORED)
        if len(known) > most:
            rng = np.random.default_rng(seed)
            known = np.sort(rng.choice(known, size=most, replace=False))
        asked = asked.taken(known)
        return Sample(asked, self.makes.matrix(asked, months), labels[known].astype(np.int64))
