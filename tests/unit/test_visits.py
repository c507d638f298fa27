"""When a visit ends, and what is new after it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from insights.visits import NOTED_EVERY, VISIT_GAP, Visit, visit_at

START = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


def test_first_visit_knows_everything():
    assert visit_at(None, START, newest_alert_id=7) == Visit(START, START, 7, None, 7)


def test_visit_goes_on_up_to_half_an_hour_without_a_page_run():
    before = Visit(START, at(10), 7, None, 5)
    assert visit_at(before, at(40), newest_alert_id=9) == Visit(START, at(40), 9, None, 5)


def test_new_visit_begins_after_more_than_half_an_hour():
    before = Visit(START, at(10), 7, None, 5)
    assert visit_at(before, at(41), newest_alert_id=9) == Visit(at(41), at(41), 9, at(10), 7)


def test_alerts_of_an_import_during_a_visit_stay_new_throughout_it():
    before = Visit(START, at(10), 7, None, 7)
    later = visit_at(before, at(12), newest_alert_id=9)
    assert (later.last_alert_id, later.seen_alert_id) == (7, 9)


def test_page_runs_within_a_minute_are_not_noted():
    before = Visit(START, at(10), 7, None, 5)
    assert visit_at(before, at(10) + timedelta(seconds=59), newest_alert_id=7) is before


def test_page_run_within_a_minute_is_noted_when_an_alert_came():
    before = Visit(START, at(10), 7, None, 5)
    assert visit_at(before, at(10), newest_alert_id=8).seen_alert_id == 8


def test_other_store_with_fewer_alerts_begins_anew():
    before = Visit(START, at(10), 7, at(-90), 5)
    assert visit_at(before, at(11), newest_alert_id=3) == Visit(at(11), at(11), 3, None, 3)


def test_clock_that_goes_back_moves_nothing():
    before = Visit(START, at(10), 7, None, 5)
    assert visit_at(before, at(-60), newest_alert_id=7) is before


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 3)), min_size=1, max_size=30))
def test_every_alert_is_new_in_exactly_one_visit(runs):
    """Over any page runs: new is what was raised after the last noted run of an earlier visit."""
    moment, newest, visit = START, 0, None
    new_in: dict[int, set[datetime]] = {}
    for minutes, raised in runs:
        moment, newest = moment + timedelta(minutes=minutes), newest + raised
        visit = visit_at(visit, moment, newest_alert_id=newest)
        for alert_id in range(visit.last_alert_id + 1, newest + 1):
            new_in.setdefault(alert_id, set()).add(visit.visiting_since)
        assert visit.last_alert_id <= visit.seen_alert_id == newest
        assert moment - visit.seen_at < NOTED_EVERY
        assert visit.last_ended_at is None or (
            visit.visiting_since - visit.last_ended_at > VISIT_GAP
        )
    assert all(len(visits) == 1 for visits in new_in.values())
    first = runs[0][1]
    assert set(new_in) == set(range(first + 1, newest + 1))
