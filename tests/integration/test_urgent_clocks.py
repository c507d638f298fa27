"""The urgent clocks that the overview shows, on both databases."""

from datetime import date

import pytest

from data_access.queries.urgent_clocks import COLUMNS, urgent_clocks
from data_access.types import LOCAL_USER, Filters, Scope
from insights.months import month_index
from tests.builders import bring_in

OCT = month_index(2026, 10)
TODAY = date(2026, 11, 22)
EVERYTHING = Filters(as_of=OCT, since=OCT - 11, before=None)

USAGE = """
tenant_id,market,segment,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
t1,DE,SMB,Teams,2026-08,1000,100,p1,2026-06-01
t1,DE,SMB,Teams,2026-09,1000,150,p1,2026-06-01
t1,DE,SMB,Teams,2026-10,1000,400,p1,2026-06-01
t2,FR,Enterprise,Exchange,2026-08,200,10,p2,2026-06-01
t2,FR,Enterprise,Exchange,2026-09,200,20,p2,2026-06-01
t2,FR,Enterprise,Exchange,2026-10,200,30,p2,2026-06-01
"""
# 14 business days after 4 November are the 24th, after 3 November the 23rd, after 12 October the
# 30th of October.
CLAIMS = """
claim_id,tenant_id,workload,partner_id,status,status_on
C1,t1,Exchange,p1,Partner action required,2026-11-04
C2,t2,Teams,p2,Partner action required,2026-11-03
C3,t2,SharePoint,p2,Partner action required,2026-10-12
C4,t1,SharePoint,p1,Partner action required,2026-11-20
"""


@pytest.fixture
def filled(store):
    bring_in(store, USAGE, CLAIMS)
    return store


def clocks(store, scope=LOCAL_USER, filters=EVERYTHING, days=5):
    with store.read() as connection:
        return urgent_clocks(connection, scope, filters, today=TODAY, days=days)


@pytest.mark.parametrize(
    "scope",
    [
        Scope("ann", "sales", partner_ids=("p2",)),
        Scope("ann", "sales", markets=("FR",)),
        Scope("ann", "sales", tenant_ids=("t2",)),
    ],
    ids=["partner", "market", "tenant"],
)
def test_scope_leaves_the_clocks_of_the_second_customer(filled, scope):
    assert clocks(filled, scope)["claim_id"].tolist() == ["C3", "C2"]


def test_urgent_clocks_are_those_of_the_inbox_that_end_first(filled):
    rows = clocks(filled)
    assert rows["claim_id"].tolist() == ["C3", "C2", "C1"]
    assert rows["days_left"].tolist() == [-23, 1, 2]
    assert rows["left"].tolist() == ["23 days over", "1 day (1 business)", "2 days (2 business)"]
    assert clocks(filled, days=2)["claim_id"].tolist() == ["C3", "C2"]


def test_no_clock_gives_an_empty_frame_with_its_columns(store):
    bring_in(store, USAGE)
    assert list(clocks(store).columns) == list(COLUMNS)
    assert clocks(store).empty
