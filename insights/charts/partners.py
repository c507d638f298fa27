"""Partners side by side: a scorecard heat map and a dumbbell comparison by workload."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from insights.charts.labels import as_typed
from insights.charts.theme import ACCENT, MUTED, PALETTE, styled
from insights.milestones import MILESTONE_BANDS, MILESTONES

ROW = 34
BAND_COLOURS = ("#DCE9F6", "#7FAEDA", "#174E85")
"""Under 15 %, 15 % to under 40 %, 40 % and more: light to dark, in either theme."""

TOP_SHARE = 1.0


def scorecard_heatmap(cells: pd.DataFrame) -> go.Figure:
    """Return partner x workload coloured by milestone band, the share written in every cell.

    One row per cell, in the order of the axes: partner_id, partner_name, workload, short_name,
    workload_name, active_usage, band, paid_available_units, pairs. customdata begins with
    partner_id and workload. A workload that a partner does not hold is left empty.
    """
    cells = cells.assign(partner_label=_labels(cells), short_name=cells["short_name"].map(as_typed))
    shown = cells.pivot_table(
        index="partner_label", columns="short_name", values="active_usage", sort=False
    )
    shown = shown.reindex(columns=cells.sort_values("workload_position")["short_name"].unique())
    details = _details(cells, list(shown.index), list(shown.columns))
    figure = go.Figure(
        go.Heatmap(
            z=shown.to_numpy(),
            x=list(shown.columns),
            y=list(shown.index),
            customdata=details,
            texttemplate="%{z:.0%}",
            hovertemplate=(
                "<b>%{y}</b><br>%{customdata[2]}<br>Active usage %{z:.1%} (%{customdata[3]})"
                "<br>%{customdata[4]} seats, %{customdata[5]} pairs<extra></extra>"
            ),
            colorscale=_band_scale(),
            zmin=0,
            zmax=TOP_SHARE,
            xgap=2,
            ygap=2,
            colorbar=_band_legend(),
            hoverongaps=False,
        )
    )
    figure.update_xaxes(side="top", showgrid=False, tickangle=0 if len(shown.columns) < 8 else -35)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return styled(figure, height=110 + ROW * len(shown.index))


def _labels(cells: pd.DataFrame) -> pd.Series[str]:
    """Return partner names that are unique on an axis: two of one name get their ids."""
    names = cells[["partner_id", "partner_name"]].drop_duplicates()
    is_double = names["partner_name"].duplicated(keep=False)
    both = names["partner_name"] + " · " + names["partner_id"]
    labels = names["partner_name"].mask(is_double, both).map(as_typed)
    return cells["partner_id"].map(labels.set_axis(names["partner_id"]))


def _details(cells: pd.DataFrame, rows: list[str], columns: list[str]) -> list[list[list[str]]]:
    """Return what hover and selection need of every cell, in the order of the axes."""
    told = pd.DataFrame(
        {
            "partner_id": cells["partner_id"],
            "workload": cells["workload"],
            "workload_name": cells["workload_name"].map(as_typed),
            "band": cells["band"],
            "units": cells["paid_available_units"].map("{:,.0f}".format),
            "pairs": cells["pairs"].map("{:,.0f}".format),
        }
    ).set_axis(pd.MultiIndex.from_frame(cells[["partner_label", "short_name"]]))
    grid = told.reindex(pd.MultiIndex.from_product([rows, columns])).fillna("").to_numpy()
    return grid.reshape(len(rows), len(columns), told.shape[1]).tolist()


def _band_scale() -> list[list[float | str]]:
    """Return a colour scale that steps at the milestones."""
    edges = [band.from_share for band in MILESTONE_BANDS] + [TOP_SHARE]
    steps = zip(pairwise(edges), BAND_COLOURS, strict=True)
    return [[edge, colour] for step, colour in steps for edge in step]


def _band_legend() -> dict[str, object]:
    edges = [band.from_share for band in MILESTONE_BANDS] + [TOP_SHARE]
    return {
        "tickvals": [(low + high) / 2 for low, high in pairwise(edges)],
        "ticktext": [band.label for band in MILESTONE_BANDS],
        "thickness": 12,
        "orientation": "h",
        "y": -0.02,
        "yanchor": "top",
        "x": 0,
        "xanchor": "left",
        "len": 0.8,
        "ticks": "",
        "outlinewidth": 0,
    }


def comparison(rows: pd.DataFrame, *, first: str, second: str) -> go.Figure:
    """Return two dots per workload joined by a line, against the milestone lines.

    Rows in the order shown: short_name, workload_name, first, second, difference (shares).
    """
    figure = go.Figure()
    gaps: dict[str, list[object]] = {"x": [], "y": []}
    labels = rows["short_name"].map(as_typed)
    for label, low, high in zip(labels, rows["first"], rows["second"], strict=True):
        gaps["x"] += [low, high, None]
        gaps["y"] += [label, label, None]
    figure.add_scatter(
        **gaps, mode="lines", line={"color": MUTED, "width": 3}, hoverinfo="skip", showlegend=False
    )
    sides = ((first, "first", ACCENT, "circle"), (second, "second", PALETTE[1], "diamond"))
    for name, column, colour, symbol in sides:
        figure.add_scatter(
            x=rows[column],
            y=labels,
            mode="markers",
            name=as_typed(name),
            marker={"color": colour, "size": 13, "symbol": symbol},
            customdata=rows[["workload_name"]].map(as_typed),
            hovertemplate="<b>%{customdata[0]}</b><br>%{fullData.name}: %{x:.1%}<extra></extra>",
        )
    for percent in MILESTONES:
        figure.add_vline(
            x=percent / 100,
            line={"color": MUTED, "width": 1, "dash": "dash"},
            annotation={"text": f"{percent}%", "font": {"size": 11}},
            annotation_position="bottom right",
        )
    figure.update_xaxes(tickformat=".0%", rangemode="tozero", title={"text": "Active usage"})
    figure.update_yaxes(autorange="reversed", title={"text": ""})
    return styled(figure, height=120 + ROW * len(rows))
