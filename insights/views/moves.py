"""Who or what moved most between two months, and why, ready for a chart and a table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data_access.types import Filters
from insights.bridge import CAUSES, NOTICED, TERMS, usage_bridge, why_text
from insights.metrics.catalogue import ACTIVE_USAGE, PAID_AVAILABLE_UNITS
from insights.metrics.metric import points_text
from insights.months import month_label
from insights.views.table import Column, metric_column


@dataclass(frozen=True, slots=True)
class Headline:
    """One thing that changed: the fact, and what explains it (may be empty). Plain text."""

    lead: str
    detail: str


def move_columns(what: str) -> tuple[Column, ...]:
    """Return the columns of a table of `moves`; `what` heads the names, e.g. "Partner"."""
    return (
        Column("name", what, is_pinned=True),
        metric_column(ACTIVE_USAGE, name="usage_now"),
        Column("change", "Change", "points"),
        Column(
            "users_worth",
            "Worth in users",
            "count",
            help="The change times the paid available units now",
        ),
        metric_column(PAID_AVAILABLE_UNITS, name="seats_now"),
        Column("why", "Why", help="The strongest causes, in points", is_wide=True),
    )


def moves(usage: pd.DataFrame, code: str, name: str, *, filters: Filters) -> pd.DataFrame:
    """Return one row per value of the column `code`, what moved most first.

    What moved most is judged by the users that the change is worth at the seats of the as-of
    month: the same points weigh more where there are more seats. Columns: code, name,
    usage_before, usage_now, change (shares), the bridge's terms, seats_now, users_worth and why
    (words). Empty without a month to compare with.
    """
    bridged = _bridge(usage, filters, code, name)
    order = bridged["users_worth"].abs().sort_values(ascending=False, kind="stable").index
    largest_first = bridged.loc[order].reset_index(drop=True)
    why = [why_text(terms) for terms in largest_first[list(TERMS)].to_dict("records")]
    return largest_first.rename(columns={code: "code", name: "name"}).assign(
        why=pd.Series(why, dtype="str")
    )


def waterfall(usage: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return the steps from active usage before to now, in order.

    Columns: term ("before", the bridge's terms, "now"), label and share (of the two ends the
    usage, of a term the change). Empty where there is nothing to compare.
    """
    bridged = _bridge(usage, filters)
    if bridged.empty or filters.before is None:
        return pd.DataFrame({"term": [], "label": [], "share": []})
    (ends,) = bridged.to_dict("records")
    shown = [cause for cause in CAUSES if cause.term != "gap" or ends["gap"]]
    rows = [
        ("before", month_label(filters.before), ends["usage_before"]),
        *((cause.term, cause.label, ends[cause.term]) for cause in shown),
        ("now", month_label(filters.as_of), ends["usage_now"]),
    ]
    return pd.DataFrame(rows, columns=["term", "label", "share"])


def _bridge(usage: pd.DataFrame, filters: Filters, *keep: str) -> pd.DataFrame:
    """Return the bridge between the filters' months, without rows where none is compared with."""
    before = filters.as_of if filters.before is None else filters.before
    rows = usage.head(0) if filters.before is None else usage
    return usage_bridge(rows, *keep, before=before, as_of=filters.as_of)


def move_headlines(moved: pd.DataFrame) -> list[Headline]:
    """Return what rose most and what fell most, if anything did."""
    noticed = moved[moved["change"].abs() >= NOTICED]
    ends = [
        noticed[noticed["users_worth"] > 0].head(1),
        noticed[noticed["users_worth"] < 0].head(1),
    ]
    return [_headline(row) for end in ends for row in end.to_dict("records")]


def _headline(row: Mapping[Hashable, Any]) -> Headline:
    verb = "gained" if row["change"] > 0 else "lost"
    return Headline(
        f"{row['name']} {points_text(row['change'])} to {ACTIVE_USAGE.text(row['usage_now'])}",
        f"{abs(row['users_worth']):,.0f} active users {verb}: {row['why']}",
    )
