"""The summary tables against figures worked out by hand and against a plain recomputation."""

import random

from sqlalchemy import delete, select, update

from data_access import marts, schema
from data_access.types import OPEN_END
from tests.builders import fill_store
from tests.integration.mart_oracle import Oracle, stored_marts

NO_PAIRS = select(schema.usage.c.tenant_key, schema.usage.c.workload_key).limit(0)


def test_pair_held_by_two_locations_counts_once_in_account_and_scope(store):
    fill_store(
        store,
        usage=[("contoso", "EXO", 10, 200, 50), ("contoso", "TEAMS", 10, 100, 90)],
        held=[
            ("north", "contoso", "EXO", 8, OPEN_END),
            ("south", "contoso", "EXO", 9, OPEN_END),
            ("south", "contoso", "TEAMS", 10, OPEN_END),
        ],
        accounts={"north": "group", "south": "group"},
    )
    with store.read() as connection:
        found = stored_marts(connection)
    partner = {key: row["paid_available_units"] for key, row in found["partner_month"].items()}
    assert partner == {
        (1, 1, 10): 200,
        (1, 0, 10): 200,
        (2, 1, 10): 200,
        (2, 2, 10): 100,
        (2, 0, 10): 200,
    }
    account = {key[:2]: row["pairs"] for key, row in found["account_slice_month"].items()}
    assert account == {(1, 1): 1, (1, 2): 1, (1, 0): 1}
    scope = {key[1]: row for key, row in found["scope_month"].items()}
    assert scope[0]["monthly_active_users"] == 90
    assert scope[0]["associated_pairs"] == 1
    assert [scope[key]["associated_pairs"] for key in (1, 2)] == [1, 1]
    ages = {(key[0], key[1], key[3]): row["pairs"] for key, row in found["cohort_month"].items()}
    assert ages == {(0, 1, 2): 1, (0, 2, 0): 1, (1, 1, 2): 1, (1, 2, 0): 1}


def test_moved_pair_leaves_one_partner_and_joins_the_next_but_stays_in_the_account(store):
    fill_store(
        store,
        usage=[("contoso", "EXO", 10, 200, 50), ("contoso", "EXO", 11, 220, 60)],
        held=[("north", "contoso", "EXO", 8, 10), ("south", "contoso", "EXO", 11, OPEN_END)],
        accounts={"north": "group", "south": "group"},
    )
    with store.read() as connection:
        found = stored_marts(connection)
    assert set(found["partner_month"]) == {(1, 1, 10), (1, 0, 10), (2, 1, 11), (2, 0, 11)}
    assert found["partner_month"][2, 1, 11]["kept_pairs"] == 0
    account = found["account_slice_month"][1, 1, 11, "", "", 2]
    assert [account[name] for name in ("kept_pairs", "kept_units", "prior_units")] == [1, 220, 200]


def test_row_without_one_count_is_in_no_sum(store):
    fill_store(store, usage=[("contoso", "EXO", 10, 200, None), ("contoso", "EXO", 11, 200, 30)])
    with store.read() as connection:
        found = stored_marts(connection)
    assert [key[0] for key in found["scope_month"]] == [11, 11]
    assert found["scope_month"][11, 1, "", "", 2]["kept_pairs"] == 0
    assert found["pair_status"][1, 1]["months_reported"] == 2


def small_world(seed):
    """Return random usage and associations of four tenants, three workloads and six months."""
    chance = random.Random(seed)
    pairs = [(f"t{t}", f"w{w}") for t in range(4) for w in range(3)]
    usage = [
        (
            *pair,
            month,
            chance.choice([None, 0, 100, 149, 150, 301, 6000]),
            chance.choice([None, 0, 15, 60, 400]),
        )
        for pair in pairs
        for month in range(10, 16)
        if chance.random() < 0.7
    ]
    held = []
    for tenant, workload in pairs:
        for partner in chance.sample(["p1", "p2", "p3"], chance.randint(0, 2)):
            start = chance.randint(6, 14)
            end = chance.choice([OPEN_END, start + chance.randint(0, 4)])
            held.append((partner, tenant, workload, start, end))
    tenants = {f"t{t}": {"market": chance.choice(["", "DE", "US"])} for t in range(4)}
    return usage, held, {"tenants": tenants, "accounts": {"p1": "g1", "p2": "g1", "p3": "g2"}}


def test_marts_equal_a_plain_recomputation(store):
    usage, held, about = small_world(1)
    fill_store(store, usage, held, **about)
    with store.read() as connection:
        assert stored_marts(connection) == Oracle(connection).marts()


def test_marts_of_touched_months_equal_a_full_rebuild(store):
    usage, held, about = small_world(2)
    fill_store(store, usage, held, **about)
    facts = schema.usage
    with store.write() as connection:
        connection.execute(
            update(facts).where(facts.c.month == 12).values(paid_available_units=777)
        )
        connection.execute(delete(facts).where(facts.c.month == 13, facts.c.tenant_key == 1))
        pairs = select(facts.c.tenant_key, facts.c.workload_key).distinct()
        marts.rebuild(connection, store.backend, months={12, 13}, pairs=pairs)
        kept = stored_marts(connection)
        marts.rebuild(connection, store.backend)
        assert kept == stored_marts(connection) == Oracle(connection).marts()


def test_rebuild_touches_no_other_month(store):
    fill_store(store, usage=[("t", "w", month, 100, 20) for month in (10, 11, 12)])
    poison = update(schema.tenant_month).values(people=999)
    with store.write() as connection:
        connection.execute(poison)
        marts.rebuild(connection, store.backend, months={10}, pairs=NO_PAIRS)
        found = stored_marts(connection)["tenant_month"]
    assert {month: row["people"] for (_, month), row in found.items()} == {10: 20, 11: 20, 12: 999}
