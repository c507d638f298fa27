"""The partners page as people meet it: scorecard, side by side, peers, drill."""

import json

import pytest

from tests.app.performance_store import fill_portfolio

PARTNERS = "pages/performance/partners.py"


@pytest.fixture
def open_partners(shown_store, without_exception):
    fill_portfolio(shown_store)
    return lambda **query: without_exception(PARTNERS, query=query)


def test_scorecard_shows_partners_by_workload(open_partners):
    table = open_partners().dataframe[0].value.set_index("partner_name")
    assert table.index.tolist() == ["p2", "p1"]
    assert table.loc["p1", "active_usage"] == pytest.approx(60)  # 120 of 200
    assert table.loc["p1", ["pairs", "pairs_from_15", "pairs_from_40"]].tolist() == [2, 2, 2]
    assert table.loc["p2", "TEAMS"] == pytest.approx(10)


def test_two_partners_of_a_link_are_compared(open_partners):
    page = open_partners(pa_a="p1", pa_b="p2")
    sides = page.dataframe[1].value.set_index("workload_name")
    assert sides.loc["All workloads", "difference"] == pytest.approx(50)
    assert sides.loc["TEAMS", ["first", "second"]].tolist() == pytest.approx([40, 10])
    trend = json.loads(page.get("plotly_chart")[-1].proto.spec)
    assert [trace["name"] for trace in trend["data"]] == ["p1", "p2"]


def test_too_few_peers_are_not_shown(open_partners):
    page = open_partners()
    assert len(page.dataframe) == 1
    assert "need 5 other partners" in page.info[0].value


def test_partner_of_the_filter_comes_first_and_all_stay_listed(open_partners):
    page = open_partners(p="p1")
    assert len(page.dataframe[0].value) == 2
    assert page.selectbox(key="pa_a_box").value == "p1"


def test_unknown_partner_of_a_link_is_ignored(open_partners):
    page = open_partners(pa_a="nobody", pa_b="nobody")
    assert page.selectbox(key="pa_a_box").value == "p2"
    assert page.selectbox(key="pa_b_box").value is None


def test_choosing_the_other_side_draws_the_comparison(open_partners):
    page = open_partners()
    page.selectbox(key="pa_b_box").set_value("p1").run()
    assert page.query_params["pa_b"] == "p1"
    assert len(page.dataframe) == 2


def test_filters_without_a_match_offer_to_reset_them(open_partners):
    page = open_partners(seg="SMB", wl="EXO")
    assert "Nothing matches these filters" in page.info[0].value
