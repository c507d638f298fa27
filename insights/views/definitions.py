"""What the page Definitions lists: metrics, words, size bands, flags and files."""

from __future__ import annotations

from dataclasses import dataclass

from insights.bands import SIZE_BANDS
from insights.data_sources import DATA_SOURCES
from insights.flags import FLAGS
from insights.metrics.catalogue import CATALOGUE
from insights.metrics.metric import Metric
from insights.milestone_states import STATES
from insights.money import MONEY_GROUPS
from insights.reconciliation import LINKS
from insights.views.milestone_words import MILESTONE_FLAGS


@dataclass(frozen=True, slots=True)
class Definition:
    """One word or number and what it means."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Section:
    """One list of definitions; `anchor` is its place in the page's address."""

    anchor: str
    title: str
    introduction: str
    definitions: tuple[Definition, ...]


DIMENSION_WORDS = {
    "tenant": "tenants",
    "workload": "workloads",
    "month": "months",
    "partner": "partners",
    "account": "global accounts",
}

GLOSSARY: tuple[Definition, ...] = (
    Definition("Active usage", "Monthly active users ÷ paid available units."),
    Definition("As of", "The month the figures speak for. Normally the newest complete month."),
    Definition(
        "Association",
        "An approved CPOR claim of one partner for one tenant and workload. The next partner's "
        "association with the same tenant and workload ends it.",
    ),
    Definition("Claim", "A partner's request to be associated with a tenant's workload (CPOR)."),
    Definition("CPOR", "Claiming Partner of Record, Microsoft's programme of associations."),
    Definition("Fiscal year", "Microsoft's year: FY26 runs from July 2025 to June 2026."),
    Definition("Global account", "A partner's parent account (PGA) above its locations."),
    Definition(
        "High-water mark", "The highest number of monthly active users reported so far (HWM)."
    ),
    Definition(
        "Milestone",
        "An active usage that counts: 15% and 40% by the public programme of FY20 to FY23.",
    ),
    Definition(
        "Monthly active users",
        "Distinct users with an intentional action in a workload within 28 days (MAU). The same "
        "person counts in every workload they use, so users of several workloads are not added.",
    ),
    Definition("Paid available units", "Paid seats of a workload in a tenant (PAU)."),
    Definition("Pair", "One tenant and one workload."),
    Definition("Partner", "A partner location with its own MPN or Partner ID."),
    Definition(
        "Complete month",
        "A month that at least 80% as many pairs report as the best of the three months before.",
    ),
    Definition(
        "Quarantined row",
        "A row of a file that could not be accepted. It is kept with its reason and can be "
        "downloaded, mended and brought in again.",
    ),
    Definition("Restated", "A past value that a later file replaced; the old value is kept."),
    Definition("Tenant", "A customer's Microsoft 365 organisation, known by its tenant id."),
    Definition(
        "Users needed",
        "Active users still missing to a milestone: the milestone's share of the paid available "
        "units, rounded up, less the monthly active users; never below 0.",
    ),
    Definition("Workload", "A Microsoft 365 service whose use is counted, e.g. Microsoft Teams."),
)


def definitions_view() -> tuple[Section, ...]:
    """Return every section of the page, in the order of the page."""
    return (
        Section(
            "metrics",
            "Metrics",
            "Every number on cards, in charts, tables and exports is one of these. A ratio is a "
            "ratio of sums; what is undefined is shown as —, never as 0.",
            tuple(Definition(metric.label, _meaning(metric)) for metric in CATALOGUE),
        ),
        Section("words", "Words", "The field's own words.", tuple(sorted(GLOSSARY, key=_by_term))),
        Section(
            "states",
            "Milestones",
            "Every customer, workload and milestone is in exactly one state: the first of these "
            "that holds.",
            tuple(Definition(f"{state.symbol} {state.label}", state.meaning) for state in STATES),
        ),
        Section(
            "milestone_flags",
            "Flags of milestones",
            "What is unusual beside a state.",
            tuple(Definition(flag.words, flag.meaning) for flag in MILESTONE_FLAGS),
        ),
        Section(
            "money",
            "Money",
            "Every amount is an estimate by the rate card of a programme year; one that rests on a "
            "rate of ours, because no public figure exists, says “example rate”. All value is in "
            "exactly one of these parts.",
            tuple(
                Definition(f"{group.symbol} {group.label}", group.meaning) for group in MONEY_GROUPS
            ),
        ),
        Section(
            "reconciliation",
            "Earned against paid",
            "Where an Earnings file was imported: where our rules and Microsoft's payments part.",
            tuple(Definition(link.label, link.meaning) for link in LINKS),
        ),
        Section(
            "size_bands",
            "Size bands",
            "A customer's size in a month is the paid available units of its largest workload. "
            "Under 150 no milestone was paid; 300 divides small and medium business from larger.",
            tuple(
                Definition(f"Band {band.code}", f"{band.label} paid available units")
                for band in SIZE_BANDS
            ),
        ),
        Section(
            "flags",
            "Flags",
            "What is unusual about a customer, shown beside its figures.",
            tuple(Definition(flag.label, flag.explanation) for flag in FLAGS),
        ),
        Section(
            "files",
            "Files",
            "Recognised by their header, whatever their name.",
            tuple(Definition(source.title, source.tells) for source in DATA_SOURCES),
        ),
    )


def _by_term(definition: Definition) -> str:
    return definition.term.casefold()


def _meaning(metric: Metric) -> str:
    """Return the description and over what the metric must not be added up."""
    blocked = [
        words
        for dimension, words in DIMENSION_WORDS.items()
        if any(dimension not in measure.adds_over for measure in metric.measures)
    ]
    if not blocked:
        return metric.description
    return f"{metric.description} Not added up over {_listed(blocked)}."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
