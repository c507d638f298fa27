"""What is worth an alert: the kinds as data, and the one sentence that each alert is told in.

An alert is a transition that an import brought about (yesterday in flight, today reached), never a
state itself. The importer writes kinds by their code; pages, digests and downloads read the same
sentence from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlertKind:
    """One kind of alert: what raises it, how it is told, and how urgent it is.

    `clauses` make up the sentence; a clause is left out where one of its fields is not known.
    `weight` orders kinds, the most urgent first. `detail` is what the column of that name holds.
    """

    code: str
    label: str
    symbol: str
    weight: int
    raised_when: str
    clauses: tuple[str, ...]
    detail: str = ""


CLOCK = AlertKind(
    "clock",
    "Claim clock",
    "◷",
    100,
    "A claim entered a status in which a clock runs, or its clock changed.",
    ("{place}: {claim_status}", "; {clock}", " by {due_on}", " (claim {claim_id})", ", {partner}"),
    "name of the clock in the programme rules, e.g. partner_action_required",
)
ASSOCIATION_LOST = AlertKind(
    "association_lost",
    "Association lost",
    "⊖",
    90,
    "An association ended that the import before still showed.",
    (
        "{place}: {partner} lost the association in {month}",
        " ({end_reason})",
        ", {value} in flight",
    ),
    "why it ended: moved, disassociated or not reported",
)
CONTESTED = AlertKind(
    "contested",
    "Contested",
    "⇄",
    80,
    "Another partner claims a workload that a partner holds, or two claim the same one.",
    ("{place}: held by {partner}", ", now claimed by {rival}", " (claim {claim_id})"),
    "the other partner's name, or its id where no name is known",
)
CROSSED = AlertKind(
    "crossed",
    "Crossed",
    "●",
    70,
    "A milestone became reached: it earns for the partner that held the workload in that month.",
    (
        "{place} crossed {milestone} in {month}",
        ": {users} of {units} seats",
        "; earned by {partner}",
        ", about {value}",
    ),
)
PAID = AlertKind(
    "paid",
    "Paid",
    "✔",
    60,
    "Microsoft's earnings file names the milestone for the first time.",
    ("{place}: Microsoft lists {milestone} as earned", " by {partner}", ", {paid}"),
    "the amount of the earnings file as text, where it names one",
)
SLIPPING = AlertKind(
    "slipping",
    "Slipping",
    "↘",
    55,
    "A milestone that was reached is above the current usage again.",
    (
        "{place} fell below {milestone} again in {month}",
        ": {users} of {units} seats",
        ", {users_needed} to be back",
        "; {partner}",
    ),
)
STALLED = AlertKind(
    "stalled",
    "Stalled",
    "‖",
    50,
    "A workload has stayed within 3 points under the threshold for 3 months.",
    (
        "{place} has stalled just under {milestone} for 3 months",
        ": {users} of {units} seats in {month}",
        ", {users_needed}",
        ", about {value}",
        "; {partner}",
    ),
)
TOO_LATE = AlertKind(
    "too_late",
    "Too late to claim",
    "⊗",
    45,
    "A claim approved now would come after the threshold, or with too much usage at claim.",
    (
        "{place}: too late to claim {milestone}",
        " since {month}",
        ": {users} of {units} seats",
        ", {value} no longer within reach",
    ),
)
MISSED = AlertKind(
    "missed",
    "Missed",
    "✕",
    40,
    "A threshold was crossed while nobody had claimed, or after the association had ended.",
    (
        "{place} crossed {milestone} in {month} without an association",
        ": {users} of {units} seats",
        ", about {value} missed",
    ),
)
NOT_EARNABLE = AlertKind(
    "not_earnable",
    "Not earnable",
    "⊘",
    35,
    "A milestone that could be earned no longer can.",
    ("{place}: {milestone} can no longer be earned", ", {reason}", "; {partner}"),
    "code of insights.milestone_states.REASONS, or Microsoft's reason code",
)
SEATS_MOVED = AlertKind(
    "seats_moved",
    "Seats moved the goal",
    "⇱",
    30,
    "Growth of paid seats pushed a threshold further away.",
    (
        "{place}: new seats took {points} points off active usage",
        "; {users} of {units} seats in {month}",
        ", {users_needed} to {milestone}",
        "; {partner}",
    ),
    "the points as a number, e.g. 2.4",
)
ASSOCIATION_GAINED = AlertKind(
    "association_gained",
    "Association gained",
    "⊕",
    20,
    "An association appeared that the import before did not show.",
    ("{place}: {partner} holds the association since {month}", ", {value} in flight"),
)

ALERT_KINDS: tuple[AlertKind, ...] = (
    CLOCK,
    ASSOCIATION_LOST,
    CONTESTED,
    CROSSED,
    PAID,
    SLIPPING,
    STALLED,
    TOO_LATE,
    MISSED,
    NOT_EARNABLE,
    SEATS_MOVED,
    ASSOCIATION_GAINED,
)
"""Every kind of alert, the most urgent first."""

ALERT_KINDS_BY_CODE: dict[str, AlertKind] = {kind.code: kind for kind in ALERT_KINDS}

_FIELD = re.compile(r"\{(\w+)\}")


def sentence(kind: AlertKind, known: Mapping[str, str]) -> str:
    """Return an alert as one sentence from the texts of its fields.

    A clause with a field that is missing or empty is left out, so that nothing is ever made up.
    """
    told = [
        clause.format_map(known)
        for clause in kind.clauses
        if all(known.get(field) for field in _FIELD.findall(clause))
    ]
    return "".join(told)
