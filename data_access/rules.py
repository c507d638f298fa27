"""The programme rules: read from TOML, checked, and handed out as frozen values.

One file per programme year in `program_rules/`. A file is refused when a key is unknown or
missing, a threshold does not rise, a workload is unknown or a value has no reference; all files
together are refused when a day has no rules or two. All problems are collected first, and every
message names the file and the key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TypeVar, cast

from data_access.errors import RulesError
from data_access.rules_table import RuleTable
from insights.program import (
    CLOCKS,
    BucketRule,
    ClockRule,
    DayKind,
    MilestoneRule,
    Model,
    NoteRule,
    NotPaidRule,
    NumberRule,
    Program,
    ProgramRules,
    RateRule,
    RuleChange,
    UnitRateRule,
    UsageLimitRule,
    compare,
)
from insights.program_text import program_markdown

SHIPPED_RULES = Path(__file__).parent / "program_rules"
MOST_UNITS = 100_000_000
LONGEST_NAME = 10
"""Letters of a year's title or a bucket's name, as columns and tables have room for."""

_R = TypeVar("_R")


def load_program(folder: Path = SHIPPED_RULES) -> Program:
    """Return the programme of a folder of rules files; raises RulesError with every problem."""
    return program_of(rules_texts(folder))


def rules_texts(folder: Path = SHIPPED_RULES) -> dict[str, str]:
    """Return the texts of a folder's rules files by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}


def program_of(texts: dict[str, str]) -> Program:
    """Return the programme of rules files given as texts by file name; raises RulesError."""
    problems: list[str] = []
    years = [_rules(text, name, problems) for name, text in texts.items()]
    if not problems:
        problems.extend(_calendar_problems(dict(zip(texts, years, strict=True))))
    if problems:
        raise RulesError(tuple(problems))
    return Program(tuple(sorted(years, key=lambda rules: rules.starts)))


def parse_rules(text: str, file_name: str) -> ProgramRules:
    """Return the rules of one file given as text, e.g. an uploaded one; raises RulesError."""
    problems: list[str] = []
    rules = _rules(text, file_name, problems)
    if problems:
        raise RulesError(tuple(problems))
    return rules


def with_years(program: Program, files: Mapping[str, ProgramRules]) -> Program:
    """Return the programme with these rules, by file name, in place of years of the same titles.

    Raises RulesError where titles repeat or the years then overlap or leave a gap.
    """
    replaced = {rules.title for rules in files.values()}
    kept = {f"{year.title} in force": year for year in program.years if year.title not in replaced}
    together = {**kept, **files}
    problems = _calendar_problems(together)
    if problems:
        raise RulesError(tuple(problems))
    return Program(tuple(sorted(together.values(), key=lambda year: year.starts)))


def rules_on(day: date, program: Program | None = None) -> ProgramRules:
    """Return the rules in force on a day (of the shipped programme unless another is given).

    Raises RulesError for a day before the first programme year.
    """
    rules = (program or load_program()).on(day)
    if rules is None:
        raise RulesError((f"no programme rules are in force on {day:%d %B %Y}",))
    return rules


def compare_years(before: str, after: str, program: Program | None = None) -> list[RuleChange]:
    """Return what differs between two years named by title; raises RulesError for unknown ones."""
    years = program or load_program()
    found = [years.year(title) for title in (before, after)]
    missing = [title for title, rules in zip((before, after), found, strict=True) if rules is None]
    if missing:
        raise RulesError(tuple(f"there are no programme rules called {each}" for each in missing))
    return compare(*cast("list[ProgramRules]", found))


# --- one file ------------------------------------------------------------------------------------


def _rules(text: str, file_name: str, problems: list[str]) -> ProgramRules:
    """Return the rules of one file; where something is wrong, problems are noted as well."""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
        repr(values)  # fails for what no message could show
    except (ValueError, RecursionError) as error:  # besides its own, numbers of endless length
        problems.append(f"{file_name}: is not TOML: {error}")
        values = None
    file = RuleTable(f"{file_name}: ", values or {}, problems if values is not None else [])
    starts, ends = _validity(file)
    rules = ProgramRules(
        **file.standing(),
        title=_name(file, "title"),
        model=cast("Model", file.choice("model", ("milestone", "growth"))),
        starts=starts,
        ends=ends,
        milestones=_each(file.tables("milestones"), _milestone),
        not_paid=_each(file.tables("not_paid", is_needed=False), _not_paid),
        minimum_paid_units=_number(file, "minimum_paid_units", most=MOST_UNITS),
        buckets=_each(file.tables("buckets"), _bucket),
        maximum_usage_at_claim=_each(
            file.tables("maximum_usage_at_claim", is_needed=False), _usage_limit
        ),
        rates=_each(file.tables("rates", is_needed=False), _rate),
        unit_rates=_each(file.tables("unit_rates", is_needed=False), _unit_rate),
        claim_clocks=_clocks(file.table("claim_clocks")),
        proof_maximum_months=_number(file, "proof_maximum_months", most=120),
        payment_days_after_month_end=_number(file, "payment_days_after_month_end", most=366),
        notes=_each(file.tables("notes", is_needed=False), _note),
    )
    file.close()
    _check_sizes(file, rules)
    _check_money(file, rules)
    return rules


