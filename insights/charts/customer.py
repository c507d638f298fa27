"""One customer: each workload against its thresholds, seats and users, who held what when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import (
    ACCENT,
    MUTED,
    PALETTE,
    as_text,
    composed,
    count_axis,
    month_axis,
    share_axis,
    threshold_lines,
    workload_style,
)
from insights.metrics.metric import UNDEFINED
from insights.months import first_day

MULTIPLE_HEIGHT = 190
ROW = 30
MILLISECONDS_PER_DAY = 86_400_000


def workload_history(
    months: pd.DataFrame, *, code: str, top: float, goals: Sequence[tuple[int, str]]
) -> go.Figure:
    """Return one workload's active usage over time against the milestone lines.

    Rows in the order of months, gaps included: month (index), active_usage (share, NaN:
    undefined), paid_available_units, monthly_active_users. `top` is the top of the share axis,
    the same for all workloads of the customer; `goals` are thresholds in percent, each with the
    label of its line.
    """
    style = workload_style(code)
    line = {
        "type": "scatter",
        "x": [first_day(int(month)) for month in months["month"]],
        "y": months["active_usage"],
        "mode": "lines+markers",
        "line": {"color": style.colour, "width": 2.5},
        "marker": {"size": 4},
        "customdata": _counts(months),
        "hovertemplate": (
            "%{x|%b %Y}: %{y:.1%}<br>%{customdata[1]} of %{customdata[0]} seats<extra></extra>"
        ),
    }
    return composed(
        [line],
        height=MULTIPLE_HEIGHT,
        showlegend=False,
        margin={"l": 4, "r": 4, "t": 6, "b": 4},
        xaxis={**month_axis(), "nticks": 4, "dtick": None},
        yaxis={**share_axis("", top=top), "nticks": 4},
        **threshold_lines([percent for percent, _ in goals], labels=[text for _, text in goals]),
    )


def _counts(months: pd.DataFrame) -> list[list[str]]:
    """Return seats and users as text, missing ones as a dash."""
    columns = (months["paid_available_units"], months["monthly_active_users"])
    texts = ([UNDEFINED if pd.isna(n) else f"{n:,.0f}" for n in column] for column in columns)
    return [list(pair) for pair in zip(*texts, strict=True)]


def seats_and_people(months: pd.DataFrame) -> go.Figure:
    """Return seats and active people of the customer over time, gaps where nothing is reported.

    Rows in the order of months: month (index), seats (of the largest workload), people (of the
    most used one).
    """
    days = [first_day(int(month)) for month in months["month"]]
    seats = {
        "type": "scatter",
        "x": days,
        "y": months["seats"].astype("float64"),
        "name": "Seats (largest workload)",
        "mode": "lines",
        "line": {"color": MUTED, "width": 2, "shape": "hv"},
        "hovertemplate": "%{x|%b %Y}: %{y:,.0f} seats<extra></extra>",
    }
    people = {
        "type": "scatter",
        "x": days,
        "y": months["people"].astype("float64"),
        "name": "Active people, at least",
        "mode": "lines+markers",
        "line": {"color": ACCENT, "width": 2.5},
        "marker": {"size": 5},
        "hovertemplate": "%{x|%b %Y}: %{y:,.0f} people<extra></extra>",
    }
    return composed(
        [seats, people],
        height=300,
        xaxis=month_axis(len(months)),
        yaxis=count_axis("Seats and people"),
    )


def association_timeline(spans: pd.DataFrame) -> go.Figure:
    """Return one bar per association from its first to its last month, coloured by partner.

    Rows in the order shown: label (workload), partner_name, starts, ends (dates; the end is the
    day after the last month), is_open, told (words for hover). The partner's name stands in the
    bar, so colour never speaks alone.
    """
    spans = spans.assign(
        **{name: spans[name].map(as_text) for name in ("label", "partner_name", "told")}
    )
    bars = [
        _bars(rows, str(partner), position)
        for position, (partner, rows) in enumerate(spans.groupby("partner_name", sort=False))
    ]
    labels = list(spans["label"].unique())
    return composed(
        bars,
        height=100 + ROW * len(labels),
        barmode="overlay",
        bargap=0.25,
        xaxis={**month_axis(), "dtick": None, "nticks": 8, "type": "date", "showgrid": True},
        yaxis={"categoryorder": "array", "categoryarray": labels, "autorange": "reversed"},
    )


def _bars(rows: pd.DataFrame, partner: str, position: int) -> dict[str, Any]:
    """Return the bars of one partner."""
    days = (pd.to_datetime(rows["ends"]) - pd.to_datetime(rows["starts"])).dt.days
    return {
        "type": "bar",
        "orientation": "h",
        "base": rows["starts"],
        "x": days * MILLISECONDS_PER_DAY,
        "y": rows["label"],
        "name": partner,
        "marker": {
            "color": PALETTE[position % len(PALETTE)],
            "pattern": {"shape": _shape(position)},
        },
        "text": rows["partner_name"],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textfont": {"color": "#FFFFFF"},
        "customdata": rows["told"],
        "hovertemplate": "%{y}<br>%{customdata}<extra></extra>",
    }


def _shape(position: int) -> str:
    """Return the bar's pattern: partners beyond the palette repeat colours with a hatching."""
    return "" if position < len(PALETTE) else "/"
