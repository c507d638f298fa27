"""Earned and expected money by fiscal quarter, with the target."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import ACCENT, GOOD, PALETTE, composed
from insights.money import dollars

HEIGHT = 340


def earned_and_expected(rows: pd.DataFrame) -> go.Figure:
    """Return earned below expected per quarter, and targets as a line.

    Takes label, earned, expected and target in ten-thousandths of a US dollar.
    """
    labels = [text.partition(" (")[0] for text in rows["label"]]
    bars = [
        _bars("Earned", labels, rows["earned"], {"color": GOOD}),
        _bars(
            "Expected",
            labels,
            rows["expected"],
            {"color": ACCENT, "pattern": {"shape": "/", "size": 6}},
        ),
    ]
    target = {
        "type": "scatter",
        "name": "Target",
        "mode": "lines+markers",
        "x": labels,
        "y": dollars(rows["target"]),
        "line": {"color": PALETTE[3], "width": 2, "dash": "dash"},
        "hovertemplate": "%{x}: target $%{y:,.0f}<extra></extra>",
    }
    return composed(
        [*bars, *([target] if rows["target"].notna().any() else [])],
        height=HEIGHT,
        barmode="stack",
        bargap=0.3,
        xaxis={"title": {"text": ""}, "type": "category"},
        yaxis={
            "title": {"text": "US dollars, estimate"},
            "tickformat": "~s",
            "tickprefix": "$",
            "rangemode": "tozero",
        },
    )


def _bars(
    name: str, labels: list[str], amounts: pd.Series[int], marker: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": labels,
        "y": dollars(amounts),
        "marker": marker,
        "hovertemplate": f"{name}, %{{x}}: $%{{y:,.0f}}<extra></extra>",
    }
