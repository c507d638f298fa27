"""Milestones after imports: what files change is judged anew, and what changed is told once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, inspect, select

from data_access import schema
from data_access.backends import backend_for
from data_access.locations import file_store_url
from data_access.migrations.run import upgrade
from data_access.store import Store
from data_access.validate import ImportOptions
from insights.months import month_index
from tests.builders import NOW, bring_in
from tests.integration.milestone_oracle import (
    assert_marts_are_whole,
    assert_parts_are_whole,
    rows_of,
)

TENANT = "aaaaaaaa-0000-0000-0000-000000000000"
OTHER = "bbbbbbbb-0000-0000-0000-000000000000"
HEADER = "tenant_id,workload,month,pau,mau,partner_id,attribution_type,associated_on"
START = f"""
{HEADER}
{TENANT},INTUNE,2023-01,1000,50,north,CPOR,2022-12-10
{TENANT},INTUNE,2023-02,1000,100,north,CPOR,2022-12-10
{TENANT},INTUNE,2023-03,1000,140,north,CPOR,2022-12-10
{OTHER},INTUNE,2023-01,1000,20,south,CPOR,2022-12-10
{OTHER},INTUNE,2023-02,1000,20,south,CPOR,2022-12-10
{OTHER},INTUNE,2023-03,1000,20,south,CPOR,2022-12-10
"""
CLAIM_HEADER = "claim_id,tenant_id,workload,partner_id,status,status_on,submitted_on,approved_on"
EARNING_HEADER = (
    "earningId,customerTenantId,workload,participantId,milestone,earningDate,earningAmountUSD"
)


def states(connection, tenant=TENANT):
    """Return the state by milestone of the tenant's Intune, and the partner it counts for."""
    status, who = schema.milestone_status, schema.tenant
    rows = (
        select(status.c.milestone, status.c.state, schema.partner.c.partner_id)
        .join_from(status, who, who.c.tenant_key == status.c.tenant_key)
        .outerjoin(schema.partner, schema.partner.c.partner_key == status.c.partner_key)
        .where(who.c.tenant_id == tenant)
    )
    return {milestone: (state, partner) for milestone, state, partner in connection.execute(rows)}


def alerts(connection):
    """Return kind, milestone, month, detail and the partner of every alert, sorted."""
    alert, partner = schema.alert, schema.partner
    rows = select(
        alert.c.kind, alert.c.milestone, alert.c.month, alert.c.detail, partner.c.partner_id
    ).outerjoin_from(alert, partner, partner.c.partner_key == alert.c.partner_key)
    return sorted(map(tuple, connection.execute(rows)), key=str)


def month_row(month, users, partner="north", tenant=TENANT, since="2022-12-10"):
    return f"{tenant},INTUNE,{month},1000,{users},{partner},CPOR,{since}"


def further(*rows):
    """Return a usage file of these rows, with a quiet month of the other customer."""
    months = {row.split(",")[2] for row in rows}
    others = (month_row(month, 20, "south", OTHER) for month in months)
    return "\n".join([HEADER, *rows, *others])


def test_first_judgement_raises_no_alert(store):
    bring_in(store, START)
    with store.read() as connection:
        # 140 of 1,000 users: 15% lies ahead; FY23 paid no 40% for Intune
        assert states(connection) == {15: ("in_flight", "north"), 40: ("not_earnable", "north")}
        assert alerts(connection) == []
        assert_marts_are_whole(connection)
    assert_parts_are_whole(store)


def test_crossing_is_told_when_a_month_comes(store):
    bring_in(store, START)
    bring_in(store, further(month_row("2023-04", 150)))
    april = month_index(2023, 4)
    with store.read() as connection:
        assert states(connection)[15] == ("reached", "north")
        assert alerts(connection) == [("crossed", 15, april, "", "north")]
        money = rows_of(connection, schema.money_month)
        assert {key[0]: key[3:] for key in money} == {april: ("milestone", "earned")}
        assert_marts_are_whole(connection)
    assert_parts_are_whole(store)


