"""What an action can be: its kinds with their rules in words, statuses, reasons and outcomes.

An action is customer x workload x kind x reason; that is its identity. Pages, downloads, the
document docs/actions.md and the rules themselves read the numbers and sentences from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insights.actions.fields import fill, told_fields

MOST_OF_KIND = 100
"""Actions of one kind that a scoring creates over the whole portfolio, the most valuable first."""

KEPT_OF_KIND = 2 * MOST_OF_KIND
"""An untouched action stays while it is among so many of its kind; places change every month."""

LAPSED_DAYS = 14
"""Days after which something that no longer applied may be listed again."""

LEAST_CHANCE = 0.10
"""The chance within 90 days from which a push to the next milestone is worth somebody's time."""

LEAST_SEAT_POINTS = 1.0
"""Percentage points that new seats must have taken off usage to be what is in the way."""

CLAIM_AHEAD_DAYS = 120
"""Days before the last day for submitting a claim from which it is listed."""

PROOF_AHEAD_DAYS = 60
"""Days before a proof of execution gets too old from which it is listed."""

FEW_USERS = 10
"""So few missing users can be talked to one by one: this month."""

SOON_MONTHS, NEXT_MONTHS = 2, 4
"""Months to the expected one that make a push urgent this month, or this quarter."""

WEEK, MONTH = 7, 30
"""Days left of a clock that make it urgent this week, or this month."""

URGENCIES: tuple[str, ...] = ("none", "this quarter", "this month", "this week")
"""What an urgency from 0 to 3 says."""

DUE_DAYS: tuple[int, ...] = (60, 30, 14, 7)
"""Days until the suggested due date where no clock sets it, by urgency from 0 to 3."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of action: what it is for, the rule that lists it, and what closes it by itself.

    `whats` are sentences of which the first stands that has all its fields; `whys` are told one
    by one. `cool_down_days` pass before the same thing is listed again after it closed by itself.
    """

    code: str
    label: str
    symbol: str
    purpose: str
    qualifies: str
    urgency: str
    due: str
    reached_when: str
    lapses_when: str
    effort_minutes: int
    cool_down_days: int
    whats: tuple[str, ...]
    whys: tuple[str, ...]

    @property
    def closes_when(self) -> str:
        """Return what closes an action of this kind by itself, as one sentence."""
        return f"{self.reached_when} {self.lapses_when}"


_USAGE = "{users} of {units} seats active in {month}: {usage}"
_PACE = "{pace} a month over 3 months"
_ETA = "{milestone} expected in {eta}"
_NO_LONGER = "Otherwise, while nobody works on it: once"

