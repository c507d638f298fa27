"""What the overview says of milestones and money: four numbers and the nearest deadlines."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.milestone_states import IN_FLIGHT as IN_FLIGHT_STATE
from insights.money import EARNED, EXAMPLE_MARK, IN_FLIGHT, usd_short
from insights.months import (
    first_day,
    fiscal_quarter,
    fiscal_quarter_label,
    fiscal_quarter_start,
    month_label,
)
from insights.views.card import Card

URGENT_DAYS = 5
"""A clock with fewer calendar days left than this is urgent."""

NEAREST = 3
"""Deadlines that are named; the rest is counted."""

_REACHED = (
    "Milestones reached: crossed while an eligible association held. Those crossed without one "
    "are missed and not counted here."
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of a claim: whose customer it is about, and what has to happen by when."""

    tenant_id: str
    tenant_name: str
    text: str


@dataclass(frozen=True, slots=True)
class IncentivesView:
    """Milestones and money on the overview: its cards and the nearest deadlines."""

    caption: str
    cards: tuple[Card, ...]
    deadlines: tuple[Deadline, ...]


def incentives_view(
    cells: pd.DataFrame, money: pd.DataFrame, clocks: pd.DataFrame, *, as_of: int
) -> IncentivesView:
    """Return what the overview shows of milestones, as of the month they were judged for.

    `cells` are milestone_cells, `money` money_parts, `clocks` urgent_clocks. The figures are those
    of the pages Milestones, Earnings and Associations.
    """
    quarter = fiscal_quarter_start(as_of)
    crossings = cells[cells["state"].isin(EARNED.states)]
    return IncentivesView(
        caption=f"As of {month_label(as_of)}, the newest complete month, whatever month is chosen "
        "above.",
        cards=(
            _crossed(
                f"Crossed in {first_day(as_of):%b}",
                crossings[crossings["month"] == as_of],
                when=month_label(as_of),
            ),
            _crossed(
                f"Crossed in Q{fiscal_quarter(as_of)}",
                crossings[crossings["month"].between(quarter, as_of)],
                when=fiscal_quarter_label(as_of),
            ),
            _in_flight(money[money["code"] == IN_FLIGHT_STATE.code]),
            _urgent(clocks),
        ),
        deadlines=_nearest(clocks),
    )


def _crossed(label: str, crossings: pd.DataFrame, *, when: str) -> Card:
    """Return how many milestones were reached, and how many of each threshold.

    The label is short enough for half a phone; `when` says it in full.
    """
    by_milestone = crossings.groupby("milestone")["pairs"].sum()
    parts = [f"{pairs:,} at {percent}%" for percent, pairs in by_milestone.items()]
    total = int(by_milestone.sum())
    return Card(
        label, f"{total:,}", f"{when}. {_REACHED}", note=" · ".join(parts) or "no milestone"
    )


def _in_flight(money: pd.DataFrame) -> Card:
    """Return what is in flight: the same sum as on Earnings."""
    pairs = int(money["pairs"].sum())
    mark = f" · {EXAMPLE_MARK}" if money["example_pairs"].sum() else ""
    return Card(
        IN_FLIGHT.label,
        usd_short(int(money["amount_usd_e4"].sum())),
        f"{IN_FLIGHT.meaning} An estimate by the rate card in force.",
        note=f"{pairs:,} {'milestone' if pairs == 1 else 'milestones'}{mark}",
        is_money=True,
    )


def _urgent(clocks: pd.DataFrame) -> Card:
    """Return how many clocks are about to run out, and how many already have."""
    left = clocks["days_left"]
    overdue = int((left < 0).sum())
    return Card(
        "Urgent clocks",
        f"{int(left.between(0, URGENT_DAYS - 1).sum()):,}",
        f"Claims on which somebody has to act, with fewer than {URGENT_DAYS} calendar days left.",
        note=f"under {URGENT_DAYS} days · {f'{overdue:,} more' if overdue else 'none'} overdue",
    )


def _nearest(clocks: pd.DataFrame) -> tuple[Deadline, ...]:
    """Return the clocks that run out next; what is overdue is only counted."""
    running = clocks[clocks["days_left"].between(0, URGENT_DAYS - 1)].head(NEAREST)
    return tuple(
        Deadline(
            str(row["tenant_id"]),
            str(row["tenant_name"]),
            f"{row['what']}: {row['left']} · claim {row['claim_id']}, {row['workloads']}",
        )
        for row in running.to_dict("records")
    )
