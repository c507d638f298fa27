"""Opportunities in pictures: chance against value in four quadrants."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import ACCENT, GOOD, MUTED, PALETTE, as_text, composed
from insights.money import dollars, usd
from insights.opportunities import LIKELY, QUADRANTS
from insights.views.opportunities import quadrant_label

HEIGHT = 420

_LOOKS = {
    "act": (GOOD, "triangle-up"),
    "evaluate": (ACCENT, "diamond"),
    "nurture": (PALETTE[5], "circle"),
    "educate": (MUTED, "circle-open"),
}


def quadrant_map(rows: pd.DataFrame, *, has_chances: bool) -> go.Figure:
    """Return chance (upwards) against value on a log scale, one mark per opportunity.

    Takes rows of views.opportunities.table with a positive value; customdata is `link`. Without
    `has_chances` only the order is known, and places stand on the axis instead of percentages.
    """
    shown = rows[rows["value_usd_e4"].fillna(0) > 0]
    traces = [_marks(shown[shown["quadrant"] == code], code) for code in QUADRANTS]
    chance: dict[str, Any] = {"title": {"text": "Chance within 90 days"}, "tickformat": ".0%"}
    if not has_chances:
        chance = {"title": {"text": "More likely upwards"}, "showticklabels": False}
    line = {"color": "rgba(127,127,127,0.6)", "width": 1, "dash": "dot"}
    likely = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": LIKELY, "y1": LIKELY}
    return composed(
        traces,
        height=HEIGHT,
        xaxis={
            "type": "log",
            "title": {"text": "Value (US dollars)"},
            "tickprefix": "$",
            "tickformat": ",",
            "dtick": 1,
        },
        yaxis={**chance, "rangemode": "tozero"},
        shapes=[{**likely, "line": line}],
    )


def _marks(rows: pd.DataFrame, code: str) -> dict[str, Any]:
    colour, symbol = _LOOKS[code]
    told = zip(
        rows["name"],
        rows["workload_name"],
        rows["milestone_text"],
        rows["chance"],
        rows["value_usd_e4"],
        strict=True,
    )
    return {
        "type": "scatter",
        "mode": "markers",
        "name": quadrant_label(code),
        "x": dollars(rows["value_usd_e4"]),
        "y": rows["probability_90"],
        "customdata": rows["link"],
        "text": [
            f"{as_text(name)}<br>{as_text(workload)} to {percent}<br>{chance}, {usd(value)}"
            for name, workload, percent, chance, value in told
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"color": colour, "symbol": symbol, "size": 10, "opacity": 0.85},
    }
