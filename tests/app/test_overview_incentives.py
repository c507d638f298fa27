"""Milestones and money on the overview: the same figures as on their own pages."""

import pytest

from pages.shared import overview_incentives
from tests.app.performance_store import fill_portfolio
from tests.builders import NOW, bring_in

EARNINGS = "pages/incentives/earnings.py"

# Of 1,000 seats t1 has 200, 220 and 250 users and t2 has 100, 140 and 160: t2 crosses 15 % in
# October. Both need 40 %.
USAGE = """
tenant_id,tenant_name,market,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
t1,Contoso,DE,Teams,2026-08,1000,200,p1,2026-06-01
t1,Contoso,DE,Teams,2026-09,1000,220,p1,2026-06-01
t1,Contoso,DE,Teams,2026-10,1000,250,p1,2026-06-01
t2,Fabrikam,FR,Teams,2026-08,1000,100,p1,2026-06-01
t2,Fabrikam,FR,Teams,2026-09,1000,140,p1,2026-06-01
t2,Fabrikam,FR,Teams,2026-10,1000,160,p1,2026-06-01
"""
CLAIMS = """
claim_id,tenant_id,workload,partner_id,status,status_on
C1,t1,Exchange,p1,Partner action required,2026-11-04
"""


@pytest.fixture
def filled(shown_store, monkeypatch):
    bring_in(shown_store, USAGE)
    monkeypatch.setattr(overview_incentives, "today", lambda: NOW.date())
    return shown_store


def cards(page):
    return {card.label: card.value.replace("\\", "") for card in page.metric}


def said(page):
    return " ".join(each.value.replace("\\", "") for each in [*page.markdown, *page.caption])


def links_of(page):
    return [link.proto.label.replace("\\", "") for link in page.get("page_link")]


@pytest.mark.usefixtures("filled")
def test_crossings_are_counted_in_month_and_quarter(without_exception):
    shown = without_exception()
    assert cards(shown)["Crossed in Oct"] == "1"
    assert cards(shown)["Crossed in Q2"] == "1"
    assert "1 at 15%" in said(shown)
    assert cards(without_exception(query={"mk": "DE"}))["Crossed in Oct"] == "0"


@pytest.mark.usefixtures("filled")
def test_in_flight_is_the_same_as_on_earnings(without_exception):
    overview, earnings = cards(without_exception()), cards(without_exception(EARNINGS))
    assert overview["In flight"] == earnings["In flight"]
    assert overview["In flight"] != "$0"


def test_new_clock_and_alert_lead_to_their_pages(filled, without_exception):
    assert "No clock runs out within 5 days." in said(without_exception())
    bring_in(filled, CLAIMS)
    page = without_exception()
    # 14 business days after Wednesday 4 November are Tuesday the 24th; today is Sunday the 22nd.
    assert cards(page)["Urgent clocks"] == "1"
    assert "The partner answers the reviewer: 2 days (2 business) · claim C1, Exchange" in said(
        page
    )
    assert "New during your first visit" in said(page)
    assert "Contoso · Exchange" in links_of(page)
    assert {"All alerts", "All clocks"} <= set(links_of(page))


def test_store_that_was_never_judged_shows_the_rest(shown_store, without_exception):
    fill_portfolio(shown_store)
    page = without_exception()
    assert "Milestones and money" not in [heading.value for heading in page.subheader]
    assert "Associated tenants" in cards(page)
