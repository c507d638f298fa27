"""Money in pictures: the parts of all value, earned and missed by quarter, payments to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from insights.charts.theme import ACCENT, BAD, GOOD, MUTED, PALETTE, composed
from insights.milestone_states import Waterfall
from insights.money import MONEY_GROUPS, dollars, usd, usd_short
from insights.months import month_label
from insights.views.earnings_quarters import MODEL_LABELS

WATERFALL_HEIGHT = 380
QUARTERS_HEIGHT = 380
PAYMENTS_HEIGHT = 300
TOTAL = "All value"

GROUP_COLOURS = {
    "earned": GOOD,
    "in flight": ACCENT,
    "open": PALETTE[5],
    "missed": BAD,
    "not earnable": MUTED,
}
MODEL_PATTERNS = {"milestone": "", "growth": "/"}
"""The growth model is hatched, so that the models differ without colour."""


def value_waterfall(parts: pd.DataFrame) -> go.Figure:
    """Return the parts of all value as steps that end at their sum.

    Takes code, detail, label, value_usd_e4 in the order of the waterfall; a group's details stand
    on each other, those of the growth model hatched. customdata is the group's code, empty for the
    total.
    """
    value = dollars(parts["value_usd_e4"])
    base = value.cumsum() - value
    names = {group.code: f"{group.symbol} {group.label}" for group in MONEY_GROUPS}
    steps = {
        "type": "bar",
        "x": [names[code] for code in parts["code"]],
        "y": value,
        "base": base,
        "marker": {
            "color": [GROUP_COLOURS[code] for code in parts["code"]],
            "pattern": {"shape": _patterns(parts["detail"]), "size": 6},
            "line": {"width": 1, "color": "rgba(127,127,127,0.6)"},
        },
        "customdata": parts["code"],
        "text": [
            f"{label}: {usd(amount)}"
            for label, amount in zip(parts["label"], parts["value_usd_e4"], strict=True)
        ],
        "textposition": "none",
        "hovertemplate": "%{x}<br>%{text}<extra></extra>",
        "showlegend": False,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
    whole = {
        "type": "bar",
        "x": [TOTAL],
        "y": [value.sum()],
        "marker": {"color": "rgba(127,127,127,0.45)"},
        "customdata": [""],
        "hovertemplate": f"{TOTAL}<br>{usd(parts['value_usd_e4'].sum())}<extra></extra>",
        "showlegend": False,
        "unselected": {"marker": {"opacity": 1}},
    }
    order = [*names.values(), TOTAL]
    return composed(
        [steps, whole, *_model_legend(parts)],
        height=WATERFALL_HEIGHT,
        barmode="overlay",
        bargap=0.3,
        clickmode="event+select",
        annotations=_totals(parts, names),
        xaxis={"categoryorder": "array", "categoryarray": order, "title": {"text": ""}},
        yaxis=_money_axis("US dollars, estimate"),
    )


def _patterns(details: pd.Series[str]) -> list[str]:
    return [MODEL_PATTERNS.get(detail, "") for detail in details]


def _model_legend(parts: pd.DataFrame) -> list[dict[str, Any]]:
    """Return empty bars that name the patterns of the models that occur."""
    return [
        {
            "type": "bar",
            "x": [None],
            "y": [None],
            "name": label,
            "marker": {"color": GOOD, "pattern": {"shape": MODEL_PATTERNS[model], "size": 6}},
        }
        for model, label in MODEL_LABELS.items()
        if (parts["detail"] == model).any()
    ]


def _totals(parts: pd.DataFrame, names: Mapping[Waterfall, str]) -> list[dict[str, Any]]:
    """Return the amount above each step."""
    sums = parts.groupby("code")["value_usd_e4"].sum().reindex(list(names)).fillna(0)
    tops = dollars(sums.cumsum().astype("int64"))
    labels = [*zip(names.values(), tops, sums, strict=True), (TOTAL, tops.iloc[-1], sums.sum())]
    return [
        {
            "x": label,
            "y": top,
            "text": usd_short(int(amount)),
            "showarrow": False,
            "yanchor": "bottom",
        }
        for label, top, amount in labels
    ]


def money_by_quarter(quarters: pd.DataFrame) -> go.Figure:
    """Return earned (by model) beside missed per fiscal quarter, and the target as a line.

    Takes label, milestone, growth, missed, target in ten-thousandths of a US dollar.
    """
    labels = [text.partition(" (")[0] for text in quarters["label"]]
    bars = [
        _bars(
            f"Earned, {MODEL_LABELS[model][:1].lower()}{MODEL_LABELS[model][1:]}",
            labels,
            quarters[model],
            {"color": GOOD, "pattern": {"shape": MODEL_PATTERNS[model], "size": 6}},
        )
        | {"offsetgroup": "earned"}
        for model in MODEL_LABELS
        if quarters[model].any()
    ]
    missed = _bars("Missed", labels, quarters["missed"], {"color": BAD}) | {"offsetgroup": "missed"}
    return composed(
        [*bars, missed, *_target_line(labels, quarters["target"])],
        height=QUARTERS_HEIGHT,
        barmode="stack",
        bargap=0.25,
        xaxis={"title": {"text": ""}, "type": "category"},
        yaxis=_money_axis("US dollars, estimate"),
    )


def _target_line(labels: Sequence[str], target: pd.Series[int]) -> list[dict[str, Any]]:
    if target.isna().all():
        return []
    line = {
        "type": "scatter",
        "name": "Target",
        "x": labels,
        "y": dollars(target),
        "mode": "lines+markers",
        "line": {"color": PALETTE[3], "width": 2, "dash": "dash"},
        "marker": {"symbol": "line-ew", "size": 26, "line": {"width": 3, "color": PALETTE[3]}},
        "text": [usd(amount) for amount in target],
        "hovertemplate": "%{x}: target %{text}<extra></extra>",
    }
    return [line]


def expected_payments(payments: pd.DataFrame) -> go.Figure:
    """Return what is due by month and model; takes due_month, state, milestone and growth."""
    months = [month_label(int(month)) for month in payments["due_month"]]
    bars = [
        _bars(
            MODEL_LABELS[model],
            months,
            payments[model],
            {"color": ACCENT, "pattern": {"shape": MODEL_PATTERNS[model], "size": 6}},
        )
        for model in MODEL_LABELS
        if payments[model].any()
    ]
    return composed(
        bars,
        height=PAYMENTS_HEIGHT,
        barmode="stack",
        bargap=0.3,
        xaxis={"title": {"text": ""}, "type": "category"},
        yaxis=_money_axis("US dollars, estimate"),
        showlegend=True,
    )


def _bars(
    name: str, x: Sequence[str], amounts: pd.Series[int], marker: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": x,
        "y": dollars(amounts),
        "marker": marker,
        "text": [usd(amount) for amount in amounts],
        "textposition": "none",
        "hovertemplate": "%{x}: %{text}<extra>%{fullData.name}</extra>",
    }


def _money_axis(title: str) -> dict[str, Any]:
    return {
        "title": {"text": title},
        "tickformat": "~s",
        "tickprefix": "$",
        "rangemode": "tozero",
    }
