"""What the milestone engine reads off usage and associations before it looks at thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.milestone_states import CLAIM_REPORT_MONTHS
from insights.panel import Bools, Ints, UsagePanel, highest_before, last_true, next_true
from insights.rule_tables import RuleTables

Columns = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class History:
    """Every pair's usage up to the as-of month, with the rules; columns are months of the panel.

    `usable` marks months in which usage is defined (both counts, seats above 0); `latest` is the
    newest month with both counts, -1 for none; `year` the programme year of each month.
    """

    panel: UsagePanel
    tables: RuleTables
    workload: Ints
    year: Ints
    reported: Bools
    usable: Bools
    next_usable: Columns
    last_reported: Columns
    highest: Ints
    latest: Ints

    def at(self, counts: Ints, column: Ints) -> Ints:
        """Return each pair's count in its column, -1 where the column is -1."""
        rows = np.arange(self.panel.pairs)
        found: Ints = counts[rows, np.maximum(column, 0)]
        return np.where(column < 0, -1, found)

    def years_at(self, column: Ints) -> Ints:
        """Return the programme year of each column; that of the as-of month for -1."""
        found: Ints = self.year[column]  # -1 is the last column, the as-of month
        return found

    def above(self, percent: int) -> Bools:
        """Return pairs x months: whether usage is at or above the threshold."""
        at_least = self.panel.users * 100 >= self.panel.units * percent
        found: Bools = at_least & self.usable
        return found

    def counted(self, above: Bools) -> Bools:
        """Return pairs x months: at or above the threshold with the year's minimum of seats."""
        found: Bools = above & (self.panel.units >= self.tables.minimum_units[self.year])
        return found


def usage_history(panel: UsagePanel, tables: RuleTables, workload: Ints) -> History:
    """Return the history of a panel; `workload` is each pair's position in the rule tables."""
    reported = panel.reported()
    usable = reported & (panel.units > 0)
    last_reported = last_true(reported)
    return History(
        panel=panel,
        tables=tables,
        workload=workload,
        year=tables.years_of(panel.first_month, panel.months),
        reported=reported,
        usable=usable,
        next_usable=next_true(usable),
        last_reported=last_reported,
        highest=highest_before(panel.users),
        latest=last_reported[:, -1].astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class Holdings:
    """Spans in which a partner could earn, each with its starting point.

    `first` and `last` are the columns of its months (last < first: no month yet); `claim_at` is
    the column of the usage at claim, -1 for none yet; `is_start_known` whether that report is
    close enough to the association; `base` the users that counted before it (starting HWM).
    """

    pair: Ints
    partner: Ints
    start_month: Ints
    end_month: Ints
    eligible_from: Ints
    first: Ints
    last: Ints
    claim_at: Ints
    is_start_known: Bools
    base: Ints

    def at(self, values: Ints, spans: Ints) -> Ints:
        """Return the value of each of these spans, -1 where the span is -1."""
        if len(values) == 0:
            return np.full(len(spans), -1, dtype=np.int64)
        return np.where(spans >= 0, values[spans], -1)


def holdings(history: History, spans: pd.DataFrame) -> Holdings:
    """Return the starting point of every span (columns of eligibility.SPAN_COLUMNS)."""
    panel = history.panel
    pair = panel.rows_of(spans)
    eligible = spans["eligible_from"].to_numpy(dtype=np.int64)
    end = spans["end_month"].to_numpy(dtype=np.int64)
    first = np.clip(eligible - panel.first_month, 0, panel.months)
    last = np.minimum(end - panel.first_month, panel.months - 1)
    claim_at = history.next_usable[pair, first].astype(np.int64)
    claim_at = np.where(claim_at <= last, claim_at, -1)
    at_claim: Ints = panel.users[pair, np.maximum(claim_at, 0)]
    before = history.highest[pair, first]
    return Holdings(
        pair=pair,
        partner=spans["partner_key"].to_numpy(dtype=np.int64),
        start_month=spans["start_month"].to_numpy(dtype=np.int64),
        end_month=end,
        eligible_from=eligible,
        first=first,
        last=last,
        claim_at=claim_at,
        is_start_known=(claim_at >= 0)
        & (panel.first_month + claim_at - eligible <= CLAIM_REPORT_MONTHS),
        base=np.where((before < 0) & (claim_at >= 0), at_claim, before),
    )


def held_spans(held: Holdings, horizon: int, pairs: int) -> Ints:
    """Return per pair the span that holds in the month `horizon`, -1 for none.

    Where several do, the youngest starting point, then the smallest partner key.
    """
    rows = np.flatnonzero(held.end_month >= horizon)
    order = np.lexsort((-held.partner[rows], held.eligible_from[rows]))
    return _last_of(held.pair, rows[order], pairs)


def _last_of(pair: Ints, rows: Ints, pairs: int) -> Ints:
    """Return per pair the last of these rows, -1 for none."""
    found = np.full(pairs, -1, dtype=np.int64)
    found[pair[rows]] = rows  # the last assignment stands
    return found


def earliest_spans(held: Holdings, month: Ints, is_candidate: Bools, pairs: int) -> Ints:
    """Return per pair the candidate span with the smallest month, -1 for none.

    Ties go to the older association, then to the smaller partner key.
    """
    rows = np.flatnonzero(is_candidate)
    order = np.lexsort((held.partner[rows], held.start_month[rows], month[rows]))
    return _last_of(held.pair, rows[order[::-1]], pairs)


def free_since(held: Holdings, panel: UsagePanel) -> Ints:
    """Return per pair the first column after the end of its last span; 0 where there is none."""
    since = np.zeros(panel.pairs, dtype=np.int64)
    after = np.clip(held.end_month + 1 - panel.first_month, 0, panel.months)
    np.maximum.at(since, held.pair, after)
    return since


def span_grid(held: Holdings, panel: UsagePanel) -> npt.NDArray[np.int32]:
    """Return pairs x months: the span that could earn in the month, -1 for none.

    Where spans overlap, the later starting point.
    """
    order = np.argsort(held.eligible_from, kind="stable")
    order = order[held.last[order] >= held.first[order]]
    length = held.last[order] - held.first[order] + 1
    start = held.pair[order] * panel.months + held.first[order]
    within = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    grid = np.full(panel.pairs * panel.months, -1, dtype=np.int32)
    grid[np.repeat(start, length) + within] = np.repeat(order, length)
    return grid.reshape(panel.pairs, panel.months)
