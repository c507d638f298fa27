"""Drafts, steps and workloads in words."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from data_access.rules import load_program
from insights.claims.draft import to_json
from insights.claims.finding import Finding
from insights.claims.standing import workload_standing
from insights.months import month_index
from insights.views.claim_assistant import age_words, draft_rows, step_labels, workload_lines
from tests.claim_builders import TODAY, facts, good_draft, milestones, workloads

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OCT = month_index(2026, 10)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(minutes=-5), "just now"),
    ],
)
def test_age_is_told_in_its_largest_unit(ago, words):
    assert age_words(NOW - ago, NOW) == words


def drafts(*statuses):
    return pd.DataFrame(
        {
            "draft_id": [str(at) for at, _ in enumerate(statuses)],
            "status": statuses,
            "content": [to_json(good_draft(claim_name=" A  b "))] * len(statuses),
            "started_at": pd.to_datetime([NOW] * len(statuses), utc=True),
            "saved_at": pd.to_datetime([NOW] * len(statuses), utc=True),
        }
    )


def test_drafts_are_told_by_name_customer_and_workloads():
    row = draft_rows(drafts("draft"), now=NOW, with_discarded=False).iloc[0]
    assert row[["title", "customer", "workloads", "status_words"]].tolist() == [
        "A b",
        "contoso.com",
        "TEAMS",
        "○ Draft",
    ]


def test_discarded_drafts_are_shown_on_demand():
    listed = drafts("draft", "discarded", "packed")
    assert draft_rows(listed, now=NOW, with_discarded=False)["draft_id"].tolist() == ["0", "2"]
    assert len(draft_rows(listed, now=NOW, with_discarded=True)) == 3


def test_draft_of_another_version_is_listed_too():
    row = draft_rows(drafts("draft").assign(content="{"), now=NOW, with_discarded=False).iloc[0]
    assert row["title"] == "Written by another version"


def test_no_draft_is_an_empty_list():
    assert draft_rows(drafts().astype({"status": "str"}), now=NOW, with_discarded=False).empty


def test_steps_carry_the_mark_of_their_worst_finding():
    found = (
        Finding("a", "domain", "warning", "m", "r"),
        Finding("b", "proof", "blocking", "m", "r"),
        Finding("c", "comments", "warning", "m", "r"),
    )
    assert list(step_labels(found).values()) == [
        "✓ 1 Role",
        "▲ 2 Customer",
        "○ 3 Proof",
        "✓ 4 Workloads",
        "○ 5 Review",
    ]
    assert step_labels(found[:1])[5] == "▲ 5 Review"
    assert step_labels(())[5] == "✓ 5 Review"


def line(known, *, today=TODAY, claimed=(), own_partner="1234567"):
    standing = workload_standing(known, claimed, load_program(), today)
    return workload_lines(standing, own_partner)[0]


def test_workload_tells_usage_seats_and_minimum():
    told = line(facts(workloads=workloads(latest_month=OCT)))
    assert told.holder == "○ Nobody holds it"
    assert told.usage == (
        "5.0% active in Oct 2026 (no maximum at claim, bucket XS) · 400 seats (minimum 150)"
    )
    assert told.worth == "No milestone left to earn that we know of"


def test_workload_tells_the_maximum_at_claim_of_milestone_years():
    rules = load_program().on(date(2023, 3, 15))
    limits = {each.bucket: each.percent for each in rules.maximum_usage_at_claim}
    bucket = [each.name for each in rules.buckets if each.from_units <= 400][-1]
    told = line(facts(), today=date(2023, 3, 15))
    assert f"(at claim {limits[bucket]}% at most, bucket {bucket})" in told.usage


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        ({"holder_id": "1234567", "holder_name": "Berg"}, "● This location holds it"),
        ({"holder_id": "7", "holder_name": "Nord AG"}, "▲ Nord AG holds it"),
        ({}, "▲ Another partner holds it"),
    ],
)
def test_workload_tells_who_holds_it(holder, words):
    assert line(facts(workloads=workloads(is_held=True, **holder))).holder == words


def test_workload_tells_what_is_still_to_earn():
    told = {"workload": "TEAMS", "state": "unclaimed", "monthly_pace": 20.0, "as_of": OCT}
    rows = [
        {"milestone": 15, "users_needed": 40, "added_value_usd_e4": 15_000_000, "is_example": True},
        {"milestone": 40, "users_needed": 140, "added_value_usd_e4": 5_000_000},
    ]
    known = facts(milestones=milestones(*(told | {"is_example": False} | row for row in rows)))
    assert line(known).worth == (
        "Still to earn: 15%, 40%, $2,000 (example rate), 40 more active users to the next "
        "· passes about Dec 2026"
    )


def test_workload_without_a_report_says_so():
    known = facts(workloads=workloads().iloc[:0])
    told = line(known, claimed=("MDO",))
    assert (told.name, told.usage) == (
        "Defender for Office 365",
        "No report shows it for this customer.",
    )
