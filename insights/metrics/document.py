"""The catalogue of metrics as a document; docs/metrics.md is its text."""

from __future__ import annotations

from insights.metrics.catalogue import CATALOGUE
from insights.metrics.metric import Dimension, Metric

DIMENSION_NAMES: dict[Dimension, str] = {
    "tenant": "tenants",
    "workload": "workloads",
    "month": "months",
    "partner": "partners",
    "account": "global accounts",
    "segment": "segments",
    "market": "markets",
    "size_band": "size bands",
    "age": "months since association",
}

_INTRODUCTION = """# Metrics

Made from `insights/metrics/catalogue.py` by `partner-insights docs`; do not edit.

A metric sums its measures and combines the sums: a ratio is always a ratio of sums. A sum that
would count the same people, seats or customers twice is refused. Undefined is shown as "—",
never as 0. Shares are 0 to 1 in exports and percent on screen. A point-in-time metric speaks of
one month; it is never summed over months.

Changes compare the as-of month with the month before the period (or with the same month last
year): shares in percentage points, counts as a number and in percent.
"""


def metrics_document() -> str:
    """Return every metric of the catalogue as Markdown, in the catalogue's order."""
    return "\n".join([_INTRODUCTION, *(_section(metric) for metric in CATALOGUE)])


def _section(metric: Metric) -> str:
    facts = [
        ("Unit", metric.unit),
        ("Shown as", metric.text(0.1234 if metric.unit == "share" else 1234)),
        ("Sums", " ÷ ".join(f"`{measure.column}`" for measure in metric.measures)),
        ("Adds over", _names(metric, adds=True)),
        ("Does not add over", _names(metric, adds=False)),
        ("Speaks of", "one month" if metric.point_in_time else "all months of the period"),
        ("Better", "higher" if metric.higher_is_better else "lower"),
    ]
    rows = "\n".join(f"| {name} | {value} |" for name, value in facts)
    head = f"## {metric.label}\n\n`{metric.name}`\n\n{metric.description}\n"
    return f"{head}\n| | |\n|---|---|\n{rows}\n"


def _names(metric: Metric, *, adds: bool) -> str:
    """Return the dimensions over which every measure adds, or those where one does not."""
    named = [
        name
        for dimension, name in DIMENSION_NAMES.items()
        if all(dimension in measure.adds_over for measure in metric.measures) is adds
    ]
    return ", ".join(named) or "nothing"
