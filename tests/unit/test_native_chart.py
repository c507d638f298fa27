"""Figures as office programs draw them: the same categories and values, or a table instead."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from insights.charts.bridge import usage_waterfall
from insights.charts.heatmap import band_heatmap
from insights.charts.theme import threshold_lines
from insights.exports.figure_table import figure_table
from insights.exports.native_chart import native_charts, number_format
from insights.exports.office_chart import HIDDEN


def figure(*traces, **layout):
    return go.Figure({"data": list(traces), "layout": layout})


def test_lines_over_months_keep_days_gaps_and_milestones():
    drawn = figure(
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Teams &amp; more",
            "x": ["2026-09-01", "2026-10-01"],
            "y": [0.25, float("nan")],
            "line": {"color": "#2F78B7"},
        },
        yaxis={"tickformat": ".0%", "range": [0, 0.3]},
        **threshold_lines([15, 40]),
    )
    [chart] = native_charts(drawn)
    assert chart.categories == (date(2026, 9, 1), date(2026, 10, 1))
    assert chart.labels == ("Sep 2026", "Oct 2026")
    assert (chart.shape, chart.number_format, chart.maximum) == ("line", "0%", 0.3)
    line, guide = chart.series  # 40 % lies above the scale
    assert (line.name, line.values, line.colour) == ("Teams & more", (0.25, None), "2F78B7")
    assert (guide.name, guide.values) == ("Milestone 15%", (0.15, 0.15))


def test_each_value_axis_is_a_chart_of_its_own():
    drawn = figure(
        {"type": "scatter", "x": ["a", "b"], "y": [0.1, 0.2]},
        {"type": "scatter", "x": ["a", "b"], "y": [10, 20], "yaxis": "y2"},
        yaxis={"title": {"text": "Share"}},
        yaxis2={"title": {"text": "Count"}, "tickformat": "~s"},
    )
    first, second = native_charts(drawn)
    assert (first.value_title, second.value_title) == ("Share", "Count")
    assert second.series[0].values == (10, 20)
    assert second.number_format == "#,##0"


def test_stacked_bars_stay_stacked_and_one_colour_twice_becomes_lighter():
    bar = {"type": "bar", "x": ["Q1", "Q2"], "marker": {"color": "#000000"}}
    drawn = figure({**bar, "name": "A", "y": [1, 2]}, {**bar, "name": "B", "y": [3, -4]},
                   barmode="relative")  # fmt: skip
    [chart] = native_charts(drawn)
    assert chart.is_stacked
    assert [one.values for one in chart.series] == [(1, 2), (3, -4)]
    assert [one.colour for one in chart.series] == ["000000", "666666"]


def test_bars_beside_each_other_add_up_within_their_group():
    bar = {"type": "bar", "x": ["Q1", "Q2"]}
    drawn = figure(
        {**bar, "name": "Old", "y": [1, 2], "offsetgroup": "earned"},
        {**bar, "name": "New", "y": [10, None], "offsetgroup": "earned"},
        {**bar, "name": "Missed", "y": [5, 6], "offsetgroup": "missed"},
        {"type": "scatter", "name": "Target", "x": ["Q1", "Q2"], "y": [9, 9]},
        barmode="stack",
    )
    [chart] = native_charts(drawn)
    assert not chart.is_stacked
    told = {one.name: (one.values, one.style) for one in chart.series}
    assert told == {
        "Old + New": ((11, 2), "column"),
        "Missed": ((5, 6), "column"),
        "Target": ((9, 9), "line"),
    }


def test_lying_bars_take_their_names_and_leave_marks_out():
    drawn = figure(
        {"type": "bar", "orientation": "h", "name": "Users", "x": [5, 7], "y": [1, 0]},
        {"type": "scatter", "mode": "markers", "name": "Net", "x": [5, 7], "y": [1, 0]},
        yaxis={"visible": False},
        annotations=[{"y": 1.24, "text": "<b>Teams</b>  +5"}, {"y": 0.24, "text": "Exchange"}],
    )
    [chart] = native_charts(drawn)
    assert (chart.shape, chart.labels) == ("bar", ("Exchange", "Teams +5"))
    assert [(one.name, one.values) for one in chart.series] == [("Users", (7, 5))]


def test_a_waterfall_stands_on_columns_that_are_not_drawn():
    steps = pd.DataFrame(
        {
            "term": ["before", "users", "seats", "now"],
            "label": ["Sep", "Users", "Seats", "Oct"],
            "share": [0.30, 0.05, -0.02, 0.33],
        }
    )
    [chart] = native_charts(usage_waterfall(steps))
    hidden, value = chart.series
    # +5 points from 0, then -2 from 5 down to 3, then the sum of 3 from 0.
    assert hidden.name == HIDDEN
    assert hidden.values == pytest.approx((0, 3, 0))
    assert value.values == pytest.approx((5, 2, 3))
    assert chart.labels == ("Users +5.0 pts", "Seats −2.0 pts", "Change +3.0 pts")
    assert len(set(value.point_colours)) == 3


def test_a_waterfall_below_zero_is_drawn_below_zero():
    drawn = figure({"type": "waterfall", "x": ["a", "b"], "y": [2, -5]})
    [chart] = native_charts(drawn)
    told = {one.name: one.values for one in chart.series}
    assert told == {"Value": (2, 2), "Value below zero": (0, -3)}


def test_points_anywhere_are_a_scatter_chart():
    drawn = figure({"type": "scatter", "mode": "markers", "x": [0.1, 0.25], "y": [3, 4]})
    [chart] = native_charts(drawn)
    assert chart.shape == "scatter"
    assert (chart.series[0].across, chart.series[0].values) == ((0.1, 0.25), (3, 4))


def test_a_grid_of_cells_has_no_chart_but_its_table():
    cells = pd.DataFrame(
        {
            "row_id": ["t1", "t1", "t2"],
            "row_name": ["A & B", "A & B", "=1+1"],
            "workload": ["TEAMS", "EXO", "EXO"],
            "active_usage": [0.5, 0.146, float("nan")],
            "band": ["from_40", "below_15", "no_seats"],
            "hover": ["", "", ""],
        }
    )
    drawn = band_heatmap(cells, {"EXO": "Exchange", "TEAMS": "Teams"})
    assert native_charts(drawn) == ()
    rows, columns = figure_table(drawn)
    assert [column.label for column in columns] == ["Name", "Exchange", "Teams"]
    assert rows.to_numpy().tolist() == [["A & B", "14.6%", "50.0%"], ["=1+1", "–", ""]]


def test_a_timeline_has_no_chart_but_its_spans():
    drawn = figure(
        {
            "type": "bar",
            "orientation": "h",
            "name": "Partner",
            "base": ["2026-01-01"],
            "x": [31 * 86_400_000],
            "y": ["Teams"],
        }
    )
    assert native_charts(drawn) == ()
    rows, _ = figure_table(drawn)
    assert rows.to_numpy().tolist() == [["Teams", "Partner", "2026-01-01", "2026-02-01"]]


@pytest.mark.parametrize(
    ("axis", "wanted"),
    [
        ({"tickformat": ".0%"}, "0%"),
        ({"tickformat": "+.1f"}, "+0.0;-0.0;0.0"),
        ({"tickformat": "~s", "tickprefix": "$"}, "$#,##0"),
        ({"tickformat": "+,d"}, "+#,##0;-#,##0;#,##0"),
        ({}, "General"),
    ],
)
def test_number_formats_are_those_of_office_programs(axis, wanted):
    assert number_format(axis) == wanted
