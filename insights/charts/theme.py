"""How every chart looks: one colour per workload for good, axes, hover, units.

Backgrounds are transparent and text has no colour of its own: Streamlit's theme supplies both,
light or dark. The data colours have a contrast of at least 3 on either background and stay apart
for readers with a colour vision deficiency; workloads that share a colour differ in dash and
marker, and labels never rely on colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from insights.workloads import WORKLOADS

PALETTE = (
    "#2F78B7",
    "#D9761A",
    "#149080",
    "#8A63C0",
    "#C8485C",
    "#B08C00",
    "#5B963B",
    "#C058A0",
    "#2A9ABE",
    "#8C6239",
)
"""Data colours in their fixed order, as in the app's configuration."""

ACCENT = PALETTE[0]
LABELLED_MONTHS = 6

MUTED = "#8A93A3"
GOOD = "#2E8B57"
BAD = "#C8485C"

DASHES = ("solid", "dash", "dot")
SYMBOLS = ("circle", "diamond", "square")

_COLOUR_ORDER = ("TEAMS", "EXO", "SPO", "ODB", "PROPLUS", "INTUNE", "AADP", "YAM", "TEAMSPHONE")


@dataclass(frozen=True, slots=True)
class SeriesStyle:
    """How the line of one workload looks, in every chart of the app."""

    colour: str
    dash: str
    symbol: str


def _styles() -> dict[str, SeriesStyle]:
    codes = [*_COLOUR_ORDER, *(w.code for w in WORKLOADS if w.code not in _COLOUR_ORDER)]
    return {code: _style(position) for position, code in enumerate(codes)}


def _style(position: int) -> SeriesStyle:
    turn = (position // len(PALETTE)) % len(DASHES)
    return SeriesStyle(PALETTE[position % len(PALETTE)], DASHES[turn], SYMBOLS[turn])


WORKLOAD_STYLES: dict[str, SeriesStyle] = _styles()


def workload_style(code: str) -> SeriesStyle:
    """Return the fixed style of a workload; unknown names get one that depends on the name only."""
    known = WORKLOAD_STYLES.get(code)
    return known or _style(len(WORKLOAD_STYLES) + sum(code.encode()) % len(PALETTE))


def workload_colour(code: str) -> str:
    """Return the fixed colour of a workload."""
    return workload_style(code).colour


class Chart(go.Figure):  # type: ignore[misc]
    """A figure that is not changed any more once it was drawn.

    It is drawn again at every rerun, so what Plotly makes of it for the browser is made once.
    """

    _written: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as traces and layout; the same object at every call."""
        if self._written is None:
            self._written = super().to_dict()
        return self._written


def composed(traces: Sequence[dict[str, Any]], *, height: int, **layout: Any) -> Chart:  # noqa: ANN401
    """Return a figure with the app's margins, hover, legend and fixed height.

    `layout` holds further layout settings of Plotly and wins over ours. All at once: setting them
    one by one takes ten times as long, because Plotly checks everything at each step.
    """
    names = {"xaxis", "yaxis", *(name for name in layout if name[1:5] == "axis")}
    axes = {name: {**_AXIS, **layout.pop(name, {})} for name in sorted(names)}
    return Chart({"data": list(traces), "layout": {**_settings(height), **layout, **axes}})


_AXIS: dict[str, Any] = {"automargin": True, "zeroline": False}


def _settings(height: int) -> dict[str, Any]:
    """Return the layout that every chart of the app has."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "namelength": -1},
        "legend": {
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "title": {"text": ""},
        },
        "uirevision": "keep",
        "dragmode": False,
        "separators": ".,",
    }


def share_axis(title: str, *, top: float | None = None) -> dict[str, Any]:
    """Return a y axis for shares: percent from 0 to `top`, or to what the data needs."""
    span = {"rangemode": "tozero"} if top is None else {"range": [0, top]}
    return {"title": {"text": title}, "tickformat": ".0%", **span}


def count_axis(title: str) -> dict[str, Any]:
    """Return an axis for counts: from 0, thousands separated, short from a million on."""
    return {"title": {"text": title}, "tickformat": "~s", "rangemode": "tozero"}


def month_axis(months: int = 12) -> dict[str, Any]:
    """Return a time axis whose ticks are months; give the traces first days of months.

    `months` is how many are shown: a short axis labels each, a long one as many as fit on a
    phone.
    """
    return {
        "tickformat": "%b\n%Y",
        "hoverformat": "%b %Y",
        **({"dtick": "M1"} if months <= LABELLED_MONTHS else {"nticks": LABELLED_MONTHS + 2}),
        "showgrid": False,
        "title": {"text": ""},
    }


def threshold_lines(
    percents: Sequence[int],
    *,
    axis: Literal["x", "y"] = "y",
    labels: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return the layout of labelled dashed lines across the plot at these percents of `axis`.

    `labels` stand in place of the percents.
    """
    other = "x" if axis == "y" else "y"
    across: dict[str, Any] = {f"{other}ref": f"{other} domain", f"{axis}ref": axis}
    line = {"type": "line", "line": {"color": MUTED, "width": 1, "dash": "dash"}, **across}
    label = {
        "showarrow": False,
        "font": {"size": 11},
        "xanchor": "right" if axis == "y" else "left",
        "yanchor": "bottom",
        other: 1 if axis == "y" else 0,
        **across,
    }
    texts = labels or [f"{percent}%" for percent in percents]
    shares = [(text, percent / 100) for text, percent in zip(texts, percents, strict=True)]
    return {
        "shapes": [
            {**line, f"{other}0": 0, f"{other}1": 1, f"{axis}0": share, f"{axis}1": share}
            for _, share in shares
        ],
        "annotations": [{**label, axis: share, "text": text} for text, share in shares],
    }


def as_text(name: str) -> str:
    """Return text from a file, such as a customer's name, in which Plotly finds no markup.

    Neither elements and entities, nor "%{...}" of a template that the text is put into, nor
    formulas between dollar signs.
    """
    safe = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace("%{", "&#37;{").replace("$", "&#36;")
