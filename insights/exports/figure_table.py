"""The table of a figure that office programs cannot draw: a grid of cells, or a timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from insights.exports.figure_traces import Trace, drawn_traces, plain_text, plain_values
from insights.views.table import Column

NAME = "Name"
MILLISECONDS_PER_DAY = 86_400_000
TOLD = "This picture has no form that stays editable here; these are its figures."


def figure_table(figure: Any) -> tuple[pd.DataFrame, tuple[Column, ...]]:  # noqa: ANN401
    """Return the figure's values as rows of texts, and the columns that show them.

    A grid of cells gives one row per line of the grid, a timeline one per bar, anything else one
    per point.
    """
    traces = drawn_traces(figure)
    layout = figure.layout.to_plotly_json()
    if traces and all(_is_grid(trace, layout) for trace in traces):
        rows = _grid(traces, layout)
    elif traces and all(trace.kind == "heatmap" for trace in traces):
        rows = _heatmap(traces[0])
    else:
        rows = pd.DataFrame([row for trace in traces for row in _points(trace)])
    rows = rows.rename(columns=str)
    return rows, tuple(Column(name, name) for name in rows.columns)


def _is_grid(trace: Trace, layout: Mapping[str, Any]) -> bool:
    return trace.base is not None and "tickvals" in layout.get("xaxis", {})


def _grid(traces: list[Trace], layout: Mapping[str, Any]) -> pd.DataFrame:
    """Return the texts of cells: lines of the grid down, its columns across."""
    lines = [plain_text(str(text)) for text in layout["yaxis"]["ticktext"]]
    columns = [plain_text(str(text)) for text in layout["xaxis"]["ticktext"]]
    rows = [{NAME: line, **dict.fromkeys(columns, "")} for line in lines]
    for trace in traces:
        texts = plain_values(trace.raw.get("text")) or [trace.name] * len(trace.values)
        for line, column, text in zip(trace.along, trace.base or (), texts, strict=True):
            rows[int(line)][columns[int(column)]] = str(text)
    return pd.DataFrame(rows, columns=[NAME, *columns])


def _heatmap(trace: Trace) -> pd.DataFrame:
    """Return the cells of a heat-map: its y values down, its x values across."""
    raw = trace.raw
    cells = raw["z"] if raw.get("text") is None else raw["text"]
    across, down = plain_values(raw.get("x")), plain_values(raw.get("y"))
    table = pd.DataFrame([plain_values(row) for row in cells], columns=[str(one) for one in across])
    table.insert(0, NAME, [str(one) for one in down])
    return table


def _points(trace: Trace) -> list[dict[str, object]]:
    """Return what each point or bar stands for."""
    base = trace.base
    if base is not None and all(isinstance(one, date) for one in base):
        return [
            {
                "What": str(label),
                "Series": trace.name,
                "From": start.isoformat(),
                "To": (start + timedelta(milliseconds=float(length))).isoformat(),
            }
            for label, start, length in zip(trace.along, base, trace.values, strict=True)
        ]
    across, up = plain_values(trace.raw.get("x")), plain_values(trace.raw.get("y"))
    pairs = list(zip(across, up, strict=False))
    if any(isinstance(one, date) for one, _ in pairs):
        return [
            {"What": str(other), "Step": trace.name, "On": one.isoformat()}
            for one, other in pairs
            if one is not None and other is not None
        ]
    return [
        {"Series": trace.name, "Across": str(one), "Up": str(other)}
        for one, other in pairs
        if one is not None and other is not None
    ]
