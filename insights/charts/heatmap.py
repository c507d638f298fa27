"""Customers or partners by workload, coloured by milestone band."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import as_text, composed
from insights.milestones import MILESTONE_BANDS

ROW_HEIGHT = 25
EDGES = 110
CELL = 0.94
LONGEST_NAME = 30

_CELLS = {
    "below_15": ("#C9D8E8", "#1A1A1A"),
    "from_15": ("#86B4DD", "#1A1A1A"),
    "from_40": ("#1F5FA8", "#FFFFFF"),
    "no_seats": ("#8A93A3", "#1A1A1A"),
}
"""Fill and text of a band; both fixed, so that the contrast is the same in either theme."""


def customer_heatmap(customers: pd.DataFrame, workloads: Mapping[str, str]) -> go.Figure:
    """Return one cell per customer and workload, with its active usage in percent.

    Takes tenant x workload rows, largest customer first: tenant_id, tenant_name, workload,
    workload_name, active_usage, band, paid_available_units, monthly_active_users, users_needed,
    next_milestone; `workloads` names the columns by code, in order.
    """
    cells = customers.assign(hover=_hover(customers)).rename(
        columns={"tenant_id": "row_id", "tenant_name": "row_name"}
    )
    return band_heatmap(cells, workloads)


def band_heatmap(cells: pd.DataFrame, workloads: Mapping[str, str]) -> go.Figure:
    """Return one cell per row and workload, coloured by milestone band, usage in percent on it.

    Takes row_id x workload rows in the order shown: row_id, row_name, workload, active_usage,
    band, hover (text in which Plotly finds no markup of files); `workloads` names the columns by
    code, in order. Cells are bars, because Plotly cannot select the cells of a heat-map trace;
    they carry the row_id in customdata.
    """
    names = cells.drop_duplicates("row_id").set_index("row_id")["row_name"].map(_short)
    columns = {code: position for position, code in enumerate(workloads)}
    # One decimal: a rounded 14.6% would read as a milestone that is not reached.
    placed = cells.assign(
        row=cells["row_id"].map({code: at for at, code in enumerate(names.index)}),
        column=cells["workload"].map(columns),
        text=cells["active_usage"].map("{:.1%}".format).where(cells["active_usage"].notna(), "–"),
    )
    bands = dict(list(placed.groupby("band")))
    traces = [_band(bands[code], code) for code in _labels() if code in bands]
    return composed(
        traces,
        height=EDGES + ROW_HEIGHT * max(len(names), 1),
        barmode="overlay",
        bargap=1 - CELL,
        clickmode="event+select",
        uniformtext={"minsize": 10, "mode": "hide"},
        xaxis={
            "side": "top",
            "tickvals": [at + CELL / 2 for at in range(len(workloads))],
            "ticktext": [as_text(name) for name in workloads.values()],
            "range": [0, len(workloads)],
            "showgrid": False,
            "fixedrange": True,
        },
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": list(names),
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
            "fixedrange": True,
        },
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
    )


def _labels() -> dict[str, str]:
    """Return the bands' names in the legend, lowest first."""
    bands = {band.code: f"{band.symbol} {band.label}" for band in MILESTONE_BANDS}
    return bands | {"no_seats": "– no seats"}


def _band(cells: pd.DataFrame, code: str) -> dict[str, Any]:
    """Return one band's cells; texts that have no room, as on a phone, are left out."""
    colour, text_colour = _CELLS[code]
    return {
        "type": "bar",
        "orientation": "h",
        "name": _labels()[code],
        "base": cells["column"],
        "x": [CELL] * len(cells),
        "y": cells["row"],
        "width": CELL,  # else Plotly makes a band's bars as high as its rows are far apart
        "marker": {"color": colour},
        "text": cells["text"],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": 11, "color": text_colour},
        "customdata": cells["row_id"],
        "hovertext": cells["hover"],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _hover(customers: pd.DataFrame) -> pd.Series[str]:
    """Return what a cell tells: who, users of units, and what is still needed."""
    users = customers["monthly_active_users"].map("{:,.0f}".format)
    units = customers["paid_available_units"].map("{:,.0f}".format)
    needed = (
        "<br>"
        + customers["users_needed"].map("{:,}".format, na_action="ignore").astype("str")
        + " users to "
        + customers["next_milestone"].astype("str")
        + "%"
    ).where(customers["users_needed"].notna(), "")
    name = customers["tenant_name"].map(as_text)
    workload = customers["workload_name"].map(as_text)
    return name + "<br>" + workload + ": " + users + " users of " + units + " units" + needed


def _short(name: str) -> str:
    """Return a customer's name as the axis has room for; the hover text has all of it."""
    kept = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
    return as_text(kept)


def heatmap_alt(customers: pd.DataFrame) -> str:
    """Return what the heat-map shows, in words."""
    counts = customers["band"].value_counts()
    parts = [f"{counts.get(band.code, 0)} at {band.label}" for band in MILESTONE_BANDS]
    tenants = customers["tenant_id"].nunique()
    return f"Workloads of the {tenants} largest customers: {', '.join(parts)}"
