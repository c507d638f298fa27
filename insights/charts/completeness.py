"""How many pairs report by month, beside how many were expected."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import ACCENT, BAD, MUTED, composed, count_axis, month_axis
from insights.months import first_day


def completeness_chart(months: pd.DataFrame) -> go.Figure:
    """Return bars of reporting pairs by month with the expected number as a line.

    `months` has the columns month (index), pairs, expected (NaN: nothing to expect from) and
    is_complete; incomplete months are hatched, so that colour does not speak alone.
    """
    days = [first_day(int(month)) for month in months["month"]]
    complete = months["is_complete"]
    reporting = {
        "type": "bar",
        "x": days,
        "y": months["pairs"].tolist(),
        "name": "Pairs reporting",
        "marker": {
            "color": complete.map({True: ACCENT, False: BAD}).tolist(),
            "pattern": {"shape": complete.map({True: "", False: "/"}).tolist()},
        },
        "hovertemplate": "%{y:,} pairs reporting<extra></extra>",
    }
    expected = {
        "type": "scatter",
        "x": days,
        "y": months["expected"].tolist(),
        "name": "Expected: most of the three months before",
        "mode": "lines",
        "line": {"color": MUTED, "width": 2, "dash": "dot", "shape": "hvh"},
        "hovertemplate": "%{y:,} expected<extra></extra>",
    }
    return composed(
        [reporting, expected],
        height=280,
        hovermode="x unified",
        xaxis=month_axis(len(months)),
        yaxis=count_axis("Pairs of tenant and workload"),
        bargap=0.25,
    )