def _name(table: RuleTable, key: str) -> str:
    """Return a name that fits into columns and headings."""
    name = table.text(key)
    if len(name) > LONGEST_NAME or not name.isprintable():
        table.fault(key, f"{name[:30]!r} is not a name of at most {LONGEST_NAME} letters")
        return ""
    return name


def _each(tables: list[RuleTable], read: Callable[[RuleTable], _R]) -> tuple[_R, ...]:
    """Read every table of a list and note what nobody asked for."""
    rules = []
    for table in tables:
        rules.append(read(table))
        table.close()
    return tuple(rules)


def _validity(file: RuleTable) -> tuple[date, date | None]:
    """Return first and last day; a programme year is made of whole months."""
    starts = file.day("starts") or date.max
    ends = file.day("ends") if file.has("ends") else None
    if starts != date.max and starts.day != 1:
        file.fault("starts", f"{starts} is not the first day of a month")
    if ends is not None and (ends + timedelta(days=1)).day != 1:
        file.fault("ends", f"{ends} is not the last day of a month")
    if ends is not None and ends < starts != date.max:
        file.fault("ends", f"{ends} is before {starts}")
    return starts, ends


def _milestone(table: RuleTable) -> MilestoneRule:
    return MilestoneRule(
        percent=table.whole("percent", 1, 100),
        workloads=table.workloads("workloads"),
        **table.standing(),
    )


def _not_paid(table: RuleTable) -> NotPaidRule:
    return NotPaidRule(
        workloads=table.workloads("workloads"), reason=table.text("reason"), **table.standing()
    )


def _number(file: RuleTable, key: str, *, most: int) -> NumberRule:
    table = file.table(key)
    rule = NumberRule(value=table.whole("value", 0, most), **table.standing())
    table.close()
    return rule


def _bucket(table: RuleTable) -> BucketRule:
    return BucketRule(
        name=_name(table, "name"),
        from_units=table.whole("from_units", 0, MOST_UNITS),
        **table.standing(),
    )


def _usage_limit(table: RuleTable) -> UsageLimitRule:
    return UsageLimitRule(
        bucket=table.text("bucket"), percent=table.whole("percent", 0, 1000), **table.standing()
    )


def _rate(table: RuleTable) -> RateRule:
    amounts = table.table("amounts_usd")
    return RateRule(
        milestone=table.whole("milestone", 1, 100),
        workloads=table.workloads("workloads"),
        amounts_usd_e4=tuple((name, amounts.usd(name)) for name in amounts.values),
        **table.standing(),
    )


def _unit_rate(table: RuleTable) -> UnitRateRule:
    return UnitRateRule(
        workloads=table.workloads("workloads"),
        per_unit_usd_e4=table.usd("per_unit_usd"),
        maximum_usd_e4=table.usd("maximum_usd"),
        **table.standing(),
    )


def _note(table: RuleTable) -> NoteRule:
    return NoteRule(text=table.text("text"), **table.standing())


def _clocks(clocks: RuleTable) -> tuple[tuple[str, ClockRule], ...]:
    """Return the clocks in the order of CLOCKS; every one of them is needed."""
    tables = {name: clocks.table(name) for name in CLOCKS}
    clocks.close()
    read = []
    for name, table in tables.items():
        note = table.text("note") if table.has("note") else ""
        days_are = cast("DayKind", table.choice("days_are", ("business", "calendar")))
        days = table.whole("days", 1, 366)
        read.append((name, ClockRule(days=days, days_are=days_are, note=note, **table.standing())))
        table.close()
    return tuple(read)


# --- what must hold inside a file ----------------------------------------------------------------


