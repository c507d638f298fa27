"""The overview as people meet it: figures, reasons, filters, clicks, empty states."""

import json

import pytest

from tests.app.performance_store import fill_portfolio
from tests.builders import fill_store

OVERVIEW = "pages/performance/overview.py"


@pytest.fixture
def open_overview(shown_store, without_exception):
    fill_portfolio(shown_store)

    def open_it(**query):
        return without_exception(query=query)

    return open_it


def cards(page):
    return {metric.label: (metric.value, metric.delta) for metric in page.metric}


def said(page):
    return [line.value for line in page.markdown if line.value.startswith("- ")]


def test_overview_shows_hand_computed_figures(open_overview):
    shown = cards(open_overview())
    assert shown["Associated tenants"][0] == "2"
    assert shown["Paid available units"][0] == "1,000"
    assert shown["Active usage"][0] == r"20\.0%"  # 200 of 1,000
    assert shown["People, at least"][0] == "160"  # 80 of t1, 30 of t2, 50 of t3
    assert shown[r"Pairs at 15%\+"][0] == "2"
    assert shown[r"Pairs at 40%\+"][0] == "2"
    assert shown["Coverage"][0] == r"75\.0%"


def test_overview_says_what_changed_and_why(open_overview):
    lines = said(open_overview())
    assert r"from 10\.0%" in lines[0]
    assert r"\+10\.0 pts more active users on the same seats" in lines[0]
    assert "associations began" in lines[-1]


def test_filters_of_the_link_narrow_every_figure(open_overview):
    shown = cards(open_overview(p="p1"))
    assert shown["Paid available units"][0] == "200"
    assert shown["Active usage"][0] == r"60\.0%"
    assert "Coverage" not in shown  # within a partner all pairs are associated


def test_one_workload_shows_its_users(open_overview):
    shown = cards(open_overview(wl="TEAMS"))
    assert shown["Monthly active users"][0] == "120"
    assert "People, at least" not in shown


def test_no_comparison_shows_no_change(open_overview):
    page = open_overview(cmp="none")
    assert all(not delta for _, delta in cards(page).values())
    assert any("without a comparison" in caption.value for caption in page.caption)


def test_bars_carry_the_code_that_a_click_filters_by(open_overview):
    specs = [json.loads(chart.proto.spec) for chart in open_overview().get("plotly_chart")]
    carried = {tuple(trace.get("customdata") or ()) for spec in specs for trace in spec["data"]}
    assert ("TEAMS", "EXO") in carried
    assert ("p1", "p2") in carried


def test_filters_that_leave_nothing_offer_a_reset(open_overview):
    page = open_overview(p="p1", mk="FR")
    assert any("Nothing matches" in info.value for info in page.info)
    page.button(key="state_reset").click().run()
    assert "Paid available units" in cards(page)


def test_single_month_has_nothing_to_compare(shown_store, without_exception):
    fill_store(shown_store, [("t1", "TEAMS", 24_300, 100, 40)])
    page = without_exception()
    assert cards(page)["Active usage"][0] == r"40\.0%"
    assert any("Nothing to compare with" in info.value for info in page.info)


def test_every_table_behind_the_page_opens(open_overview):
    for code in ("workloads", "partners", "associations", "changes"):
        page = open_overview(ov_table=code)
        assert len(page.dataframe[-1].value) > 0, code


def test_charts_have_text_that_states_the_takeaway(open_overview):
    charts = open_overview().get("plotly_chart")
    assert all(json.loads(chart.proto.spec)["data"] for chart in charts)
    assert all(chart.proto.alt for chart in charts)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("", "No action is open of everybody"),
        ("sales", "Nothing is ranked yet"),
        ("leadership", "Nothing is ranked yet"),
    ],
)
def test_first_things_are_said_for_each_role(open_overview, role, said):
    page = open_overview(**{"ov_role": role} if role else {})
    texts = [one.value for one in page.caption] + [one.label for one in page.get("page_link")]
    assert any(said in text for text in texts)
