"""Why active usage moved: the steps of one change, and the largest movers side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.bridge import CAUSES
from insights.charts.theme import ACCENT, BAD, GOOD, MUTED, PALETTE, as_text, composed
from insights.metrics.metric import points_text

WATERFALL_HEIGHT = 400
ROW_HEIGHT = 52
EDGES = 96
MOST_ROWS = 8

CAUSE_COLOURS = {
    "users": PALETTE[0],
    "seats": PALETTE[1],
    "joined": PALETTE[2],
    "left": PALETTE[3],
    "gap": MUTED,
}


def usage_waterfall(steps: pd.DataFrame) -> go.Figure:
    """Return the causes of the change, one after the other, and their sum, in points.

    Takes the rows term, label, share with the ends "before" and "now". The axis starts at no
    change, so that the bars' lengths can be compared.
    """
    causes = steps[~steps["term"].isin(["before", "now"])]
    change = float(causes["share"].sum())
    shares = [*causes["share"], change]
    bars = {
        "type": "waterfall",
        "x": [*causes["label"], "Change"],
        "y": [share * 100 for share in shares],
        "measure": [*("relative" for _ in causes["share"]), "total"],
        "text": [points_text(share) for share in shares],
        "textposition": "outside",
        "cliponaxis": False,
        "increasing": {"marker": {"color": GOOD}},
        "decreasing": {"marker": {"color": BAD}},
        "totals": {"marker": {"color": ACCENT}},
        "connector": {"line": {"color": MUTED, "width": 1}},
        "hovertemplate": "%{x}: %{text}<extra></extra>",
    }
    levels = [0.0, *(causes["share"].cumsum() * 100)]
    room = (max(levels) - min(levels)) * 0.15 + 0.05
    return composed(
        [bars],
        height=WATERFALL_HEIGHT,
        showlegend=False,
        xaxis={"title": {"text": ""}},
        yaxis={
            "title": {"text": "Points of active usage"},
            "range": [min(levels) - room, max(levels) + room],
            "tickformat": "+.1f",
            "zeroline": True,
        },
    )


def waterfall_alt(steps: pd.DataFrame) -> str:
    """Return what the waterfall shows, in words."""
    labels = dict(zip(steps["term"], steps["label"], strict=True))
    shares = dict(zip(steps["term"], steps["share"], strict=True))
    before, now = shares.pop("before"), shares.pop("now")
    parts = [f"{labels[term]} {points_text(share)}" for term, share in shares.items()]
    span = f"{labels['before']} to {labels['now']}"
    return f"Active usage {points_text(now - before)}, {span}: {', '.join(parts)}"


def largest_moves(moved: pd.DataFrame) -> go.Figure:
    """Return what moved most: a stacked bar of causes per row, in users, and its net as a mark.

    Takes rows with code, name, change, the bridge's terms, seats_now and users_worth, what moved
    most first; at most MOST_ROWS are drawn. Points carry the code in customdata.
    """
    shown = moved.head(MOST_ROWS)
    rows = [len(shown) - 1 - position for position in range(len(shown))]
    causes = [
        _cause_bars(shown, rows, cause.term, cause.label)
        for cause in CAUSES
        if shown[cause.term].abs().any()
    ]
    net = {
        "type": "scatter",
        "name": "Net",
        "x": shown["users_worth"],
        "y": rows,
        "mode": "markers",
        "marker": {"symbol": "diamond", "size": 10, "color": MUTED, "line": {"width": 1.5}},
        "customdata": shown["code"],
        "hovertemplate": "Net: %{x:+,.0f} users<extra></extra>",
    }
    return composed(
        [*causes, net],
        height=EDGES + ROW_HEIGHT * max(len(shown), 1),
        barmode="relative",
        bargap=0.62,
        annotations=[
            _name(row, at) for row, at in zip(shown.to_dict("records"), rows, strict=True)
        ],
        clickmode="event+select",
        xaxis={"title": {"text": "Change in active users at today's seats"}, "tickformat": "+~s"},
        yaxis={"visible": False, "range": [-0.6, len(shown) - 0.15]},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
    )


def _cause_bars(shown: pd.DataFrame, rows: list[int], term: str, label: str) -> dict[str, Any]:
    """Return one cause's part of every bar; the parts add up to the net change."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": label,
        "x": shown[term] * shown["seats_now"],
        "y": rows,
        "marker": {"color": CAUSE_COLOURS[term]},
        "customdata": shown["code"],
        "text": [points_text(value) for value in shown[term]],
        "textposition": "none",
        "hovertemplate": label + ": %{x:+,.0f} users, %{text}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _name(row: dict[Any, Any], at: int) -> dict[str, Any]:
    """Return the line above a bar: who moved, by how much. Above, so that no name is cut off."""
    worth = f"{row['users_worth']:+,.0f}".replace("-", "−")
    return {
        "text": f"<b>{as_text(row['name'])}</b>  {points_text(row['change'])}, {worth} users",
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": at + 0.24,
        "yanchor": "bottom",
        "showarrow": False,
        "align": "left",
    }


def moves_alt(moved: pd.DataFrame, what: str) -> str:
    """Return what the chart of the largest movers shows, in words; `what` names the rows."""
    if moved.empty:
        return f"No change of {what} to compare"
    first = moved.iloc[0]
    return f"Of {what}, {first['name']} moved most: {points_text(first['change'])}, {first['why']}"
