"""The rules of one programme year as people read them: every value, its source, its standing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from insights.program import (
    ALL_WORKLOADS,
    MilestoneRule,
    Model,
    NotPaidRule,
    ProgramRules,
    rule_lines,
    time_lines,
    usd_text,
)
from insights.views.table import Column
from insights.views.workload_columns import short_name
from insights.workloads import WORKLOADS

EXAMPLE = "◇ example"
"""Stands beside values that are ours because no public figure exists."""

MODELS: dict[Model, str] = {
    "milestone": "milestone model: each threshold pays once per workload",
    "growth": "growth model: each active user above the high-water mark pays, up to a maximum",
}


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One part of a year's rules as a table; `note` says what the values alone do not."""

    code: str
    title: str
    note: str
    rows: pd.DataFrame
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a year's rules come from: the app, or who activated which file when (UTC)."""

    file_name: str = ""
    activated_by: str = ""
    activated_at: datetime | None = None

    @property
    def words(self) -> str:
        """Return the origin in words."""
        if self.activated_at is None:
            return "as shipped with the app"
        moment = f"{self.activated_at:%Y-%m-%d %H:%M} UTC"
        return f"activated by {self.activated_by} on {moment} from {self.file_name}"


@dataclass(frozen=True, slots=True)
class RulesView:
    """All rules of one programme year."""

    title: str
    validity: str
    model: str
    origin: str
    reference: str
    examples: str
    tables: tuple[RuleTable, ...]


def rules_view(rules: ProgramRules, origin: Origin) -> RulesView:
    """Return the rules of one year, part by part."""
    tables = (
        _thresholds(rules),
        _sizes(rules),
        _rate_card(rules) if rules.model == "milestone" else _unit_rates(rules),
        _days(rules),
        *([_notes(rules)] if rules.notes else []),
    )
    return RulesView(
        title=rules.title,
        validity=validity(rules),
        model=MODELS[rules.model],
        origin=origin.words,
        reference=rules.reference,
        examples=_examples(tables),
        tables=tables,
    )


def validity(rules: ProgramRules) -> str:
    """Return from when to when the year is in force, in words."""
    end = f"to {day_text(rules.ends)}" if rules.ends else "until a newer year follows"
    return f"{day_text(rules.starts)} {end}"


def day_text(day: date) -> str:
    """Return a day as people read it, e.g. "1 October 2026"."""
    return f"{day.day} {day:%B %Y}"


def year_labels(years: Iterable[ProgramRules]) -> dict[str, str]:
    """Return every year's title with its dates, newest first, for lists to choose from."""
    newest_first = sorted(years, key=lambda rules: rules.starts, reverse=True)
    return {rules.title: f"{rules.title} ({validity(rules)})" for rules in newest_first}


def _examples(tables: Sequence[RuleTable]) -> str:
    """Return how many of the values rest on no public figure."""
    rows = sum(len(table.rows) for table in tables)
    names = ("example", "limit_example")
    marked = sum(
        int((table.rows[name] == EXAMPLE).sum())
        for table in tables
        for name in names
        if name in table.rows
    )
    if not marked:
        return f"None of the {rows} lines below is an example."
    return (
        f"{marked} values below are marked “{EXAMPLE}”: no public figure exists, they are ours, "
        "and amounts that rest on them are shown as example rates. Replace them by your own."
    )


def _mark(is_example: bool) -> str:
    return EXAMPLE if is_example else ""


_EXAMPLE_COLUMN = Column(
    "example",
    "Example",
    help="Marked where no public figure exists and the value is ours.",
    width=105,
)
_REFERENCE_COLUMN = Column("reference", "Reference", is_wide=True, help="Where the value is from.")
_STANDING = (_EXAMPLE_COLUMN, _REFERENCE_COLUMN)


# --- thresholds -----------------------------------------------------------------------------------


def _thresholds(rules: ProgramRules) -> RuleTable:
    """Return one row per workload that we know: its thresholds and whether it earns."""
    rows = [_threshold_row(rules, each.code, each.name) for each in WORKLOADS]
    is_growth = rules.model == "growth"
    return RuleTable(
        "thresholds",
        "Thresholds by workload",
        "In this model thresholds are tracked and pay nothing of their own."
        if is_growth
        else "Active usage that has to be reached. A workload without thresholds earns nothing.",
        pd.DataFrame(rows),
        (
            Column("workload", "Workload", is_pinned=True, width=230),
            *(Column(f"at_{percent}", f"{percent}%") for percent in rules.percents()),
            Column("earns", "Earns", width=230),
            *_STANDING,
        ),
    )


def _threshold_row(rules: ProgramRules, code: str, name: str) -> dict[str, str]:
    """Return a workload's row; its references are those of every rule that speaks of it."""
    milestones = [rule for rule in rules.milestones if _is_for(rule, code)]
    barred = [rule for rule in rules.not_paid if _is_for(rule, code)]
    reached = {rule.percent for rule in milestones}
    speaking = [*milestones, *barred]
    return {
        "workload": name,
        **{f"at_{percent}": "✓" if percent in reached else "–" for percent in rules.percents()},
        "earns": f"no: {barred[0].reason}" if barred else "yes",
        "example": _mark(any(rule.is_example for rule in speaking)),
        "reference": " · ".join(dict.fromkeys(rule.reference for rule in speaking)),
    }


def _is_for(rule: MilestoneRule | NotPaidRule, code: str) -> bool:
    return rule.workloads == ALL_WORKLOADS or code in rule.workloads


# --- sizes ----------------------------------------------------------------------------------------


