"""Customers by workload, coloured and marked by who holds what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.heatmap import CELL, EDGES, LONGEST_NAME, ROW_HEIGHT
from insights.charts.theme import as_text, composed
from insights.coverage import COVERAGE_KINDS, CoverageKind

_CELLS = {
    "mine": ("#1F5FA8", "#FFFFFF"),
    "in_claim": ("#86B4DD", "#1A1A1A"),
    "unclaimed": ("#DFE5EC", "#1A1A1A"),
    "lost": ("#A23B2C", "#FFFFFF"),
    "other": ("#D9A441", "#1A1A1A"),
}
"""Fill and text of a kind; both fixed, so that the contrast is the same in either theme."""


def coverage_grid(cells: pd.DataFrame, workloads: Mapping[str, str]) -> go.Figure:
    """Return one cell per customer and workload with the symbol of its coverage.

    Takes the rows of `views.coverage.grid_view`, largest customer first; `workloads` names the
    columns by code, in order. Cells are bars, as those of a heat-map trace cannot be selected;
    they carry the tenant id.
    """
    names = cells.drop_duplicates("tenant_id").set_index("tenant_id")["tenant_name"]
    placed = cells.assign(
        row=cells["tenant_id"].map({code: at for at, code in enumerate(names.index)}),
        column=cells["workload"].map({code: at for at, code in enumerate(workloads)}),
        hover=_hover(cells),
    )
    by_kind = dict(list(placed.groupby("coverage")))
    traces = [_kind(by_kind[kind.code], kind) for kind in COVERAGE_KINDS if kind.code in by_kind]
    return composed(
        traces,
        height=EDGES + ROW_HEIGHT * len(names),
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
            "tickvals": list(range(len(names))),
            "ticktext": [_short(name) for name in names],
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
            "fixedrange": True,
        },
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
    )


def _kind(cells: pd.DataFrame, kind: CoverageKind) -> dict[str, Any]:
    """Return the cells of one kind."""
    colour, text_colour = _CELLS[kind.code]
    return {
        "type": "bar",
        "orientation": "h",
        "name": kind.words,
        "base": cells["column"],
        "x": [CELL] * len(cells),
        "y": cells["row"],
        "width": CELL,
        "marker": {"color": colour},
        "text": [kind.symbol] * len(cells),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": 12, "color": text_colour},
        "customdata": cells["tenant_id"],
        "hovertext": cells["hover"],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _hover(cells: pd.DataFrame) -> pd.Series[str]:
    """Return what a cell tells: who, which workload, its coverage, and who holds it."""
    names = cells["tenant_name"].map(as_text) + "<br>" + cells["workload_name"].map(as_text)
    holder = cells["partner_name"].astype("str").map(as_text, na_action="ignore")
    held = ("<br>held by " + holder).where(holder.notna(), "")
    return names + ": " + cells["coverage_words"] + held


def _short(name: str) -> str:
    kept = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
    return as_text(kept)
