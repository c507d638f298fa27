"""What a table's columns are: shown by pages and written by exports from the same list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from insights.metrics.metric import Metric

Kind = Literal[
    "text",
    "count",
    "share",
    "share_bar",
    "points",
    "decimal",
    "score",
    "money",
    "month",
    "date",
    "moment",
    "flag",
    "labels",
    "trend",
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name in the frame, its heading, how its values are shown.

    Kinds: "share" and "share_bar" are 0 to 1 in the frame and percent on screen; "points" a
    difference of shares; "decimal" has one place after the point, "score" three; "money"
    ten-thousandths of a US dollar in the frame, dollars on screen and in files; "month" a month
    index; "flag" a boolean; "labels" a list of short texts; "trend" a list of numbers from oldest
    to newest. `width` in pixels is for texts that the first rows do not show: the browser measures
    those only.
    """

    name: str
    label: str
    kind: Kind = "text"
    help: str = ""
    is_pinned: bool = False
    is_wide: bool = False
    top: float | None = None
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """A chart's figures as a table: its code in links, its title, its rows and columns."""

    code: str
    title: str
    rows: pd.DataFrame
    columns: tuple[Column, ...]


def metric_column(
    metric: Metric, *, name: str | None = None, label: str | None = None, is_bar: bool = False
) -> Column:
    """Return the column of a metric, with its own label, description and format."""
    kind: Kind = "count"
    if metric.unit == "share":
        kind = "share_bar" if is_bar else "share"
    return Column(name or metric.name, label or metric.label, kind, help=metric.description)
