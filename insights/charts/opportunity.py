"""One opportunity in pictures: its path to the milestone with look-alikes, its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import (
    ACCENT,
    GOOD,
    MUTED,
    PALETTE,
    as_text,
    composed,
    month_axis,
    share_axis,
    threshold_lines,
)
from insights.months import first_day
from insights.ranking.lookalikes import Lookalike

HEIGHT = 300
BAR = 44
DASHES = ("dot", "dash", "dashdot")


def path_to_milestone(
    path: pd.DataFrame,
    alike: Sequence[Lookalike],
    *,
    percent: int,
    eta: tuple[int | None, int | None, int | None],
) -> go.Figure:
    """Return usage by month up to now, the months of arrival, and what look-alikes did from here.

    `path` has month, paid_available_units, monthly_active_users; `eta` low, median and high month
    of arrival (None: not within a year). Look-alikes are laid from the newest month onwards.
    """
    newest = int(path["month"].max())
    share = (path["monthly_active_users"] / path["paid_available_units"]).clip(upper=1)
    own = _line("This customer", path["month"].tolist(), share.tolist(), colour=ACCENT, width=3)
    others = [
        _line(
            one.name,
            [newest + at for at in range(len(one.path))],
            [value / 100 for value in one.path],
            colour=PALETTE[(at + 2) % len(PALETTE)],
            dash=DASHES[at % len(DASHES)],
        )
        for at, one in enumerate(alike)
    ]
    fan = _fan(newest, float(share.iloc[-1]), percent / 100, eta)
    return composed(
        [*fan, own, *others],
        height=HEIGHT,
        showlegend=True,
        xaxis=month_axis(),
        yaxis=share_axis("Active usage"),
        **threshold_lines([percent], labels=[f"{percent}%"]),
    )


def _line(
    name: str,
    months: list[int],
    values: list[float],
    *,
    colour: str,
    width: float = 1.5,
    dash: str = "solid",
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": as_text(name),
        "x": [first_day(int(month)) for month in months],
        "y": values,
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": "%{x|%b %Y}: %{y:.1%}",
    }


def _fan(
    newest: int, share: float, goal: float, eta: tuple[int | None, int | None, int | None]
) -> list[dict[str, Any]]:
    """Return the lines from now to the milestone at the first, likeliest and last month."""
    names = ("10% would be there", "Half would be there", "90% would be there")
    return [
        _line(name, [newest, month], [share, goal], colour=MUTED, dash="dot")
        for name, month in zip(names, eta, strict=True)
        if month is not None
    ]


def said_by_month(chances: pd.DataFrame) -> go.Figure:
    """Return the chance within 90 days as it was said at each month; the plain rule beside it.

    Takes rows of views.opportunity_detail.chances_said.
    """
    months = chances["as_of"].tolist()
    lines = [
        _line(name, months, chances[column].tolist(), colour=colour, dash=dash)
        | {"mode": "lines+markers"}
        for name, column, colour, dash in (
            ("Chance as said then", "chance", ACCENT, "solid"),
            ("By the plain rule", "gap", MUTED, "dot"),
        )
    ]
    return composed(
        lines,
        height=HEIGHT,
        showlegend=True,
        xaxis=month_axis(months[-1] - months[0] + 1),
        yaxis=share_axis("Chance, 90 days"),
    )


def reason_bars(rows: pd.DataFrame) -> go.Figure:
    """Return the parts of a score as bars, for to the right and against to the left.

    Takes rows of views.opportunity_detail.reason_rows.
    """
    shown = rows.iloc[::-1]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [
            f"{side} · {group}" for side, group in zip(shown["side"], shown["group"], strict=True)
        ],
        "x": shown["contribution"],
        "marker": {"color": [GOOD if amount > 0 else MUTED for amount in shown["contribution"]]},
        "text": [as_text(text) for text in shown["text"]],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    return composed(
        [bars],
        height=60 + BAR * len(shown),
        showlegend=False,
        xaxis={"title": {"text": "Log-odds"}, "zeroline": True, "nticks": 5},
        yaxis={"automargin": True},
    )
