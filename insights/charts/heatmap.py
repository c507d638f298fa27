"""Largest customers by workload, coloured by milestone band."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import as_text, styled
from insights.milestones import MILESTONE_BANDS

ROW_HEIGHT = 25
EDGES = 110
CELL = 0.94
LONGEST_NAME = 34

_FILLS = {
    "below_15": "rgba(47,120,183,0.12)",
    "from_15": "rgba(47,120,183,0.45)",
    "from_40": "rgba(31,95,168,1)",
    "no_seats": "rgba(138,147,163,0.10)",
}
_ON_DARK = "from_40"


def customer_heatmap(customers: pd.DataFrame, workloads: Mapping[str, str]) -> go.Figure:
    """Return one cell per customer and workload, with its active usage in percent.

    Takes tenant x workload rows, largest customer first: tenant_id, tenant_name, workload,
    workload_name, active_usage, band, paid_available_units, monthly_active_users, users_needed,
    next_milestone; `workloads` names the columns by code, in order. Cells are bars, because
    Plotly cannot select the cells of a heat-map trace; they carry the tenant_id in customdata.
    """
    tenants = list(dict.fromkeys(customers["tenant_id"]))
    columns = {code: position for position, code in enumerate(workloads)}
    cells = customers.assign(
        row=customers["tenant_id"].map({code: at for at, code in enumerate(tenants)}),
        column=customers["workload"].map(columns),
        hover=_hover(customers),
        text=customers["active_usage"]
        .map("{:.0%}".format)
        .where(customers["active_usage"].notna(), "–"),
    )
    names = customers.drop_duplicates("tenant_id")["tenant_name"].map(_short)
    traces = [trace for code in _labels() for trace in _band(cells[cells["band"] == code], code)]
    return styled(
        go.Figure(data=traces),
        height=EDGES + ROW_HEIGHT * max(len(tenants), 1),
        barmode="overlay",
        bargap=1 - CELL,
        clickmode="event+select",
        xaxis={
            "side": "top",
            "tickvals": [at + CELL / 2 for at in range(len(workloads))],
            "ticktext": [as_text(name) for name in workloads.values()],
            "range": [0, len(workloads)],
            "showgrid": False,
            "fixedrange": True,
        },
        yaxis={
            "tickvals": list(range(len(tenants))),
            "ticktext": list(names),
            "range": [len(tenants) - 0.5, -0.5],
            "showgrid": False,
            "fixedrange": True,
        },
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
    )


def _labels() -> dict[str, str]:
    """Return the bands' names in the legend, lowest first."""
    bands = {band.code: f"{band.symbol} {band.label}" for band in MILESTONE_BANDS}
    return bands | {"no_seats": "– no seats"}


def _band(cells: pd.DataFrame, code: str) -> list[dict[str, Any]]:
    """Return one band's cells, and their texts in a colour that reads on them in either theme."""
    if cells.empty:
        return []
    fill = {
        "type": "bar",
        "orientation": "h",
        "name": _labels()[code],
        "base": cells["column"],
        "x": [CELL] * len(cells),
        "y": cells["row"],
        "marker": {"color": _FILLS[code]},
        "customdata": cells["tenant_id"],
        "hovertext": cells["hover"],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
    texts = {
        "type": "scatter",
        "mode": "text",
        "x": cells["column"] + CELL / 2,
        "y": cells["row"],
        "text": cells["text"],
        "textfont": {"size": 11} | ({"color": "#FFFFFF"} if code == _ON_DARK else {}),
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [fill, texts]


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
