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

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from insights.metrics.metric import points_text

TERMS: tuple[str, ...] = ("users", "seats", "joined", "left", "gap")

_SUMS = [
    "paid_available_units",
    "monthly_active_users",
    "kept_units",
    "kept_users",
    "prior_units",
    "prior_users",
]
_EVERYTHING = "everything"


def usage_bridge(usage: pd.DataFrame, *keep: str, before: int, as_of: int) -> pd.DataFrame:
    """Return why active usage moved from `before` to `as_of`, one row per combination of `keep`.

    Takes rows by month with seats, users and the kept and prior sums. Columns: the kept ones,
    `usage_before`, `usage_now` and their difference `change` (shares), one column per term (they
    add up to `change`), `seats_now`, and `users_worth`: the change in users at those seats.
    Groups without seats in one of the two months are left out: there is nothing to compare.
    """
    if not keep:
        everything = usage.assign(**{_EVERYTHING: 0})
        return usage_bridge(everything, _EVERYTHING, before=before, as_of=as_of).drop(
            columns=_EVERYTHING
        )
    within = usage[usage["month"].between(before, as_of)]
    sums = within.groupby([*keep, "month"], sort=True, dropna=False)[_SUMS].sum().reset_index()
    steps = _steps(sums[sums["paid_available_units"] > 0].astype(dict.fromkeys(_SUMS, float)), keep)
    terms = steps.groupby(list(keep), dropna=False)[list(TERMS)].sum().reset_index()
    ends = _ends(steps, keep, before=before, as_of=as_of)
    return ends.merge(terms, on=list(keep), how="left")


def _steps(sums: pd.DataFrame, keep: tuple[str, ...]) -> pd.DataFrame:
    """Return the months of each group with the terms of the step from its month before.

    A group's first month has no step; its terms are missing and add nothing.
    """
    before = sums.groupby(list(keep), dropna=False)[[*_SUMS, "month"]].shift()
    rate = sums["monthly_active_users"] / sums["paid_available_units"]
    rate_before = before["monthly_active_users"] / before["paid_available_units"]
    can_split = (
        (sums["month"] - before["month"] == 1)
        & (sums["kept_units"] > 0)
        & (sums["prior_units"] > 0)
    )
    stayed_before = sums["prior_users"] / sums["prior_units"].where(can_split)
    same_seats = sums["kept_users"] / sums["prior_units"].where(can_split)
    stayed_now = sums["kept_users"] / sums["kept_units"].where(can_split)
    return sums.assign(
        rate=rate,
        left=stayed_before - rate_before,
        users=same_seats - stayed_before,
        seats=stayed_now - same_seats,
        joined=rate - stayed_now,
        gap=(rate - rate_before).mask(can_split, 0.0),
    )


def _ends(steps: pd.DataFrame, keep: tuple[str, ...], *, before: int, as_of: int) -> pd.DataFrame:
    """Return active usage at both ends of the groups that have both, and what it is worth."""
    columns = [*keep, "rate", "paid_available_units"]
    start = steps.loc[steps["month"] == before, columns[:-1]]
    end = steps.loc[steps["month"] == as_of, columns]
    both = start.rename(columns={"rate": "usage_before"}).merge(
        end.rename(columns={"rate": "usage_now", "paid_available_units": "seats_now"}),
        on=list(keep),
    )
    change = both["usage_now"] - both["usage_before"]
    return both.assign(change=change, users_worth=change * both["seats_now"])


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


def why_text(terms: Mapping[Hashable, float], *, at_most: int = 2) -> str:
    """Return the strongest causes of a change in words, e.g. "+1.8 pts more active users ..."."""
    causes = sorted(CAUSES, key=lambda cause: -abs(terms[cause.term]))
    noticed = [cause for cause in causes if abs(terms[cause.term]) >= NOTICED]
    return ", ".join(
        f"{points_text(terms[cause.term])} {cause.up if terms[cause.term] > 0 else cause.down}"
        for cause in noticed[:at_most]
    )
