"""Alerts in the store: order, counts and who may see them, on both databases."""

from datetime import timedelta

import pytest

from data_access.queries.alerts import AlertQuestion, alert_counts, alert_list, newest_alert
from data_access.types import LOCAL_USER, Filters, Scope
from data_access.visits import note_page_run
from insights.visits import Visit
from tests.alert_builders import LATER, RAISED, add_alert, fill_alerts
from tests.app.performance_store import OCT

FILTERS = Filters(as_of=OCT, since=OCT - 11, before=None)


@pytest.fixture
def filled(store):
    fill_alerts(store)
    return store


def kinds(store, scope=LOCAL_USER, filters=FILTERS, limit=200, **question):
    with store.read() as connection:
        asked = AlertQuestion(**question)
        return alert_list(connection, scope, filters, question=asked, limit=limit)["kind"].tolist()


def test_alerts_stand_by_urgency_then_value(filled):
    assert kinds(filled) == ["clock", "crossed", "crossed", "stalled", "missed"]
    with filled.read() as connection:
        rows = alert_list(connection, LOCAL_USER, FILTERS, question=AlertQuestion(("crossed",)))
    assert rows["milestone"].tolist() == [15, 40]  # the one with a value first
    assert rows["monthly_active_users"].tolist() == [40, 80]
    assert rows["paid_available_units"].tolist() == [100, 100]


def test_newest_import_comes_first_when_asked(filled):
    assert kinds(filled, order="newest") == ["clock", "crossed", "crossed", "stalled", "missed"]
    add_alert(filled, "missed", ("t1", "TEAMS"), batch_id=3, raised_at=LATER + timedelta(days=1))
    assert kinds(filled, order="newest")[0] == "missed"
    assert kinds(filled, order="newest", limit=1) == ["missed"]


def test_few_of_each_kind_and_all_counted(filled):
    assert kinds(filled, per_kind=1) == ["clock", "crossed", "stalled", "missed"]
    with filled.read() as connection:
        counts = alert_counts(connection, LOCAL_USER, FILTERS)
    assert dict(zip(counts["kind"], counts["alerts"], strict=True)) == {
        "clock": 1,
        "crossed": 2,
        "stalled": 1,
        "missed": 1,
    }


def test_bounds_by_alert_and_by_time(filled):
    assert kinds(filled, after_id=3) == ["clock", "crossed"]
    assert kinds(filled, up_to_id=1) == ["crossed"]
    assert kinds(filled, raised_from=LATER) == ["clock", "crossed"]
    assert kinds(filled, raised_until=RAISED) == ["crossed", "stalled", "missed"]


def test_partner_filter_includes_unclaimed_work_of_its_customers(filled):
    by_partner = Filters(as_of=OCT, since=OCT - 11, before=None, partner_id="p2")
    assert kinds(filled, filters=by_partner) == ["clock", "stalled"]
    add_alert(filled, "missed", ("t2", "EXO"))  # nobody holds it; p2 holds Teams of t2
    assert kinds(filled, filters=by_partner) == ["clock", "stalled", "missed"]


def test_scope_of_a_partner_sees_its_own_alerts_only(filled):
    add_alert(filled, "missed", ("t2", "EXO"))
    assert kinds(filled, Scope("ann", "sales", partner_ids=("p1",))) == ["crossed", "crossed"]
    assert kinds(filled, Scope("bob", "sales", partner_ids=("p2",))) == [
        "clock",
        "stalled",
        "missed",
    ]
    assert kinds(filled, Scope("eve", "sales", partner_ids=())) == []
    assert kinds(filled, Scope("joe", "sales", markets=("FR",)), None) == [
        "clock",
        "stalled",
        "missed",
        "missed",
    ]


def test_newest_alert_is_zero_without_any(store):
    with store.read() as connection:
        assert newest_alert(connection, LOCAL_USER)["alert_id"].tolist() == [0]


def test_visit_is_noted_and_read_back(store):
    first = note_page_run(store, LOCAL_USER, now=RAISED, newest_alert_id=3)
    assert first == Visit(RAISED, RAISED, 3, None, 3)
    again = note_page_run(store, LOCAL_USER, now=LATER, newest_alert_id=5)
    assert again == Visit(LATER, LATER, 5, RAISED, 3)
    assert note_page_run(store, LOCAL_USER, now=LATER, newest_alert_id=5) == again
    other = note_page_run(store, Scope("ann", "sales"), now=LATER, newest_alert_id=5)
    assert other.last_ended_at is None
