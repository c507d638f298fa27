"""The lift of a group of actions: how much more usage moved than at similar customers, how surely.

The interval is for the mean difference. It takes actions of one customer together, because they
share its fate, and adds what similar pairs that serve several actions make uncertain (after
Abadie and Imbens, 2006). Few actions tell nothing: below the minimum no number is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.actions.outcomes import MATCHED, Outcomes

CONFIDENCE = 0.90
"""Share of intervals that would hold the true difference, were the comparison made many times."""

LEAST_ACTIONS = 20
LEAST_CUSTOMERS = 10
"""Compared actions and customers under which a group is too small to tell."""

TOO_FEW = "too_few"
ABOVE = "above"
BELOW = "below"
NO_DIFFERENCE = "no_difference"
VERDICTS: dict[str, str] = {
    ABOVE: "▲ moved more than similar customers",
    BELOW: "▼ moved less than similar customers",
    NO_DIFFERENCE: "≈ no clear difference",
    TOO_FEW: "… too few to tell",
}
"""What a group's interval says, by code."""

LIFT_COLUMNS = (
    "group",
    "actions",
    "compared",
    "customers",
    "lift",
    "low",
    "high",
    "users",
    "crossing_actions",
    "crossed",
    "similar_crossed",
    "crossing_lift",
    "crossing_low",
    "crossing_high",
    "verdict",
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its interval; all missing where there are too few."""

    mean: float
    low: float
    high: float


NOTHING = Interval(np.nan, np.nan, np.nan)


def lifts(found: Outcomes, groups: pd.Series[str]) -> pd.DataFrame:
    """Return the lift of each group: LIFT_COLUMNS, the largest group first.

    `groups` are by action_id. lift, low and high are differences of active usage (share); users
    is the mean difference of active users per action; crossing columns are shares of actions whose
    milestone was ahead. Missing below LEAST_ACTIONS and LEAST_CUSTOMERS.
    """
    named = found.effects.assign(group=found.effects["action_id"].map(groups)).dropna(
        subset="group"
    )
    rows = [_lift(str(group), rows, found) for group, rows in named.groupby("group")]
    told = pd.DataFrame(rows, columns=list(LIFT_COLUMNS))
    return told.sort_values(["compared", "group"], ascending=[False, True], ignore_index=True)


def action_lift(found: Outcomes) -> pd.Series:
    """Return the lift of all actions together, as a row of `lifts`; group is "all"."""
    every = pd.Series("all", index=pd.Index(found.effects["action_id"]), dtype="str")
    told = lifts(found, every)
    none = pd.Series(dict.fromkeys(LIFT_COLUMNS, np.nan), dtype="object")
    nothing = {"group": "all", "actions": 0, "compared": 0, "customers": 0, "verdict": TOO_FEW}
    none.update(pd.Series(nothing, dtype="object"))
    return none if told.empty else told.iloc[0]


def _lift(group: str, rows: pd.DataFrame, found: Outcomes) -> tuple[object, ...]:
    compared = rows[rows["state"] == MATCHED]
    crossing = compared[compared["crossing_effect"].notna()]
    usage = interval(compared, found.matches, effect="effect", outcome="change")
    crossed = interval(crossing, found.matches, effect="crossing_effect", outcome="is_crossed")
    is_told = not np.isnan(usage.mean)
    has_crossings = not np.isnan(crossed.mean)
    return (
        group,
        len(rows),
        len(compared),
        compared["tenant_key"].nunique(),
        usage.mean,
        usage.low,
        usage.high,
        compared["users_effect"].mean() if is_told else np.nan,
        len(crossing),
        crossing["is_crossed"].mean() if has_crossings else np.nan,
        crossing["similar_crossed"].mean() if has_crossings else np.nan,
        crossed.mean,
        crossed.low,
        crossed.high,
        _verdict(usage),
    )


def _verdict(usage: Interval) -> str:
    if np.isnan(usage.mean):
        return TOO_FEW
    if usage.low > 0:
        return ABOVE
    return BELOW if usage.high < 0 else NO_DIFFERENCE


def interval(
    compared: pd.DataFrame, matches: pd.DataFrame, *, effect: str, outcome: str
) -> Interval:
    """Return the mean effect of compared actions with its interval.

    `effect` is a column of the actions, `outcome` what it is of in `matches`.
    """
    customers = compared["tenant_key"].nunique()
    if len(compared) < LEAST_ACTIONS or customers < LEAST_CUSTOMERS:
        return NOTHING
    from scipy.special import stdtrit

    effects: Floats = compared[effect].to_numpy(dtype="float64")
    mean = float(effects.mean())
    spread = np.sqrt(_variance(compared, matches, effect, outcome))
    reach = float(stdtrit(customers - 1, (1 + CONFIDENCE) / 2)) * spread
    return Interval(mean, mean - reach, mean + reach)


def _variance(compared: pd.DataFrame, matches: pd.DataFrame, effect: str, outcome: str) -> float:
    """Return the variance of the mean effect: of customers, and of pairs that serve twice."""
    off = compared[effect] - compared[effect].mean()
    by_customer = off.groupby(compared["tenant_key"]).sum()
    customers = len(by_customer)
    of_customers = float((by_customer**2).sum()) * customers / (customers - 1)
    used = matches[matches["action_id"].isin(compared["action_id"])].dropna(subset=outcome)
    by_action = used.groupby("action_id")[outcome]
    size = by_action.transform("size")
    off_pair = used[outcome] - by_action.transform("mean")
    free = len(used) - used["action_id"].nunique()
    of_a_pair = float((off_pair**2).sum()) / free if free else float((off**2).mean())
    share = (1 / size).groupby(used["pair"])
    again = float((share.sum() ** 2 - (1 / size**2).groupby(used["pair"]).sum()).sum())
    return (of_customers + again * of_a_pair) / len(compared) ** 2
