"""Which milestones were ahead at a past month, and whether they were reached within a horizon.

Next milestone: the lowest one that was never reached in the data up to the month, so that noise
at a threshold makes no events. Label 1: a report within the horizon reaches it. Label 0: none does
and the pair still reports at or after the horizon's end. Else the outcome is unknown: censored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insights.panel import Ints, next_true
from insights.ranking.grid import UsageGrid

CENSORED = -1
"""Label of a row whose outcome the data do not tell."""

DAYS_PER_MONTH = 30
"""Horizons are given in days and counted in monthly reports."""


def horizon_months(days: int) -> int:
    """Return the monthly reports that a horizon in days spans, at least one."""
    return max(1, round(days / DAYS_PER_MONTH))


@dataclass(frozen=True, slots=True)
class Questions:
    """Rows to be judged: a pair, the column it is asked at, and the milestone in percent."""

    pair: Ints
    column: Ints
    percent: Ints

    def __len__(self) -> int:
        return len(self.pair)

    def taken(self, rows: npt.NDArray[np.bool_] | Ints) -> Questions:
        """Return some of the rows."""
        return Questions(self.pair[rows], self.column[rows], self.percent[rows])


def joined(parts: Sequence[Questions]) -> Questions:
    """Return the rows of all parts, one after the other."""
    none = np.zeros(0, dtype=np.int64)
    return Questions(
        np.concatenate([none, *(part.pair for part in parts)]),
        np.concatenate([none, *(part.column for part in parts)]),
        np.concatenate([none, *(part.percent for part in parts)]),
    )


class Milestones:
    """The milestones of every pair and when each was reached; made once per grid.

    `percents` lists per pair's group (its workload) the rising thresholds; `group` says which list
    each pair follows.
    """

    def __init__(self, grid: UsageGrid, percents: Sequence[tuple[int, ...]], group: Ints) -> None:
        self.grid = grid
        self.group = group
        self.percents = percents
        every = sorted({percent for listed in percents for percent in listed})
        self._has = {percent: grid.has_reached(percent) for percent in every}
        self._next = {percent: next_true(grid.reaches(percent)) for percent in every}
        self._in = {
            percent: np.array([percent in listed for listed in percents], dtype=bool)[group]
            for percent in every
        }
        self._report = next_true(grid.reported)

    def ahead(self, column: int, most: int = 1) -> Questions:
        """Return the questions of one column: per pair at risk its next `most` milestones."""
        left = np.where(self.grid.is_at_risk(column), most, 0)
        parts: list[Questions] = []
        for percent, has in self._has.items():
            asked = self._in[percent] & ~has[:, column] & (left > 0)
            left = left - asked
            pair = np.flatnonzero(asked)
            parts.append(Questions(pair, np.full(len(pair), column), np.full(len(pair), percent)))
        return joined(parts)

    def labels(self, asked: Questions, months: int, *, last: int) -> npt.NDArray[np.int8]:
        """Return 1, 0 or CENSORED for each question at this horizon, from columns up to `last`.

        A horizon that ends after `last` is censored even where the milestone was reached by then:
        taking the early events alone would raise the rate.
        """
        end = asked.column + months
        reached = np.full(len(asked), self.grid.panel.months, dtype=np.int64)
        for percent, ahead in self._next.items():
            rows = asked.percent == percent
            reached[rows] = ahead[asked.pair[rows], asked.column[rows] + 1]
        closed = end <= last
        later = self._report[asked.pair, np.minimum(end, self.grid.panel.months)]
        label = np.where(reached <= end, 1, np.where(later <= last, 0, CENSORED))
        return np.where(closed, label, CENSORED).astype(np.int8)

    def reached_at(self, asked: Questions) -> Ints:
        """Return the column at which each question's milestone was reached, -1 for not yet."""
        found = np.full(len(asked), self.grid.panel.months, dtype=np.int64)
        for percent, ahead in self._next.items():
            rows = asked.percent == percent
            found[rows] = ahead[asked.pair[rows], asked.column[rows] + 1]
        return np.where(found < self.grid.panel.months, found, -1)


def has_both(labels: Ints) -> bool:
    """Return whether both outcomes occur, without which nothing can be fitted."""
    return bool(np.any(labels == 1)) and bool(np.any(labels == 0))
