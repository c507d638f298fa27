"""Who held which workload of a customer when, as bars and in words."""

from __future__ import annotations

import pandas as pd

from data_access.types import OPEN_END, Filters
from insights.months import first_day, month_label
from insights.views.overview import END_REASONS
from insights.views.workload_columns import in_catalogue_order, short_name


def timeline(associations: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return the associations begun by the as-of month as bars from first to last month."""
    begun = associations[associations["start_month"] <= filters.as_of]
    order = {code: index for index, code in enumerate(in_catalogue_order(begun["workload"]))}
    ordered = begun.assign(position=begun["workload"].map(order)).sort_values(
        ["position", "start_month"], ignore_index=True
    )
    last = ordered["end_month"].clip(upper=filters.as_of)
    return pd.DataFrame(
        {
            "label": ordered["workload"].map(short_name),
            "partner_name": ordered["partner_name"],
            "starts": ordered["start_month"].map(first_day),
            "ends": (last + 1).map(first_day),
            "told": [_span_words(row, filters) for row in ordered.to_dict("records")],
        }
    )


def _span_words(span: dict[object, object], filters: Filters) -> str:
    """Return partner, span, kind and end of one association in words."""
    starts, ends = int(str(span["start_month"])), int(str(span["end_month"]))
    text = f"{span['partner_name']}, since {month_label(starts)}"
    if ends < filters.as_of or (ends != OPEN_END and ends <= filters.as_of):
        text = f"{span['partner_name']}, {month_label(starts)} to {month_label(ends)}"
        reason = END_REASONS.get(str(span["end_reason"]))
        text += f", {reason}" if reason else ""
    return f"{text} ({span['attribution_type']})" if span["attribution_type"] else text


def timeline_words(timeline: pd.DataFrame) -> str:
    """Return what the timeline shows, for readers who cannot see it."""
    if timeline.empty:
        return "No partner is associated with this customer."
    return "; ".join(timeline["label"] + ": " + timeline["told"])
