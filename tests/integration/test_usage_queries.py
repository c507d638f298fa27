"""Usage sums by month: every table that may answer gives the same, hand-computed figures."""

from dataclasses import replace

import pytest

from data_access.queries.associations import association_changes, association_changes_by_month
from data_access.queries.cohorts import usage_by_age
from data_access.queries.heatmap import largest_customers
from data_access.queries.usage import (
    tenants_by_month,
    usage_by_account,
    usage_by_month,
    usage_by_partner,
)
from data_access.types import LOCAL_USER, OPEN_END, Filters
from insights.months import month_index
from tests.builders import fill_store

SEP, OCT = month_index(2026, 9), month_index(2026, 10)
ALL = Filters(as_of=OCT, since=SEP, before=SEP)

# t1 has Teams with p1 and Exchange with p2 (another account); p1 and p1b of one account both name
# t2's Teams (a duplicate row); t3's Teams moved from p1 to p2 in October; t4 has nobody.
USAGE = [
    ("t1", "TEAMS", SEP, 100, 20),
    ("t1", "TEAMS", OCT, 100, 30),
    ("t1", "EXO", SEP, 200, 100),
    ("t1", "EXO", OCT, 200, 90),
    ("t2", "TEAMS", OCT, 400, 40),
    ("t3", "TEAMS", SEP, 50, 10),
    ("t3", "TEAMS", OCT, 50, 20),
    ("t4", "TEAMS", OCT, 1000, 500),
    ("t4", "EXO", OCT, 2000, None),
]
HELD = [
    ("p1", "t1", "TEAMS", SEP - 5, OPEN_END),
    ("p2", "t1", "EXO", SEP - 2, OPEN_END),
    ("p1", "t2", "TEAMS", OCT, OPEN_END),
    ("p1b", "t2", "TEAMS", OCT, OPEN_END),
    ("p1", "t3", "TEAMS", SEP - 12, SEP),
    ("p2", "t3", "TEAMS", OCT, OPEN_END),
]
TENANTS = {
    "t1": {"segment": "Enterprise", "market": "DE"},
    "t2": {"segment": "SMB", "market": "DE"},
    "t3": {"segment": "SMB", "market": "FR"},
    "t4": {"segment": "Enterprise", "market": "FR"},
}
ACCOUNTS = {"p1": "a1", "p1b": "a1", "p2": "a2"}


@pytest.fixture
def connection(store):
    fill_store(store, USAGE, HELD, tenants=TENANTS, accounts=ACCOUNTS)
    with store.read() as opened:
        yield opened


def october(usage, *columns):
    """Return October's rows as tuples of workload and the columns."""
    now = usage[usage["month"] == OCT]
    return list(now[["workload", *columns]].itertuples(index=False, name=None))


SUMS = ("pairs", "paid_available_units", "monthly_active_users")


def test_overall_counts_each_pair_once(connection):
    usage = usage_by_month(connection, LOCAL_USER, ALL, first=SEP, last=OCT)
    assert october(usage, *SUMS, "associated_pairs") == [
        ("EXO", 1, 200, 90, 1),
        ("TEAMS", 4, 1550, 590, 3),
    ]
    assert usage["workload_name"].tolist() == ["EXO", "TEAMS", "EXO", "TEAMS"]


def test_kept_pairs_split_the_change(connection):
    usage = usage_by_month(connection, LOCAL_USER, ALL, first=OCT, last=OCT)
    kept = ("kept_pairs", "kept_units", "kept_users", "prior_units", "prior_users")
    assert october(usage, *kept) == [("EXO", 1, 200, 90, 200, 100), ("TEAMS", 2, 150, 50, 150, 30)]


def test_account_counts_a_pair_of_two_locations_once(connection):
    usage = usage_by_month(
        connection, LOCAL_USER, replace(ALL, account_id="a1"), first=SEP, last=OCT
    )
    assert october(usage, *SUMS) == [("TEAMS", 2, 500, 70)]