ACTIVATE = Kind(
    "activate",
    "Drive activation",
    "▲",
    "Bring enough users of a claimed workload to the next milestone.",
    f"The next milestone is in flight, at least one user is missing, and the chance within 90 days "
    f"is {LEAST_CHANCE:.0%} or more; nothing below stands in the way.",
    f"This month when the milestone is expected within {SOON_MONTHS} months, this quarter within "
    f"{NEXT_MONTHS}, else none.",
    f"By urgency: {DUE_DAYS[2]}, {DUE_DAYS[1]} or {DUE_DAYS[0]} days after it was listed.",
    "The milestone is reached.",
    f"{_NO_LONGER} it is no longer in flight.",
    90,
    90,
    ("Activate {users_needed} of {workload} to reach {milestone}",),
    (_USAGE, _PACE, _ETA),
)
UNBLOCK = Kind(
    "unblock",
    "Unblock stall",
    "‖",
    "Get a workload over the last points that it has not moved for months.",
    "The next milestone is in flight and usage has stayed within 3 points under it for 3 months.",
    f"This month with {FEW_USERS} users missing or fewer, else this quarter.",
    f"By urgency: {DUE_DAYS[2]} or {DUE_DAYS[1]} days after it was listed.",
    "The milestone is reached.",
    f"{_NO_LONGER} usage has left the last 3 points, or the milestone is not in flight any more.",
    60,
    60,
    ("Unblock {workload}: {users_needed} to {milestone}, stalled for 3 months",),
    (_USAGE, "within 3 points under {milestone} for 3 months", _PACE),
)
RECOVER = Kind(
    "recover",
    "Recover slip",
    "↘",
    "Bring a workload back above a milestone that it had reached.",
    "A milestone was reached or paid, usage is below it again, and somebody holds the workload.",
    f"This month with {FEW_USERS} users missing or fewer, else this quarter.",
    f"By urgency: {DUE_DAYS[2]} or {DUE_DAYS[1]} days after it was listed.",
    "Usage is back at or above the milestone.",
    f"{_NO_LONGER} nobody holds the workload any more, or it is no longer reported.",
    60,
    60,
    ("Win back {users_needed} of {workload} to be at {milestone} again",),
    (
        _USAGE,
        "had reached {milestone} in {reached}",
        _PACE,
        "it stands before the next milestone, {next_milestone}",
    ),
)
ONBOARD = Kind(
    "onboard",
    "Onboard new seats",
    "⇱",
    "Give the people of newly bought seats a start, because new seats moved the goal away.",
    f"The next milestone is in flight, and growth of seats over 3 months took "
    f"{LEAST_SEAT_POINTS:.0f} point or more off active usage.",
    "As for drive activation.",
    f"By urgency: {DUE_DAYS[2]}, {DUE_DAYS[1]} or {DUE_DAYS[0]} days after it was listed.",
    "The milestone is reached.",
    f"{_NO_LONGER} the milestone is no longer in flight, or seats have not grown for 3 months.",
    120,
    90,
    ("Onboard new seats of {workload}: {users_needed} to {milestone}",),
    ("new seats took {seat_points} off usage in 3 months", _USAGE, _PACE, _ETA),
)
CLAIM = Kind(
    "claim",
    "Claim before the threshold passes",
    "○",
    "Have a claim approved before a workload crosses a threshold that nobody would be paid for.",
    f"Nobody holds or claims the workload, it has enough seats, a claim can still earn, and at "
    f"its pace the last day for submitting one comes within {CLAIM_AHEAD_DAYS} days.",
    f"This week when the last day for submitting is within {WEEK} days, this month within "
    f"{MONTH}, else this quarter.",
    "The last day for submitting; where it has passed already, a week after it was listed.",
    "The workload is claimed.",
    f"{_NO_LONGER} the threshold has passed or a claim would come too late.",
    45,
    30,
    (
        "Claim {workload} by {submit_by}, before it passes {milestone}",
        "Claim {workload} at once, before it passes {milestone}",
    ),
    (
        "nobody holds or claims it",
        "at {pace} a month it passes {milestone} in {passes_in}",
        "the last safe day for submitting was {was_due}",
        _USAGE,
    ),
)
PROOF = Kind(
    "proof",
    "Renew or strengthen POE",
    "✎",
    "Have a proof of execution that holds: young enough, and newer than a rival's.",
    f"The claim is on its way and its proof gets too old within {PROOF_AHEAD_DAYS} days or is "
    "already; or another partner's open claim on the approved workload has a proof as new or "
    "newer.",
    f"This week when it is too old within {WEEK} days or the workload is contested, this month "
    f"within {MONTH}, else this quarter.",
    "The day on which it gets too old; contested or too old already: a week after it was listed.",
    "The claim has a newer proof, or it is decided.",
    f"{_NO_LONGER} no other claim contests it.",
    60,
    30,
    (
        "Get a newer proof for claim {claim_id}: another partner's is of {rival_signed}",
        "Renew the proof of claim {claim_id} by {valid_until}",
        "Renew the proof of claim {claim_id}",
    ),
    (
        "signed on {signed}, {age} ago",
        "good for a claim until {valid_until}",
        "too old for a claim since {was_due}",
        "another partner's open claim has a proof of {rival_signed}",
        "the claim is {claim_status}",
    ),
)
CLOCK = Kind(
    "clock",
    "Answer a claim clock",
    "◷",
    "Do what a claim asks for before its clock runs out.",
    "A clock of a claim runs and the partner must act, or Microsoft is overdue and must be asked.",
    f"This week with {WEEK} days left or fewer, this month with {MONTH}, else this quarter.",
    "The last day of the clock; where it has passed, a week after it was listed.",
    "The claim has entered another status.",
    f"{_NO_LONGER} the clock has run out and nothing can be answered any more.",
    30,
    0,
    ("{clock} by {clock_due}: claim {claim_id}", "{clock}: claim {claim_id}"),
    ("the claim is {claim_status} since {started}", "it was due on {was_due}", "for {workloads}"),
)
DATA = Kind(
    "data",
    "Fix data",
    "◌",
    "Get figures without which nothing can be said or earned.",
    "A partner holds workloads of the customer that are not reported in the last two months, have "
    "users but no paid seats, or more users than seats.",
    "This month where milestones are ahead, else none.",
    f"By urgency: {DUE_DAYS[2]} or {DUE_DAYS[0]} days after it was listed.",
    "The figures are there and possible.",
    f"{_NO_LONGER} nobody holds these workloads any more.",
    20,
    30,
    ("{finding}: {workloads}",),
    ("{finding_why}", "newest report of {month}", "{users} of {units} seats"),
)

OWN = Kind(
    "own",
    "Own task",
    "✚",
    "Keep what people decide to do themselves in the same list.",
    "Somebody adds it by hand, in their own words.",
    "None.",
    "The day that the person sets.",
    "Nothing closes it by itself.",
    "It ends when somebody says so.",
    30,
    0,
    ("{text}",),
    ("added by hand",),
)

KINDS: tuple[Kind, ...] = (CLOCK, CLAIM, PROOF, RECOVER, UNBLOCK, ONBOARD, ACTIVATE, DATA, OWN)
"""All kinds. Of recover, unblock, onboard and activate a workload has one: the first that holds."""

KINDS_BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}

USAGE_KINDS: tuple[str, ...] = ("recover", "unblock", "onboard", "activate")
"""Kinds that are about usage, in the order in which they are decided."""

