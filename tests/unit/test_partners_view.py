"""The partner scorecard and comparisons, with every ratio worked out by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from data_access.types import Filters
from insights.benchmarks import OVERALL
from insights.charts.partners import comparison, scorecard_heatmap
from insights.charts.trend import share_trend
from insights.months import month_index
from insights.views import partners as views

OCT = month_index(2026, 10)
SEP = OCT - 1
FILTERS = Filters(as_of=OCT, since=SEP, before=SEP)


def usage(*rows):
    """Rows of (month, partner, workload, seats, users, pairs, at 15 %, at 40 %)."""
    columns = [
        "month",
        "partner_id",
        "workload",
        "paid_available_units",
        "monthly_active_users",
        "pairs",
        "pairs_from_15",
        "pairs_from_40",
    ]
    return pd.DataFrame(list(rows), columns=columns).assign(
        partner_name=lambda r: r["partner_id"].str.title(),
        account_id="group",
        account_name="Group",
        workload_name=lambda r: r["workload"].str.title(),
    )


ROWS = usage(
    (OCT, "ann", "TEAMS", 100, 50, 4, 3, 2),
    (OCT, "ann", "EXO", 300, 30, 2, 1, 0),
    (SEP, "ann", "TEAMS", 100, 40, 4, 3, 2),
    (SEP, "ann", "EXO", 300, 40, 2, 1, 0),
    (OCT, "bob", "TEAMS", 1000, 100, 9, 1, 0),
    (OCT, "cat", "TEAMS", 0, 3, 1, 0, 0),
)


def row_of(view, partner):
    return view.table.set_index("partner_id").loc[partner]


def test_scorecard_is_a_ratio_of_sums_over_workloads_largest_partner_first():
    view = views.partners_view(ROWS, FILTERS)
    assert view.table["partner_id"].tolist() == ["bob", "ann", "cat"]
    ann = row_of(view, "ann")
    assert ann["active_usage"] == pytest.approx(80 / 400)  # not the mean of 50 % and 10 %
    assert ann["paid_available_units"] == 400
    assert (ann["pairs"], ann["pairs_from_15"], ann["pairs_from_40"]) == (6, 4, 2)
    assert ann["TEAMS"] == pytest.approx(0.5)
    assert ann["EXO"] == pytest.approx(0.1)
    assert pd.isna(row_of(view, "bob")["EXO"])
    assert pd.isna(row_of(view, "cat")["active_usage"])


def test_change_is_in_points_and_undefined_without_an_earlier_month():
    view = views.partners_view(ROWS, FILTERS)
    assert row_of(view, "ann")["change"] == pytest.approx(80 / 400 - 80 / 400)
    assert pd.isna(row_of(view, "bob")["change"])
    none = views.partners_view(ROWS, replace(FILTERS, before=None))
    assert "change" not in [column.name for column in none.columns]


def test_cells_lie_in_the_milestone_band_of_their_usage():
    view = views.partners_view(ROWS, FILTERS)
    bands = view.cells.set_index(["partner_id", "workload"])["band"]
    assert bands["ann", "TEAMS"] == "from_40"
    assert bands["ann", "EXO"] == "below_15"
    assert bands["cat", "TEAMS"] == "no_seats"


def test_there_is_no_scorecard_without_a_report_in_the_month():
    assert views.partners_view(ROWS, replace(FILTERS, as_of=OCT + 1)) is None


def test_takeaway_names_the_highest_and_the_lowest_partner():
    view = views.partners_view(ROWS, FILTERS)
    assert view.takeaway == "Ann is highest with 20.0%, Bob lowest with 10.0%."


def test_two_partners_are_compared_by_workload_and_first_overall():
    sides = views.two_partners(ROWS, FILTERS, "ann", "bob").rows
    assert sides["workload"].tolist() == [OVERALL, "EXO", "TEAMS"]
    overall = sides.iloc[0]
    assert (overall["first"], overall["second"]) == pytest.approx((0.2, 0.1))
    assert overall["difference"] == pytest.approx(0.1)
    assert (overall["first_units"], overall["second_units"]) == (400, 1000)
    assert pd.isna(sides.iloc[1]["second"])
    assert sides.iloc[2]["difference"] == pytest.approx(0.4)


def test_comparison_needs_both_partners_and_two_of_them():
    assert views.two_partners(ROWS, FILTERS, "ann", "eve") is None
    assert views.two_partners(ROWS, FILTERS, "ann", "ann") is None


def mix(*rows):
    columns = [
        "partner_id",
        "workload",
        "size_band",
        "paid_available_units",
        "monthly_active_users",
    ]
    return pd.DataFrame(list(rows), columns=columns)


def test_peers_are_shown_with_their_number_and_the_share_of_seats_compared():
    peers = [(f"p{n}", "TEAMS", 2, 100, 25) for n in range(5)]
    rows = mix(("ann", "TEAMS", 2, 60, 30), ("ann", "EXO", 2, 240, 24), *peers)
    view = views.with_peers(ROWS, rows, "ann")
    assert view.second == "Like-for-like peers"
    assert view.rows.iloc[0][["first", "second"]].tolist() == pytest.approx([0.5, 0.25])
    assert view.rows["peers"].tolist() == [5, 5]
    assert "5 other partners" in view.note
    assert "20% of its seats" in view.note  # 60 of 300
    assert view.takeaway == "Ann 50.0%, Like-for-like peers 25.0% over all workloads: +25.0 pts."


def test_peers_are_hidden_below_five_other_partners():
    peers = [(f"p{n}", "TEAMS", 2, 100, 25) for n in range(4)]
    assert views.with_peers(ROWS, mix(("ann", "TEAMS", 2, 60, 30), *peers), "ann") is None


def test_trend_has_one_line_per_partner_in_the_order_chosen():
    lines = views.partner_trend(ROWS, ("bob", "ann", None))
    assert lines["series"].tolist() == ["Bob", "Ann", "Ann"]
    assert lines["value"].tolist() == pytest.approx([0.1, 0.2, 0.2])
    words = "Bob: 10.0% in Oct 2026, 10.0% in Oct 2026; Ann: 20.0% in Sep 2026, 20.0% in Oct 2026"
    assert views.trend_words(lines) == words


def test_filters_partner_comes_first_and_does_not_narrow_the_page():
    chosen = replace(FILTERS, partner_id="bob")
    assert views.all_partners(chosen).partner_id is None
    assert list(views.chosen_first({"ann": "Ann", "bob": "Bob"}, "bob")) == ["bob", "ann"]
    assert list(views.chosen_first({"ann": "Ann"}, "gone")) == ["ann"]


def test_charts_carry_ids_and_show_names_as_typed():
    named = ROWS.assign(partner_name=ROWS["partner_name"].replace("Ann", "<b>Ann & Co"))
    view = views.partners_view(named, FILTERS)
    figure = scorecard_heatmap(view.cells, view.workloads)
    assert {code for trace in figure.data for code in trace.customdata} == {"ann", "bob", "cat"}
    assert "&lt;b&gt;Ann &amp; Co" in figure.layout.yaxis.ticktext
    sides = views.two_partners(named, FILTERS, "ann", "bob")
    dots = comparison(sides.rows, first=sides.first, second=sides.second)
    assert [trace.name for trace in dots.data[1:]] == ["&lt;b&gt;Ann &amp; Co", "Bob"]
    lines = share_trend(views.partner_trend(named, ("ann",)), title="Active usage")
    assert [trace.name for trace in lines.data] == ["&lt;b&gt;Ann &amp; Co"]
    assert [line.y0 for line in lines.layout.shapes] == [0.15, 0.4]


def test_partners_of_one_name_stay_apart_in_the_heat_map():
    same = ROWS.assign(partner_name="Ann")
    view = views.partners_view(same, FILTERS)
    labels = scorecard_heatmap(view.cells, view.workloads).layout.yaxis.ticktext
    assert sorted(labels) == ["Ann · ann", "Ann · bob", "Ann · cat"]