def test_moved_association_counts_for_its_new_partner_only(connection):
    usage = usage_by_month(
        connection, LOCAL_USER, replace(ALL, partner_id="p2"), first=SEP, last=OCT
    )
    assert october(usage, *SUMS) == [("EXO", 1, 200, 90), ("TEAMS", 1, 50, 20)]
    assert october(usage, "kept_pairs") == [("EXO", 1), ("TEAMS", 0)]


def test_partner_outside_the_chosen_account_has_nothing(connection):
    filters = replace(ALL, partner_id="p2", account_id="a1")
    assert usage_by_month(connection, LOCAL_USER, filters, first=SEP, last=OCT).empty


def test_segment_market_and_size_narrow_everything(connection):
    filters = replace(ALL, segments=("Enterprise",), markets=("FR",), size_bands=(4,))
    usage = usage_by_month(connection, LOCAL_USER, filters, first=SEP, last=OCT)
    assert october(usage, *SUMS) == [("TEAMS", 1, 1000, 500)]


SCOPES = {
    "everybody": (LOCAL_USER, ALL),
    "account": (LOCAL_USER, replace(ALL, account_id="a1")),
    "partner": (LOCAL_USER, replace(ALL, partner_id="p1")),
    "partner by segment": (LOCAL_USER, replace(ALL, partner_id="p1", segments=("SMB",))),
    "market of a scope": (replace(LOCAL_USER, markets=("DE",)), ALL),
    "one account of a scope": (replace(LOCAL_USER, account_ids=("a1",)), ALL),
    "one partner of a scope": (replace(LOCAL_USER, partner_ids=("p2",)), ALL),
    "workload": (LOCAL_USER, replace(ALL, workloads=("TEAMS",))),
    "size": (LOCAL_USER, replace(ALL, size_bands=(2, 3), account_id="a1")),
}


@pytest.mark.parametrize("case", SCOPES)
def test_facts_agree_with_the_marts(connection, case):
    scope, filters = SCOPES[case]
    from_facts = replace(scope, tenant_ids=tuple(TENANTS))
    for query in (usage_by_month, tenants_by_month, usage_by_partner, usage_by_account):
        expected = query(connection, scope, filters, first=SEP, last=OCT)
        found = query(connection, from_facts, filters, first=SEP, last=OCT)
        if query in (usage_by_partner, usage_by_account):
            expected = expected.drop(columns="associated_pairs")
            found = found.drop(columns="associated_pairs")
        assert not expected.empty
        assert found.to_dict("records") == expected.to_dict("records"), query.__name__


def test_several_partners_count_a_shared_pair_once(connection):
    scope = replace(LOCAL_USER, partner_ids=("p1", "p1b"))
    usage = usage_by_month(connection, scope, ALL, first=SEP, last=OCT)
    assert october(usage, *SUMS) == [("TEAMS", 2, 500, 70)]


def test_scope_of_nothing_sees_nothing(connection):
    for scope in (
        replace(LOCAL_USER, partner_ids=()),
        replace(LOCAL_USER, account_ids=()),
        replace(LOCAL_USER, tenant_ids=()),
        replace(LOCAL_USER, markets=()),
    ):
        assert usage_by_month(connection, scope, ALL, first=SEP, last=OCT).empty
        assert usage_by_partner(connection, scope, ALL, first=SEP, last=OCT).empty
        assert tenants_by_month(connection, scope, ALL, first=SEP, last=OCT).empty
        assert association_changes(connection, scope, ALL).empty
        assert usage_by_age(connection, scope, ALL).empty
        assert largest_customers(connection, scope, ALL, month=OCT, limit=5).empty


def tenants_in_october(connection, scope, filters):
    tenants = tenants_by_month(connection, scope, filters, first=OCT, last=OCT)
    return tenants.to_dict("records")


def test_tenant_counts_once_whatever_its_workloads(connection):
    assert tenants_in_october(connection, LOCAL_USER, ALL) == [
        {
            "month": OCT,
            "tenants": 4,
            "seats": 200 + 400 + 50 + 1000,
            "people": 90 + 40 + 20 + 500,
            "associated_tenants": 3,
        }
    ]


