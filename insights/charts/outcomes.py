"""Groups of actions against similar customers as dots with intervals; one action's path."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.actions.lift import ABOVE, BELOW, NO_DIFFERENCE
from insights.charts.theme import ACCENT, BAD, GOOD, MUTED, as_text, composed, share_axis

ROW = 42
EDGES = 70
LONGEST = 28

_LOOKS = {
    ABOVE: ("moved more", GOOD, "triangle-up"),
    NO_DIFFERENCE: ("no clear difference", MUTED, "circle"),
    BELOW: ("moved less", BAD, "triangle-down"),
}
"""What a verdict is called in the legend, its colour and its marker."""


def forest(groups: pd.DataFrame) -> go.Figure:
    """Return a dot with its interval per group that can be told, best on top.

    Takes rows of `views.what_worked.league` with a lift; the line at 0 is "as similar customers".
    """
    placed = groups.assign(row=range(len(groups)))
    by_verdict = dict(list(placed.groupby("verdict")))
    traces = [_dots(by_verdict[code], code) for code in _LOOKS if code in by_verdict]
    names = [_short(name) for name in placed["label"]]
    return composed(
        traces,
        height=EDGES + ROW * len(placed),
        xaxis={
            "title": {"text": "points against similar customers"},
            "ticksuffix": "",
            "zeroline": True,
            "zerolinecolor": MUTED,
            "zerolinewidth": 1,
        },
        yaxis={
            "tickvals": placed["row"],
            "ticktext": names,
            "range": [len(placed) - 0.5, -0.5],
            "showgrid": False,
        },
    )


def _dots(groups: pd.DataFrame, verdict: str) -> dict[str, Any]:
    name, colour, symbol = _LOOKS[verdict]
    lift, low, high = (groups[each] * 100 for each in ("lift", "low", "high"))
    counts = groups["compared"].map("{:,} compared".format)
    ranges = [f"{a:+.1f} to {b:+.1f}" for a, b in zip(low, high, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": lift,
        "y": groups["row"],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": high - lift,
            "arrayminus": lift - low,
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
        "marker": {"color": colour, "symbol": symbol, "size": 12},
        "text": [as_text(label) for label in groups["label"]],
        "customdata": list(zip(ranges, counts, strict=True)),
        "hovertemplate": (
            "%{text}<br>%{x:+.1f} points (%{customdata[0]})<br>%{customdata[1]}<extra></extra>"
        ),
    }


def path(months: pd.DataFrame) -> go.Figure:
    """Return an action's usage by month from its own and the mean of its similar customers.

    Takes one action's rows of `Outcomes.paths`.
    """
    lines = [
        ("usage", "this customer", ACCENT, "solid", "circle"),
        ("similar", "similar customers", MUTED, "dash", "diamond"),
    ]
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": months["offset"],
            "y": months[column],
            "line": {"color": colour, "dash": dash},
            "marker": {"symbol": symbol},
            "hovertemplate": "%{y:.1%}<extra>" + name + "</extra>",
        }
        for column, name, colour, dash, symbol in lines
    ]
    line = {"type": "line", "xref": "x", "yref": "y domain", "x0": 0, "x1": 0, "y0": 0, "y1": 1}
    note = {"x": 0, "xref": "x", "y": 1, "yref": "y domain", "text": "begun", "showarrow": False}
    return composed(
        traces,
        height=280,
        xaxis={"title": {"text": "months from the action"}, "dtick": 1, "showgrid": False},
        yaxis=share_axis("active usage"),
        shapes=[{**line, "line": {"color": MUTED, "dash": "dot", "width": 1}}],
        annotations=[{**note, "xanchor": "left", "yanchor": "top"}],
    )


def _short(name: str) -> str:
    return as_text(name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…")
