"""Charts outside the app: what a file needs in itself to draw them without a network."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go

from insights.charts.theme import PALETTE

INK, GRID = "#1A1A1A", "#DDE3EA"

_AXIS = {"gridcolor": GRID, "linecolor": GRID, "zerolinecolor": GRID, "automargin": True}
_LIGHT = {
    "layout": {
        "font": {"family": "Segoe UI, system-ui, sans-serif", "size": 13, "color": INK},
        "colorway": list(PALETTE),
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "hoverlabel": {"bgcolor": "#FFFFFF"},
    }
}
"""What Streamlit's theme supplies in the app: letters, grid and colours, on white."""


def drawing_script() -> str:
    """Return the program that draws figures in a browser, about 5 MB, for a script element."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def figure_text(figure: go.Figure) -> str:
    """Return a figure as JSON that may stand in a script element of a page on white."""
    told: dict[str, Any] = json.loads(figure.to_json())
    told["layout"]["template"] = _LIGHT
    # No name in a figure may end the script element.
    return json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")
