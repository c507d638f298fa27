"""Expected earnings in pictures: the months ahead with their band, beside the targets."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import ACCENT, PALETTE, composed
from insights.money import dollars, usd
from insights.months import month_label

HEIGHT = 340


def expected_by_month(months: pd.DataFrame) -> go.Figure:
    """Return what is expected per month as bars with their 80 % band; targets as dashes.

    Takes rows of views.forecast.forecast_rows.
    """
    labels = [month_label(int(month)) for month in months["month"]]
    expected = dollars(months["expected_usd_e4"])
    low, high = dollars(months["low_usd_e4"]), dollars(months["high_usd_e4"])
    told = zip(months["expected_usd_e4"], months["low_usd_e4"], months["high_usd_e4"], strict=True)
    bars = {
        "type": "bar",
        "name": "Expected, with 80% band",
        "x": labels,
        "y": expected,
        "marker": {"color": ACCENT},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": high - expected,
            "arrayminus": expected - low,
            "color": "rgba(127,127,127,0.9)",
            "thickness": 2,
            "width": 5,
        },
        "text": [f"{usd(mid)} (80%: {usd(least)} to {usd(most)})" for mid, least, most in told],
        "textposition": "none",
        "hovertemplate": "%{x}: %{text}<extra></extra>",
    }
    return composed(
        [bars, *_targets(labels, months["target_usd_e4"])],
        height=HEIGHT,
        bargap=0.35,
        showlegend=True,
        xaxis={"title": {"text": ""}, "type": "category"},
        yaxis={
            "title": {"text": "US dollars, estimate"},
            "tickformat": "~s",
            "tickprefix": "$",
            "rangemode": "tozero",
        },
    )


def _targets(labels: list[str], target: pd.Series[int]) -> list[dict[str, Any]]:
    if target.isna().all():
        return []
    dashes = {
        "type": "scatter",
        "mode": "markers",
        "name": "Target, a third of the quarter's",
        "x": labels,
        "y": dollars(target),
        "marker": {
            "symbol": "line-ew",
            "size": 26,
            "line": {"width": 3, "color": PALETTE[3]},
        },
        "text": [usd(amount) for amount in target],
        "hovertemplate": "%{x}: target %{text}<extra></extra>",
    }
    return [dashes]
