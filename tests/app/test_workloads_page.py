"""The workloads page as people meet it: figures, panels, customers, cohorts, empty states."""

import json

import pytest

from data_access.types import OPEN_END
from insights.months import month_index
from tests.app.performance_store import fill_portfolio
from tests.builders import fill_store

WORKLOADS = "pages/performance/workloads.py"
OCT = month_index(2026, 10)


@pytest.fixture
def open_workloads(shown_store, without_exception):
    fill_portfolio(shown_store)

    def open_it(**query):
        return without_exception(WORKLOADS, query)

    return open_it


def cards(page):
    return {metric.label: metric.value for metric in page.metric}


def specs(page):
    return [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]


def test_workloads_shows_hand_computed_figures(open_workloads):
    page = open_workloads()
    assert cards(page)["Pairs reporting"] == "4"
    assert cards(page)[r"Share at 15%\+"] == r"50\.0%"
    scorecard = page.dataframe[0].value.set_index("workload_name")
    assert scorecard.loc["TEAMS", "paid_available_units"] == 900
    assert scorecard.loc["TEAMS", "active_usage"] == pytest.approx(100 * 120 / 900)
    assert scorecard.loc["EXO", "active_usage_change"] == pytest.approx(40)


def test_every_workload_has_a_panel_that_says_where_it_stands(open_workloads):
    texts = [line.value for line in open_workloads().markdown]
    assert any(r"13\.3% \(\+6\.7 pts\)" in text for text in texts)
    assert any(r"80\.0% \(\+40\.0 pts\)" in text for text in texts)


def test_cells_carry_the_customer_that_a_click_opens(open_workloads):
    carried = {
        code
        for spec in specs(open_workloads())
        for trace in spec["data"]
        if trace["type"] == "bar"
        for code in trace["customdata"]
    }
    assert carried == {"t1", "t2", "t3"}


def test_filters_of_the_link_narrow_the_page(open_workloads):
    page = open_workloads(wl="EXO", ga="a1")
    assert page.dataframe[0].value["workload_name"].tolist() == ["EXO"]
    assert cards(page)["Monthly active users"] == "80"


def test_few_associations_have_no_curve(open_workloads):
    page = open_workloads(mk="DE")
    assert any("Too few associations" in info.value for info in page.info)
    assert any("do not follow the filter on market" in text.value for text in page.caption)


def test_cohorts_show_a_curve_from_five_pairs_on(shown_store, without_exception):
    tenants = [f"t{number}" for number in range(5)]
    fill_store(
        shown_store,
        [(tenant, "TEAMS", month, 100, 40) for tenant in tenants for month in (OCT - 1, OCT)],
        [("p1", tenant, "TEAMS", OCT - 1, OPEN_END) for tenant in tenants],
    )
    page = without_exception(WORKLOADS, {"wl_cohort": "start_year"})
    (curve,) = [
        trace for spec in specs(page) for trace in spec["data"] if trace.get("name") == "FY27"
    ]
    assert curve["mode"] == "lines"


def test_filters_that_leave_nothing_offer_a_reset(open_workloads):
    page = open_workloads(p="p1", mk="FR")
    assert any("Nothing matches" in info.value for info in page.info)
    page.button(key="state_reset").click().run()
    assert cards(page)["Pairs reporting"] == "4"


def test_charts_have_text_that_states_the_takeaway(open_workloads):
    assert all(chart.proto.alt for chart in open_workloads().get("plotly_chart"))
