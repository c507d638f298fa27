"""Alerts as people meet them: what is new first, the list, filters, and what was sent."""

from datetime import UTC, datetime, timedelta

import pytest

from data_access.deliveries import Delivery, note_delivery
from data_access.types import LOCAL_USER
from pages.shared import today
from tests.alert_builders import add_alert, fill_alerts
from tests.app.performance_store import fill_portfolio

ALERTS = "pages/incentives/alerts.py"
NOW = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """A function that sets the time to so many minutes after NOW."""

    def set_to(minutes: int) -> None:
        monkeypatch.setattr(today, "now", lambda: NOW + timedelta(minutes=minutes))

    return set_to


@pytest.fixture
def open_alerts(shown_store, without_exception, clock):
    clock(0)
    fill_alerts(shown_store)
    return lambda **query: without_exception(ALERTS, query=query)


def headings(page):
    return [heading.value.replace("\\", "") for heading in page.subheader]


def links_of(page):
    return [link.proto.label.replace("\\", "") for link in page.get("page_link")]


def rows_of(page):
    return page.dataframe[0].value


def test_first_visit_shows_the_latest_import(open_alerts):
    page = open_alerts()
    assert headings(page)[0] == "From the latest import"
    assert any("Fabrikam · Teams" in label for label in links_of(page))
    assert not any("crossed 15%" in line.value for line in page.markdown)  # the import before


def test_list_has_the_newest_import_first_and_the_most_urgent_within(open_alerts):
    rows = rows_of(open_alerts())
    assert rows["kind_label"].tolist() == [
        "◷ Claim clock",
        "● Crossed",
        "● Crossed",
        "‖ Stalled",
        "✕ Missed",
    ]
    assert rows["sentence"].iloc[2] == (
        "Contoso *bold* · Teams crossed 15% in Oct 2026: 40 of 100 seats; earned by p1, "
        "about $900 (example rate)"
    )


def test_kind_and_filters_narrow_the_list(open_alerts):
    assert rows_of(open_alerts(al_kind="crossed"))["workload_name"].tolist() == ["EXO", "TEAMS"]
    assert rows_of(open_alerts(p="p2"))["tenant_name"].tolist() == ["Fabrikam", "Fabrikam"]
    assert rows_of(open_alerts(wl="EXO"))["kind_label"].tolist() == ["● Crossed"]
    assert rows_of(open_alerts(mk="FR"))["tenant_id"].tolist() == ["t2", "t2", "t3"]


def test_filters_that_leave_nothing_say_so(open_alerts):
    page = open_alerts(al_kind="paid")
    assert any("No alert matches" in info.value for info in page.info)


def test_alert_of_an_import_is_new_until_the_visit_ends(open_alerts, shown_store, clock):
    open_alerts()
    clock(5)
    add_alert(shown_store, "slipping", ("t1", "TEAMS"), "p1", milestone=15, batch_id=3)
    page = open_alerts(mk="DE")
    assert headings(page)[0] == "New during your first visit"
    clock(60)
    page = open_alerts()
    assert headings(page)[0].startswith(
        "Nothing new since your last visit on 22 Nov 2026, 09:19 UTC"
    )
    add_alert(shown_store, "missed", ("t3", "TEAMS"), milestone=40, batch_id=4)
    page = open_alerts(mk="FR")
    assert headings(page)[0] == "New since your last visit on 22 Nov 2026, 09:19 UTC"
    assert "Tailspin · Teams" in links_of(page)
    assert any("50 of 500 seats" in line.value for line in page.markdown)


def test_failed_digest_is_shown_until_a_later_one_arrives(open_alerts, shown_store):
    told = {"channel": "teams", "partner_id": "", "tried_at": NOW, "since": NOW, "until": NOW}
    tried = {"last_alert_id": 5, "alerts": 5, "attempts": 4}
    note_delivery(shown_store, LOCAL_USER, Delivery(**told, **tried, failure="Teams answered 500."))
    page = open_alerts()
    assert any("Teams answered 500" in warning.value for warning in page.warning)
    note_delivery(shown_store, LOCAL_USER, Delivery(**told, **tried))
    page = open_alerts()
    assert not page.warning
    assert page.dataframe[1].value["outcome"].tolist() == ["✔ Delivered", "✕ Failed"]


def test_store_without_alerts_says_when_they_come(shown_store, without_exception):
    fill_portfolio(shown_store)
    page = without_exception(ALERTS)
    assert any("No import has raised an alert" in info.value for info in page.info)


@pytest.mark.usefixtures("shown_store")
def test_empty_store_offers_an_import(without_exception):
    page = without_exception(ALERTS)
    assert any("There is no data yet" in info.value for info in page.info)
