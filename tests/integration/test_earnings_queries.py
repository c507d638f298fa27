"""Money queries: marts and judged rows give the same sums, and due is judged as of any day."""

from dataclasses import replace

import pytest

from data_access.locations import file_store_url
from data_access.queries.earnings import (
    expected_payments,
    growth_by_holder,
    judged,
    money_parts,
    reconciliation_sums,
)
from data_access.queries.reconciliation import RowsWanted, has_earnings, reconciliation_rows
from data_access.store import Store
from data_access.types import LOCAL_USER, Filters
from insights.months import month_index
from tests.builders import bring_in

OCT = month_index(2026, 10)
NOV, DEC = OCT + 1, OCT + 2
FILTERS = Filters(as_of=OCT, since=OCT, before=None)
EVERY_MARKET = replace(FILTERS, markets=("DE", "FR"))
ID = "72f988bf-86f1-41af-91ab-2d7cd011db47"

# A reached 15 % in February 2023 with 150 of 1,000 users (FY23, bucket S: 1,500 USD) and earned 10
# and 90 units in growth years at 3 USD; B 10 units. C crossed 15 % in 2022 while nobody had
# claimed it (FY22, bucket XS: 900 USD).
USAGE = f"""
tenant_id,market,segment,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
{ID},DE,SMB,Intune,2023-01,1000,100,p1,2023-01-01
{ID},DE,SMB,Intune,2023-02,1000,150,p1,2023-01-01
{ID},DE,SMB,Intune,2026-09,1000,160,p1,2023-01-01
{ID},DE,SMB,Intune,2026-10,1000,250,p1,2023-01-01
b,FR,Enterprise,Exchange,2026-09,400,80,p2,2026-09-01
b,FR,Enterprise,Exchange,2026-10,400,90,p2,2026-09-01
c,DE,SMB,Intune,2022-01,400,20,,
c,DE,SMB,Intune,2022-02,400,80,,
c,DE,SMB,Intune,2026-10,400,80,,
"""
EARNINGS = f"""
earningId,customerTenantId,workload,milestone,earningAmountUSD,earningDate,participantId,paymentStatus
e1,{ID},Intune,15%,1500,2023-03-16,p1,Sent
"""


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def filled(request, tmp_path_factory):
    """One store of each kind for all tests of this file, which only read."""
    if request.param == "sqlite":
        url = file_store_url(tmp_path_factory.mktemp("money") / "store.db")
    else:
        url = request.getfixturevalue("new_postgres_url")()
    with Store.open(url) as store:
        bring_in(store, USAGE)
        yield store


@pytest.fixture
def connection(filled):
    with filled.read() as reading:
        yield reading


def amounts(rows, *keys):
    sums = rows.groupby(list(keys))["amount_usd_e4"].sum() // 10_000
    return {key: int(value) for key, value in sums.items() if value}


def test_milestones_and_growth_are_told_apart_by_model(connection):
    found = amounts(money_parts(connection, LOCAL_USER, FILTERS), "code", "model", "month")
    quarter = {key: value for key, value in found.items() if key[1]}
    assert quarter == {
        ("earned", "milestone", month_index(2023, 1)): 1500,
        ("earned", "growth", month_index(2026, 7)): 30,  # September: 10 units
        ("earned", "growth", OCT): 300,  # A 90 units, B 10 units
        ("missed", "milestone", month_index(2022, 1)): 900,  # bucket XS
    }


@pytest.mark.parametrize("by", ["", "workload", "partner", "both"])
def test_marts_and_judged_rows_give_the_same_sums(connection, by):
    names = ["partner_id", "workload", "code", "model", "month"]
    told: list[list[list[object]]] = []
    for filters in (FILTERS, EVERY_MARKET):
        rows = money_parts(connection, LOCAL_USER, filters, by=by).fillna({"partner_id": ""})
        keys = [name for name in names if name in rows]
        sums = rows.sort_values(keys)[[*keys, "pairs", "amount_usd_e4", "example_pairs"]]
        told.append(sums.to_numpy().tolist())
    assert told[0] == told[1]
    assert len(told[0]) >= 6


@pytest.mark.parametrize(
    "query",
    [
        lambda c, f: reconciliation_sums(c, LOCAL_USER, f, today=NOV),
        lambda c, f: expected_payments(c, LOCAL_USER, f, as_of=OCT, known_month=NOV),
        lambda c, f: growth_by_holder(c, LOCAL_USER, f, as_of=OCT),
    ],
)
def test_other_sums_are_the_same_with_and_without_slices(connection, query):
    whole, sliced = query(connection, FILTERS), query(connection, EVERY_MARKET)
    order = list(whole.columns)
    assert len(whole)
    assert (
        whole.sort_values(order).to_numpy().tolist()
        == sliced[order].sort_values(order).to_numpy().tolist()
    )


