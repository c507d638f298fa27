"""Said against happened: the reliability of the ranking's chances."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import MUTED, PALETTE, SYMBOLS, as_text, composed, share_axis

HEIGHT = 360


def reliability(rows: pd.DataFrame) -> go.Figure:
    """Return what happened by what was said, a line per part; the diagonal is what is right.

    Takes `views.model_record.bin_rows`.
    """
    traces: list[dict[str, Any]] = [_diagonal()]
    for at, part in enumerate(dict.fromkeys(rows["part"])):
        traces.append(_line(rows[rows["part"] == part], str(part), at))
    axis = share_axis("What was said", top=1)
    return composed(traces, height=HEIGHT, xaxis=axis, yaxis=share_axis("What happened", top=1))


def _diagonal() -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "said is what happened",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": MUTED, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _line(rows: pd.DataFrame, part: str, at: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": as_text(part),
        "x": rows["said"],
        "y": rows["happened"],
        "customdata": rows["rows"],
        "line": {"color": PALETTE[at % len(PALETTE)]},
        "marker": {"symbol": SYMBOLS[at % len(SYMBOLS)], "size": 9},
        "hovertemplate": (
            "said %{x:.0%}, happened %{y:.0%}<br>%{customdata:,} questions<extra></extra>"
        ),
    }
