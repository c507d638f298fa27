"""The engine's answer as a frame: one row per tenant x workload x milestone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.earnings import payment_month
from insights.milestone_history import History
from insights.milestone_states import FIXED_RULES, REASONS, STATES
from insights.panel import Bools, Ints

COLUMNS: dict[str, str] = {
    "tenant_key": "the customer tenant",
    "workload_key": "the workload",
    "milestone": "the threshold in percent",
    "state": "code of the one state that holds (milestone_states.STATES)",
    "reason": "why it is not earnable (milestone_states.REASONS), else empty",
    "reason_code": "Microsoft's code where that is the reason, else empty",
    "rule": "the rule that decided: programme year and key, or a name of FIXED_RULES",
    "rule_reference": "the source of that rule",
    "program_year": "the programme year that judges it, empty for none",
    "holder_partner_key": "the partner associated now",
    "earner_partner_key": "the partner associated in the month it was reached",
    "is_claiming": "whether a claim is on its way",
    "latest_month": "the newest month with both counts",
    "paid_available_units": "paid units of that month",
    "monthly_active_users": "active users of that month",
    "high_water_mark": "the highest active users of any month",
    "claim_month": "the month whose usage counts as usage at claim",
    "usage_at_claim": "that usage, a share 0-1",
    "starting_high_water_mark": "the highest active users before the association counts",
    "crossed_month": "the month of the crossing that was judged",
    "reached_month": "the same where it earned",
    "users_needed": "active users missing to the threshold now, 0 when at or above it",
    "monthly_pace": "active users gained per month over the last three; missing: no history",
    "bucket": "the size class that sets the rate, empty where not known",
    "value_usd_e4": "what it is worth, in ten-thousandths of a US dollar; paid: what was paid",
    "added_value_usd_e4": "the part of it that a lower milestone does not hold already",
    "is_example": "whether the value rests on an example rate",
    "rate_value_usd_e4": "what it is worth by our rules, also where Microsoft has paid it",
    "is_example_rate": "whether that rests on an example rate",
    "payment_due_month": "the month by which it is paid, or Microsoft's own estimate",
    "is_slipping": "reached or paid, but below the threshold again",
    "is_stalled": "within 3 points under the threshold for 3 months",
    "seat_points": "points that growth of seats took off usage in 3 months; missing: none",
    "is_small_base": "fewer paid units than the programme asks for now",
    "is_above_100": "more active users than paid units",
    "is_data_late": "the as-of month is missing, the month before is there",
    "is_too_late_to_claim": "not held, and a claim made now could not earn it",
}
"""Every column of the frame and what it says."""


@dataclass(frozen=True, slots=True)
class MilestoneColumns:
    """What the engine decided on one milestone: one array per pair; -1 stands for missing."""

    percent: int
    state: Ints
    reason: Ints
    reason_code: npt.NDArray[np.object_]
    rule: Ints
    year: Ints
    holder: Ints
    earner: Ints
    is_claiming: Bools
    claim_at: Ints
    base: Ints
    event: Ints
    reached: Ints
    users_needed: Ints
    bucket: Ints
    pace: npt.NDArray[np.float64]
    value_e4: Ints
    is_example: Bools
    rate_value_e4: Ints
    is_example_rate: Bools
    payment_month: Ints
    is_open: Bools
    is_slipping: Bools
    is_stalled: Bools
    seat_points: npt.NDArray[np.float64]
    is_too_late: Bools
    is_late: Bools


def milestone_frame(history: History, milestones: list[MilestoneColumns]) -> pd.DataFrame:
    """Return the decided milestones as a frame with the columns of COLUMNS, pair by pair."""
    frames = [_frame(history, each) for each in milestones]
    added = _added_values(history, milestones)
    for frame, value in zip(frames, added, strict=True):
        frame["added_value_usd_e4"] = _counts(value)
    rows = pd.concat(frames, ignore_index=True)
    order = np.arange(len(rows)).reshape(len(milestones), -1).T.ravel()
    return rows.iloc[order].reset_index(drop=True)[list(COLUMNS)]


def _counts(values: Ints) -> pd.arrays.IntegerArray:
    """Return integers in which -1 is missing."""
    return pd.arrays.IntegerArray(values.astype(np.int64), values < 0)


def _words(codes: Ints, names: list[str]) -> pd.Categorical[str]:
    """Return names by code as a categorical; equal names share a category."""
    distinct = list(dict.fromkeys(names))
    position = np.array([distinct.index(name) for name in names], dtype=np.int64)
    return pd.Categorical.from_codes(position[codes], categories=pd.Index(distinct))


def _months(history: History, column: Ints) -> pd.arrays.IntegerArray:
    """Return the months of columns, missing where there is none."""
    return _counts(np.where(column >= 0, column + history.panel.first_month, -1))


def _frame(history: History, each: MilestoneColumns) -> pd.DataFrame:
    """Return one milestone of all pairs, without the added value."""
    panel, tables, latest = history.panel, history.tables, history.latest
    rows = np.arange(panel.pairs)
    claim_units = history.at(panel.units, each.claim_at)
    claim_users = history.at(panel.users, each.claim_at)
    share = np.where(each.claim_at >= 0, claim_users / np.maximum(claim_units, 1), np.nan)
    ids = [*tables.ids, *FIXED_RULES]
    references = [*tables.references, *FIXED_RULES.values()]
    years = [*(rules.title for rules in tables.years), ""]
    units, users = history.at(panel.units, latest), history.at(panel.users, latest)
    return pd.DataFrame(
        {
            "tenant_key": panel.tenant_key,
            "workload_key": panel.workload_key,
            "milestone": np.full(panel.pairs, each.percent),
            "state": _words(each.state, [state.code for state in STATES]),
            "reason": _words(each.reason, list(REASONS)),
            "reason_code": pd.array(each.reason_code, dtype="str"),
            "rule": _words(each.rule, ids),
            "rule_reference": _words(each.rule, references),
            "program_year": _words(each.year, years),
            "holder_partner_key": _counts(each.holder),
            "earner_partner_key": _counts(each.earner),
            "is_claiming": each.is_claiming,
            "latest_month": _months(history, latest),
            "paid_available_units": _counts(units),
            "monthly_active_users": _counts(users),
            "high_water_mark": _counts(history.highest[rows, -1]),
            "claim_month": _months(history, each.claim_at),
            "usage_at_claim": share,
            "starting_high_water_mark": _counts(each.base),
            "crossed_month": _months(history, each.event),
            "reached_month": _months(history, each.reached),
            "users_needed": _counts(each.users_needed),
            "monthly_pace": each.pace,
            "bucket": _words(each.bucket, [*tables.bucket_names, ""]),
            "value_usd_e4": _counts(each.value_e4),
            "is_example": each.is_example,
            "rate_value_usd_e4": _counts(each.rate_value_e4),
            "is_example_rate": each.is_example_rate,
            "payment_due_month": _counts(each.payment_month),
            "is_slipping": each.is_slipping,
            "is_stalled": each.is_stalled,
            "seat_points": each.seat_points,
            "is_small_base": (units >= 0) & (units < tables.minimum_units[history.year[-1]]),
            "is_above_100": (units > 0) & (users > units),
            "is_data_late": each.is_late,
            "is_too_late_to_claim": each.is_too_late,
        }
    )


def _added_values(history: History, milestones: list[MilestoneColumns]) -> list[Ints]:
    """Return what each milestone adds to the lower ones, so that values can be summed.

    In the growth model a higher threshold's units include those of the lower one: where both are
    still open, or both were judged in growth years, only the difference is added.
    """
    added: list[Ints] = []
    for at, each in enumerate(milestones):
        value = each.value_e4
        if at > 0:
            lower = milestones[at - 1]
            is_growth = history.tables.is_growth[each.year] & history.tables.is_growth[lower.year]
            same = (each.is_open == lower.is_open) & (lower.value_e4 >= 0) & (value >= 0)
            shares = is_growth & same & (each.state != 0) & (lower.state != 0)
            value = np.where(shares, np.maximum(value - lower.value_e4, 0), value)
        added.append(value)
    return added


def due_months(history: History, reached: Ints) -> Ints:
    """Return the month by which a milestone reached in each column is paid, -1 for none."""
    at = np.maximum(reached, 0)
    days = history.tables.payment_days[history.year[at]]
    return np.where(reached >= 0, payment_month(at + history.panel.first_month, days), -1)
