"""The earnings page as people meet it: figures, targets, reconciliation, and its empty states."""

import json
from datetime import date

import pandas as pd
import pytest

from data_access.targets_store import set_target, standing_targets, target_history
from data_access.types import LOCAL_USER
from insights.months import month_index
from pages.shared import earnings_frames, reconciliation_section
from tests import ranking_builders
from tests.builders import NOW, bring_in

EARNINGS = "pages/incentives/earnings.py"
OCT = month_index(2026, 10)

# t1: 200, 220, 250 users of 1,000: 20 units in September and 30 in October at an example rate of
# 3 USD. t2: nobody claimed it; 50 of 500 users, so 15 % is 25 and 40 % is 150 users away.
USAGE = """
tenant_id,tenant_name,segment,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
72f988bf-86f1-41af-91ab-2d7cd011db47,Contoso,SMB,Teams,2026-08,1000,200,p1,2026-06-01
72f988bf-86f1-41af-91ab-2d7cd011db47,Contoso,SMB,Teams,2026-09,1000,220,p1,2026-06-01
72f988bf-86f1-41af-91ab-2d7cd011db47,Contoso,SMB,Teams,2026-10,1000,250,p1,2026-06-01
t2,Fabrikam,Enterprise,Exchange,2026-09,500,50,,
t2,Fabrikam,Enterprise,Exchange,2026-10,500,50,,
"""
EARNED = """
earningId,customerTenantId,workload,milestone,earningAmountUSD,earningDate,participantId,paymentStatus
e1,72f988bf-86f1-41af-91ab-2d7cd011db47,Teams,,60,2026-10-16,p1,Sent
"""


@pytest.fixture
def filled(shown_store, monkeypatch):
    bring_in(shown_store, USAGE)
    for module in (earnings_frames, reconciliation_section):
        monkeypatch.setattr(module, "today", lambda: date(2026, 11, 22))
    return shown_store


def standing(store):
    return standing_targets(target_history(store, LOCAL_USER))


def cards(page):
    return {card.label: card.value.replace("\\", "") for card in page.metric}


def table(page, column):
    return next(each.value for each in page.dataframe if column in each.value)


def said(page):
    return " ".join(each.value.replace("\\", "") for each in [*page.markdown, *page.caption])


@pytest.mark.usefixtures("filled")
def test_cards_and_parts_are_worked_out_by_hand(without_exception):
    page = without_exception(EARNINGS)
    found = cards(page)
    assert found["Earned in FY27 Q2"] == "$90"  # 30 units of 3 USD in October
    assert found["Earned in FY27"] == "$150"  # and 20 units in September
    # t2: 25 units to 15 %, 125 more to 40 %; t1 holds 15 % already: 150 units to 40 %
    assert found["Open"] == "$450"
    assert found["In flight"] == "$450"
    assert "estimate by rate card of FY27 (valid from 1 October 2026)" in said(page)
    assert "example rate" in said(page)


@pytest.mark.usefixtures("filled")
def test_workload_and_partner_tables_add_up_to_the_whole(without_exception):
    page = without_exception(EARNINGS)
    splits = [each.value for each in page.dataframe if "not_earnable" in each.value]
    assert len(splits) == 2
    # 150 earned, 450 in flight and open each, 450 not earnable: t1 was above 15 % all along
    assert [split["total"].sum() for split in splits] == [1500.0, 1500.0]
    by_partner = splits[1].set_index("name")["total"]
    assert by_partner.to_dict() == {"p1": 1050.0, "No partner": 450.0}


@pytest.mark.usefixtures("filled")
def test_without_an_earnings_file_the_page_says_which_to_bring(without_exception):
    page = without_exception(EARNINGS)
    assert any("No Earnings file was imported" in each.value for each in page.info)
    assert not any("meaning" in each.value for each in page.dataframe)


def test_with_an_earnings_file_earned_and_paid_are_compared(filled, without_exception):
    assert bring_in(filled, EARNED)[0].accepted == 1
    page = without_exception(EARNINGS)
    links = table(page, "meaning").set_index("label")
    # due in November: September's 20 units; Microsoft paid the same 60 USD
    assert links.loc["Agrees", ["pairs", "earned_usd_e4", "paid_usd_e4"]].tolist() == [1, 60, 60]
    payments = table(page, "state")
    assert payments["total"].tolist() == [90.0]  # October's units, due in December


