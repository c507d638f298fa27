"""Why active usage moved between two months: a chain of monthly steps that adds up exactly.

Each step compares a month with the one before, with the sums of the pairs that reported both
("kept"; `prior_*` are their values in the month before, `kept_*` their values now):

- left: what remains of last month's usage without the pairs that are gone
- users: more or fewer active users of the kept pairs, on last month's seats
- seats: the same users on this month's seats; buying seats lowers active usage
- joined: what the pairs that are new add
- gap: the whole step, where no pair reported both months (a missing month)

The terms telescope, so their sum is the change of active usage, by construction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.metrics.metric import points_text

TERMS: tuple[str, ...] = ("users", "seats", "joined", "left", "gap")

Numbers = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

_SUMS = [
    "paid_available_units",
    "monthly_active_users",
    "kept_units",
    "kept_users",
    "prior_units",
    "prior_users",
]


def usage_bridge(usage: pd.DataFrame, *keep: str, before: int, as_of: int) -> pd.DataFrame:
    """Return why active usage moved from `before` to `as_of`, one row per combination of `keep`.

    Takes rows by month with seats, users and the kept and prior sums. Columns: the kept ones,
    `usage_before`, `usage_now` and their difference `change` (shares), one column per term (they
    add up to `change`), `seats_now`, and `users_worth`: the change in users at those seats.
    Groups without seats in one of the two months are left out: there is nothing to compare.
    """
    within = usage[usage["month"].between(before, as_of)]
    sums = within.groupby([*keep, "month"], sort=True, dropna=False)[_SUMS].sum().reset_index()
    months = sums[sums["paid_available_units"] > 0].reset_index(drop=True)
    group = _group_numbers(months, keep)
    terms = np.zeros((len(months), len(TERMS)))
    np.add.at(terms, group, _step_terms(months, group))
    start = np.flatnonzero(months["month"] == before)
    end = np.flatnonzero(months["month"] == as_of)
    _, at_start, at_end = np.intersect1d(group[start], group[end], return_indices=True)
    rate = _rate(months)
    first, last = rate[start[at_start]], rate[end[at_end]]
    seats = months["paid_available_units"].to_numpy(dtype="float64")[end[at_end]]
    return pd.DataFrame(
        {
            **{name: months[name].iloc[end[at_end]].array for name in keep},
            "usage_before": first,
            "usage_now": last,
            "change": last - first,
            **dict(zip(TERMS, terms[group[end[at_end]]].T, strict=True)),
            "seats_now": seats,
            "users_worth": (last - first) * seats,
        }
    )


def _group_numbers(months: pd.DataFrame, keep: tuple[str, ...]) -> Numbers:
    """Return the number of each row's group; rows of one group stand together, months rising."""
    is_new = np.zeros(len(months), dtype="bool")
    for name in keep:
        is_new[1:] |= (months[name] != months[name].shift()).to_numpy(dtype="bool")[1:]
    return np.cumsum(is_new)


def _step_terms(months: pd.DataFrame, group: Numbers) -> Shares:
    """Return the terms of each row's step from its group's month before, in the order of TERMS.

    A group's first month has no step: its terms are 0.
    """
    rate = _rate(months)
    rate_before = np.roll(rate, 1)
    month = months["month"].to_numpy()
    kept_units, kept_users, prior_units, prior_users = (
        months[name].to_numpy(dtype="float64") for name in _SUMS[2:]
    )
    has_step = np.roll(group, 1) == group
    has_step[:1] = False
    can_split = has_step & (month - np.roll(month, 1) == 1) & (kept_units > 0) & (prior_units > 0)
    then, now = np.where(can_split, prior_units, 1.0), np.where(can_split, kept_units, 1.0)
    stayed_before, same_seats, stayed_now = prior_users / then, kept_users / then, kept_users / now
    split = [
        same_seats - stayed_before,
        stayed_now - same_seats,
        rate - stayed_now,
        stayed_before - rate_before,
    ]
    gap = np.where(has_step & ~can_split, rate - rate_before, 0.0)
    return np.column_stack([*(np.where(can_split, term, 0.0) for term in split), gap])


def _rate(months: pd.DataFrame) -> Shares:
    """Return active usage of rows that all have seats."""
    users = months["monthly_active_users"].to_numpy(dtype="float64")
    rate: Shares = users / months["paid_available_units"].to_numpy(dtype="float64")
    return rate


@dataclass(frozen=True, slots=True)
class Cause:
    """One term of the bridge in words: its name, and what it means when it is up or down."""

    term: str
    label: str
    up: str
    down: str


CAUSES: tuple[Cause, ...] = (
    Cause(
        "users",
        "Users",
        "more active users on the same seats",
        "fewer active users on the same seats",
    ),
    Cause("seats", "Seats", "unused seats given back", "added seats not in use yet"),
    Cause("joined", "Joined", "well-used workloads joined", "little-used workloads joined"),
    Cause("left", "Left", "little-used workloads left", "well-used workloads left"),
    Cause("gap", "Missing months", "a rise over a missing month", "a fall over a missing month"),
)
"""The terms in the order in which they are shown."""

NOTICED = 0.0005
"""Changes of active usage under 0.05 points round to 0.0 and are not spoken of."""


def why_text(terms: Mapping[Any, float], *, at_most: int = 2) -> str:
    """Return the strongest causes of a change in words, e.g. "+1.8 pts more active users ..."."""
    causes = sorted(CAUSES, key=lambda cause: -abs(terms[cause.term]))
    noticed = [cause for cause in causes if abs(terms[cause.term]) >= NOTICED]
    return ", ".join(
        f"{points_text(terms[cause.term])} {cause.up if terms[cause.term] > 0 else cause.down}"
        for cause in noticed[:at_most]
    )