def test_same_file_again_raises_nothing_and_judges_nothing(store):
    bring_in(store, START)
    april = further(month_row("2023-04", 150))
    bring_in(store, april)
    bring_in(store, april)
    with store.read() as connection:
        assert len(alerts(connection)) == 1
        assert len(rows_of(connection, schema.milestone_run)) == 2


def test_restated_month_takes_a_crossing_back(store):
    bring_in(store, START, further(month_row("2023-04", 150)))
    bring_in(store, f"{HEADER}\n{month_row('2023-04', 149)}")
    with store.read() as connection:
        assert states(connection)[15] == ("in_flight", "north")
        assert rows_of(connection, schema.money_month) == {}
        assert alerts(connection) == []
        assert_marts_are_whole(connection)
    assert_parts_are_whole(store)


def test_moved_association_is_told_and_the_milestone_goes_along(store):
    bring_in(store, START)
    bring_in(store, further(month_row("2023-04", 140, "west", since="2023-04-01")))
    april = month_index(2023, 4)
    with store.read() as connection:
        assert states(connection)[15] == ("in_flight", "west")
        assert alerts(connection) == [
            ("association_gained", None, april, "", "west"),
            ("association_lost", None, april, "moved", "north"),
        ]
        value = connection.scalar(
            select(schema.alert.c.value_usd_e4).where(schema.alert.c.kind == "association_lost")
        )
        in_flight = rows_of(connection, schema.milestone_status)[(1, 1, 15)]
        assert value == in_flight["added_value_usd_e4"] > 0
        assert_marts_are_whole(connection)
    assert_parts_are_whole(store)


def test_claim_that_comes_later_makes_its_pair_claimed(store):
    bring_in(store, f"{HEADER}\n{TENANT},INTUNE,2023-01,1000,50,,,\n")
    with store.read() as connection:
        assert states(connection)[15] == ("unclaimed", None)
    submitted = f"C1,{TENANT},INTUNE,north,Submitted,2026-11-20,2026-11-20,"
    bring_in(store, f"{CLAIM_HEADER}\n{submitted}")
    with store.read() as connection:
        # without usage in the last two months nothing else is known, but the claim's clock runs
        assert {partner for _, partner in states(connection).values()} == {"north"}
        assert alerts(connection) == [("clock", None, None, "submitted", "north")]
        assert_marts_are_whole(connection)
    assert_parts_are_whole(store)


def test_claim_on_a_workload_that_another_partner_holds_is_told_once(store):
    bring_in(store, START)
    for status in ("Submitted", "Under review"):
        claim = f"C1,{TENANT},INTUNE,west,{status},2026-11-20,2026-11-20,"
        bring_in(store, f"{CLAIM_HEADER}\n{claim}")
    with store.read() as connection:
        assert alerts(connection) == [
            ("clock", None, None, "submitted", "west"),
            ("clock", None, None, "under_review", "west"),
            ("contested", None, None, "west", "north"),
        ]


def test_clock_of_a_known_claim_is_told_in_its_last_days(store):
    claim = f"C1,{TENANT},INTUNE,north,Partner action required,2026-11-20,2026-11-10,"
    bring_in(store, START, f"{CLAIM_HEADER}\n{claim}")
    told = []
    # 14 business days after Friday 20 November: Thursday 10 December
    for number, day in enumerate((4, 7, 8), start=1):
        now = datetime(2026, 12, day, 12, tzinfo=UTC)
        how = {"now": now, "options": ImportOptions(today=now.date())}
        bring_in(store, f"{HEADER}\n{month_row('2023-03', 140 - number)}", **how)
        with store.read() as connection:
            told.append(alerts(connection))
            due = list(connection.scalars(select(schema.alert.c.due_on)))
    clock = ("clock", None, None, "partner_action_required", "north")
    assert told == [[], [clock], [clock]]
    assert due == [date(2026, 12, 10)]