def test_tenants_over_two_chosen_workloads_are_distinct(connection):
    two = replace(ALL, workloads=("TEAMS", "EXO"))
    assert tenants_in_october(connection, LOCAL_USER, two) == tenants_in_october(
        connection, LOCAL_USER, ALL
    )


def test_tenants_of_one_workload_are_its_pairs(connection):
    (row,) = tenants_in_october(connection, LOCAL_USER, replace(ALL, workloads=("EXO",)))
    assert (row["tenants"], row["seats"], row["people"]) == (1, 200, 90)


def test_partners_stand_side_by_side_and_a_shared_pair_is_in_both(connection):
    partners = usage_by_partner(connection, LOCAL_USER, ALL, first=OCT, last=OCT, by_workload=False)
    assert partners[["partner_id", "account_id", *SUMS]].to_numpy().tolist() == [
        ["p1", "a1", 2, 500, 70],
        ["p1b", "a1", 1, 400, 40],
        ["p2", "a2", 2, 250, 110],
    ]


def test_accounts_stand_side_by_side(connection):
    accounts = usage_by_account(connection, LOCAL_USER, ALL, first=OCT, last=OCT, by_workload=False)
    assert accounts[["account_id", *SUMS]].to_numpy().tolist() == [
        ["a1", 2, 500, 70],
        ["a2", 2, 250, 110],
    ]


def test_associations_gained_and_lost_by_month(connection):
    changes = association_changes_by_month(connection, LOCAL_USER, ALL)
    assert changes.to_numpy().tolist() == [
        [OCT, "lost", "moved", 1],
        [OCT, "new", "", 3],
    ]


def test_association_changes_follow_the_filters(connection):
    filters = replace(ALL, partner_id="p2", segments=("SMB",), size_bands=(1,))
    (change,) = association_changes(connection, LOCAL_USER, filters).to_dict("records")
    assert (change["change"], change["tenant_id"], change["workload"]) == ("new", "t3", "TEAMS")


def ages(cohorts):
    columns = ["workload", "start_year", "age", *SUMS]
    return cohorts[columns].to_numpy().tolist()


def test_cohorts_age_with_the_current_association(connection):
    # September 2026 lies in FY27; five months before it is April 2026, in FY26.
    assert ages(usage_by_age(connection, LOCAL_USER, replace(ALL, workloads=("EXO",)))) == [
        ["EXO", 2027, 2, 1, 200, 100],
        ["EXO", 2027, 3, 1, 200, 90],
    ]
    teams = usage_by_age(connection, LOCAL_USER, replace(ALL, workloads=("TEAMS",)))
    assert ages(teams) == [
        ["TEAMS", 2026, 5, 1, 100, 20],
        ["TEAMS", 2026, 6, 1, 100, 30],
        ["TEAMS", 2026, 12, 1, 50, 10],
        ["TEAMS", 2027, 0, 2, 450, 60],
    ]


@pytest.mark.parametrize("account", ["a1", "a2"])
def test_cohorts_of_an_account_agree_with_its_partners_facts(connection, account):
    partners = tuple(name for name, of in ACCOUNTS.items() if of == account)
    narrow = replace(LOCAL_USER, partner_ids=partners)
    assert ages(usage_by_age(connection, narrow, ALL)) == ages(
        usage_by_age(connection, LOCAL_USER, replace(ALL, account_id=account))
    )


def test_largest_customers_come_first_with_their_workloads(connection):
    customers = largest_customers(connection, LOCAL_USER, ALL, month=OCT, limit=3)
    assert customers[["tenant_id", "seats", "workload"]].to_numpy().tolist() == [
        ["t4", 1000, "TEAMS"],
        ["t2", 400, "TEAMS"],
        ["t1", 200, "EXO"],
        ["t1", 200, "TEAMS"],
    ]


def test_largest_customers_of_a_partner_show_its_pairs_only(connection):
    filters = replace(ALL, partner_id="p1")
    customers = largest_customers(connection, LOCAL_USER, filters, month=OCT, limit=3)
    assert customers[["tenant_id", "workload"]].to_numpy().tolist() == [
        ["t2", "TEAMS"],
        ["t1", "TEAMS"],
    ]
