"""What a metric is: the measures it sums, how they combine, and over what a sum means something.

A ratio is always a ratio of sums. Users do not add over workloads (the same people use several)
nor over months; a sum that would count something twice is refused instead of shown. Undefined
is NaN inside and "—" on screen, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, isnan, nan
from typing import Literal

import pandas as pd

Dimension = Literal[
    "month", "workload", "partner", "account", "tenant", "segment", "market", "size_band", "age"
]
Unit = Literal["tenants", "pairs", "seats", "users", "people", "associations", "share"]

UNDEFINED = "—"

DIMENSION_OF_COLUMN: dict[str, Dimension] = {
    "month": "month",
    "workload": "workload",
    "workload_name": "workload",
    "partner_id": "partner",
    "partner_name": "partner",
    "account_id": "account",
    "account_name": "account",
    "tenant_id": "tenant",
    "tenant_name": "tenant",
    "segment": "segment",
    "market": "market",
    "size_band": "size_band",
    "age": "age",
}
"""The columns that spread a frame over a dimension; any other column is left alone."""


class NotAdditiveError(ValueError):
    """A sum over this dimension would count the same people, seats or customers twice."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One column that is summed, and the dimensions over which the sum means something."""

    column: str
    adds_over: frozenset[Dimension]


@dataclass(frozen=True, slots=True)
class Metric:
    """One defined number: cards, charts, tables, exports and documents all read this object."""

    name: str
    label: str
    description: str
    unit: Unit
    display: str
    measures: tuple[Measure, ...]
    combine: Callable[[pd.DataFrame], pd.Series[float]]
    higher_is_better: bool = True
    point_in_time: bool = True

    def by(self, rows: pd.DataFrame, *keep: str) -> pd.DataFrame:
        """Return one row per combination of the kept columns, with this metric as a column.

        The metric's column has the metric's name; without columns to keep the frame has one row.
        Raises NotAdditiveError when the sum would run over a dimension that does not add.
        """
        return metrics_by(rows, [self], *keep)

    @property
    def columns(self) -> list[str]:
        """Return the columns that are summed."""
        return [measure.column for measure in self.measures]

    def total(self, rows: pd.DataFrame) -> float:
        """Return the metric over all rows; NaN where there is none. Raises NotAdditiveError."""
        return float(self.by(rows)[self.name].iloc[0])

    def text(self, value: float | None) -> str:
        """Return the value as people read it, "—" where it is undefined."""
        return UNDEFINED if _is_undefined(value) else self.display.format(value)

    def change(self, now: float | None, before: float | None) -> float:
        """Return the difference in the metric's own unit; NaN where either is undefined."""
        if now is None or before is None:
            return nan
        return float(now) - float(before)

    def change_text(self, now: float | None, before: float | None) -> str:
        """Return the change in words: percentage points for shares, else count and percent."""
        change = self.change(now, before)
        if self.unit == "share" or _is_undefined(change):
            return points_text(change)
        count = _signed(change, "{:,.0f}")
        return f"{count} ({percent_text(change / before)})" if before else count

    def refuse_double_counting(self, rows: pd.DataFrame, keep: Sequence[str]) -> None:
        """Raise NotAdditiveError when the sum would run over a dimension that does not add."""
        kept = {DIMENSION_OF_COLUMN.get(column) for column in keep}
        for column, dimension in DIMENSION_OF_COLUMN.items():
            if column not in rows.columns or dimension in kept:
                continue
            blocked = [m.column for m in self.measures if dimension not in m.adds_over]
            if blocked and rows[column].nunique(dropna=False) > 1:
                raise NotAdditiveError(f"{self.name}: {blocked[0]} does not add over {dimension}")


def metrics_by(rows: pd.DataFrame, metrics: Sequence[Metric], *keep: str) -> pd.DataFrame:
    """Return one row per combination of the kept columns with one column per metric.

    Raises NotAdditiveError where one of the metrics does not add over a dropped dimension.
    """
    for metric in metrics:
        metric.refuse_double_counting(rows, keep)
    columns = list(
        dict.fromkeys(measure.column for metric in metrics for measure in metric.measures)
    )
    sums = _sums(rows, columns, keep)
    values = {metric.name: metric.combine(sums[metric.columns]) for metric in metrics}
    return pd.DataFrame(values, index=sums.index).reset_index(drop=not keep)


def _sums(rows: pd.DataFrame, columns: list[str], keep: Sequence[str]) -> pd.DataFrame:
    """Return the columns' sums, by the kept columns (the index) if there are any."""
    if not keep:
        return rows[columns].sum(min_count=1).to_frame().T.astype("float64")
    groups = rows.groupby(list(keep), sort=True, dropna=False)[columns]
    return groups.sum(min_count=1).astype("float64")


def points_text(change: float) -> str:
    """Return a difference of two shares in percentage points, e.g. "+1.2 pts"."""
    return UNDEFINED if _is_undefined(change) else f"{_signed(change * 100, '{:.1f}')} pts"


def percent_text(share: float) -> str:
    """Return a relative change in percent with its sign, e.g. "+3.4%"."""
    return UNDEFINED if _is_undefined(share) else f"{_signed(share * 100, '{:,.1f}')}%"


def _signed(value: float, display: str) -> str:
    """Return the number with + or a true minus sign; what rounds to 0 has neither."""
    digits = display.format(abs(value))
    if not digits.strip("0.,"):
        return digits
    return f"{'+' if value > 0 else '−'}{digits}"


def _is_undefined(value: float | None) -> bool:
    return value is None or isnan(value) or not isfinite(value)
