"""The mix behind like-for-like peers, on a store small enough to count by hand."""

from dataclasses import replace

import pytest

from data_access.queries.partners import partner_mix
from data_access.types import LOCAL_USER, OPEN_END, Filters, Scope
from insights.months import month_index
from tests.builders import fill_store

OCT = month_index(2026, 10)
FILTERS = Filters(as_of=OCT, since=OCT - 11, before=OCT - 1)


@pytest.fixture
def connection(store):
    fill_store(
        store,
        [
            ("big", "TEAMS", OCT, 6000, 600),
            ("big", "EXO", OCT, 200, 100),
            ("low", "TEAMS", OCT, 160, 80),
            ("mid", "TEAMS", OCT, 200, 20),
            ("mid", "TEAMS", OCT - 1, 999, 9),
        ],
        [
            ("north", "big", "TEAMS", OCT - 3, OPEN_END),
            ("north", "low", "TEAMS", OCT - 3, OPEN_END),
            ("north", "mid", "TEAMS", OCT - 3, OPEN_END),
            ("south", "big", "EXO", OCT - 3, OPEN_END),
        ],
        tenants={"big": {"market": "UK"}, "low": {"market": "UK"}, "mid": {"market": "DE"}},
    )
    with store.read() as reading:
        yield reading


def cells(connection, filters=FILTERS, scope=LOCAL_USER):
    return sorted(partner_mix(connection, scope, filters).itertuples(index=False, name=None))


def test_mix_adds_pairs_by_workload_and_by_the_customers_size(connection):
    assert cells(connection) == [
        ("north", "TEAMS", 2, 360, 100),  # low 160 and mid 200 seats
        ("north", "TEAMS", 5, 6000, 600),
        ("south", "EXO", 5, 200, 100),  # the customer is large, whatever this workload
    ]


def test_mix_follows_slices_and_workloads_but_keeps_all_partners(connection):
    assert cells(connection, replace(FILTERS, markets=("DE",))) == [("north", "TEAMS", 2, 200, 20)]
    assert cells(connection, replace(FILTERS, workloads=("EXO",))) == [
        ("south", "EXO", 5, 200, 100)
    ]
    assert len(cells(connection, replace(FILTERS, partner_id="south"))) == 3


def test_scope_hides_other_partners_from_the_mix(connection):
    south = Scope(who="ann", role="account_manager", partner_ids=("south",))
    assert cells(connection, scope=south) == [("south", "EXO", 5, 200, 100)]
    germany = Scope(who="ann", role="sales", markets=("DE",))
    assert cells(connection, scope=germany) == [("north", "TEAMS", 2, 200, 20)]
    named = Scope(who="ann", role="sales", tenant_ids=("big",))
    assert cells(connection, scope=named) == []
