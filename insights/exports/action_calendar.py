"""Due dates of actions as a calendar file (iCalendar, RFC 5545) that updates when read again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from insights.exports.calendar import all_day_event, calendar_file

if TYPE_CHECKING:
    from icalendar import Event

UID_DOMAIN = "actions.partner-insights"


def action_calendar(actions: pd.DataFrame, now: datetime) -> bytes:
    """Return the due dates as a calendar file: one all-day event per row.

    `actions` has action_id, due_on, what, why, tenant_name, owner_name, kind_label and
    status_label; `now` is written as the time of the file. An action keeps its event: a later
    import moves it to its new day.
    """
    events = [_event(row, now) for row in actions.to_dict("records")]
    return calendar_file("Recommended actions", events)


def _event(row: Mapping[Hashable, Any], now: datetime) -> Event:
    event = all_day_event(
        f"{row['action_id']}@{UID_DOMAIN}",
        pd.Timestamp(row["due_on"]).date(),
        f"{row['tenant_name']}: {row['what']}",
        now=now,
    )
    event.add("description", _description(row))
    event.add("categories", ["Actions"])
    return event


def _description(row: Mapping[Hashable, Any]) -> str:
    """Return what the event says: why, whose it is and how it stands; no money."""
    lines = (
        f"Why: {row['why']}" if row["why"] else "",
        f"Kind: {row['kind_label']}",
        f"Owner: {row['owner_name'] or 'nobody'}",
        f"Status: {row['status_label']}",
    )
    return "\n".join(line for line in lines if line)
