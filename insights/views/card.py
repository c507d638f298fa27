"""One headline number, ready to be shown: its text, its change and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from insights.metrics.metric import Metric
from insights.months import month_label

FEWEST_IN_HISTORY = 3
"""Known values of a history; fewer are a dot or a straight line that tells nothing."""


@dataclass(frozen=True, slots=True)
class Card:
    """A headline number. `delta` is in the metric's own unit, `delta_text` what people read.

    `delta` is None where there is nothing to compare with; `note` stands below the number;
    `series` runs from oldest to newest. Who may not see money is not shown one that `is_money`.
    """

    label: str
    value: str
    help: str
    delta: float | None = None
    delta_text: str | None = None
    delta_description: str = ""
    higher_is_better: bool = True
    series: tuple[float | None, ...] = ()
    series_labels: tuple[str, ...] = ()
    note: str = ""
    is_money: bool = False


def month_card(metric: Metric, values: pd.Series[float], *, as_of: int, before: int | None) -> Card:
    """Return the card of a metric from its values by month (the index: month indexes).

    The value is that of `as_of`; the change is against `before`, where both months have one.
    The history runs from the first month given to `as_of`, months without a value as gaps.
    """
    now = _value_at(values, as_of)
    then = None if before is None else _value_at(values, before)
    change = metric.change(now, then)
    months = _months_to(values, as_of)
    series = tuple(_value_at(values, month) for month in months)
    has_history = sum(value is not None for value in series) >= FEWEST_IN_HISTORY
    return Card(
        label=metric.label,
        value=metric.text(now),
        help=metric.description if before is None else f"{metric.description} {_since(before)}",
        delta=None if isnan(change) else change,
        delta_text=None if isnan(change) else metric.change_text(now, then),
        higher_is_better=metric.higher_is_better,
        series=series if has_history else (),
        series_labels=tuple(month_label(month) for month in months) if has_history else (),
    )


def _since(before: int) -> str:
    """Return what a change is against; on the card itself there is no room for it."""
    return f"The change is since {month_label(before)}."


def _months_to(values: pd.Series[float], as_of: int) -> Sequence[int]:
    return () if values.empty else range(min(int(values.index.min()), as_of), as_of + 1)


def _value_at(values: pd.Series[float], month: int) -> float | None:
    """Return the value of one month, None where it is missing or undefined."""
    value = float(values.get(month, float("nan")))
    return None if isnan(value) else value