_LIMIT_COLUMNS = (
    Column("limit", "Usage at claim, at most", "share"),
    Column("limit_example", "Limit is", help=_EXAMPLE_COLUMN.help),
)
_LIMIT_REFERENCE = (Column("limit_reference", "Reference of the limit", is_wide=True),)


def _sizes(rules: ProgramRules) -> RuleTable:
    """Return the minimum of seats and one row per bucket with its limit of usage at claim."""
    limits = {limit.bucket: limit for limit in rules.maximum_usage_at_claim}
    minimum = rules.minimum_paid_units
    first = {
        "bucket": "Minimum",
        "from_units": minimum.value,
        "example": _mark(minimum.is_example),
        "reference": minimum.reference,
        "limit": None,
        "limit_example": "",
        "limit_reference": "",
    }
    rows = [first]
    for bucket in rules.buckets:
        limit = limits.get(bucket.name)
        rows.append(
            {
                "bucket": bucket.name,
                "from_units": bucket.from_units,
                "example": _mark(bucket.is_example),
                "reference": bucket.reference,
                "limit": limit.percent / 100 if limit else None,
                "limit_example": _mark(limit is not None and limit.is_example),
                "limit_reference": limit.reference if limit else "",
            }
        )
    return RuleTable(
        "sizes",
        "Seats and usage at claim",
        "Fewer paid seats than the minimum earn nothing. "
        + (
            "The bucket sets the rate and the most active usage that a claim may start with."
            if limits
            else "No limit of usage at claim is known for this year."
        ),
        pd.DataFrame(rows).astype({"limit": "float64"}),
        (
            Column("bucket", "Bucket", is_pinned=True, width=90),
            Column("from_units", "From paid seats", "count"),
            _EXAMPLE_COLUMN,
            *(_LIMIT_COLUMNS if limits else ()),
            _REFERENCE_COLUMN,
            *(_LIMIT_REFERENCE if limits else ()),
        ),
    )


# --- money ----------------------------------------------------------------------------------------


def workload_names(codes: tuple[str, ...]) -> str:
    """Return the workloads of a rule by their short names."""
    if codes == ALL_WORKLOADS:
        return "All workloads"
    return ", ".join(short_name(code) for code in codes)


def _rate_card(rules: ProgramRules) -> RuleTable:
    """Return one row per milestone and group of workloads, one column per bucket."""
    buckets = [bucket.name for bucket in rules.buckets]
    rows = []
    for rate in rules.rates:
        amounts = dict(rate.amounts_usd_e4)
        rows.append(
            {
                "milestone": f"{rate.milestone}%",
                "workloads": workload_names(rate.workloads),
                **{name: usd_text(amounts[name]) if name in amounts else None for name in buckets},
                "example": _mark(rate.is_example),
                "reference": rate.reference,
            }
        )
    return RuleTable(
        "rates",
        "Rate card",
        "Paid once per workload when the milestone is reached. A rate that names workloads wins "
        "over one for all.",
        pd.DataFrame(rows),
        (
            Column("milestone", "Milestone", is_pinned=True),
            Column("workloads", "Workloads"),
            *(Column(name, name) for name in buckets),
            *_STANDING,
        ),
    )


def _unit_rates(rules: ProgramRules) -> RuleTable:
    """Return one row per group of workloads with its rate per unit and the most of a year."""
    rows = [
        {
            "workloads": workload_names(rate.workloads),
            "per_unit": usd_text(rate.per_unit_usd_e4),
            "maximum": usd_text(rate.maximum_usd_e4),
            "example": _mark(rate.is_example),
            "reference": rate.reference,
        }
        for rate in rules.unit_rates
    ]
    return RuleTable(
        "rates",
        "Rate card",
        "Paid for every active user above the high-water mark. A rate that names workloads wins "
        "over one for all.",
        pd.DataFrame(rows),
        (
            Column("workloads", "Workloads", is_pinned=True),
            Column("per_unit", "Per unit"),
            Column("maximum", "At most a year", help="Per customer and workload."),
            *_STANDING,
        ),
    )


# --- days and notes -------------------------------------------------------------------------------


def _days(rules: ProgramRules) -> RuleTable:
    """Return claim clocks, opt-out, oldest proof and payment, one row each."""
    rows = [
        {
            "subject": line.subject,
            "value": line.value,
            "example": _mark(line.is_example),
            "reference": line.reference,
        }
        for line in time_lines(rules)
    ]
    return RuleTable(
        "days",
        "Claim clocks, proof and payment",
        "How long each stage of a claim lasts, how old a proof of execution may be, and when a "
        "milestone is paid.",
        pd.DataFrame(rows),
        (Column("subject", "What", is_pinned=True), Column("value", "How long"), *_STANDING),
    )


def _notes(rules: ProgramRules) -> RuleTable:
    """Return what the year's sources say beside."""
    rows = [
        {"text": note.text, "example": _mark(note.is_example), "reference": note.reference}
        for note in rules.notes
    ]
    columns = (Column("text", "Note", is_wide=True), *_STANDING)
    return RuleTable("notes", "Notes", "", pd.DataFrame(rows), columns)


LINE_COLUMNS = (
    Column("subject", "What", is_pinned=True),
    Column("value", "Value"),
    *_STANDING,
)


def line_rows(rules: ProgramRules) -> pd.DataFrame:
    """Return every value of a year, one row each, for downloads."""
    return pd.DataFrame(
        [
            {
                "subject": line.subject,
                "value": line.value,
                "example": _mark(line.is_example),
                "reference": line.reference,
            }
            for line in rule_lines(rules)
        ]
    )
