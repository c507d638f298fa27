"""Expected earnings by month: bands, targets and words, worked out by hand."""

import pandas as pd
import pytest

from insights.charts.forecast import expected_by_month
from insights.months import month_index
from insights.views.forecast import band_80, forecast_rows, forecast_view

OCT = month_index(2026, 10)
JUL25 = month_index(2025, 7)


def months(*, example=0):
    # 100 and 50 dollars, with a variance of 100 and 10,000 dollars squared
    return pd.DataFrame(
        {
            "month": [OCT + 1, OCT + 3],
            "expected_pairs": [1.5, 0.5],
            "expected_usd_e4": [1_000_000, 500_000],
            "variance_usd": [100.0, 10_000.0],
            "example_pairs": [example, 0],
        }
    )


def quarters(target):
    starts = [JUL25, JUL25 + 3, JUL25 + 6, JUL25 + 9, JUL25 + 12, OCT]
    return pd.DataFrame(
        {
            "quarter_start": starts,
            "earned": [10_000_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 90_000_000],
            "target": pd.Series([pd.NA] * 5 + [target], dtype="Int64"),
        }
    )


def test_band_is_1_28_standard_deviations_and_never_below_nothing():
    low, high = band_80(pd.Series([1_000_000, 500_000]), pd.Series([100.0, 10_000.0]))
    assert low.tolist() == [871_840, 0]  # 100 - 1.2816 x 10 dollars; 50 - 128.16 is below 0
    assert high.tolist() == [1_128_160, 1_781_600]


def test_a_month_has_a_third_of_its_quarters_target_or_none():
    rows = forecast_rows(months(), quarters(3_000_000))
    assert rows["target_usd_e4"].iloc[0] == 1_000_000  # November is of the quarter from October
    assert rows["target_usd_e4"].isna().tolist() == [False, True]  # January's has none


def test_words_tell_sum_band_best_month_past_and_target():
    view = forecast_view(months(example=2), quarters(3_000_000))
    # sqrt(10,100) = 100.5 dollars; 150 -+ 128.8
    assert view.takeaway == (
        "Nov 2026 to Jan 2027: $150 (example rate) expected from milestones, 80% between $21 and "
        "$279; most in Nov 2026, $100. The last 4 whole quarters earned $1k in all. In the 1 month "
        "with a target, $100 is expected towards $100."
    )


def test_words_leave_out_target_and_past_where_there_are_none():
    view = forecast_view(months(), quarters(pd.NA).tail(3))
    assert view.takeaway.endswith("most in Nov 2026, $100.")
    assert "example" not in view.takeaway


def test_no_view_where_the_record_allows_no_number():
    assert forecast_view(months().head(0), quarters(pd.NA)) is None


@pytest.mark.parametrize(("target", "traces"), [(3_000_000, 2), (pd.NA, 1)])
def test_chart_has_the_band_around_each_bar_and_targets_only_where_set(target, traces):
    figure = expected_by_month(forecast_rows(months(), quarters(target)))
    assert len(figure.data) == traces
    assert figure.data[0].y.tolist() == [100, 50]
    assert figure.data[0].error_y.arrayminus.tolist() == pytest.approx([12.816, 50])
