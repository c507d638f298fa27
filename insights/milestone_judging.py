"""Where a threshold was crossed, and whether that crossing could earn.

Judged for every span of an association from its starting point, and for every pair as if nobody
held it. A judgement has the column of the crossing (-1: none), the reason why it cannot earn (0:
it can) and the rule that decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insights.milestone_history import Columns, History, Holdings
from insights.milestone_states import FIXED_RULES, REASONS
from insights.panel import Bools, Ints, next_true
from insights.rule_tables import NO_LIMIT, NO_RULE

REASON: dict[str, int] = {code: at for at, code in enumerate(REASONS)}
"""Number of each reason; 0 is "none"."""

_FIXED = {rule: at for at, rule in enumerate(FIXED_RULES)}


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """One threshold over all pairs and months: at or above it, and that with enough seats.

    `ahead` is the next such month at or after each (the number of months: none).
    """

    position: int
    percent: int
    above: Bools
    counted: Bools
    ahead: Columns


def threshold_line(history: History, position: int) -> ThresholdLine:
    """Return one threshold of the rule tables over the whole history."""
    percent = history.tables.percents[position]
    above = history.above(percent)
    counted = history.counted(above)
    return ThresholdLine(position, percent, above, counted, next_true(counted))


@dataclass(frozen=True, slots=True)
class Judgement:
    """Per span or pair: the crossing, why it cannot earn, and by which rule."""

    crossing: Ints
    reason: Ints
    rule: Ints

    def at(self, rows: Ints) -> Judgement:
        """Return the judgement of these rows; -1 takes any row and must be masked by the caller."""
        if len(self.crossing) == 0:
            nothing = np.zeros(len(rows), dtype=np.int64)
            return Judgement(nothing - 1, nothing, nothing)
        return Judgement(self.crossing[rows], self.reason[rows], self.rule[rows])

    def replaced(self, where: Bools, other: Judgement) -> Judgement:
        """Return this judgement with the other one's values where the mask is true."""
        return Judgement(
            np.where(where, other.crossing, self.crossing),
            np.where(where, other.reason, self.reason),
            np.where(where, other.rule, self.rule),
        )

    def barred(self, where: Bools, history: History) -> Judgement:
        """Return this judgement with Microsoft's reason code where nothing else speaks against."""
        is_new = where & (self.reason == 0)
        reason = np.where(is_new, REASON["reason_code"], self.reason)
        rule = np.where(is_new, fixed_rule(history, "reason_code"), self.rule)
        return Judgement(self.crossing, reason, rule)


def fixed_rule(history: History, rule: str) -> int:
    """Return the code of a rule that is no value of a programme year (see FIXED_RULES)."""
    return len(history.tables.ids) + _FIXED[rule]


def excluded(history: History, year: Ints, workload: Ints, threshold: int) -> tuple[Ints, Ints]:
    """Return why the year has no such milestone for the workload (0: it has), and the rule."""
    tables = history.tables
    cases = [
        year < 0,
        ~tables.is_paid[year, workload],
        ~tables.is_milestone[year, workload, threshold],
    ]
    reasons = [REASON[code] for code in ("no_programme", "workload_not_paid", "no_such_milestone")]
    milestone_rule = tables.milestone_rule[year, threshold]
    rules = [np.full_like(year, NO_RULE), tables.not_paid_rule[year, workload], milestone_rule]
    return np.select(cases, reasons, default=0), np.select(cases, rules, default=milestone_rule)


