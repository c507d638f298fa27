"""Milestones in pictures: the board by state, and what was crossed month by month."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.earnings import GROUP_COLOURS
from insights.charts.theme import MUTED, composed
from insights.months import first_day

BOARD_HEIGHT = 280
CROSSINGS_HEIGHT = 300

_OUTCOMES = {
    "reached": ("● Reached", "earned", ""),
    "missed": ("✕ Missed", "missed", "x"),
    "not_earnable": ("⊘ Not earnable", "not earnable", "/"),
}
"""Label, group of money that gives the colour, and pattern of each outcome of a crossing."""

_PATTERNS = {"paid": ".", "unclaimed": "/", "in_claim": "x", "no_data": "-"}
"""States that share their colour with another one differ in pattern."""


def state_bars(board: pd.DataFrame) -> go.Figure:
    """Return two bars, one per milestone, stacked by state.

    Takes state, label, waterfall, pairs_15, pairs_40 in the order of the states; customdata is the
    state's code.
    """
    traces = [_state_trace(row) for row in board.to_dict("records")]
    return composed(
        traces,
        height=BOARD_HEIGHT,
        barmode="stack",
        clickmode="event+select",
        bargap=0.35,
        xaxis={"title": {"text": "Customer workloads"}, "tickformat": ",d"},
        yaxis={"title": {"text": ""}, "autorange": "reversed", "type": "category"},
    )


def _state_trace(row: dict[Hashable, Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": row["label"],
        "y": ["15%", "40%"],
        "x": [row["pairs_15"], row["pairs_40"]],
        "customdata": [row["state"]] * 2,
        "marker": {
            "color": GROUP_COLOURS.get(row["waterfall"], MUTED),
            "pattern": {"shape": _PATTERNS.get(row["state"], ""), "size": 6},
            "line": {"width": 1, "color": "rgba(127,127,127,0.6)"},
        },
        "hovertemplate": f"{row['label']}, %{{y}}: %{{x:,d}}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def crossing_bars(crossings: pd.DataFrame) -> go.Figure:
    """Return one bar per month, stacked by what the crossing came to.

    Takes month, code, reached, missed, not_earnable; customdata is the month's code.
    """
    dates = [first_day(int(month)) for month in crossings["month"]]
    traces = [
        {
            "type": "bar",
            "name": label,
            "x": dates,
            "y": crossings[outcome],
            "customdata": crossings["code"],
            "marker": {
                "color": GROUP_COLOURS[group],
                "pattern": {"shape": pattern, "size": 6},
            },
            "hovertemplate": f"{label}, %{{x|%b %Y}}: %{{y:,d}}<extra></extra>",
            "selected": {"marker": {"opacity": 1}},
            "unselected": {"marker": {"opacity": 1}},
        }
        for outcome, (label, group, pattern) in _OUTCOMES.items()
    ]
    return composed(
        traces,
        height=CROSSINGS_HEIGHT,
        barmode="stack",
        clickmode="event+select",
        xaxis={"title": {"text": ""}, "tickformat": "%b\n%Y"},
        yaxis={"title": {"text": "Milestones crossed"}, "tickformat": ",d"},
    )
