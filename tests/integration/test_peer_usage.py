"""What similar organisations are compared with: sums of the others of a size, worked out by hand.

Everybody's come from the mart, those of some customers or partners from their own reports; both
must say the same.
"""

from dataclasses import replace

import pytest

from data_access.queries.peer_usage import peer_usage
from data_access.types import LOCAL_USER, OPEN_END, Scope
from insights.months import month_index
from tests.builders import fill_store

OCT = month_index(2026, 10)
OF_P1 = Scope(who="am", role="account_manager", partner_ids=("p1",))
NAMED = replace(LOCAL_USER, tenant_ids=("me", "s0", "s1", "s2", "s3", "s4", "none", "large"))
SUMS = ["workload", "paid_available_units", "monthly_active_users", "customers"]


@pytest.fixture
def filled(store):
    """Six of one size in Teams: me and s0 to s4; one without Teams seats, one far larger."""
    usage = [
        ("me", "TEAMS", OCT, 400, 100),
        *((f"s{at}", "TEAMS", OCT, 500, 200 + at) for at in range(5)),
        *((f"s{at}", "EXO", OCT, 500, 300) for at in range(4)),
        ("none", "EXO", OCT, 500, 10),
        ("none", "TEAMS", OCT, 0, 7),
        ("s0", "SPO", OCT, 500, None),
        ("large", "TEAMS", OCT, 9000, 4000),
    ]
    held = [("p1", name, "TEAMS", OCT, OPEN_END) for name in ("me", "s0", "s1", "s2", "s3", "s4")]
    tenants = {row[0]: {"market": "DE"} for row in usage}
    fill_store(store, usage, held, tenants=tenants)
    return store


@pytest.mark.parametrize("scope", [LOCAL_USER, replace(LOCAL_USER, markets=("DE",)), NAMED])
def test_peers_are_the_others_of_the_size_with_seats(filled, scope):
    with filled.read() as connection:
        found = peer_usage(connection, scope, tenant_id="me", month=OCT)
    # Teams 5 × 500 seats, 200 + 201 + 202 + 203 + 204 users. Exchange: s0 to s3 and none.
    assert found[SUMS].to_numpy().tolist() == [
        ["EXO", 2500, 1210, 5],
        ["TEAMS", 2500, 1010, 5],
    ]


def test_customer_itself_is_none_of_its_peers(filled):
    with filled.read() as connection:
        found = peer_usage(connection, LOCAL_USER, tenant_id="s0", month=OCT)
    # me and s1 to s4; of Exchange only s1 to s3 and none are left: four are too few.
    assert found[SUMS].to_numpy().tolist() == [["TEAMS", 2400, 910, 5]]


def test_partner_compares_with_its_own_customers_only(filled):
    with filled.read() as connection:
        found = peer_usage(connection, OF_P1, tenant_id="me", month=OCT)
    assert found[SUMS].to_numpy().tolist() == [["TEAMS", 2500, 1010, 5]]


@pytest.mark.parametrize("scope", [LOCAL_USER, replace(LOCAL_USER, markets=("FR",))])
def test_customer_that_is_not_there_or_not_seen_has_no_peers(filled, scope):
    tenant = "me" if scope.markets else "nobody"
    with filled.read() as connection:
        assert peer_usage(connection, scope, tenant_id=tenant, month=OCT).empty
