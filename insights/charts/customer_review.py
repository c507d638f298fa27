"""Charts that a customer may see: usage over time, and beside organisations of its size."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import (
    ACCENT,
    MUTED,
    as_text,
    composed,
    month_axis,
    share_axis,
    workload_style,
)
from insights.months import first_day

LINES_HEIGHT, ROW = 380, 46


def usage_lines(history: pd.DataFrame) -> go.Figure:
    """Return one line per workload; takes workload, workload_name, month, active_usage."""
    traces = [_line(str(code), rows) for code, rows in history.groupby("workload", sort=False)]
    return composed(
        traces,
        height=LINES_HEIGHT,
        xaxis=month_axis(history["month"].nunique()),
        yaxis=share_axis("Active usage") | {"rangemode": "tozero"},
    )


def _line(code: str, rows: pd.DataFrame) -> dict[str, Any]:
    style, name = workload_style(code), as_text(str(rows["workload_name"].iloc[0]))
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "x": [first_day(int(month)).isoformat() for month in rows["month"]],
        "y": rows["active_usage"],
        "line": {"color": style.colour, "dash": style.dash, "width": 2.5},
        "hovertemplate": f"{name}, %{{x|%b %Y}}: %{{y:.1%}}<extra></extra>",
    }


def beside_others(products: pd.DataFrame) -> go.Figure:
    """Return two bars per workload: the customer, and organisations of its size together.

    Takes workload_name, active_usage, peer_usage in the order shown.
    """
    names = products["workload_name"].map(as_text)
    sides = (("You", "active_usage", ACCENT), ("Similar organisations", "peer_usage", MUTED))
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": label,
            "x": products[column],
            "y": names,
            "marker": {"color": colour},
            "hovertemplate": f"{label}, %{{y}}: %{{x:.1%}}<extra></extra>",
        }
        for label, column, colour in sides
    ]
    return composed(
        bars,
        height=110 + ROW * len(products),
        barmode="group",
        xaxis={"title": {"text": "Active usage"}, "tickformat": ".0%", "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "title": {"text": ""}},
    )
