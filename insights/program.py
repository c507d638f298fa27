"""The rules of Microsoft's usage incentive as plain values: one record per programme year.

The numbers come from `data_access/program_rules/*.toml`; both the loader and the engine use these
types. Every value carries the reference it was taken from, and `is_example` where no public figure
exists. Money is an integer number of ten-thousandths of a US dollar, thresholds are whole percents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from insights.months import first_day

Model = Literal["milestone", "growth"]
DayKind = Literal["business", "calendar"]

ALL_WORKLOADS: tuple[str, ...] = ("all",)
"""What stands in place of workload codes where a rule is for every workload we know."""

CLOCKS: dict[str, str] = {
    "submitted": "Microsoft starts the review",
    "under_review": "Microsoft decides",
    "partner_action_required": "the partner answers the reviewer",
    "customer_opt_out": "the customer may decline",
    "rejected": "the partner disputes the rejection",
    "dispute": "Microsoft answers the dispute",
}
"""Every clock of a claim: its name in the rules and what has to happen before it runs out."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What every rule carries: where it comes from, and whether its value is our example."""

    reference: str
    is_example: bool


@dataclass(frozen=True, slots=True)
class MilestoneRule(Rule):
    """Active usage of this many percent is a milestone of these workloads."""

    percent: int
    workloads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotPaidRule(Rule):
    """These workloads earn nothing in the year."""

    workloads: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NumberRule(Rule):
    """One whole number, e.g. the minimum of paid units."""

    value: int


@dataclass(frozen=True, slots=True)
class BucketRule(Rule):
    """A size class: from this many paid units up to the next class."""

    name: str
    from_units: int


@dataclass(frozen=True, slots=True)
class UsageLimitRule(Rule):
    """More active usage than this at the start of the association earns nothing (in percent)."""

    bucket: str
    percent: int


@dataclass(frozen=True, slots=True)
class RateRule(Rule):
    """What reaching a milestone pays once, by bucket (ten-thousandths of a US dollar)."""

    milestone: int
    workloads: tuple[str, ...]
    amounts_usd_e4: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class UnitRateRule(Rule):
    """What each new unit above the high-water mark pays, and the most that a year pays."""

    workloads: tuple[str, ...]
    per_unit_usd_e4: int
    maximum_usd_e4: int


@dataclass(frozen=True, slots=True)
class ClockRule(Rule):
    """How many days a stage of a claim lasts; `note` says what the days do not tell."""

    days: int
    days_are: DayKind
    note: str


@dataclass(frozen=True, slots=True)
class NoteRule(Rule):
    """Something the year's sources say that no other rule can express."""

    text: str


