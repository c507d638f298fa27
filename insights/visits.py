"""What a visit is: when it ends, and which alerts are new to somebody who comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

VISIT_GAP = timedelta(minutes=30)
"""Without a page run for longer than this, a visit has ended with its last page run."""

NOTED_EVERY = timedelta(minutes=1)
"""Page runs closer together than this are not noted one by one."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A person's present visit; alerts after `last_alert_id` are new to them.

    `seen_at` and `seen_alert_id` are the latest page run that was noted and the newest alert at
    that time; `last_ended_at` is when the visit before ended, None on the very first visit.
    """

    visiting_since: datetime
    seen_at: datetime
    seen_alert_id: int
    last_ended_at: datetime | None
    last_alert_id: int


def visit_at(before: Visit | None, now: datetime, *, newest_alert_id: int) -> Visit:
    """Return the visit that a page run belongs to, from what was noted before it.

    Everything is known on a first visit, and where the alerts noted are no longer there because
    the store is another one. A clock that goes back moves nothing.
    """
    if before is None or before.seen_alert_id > newest_alert_id:
        return Visit(now, now, newest_alert_id, None, newest_alert_id)
    if now - before.seen_at > VISIT_GAP:
        return Visit(now, now, newest_alert_id, before.seen_at, before.seen_alert_id)
    is_noted = now - before.seen_at < NOTED_EVERY
    if is_noted and newest_alert_id == before.seen_alert_id:
        return before
    return replace(before, seen_at=max(now, before.seen_at), seen_alert_id=newest_alert_id)
