"""The calendar file of claim clocks, read back by the library's own parser."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
from icalendar import Calendar

from insights.exports.calendar import clock_calendar, clock_uid

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def clocks(**values):
    row = {
        "claim_id": "C-1",
        "tenant_id": "t1",
        "tenant_name": "Contoso, Ltd; \\ Zürich",
        "workloads": "Teams",
        "partner_name": "Fabrikam",
        "clock": "partner_action_required",
        "who": "partner",
        "what": "Answer the reviewer",
        "due_on": pd.Timestamp("2026-11-25"),
        "rule_text": "14 business days (FY27)",
    }
    return pd.DataFrame([row | values])


def events(content):
    return Calendar.from_ical(content).walk("VEVENT")


def test_deadline_is_an_all_day_event_with_the_time_of_the_file():
    (event,) = events(clock_calendar(clocks(), NOW))
    assert event.decoded("dtstart") == date(2026, 11, 25)
    assert event.decoded("dtend") == date(2026, 11, 26)
    assert event.decoded("dtstamp") == NOW
    assert event["summary"] == "Contoso, Ltd; \\ Zürich: Answer the reviewer (Teams)"
    assert "14 business days (FY27)" in event["description"]
    assert "http" not in event["description"]


def test_calendar_reminds_days_before():
    (event,) = events(clock_calendar(clocks(), NOW))
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-2)
    assert alarm["action"] == "DISPLAY"


def test_same_deadline_keeps_its_id_and_a_later_file_counts_as_newer():
    (first,) = events(clock_calendar(clocks(), NOW))
    (second,) = events(clock_calendar(clocks(tenant_name="Renamed"), NOW + timedelta(days=1)))
    assert first["uid"] == second["uid"]
    assert second["sequence"] > first["sequence"]


def test_other_claim_clock_day_or_customer_is_another_event():
    due = date(2026, 11, 25)
    ids = {
        clock_uid("C-1", "rejected", due, tenant_id="t"),
        clock_uid("C-2", "rejected", due, tenant_id="t"),
        clock_uid("C-1", "dispute", due, tenant_id="t"),
        clock_uid("C-1", "rejected", date(2026, 11, 26), tenant_id="t"),
        clock_uid("C-1", "rejected", due, tenant_id="u"),
    }
    assert len(ids) == 5


def test_no_clock_is_an_empty_calendar():
    assert events(clock_calendar(clocks().head(0), NOW)) == []


def test_lines_of_the_file_are_folded_and_end_as_the_format_asks():
    content = clock_calendar(clocks(tenant_name="Ü" * 120), NOW)
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    (event,) = events(content)
    assert "Ü" * 120 in event["summary"]
