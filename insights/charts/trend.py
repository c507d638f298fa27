"""Shares over time: one line per series, against the milestone lines."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import (
    DASHES,
    PALETTE,
    SYMBOLS,
    as_text,
    composed,
    month_axis,
    share_axis,
    threshold_lines,
)
from insights.milestones import MILESTONES
from insights.months import first_day

HEIGHT = 320


def share_trend(lines: pd.DataFrame, *, title: str, height: int = HEIGHT) -> go.Figure:
    """Return one line per series over the months, gaps where a month has no value.

    Tidy rows: series (name), month (index), value (share 0-1, NaN: undefined). Series keep the
    order of the rows, and with it colour, dash and marker.
    """
    months = _every_month(lines)
    days = [first_day(month) for month in months]
    traces = [
        {
            "type": "scatter",
            "x": days,
            "y": rows.set_index("month")["value"].reindex(months),
            "name": as_text(str(name)),
            "mode": "lines+markers",
            "line": {
                "color": PALETTE[position % len(PALETTE)],
                "dash": DASHES[position % len(DASHES)],
            },
            "marker": {"symbol": SYMBOLS[position % len(SYMBOLS)], "size": 7},
            "hovertemplate": "%{fullData.name}<br>%{x|%b %Y}: %{y:.1%}<extra></extra>",
        }
        for position, (name, rows) in enumerate(lines.groupby("series", sort=False))
    ]
    return composed(
        traces,
        height=height,
        showlegend=True,
        xaxis=month_axis(len(months)),
        yaxis=share_axis(title),
        **threshold_lines(MILESTONES),
    )


def _every_month(lines: pd.DataFrame) -> list[int]:
    """Return all months from the first to the last, so that a missing one is a gap."""
    if lines.empty:
        return []
    return list(range(int(lines["month"].min()), int(lines["month"].max()) + 1))
