"""The programme rules as arrays by year, workload, bucket and threshold, for whole portfolios.

Year -1 stands for "no programme in force": every array has one more year at its end that says so.
Each rule has a code; `ids` and `references` say which key of which year it is and its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from insights.months import first_day
from insights.panel import Bools, Ints
from insights.program import ALL_WORKLOADS, Program, ProgramRules
from insights.workloads import WORKLOADS

NO_LIMIT = 1_000_000
"""Percent of usage that no workload exceeds: stands where a bucket has no limit at claim."""

NO_RULE = 0
"""Code of "no programme year": the first entry of `ids` and `references`."""

_KNOWN = frozenset(workload.code for workload in WORKLOADS)


@dataclass(frozen=True, slots=True)
class RuleTables:
    """Arrays indexed by year (y), workload (w), bucket (b) and threshold (t); see module."""

    percents: tuple[int, ...]
    years: tuple[ProgramRules, ...]
    bucket_names: tuple[str, ...]
    is_growth: Bools  # y
    minimum_units: Ints  # y
    payment_days: Ints  # y
    bucket_from: Ints  # y, b: first paid units, beyond any size where the year has no such bucket
    bucket_is_example: Bools  # y, b
    limit_percent: Ints  # y, b
    is_paid: Bools  # y, w
    is_milestone: Bools  # y, w, t
    rate_e4: Ints  # y, w, b, t: -1 where there is no rate
    rate_is_example: Bools  # y, w, b, t
    unit_rate_e4: Ints  # y, w: -1 where there is no rate
    unit_maximum_e4: Ints  # y, w
    unit_is_example: Bools  # y, w
    ids: tuple[str, ...]
    references: tuple[str, ...]
    milestone_rule: Ints  # y, t
    not_paid_rule: Ints  # y, w
    minimum_rule: Ints  # y
    limit_rule: Ints  # y, b

    def years_of(self, first_month: int, months: int) -> Ints:
        """Return the programme year in force in each month from the first on, -1 for none."""
        days = [first_day(first_month + month) for month in range(months)]
        found = [
            next((y for y, rules in enumerate(self.years) if rules.is_in_force(day)), -1)
            for day in days
        ]
        return np.array(found, dtype=np.int64)

    def buckets(self, years: Ints, units: Ints) -> Ints:
        """Return the bucket of so many paid units in a year, -1 under the smallest."""
        limits = self.bucket_from[years]
        reached = np.where(units[:, None] >= limits, limits, -1)
        found: Ints = reached.argmax(axis=1)
        return np.where(reached.max(axis=1, initial=-1) < 0, -1, found)


def rule_tables(program: Program, workloads: list[str]) -> RuleTables:
    """Return the rules as arrays; `workloads` are the codes (or unknown names) by position."""
    builder = _Builder(program, workloads)
    for at, rules in enumerate(program.years):
        builder.fill_sizes(at, rules)
        builder.fill_thresholds(at, rules)
        builder.fill_rates(at, rules)
        builder.fill_unit_rates(at, rules)
    return RuleTables(
        percents=tuple(builder.percents),
        years=program.years,
        bucket_names=tuple(builder.buckets),
        ids=tuple(builder.ids),
        references=tuple(builder.references),
        **builder.tables,
    )


class _Builder:
    """The arrays while they are filled, and the name and source of every rule so far."""

    def __init__(self, program: Program, workloads: list[str]) -> None:
        self.workloads = workloads
        names = (each.name for year in program.years for each in year.buckets)
        self.buckets = list(dict.fromkeys(names))
        self.percents = list(program.percents())
        self.ids = ["no_programme"]
        self.references = ["No programme year is in force in this month."]
        self.tables = self._empty(len(program.years) + 1)

    def _empty(self, y: int) -> dict[str, Any]:
        """Return the arrays as they are without any programme year."""
        w, b, t = len(self.workloads), len(self.buckets), len(self.percents)
        return {
            "is_growth": np.zeros(y, dtype=bool),
            "minimum_units": np.zeros(y, dtype=np.int64),
            "payment_days": np.zeros(y, dtype=np.int64),
            "bucket_from": np.full((y, b), np.iinfo(np.int64).max),
            "bucket_is_example": np.zeros((y, b), dtype=bool),
            "limit_percent": np.full((y, b), NO_LIMIT),
            "is_paid": np.zeros((y, w), dtype=bool),
            "is_milestone": np.zeros((y, w, t), dtype=bool),
            "rate_e4": np.full((y, w, b, t), -1),
            "rate_is_example": np.zeros((y, w, b, t), dtype=bool),
            "unit_rate_e4": np.full((y, w), -1),
            "unit_maximum_e4": np.zeros((y, w), dtype=np.int64),
            "unit_is_example": np.zeros((y, w), dtype=bool),
            "milestone_rule": np.full((y, t), NO_RULE),
            "not_paid_rule": np.full((y, w), NO_RULE),
            "minimum_rule": np.full(y, NO_RULE),
            "limit_rule": np.full((y, b), NO_RULE),
        }

    def _rule(self, rules: ProgramRules, key: str, reference: str) -> int:
        """Return the code of a new rule, named by its year and its key in the year's file."""
        self.ids.append(f"{rules.title}.{key}")
        self.references.append(reference)
        return len(self.ids) - 1

    def _where(self, workloads: tuple[str, ...], *, unknown: bool = True) -> list[int]:
        """Return which workloads a rule is for; `unknown`: whether "all" means unknown ones too."""
        if workloads == ALL_WORKLOADS:
            return [at for at, code in enumerate(self.workloads) if unknown or code in _KNOWN]
        return [at for at, code in enumerate(self.workloads) if code in workloads]

    def fill_sizes(self, at: int, rules: ProgramRules) -> None:
        """Enter model, minimum, payment, bucket limits and usage at claim of a year."""
        minimum, tables = rules.minimum_paid_units, self.tables
        tables["is_growth"][at] = rules.model == "growth"
        tables["payment_days"][at] = rules.payment_days_after_month_end.value
        tables["minimum_units"][at] = minimum.value
        tables["minimum_rule"][at] = self._rule(rules, "minimum_paid_units", minimum.reference)
        for bucket in rules.buckets:
            position = self.buckets.index(bucket.name)
            tables["bucket_from"][at, position] = bucket.from_units
            tables["bucket_is_example"][at, position] = bucket.is_example
        for number, limit in enumerate(rules.maximum_usage_at_claim, start=1):
            position = self.buckets.index(limit.bucket)
            tables["limit_percent"][at, position] = limit.percent
            code = self._rule(rules, f"maximum_usage_at_claim[{number}]", limit.reference)
            tables["limit_rule"][at, position] = code

    def fill_thresholds(self, at: int, rules: ProgramRules) -> None:
        """Enter which workloads have which thresholds, and which are not paid, in a year."""
        tables = self.tables
        tables["is_paid"][at] = True
        for number, barred in enumerate(rules.not_paid, start=1):
            code = self._rule(rules, f"not_paid[{number}]", barred.reference)
            where = self._where(barred.workloads)
            tables["is_paid"][at, where] = False
            tables["not_paid_rule"][at, where] = code
        tables["milestone_rule"][at] = self._rule(rules, "milestones", rules.reference)
        for number, milestone in enumerate(rules.milestones, start=1):
            code = self._rule(rules, f"milestones[{number}]", milestone.reference)
            position = self.percents.index(milestone.percent)
            tables["is_milestone"][at, self._where(milestone.workloads), position] = True
            tables["milestone_rule"][at, position] = code

    def fill_rates(self, at: int, rules: ProgramRules) -> None:
        """Enter the rate card of a year; a rate that names workloads wins over one for all.

        An unknown workload has no rate: its value stays undefined instead of being guessed.
        """
        for rate in sorted(rules.rates, key=lambda each: each.workloads != ALL_WORKLOADS):
            where = self._where(rate.workloads, unknown=False)
            threshold = self.percents.index(rate.milestone)
            for name, amount in rate.amounts_usd_e4:
                position = self.buckets.index(name)
                self.tables["rate_e4"][at, where, position, threshold] = amount
                self.tables["rate_is_example"][at, where, position, threshold] = rate.is_example

    def fill_unit_rates(self, at: int, rules: ProgramRules) -> None:
        """Enter the rates per unit of a year; one that names workloads wins over one for all."""
        for rate in sorted(rules.unit_rates, key=lambda each: each.workloads != ALL_WORKLOADS):
            where = self._where(rate.workloads, unknown=False)
            self.tables["unit_rate_e4"][at, where] = rate.per_unit_usd_e4
            self.tables["unit_maximum_e4"][at, where] = rate.maximum_usd_e4
            self.tables["unit_is_example"][at, where] = rate.is_example