def test_earnings_file_makes_a_milestone_paid(store):
    bring_in(store, START, further(month_row("2023-04", 150)))
    earning = f"E1,{TENANT},INTUNE,north,15%,2023-05-20,1234.50"
    bring_in(store, f"{EARNING_HEADER}\n{earning}")
    with store.read() as connection:
        assert states(connection)[15] == ("paid", "north")
        assert alerts(connection) == [("paid", 15, month_index(2023, 4), "$1,235", "north")]
        compared = rows_of(connection, schema.reconciliation)
        assert {row["paid_usd_e4"] for row in compared.values()} == {12_345_000}
        assert_marts_are_whole(connection)
    assert_parts_are_whole(store)


def test_paid_milestone_that_our_data_do_not_show_counts_in_the_month_of_its_earning(store):
    bring_in(store, START)
    bring_in(store, f"{EARNING_HEADER}\nE1,{TENANT},INTUNE,north,15%,2023-02-20,100")
    with store.read() as connection:
        row = rows_of(connection, schema.milestone_status)[(1, 1, 15)]
        assert (row["state"], row["reached_month"]) == ("paid", None)
        assert row["earned_month"] == month_index(2023, 2)
        assert_marts_are_whole(connection)


def test_changed_market_moves_the_sums_of_a_tenant(store):
    bring_in(store, START)
    bring_in(store, f"CustomerTenantId,CustomerName,CustomerMarket\n{TENANT},Contoso,Germany")
    with store.read() as connection:
        markets = {key[5] for key in rows_of(connection, schema.milestone_sum)}
        assert markets == {"", "Germany"}
        assert_marts_are_whole(connection)
    assert_parts_are_whole(store)


def test_dry_run_leaves_nothing(store):
    bring_in(store, START)
    tables = (schema.milestone_status, schema.milestone_run, schema.alert, schema.milestone_sum)
    with store.read() as connection:
        before = [rows_of(connection, table) for table in tables]
    bring_in(store, further(month_row("2023-04", 150)), dry_run=True)
    with store.read() as connection:
        assert [rows_of(connection, table) for table in tables] == before


def test_new_calendar_month_judges_everybody(store):
    bring_in(store, START)
    later = NOW + timedelta(days=10)  # 2 December
    how = {"now": later, "options": ImportOptions(today=later.date())}
    bring_in(store, f"{HEADER}\n{month_row('2023-03', 141)}", **how)
    with store.read() as connection:
        runs = rows_of(connection, schema.milestone_run)
        assert [row["pairs"] for _, row in sorted(runs.items())] == [2, 2]


def test_changed_row_judges_its_customer_only(store):
    bring_in(store, START)
    bring_in(store, f"{HEADER}\n{month_row('2023-03', 141)}")
    with store.read() as connection:
        runs = rows_of(connection, schema.milestone_run)
        assert [row["pairs"] for _, row in sorted(runs.items())] == [2, 1]


@pytest.fixture(params=["sqlite", "postgres"])
def store_before_milestones(request, sqlite_store, tmp_path):
    """The URL of a filled store with the tables of the version before milestones."""
    if request.param == "sqlite":
        url = file_store_url(tmp_path / "older.db")
        (tmp_path / "older.app.db").touch()
    else:
        url = request.getfixturevalue("new_postgres_url")()
    bring_in(sqlite_store, START)
    backend = backend_for(url)
    engine = backend.engine("warehouse")
    with sqlite_store.read() as source, engine.begin() as connection:
        backend.before_upgrade(connection, "warehouse")
        upgrade(connection, "warehouse", "w0003")
        older = inspect(connection)
        for table in schema.warehouse.sorted_tables:
            if older.has_table(table.name) and (rows := source.execute(select(table)).all()):
                names = {column["name"] for column in older.get_columns(table.name)}
                records = [{n: row._mapping[n] for n in names} for row in rows]
                connection.execute(insert(table), records)
    engine.dispose()
    return url


def test_upgraded_store_has_its_milestones_at_once(store_before_milestones):
    with Store.open(store_before_milestones) as store:
        with store.read() as connection:
            assert states(connection)[15] == ("in_flight", "north")
            assert alerts(connection) == []
            assert_marts_are_whole(connection)
        assert_parts_are_whole(store)
