import dataclasses
import json

import pandas as pd

from data_access.types import AssociationChange, ImportReport, Repair, Restatement
from insights.views.imports import batch_labels, report_view, stored_report, total_counts

REPORT = ImportReport(
    file="usage.csv",
    kind="cpor_usage",
    kind_title="CPOR – Microsoft 365 usage",
    dry_run=True,
    batch_id=None,
    rows_read=10,
    accepted=8,
    repaired=1,
    quarantined=2,
    flagged=3,
    new=4,
    unchanged=3,
    restated=1,
    new_months=2,
    new_month_list=("2026-09", "2026-10"),
    repairs=(Repair("Date", "day_first", "Read as day first.", 1),),
    restatements=(Restatement("a", "TEAMS", "2026-08", "monthly_active_users", 5, None),),
    associations=(
        AssociationChange("gained", "a", "TEAMS", "p1", "2026-09"),
        AssociationChange("lost", "a", "TEAMS", "p2", "2026-09"),
    ),
    notes=("A note.",),
)


def test_report_says_what_changes():
    view = report_view(REPORT)
    assert view.sentences == (
        "2 new months: 2026-09 to 2026-10.",
        "3 rows are accepted with a remark.",
        "Associations: 1 gained, 1 lost.",
        "A note.",
    )
    assert dict(view.counts)["Quarantined"] == 2


def test_report_lists_only_what_there_is():
    assert [table.key for table in report_view(REPORT).tables] == [
        "repairs",
        "restatements",
        "associations",
    ]


def test_months_of_lists_are_month_indexes():
    [restated] = [t for t in report_view(REPORT).tables if t.key == "restatements"]
    assert restated.rows["month"].tolist() == [2026 * 12 + 7]
    assert pd.isna(restated.rows["new"].iloc[0])


def test_known_content_is_said_to_change_nothing():
    known = dataclasses.replace(
        REPORT, rows_read=5, accepted=5, unchanged=5, new=0, restated=0, quarantined=0
    )
    assert report_view(known).sentences[0].startswith("Everything in this table is known already")


def test_total_counts_speak_of_all_tables():
    assert total_counts([REPORT, REPORT]) == "2 tables, 16 rows accepted, 4 set aside"


def test_a_stored_report_reads_back_without_its_lists():
    short = dataclasses.replace(REPORT, problems=(), restatements=(), associations=())
    text = json.dumps(dataclasses.asdict(short) | {"restatements_listed": 1})
    batches = pd.DataFrame({"batch_id": [4], "report": [text]})
    assert stored_report(batches, 4) == short


def test_batches_with_open_rows_say_so():
    batches = pd.DataFrame(
        {"batch_id": [2, 1], "file_name": ["b.csv", "a.csv"], "open_rows": [3, 0]}
    )
    assert batch_labels(batches) == {2: "2 · b.csv · 3 to mend", 1: "1 · a.csv"}
