"""Partners side by side: a scorecard heat map and a dumbbell comparison by workload."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from insights.charts.heatmap import band_heatmap
from insights.charts.theme import ACCENT, MUTED, PALETTE, as_text, composed, threshold_lines
from insights.milestones import MILESTONES

ROW = 34


def scorecard_heatmap(cells: pd.DataFrame, workloads: Mapping[str, str]) -> go.Figure:
    """Return partner x workload coloured by milestone band, the share written in every cell.

    One row per cell, in the order of the axes: partner_id, partner_name, workload, workload_name,
    active_usage, band, paid_available_units, pairs; `workloads` names the columns by code, in
    order. customdata is the partner_id. A workload that a partner does not hold is left empty.
    """
    hover = (
        cells["partner_name"].map(as_text)
        + "<br>"
        + cells["workload_name"].map(as_text)
        + ": "
        + cells["active_usage"].map("{:.1%}".format, na_action="ignore").fillna("no seats")
        + "<br>"
        + cells["paid_available_units"].map("{:,.0f} seats, ".format)
        + cells["pairs"].map("{:,.0f} pairs".format)
    )
    rows = cells.rename(columns={"partner_id": "row_id"})
    return band_heatmap(rows.assign(row_name=_labels(cells), hover=hover), workloads)


def _labels(cells: pd.DataFrame) -> pd.Series[str]:
    """Return partner names that are unique on an axis: two of one name get their ids."""
    names = cells[["partner_id", "partner_name"]].drop_duplicates()
    is_double = names["partner_name"].duplicated(keep=False)
    both = names["partner_name"] + " · " + names["partner_id"]
    labels = names["partner_name"].mask(is_double, both).set_axis(names["partner_id"])
    return cells["partner_id"].map(labels)


def comparison(rows: pd.DataFrame, *, first: str, second: str) -> go.Figure:
    """Return two dots per workload joined by a line, against the milestone lines.

    Rows in the order shown: short_name, workload_name, first, second, difference (shares).
    """
    labels = rows["short_name"].map(as_text)
    gaps: dict[str, list[object]] = {"x": [], "y": []}
    for label, low, high in zip(labels, rows["first"], rows["second"], strict=True):
        gaps["x"] += [low, high, None]
        gaps["y"] += [label, label, None]
    between = {
        "type": "scatter",
        "mode": "lines",
        "line": {"color": MUTED, "width": 3},
        "hoverinfo": "skip",
        "showlegend": False,
        **gaps,
    }
    sides = (
        (first, rows["first"], ACCENT, "circle"),
        (second, rows["second"], PALETTE[1], "diamond"),
    )
    dots = [
        {
            "type": "scatter",
            "x": values,
            "y": labels,
            "mode": "markers",
            "name": as_text(name),
            "marker": {"color": colour, "size": 13, "symbol": symbol},
            "customdata": rows["workload_name"].map(as_text),
            "hovertemplate": "%{customdata}<br>%{fullData.name}: %{x:.1%}<extra></extra>",
        }
        for name, values, colour, symbol in sides
    ]
    return composed(
        [between, *dots],
        height=120 + ROW * len(rows),
        xaxis={"tickformat": ".0%", "rangemode": "tozero", "title": {"text": "Active usage"}},
        yaxis={"autorange": "reversed", "title": {"text": ""}},
        **threshold_lines(MILESTONES, axis="x"),
    )
