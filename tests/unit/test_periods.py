import pandas as pd
import pytest

from insights.months import month_index
from insights.periods import Months, coverage_by_month, months_shown, newest_complete_month

OCT = month_index(2026, 10)


def pairs(*counts, last=OCT):
    return pd.Series(counts, index=range(last - len(counts) + 1, last + 1))


def test_coverage_compares_with_the_most_of_the_three_months_before():
    assert coverage_by_month(pairs(100, 50, 80, 40)).tolist()[1:] == [0.5, 0.8, 0.4]


def test_coverage_counts_a_missing_month_as_no_report():
    reported = pd.Series([100, 90], index=[OCT - 2, OCT])
    assert coverage_by_month(reported).tolist()[1:] == [0.0, 0.9]


@pytest.mark.parametrize(
    ("counts", "newest"),
    [
        ((100, 100, 34), OCT - 1),
        ((100, 100, 80), OCT),
        ((100, 100, 79), OCT - 1),
        ((100, 100, 30, 20), OCT - 2),
        ((100,), OCT),
        ((100, 10), OCT - 1),
    ],
)
def test_newest_complete_month_has_four_fifths_of_the_usual_pairs(counts, newest):
    assert newest_complete_month(pairs(*counts)) == newest


def test_there_is_no_complete_month_without_data():
    assert newest_complete_month(pairs()) is None


@pytest.mark.parametrize(
    ("period", "comparison", "oldest", "shown"),
    [
        ("12m", "previous", OCT - 35, Months(OCT - 11, OCT, OCT - 12)),
        ("3m", "previous", OCT - 35, Months(OCT - 2, OCT, OCT - 3)),
        ("3m", "year", OCT - 35, Months(OCT - 2, OCT, OCT - 12)),
        ("3m", "none", OCT - 35, Months(OCT - 2, OCT, None)),
        ("fy", "previous", OCT - 35, Months(month_index(2026, 7), OCT, month_index(2026, 6))),
        ("all", "previous", OCT - 35, Months(OCT - 35, OCT, OCT - 35)),
        ("12m", "previous", OCT - 11, Months(OCT - 11, OCT, OCT - 11)),
        ("12m", "year", OCT - 11, Months(OCT - 11, OCT, None)),
        ("12m", "previous", OCT, Months(OCT, OCT, None)),
    ],
)
def test_months_shown_end_at_the_as_of_month(period, comparison, oldest, shown):
    assert months_shown(period, comparison, as_of=OCT, oldest=oldest) == shown
