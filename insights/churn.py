"""Which customers are at risk: a stated rule about users, reports and seats, not the model."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

STEPS, FALLS = 4, 3
"""Active users must have fallen in so many of the newest steps from month to month."""

FALL = 0.15
"""And must be lower by this share than the mean of the BEFORE months ahead of these steps."""

BEFORE = 3
MONTHS = STEPS + BEFORE
"""Months that the rule reads, the as-of month included."""

LEAST_USERS = 20
"""Customers with fewer active users before are left out: a handful of people is no trend."""

SILENT_MONTHS = 2
"""The newest months that a silent customer is missing in."""

SEATS_CUT, SEATS_SPAN = 0.20, 3
"""Share of paid seats lost, against so many months before."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of risk: its code, symbol, label and the rule in words."""

    code: str
    symbol: str
    label: str
    rule: str


SIGNS: tuple[Sign, ...] = (
    Sign(
        "falling",
        "▼",
        "users falling",
        f"active users fell in {FALLS} of the last {STEPS} months and are at least {FALL:.0%} "
        f"below the mean of the {BEFORE} months before",
    ),
    Sign(
        "silent",
        "◌",
        "silent",
        f"no report for the last {SILENT_MONTHS} months after at least {BEFORE} with one",
    ),
    Sign(
        "seats_cut",
        "✂",
        "seats cut",
        f"at least {SEATS_CUT:.0%} fewer paid seats than {SEATS_SPAN} months before",
    ),
)

RULE = (
    "At risk is a rule, not the model: "
    + "; or ".join(sign.rule for sign in SIGNS)
    + f". Customers with fewer than {LEAST_USERS} active users before are left out."
)


def at_risk(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the customers with a sign of risk, their columns and what was found.

    `rows` have users_0 (as-of month) to users_6 and seats_0 to seats_6, missing where not
    reported. Adds falling, silent, seats_cut, users_before (mean of the months before the steps,
    or of those reported) and users_lost (against it; all of them where silent).
    """
    users = rows[[f"users_{back}" for back in range(MONTHS)]].astype("float64")
    before = users.iloc[:, STEPS:].mean(axis=1)
    steps = users.diff(periods=-1, axis=1).iloc[:, :STEPS]
    fell = (steps < 0).sum(axis=1) >= FALLS
    is_silent = users.iloc[:, :SILENT_MONTHS].isna().all(axis=1)
    was_there = users.iloc[:, SILENT_MONTHS:].notna().sum(axis=1) >= BEFORE
    seats = rows[["seats_0", f"seats_{SEATS_SPAN}"]].astype("float64")
    found = rows.assign(
        falling=fell & (users["users_0"] <= (1 - FALL) * before),
        silent=is_silent & was_there,
        seats_cut=seats["seats_0"] <= (1 - SEATS_CUT) * seats[f"seats_{SEATS_SPAN}"],
        users_before=before,
        users_lost=before - users["users_0"].where(~is_silent, 0),
    )
    is_shown = found[[sign.code for sign in SIGNS]].any(axis=1) & (before >= LEAST_USERS)
    return found[is_shown]
