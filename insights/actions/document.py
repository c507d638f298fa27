"""The document of actions, made from the kinds, statuses, reasons and outcomes themselves."""

from __future__ import annotations

from insights.actions.kinds import (
    CLOSINGS,
    DISMISS_REASONS,
    KEPT_OF_KIND,
    KINDS,
    LAPSED_DAYS,
    MOST_OF_KIND,
    OUTCOMES,
    STATUSES,
    URGENCIES,
    Kind,
)

_INTRODUCTION = f"""# Recommended actions

This page is made from the code by `partner-insights docs`; the rules below are the ones that run.

An action is something to do for one customer: **customer × workload × kind × reason** is its
identity. Every scoring (`partner-insights score`, or the job after an import) looks at all
customers, creates what qualifies, refreshes the numbers of what is there, and closes what is over.
It never makes a second action of the same identity, and it never touches what people set: owner,
due date, status, notes, steps, playbook and effort.

* **Worth**: chance × value of the workload's next milestone within 90 days; both are shown. A
  chance is the model's or the plain rule's, as the Model record says; where none is needed the
  basis is “fact”.
* **Order**: urgency first ({", ".join(reversed(URGENCIES))}), then expected value, then the chance.
* **How many**: of each kind the {MOST_OF_KIND} most valuable of the portfolio are created; how many
  qualify beyond them is counted. One that nobody has touched stays while it is among the first
  {KEPT_OF_KIND}.
* **One per workload**: of recover, unblock, onboard and activate a workload has the first that
  holds. Another one takes over where nobody has touched the old one yet.
* **Owner**: the one active person on the people list who owns the customer, else the one who owns
  its partner; with several or none, nobody. An owner chosen by hand stays.
* **Due**: suggested when it is listed. The day of a clock is followed until somebody sets another.
* **Frequency**: playbooks say how many days lie between two actions of one customer, and up to how
  many open ones a person is suggested as the owner; see [Playbooks](playbooks.md).
* **Two people at once**: a change names the version that it was made upon. If somebody else has
  changed the action since, nothing is written, and the message says who changed what and when.
  Notes and ticked steps are merged.
* **History**: every change is kept with its old and new values, by whom and when.

## Kinds
"""


def actions_document() -> str:
    """Return the document as Markdown."""
    parts = [_INTRODUCTION, *(_kind(kind) for kind in KINDS), _statuses(), _comebacks()]
    return "\n".join(parts)


def _kind(kind: Kind) -> str:
    rows = (
        ("For", kind.purpose),
        ("Listed when", kind.qualifies),
        ("Urgency", kind.urgency),
        ("Due", kind.due),
        ("Closes by itself when", kind.closes_when),
        ("Effort", f"{kind.effort_minutes} minutes unless its playbook says otherwise."),
    )
    lines = "\n".join(f"| {name} | {text} |" for name, text in rows)
    return f"### {kind.symbol} {kind.label} (`{kind.code}`)\n\n| | |\n|---|---|\n{lines}\n"


def _statuses() -> str:
    lines = "\n".join(
        f"| {status.symbol} {status.label} | `{status.code}` | {status.meaning} |"
        for status in STATUSES
    )
    return (
        f"## Statuses\n\n| status | code | meaning |\n|---|---|---|\n{lines}\n\n"
        "A snoozed action is open again by itself on its day, with an event. While somebody works "
        "on an action, nothing but its reached goal closes it; that what listed it no longer holds "
        "is said beside it.\n"
    )


def _comebacks() -> str:
    """Return how long an ended action stays away, by what ended it."""
    dismissed = [(f"Dismissed: {each.label}", each.code, each.effect) for each in DISMISS_REASONS]
    done = [
        (f"Done: {each.label}", each.code, f"this action stays away for {each.cool_down_days} days")
        for each in OUTCOMES
    ]
    days = {"reached": "the days of its kind, below", "lapsed": f"{LAPSED_DAYS} days"}
    closed = [
        (f"Closed: {label}", code, f"this action stays away for {days.get(code, '0 days')}")
        for code, label in CLOSINGS.items()
    ]
    lines = "\n".join(
        f"| {name} | `{code}` | {effect} |" for name, code, effect in (*dismissed, *done, *closed)
    )
    kinds = ", ".join(f"{kind.label} {kind.cool_down_days}" for kind in KINDS)
    return (
        "## When it comes back\n\nAn ended action comes back as its next round, and only if it "
        f"still qualifies.\n\n| ended | code | effect |\n|---|---|---|\n{lines}\n\n"
        f"After a reached goal, in days: {kinds}.\n"
    )
