"""The states of a milestone, the flags beside them, and the reasons why one cannot be earned.

Exactly one state holds per tenant, workload and milestone: the first of STATES that matches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Waterfall = Literal["earned", "in flight", "missed", "not earnable", "open", "none"]


@dataclass(frozen=True, slots=True)
class MilestoneState:
    """One state: its place in the waterfall of money, and what it means in one sentence."""

    code: str
    label: str
    symbol: str
    waterfall: Waterfall
    meaning: str


PAID = MilestoneState(
    "paid", "Paid", "✔", "earned", "Microsoft's earnings file names this milestone."
)
REACHED = MilestoneState(
    "reached",
    "Reached",
    "●",
    "earned",
    "Crossed while an eligible association held, with enough paid seats; it never un-reaches.",
)
NOT_EARNABLE = MilestoneState(
    "not_earnable",
    "Not earnable",
    "⊘",
    "not earnable",
    "Passed before the claim, too much usage at claim, or the rules or Microsoft exclude it.",
)
MISSED = MilestoneState(
    "missed",
    "Missed",
    "✕",
    "missed",
    "Crossed while nobody had claimed the workload, or after the association had ended.",
)
NO_DATA = MilestoneState(
    "no_data", "No data", "◌", "none", "No usage in the last two reported months."
)
UNCLAIMED = MilestoneState(
    "unclaimed", "Unclaimed", "○", "open", "No association and no claim; the threshold is ahead."
)
IN_CLAIM = MilestoneState(
    "in_claim", "In claim", "◔", "open", "A claim is on its way to a decision."
)
BELOW_MINIMUM = MilestoneState(
    "below_minimum",
    "Below minimum seats",
    "▫",
    "open",
    "Associated, but with fewer paid seats than the programme asks for.",
)
IN_FLIGHT = MilestoneState(
    "in_flight", "In flight", "◑", "in flight", "Associated and eligible; the threshold is ahead."
)

STATES: tuple[MilestoneState, ...] = (
    PAID,
    REACHED,
    NOT_EARNABLE,
    MISSED,
    NO_DATA,
    UNCLAIMED,
    IN_CLAIM,
    BELOW_MINIMUM,
    IN_FLIGHT,
)
"""All states in the order in which they are decided: the first that matches holds."""

STATES_BY_CODE: dict[str, MilestoneState] = {state.code: state for state in STATES}

REASONS: dict[str, str] = {
    "": "",
    "no_programme": "no programme year was in force",
    "workload_not_paid": "the programme year does not pay for this workload",
    "no_such_milestone": "the programme year has no such milestone for this workload",
    "passed_before_claim": "the threshold was passed before the claim",
    "passed_before_first_report": "the threshold was passed before the first report we have",
    "usage_at_claim": "usage at claim was above the most that the bucket allows",
    "reason_code": "Microsoft's earnings file gives a reason against it",
}
"""Why a milestone is not earnable, by code, as the middle of a sentence."""

FIXED_RULES: dict[str, str] = {
    "earnings_file": "Earnings – Default, Partner Center.",
    "passed_before_claim": "Usage of the first full month on or after the association decides "
    "which milestones can be earned (Partner Center docs Oct 2023; earnings of Modern Work and "
    "Security usage).",
    "reason_code": "Reason codes of Partner Center docs Oct 2023, earnings-revenue.",
    "no_data": "No report in the as-of month and the month before.",
    "no_association": "A workload earns only with its own approved claim (KB-01157).",
    "claim_in_progress": "Usage before approval does not count (earnings of Modern Work and "
    "Security usage).",
}
"""Rules that are no value of a programme year: id and source."""

STALL_POINTS = 3
"""Points under a threshold within which a workload can be stalled."""

STALL_MONTHS = 3
"""Months in a row within STALL_POINTS that make a workload stalled."""

PACE_MONTHS = 3
"""Months over which the pace of users and the growth of paid seats are measured."""

CLAIM_REPORT_MONTHS = 2
"""Months after the association within which the first report still shows the usage at claim."""
