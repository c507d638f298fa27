"""Charts as Excel and PowerPoint know them: categories, series, and nothing of Plotly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Shape = Literal["column", "bar", "line", "scatter"]
Style = Literal["column", "line", "markers", "guide", "hidden"]
Value = float | None
Category = str | date | float

GUIDE = "8A93A3"
HIDDEN = "Base (not drawn)"


@dataclass(frozen=True, slots=True)
class Series:
    """One series: a value per category, colours as RRGGBB, one per point where they differ.

    `across` are the x values of a scatter chart. A hidden series only lifts the ones after it.
    """

    name: str
    values: tuple[Value, ...]
    style: Style
    colour: str
    point_colours: tuple[str, ...] = ()
    across: tuple[float, ...] = ()
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class NativeChart:
    """A chart as office programs know it; `number_format` is that of its value axis."""

    shape: Shape
    is_stacked: bool
    categories: tuple[Category, ...]
    series: tuple[Series, ...]
    category_title: str = ""
    value_title: str = ""
    number_format: str = "General"
    maximum: float | None = None
    is_reversed: bool = False

    @property
    def has_days(self) -> bool:
        """Return whether the categories are days, on an axis of time."""
        return bool(self.categories) and all(isinstance(one, date) for one in self.categories)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the categories as texts."""
        return tuple(_label(one) for one in self.categories)


def _label(category: Category) -> str:
    if isinstance(category, date):
        return f"{category:%b %Y}" if category.day == 1 else category.isoformat()
    return f"{category:g}" if isinstance(category, float) else str(category)
