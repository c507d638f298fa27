"""Random files in random order and on random days: the milestone marts equal judging everything,
and an alert stands exactly where a state or flag is another one than before."""

import shutil
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data_access import schema
from data_access.locations import file_store_url
from data_access.milestone_marts import last_run
from data_access.store import Store
from data_access.validate import ImportOptions
from insights.months import month_code, month_index
from tests.builders import bring_in
from tests.integration.milestone_oracle import (
    assert_marts_are_whole,
    assert_parts_are_whole,
    rows_of,
)

FIRST = month_index(2023, 3)  # the last months of the milestone model and the first of growth
BEGIN = datetime(2023, 10, 5, 12, tzinfo=UTC)
USAGE = "tenant_id,workload,month,pau,mau,partner_id,attribution_type,associated_on,market"
CLAIMS = "claim_id,tenant_id,workload,partner_id,status,status_on,submitted_on,approved_on,ended_on"
EARNINGS = (
    "earningId,customerTenantId,workload,participantId,milestone,earningDate,earningAmountUSD,"
    "reasonCode,paymentStatus"
)
TENANTS = [f"{digit}0000000-0000-0000-0000-000000000000" for digit in "abc"]

tenants = st.sampled_from(TENANTS)
workloads = st.sampled_from(["EXO", "INTUNE"])
partners = st.sampled_from(["north", "south"])
months = st.integers(FIRST, FIRST + 6).map(month_code)
days = st.dates(BEGIN.date() - timedelta(days=200), BEGIN.date() + timedelta(days=40)).map(str)
counts = st.sampled_from(["", "0", "20", "45", "60", "80", "150", "200", "400", "1000"])
maybe = st.just("") | days
amounts = st.sampled_from(["", "0", "1000", "-1000"])
kinds = st.sampled_from(["CPOR", "CSP"])
statuses = st.sampled_from(
    ["Submitted", "Under review", "Partner action required", "Approved", "Rejected final"]
)
usage = st.tuples(
    tenants,
    workloads,
    months,
    counts,
    counts,
    st.just("") | partners,
    kinds,
    maybe,
    st.sampled_from(["", "DE"]),
)
claim = st.tuples(
    st.sampled_from(["C1", "C2"]),
    tenants,
    workloads,
    partners,
    statuses,
    maybe,
    maybe,
    maybe,
    maybe,
)
earning = st.tuples(
    st.sampled_from(["E1", "E2", "E3"]),
    tenants,
    workloads,
    partners,
    st.sampled_from(["15%", "40%", "", "Milestone 40 %"]),
    days,
    amounts,
    st.sampled_from(["", "", "CUSPUBSEC", "MAULWPHWM"]),
    st.sampled_from(["Sent", "Upcoming", "Failed"]),
)
files = st.one_of(
    st.lists(usage, min_size=3, max_size=20, unique_by=lambda row: row[:3]).map(
        lambda rows: (USAGE, rows)
    ),
    st.lists(claim, min_size=1, max_size=4, unique_by=lambda row: row[:3]).map(
        lambda rows: (CLAIMS, rows)
    ),
    st.lists(earning, min_size=1, max_size=3, unique_by=lambda row: row[0]).map(
        lambda rows: (EARNINGS, rows)
    ),
)
steps = st.lists(st.tuples(files, st.sampled_from([0, 0, 1, 4, 30])), min_size=1, max_size=4)


def as_csv(header, rows):
    return "\n".join([header, *(",".join(row) for row in rows)])


def expected_alerts(before, after):
    """Return the alerts about milestones between two states of milestone_status."""
    found = set()
    for key, now in after.items():
        was = before.get(key)
        if was is None:
            continue
        state, old = now["state"], was["state"]
        if state != old and state in ("paid", "missed"):
            found.add((state, *key))
        if state == "reached" and old not in ("reached", "paid"):
            found.add(("crossed", *key))
        if state == "not_earnable" and old in (
            "unclaimed",
            "in_claim",
            "below_minimum",
            "in_flight",
        ):
            found.add(("not_earnable", *key))
        for kind, flag in (
            ("stalled", "is_stalled"),
            ("slipping", "is_slipping"),
            ("too_late", "is_too_late_to_claim"),
        ):
            if now[flag] and not was[flag]:
                found.add((kind, *key))
    return found


def expected_moves(before, after):
    """Return the pairs of which growth of seats is told."""
    return {
        key[:2]
        for key, now in after.items()
        if key in before
        and (now["seat_points"] or 0) >= 1
        and (before[key]["seat_points"] or 0) < 1
    }


def raised(connection, after_id):
    """Return the newer alerts, one tuple each."""
    alert = schema.alert
    names = ("kind", "tenant_key", "workload_key", "milestone", "claim_id", "detail", "due_on")
    rows = select(*(alert.c[name] for name in names)).where(alert.c.alert_id > after_id)
    return [tuple(row) for row in connection.execute(rows)]


ABOUT_MILESTONES = (
    "crossed",
    "paid",
    "missed",
    "not_earnable",
    "stalled",
    "slipping",
    "too_late",
)


def check_step(store, text, now):
    """Import a text and check marts and alerts; the same text again raises none."""
    how = {"now": now, "options": ImportOptions(today=now.date())}
    with store.read() as connection:
        before = rows_of(connection, schema.milestone_status)
        newest = max((key for (key,) in rows_of(connection, schema.alert)), default=0)
        was_judged = last_run(connection) is not None
    bring_in(store, text, **how)
    with store.read() as connection:
        alerts = raised(connection, newest)
        if last_run(connection) is None:
            assert not alerts
            return
        assert_marts_are_whole(connection)
        after = rows_of(connection, schema.milestone_status)
    assert_parts_are_whole(store)
    about = [row[:4] for row in alerts if row[0] in ABOUT_MILESTONES]
    assert sorted(about) == sorted(expected_alerts(before, after))
    moves = [row[1:3] for row in alerts if row[0] == "seats_moved"]
    assert sorted(moves) == sorted(expected_moves(before, after))
    assert was_judged or not alerts
    bring_in(store, text, **how)
    with store.read() as connection:
        assert raised(connection, newest) == alerts


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_milestones_after_any_files_in_any_order(steps, empty_sqlite, tmp_path):
    folder = tmp_path / "store"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(empty_sqlite, folder)
    now = BEGIN
    with Store.open(file_store_url(folder / "store.db")) as store:
        for (header, rows), days_later in steps:
            now += timedelta(days=days_later)
            check_step(store, as_csv(header, rows), now)
