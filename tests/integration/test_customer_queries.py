"""The list of customers and a customer's page, on stores small enough to count by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest
from sqlalchemy import insert, update

from data_access import schema
from data_access.queries import customer, customer_rows, customers, flagged
from data_access.queries.customers import ListQuestion, customer_count, customer_list
from data_access.types import LOCAL_USER, OPEN_END, Filters, Scope
from insights.flags import FLAGS, pair_flags
from insights.months import month_index
from tests.builders import fill_store

OCT = month_index(2026, 10)
SEP, AUG, JUL = OCT - 1, OCT - 2, OCT - 3
FILTERS = Filters(as_of=OCT, since=OCT - 11, before=SEP)

USAGE = [
    # tenant, workload, month, seats, users
    ("ada", "TEAMS", OCT, 1000, 300),
    ("ada", "TEAMS", SEP, 1000, 250),
    ("ada", "EXO", OCT, 400, 440),
    ("ada", "EXO", SEP, 400, 400),
    ("bee", "TEAMS", OCT, 100, 10),
    ("bee", "TEAMS", SEP, 100, 30),
    ("bee", "EXO", JUL, 80, 8),
    ("cid", "TEAMS", OCT, 0, 5),
    ("cid", "TEAMS", AUG, 0, 4),
    ("dot", "TEAMS", AUG, 700, 70),
]
HELD = [
    ("north", "ada", "TEAMS", JUL, OPEN_END),
    ("south", "ada", "EXO", JUL, OPEN_END),
    ("north", "bee", "TEAMS", JUL, AUG),
    ("south", "bee", "TEAMS", SEP, OPEN_END),
]
TENANTS = {
    "ada": {"name": "Ada Ltd", "segment": "Enterprise", "market": "UK", "domain": "ada.example"},
    "bee": {"name": "bee_100% co", "segment": "SMB", "market": "DE"},
    "cid": {"name": "7f3a", "is_name_masked": True, "market": "DE"},
    "dot": {"name": None},
}


@pytest.fixture
def connection(store):
    fill_store(store, USAGE, HELD, tenants=TENANTS)
    with store.write() as writing:
        writing.execute(
            insert(schema.usage_revision).values(
                tenant_key=1,
                workload_key=1,
                month=SEP,
                paid_available_units=900,
                monthly_active_users=None,
                batch_id=1,
                replaced_by_batch_id=1,
            )
        )
    with store.read() as reading:
        yield reading


def listed(connection, filters=FILTERS, scope=LOCAL_USER, **question):
    rows = customer_list(connection, scope, filters, question=ListQuestion(**question))
    return rows["tenant_id"].tolist()


def test_list_is_ordered_by_seats_and_keeps_customers_without_the_newest_month(connection):
    rows = customer_list(connection, LOCAL_USER, FILTERS)
    assert rows["tenant_id"].tolist() == ["ada", "dot", "bee", "cid"]
    assert rows["month"].tolist() == [OCT, AUG, OCT, OCT]
    ada = rows.iloc[0]
    assert (ada["seats"], ada["people"], ada["pairs"]) == (1000, 440, 2)
    assert (ada["paid_available_units"], ada["monthly_active_users"]) == (1400, 740)
    assert ada["pairs_above_100"] == 1
    assert rows["size_band"].tolist() == [4, 3, 1, 0]
    assert rows.iloc[1]["tenant_name"] == "dot"


def test_count_tells_how_many_match_and_how_many_are_quiet(connection):
    counted = customer_count(connection, LOCAL_USER, FILTERS)
    assert counted.iloc[0].tolist() == [4, 1]
    smaller = customer_count(connection, LOCAL_USER, replace(FILTERS, markets=("DE",)))
    assert smaller.iloc[0].tolist() == [2, 0]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("people", ["ada", "dot", "bee", "cid"]),  # 440, 70, 10, 5
        ("usage_high", ["ada", "bee", "dot", "cid"]),  # 740/1400, 10 %, 10 %, undefined
        ("usage_low", ["bee", "dot", "ada", "cid"]),
        ("rising", ["ada", "bee", "cid", "dot"]),  # 52.9 - 46.4 %, 10 - 30 %, undefined
        ("falling", ["bee", "ada", "cid", "dot"]),
        ("name", ["cid", "ada", "bee", "dot"]),  # 7f3a, Ada Ltd, bee_100% co, dot
    ],
)
def test_order_runs_over_all_customers_and_puts_undefined_last(connection, sort, expected):
    assert listed(connection, sort=sort) == expected
    first = customer_list(
        connection, LOCAL_USER, FILTERS, question=ListQuestion(sort=sort), limit=1
    )
    assert first["tenant_id"].tolist() == expected[:1]


@pytest.mark.parametrize(
    ("search", "expected"),
    [("ADA", ["ada"]), (".example", ["ada"]), ("100%", ["bee"]), ("_", ["bee"]), ("zz", [])],
)
def test_search_finds_parts_of_names_domains_and_ids_as_typed(connection, search, expected):
    assert listed(connection, search=search) == expected


def test_flag_filter_lists_exactly_the_customers_that_the_rules_flag(connection):
    ids = ["ada", "bee", "cid", "dot"]
    pairs = pd.concat(
        customer.customer_pairs(connection, LOCAL_USER, FILTERS, name).assign(tenant_id=name)
        for name in ids
    ).reset_index(drop=True)
    newest = {"ada": (1000, 300), "bee": (100, 10), "cid": (0, 5), "dot": (700, 70)}
    pairs["paid_available_units"] = [newest[name][0] for name in pairs["tenant_id"]]
    pairs["monthly_active_users"] = [newest[name][1] for name in pairs["tenant_id"]]
    flags = pair_flags(pairs, OCT)
    for code in ("no_data", "missing_months", "restated", "moved"):
        expected = set(pairs.loc[flags[code], "tenant_id"])
        assert set(listed(connection, flag=code)) == expected, code
    assert set(listed(connection, flag="no_data")) == {"bee", "dot"}
    assert set(listed(connection, flag="missing_months")) == {"cid"}
    assert set(listed(connection, flag="restated")) == {"ada"}
    assert set(listed(connection, flag="moved")) == {"bee"}


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        ("above_100", {"ada"}),
        ("no_seats", {"cid"}),
        ("masked_name", {"cid"}),
        ("several_partners", {"ada"}),
    ],
)
def test_flag_filter_for_flags_of_figures_names_and_partners(connection, flag, expected):
    assert set(listed(connection, flag=flag)) == expected


def test_every_flag_can_be_filtered(connection):
    for flag in FLAGS:
        count = customer_count(
            connection, LOCAL_USER, FILTERS, question=ListQuestion(flag=flag.code)
        )
        assert count["customers"].item() == len(listed(connection, flag=flag.code))


def test_partner_filter_keeps_customers_held_in_the_as_of_month(connection):
    assert listed(connection, replace(FILTERS, partner_id="north")) == ["ada"]
    assert listed(connection, replace(FILTERS, partner_id="south")) == ["ada", "bee"]
    assert listed(connection, replace(FILTERS, account_id="north", partner_id="south")) == []


def test_chosen_workload_gives_figures_of_this_workload_only(connection):
    chosen = replace(FILTERS, workloads=("EXO",))
    rows = customer_list(connection, LOCAL_USER, chosen)
    assert rows["tenant_id"].tolist() == ["ada", "bee"]
    assert rows["month"].tolist() == [OCT, JUL]
    assert rows.iloc[0][["seats", "people", "pairs"]].tolist() == [400, 440, 1]
    assert rows["size_band"].tolist() == [4, 1]


def test_segment_market_and_size_choose_customers(connection):
    assert listed(connection, replace(FILTERS, segments=("SMB",))) == ["bee"]
    assert listed(connection, replace(FILTERS, size_bands=(0, 4))) == ["ada", "cid"]


def test_scope_of_a_partner_sees_its_pairs_only(connection):
    south = Scope(who="ann", role="account_manager", partner_ids=("south",))
    rows = customer_list(connection, south, FILTERS)
    assert rows["tenant_id"].tolist() == ["ada", "bee"]
    assert rows.iloc[0][["seats", "people", "pairs"]].tolist() == [400, 440, 1]
    history = customer.customer_history(connection, south, FILTERS, "ada")
    assert set(history["workload"]) == {"EXO"}
    assert customer.customer_facts(connection, south, "cid").empty
    usage = customer_rows.customer_usage(
        connection, south, FILTERS, tenant_ids=["ada", "cid"], months=[OCT]
    )
    assert usage["workload"].tolist() == ["EXO"]
    nobody = Scope(who="ann", role="account_manager", partner_ids=())
    assert listed(connection, scope=nobody) == []


def test_scope_of_markets_and_tenants_bounds_list_and_page(connection):
    germany = Scope(who="ann", role="sales", markets=("DE",))
    assert listed(connection, scope=germany) == ["bee", "cid"]
    assert customer.customer_facts(connection, germany, "ada").empty
    only_ada = Scope(who="ann", role="sales", tenant_ids=("ada",))
    assert listed(connection, scope=only_ada) == ["ada"]


def test_rows_show_trend_usage_flags_and_partners_of_named_customers(connection):
    trend = customer_rows.customer_trend(connection, LOCAL_USER, FILTERS, tenant_ids=["bee"])
    assert trend.sort_values("month")["people"].tolist() == [8, 30, 10]
    usage = customer_rows.customer_usage(
        connection, LOCAL_USER, FILTERS, tenant_ids=["ada", "dot"], months=[OCT, AUG]
    )
    assert usage.groupby("tenant_id").size().to_dict() == {"ada": 2, "dot": 1}
    counts = flagged.customer_flags(connection, LOCAL_USER, FILTERS, tenant_ids=["bee", "ada"])
    assert sorted(counts.itertuples(index=False, name=None)) == [
        ("ada", "restated", 1),
        ("bee", "moved", 1),
        ("bee", "no_data", 1),
    ]
    partners = customer_rows.customer_partners(
        connection, LOCAL_USER, FILTERS, tenant_ids=["ada", "bee"]
    )
    assert sorted(partners.itertuples(index=False, name=None)) == [
        ("ada", "north", "north", 1),
        ("ada", "south", "south", 1),
        ("bee", "south", "south", 1),
    ]


def test_page_of_a_customer_is_found_by_any_known_spelling(store):
    fill_store(
        store, [("a-b-1", "TEAMS", OCT, 10, 1)], tenants={"a-b-1": {"imported_id": "{A-B-1}"}}
    )
    with store.read() as reading:
        for spelling in ("a-b-1", "A-B-1", "{A-B-1}", " a-b-1 "):
            facts = customer.customer_facts(reading, LOCAL_USER, spelling)
            assert facts["tenant_id"].tolist() == ["a-b-1"]
        assert customer.customer_facts(reading, LOCAL_USER, "other").empty


def test_associations_show_the_move_and_the_open_end(connection):
    spans = customer.customer_associations(connection, LOCAL_USER, "bee")
    assert spans[["partner_id", "start_month", "end_month"]].values.tolist() == [
        ["north", JUL, AUG],
        ["south", SEP, OPEN_END],
    ]
    assert spans.iloc[0]["end_reason"] == "moved"


def test_restatements_tell_old_and_new_value_of_each_change(store):
    fill_store(store, [("t", "TEAMS", SEP, 300, 90)])
    revision = {"tenant_key": 1, "workload_key": 1, "month": SEP, "replaced_by_batch_id": 1}
    with store.write() as writing:
        for units, users in ((100, 10), (200, None)):
            writing.execute(
                insert(schema.usage_revision).values(
                    **revision, paid_available_units=units, monthly_active_users=users, batch_id=1
                )
            )
        writing.execute(
            update(schema.import_batch).values(imported_at=datetime(2026, 11, 2, tzinfo=UTC))
        )
    with store.read() as reading:
        changes = customer.customer_restatements(reading, LOCAL_USER, FILTERS, "t")
    assert changes["old_units"].tolist() == [200, 100]
    assert changes["new_units"].tolist() == [300, 200]
    assert changes["old_users"].tolist() == [pd.NA, 10]
    assert changes["new_users"].tolist() == [90, pd.NA]
    assert changes["file_name"].unique().tolist() == ["small.csv"]


def test_sorts_named_for_the_page_are_all_understood(connection):
    for sort in customers.SORTS:
        assert len(listed(connection, sort=sort)) == 4
