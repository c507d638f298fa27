"""Usage over time: impact of everything chosen, one panel per workload, associations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import (
    ACCENT,
    BAD,
    GOOD,
    MUTED,
    PALETTE,
    Chart,
    composed,
    count_axis,
    month_axis,
    share_axis,
    threshold_lines,
    workload_style,
)
from insights.metrics.catalogue import ACTIVE_USAGE
from insights.metrics.metric import Metric
from insights.milestones import MILESTONES
from insights.months import first_day, month_label

IMPACT_HEIGHT = 400
PANEL_HEIGHT = 170
ASSOCIATIONS_HEIGHT = 300

LOWEST_TOP = 0.2
"""A panel's axis reaches at least to this share, so that the first milestone is in sight."""

_ENDED = {
    "moved": ("Moved to another partner", PALETTE[5]),
    "disassociated": ("Disassociated", BAD),
    "not reported": ("No longer reported", MUTED),
}


def impact_over_time(trend: pd.DataFrame, volumes: Sequence[Metric]) -> go.Figure:
    """Return active usage by month above the counts it comes from.

    Takes one row per month with active_usage and a column per metric of `volumes`.
    """
    months = _days(trend["month"])
    usage = {
        "type": "scatter",
        "name": ACTIVE_USAGE.label,
        "x": months,
        "y": trend["active_usage"],
        "mode": "lines+markers",
        "line": {"color": ACCENT, "width": 3},
        "marker": {"size": 6},
        "hovertemplate": "%{x|%b %Y}: %{y:.1%}<extra></extra>",
        "showlegend": False,
    }
    colours = (MUTED, ACCENT)
    areas = [
        _area(metric.label, months, trend[metric.name], colour)
        for metric, colour in zip(volumes, colours, strict=False)
    ]
    return composed(
        [usage, *areas],
        height=IMPACT_HEIGHT,
        xaxis=month_axis() | {"anchor": "y2"},
        yaxis=share_axis(ACTIVE_USAGE.label) | {"domain": [0.5, 1], "rangemode": "normal"},
        yaxis2=count_axis(", ".join(metric.unit for metric in volumes).capitalize())
        | {"domain": [0, 0.36]},
        legend={"orientation": "h", "x": 0, "y": 0.37, "yanchor": "bottom"},
    )


def _area(
    name: str, months: Sequence[str], values: pd.Series[float], colour: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "x": months,
        "y": values,
        "yaxis": "y2",
        "fill": "tozeroy",
        "mode": "lines",
        "line": {"color": colour, "width": 2},
        "fillcolor": _faint(colour),
        "hovertemplate": "%{x|%b %Y}: %{y:,.0f}<extra>" + name + "</extra>",
    }


def impact_alt(trend: pd.DataFrame) -> str:
    """Return what the chart of impact over time shows, in words."""
    usage = trend["active_usage"].to_numpy(dtype="float64")
    known = np.flatnonzero(~np.isnan(usage))
    if not len(known):
        return "No active usage in this period"
    months = trend["month"].to_numpy()
    first, last = (
        f"{ACTIVE_USAGE.text(usage[at])} in {month_label(int(months[at]))}"
        for at in (known[0], known[-1])
    )
    return f"Active usage went from {first} to {last}"


def workload_panel(months: pd.DataFrame) -> go.Figure:
    """Return one workload's active usage by month, on its own scale, with the milestone lines.

    Takes the months of one workload: workload, month, active_usage, monthly_active_users,
    paid_available_units. Milestones above the scale are left out.
    """
    style = workload_style(str(months["workload"].iloc[0]))
    top = max(LOWEST_TOP, float(months["active_usage"].max()) * 1.12)
    line = {
        "type": "scatter",
        "x": _days(months["month"]),
        "y": months["active_usage"],
        "mode": "lines",
        "line": {"color": style.colour, "width": 2.5},
        "fill": "tozeroy",
        "fillcolor": _faint(style.colour),
        "customdata": months[["monthly_active_users", "paid_available_units"]],
        "hovertemplate": (
            "%{x|%b %Y}: %{y:.1%}<br>%{customdata[0]:,.0f} users of %{customdata[1]:,.0f} units"
            "<extra></extra>"
        ),
    }
    # One dictionary in one go: setting the layout step by step takes eight times as long, and
    # there is a panel for every workload.
    layout = {
        "height": PANEL_HEIGHT,
        "margin": {"l": 0, "r": 4, "t": 6, "b": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "uirevision": "keep",
        "dragmode": False,
        "showlegend": False,
        "xaxis": month_axis() | {"nticks": 4, "automargin": True, "zeroline": False},
        "yaxis": share_axis("", top=top) | {"nticks": 4, "automargin": True, "zeroline": False},
        **threshold_lines([percent for percent in MILESTONES if percent < 100 * top]),
    }
    return Chart(data=[line], layout=layout)


def panel_alt(months: pd.DataFrame) -> str:
    """Return what one workload's panel shows, in words."""
    return f"{months['workload_name'].iloc[0]}. {impact_alt(months)}"


def association_changes(associations: pd.DataFrame) -> go.Figure:
    """Return associations begun (up) and ended (down, by reason) per month.

    Takes one row per month: new, and one column per reason with what ended, as counts.
    """
    months = _days(associations["month"])
    began = _bars("Began", months, associations["new"], GOOD)
    ended = [
        _bars(name, months, -associations[reason], colour)
        for reason, (name, colour) in _ENDED.items()
        if associations[reason].any()
    ]
    return composed(
        [began, *ended],
        height=ASSOCIATIONS_HEIGHT,
        barmode="relative",
        bargap=0.25,
        xaxis=month_axis(),
        yaxis={"title": {"text": "Associations"}, "tickformat": "+,d", "zeroline": True},
    )


def _bars(name: str, months: Sequence[str], counts: pd.Series[int], colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": months,
        "y": counts,
        "marker": {"color": colour},
        "customdata": counts.abs(),
        "hovertemplate": "%{x|%b %Y}: %{customdata:,d}<extra>" + name + "</extra>",
    }


def association_alt(associations: pd.DataFrame) -> str:
    """Return what the chart of associations shows, in words."""
    ended = int(associations[list(_ENDED)].to_numpy().sum())
    return f"{int(associations['new'].sum()):,} associations began and {ended:,} ended"


def _days(months: pd.Series[int]) -> list[str]:
    return [first_day(int(month)).isoformat() for month in months]


def _faint(colour: str) -> str:
    """Return a colour of the palette as a fill that shows on light and dark backgrounds."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"