def judged_spans(history: History, held: Holdings, line: ThresholdLine) -> Judgement:
    """Return for every span where it crossed the threshold and whether that can earn."""
    ahead = line.ahead[held.pair, held.first].astype(np.int64)
    crossing = np.where(ahead <= held.last, ahead, -1)
    year = history.years_at(crossing)
    barred, barred_rule = excluded(history, year, history.workload[held.pair], line.position)
    is_growth = history.tables.is_growth[year]
    passed = _passed(history, held, line, is_growth)
    over, over_rule = _over_limit(history, held)
    has_late_report = (held.claim_at >= 0) & ~held.is_start_known
    cases = [barred > 0, passed & has_late_report, passed, over & ~is_growth]
    late, early = REASON["passed_before_first_report"], REASON["passed_before_claim"]
    rule = np.full_like(crossing, fixed_rule(history, "passed_before_claim"))
    return Judgement(
        crossing,
        np.select(cases, [barred, late, early, REASON["usage_at_claim"]], default=0),
        np.select(cases, [barred_rule, rule, rule, over_rule], default=barred_rule),
    )


def _passed(history: History, held: Holdings, line: ThresholdLine, is_growth: Bools) -> Bools:
    """Return per span whether the threshold was passed at its starting point.

    In the milestone model that is usage at claim; before its first report, the newest usage there
    is. In the growth model it is the starting high-water mark: what lies under it pays nothing
    even where usage had fallen again, and what the first month adds above it pays.
    """
    start = np.where(held.claim_at >= 0, held.claim_at, history.latest[held.pair])
    at = np.maximum(start, 0)
    units = history.panel.units[held.pair, at]
    mark_passed = (units > 0) & (held.base * 100 >= units * line.percent)
    found: Bools = (start >= 0) & np.where(is_growth, mark_passed, line.above[held.pair, at])
    return found


def _over_limit(history: History, held: Holdings) -> tuple[Bools, Ints]:
    """Return per span whether usage at claim was above its bucket's maximum, and the rule.

    By the rules in force in the first full month of the association. Where the first report is
    much younger than the association, its usage at claim is not known and no limit applies.
    """
    tables, at = history.tables, np.maximum(held.claim_at, 0)
    units, users = history.panel.units[held.pair, at], history.panel.users[held.pair, at]
    year = history.year[at]
    bucket = tables.buckets(year, units)
    limit = np.where(bucket >= 0, tables.limit_percent[year, bucket], NO_LIMIT)
    return held.is_start_known & (users * 100 > units * limit), tables.limit_rule[year, bucket]


def judged_free(history: History, free_from: Ints, line: ThresholdLine) -> Judgement:
    """Return for every pair, as if nobody held it, the crossing since the last association ended.

    Without a reason the crossing was seen: a report under the threshold came before it.
    """
    rows = np.arange(history.panel.pairs)
    ahead = line.ahead[rows, free_from].astype(np.int64)
    crossing = np.where(ahead < history.panel.months, ahead, -1)
    before = history.last_reported[rows, np.maximum(crossing, 0)].astype(np.int64)
    was_under = (before >= 0) & ~line.counted[rows, np.maximum(before, 0)]
    year = history.years_at(crossing)
    barred, rule = excluded(history, year, history.workload, line.position)
    cases = [barred > 0, (crossing >= 0) & ~was_under]
    early, late = REASON["passed_before_claim"], REASON["passed_before_first_report"]
    passed = np.where(before >= 0, early, late)
    passed_rule = np.full_like(rule, fixed_rule(history, "passed_before_claim"))
    return Judgement(
        crossing,
        np.select(cases, [barred, passed], default=0),
        np.select(cases, [rule, passed_rule], default=rule),
    )


def is_too_late_to_claim(history: History, line: ThresholdLine) -> Bools:
    """Return per pair whether a claim made now could not earn this threshold.

    Because usage is at or above it already, or above the bucket's maximum at claim by the rules
    of the as-of month.
    """
    tables, latest = history.tables, history.latest
    rows = np.arange(history.panel.pairs)
    units, users = history.at(history.panel.units, latest), history.at(history.panel.users, latest)
    year = np.full(history.panel.pairs, history.year[-1])
    bucket = tables.buckets(year, units)
    limit = np.where(bucket >= 0, tables.limit_percent[year, bucket], NO_LIMIT)
    is_over = (units > 0) & (users * 100 > units * limit) & ~tables.is_growth[year]
    found: Bools = (latest >= 0) & (line.above[rows, np.maximum(latest, 0)] | is_over)
    return found
