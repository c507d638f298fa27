"""One customer's claims: a line per claim, a marker per step of its life."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import ACCENT, BAD, GOOD, MUTED, as_text, composed, month_axis
from insights.views.customer_claims import ACTION, APPROVED, ENDED, GOING, STEPS

ROW = 34
MARGIN = pd.Timedelta(days=20)
COLOURS = {GOING.code: ACCENT, APPROVED.code: GOOD, ENDED.code: BAD, ACTION.code: MUTED}


def claim_timeline(steps: pd.DataFrame, *, spans: pd.DataFrame) -> go.Figure:
    """Return one row per claim and workload with its steps from left to right.

    Rows as `customer_claims.claim_steps`: label, claim_id, partner_name, on, kind, told. Every
    kind of step has a symbol of its own, so colour never speaks alone. `spans` are those of the
    associations (starts, ends): both timelines show the same time.
    """
    names = steps["label"].map(as_text) + " · " + steps["claim_id"].map(as_text)
    placed = steps.assign(place=names, partner_name=steps["partner_name"].map(as_text))
    places = list(dict.fromkeys(placed["place"]))
    kinds = [_markers(placed[placed["kind"] == step.code], step.code) for step in STEPS]
    return composed(
        [_lines(placed), *kinds],
        height=110 + ROW * len(places),
        xaxis={
            **month_axis(),
            "dtick": None,
            "nticks": 8,
            "type": "date",
            "showgrid": True,
            "range": _range(steps, spans),
        },
        yaxis={"categoryorder": "array", "categoryarray": places, "autorange": "reversed"},
    )


def _range(steps: pd.DataFrame, spans: pd.DataFrame) -> list[pd.Timestamp]:
    """Return first and last day of claims and associations together, with a little room."""
    days = pd.concat([steps["on"], *(pd.to_datetime(spans[name]) for name in ("starts", "ends"))])
    return [days.min() - MARGIN, days.max() + MARGIN]


def _lines(steps: pd.DataFrame) -> dict[str, Any]:
    """Return the lines that join the steps of each claim, broken between claims."""
    days: list[Any] = []
    places: list[Any] = []
    for place, rows in steps.groupby("place", sort=False):
        days += [*rows["on"], None]
        places += [place] * len(rows) + [None]
    return {
        "type": "scatter",
        "x": days,
        "y": places,
        "mode": "lines",
        "line": {"color": MUTED, "width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _markers(steps: pd.DataFrame, kind: str) -> dict[str, Any]:
    """Return the steps of one kind."""
    step = next(each for each in STEPS if each.code == kind)
    return {
        "type": "scatter",
        "x": steps["on"],
        "y": steps["place"],
        "mode": "markers",
        "name": step.label.capitalize(),
        "marker": {"symbol": step.symbol, "size": 11, "color": COLOURS[kind]},
        "customdata": steps[["partner_name", "told"]],
        "hovertemplate": "%{y}, %{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }
