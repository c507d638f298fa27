"""Customers at risk: the money of a customer is told only where no partner is chosen."""

from dataclasses import replace

import pytest

from data_access.queries.churn import customers_at_risk
from data_access.types import LOCAL_USER, OPEN_END, Filters
from insights.months import month_index
from tests.builders import fill_store

OCT = month_index(2026, 10)
FILTERS = Filters(as_of=OCT, since=OCT - 11, before=None)


@pytest.fixture
def falling(store):
    """A customer whose users fall from 400 to 100, held by a partner."""
    users = [400, 400, 400, 380, 300, 200, 150, 100]
    usage = [("a", "TEAMS", OCT - 7 + at, 1_000, count) for at, count in enumerate(users)]
    fill_store(store, usage, [("p1", "a", "TEAMS", OCT - 7, OPEN_END)])
    return store


def test_customer_with_falling_users_is_listed(falling):
    with falling.read() as connection:
        rows = customers_at_risk(connection, LOCAL_USER, FILTERS, as_of=OCT)
    assert list(rows["tenant_id"]) == ["a"]


def test_money_is_missing_where_a_partner_is_chosen_or_the_scope_is_restricted(falling):
    restricted = replace(LOCAL_USER, partner_ids=("p1",))
    asked = [(LOCAL_USER, replace(FILTERS, partner_id="p1")), (restricted, FILTERS)]
    for scope, filters in asked:
        with falling.read() as connection:
            rows = customers_at_risk(connection, scope, filters, as_of=OCT)
        assert list(rows["tenant_id"]) == ["a"]
        assert rows[["value_usd_e4", "expected_usd_e4", "example_pairs"]].isna().all(axis=None)