@pytest.mark.parametrize(
    ("filters", "earned"),
    [
        (replace(FILTERS, partner_id="p1"), 1500 + 30 + 270),
        (replace(FILTERS, partner_id="p2"), 30),
        (replace(FILTERS, account_id="nobody"), 0),
        (replace(FILTERS, workloads=("INTUNE",)), 1800),
        (replace(FILTERS, workloads=("INTUNE", "EXO")), 1830),
        (replace(FILTERS, segments=("SMB",)), 1800),
        (replace(FILTERS, markets=("FR",)), 30),
        (replace(FILTERS, size_bands=(3,)), 30),  # 400 seats
        (replace(FILTERS, size_bands=(4,), partner_id="p2"), 0),
    ],
)
@pytest.mark.parametrize("by", ["", "workload", "partner"])
def test_filters_leave_their_money(connection, filters, earned, by):
    found = amounts(money_parts(connection, LOCAL_USER, filters, by=by), "code")
    assert found.get("earned", 0) == earned


@pytest.mark.parametrize(
    ("scope", "earned"),
    [
        (replace(LOCAL_USER, partner_ids=("p2",)), 30),
        (replace(LOCAL_USER, partner_ids=()), 0),
        (replace(LOCAL_USER, tenant_ids=(ID,)), 1800),
        (replace(LOCAL_USER, markets=("FR",)), 30),
        (replace(LOCAL_USER, partner_ids=("p1",), markets=("FR",)), 0),
    ],
)
def test_scope_leaves_its_money(connection, scope, earned):
    found = amounts(money_parts(connection, scope, FILTERS), "code")
    assert found.get("earned", 0) == earned


@pytest.mark.parametrize("filters", [FILTERS, EVERY_MARKET])
def test_year_so_far_is_told_apart_from_what_was_before(connection, filters):
    rows = money_parts(connection, LOCAL_USER, filters, by="partner", since=month_index(2026, 7))
    earned = rows[rows["code"] == "earned"]
    assert amounts(earned, "month") == {0: 1500, month_index(2026, 7): 330}


def test_judged_as_of_the_newest_month_and_known_on_the_day_of_import(connection):
    assert judged(connection, LOCAL_USER).to_numpy().tolist() == [[OCT, NOV]]


def test_nothing_is_judged_in_an_empty_store(store):
    with store.read() as reading:
        assert judged(reading, LOCAL_USER).empty
        assert not has_earnings(reading, LOCAL_USER)["has_earnings"].iloc[0]


def links(connection, today):
    rows = reconciliation_sums(connection, LOCAL_USER, FILTERS, today=today)
    return dict(zip(rows["link"], rows["pairs"], strict=True))


def test_due_becomes_overdue_as_the_days_go_by(connection):
    # A's and B's growth: September's is due in November, B's of October in December.
    now = links(connection, NOV)
    assert (now.get("not_due", 0), now["overdue"]) == (2, 1)  # overdue: the milestone of 2023
    later = links(connection, DEC + 1)
    assert (later.get("not_due", 0), later["overdue"]) == (0, 3)


@pytest.mark.parametrize(
    ("today", "link", "listed"),
    [
        (NOV, "overdue", [("INTUNE", 15)]),
        (NOV, "not_due", [("EXO", 0), ("INTUNE", 0)]),
        (DEC, "overdue", [("INTUNE", 0), ("INTUNE", 15)]),
        (DEC, "not_due", [("EXO", 0)]),
        (DEC + 1, "not_due", []),
        (month_index(2023, 1), "overdue", []),
    ],
)
def test_rows_of_a_link_follow_the_day(connection, today, link, listed):
    wanted = RowsWanted((link,), today=today, known_month=NOV, limit=10)
    rows = reconciliation_rows(connection, LOCAL_USER, FILTERS, wanted=wanted)
    assert sorted(zip(rows["workload"], rows["milestone"], strict=True)) == listed
    assert (rows["link"] == link).all()


def test_rows_come_by_amount_and_stop_at_the_limit(connection):
    wanted = RowsWanted(("overdue", "not_due"), today=NOV, known_month=NOV, limit=2)
    rows = reconciliation_rows(connection, LOCAL_USER, FILTERS, wanted=wanted)
    assert rows["earned_usd_e4"].iloc[0] == 15_000_000
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (replace(FILTERS, partner_id="p1"), 2),
        (replace(FILTERS, workloads=("EXO",)), 1),
        (replace(FILTERS, segments=("Enterprise",)), 1),
        (replace(FILTERS, size_bands=(3,)), 1),
    ],
)
def test_filters_leave_their_rows(connection, filters, rows):
    wanted = RowsWanted(("overdue", "not_due"), today=NOV, known_month=NOV, limit=10)
    assert len(reconciliation_rows(connection, LOCAL_USER, filters, wanted=wanted)) == rows


def test_paid_milestone_agrees_and_is_not_expected_any_more(store):
    bring_in(store, USAGE)
    bring_in(store, EARNINGS)
    with store.read() as reading:
        assert has_earnings(reading, LOCAL_USER)["has_earnings"].iloc[0]
        assert links(reading, NOV)["agrees"] == 1
        due = expected_payments(reading, LOCAL_USER, FILTERS, as_of=OCT, known_month=NOV)
    # September's 10 units of A in November, October's 100 units in December
    found = due.groupby("due_month")["amount_usd_e4"].sum() // 10_000
    assert found.to_dict() == {NOV: 30, DEC: 300}