@dataclass(frozen=True, slots=True)
class ProgramRules(Rule):
    """All rules of one programme year, valid on both its first and its last day."""

    title: str
    model: Model
    starts: date
    ends: date | None
    milestones: tuple[MilestoneRule, ...]
    not_paid: tuple[NotPaidRule, ...]
    minimum_paid_units: NumberRule
    buckets: tuple[BucketRule, ...]
    maximum_usage_at_claim: tuple[UsageLimitRule, ...]
    rates: tuple[RateRule, ...]
    unit_rates: tuple[UnitRateRule, ...]
    claim_clocks: tuple[tuple[str, ClockRule], ...]
    proof_maximum_months: NumberRule
    payment_days_after_month_end: NumberRule
    notes: tuple[NoteRule, ...]

    def is_in_force(self, day: date) -> bool:
        """Return whether these rules are valid on that day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def clock(self, name: str) -> ClockRule:
        """Return the clock of this name, one of CLOCKS: every year has all of them."""
        return dict(self.claim_clocks)[name]

    def percents(self) -> tuple[int, ...]:
        """Return every threshold of the year in percent, rising."""
        return tuple(sorted({milestone.percent for milestone in self.milestones}))


@dataclass(frozen=True, slots=True)
class Program:
    """The programme over time: its years in order, without gap or overlap."""

    years: tuple[ProgramRules, ...]

    def on(self, day: date) -> ProgramRules | None:
        """Return the rules in force on that day, None before the first year."""
        return next((rules for rules in self.years if rules.is_in_force(day)), None)

    def in_month(self, month: int) -> ProgramRules | None:
        """Return the rules in force on the first day of a month (years start with a month)."""
        return self.on(first_day(month))

    def year(self, title: str) -> ProgramRules | None:
        """Return the rules of the year with this title, e.g. "FY23"."""
        return next((rules for rules in self.years if rules.title == title), None)

    def percents(self) -> tuple[int, ...]:
        """Return every threshold that any year knows, rising."""
        return tuple(sorted({percent for rules in self.years for percent in rules.percents()}))


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One value of a year as people read it: what it is, its value, source and standing."""

    subject: str
    value: str
    reference: str
    is_example: bool


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One value that two years do not share; None where a year does not have it."""

    subject: str
    before: RuleLine | None
    after: RuleLine | None


def usd_text(amount_e4: int) -> str:
    """Return ten-thousandths of a US dollar as people read them, e.g. "4,500 USD"."""
    dollars, rest = divmod(amount_e4, 10_000)
    cents = f"{rest:04d}".rstrip("0")
    decimals = f".{cents:0<2}" if cents else ""
    return f"{dollars:,}{decimals} USD"


def workloads_text(workloads: tuple[str, ...]) -> str:
    """Return the workloads of a rule as people read them."""
    return "all workloads" if workloads == ALL_WORKLOADS else ", ".join(workloads)


def rule_lines(rules: ProgramRules) -> list[RuleLine]:
    """Return every value of a year with its reference, in the order of the file."""
    return [
        RuleLine("Model", rules.model, rules.reference, rules.is_example),
        *_threshold_lines(rules),
        *_size_lines(rules),
        *_money_lines(rules),
        *time_lines(rules),
        *(_line(f"Note {at}", note.text, note) for at, note in enumerate(rules.notes, start=1)),
    ]


def compare(before: ProgramRules, after: ProgramRules) -> list[RuleChange]:
    """Return what differs between two years in value or in being an example.

    One entry per subject, in the order of the later year; subjects that only the earlier year
    has come last. A changed reference alone is no change.
    """
    old = {line.subject: line for line in rule_lines(before)}
    new = {line.subject: line for line in rule_lines(after)}
    changes = [RuleChange(each, old.get(each), new.get(each)) for each in {**new, **old}]
    return [change for change in changes if _says(change.before) != _says(change.after)]


def _says(line: RuleLine | None) -> tuple[str, bool] | None:
    return None if line is None else (line.value, line.is_example)


def _line(subject: str, value: str, rule: Rule) -> RuleLine:
    return RuleLine(subject, value, rule.reference, rule.is_example)


def _threshold_lines(rules: ProgramRules) -> Iterator[RuleLine]:
    for each in rules.milestones:
        yield _line(f"Milestone {each.percent}%", workloads_text(each.workloads), each)
    for barred in rules.not_paid:
        yield _line(f"Not paid: {barred.reason}", workloads_text(barred.workloads), barred)


def _size_lines(rules: ProgramRules) -> Iterator[RuleLine]:
    minimum = rules.minimum_paid_units
    yield _line("Minimum paid units", f"{minimum.value:,}", minimum)
    for bucket in rules.buckets:
        yield _line(f"Bucket {bucket.name}", f"from {bucket.from_units:,} paid units", bucket)
    for limit in rules.maximum_usage_at_claim:
        yield _line(f"Usage at claim, {limit.bucket}", f"at most {limit.percent}%", limit)


def _money_lines(rules: ProgramRules) -> Iterator[RuleLine]:
    for rate in rules.rates:
        what = f"Rate {rate.milestone}%, {workloads_text(rate.workloads)}"
        amounts = ", ".join(f"{name} {usd_text(amount)}" for name, amount in rate.amounts_usd_e4)
        yield _line(what, amounts, rate)
    for unit in rules.unit_rates:
        what = f"Rate per unit, {workloads_text(unit.workloads)}"
        value = f"{usd_text(unit.per_unit_usd_e4)}, at most {usd_text(unit.maximum_usd_e4)} a year"
        yield _line(what, value, unit)


def time_lines(rules: ProgramRules) -> Iterator[RuleLine]:
    """Yield claim clocks, oldest proof and payment, in the order of the file."""
    for name, clock in rules.claim_clocks:
        note = f" ({clock.note})" if clock.note else ""
        yield _line(f"Until {CLOCKS[name]}", f"{clock.days} {clock.days_are} days{note}", clock)
    proof, pay = rules.proof_maximum_months, rules.payment_days_after_month_end
    yield _line("Oldest proof of execution", f"{proof.value} months", proof)
    yield _line("Payment", f"{pay.value} days after the month's end", pay)
