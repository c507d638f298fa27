"""The traces of a figure as plain values: texts, numbers and days, without markup."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from insights.exports.office_chart import Series, Style, Value

FALLBACK = ("2F78B7", "D9761A", "149080", "8A63C0", "C8485C", "B08C00")
UNNAMED = "Value"

_DAY = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")
_TAG = re.compile(r"<[^>]*>")
_RGB = re.compile(r"rgba?\((\d+),\s*(\d+),\s*(\d+)")


@dataclass(slots=True)
class Trace:
    """One trace of a figure with its values as plain Python ones, along and up the value axis."""

    kind: str
    name: str
    along: list[Any]
    values: list[Any]
    is_horizontal: bool
    axis: str
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def base(self) -> list[Any] | None:
        """Return where bars begin, None at zero."""
        base = self.raw.get("base")
        return None if base is None else plain_values(base)

    @property
    def style(self) -> Style:
        """Return how its series is drawn."""
        if self.kind != "scatter":
            return "column"
        mode = str(self.raw.get("mode") or "lines")
        return "line" if "lines" in mode else "markers"


def drawn_traces(figure: Any) -> list[Trace]:  # noqa: ANN401 - plotly's Figure
    """Return the traces of a figure that show any value; helpers of others are left out."""
    raws = [each.to_plotly_json() for each in figure.data]
    lies_down = any(raw.get("orientation") == "h" for raw in raws)
    traces = [_trace(raw, lies_down=lies_down) for raw in raws]
    return [
        trace
        for trace in traces
        if trace.raw.get("hoverinfo") != "skip" and any(one is not None for one in trace.values)
    ]


def _trace(raw: dict[str, Any], *, lies_down: bool) -> Trace:
    across, up = plain_values(raw.get("x")), plain_values(raw.get("y"))
    is_horizontal = lies_down or (
        raw["type"] == "scatter" and are_texts(up) and not are_texts(across)
    )
    along, values = (up, across) if is_horizontal else (across, up)
    return Trace(
        kind=str(raw["type"]),
        name=plain_text(str(raw.get("name") or "")),
        along=along,
        values=values,
        is_horizontal=is_horizontal,
        axis=str(raw.get("yaxis") or "y"),
        raw=raw,
    )


def plain_values(values: object) -> list[Any]:
    """Return what a trace holds as texts, numbers, days, and None where there is nothing."""
    if values is None:
        return []
    return [plain_value(value) for value in values]  # type: ignore[attr-defined]


def plain_value(value: Any) -> Any:  # noqa: ANN401 - whatever a figure holds
    """Return one value of a figure as text, number, day or None."""
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        is_day = _DAY.fullmatch(value) is not None
        return date.fromisoformat(value[:10]) if is_day else plain_text(value)
    return value


def plain_text(text: str) -> str:
    """Return a label of a figure without its markup."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def are_texts(values: Sequence[object]) -> bool:
    """Return whether all known values are texts."""
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, str) for value in known)


def series_of(trace: Trace, values: Sequence[Value], position: int) -> Series:
    """Return a trace as a series with these values; `position` chooses a colour it lacks."""
    marker = trace.raw.get("marker") or {}
    line = trace.raw.get("line") or {}
    colour = marker.get("color") if trace.kind == "bar" else line.get("color", marker.get("color"))
    default = FALLBACK[position % len(FALLBACK)]
    per_point = () if colour is None or isinstance(colour, str) else tuple(colour)
    return Series(
        name=trace.name or UNNAMED,
        values=tuple(values),
        style=trace.style,
        colour=default if per_point else hex_colour(colour, default),
        point_colours=tuple(hex_colour(one, default) for one in per_point)
        if len(per_point) == len(values)
        else (),
        is_dashed=line.get("dash") not in (None, "solid"),
    )


def hex_colour(colour: object, default: str) -> str:
    """Return a colour of a figure as RRGGBB."""
    text = str(colour)
    if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return text[1:].upper()
    found = _RGB.match(text)
    return default if found is None else "".join(f"{int(one):02X}" for one in found.groups())
