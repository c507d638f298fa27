"""The audit in words: changes as old and new, lists with commas, nothing lost in the lines."""

import json

import pandas as pd

from insights.views.audit import detail_lines, detail_of, event_rows, sentence


def test_a_change_is_told_as_before_and_after():
    detail = {"what": "changed", "changes": {"due_on": [None, "2026-12-01"], "owner": ["a", "b"]}}
    assert sentence(detail) == ("What: changed; Changes: due on nothing → 2026-12-01, owner a → b")


def test_an_export_is_told_with_filters_and_rows():
    detail = {"kind": "xlsx", "title": "", "filters": [["Market", "DE"]], "rows": 1200}
    assert detail_lines(detail) == [
        ("Kind of file", "xlsx"),
        ("Filters", "Market DE"),
        ("Rows", "1,200"),
    ]


def test_files_of_an_import_are_told_one_by_one():
    told = [{"file": "a.csv", "new": 3}, {"file": "b.csv", "new": 0}]
    assert sentence({"tables": told}) == "Tables: file a.csv, new 3, file b.csv, new 0"


def test_a_detail_that_was_cut_or_is_empty_is_still_shown():
    assert detail_of('{"what": "cu') == {"what": '{"what": "cu'}
    assert detail_of("[1]") == {"what": "[1]"}
    assert sentence({}) == "—"
    assert len(sentence({"what": "x" * 500})) == 240


def test_an_unknown_event_keeps_its_code():
    rows = pd.DataFrame(
        {
            "happened_at": pd.to_datetime(["2026-11-23 09:00:01"], utc=True),
            "event": ["odd"],
            "subject": ["customers"],
            "detail": [json.dumps({})],
            "place": ["app"],
            "event_id": [7],
        }
    )
    told = event_rows(rows, {"export": "Took data out"}, {"customers": "Customers"}).iloc[0]
    assert told[["when", "event_label", "about", "words", "row"]].tolist() == [
        "2026-11-23 09:00:01",
        "odd",
        "Customers",
        "—",
        "app-7",
    ]
