"""Milestones by state and as lists: the same numbers by both ways, on both databases."""

from dataclasses import replace

import pytest

from data_access.queries.milestones import (
    MilestoneQuestion,
    milestone_cells,
    milestone_count,
    milestone_list,
)
from data_access.types import LOCAL_USER, Filters, Scope
from insights.months import month_index
from tests.builders import bring_in

OCT = month_index(2026, 10)
ALL = Filters(as_of=OCT, since=OCT - 11, before=None)

# Teams of t1 crosses 15 % in October while p1 holds it; Intune of t1 is p2's, 100 users under
# 15 %; Exchange of t2 crossed in October while nobody had claimed it.
USAGE = """
tenant_id,tenant_name,segment,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
t1,Contoso,SMB,Teams,2026-08,1000,100,p1,2026-08-01
t1,Contoso,SMB,Teams,2026-09,1000,120,p1,2026-08-01
t1,Contoso,SMB,Teams,2026-10,1000,160,p1,2026-08-01
t1,Contoso,SMB,Intune,2026-09,1000,40,p2,2026-08-01
t1,Contoso,SMB,Intune,2026-10,1000,50,p2,2026-08-01
t2,Fabrikam,Enterprise,Exchange,2026-09,500,50,,
t2,Fabrikam,Enterprise,Exchange,2026-10,500,90,,
"""


@pytest.fixture
def connection(store):
    bring_in(store, USAGE)
    with store.read() as opened:
        yield opened


def counted(connection, filters=ALL, scope=LOCAL_USER):
    cells = milestone_cells(connection, scope, filters)
    sums = cells.groupby(["workload", "milestone", "state", "month"])["pairs"].sum()
    return {key: int(pairs) for key, pairs in sums.items()}


def listed(connection, filters=ALL, **asked):
    question = MilestoneQuestion(**asked)
    rows = milestone_list(connection, LOCAL_USER, filters, question=question)
    told = milestone_count(connection, LOCAL_USER, filters, question=question)
    assert told["n"].tolist() == [len(rows)]
    return [
        (row["tenant_id"], row["workload"], row["milestone"], row["state"])
        for row in rows.to_dict("records")
    ]


EVERYTHING = {
    ("EXO", 15, "missed", OCT): 1,
    ("EXO", 40, "unclaimed", 0): 1,
    ("INTUNE", 15, "in_flight", 0): 1,
    ("INTUNE", 40, "in_flight", 0): 1,
    ("TEAMS", 15, "reached", OCT): 1,
    ("TEAMS", 40, "in_flight", 0): 1,
}


def test_every_milestone_is_in_one_cell(connection):
    assert counted(connection) == EVERYTHING


def test_segments_give_the_cells_of_their_customers(connection):
    both = replace(ALL, segments=("SMB", "Enterprise"))
    assert counted(connection, both) == EVERYTHING
    one = counted(connection, replace(ALL, segments=("Enterprise",)))
    assert one == {key: pairs for key, pairs in EVERYTHING.items() if key[0] == "EXO"}


def test_partner_sees_what_counts_for_it(connection):
    of_p1 = {key: pairs for key, pairs in EVERYTHING.items() if key[0] == "TEAMS"}
    assert counted(connection, replace(ALL, partner_id="p1")) == of_p1
    scope = Scope(who="amy", role="account_manager", partner_ids=("p1",))
    assert counted(connection, scope=scope) == of_p1


def test_workload_filter_leaves_its_cells(connection):
    asked = replace(ALL, workloads=("INTUNE",))
    assert {key[0] for key in counted(connection, asked)} == {"INTUNE"}


def test_nearest_ones_come_first(connection):
    """Users needed: Intune 150 − 50 = 100 and 400 − 50 = 350, Teams 400 − 160 = 240."""
    assert listed(connection, states=("in_flight",)) == [
        ("t1", "INTUNE", 15, "in_flight"),
        ("t1", "TEAMS", 40, "in_flight"),
        ("t1", "INTUNE", 40, "in_flight"),
    ]


def test_list_can_be_cut_by_milestone_search_and_partner(connection):
    assert len(listed(connection, milestone=15)) == 3
    assert listed(connection, search="fabri", milestone=15) == [("t2", "EXO", 15, "missed")]
    assert {row[1] for row in listed(connection, replace(ALL, partner_id="p2"))} == {"INTUNE"}


def test_crossed_in_october(connection):
    found = listed(connection, first=OCT, last=OCT, order="newest")
    assert found == [("t1", "TEAMS", 15, "reached"), ("t2", "EXO", 15, "missed")]
    assert listed(connection, first=OCT - 5, last=OCT - 1) == []


def test_list_tells_counts_and_the_partner(connection):
    question = MilestoneQuestion(states=("reached",))
    row = milestone_list(connection, LOCAL_USER, ALL, question=question).iloc[0]
    assert (row["partner_name"], row["reached_month"], row["high_water_mark"]) == ("p1", OCT, 160)
    assert (row["users_needed"], row["is_slipping"]) == (0, False)


@pytest.mark.parametrize("order", ["nearest", "value", "pace", "newest"])
def test_every_order_lists_the_same_rows(connection, order):
    assert len(listed(connection, order=order)) == 6


def test_flags_find_nothing_where_there_are_none(connection):
    assert listed(connection, flag="stalled") == listed(connection, flag="slipping") == []
