"""Which actions count as begun and when, what a scope sees of them, and plans that were kept."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert

from data_access.outcome_facts import begun_actions
from data_access.queries import outcomes
from data_access.queries.outcomes import action_outcomes, customers_of
from data_access.schema import action_event, tenant_month, usage
from data_access.types import LOCAL_USER, Filters, Scope
from insights.months import month_index
from tests.action_builders import action_row, add_actions
from tests.outcome_builders import BEGUN, JUNE, fill_worked, started, worked

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OF_P1 = Scope("ana@partner.com", "account_manager", partner_ids=("p1",))


def test_action_begins_when_it_is_started_else_when_it_is_done(store):
    fill_worked(store, acted=2)
    add_actions(
        store,
        worked("done only", "a1", kind="recover"),
        action_row("open", tenant_id="a1"),
        action_row("dropped", tenant_id="a1", status="dismissed", ended_at=BEGUN),
    )
    begun = begun_actions(store, LOCAL_USER, now=NOW).set_index("action_id")
    assert sorted(begun.index) == ["done only", "w0", "w1"]
    assert begun.loc["w0", "begun_at"] == BEGUN
    assert begun.loc["w0", "month"] == JUNE
    assert begun.loc["done only", "begun_at"] == BEGUN + timedelta(days=40)
    assert begun.loc["done only", "month"] == month_index(2026, 7)


def test_action_that_was_begun_and_dropped_still_counts(store):
    fill_worked(store, acted=1)
    add_actions(store, worked("x", "a0", status="dismissed", kind="recover", outcome=""))
    with store.app_write() as connection:
        connection.execute(insert(action_event), [started("x", BEGUN - timedelta(days=40))])
    begun = begun_actions(store, LOCAL_USER, now=NOW).set_index("action_id")
    assert begun.loc["x", "month"] == month_index(2026, 5)


def test_scope_and_filters_narrow_what_is_seen(store):
    fill_worked(store, acted=4)
    assert begun_actions(store, OF_P1, now=NOW)["action_id"].tolist() == ["w1", "w3"]
    filters = Filters(as_of=JUNE, since=JUNE, before=None, partner_id="p2")
    found = begun_actions(store, LOCAL_USER, now=NOW, filters=filters)
    assert found["action_id"].tolist() == ["w0", "w2"]


@pytest.mark.parametrize("scope", [LOCAL_USER, OF_P1])
def test_similar_customers_come_from_what_the_scope_sees(store, scope):
    fill_worked(store, acted=4)
    begun = begun_actions(store, scope, now=NOW)
    asked = begun[["action_id", "tenant_id", "workload", "month", "milestone"]]
    touched = begun[["tenant_id", "workload", "month"]]
    with store.read() as connection:
        found = action_outcomes(connection, scope, begun=asked, touched=touched)
        keys = [int(key) for key in found.matches["tenant_key"].unique()]
        names = customers_of(connection, scope, keys=keys)
    assert found.effects["effect"].round(6).tolist() == [0.05] * len(begun)
    assert len(names) == len(keys) == 5
    places = names["tenant_id"].str[1:].astype(int)
    assert names["tenant_id"].str.startswith("o").all()
    assert scope is LOCAL_USER or (places % 2 == 1).all()  # p1 holds every second one


@pytest.mark.parametrize(
    ("scope", "sampled"), [(LOCAL_USER, ["o10", "o31", "o44"]), (OF_P1, ["o23", "o31", "o57"])]
)
def test_similar_customers_come_from_a_fixed_sample_of_each_size(
    store, monkeypatch, scope, sampled
):
    monkeypatch.setattr(outcomes, "SAMPLED_PER_SIZE", 3)
    fill_worked(store, acted=2)  # a0 and a1 have keys 1 and 2, o0 to o59 keys 3 to 62
    # Key × 618,034 modulo 1,000,003 is lowest for 34 (13,093), 13 (34,418) and 47 (47,511); p1
    # holds the even keys only: 34, 26 (68,836) and 60 (81,929).
    begun = begun_actions(store, scope, now=NOW)
    asked = begun[["action_id", "tenant_id", "workload", "month", "milestone"]]
    touched = begun[["tenant_id", "workload", "month"]]
    with store.read() as connection:
        found = action_outcomes(connection, scope, begun=asked, touched=touched)
        keys = [int(key) for key in found.matches["tenant_key"].unique()]
        names = customers_of(connection, scope, keys=keys)
    assert sorted(names["tenant_id"]) == sampled
    assert found.effects["matches"].tolist() == [3] * len(begun)
    # From May to September 50 + 20 more users of 1,000, at the others 20 more.
    assert found.effects["change"].round(6).tolist() == [0.07] * len(begun)
    assert found.effects["similar_change"].round(6).tolist() == [0.02] * len(begun)


def test_customer_that_has_left_since_is_still_compared_with(store):
    fill_worked(store, acted=1)
    with store.write() as connection:
        for rows in (usage, tenant_month):
            late = (rows.c.tenant_key > 1) & (rows.c.month > JUNE + 3)
            connection.execute(delete(rows).where(late))
    begun = begun_actions(store, LOCAL_USER, now=NOW)
    asked = begun[["action_id", "tenant_id", "workload", "month", "milestone"]]
    with store.read() as connection:
        found = action_outcomes(
            connection, LOCAL_USER, begun=asked, touched=begun[["tenant_id", "workload", "month"]]
        )
    assert found.effects["matches"].tolist() == [5]


def test_nothing_begun_asks_for_no_usage(store):
    fill_worked(store, acted=0)
    begun = begun_actions(store, LOCAL_USER, now=NOW)
    assert begun.empty
    asked = begun[["action_id", "tenant_id", "workload", "month", "milestone"]]
    with store.read() as connection:
        found = action_outcomes(
            connection, LOCAL_USER, begun=asked, touched=begun[["tenant_id", "workload", "month"]]
        )
    assert found.effects.empty
