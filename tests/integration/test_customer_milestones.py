"""One customer's milestones, money and claims in a real store, and what a partner may see of it."""

from dataclasses import replace
from datetime import date

import pytest

from data_access.queries.customer_milestones import (
    customer_claim_steps,
    customer_growth,
    customer_milestones,
)
from data_access.types import LOCAL_USER, Filters
from insights.months import month_index
from tests.builders import bring_in

OCT = month_index(2026, 10)
FILTERS = Filters(as_of=OCT, since=OCT - 11, before=OCT - 1)
ONLY_P1 = replace(LOCAL_USER, partner_ids=("p1",))
ONLY_P3 = replace(LOCAL_USER, partner_ids=("p3",))

# Teams: p1 since June; from 220 to 250 users in October, FY27: 30 new units at 3 USD. Exchange:
# p2. SharePoint: nobody. Intune: p1 until July, then p2. t2 belongs to p1 alone.
USAGE = """
tenant_id,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
t1,Teams,2026-08,1000,200,p1,2026-06-01
t1,Teams,2026-09,1000,220,p1,2026-06-01
t1,Teams,2026-10,1000,250,p1,2026-06-01
t1,Exchange,2026-09,500,50,p2,2026-06-01
t1,Exchange,2026-10,500,60,p2,2026-06-01
t1,SharePoint,2026-09,500,40,,
t1,SharePoint,2026-10,500,41,,
t1,Intune,2026-07,400,20,p1,2026-02-01
t1,Intune,2026-09,400,30,p2,2026-08-01
t1,Intune,2026-10,400,40,p2,2026-08-01
t2,Teams,2026-09,300,30,p1,2026-06-01
t2,Teams,2026-10,300,30,p1,2026-06-01
"""
CLAIMS = """
claim_id,tenant_id,workload,partner_id,status,status_on,submitted_on
C-1,t1,SharePoint,p1,Submitted,2026-11-02,2026-11-02
C-2,t1,Exchange,p2,Rejected,2026-11-03,2026-10-01
"""
LATER = CLAIMS.replace("Submitted,2026-11-02", "Under review,2026-11-09")


@pytest.fixture
def connection(store):
    bring_in(store, USAGE)
    bring_in(store, CLAIMS)
    bring_in(store, LATER)
    with store.read() as reading:
        yield reading


def told(rows, *columns):
    return {
        (row["workload"], row["milestone"]): tuple(row[name] for name in columns)
        for row in rows.astype(object).where(rows.notna(), None).to_dict("records")
    }


def test_milestones_of_a_customer_with_state_holder_and_value(connection):
    rows = customer_milestones(connection, LOCAL_USER, FILTERS, "t1")
    assert set(rows["as_of"]) == {OCT}
    found = told(rows, "state", "partner_name", "holder_name", "users_needed", "value_usd_e4")
    assert len(found) == 8
    # 400 - 250 users to 40 % of 1,000 seats, each above the high-water mark at 3 USD.
    assert found["TEAMS", 40] == ("in_flight", "p1", "p1", 150, 4_500_000)
    assert found["EXO", 15] == ("in_flight", "p2", "p2", 15, 450_000)
    assert found["SPO", 15][:4] == ("in_claim", "p1", None, 34)
    assert found["INTUNE", 15][:3] == ("in_flight", "p2", "p2")


def test_workloads_of_the_filters_are_the_only_ones(connection):
    filters = replace(FILTERS, workloads=("EXO",))
    rows = customer_milestones(connection, LOCAL_USER, filters, "t1")
    assert rows["workload"].tolist() == ["EXO", "EXO"]
    assert customer_growth(connection, LOCAL_USER, filters, "t1")["workload"].tolist() == ["EXO"]


def test_growth_is_summed_by_workload(connection):
    rows = customer_growth(connection, LOCAL_USER, FILTERS, "t1").set_index("workload")
    # September is FY26, October FY27: 20 and 30 units of Teams at 3 USD.
    assert rows.loc["TEAMS", ["earned_units", "amount_usd_e4", "last_month"]].tolist() == [
        50,
        1_500_000,
        OCT,
    ]
    assert rows["is_example"].all()


def test_partner_sees_its_pairs_without_the_names_and_amounts_of_others(connection):
    found = told(
        customer_milestones(connection, ONLY_P1, FILTERS, "t1"),
        "state",
        "partner_name",
        "holder_name",
        "is_held",
        "value_usd_e4",
        "added_value_usd_e4",
    )
    assert {workload for workload, _ in found} == {"TEAMS", "INTUNE", "SPO"}
    assert found["SPO", 15][:4] == ("in_claim", "p1", None, False)
    assert found["TEAMS", 40] == ("in_flight", "p1", "p1", True, 4_500_000, 4_500_000)
    # Intune was p1's until July: its state is known, whose it is now and its worth are not.
    assert found["INTUNE", 15] == ("in_flight", None, None, True, None, None)
    grown = customer_growth(connection, ONLY_P1, FILTERS, "t1")
    assert grown["workload"].tolist() == ["TEAMS"]
    steps = customer_claim_steps(connection, ONLY_P1, FILTERS, "t1")
    assert steps["claim_id"].unique().tolist() == ["C-1"]


def test_partner_sees_workloads_that_nobody_held_and_nothing_of_strangers(store):
    bring_in(store, USAGE)
    with store.read() as connection:
        rows = customer_milestones(connection, ONLY_P1, FILTERS, "t1")
        assert set(rows["workload"]) == {"TEAMS", "INTUNE", "SPO"}
        assert customer_milestones(connection, ONLY_P3, FILTERS, "t1").empty
        assert customer_growth(connection, ONLY_P3, FILTERS, "t1").empty


def test_claim_steps_are_those_that_the_files_told(connection):
    steps = customer_claim_steps(connection, LOCAL_USER, FILTERS, "t1")
    assert steps[["claim_id", "workload", "status", "status_on"]].to_numpy().tolist() == [
        ["C-2", "EXO", "Rejected", date(2026, 11, 3)],
        ["C-1", "SPO", "Submitted", date(2026, 11, 2)],
        ["C-1", "SPO", "Under review", date(2026, 11, 9)],
    ]
