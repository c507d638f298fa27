"""Claim deadlines as a calendar file (iCalendar, RFC 5545) that updates when it is read again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:  # loaded when a file is made: it takes longer than drawing a page
    from icalendar import Alarm, Event

UID_DOMAIN = "claim-clocks.partner-insights"
ALARM_DAYS = 2
"""Days before the deadline on which the calendar reminds of it."""


def clock_uid(claim_id: str, clock: str, due_on: date, *, tenant_id: str) -> str:
    """Return the id under which a calendar knows a deadline: the same facts, the same id."""
    facts = "|".join((claim_id, tenant_id, clock, due_on.isoformat()))
    return f"{sha256(facts.encode()).hexdigest()[:32]}@{UID_DOMAIN}"


def clock_calendar(clocks: pd.DataFrame, now: datetime) -> bytes:
    """Return the deadlines as a calendar file: one all-day event per row.

    `clocks` has the columns of the clocks inbox (claim_id, tenant_id, tenant_name,
    workloads, partner_name, clock, who, what, due_on, rule_text); `now`
    is written as the time of the file. A later import of the same deadline replaces the event.
    """
    events = [_event(row, now) for row in clocks.to_dict("records")]
    return calendar_file("Claim clocks", events)


def calendar_file(name: str, events: Sequence[Event]) -> bytes:
    """Return events as a calendar file that a calendar calls by this name."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//Partner Insights//{name}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def all_day_event(uid: str, day: date, summary: str, *, now: datetime) -> Event:
    """Return an all-day event with a reminder; the same `uid` later replaces it."""
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("sequence", int(now.timestamp()) // 60 - _SEQUENCE_FROM)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(summary))
    return event


def _event(row: Mapping[Hashable, Any], now: datetime) -> Event:
    due = pd.Timestamp(row["due_on"]).date()
    uid = clock_uid(row["claim_id"], row["clock"], due, tenant_id=row["tenant_id"])
    summary = f"{row['tenant_name']}: {row['what']} ({row['workloads']})"
    event = all_day_event(uid, due, summary, now=now)
    event.add("description", _description(row))
    event.add("categories", ["Claims"])
    return event


_SEQUENCE_FROM = 29_000_000
"""Minutes from 1970 to early 2025: keeps the sequence number, which only rises, short."""


def _description(row: Mapping[Hashable, Any]) -> str:
    """Return what the event says, without links."""
    return "\n".join(
        (
            f"Who must act: {row['who']}",
            f"What: {row['what']}",
            f"Claim {row['claim_id']} of {row['partner_name']}",
            f"Customer: {row['tenant_name']}",
            f"Workloads: {row['workloads']}",
            f"Rule: {row['rule_text']}",
            "Public holidays are not known: a deadline in business days may be later.",
        )
    )


def _alarm(summary: str) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(days=-ALARM_DAYS))
    return alarm