def test_link_names_the_outcome_whose_rows_are_shown(filled, without_exception):
    bring_in(filled, EARNED)
    page = without_exception(EARNINGS, query={"er_link": "agrees"})
    assert page.selectbox(key="er_link_box").value == "agrees"
    rows = table(page, "milestone_text")
    assert rows[["tenant_name", "milestone_text", "link_label"]].to_numpy().tolist() == [
        ["Contoso", "Growth", "Agrees"]
    ]


def test_target_set_in_the_form_stands_in_card_chart_and_history(filled, without_exception):
    page = without_exception(EARNINGS)
    page.number_input(key="er_target_amount").set_value(180)
    page.button(key="er_target_set").click().run()
    assert standing(filled)["amount_usd_e4"].to_list() == [1_800_000]
    assert "50% of $180 target" in said(page)
    chart = json.loads(page.get("plotly_chart")[1].proto.spec)
    assert [trace["name"] for trace in chart["data"]][-1] == "Target"
    assert table(page, "set_by")["amount_usd_e4"].tolist() == [180.0]
    page.button(key="er_target_take_back").click().run()
    assert standing(filled).empty
    assert len(table(page, "set_by")) == 2


def test_target_without_an_amount_is_not_written(filled, without_exception):
    page = without_exception(EARNINGS)
    page.button(key="er_target_set").click().run()
    assert "amount in US dollars" in page.toast[0].value
    assert standing(filled).empty


def test_target_of_the_whole_is_not_shown_beside_a_part(filled, without_exception):
    told = {"quarter_start": OCT, "partner_id": "", "amount_usd": 500, "now": NOW}
    set_target(filled, LOCAL_USER, **told)
    assert "of $500 target" in said(without_exception(EARNINGS))
    page = without_exception(EARNINGS, query={"wl": "TEAMS"})
    assert "of $500 target" not in said(page)
    assert "Targets are for the whole portfolio or for one partner" in said(page)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("query", "in_flight", "open_value"),
    [
        ({"p": "p1"}, "$450", "$0"),
        ({"wl": "EXO"}, "$0", "$450"),
        ({"seg": "Enterprise"}, "$0", "$450"),
        ({"seg": "SMB"}, "$450", "$0"),
    ],
)
def test_filters_leave_their_part(without_exception, query, in_flight, open_value):
    found = cards(without_exception(EARNINGS, query=query))
    assert (found["In flight"], found["Open"]) == (in_flight, open_value)


@pytest.mark.usefixtures("filled")
def test_filters_without_a_match_offer_to_reset_them(without_exception):
    page = without_exception(EARNINGS, query={"p": "p1", "wl": "EXO"})
    assert "Nothing matches these filters" in page.info[0].value


@pytest.mark.usefixtures("shown_store")
def test_empty_store_says_what_to_bring(without_exception):
    assert "There is no data yet" in without_exception(EARNINGS).info[0].value


@pytest.mark.usefixtures("filled")
def test_part_of_a_link_shows_what_it_is_made_of(without_exception):
    page = without_exception(EARNINGS, query={"er_part": "open"})
    details = table(page, "example_pairs")
    assert details[["label", "pairs"]].to_numpy().tolist() == [["Unclaimed", 2]]


@pytest.mark.usefixtures("filled")
def test_expected_earnings_say_why_there_are_none_before_a_ranking(without_exception):
    page = without_exception(EARNINGS)
    assert any("Nothing is ranked yet" in each.value for each in page.info)


def test_expected_earnings_are_the_sum_of_chances_and_values(shown_store, without_exception):
    bring_in(shown_store, ranking_builders.world(40, 2, 30))
    ranking_builders.ranked(shown_store)
    page = without_exception(EARNINGS)
    with shown_store.read() as connection:
        stored = pd.read_sql(
            "SELECT month, expected_usd_e4 FROM forecast_month"
            " WHERE workload_key = 0 AND partner_key = -1 ORDER BY month",
            connection,
        )
    if stored.empty:  # the record of so small a world allows an order only
        assert any("No number is expected here" in each.value for each in page.info)
    else:
        shown = table(page, "low_usd_e4")["expected_usd_e4"]
        assert shown.tolist() == pytest.approx((stored["expected_usd_e4"] / 10_000).tolist())
