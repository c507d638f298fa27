"""What one customer may see of itself: usage, a nameless comparison, and next steps.

Only the columns that are named here are ever read. Nothing of incentives, claims, forecasts or
rankings, and no name of a partner or of another customer, can come in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import pandas as pd

from insights.benchmarks import MINIMUM_PEERS
from insights.charts.customer_review import beside_others, usage_lines
from insights.exports.page_report import (
    Cards,
    Chart,
    Item,
    PageReport,
    PageStamp,
    Section,
    Table,
    Words,
)
from insights.metrics.metric import points_text
from insights.months import month_label
from insights.views.card import Card
from insights.views.table import Column

HISTORY = ["workload", "workload_name", "month", "paid_available_units", "monthly_active_users"]
PEERS = ["workload", "paid_available_units", "monthly_active_users", "customers"]

GREW = 0.03
"""A rise of this share in the period is told as a success; less may be chance."""

MOST_STEPS = 4
ENOUGH = 0.85
"""Active usage from which on there is nothing to suggest."""

STEPS: Mapping[str, str] = MappingProxyType(
    {
        "EXO": "check which mailboxes are still elsewhere, and plan their move",
        "SPO": "bring one team's shared files into a site and show colleagues how to share a link",
        "ODB": "turn on folder backup, so that desktops and documents are kept in OneDrive",
        "TEAMS": "start with one department: a channel per topic, and meetings in Teams only",
        "PROPLUS": "roll out the current apps to the remaining devices and remove older Office",
        "AADP": "switch on sign-in rules for all people, first in report-only mode",
        "INTUNE": "enrol the remaining devices, beginning with those used away from the office",
        "AIP": "publish two or three labels and make one of them the default",
        "MDO": "turn on safe links and safe attachments for all mailboxes",
        "MCAS": "connect the most used cloud apps and look at the first findings together",
        "YAM": "let leadership open one community and answer questions there",
    }
)
ANY_STEP = "agree on one group of people to start with, and a short training for them"

USAGE_MEANS = "Monthly active users divided by licences."
CHANGE_MEANS = "Change of active usage over the period, in percentage points."


@dataclass(frozen=True, slots=True)
class ReviewRows:
    """What a review is made of; only HISTORY and PEERS are read of the frames."""

    name: str
    history: pd.DataFrame
    """customer_history: one row per workload x month"""
    peers: pd.DataFrame
    """peer_usage of the newest month"""


def customer_review(
    rows: ReviewRows, *, since: int, as_of: int, source: str, written_at: datetime
) -> PageReport | None:
    """Return the review of one customer over these months, None without any report in them."""
    history = _usage(rows.history[HISTORY], since=since, as_of=as_of)
    if history.empty:
        return None
    products = _products(history, rows.peers[PEERS])
    title = f"Microsoft 365 usage review: {rows.name}"
    sections = [
        Section(title, 1, (Cards(_cards(history, products)),)),
        Section("What went well", 2, _successes(products)),
        Section("How the products are used", 2, _story(history, products)),
        Section("Beside similar organisations", 2, _comparison(products)),
        Section("Suggested next steps", 2, _steps(products)),
    ]
    newest = int(history["month"].max())
    stamp = PageStamp(
        as_of=month_label(newest),
        period=f"{month_label(int(history['month'].min()))} to {month_label(newest)}",
        filters=(("Organisation", rows.name),),
        not_applied=(),
        source=source,
        model="",
        author="your Microsoft partner",
        written_at=written_at,
    )
    return PageReport(title, tuple(sections), stamp)


def _usage(history: pd.DataFrame, *, since: int, as_of: int) -> pd.DataFrame:
    """Return the reports of the period with both counts and licences, and their active usage."""
    units = history["paid_available_units"].astype("float64")
    users = history["monthly_active_users"].astype("float64")
    told = history.assign(units=units, users=users, active_usage=users / units.where(units > 0))
    in_time = told["month"].between(since, as_of) & told["active_usage"].notna()
    return told[in_time].sort_values(["workload_name", "month"]).reset_index(drop=True)


def _products(history: pd.DataFrame, peers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per workload: its newest month, the change since its first, its peers."""
    newest = history.drop_duplicates("workload", keep="last").set_index("workload")
    first = history.drop_duplicates("workload", keep="first").set_index("workload")
    known = peers[peers["customers"] >= MINIMUM_PEERS].set_index("workload")
    others = known["monthly_active_users"] / known["paid_available_units"]
    return (
        newest.assign(
            change=newest["active_usage"] - first["active_usage"],
            peer_usage=others.reindex(newest.index),
            peers=known["customers"].reindex(newest.index),
            unused=newest["units"] - newest["users"],
        )
        .reset_index()
        .sort_values("units", ascending=False, kind="stable")
        .reset_index(drop=True)
    )


