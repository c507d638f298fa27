"""Charts of performance: what they draw, what a click carries, what their text says."""

import pandas as pd
import pytest

from insights.charts.bridge import largest_moves, moves_alt, usage_waterfall, waterfall_alt
from insights.charts.cohorts import cohort_alt, cohort_curves
from insights.charts.heatmap import CELL, customer_heatmap, heatmap_alt
from insights.charts.performance import (
    association_alt,
    association_changes,
    impact_alt,
    impact_over_time,
    panel_alt,
    workload_panel,
)
from insights.charts.theme import workload_colour
from insights.metrics.catalogue import PEOPLE, SEATS
from insights.months import month_index

SEP, OCT = month_index(2026, 9), month_index(2026, 10)

TREND = pd.DataFrame(
    {
        "month": [SEP, OCT],
        "active_usage": [0.5, 0.6],
        "paid_available_units": [100.0, 110.0],
        "seats": [50.0, 55.0],
        "people": [30.0, 40.0],
    }
)
STEPS = pd.DataFrame(
    [
        ("before", "Sep 2026", 0.5),
        ("users", "Users", 0.12),
        ("seats", "Seats", -0.02),
        ("now", "Oct 2026", 0.6),
    ],
    columns=["term", "label", "share"],
)
MOVED = pd.DataFrame(
    {
        "code": ["TEAMS", "EXO"],
        "name": ["Teams <b>", "Exchange Online"],
        "change": [0.1, -0.01],
        "users": [0.12, -0.01],
        "seats": [-0.02, 0.0],
        "joined": [0.0, 0.0],
        "left": [0.0, 0.0],
        "gap": [0.0, 0.0],
        "seats_now": [1000.0, 2000.0],
        "users_worth": [100.0, -20.0],
        "why": ["+12.0 pts more active users on the same seats", "-"],
    }
)
CELLS = pd.DataFrame(
    {
        "tenant_id": ["t1", "t1", "t2"],
        "tenant_name": ["Contoso", "Contoso", "A very long name that the axis has no room for"],
        "workload": ["EXO", "TEAMS", "TEAMS"],
        "workload_name": ["Exchange Online", "Microsoft Teams", "Microsoft Teams"],
        "paid_available_units": [100, 100, 0],
        "monthly_active_users": [50, 20, 3],
        "active_usage": [0.5, 0.2, None],
        "band": ["from_40", "from_15", "no_seats"],
        "next_milestone": pd.array([None, 40, None], dtype="Int64"),
        "users_needed": pd.array([None, 1200, None], dtype="Int64"),
    }
)
CURVES = pd.DataFrame(
    {
        "code": ["EXO", "EXO", "TEAMS"],
        "name": ["Exchange Online", "Exchange Online", "Microsoft Teams"],
        "age": [0, 12, 12],
        "pairs": [9, 7, 8],
        "active_usage": [0.5, 0.7, 0.3],
    }
)
ASSOCIATIONS = pd.DataFrame(
    {
        "month": [SEP, OCT],
        "new": [3, 0],
        "moved": [1, 0],
        "disassociated": [0, 0],
        "not reported": [0, 2],
    }
)


def names(figure):
    return [trace.name for trace in figure.data if trace.name]


def test_impact_shows_usage_above_people_within_seats():
    figure = impact_over_time(TREND, (SEATS, PEOPLE))
    assert names(figure) == ["Active usage", "Seats", "People, at least"]
    assert list(figure.data[0].x) == ["2026-09-01", "2026-10-01"]
    assert impact_alt(TREND) == "Active usage went from 50.0% in Sep 2026 to 60.0% in Oct 2026"