PAIR_KINDS: tuple[str, ...] = (*USAGE_KINDS, "claim")
"""Kinds that a dismissal for the whole workload silences."""

FINDINGS: dict[str, tuple[str, str]] = {
    "no_report": (
        "Get the missing reports",
        "not reported in the last two months, though a partner holds it",
    ),
    "no_seats": ("Check the paid seats", "users are reported but no paid seats"),
    "above_100": ("Check users and seats", "more active users than paid seats"),
}
"""Reasons of kind data: what to do, and why."""


@dataclass(frozen=True, slots=True)
class ActionStatus:
    """One status of an action; a live one is on somebody's list or comes back to it."""

    code: str
    label: str
    symbol: str
    is_live: bool
    meaning: str


STATUSES: tuple[ActionStatus, ...] = (
    ActionStatus("open", "Open", "○", is_live=True, meaning="To be done."),
    ActionStatus("in_progress", "In progress", "◑", is_live=True, meaning="Somebody works on it."),
    ActionStatus(
        "snoozed", "Snoozed", "☾", is_live=True, meaning="Away until a day, then open again."
    ),
    ActionStatus("done", "Done", "✔", is_live=False, meaning="Done, with its outcome."),
    ActionStatus(
        "dismissed", "Dismissed", "✕", is_live=False, meaning="Not to be done, with the reason."
    ),
    ActionStatus(
        "closed", "Closed by itself", "●", is_live=False, meaning="The goal was reached or is gone."
    ),
)
STATUSES_BY_CODE: dict[str, ActionStatus] = {status.code: status for status in STATUSES}
LIVE: tuple[str, ...] = tuple(status.code for status in STATUSES if status.is_live)
ENDED: tuple[str, ...] = tuple(status.code for status in STATUSES if not status.is_live)


@dataclass(frozen=True, slots=True)
class DismissReason:
    """Why an action is not to be done; for so many days it does not come back.

    `is_for_workload`: the customer's workload is left alone by all usage and claim kinds, is
    marked on Opportunities and is left out of the order by effort; else only this action is.
    """

    code: str
    label: str
    cool_down_days: int
    is_for_workload: bool

    @property
    def effect(self) -> str:
        """Return what the dismissal does, in words."""
        what = (
            "the workload is left alone and ranked last by effort"
            if self.is_for_workload
            else ("only this action stays away")
        )
        return f"{what} for {self.cool_down_days} days"


DISMISS_REASONS: tuple[DismissReason, ...] = (
    DismissReason("not_ours", "Not our workload", 365, is_for_workload=True),
    DismissReason("declined", "Customer declined", 180, is_for_workload=True),
    DismissReason("seasonal", "Seasonal, usage comes back", 120, is_for_workload=True),
    DismissReason("already_done", "Already done elsewhere", 90, is_for_workload=True),
    DismissReason("wrong_contact", "Wrong contact", 30, is_for_workload=False),
    DismissReason("wrong_data", "Figures are wrong", 30, is_for_workload=False),
    DismissReason("not_worth_it", "Not worth the time", 90, is_for_workload=False),
    DismissReason("duplicate", "Covered by another action", 60, is_for_workload=False),
)
DISMISS_REASONS_BY_CODE: dict[str, DismissReason] = {each.code: each for each in DISMISS_REASONS}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a done action, as the person who did it says; not listed again for days."""

    code: str
    label: str
    cool_down_days: int


OUTCOMES: tuple[Outcome, ...] = (
    Outcome("reached", "Goal reached", 90),
    Outcome("moved", "Moved in the right direction", 60),
    Outcome("no_effect", "No effect", 120),
    Outcome("too_early", "Too early to tell", 60),
    Outcome("not_possible", "Could not be done", 120),
)
OUTCOMES_BY_CODE: dict[str, Outcome] = {outcome.code: outcome for outcome in OUTCOMES}

CLOSINGS: dict[str, str] = {
    "reached": "The goal was reached",
    "lapsed": "No longer applies",
    "overtaken": "Others are worth more",
    "replaced": "Another action fits better now",
}
"""Why an action closed by itself, by the code in its status_reason."""


def what_text(action: Mapping[str, Any]) -> str:
    """Return what is to be done, in one sentence with its numbers.

    Reads kind, reason, workload, workload_name, milestone and facts; the kind's label where its
    numbers are not known.
    """
    kind, fields = KINDS_BY_CODE[action["kind"]], _fields(action)
    told = (fill(template, fields) for template in kind.whats)
    return next((text for text in told if text), kind.label)


def why_texts(action: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why it is listed, one clause with its numbers each; reads what `what_text` reads."""
    kind, fields = KINDS_BY_CODE[action["kind"]], _fields(action)
    told = (fill(template, fields) for template in (*kind.whys, *_EVERY_WHY))
    return tuple(text for text in told if text)


_EVERY_WHY = ("{lapsed}",)


def _fields(action: Mapping[str, Any]) -> dict[str, str]:
    fields = told_fields(action)
    if action["reason"] in FINDINGS:
        what, why = FINDINGS[action["reason"]]
        fields |= {"finding": what, "finding_why": why}
    return fields
