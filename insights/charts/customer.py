"""One customer: each workload against its thresholds, seats and users, who held what when."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import (
    ACCENT,
    MUTED,
    PALETTE,
    as_text,
    count_axis,
    month_axis,
    share_axis,
    styled,
    threshold_line,
    workload_style,
)
from insights.milestones import MILESTONES
from insights.months import first_day

MULTIPLE_HEIGHT = 190
ROW = 30
MILLISECONDS_PER_DAY = 86_400_000


def workload_history(months: pd.DataFrame, *, code: str, top: float) -> go.Figure:
    """Return one workload's active usage over time against the milestone lines.

    Rows in the order of months, gaps included: month (index), active_usage (share, NaN:
    undefined), paid_available_units, monthly_active_users. `top` is the top of the share axis,
    the same for all workloads of the customer.
    """
    style = workload_style(code)
    figure = go.Figure(
        go.Scatter(
            x=[first_day(int(month)) for month in months["month"]],
            y=months["active_usage"],
            mode="lines",
            line={"color": style.colour, "width": 2.5},
            customdata=_counts(months),
            hovertemplate=(
                "%{x|%b %Y}: %{y:.1%}<br>%{customdata[1]} of %{customdata[0]} seats<extra></extra>"
            ),
        )
    )
    for percent in MILESTONES:
        threshold_line(figure, percent / 100, f"{percent}%")
    figure.update_xaxes(month_axis() | {"nticks": 4})
    figure.update_yaxes(share_axis("", top=top) | {"nticks": 4})
    return styled(
        figure,
        height=MULTIPLE_HEIGHT,
        showlegend=False,
        margin={"l": 4, "r": 4, "t": 6, "b": 4},
    )


def _counts(months: pd.DataFrame) -> list[list[str]]:
    """Return seats and users as text, missing ones as a dash."""
    texts = months[["paid_available_units", "monthly_active_users"]].apply(
        lambda column: column.map("{:,.0f}".format, na_action="ignore").astype(object).fillna("—")
    )
    return [list(row) for row in texts.itertuples(index=False)]


def seats_and_people(months: pd.DataFrame) -> go.Figure:
    """Return seats and active people of the customer over time, gaps where nothing is reported.

    Rows in the order of months: month (index), seats (of the largest workload), people (of the
    most used one).
    """
    figure = go.Figure()
    days = [first_day(int(month)) for month in months["month"]]
    figure.add_scatter(
        x=days,
        y=months["seats"],
        name="Seats (largest workload)",
        mode="lines",
        line={"color": MUTED, "width": 2, "shape": "hv"},
        hovertemplate="%{x|%b %Y}: %{y:,.0f} seats<extra></extra>",
    )
    figure.add_scatter(
        x=days,
        y=months["people"],
        name="People, at least",
        mode="lines+markers",
        line={"color": ACCENT, "width": 2.5},
        marker={"size": 5},
        hovertemplate="%{x|%b %Y}: %{y:,.0f} people<extra></extra>",
    )
    figure.update_xaxes(month_axis())
    figure.update_yaxes(count_axis("Seats and people"))
    return styled(figure, height=300)


def association_timeline(spans: pd.DataFrame) -> go.Figure:
    """Return one bar per association from its first to its last month, coloured by partner.

    Rows in the order shown: label (workload), partner_name, starts, ends (dates; the end is the
    day after the last month), is_open, told (words for hover). The partner's name stands in the
    bar, so colour never speaks alone.
    """
    spans = spans.assign(
        **{name: spans[name].map(as_text) for name in ("label", "partner_name", "told")}
    )
    figure = go.Figure()
    for position, (partner, rows) in enumerate(spans.groupby("partner_name", sort=False)):
        days = (pd.to_datetime(rows["ends"]) - pd.to_datetime(rows["starts"])).dt.days
        figure.add_bar(
            base=rows["starts"],
            x=days * MILLISECONDS_PER_DAY,
            y=rows["label"],
            orientation="h",
            name=str(partner),
            marker={
                "color": PALETTE[position % len(PALETTE)],
                "pattern": {"shape": _shape(position)},
            },
            text=rows["partner_name"],
            textposition="inside",
            insidetextanchor="start",
            textfont={"color": "#FFFFFF"},
            customdata=rows[["told"]],
            hovertemplate="<b>%{y}</b><br>%{customdata[0]}<extra></extra>",
        )
    figure.update_xaxes({**month_axis(), "type": "date", "showgrid": True})
    figure.update_yaxes(
        categoryorder="array", categoryarray=list(spans["label"].unique()), autorange="reversed"
    )
    rows_shown = spans["label"].nunique()
    return styled(figure, height=100 + ROW * rows_shown, barmode="overlay", bargap=0.25)


def _shape(position: int) -> str:
    """Return the bar's pattern: partners beyond the palette repeat colours with a hatching."""
    return "" if position < len(PALETTE) else "/"