def test_panel_shows_the_milestones_on_its_own_scale():
    months = TREND.assign(
        workload="TEAMS", workload_name="Microsoft Teams", monthly_active_users=[5, 6]
    )
    figure = workload_panel(months)
    assert [shape.y0 for shape in figure.layout.shapes] == [0.15, 0.4]
    assert figure.data[0].line.color == workload_colour("TEAMS")
    low = workload_panel(months.assign(active_usage=[0.01, 0.02]))
    assert [shape.y0 for shape in low.layout.shapes] == [0.15]
    assert low.layout.yaxis.range == (0, 0.2)
    assert panel_alt(months).startswith("Microsoft Teams. Active usage went from 50.0%")


def test_ended_associations_hang_below_those_begun():
    figure = association_changes(ASSOCIATIONS)
    assert names(figure) == ["Began", "Moved to another partner", "No longer reported"]
    assert list(figure.data[2].y) == [0, -2]
    assert association_alt(ASSOCIATIONS) == "3 associations began and 3 ended"


def test_waterfall_ends_with_the_sum_of_its_steps():
    (bars,) = usage_waterfall(STEPS).data
    assert list(bars.x) == ["Users", "Seats", "Change"]
    assert list(bars.y) == pytest.approx([12, -2, 10])
    assert list(bars.text) == ["+12.0 pts", "−2.0 pts", "+10.0 pts"]
    assert waterfall_alt(STEPS) == (
        "Active usage +10.0 pts, Sep 2026 to Oct 2026: Users +12.0 pts, Seats −2.0 pts"
    )


def test_moves_add_up_in_users_and_carry_the_code():
    figure = largest_moves(MOVED)
    users, seats, net = figure.data
    assert list(users.x) == pytest.approx([120, -20])
    assert list(seats.x) == pytest.approx([-20, 0])
    assert list(net.x) == [100, -20]
    assert list(users.customdata) == ["TEAMS", "EXO"]
    assert figure.layout.annotations[0].text == "<b>Teams &lt;b&gt;</b>  +10.0 pts, +100 users"
    assert "moved most: +10.0 pts" in moves_alt(MOVED, "workloads")


def test_moves_without_a_comparison_say_so():
    assert moves_alt(MOVED.head(0), "partners") == "No change of partners to compare"


def test_heatmap_cells_carry_their_customer_and_say_what_is_needed():
    figure = customer_heatmap(CELLS, {"EXO": "Exchange", "TEAMS": "Teams"})
    cells = {trace.name: trace for trace in figure.data}
    assert list(cells) == ["◐ 15% to under 40%", "● 40% and more", "– no seats"]
    partly = cells["◐ 15% to under 40%"]
    assert {trace.width for trace in figure.data} == {CELL}
    assert list(partly.customdata) == ["t1"]
    assert partly.hovertext[0] == (
        "Contoso<br>Microsoft Teams: 20 users of 100 units<br>1,200 users to 40%"
    )
    assert [list(trace.text) for trace in figure.data] == [["20.0%"], ["50.0%"], ["–"]]
    assert figure.layout.yaxis.ticktext[1].endswith("…")
    assert list(figure.layout.xaxis.ticktext) == ["Exchange", "Teams"]
    assert heatmap_alt(CELLS) == (
        "Workloads of the 2 largest customers: 0 at under 15%, 1 at 15% to under 40%, "
        "1 at 40% and more"
    )


def test_cohorts_have_one_curve_each_in_the_workloads_colour():
    figure = cohort_curves(CURVES, "workload")
    assert names(figure) == ["Exchange Online", "Microsoft Teams"]
    assert figure.data[1].line.color == workload_colour("TEAMS")
    assert "between 30.0% (Microsoft Teams) and 70.0% (Exchange Online)" in cohort_alt(CURVES)


def test_cohorts_by_start_year_need_no_workload():
    figure = cohort_curves(CURVES.assign(code=[2025, 2025, 2026]), "start_year")
    assert len({trace.line.color for trace in figure.data}) == 2


def test_no_cohorts_say_so():
    assert cohort_alt(CURVES.head(0)) == "Too few associations for curves"