def _check_sizes(file: RuleTable, rules: ProgramRules) -> None:
    """Note thresholds and bucket limits that do not rise, and limits of unknown buckets."""
    _check_rising(file, "milestones", "percent", [each.percent for each in rules.milestones])
    _check_rising(file, "buckets", "from_units", [each.from_units for each in rules.buckets])
    names = [bucket.name for bucket in rules.buckets]
    _check_once(file, "buckets", names)
    limited = [limit.bucket for limit in rules.maximum_usage_at_claim]
    _check_once(file, "maximum_usage_at_claim", limited)
    for at, bucket in enumerate(limited, start=1):
        if bucket not in names:
            file.fault(f"maximum_usage_at_claim[{at}].bucket", f"there is no bucket {bucket!r}")
    for at, barred in enumerate(rules.not_paid, start=1):
        earlier = {code for each in rules.not_paid[: at - 1] for code in each.workloads}
        if earlier & set(barred.workloads):
            file.fault(f"not_paid[{at}].workloads", "names a workload that is named before")


def _check_rising(file: RuleTable, key: str, name: str, numbers: list[int]) -> None:
    for at, (below, above) in enumerate(pairwise(numbers), start=2):
        if above <= below:
            file.fault(f"{key}[{at}].{name}", f"{above} does not rise above {below}")


def _check_once(file: RuleTable, key: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for at, name in enumerate(names, start=1):
        if name in seen:
            file.fault(f"{key}[{at}]", f"{name} is there twice")
        seen.add(name)


def _check_money(file: RuleTable, rules: ProgramRules) -> None:
    """Note money that the model does not know, rates of unknown buckets, and rates given twice."""
    wanted, other = (
        ("rates", "unit_rates") if rules.model == "milestone" else ("unit_rates", "rates")
    )
    if not getattr(rules, wanted):
        file.fault(wanted, f"is missing; a year of the {rules.model} model needs it")
    if getattr(rules, other):
        file.fault(other, f"does not belong in a year of the {rules.model} model")
    buckets = {bucket.name for bucket in rules.buckets}
    seen: set[tuple[int, str, str]] = set()
    for at, rate in enumerate(rules.rates, start=1):
        if rate.milestone not in rules.percents():
            file.fault(f"rates[{at}].milestone", f"there is no milestone of {rate.milestone}%")
        for name, _ in rate.amounts_usd_e4:
            if name not in buckets:
                file.fault(f"rates[{at}].amounts_usd.{name}", "there is no such bucket")
        cells = {
            (rate.milestone, code, name)
            for code in rate.workloads
            for name, _ in rate.amounts_usd_e4
        }
        if cells & seen:
            file.fault(f"rates[{at}]", "gives a rate that is given before")
        seen |= cells
    units = [code for rate in rules.unit_rates for code in rate.workloads]
    _check_once(file, "unit_rates", units)


# --- what must hold between files ----------------------------------------------------------------


def _calendar_problems(files: dict[str, ProgramRules]) -> list[str]:
    """Return where titles repeat, a day has no rules or two, or the last year has an end."""
    if not files:
        return ["there is no file of programme rules"]
    order = sorted(files, key=lambda name: files[name].starts)
    titles = [files[name].title for name in order]
    problems = [
        f"{name}: title: {files[name].title} is the title of another file too"
        for name in order
        if titles.count(files[name].title) > 1
    ]
    for earlier, later in pairwise(order):
        problems.extend(_seam_problems(earlier, files[earlier], later, files[later]))
    if files[order[-1]].ends is not None:
        problems.append(f"{order[-1]}: ends: the last programme year must be open-ended")
    return problems


def _seam_problems(
    earlier: str, before: ProgramRules, later: str, after: ProgramRules
) -> Iterable[str]:
    """Yield what is wrong where one year follows another."""
    if before.ends is None:
        yield f"{earlier}: ends: is missing, but {later} starts on {after.starts}"
        return
    expected = before.ends + timedelta(days=1)
    if after.starts > expected:
        gap = f"{expected} to {after.starts - timedelta(days=1)}"
        yield f"{later}: starts: no rules are in force from {gap} (gap after {earlier})"
    if after.starts < expected:
        yield f"{later}: starts: {after.starts} overlaps {earlier}, which ends on {before.ends}"


if __name__ == "__main__":
    page = SHIPPED_RULES.parents[1] / "docs" / "programme_rules.md"
    page.write_text(program_markdown(load_program()), encoding="utf-8")
