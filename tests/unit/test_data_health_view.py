import pandas as pd
import pytest

from insights.charts.completeness import completeness_chart
from insights.months import month_index
from insights.views.data_health import (
    data_health_view,
    freshness_by_kind,
    newest_month_of,
    stale_note,
)

SEP, OCT, NOV = (month_index(2026, month) for month in (9, 10, 11))


def kinds(**newest):
    return pd.DataFrame(
        {
            "kind": list(newest),
            "imports": 1,
            "newest_month": list(newest.values()),
            "imported_at": pd.Timestamp("2026-11-20"),
        }
    )


def reporting(*pairs):
    months = range(OCT - len(pairs) + 2, NOV + 1)
    return pd.DataFrame({"month": months, "pairs": pairs})


def view(counts):
    found = ("above_100", "no_seats", "masked_names", "duplicates", "unknown_workloads", "restated")
    return data_health_view(
        kinds(cpor_usage=SEP),
        reporting(*counts),
        pd.DataFrame(
            {"latest_month": [OCT, SEP], "pairs": [90, 4], "gap_pairs": [3, 0], "gap_months": 5}
        ),
        pd.DataFrame([dict.fromkeys(found, 2)]),
        pd.DataFrame({"code": ["x"], "message": ["X."], "rows": [7], "open": [6]}),
        this_month=NOV,
    )


@pytest.mark.parametrize(
    ("newest", "state"),
    [(SEP, "✓ current"), (OCT, "✓ current"), (SEP - 1, "⚠ 1 month behind")],
)
def test_cpor_usage_is_stale_when_older_than_two_months(newest, state):
    assert freshness_by_kind(kinds(cpor_usage=newest), NOV)["state"].tolist() == [state]


def test_kinds_without_months_are_never_stale():
    freshness = freshness_by_kind(kinds(partner_profile=None), NOV)
    assert freshness["state"].tolist() == ["—"]
    assert stale_note(freshness) == ""


def test_stale_note_names_the_kinds_and_what_to_do():
    note = stale_note(freshness_by_kind(kinds(cpor_usage=SEP - 1, ems_usage=SEP), NOV))
    assert note.startswith("Older than usual: CPOR – Microsoft 365 usage.")


def test_newest_month_is_the_newest_complete_one():
    assert newest_month_of(reporting(100, 100, 34)) == OCT


def test_completeness_says_what_is_missing_and_what_is_coming_in():
    said = view((100, 0, 100, 34)).completeness_says
    assert said == (
        "Complete up to Oct 2026. No pair reports for Sep 2026. "
        "Nov 2026 is still coming in (34% of pairs)."
    )


def test_summary_has_a_count_for_every_check():
    counts = dict(view((100, 100, 34)).summary[["rows", "count"]].to_numpy().tolist())
    assert counts["late_pairs"] == 4
    assert counts["pairs_with_gaps"] == 3
    assert counts["odd_usage"] == 4
    assert counts["quarantine_by_code"] == 7


def test_incomplete_months_are_hatched():
    figure = completeness_chart(view((100, 100, 34)).completeness)
    assert list(figure.data[0].marker.pattern.shape) == ["", "", "/"]
    assert list(figure.data[1].y)[1:] == [100, 100]
