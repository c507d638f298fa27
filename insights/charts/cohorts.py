"""Active usage by months since the association began."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import (
    PALETTE,
    as_text,
    composed,
    share_axis,
    threshold_lines,
    workload_style,
)
from insights.metrics.catalogue import ACTIVE_USAGE
from insights.milestones import MILESTONES

HEIGHT = 420


def cohort_curves(curves: pd.DataFrame, of: str) -> go.Figure:
    """Return one curve per "workload", or per "start_year" in which associations began.

    Takes rows with code, name, age (months), pairs and active_usage.
    """
    groups = list(curves.groupby("code", sort=True))
    traces = [
        _curve(months, _line(str(code), position, of))
        for position, (code, months) in enumerate(groups)
    ]
    return composed(
        traces,
        height=HEIGHT,
        xaxis={"title": {"text": "Months since the association began"}, "dtick": 3},
        yaxis=share_axis(ACTIVE_USAGE.label),
        **threshold_lines(MILESTONES),
    )


def _line(code: str, position: int, of: str) -> dict[str, Any]:
    if of == "start_year":
        return {"color": PALETTE[position % len(PALETTE)], "width": 2.5}
    style = workload_style(code)
    return {"color": style.colour, "dash": style.dash, "width": 2.5}


def _curve(months: pd.DataFrame, line: dict[str, Any]) -> dict[str, Any]:
    name = as_text(str(months["name"].iloc[0]))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": months["age"],
        "y": months["active_usage"],
        "line": line,
        "customdata": months["pairs"],
        "hovertemplate": "month %{x}: %{y:.1%}, %{customdata:,d} pairs<extra>" + name + "</extra>",
    }


def cohort_alt(curves: pd.DataFrame) -> str:
    """Return what the curves show, in words: where the first and the last of them stand."""
    if curves.empty:
        return "Too few associations for curves"
    year = curves[curves["age"] == 12].sort_values("active_usage")
    if year.empty:
        return f"{curves['code'].nunique()} curves of active usage since the association began"
    low, high = year.iloc[0], year.iloc[-1]
    return (
        f"A year after the association began, active usage lies between "
        f"{ACTIVE_USAGE.text(low['active_usage'])} ({low['name']}) and "
        f"{ACTIVE_USAGE.text(high['active_usage'])} ({high['name']})"
    )
