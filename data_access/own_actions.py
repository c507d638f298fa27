"""Actions that people add in their own words; no rule lists, refreshes or closes them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from data_access.action_making import Wanted, create_action
from data_access.errors import InsightsError
from data_access.store import Store
from data_access.types import Scope
from insights.actions.kinds import OWN

LONGEST_TASK = 200
"""Letters of an own task; more belongs into a note."""


@dataclass(frozen=True, slots=True)
class OwnTask:
    """What somebody wants to do: for whom, in their words, by when and whose it is ('': nobody)."""

    tenant_id: str
    workload: str
    text: str
    owner: str = ""
    due_on: date | None = None
    effort_minutes: int = OWN.effort_minutes


def add_own_action(store: Store, scope: Scope, task: OwnTask, *, now: datetime) -> str:
    """Store an own task and return its id; the same words once more that day are the same task.

    Raises InsightsError without words or with too many, and for a customer that the scope does
    not see.
    """
    text = " ".join(task.text.split())
    if not text or len(text) > LONGEST_TASK:
        raise InsightsError(
            "An own task needs a few words.", f"Write at most {LONGEST_TASK} letters."
        )
    numbers = {
        "facts": json.dumps({"text": text}),
        "owner": task.owner,
        "due_on": task.due_on,
        "effort_minutes": task.effort_minutes,
        "basis": "person",
    }
    # The same words by the same person on one day are one task: saving it again after the
    # connection was lost must not make two.
    said = json.dumps([scope.own_key, text, now.date().isoformat()])
    reason = f"own {hashlib.sha256(said.encode()).hexdigest()[:32]}"
    wanted = Wanted(task.tenant_id, task.workload, OWN.code, reason, "", numbers)
    return create_action(store, scope, wanted, now=now)