def _cards(history: pd.DataFrame, products: pd.DataFrame) -> tuple[Card, ...]:
    first = history[history["month"] == history["month"].min()]
    usage = products["users"].sum() / products["units"].sum()
    change = usage - first["users"].sum() / first["units"].sum()
    return (
        Card(
            "Active usage",
            f"{usage:.1%}",
            f"{USAGE_MEANS} Over all products together.",
            delta=change,
            delta_text=points_text(change),
            delta_description=f"since {month_label(int(history['month'].min()))}",
        ),
        Card("Products in use", f"{len(products):,}", "Products with licences and reports."),
        Card(
            "Licences",
            f"{products['units'].max():,.0f}",
            "Of the product with the most; one licence often covers several products.",
        ),
        Card(
            "Active people, at least",
            f"{products['users'].max():,.0f}",
            "Monthly active users of the most used product.",
        ),
    )


def _successes(products: pd.DataFrame) -> tuple[Item, ...]:
    told_rises = products.assign(rise=products["change"].map(points_text))
    grown = told_rises[products["change"] >= GREW].sort_values("change", ascending=False)
    ahead = products[products["active_usage"] > products["peer_usage"]]
    told = [
        f"{row.workload_name}: active usage rose by {row.rise} to {row.active_usage:.1%}."
        for row in grown.head(MOST_STEPS).itertuples()
    ]
    if not ahead.empty:
        names = ", ".join(ahead["workload_name"])
        told.append(f"Used more than by similar organisations: {names}.")
    return tuple(Words(text) for text in told or ["Usage stayed about where it was."])


def _story(history: pd.DataFrame, products: pd.DataFrame) -> tuple[Item, ...]:
    top = products.sort_values("active_usage", ascending=False).iloc[0]
    sentence = f"Most used in proportion: {top['workload_name']}, {top['active_usage']:.1%}."
    columns = (
        Column("workload_name", "Product"),
        Column("units", "Licences", "count"),
        Column("users", "Active users", "count", help="People who used it in the newest month."),
        Column("active_usage", "Active usage", "share", help=USAGE_MEANS),
        Column("change", "Change", "points", help=CHANGE_MEANS),
    )
    return (
        Chart("cr_usage", sentence, usage_lines(history)),
        Table("cr_products", sentence, products, columns, "Products"),
    )


def _comparison(products: pd.DataFrame) -> tuple[Item, ...]:
    known = products[products["peer_usage"].notna()].reset_index(drop=True)
    if known.empty:
        return (Words("There are too few similar organisations for a comparison."),)
    above = int((known["active_usage"] > known["peer_usage"]).sum())
    low, high = int(known["peers"].min()), int(known["peers"].max())
    many = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    sentence = (
        f"{above} of {len(known)} products are used more than by {many} organisations of a "
        "similar size."
    )
    columns = (
        Column("workload_name", "Product"),
        Column("active_usage", "You", "share", help=USAGE_MEANS),
        Column(
            "peer_usage",
            "Similar organisations",
            "share",
            help="Their users divided by their licences, all together; none is named.",
        ),
        Column("peers", "Organisations", "count", help="How many are compared."),
    )
    return (
        Chart("cr_peers", sentence, beside_others(known)),
        Table("cr_compared", sentence, known, columns, "Comparison"),
    )


def _steps(products: pd.DataFrame) -> tuple[Item, ...]:
    room = products[(products["active_usage"] < ENOUGH) & (products["unused"] >= 1)]
    told = []
    for row in room.sort_values("unused", ascending=False).head(MOST_STEPS).itertuples():
        step = STEPS.get(str(row.workload), ANY_STEP)
        told.append(
            f"{row.workload_name}: {row.unused:,.0f} of {row.units:,.0f} licences are not used "
            f"actively yet. Suggestion: {step}."
        )
    return tuple(Words(text) for text in told or ["Nearly every licence is in use; keep it so."])
