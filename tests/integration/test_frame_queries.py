"""Options of the scope bar, data health, imports and saved views, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from data_access import saved_views, schema
from data_access.errors import InsightsError
from data_access.queries import data_health, imports, options
from data_access.types import LOCAL_USER, OPEN_END, Scope
from insights.months import month_index
from tests.builders import fill_store

SEP, OCT = month_index(2026, 9), month_index(2026, 10)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OF_P1 = Scope(who="am", role="account_manager", partner_ids=("p1",))
NOBODY = Scope(who="am", role="account_manager", tenant_ids=())


@pytest.fixture
def filled(store):
    """Teams of a (p1) and b (p2), Exchange of c (nobody); b has more users than seats."""
    usage = [
        ("a", "TEAMS", SEP, 200, 80),
        ("a", "TEAMS", OCT, 200, 90),
        ("b", "TEAMS", SEP, 100, 120),
        ("b", "TEAMS", OCT, 100, 130),
        ("c", "EXO", SEP, 0, 4),
    ]
    held = [("p1", "a", "TEAMS", SEP, OPEN_END), ("p2", "b", "TEAMS", SEP, OPEN_END)]
    about = {
        "a": {"name": "Alpha 100%", "segment": "SMB", "market": "France", "domain": "alpha.test"},
        "b": {"name": "Not alpha", "segment": "SMB", "market": "", "is_name_masked": True},
    }
    fill_store(store, usage, held, tenants=about, accounts={"p1": "g", "p2": "g"})
    return store


def values(store, query, *arguments, columns=None):
    with store.read() as connection:
        rows = query(connection, *arguments)
    return (rows if columns is None else rows[list(columns)]).to_numpy().tolist()


def test_workloads_on_offer_are_those_with_visible_usage(filled):
    assert values(filled, options.workload_options, LOCAL_USER, columns=["workload"]) == [
        ["EXO"],
        ["TEAMS"],
    ]
    assert values(filled, options.workload_options, OF_P1, columns=["workload"]) == [["TEAMS"]]


def test_partners_on_offer_carry_their_account(filled):
    columns = ["partner_id", "account_id"]
    assert values(filled, options.partner_options, LOCAL_USER, columns=columns) == [
        ["p1", "g"],
        ["p2", "g"],
    ]
    assert values(filled, options.partner_options, OF_P1, columns=columns) == [["p1", "g"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("alpha", ["a", "b"]),
        ("100%", ["a"]),
        ("alpha.test", ["a"]),
        ("c", ["c"]),
        ("%", ["a"]),
        ("_", []),
    ],
)
def test_customers_are_found_by_name_domain_or_id(filled, text, found):
    rows = values(filled, options.customers_like, LOCAL_USER, text, columns=["tenant_id"])
    assert [tenant for [tenant] in rows] == found


def test_customers_of_others_are_not_found(filled):
    rows = values(filled, options.customers_like, OF_P1, "alpha", columns=["tenant_id"])
    assert rows == [["a"]]
    assert values(filled, options.customers_like, NOBODY, "alpha") == []


def test_reporting_pairs_count_what_the_scope_sees(filled):
    assert values(filled, options.reporting_pairs, LOCAL_USER) == [[SEP, 3], [OCT, 2]]
    assert values(filled, options.reporting_pairs, OF_P1) == [[SEP, 1], [OCT, 1]]
    in_france = replace(LOCAL_USER, markets=("France",))
    assert values(filled, options.reporting_pairs, in_france) == [[SEP, 1], [OCT, 1]]
    assert values(filled, options.reporting_pairs, NOBODY) == []


def test_oddities_are_counted_in_the_month_asked_for(filled):
    columns = ["above_100", "no_seats", "masked_names", "unknown_workloads"]
    assert values(filled, data_health.data_findings, LOCAL_USER, SEP, columns=columns) == [
        [1, 1, 1, 0]
    ]
    assert values(filled, data_health.data_findings, LOCAL_USER, OCT, columns=columns) == [
        [1, 0, 1, 0]
    ]
    assert values(filled, data_health.data_findings, OF_P1, SEP, columns=columns) == [[0, 0, 0, 0]]


def test_late_pairs_reported_before_the_month(filled):
    columns = ["tenant_id", "latest_month"]
    assert values(filled, data_health.late_pairs, LOCAL_USER, OCT, columns=columns) == [["c", SEP]]


def test_restatements_lead_from_the_old_value_to_the_one_that_followed(filled):
    change = {"tenant_key": 1, "workload_key": 1, "month": OCT, "paid_available_units": 200}
    with filled.write() as connection:
        for users in (70, 85):
            connection.execute(
                insert(schema.usage_revision).values(
                    **change, monthly_active_users=users, batch_id=1, replaced_by_batch_id=1
                )
            )
    columns = ["tenant_id", "old_users", "new_users"]
    listed = values(filled, data_health.restatements, LOCAL_USER, columns=columns)
    assert listed == [["a", 85, 90], ["a", 70, 85]]


def test_a_quarantined_row_counts_once_whatever_its_findings(filled):
    with filled.write() as connection:
        for column in ("workload", "month"):
            connection.execute(
                insert(schema.import_problem).values(
                    batch_id=1,
                    row_number=3,
                    column_name=column,
                    code="missing_key",
                    message="Empty.",
                    raw_row="{}",
                )
            )
    assert imports.store_status(filled)["open_quarantined_rows"] == 1
    assert values(filled, imports.import_batches, LOCAL_USER, columns=["open_rows"]) == [[1]]
    ids = values(filled, imports.quarantined_problems, LOCAL_USER, 1, columns=["quarantine_id"])
    assert ids == [[1], [1]]
    assert values(filled, imports.quarantined_problems, OF_P1, 1) == []


def test_a_view_of_the_same_name_is_replaced(store):
    first = saved_views.save_view(
        store, LOCAL_USER, name=" Teams  EU ", page="p", query="wl=TEAMS", now=NOW
    )
    again = saved_views.save_view(
        store, LOCAL_USER, name="Teams EU", page="p", query="wl=EXO", now=NOW
    )
    views = saved_views.saved_views(store, LOCAL_USER)
    assert again == first
    assert views[["name", "query", "is_own"]].to_numpy().tolist() == [["Teams EU", "wl=EXO", True]]


def test_a_personal_view_is_listed_for_nobody_else_until_it_is_given_to_the_team(store):
    view = saved_views.save_view(store, OF_P1, name="Mine", page="p", query="wl=EXO", now=NOW)
    assert saved_views.saved_views(store, OF_P1)["is_team"].tolist() == [False]
    assert saved_views.saved_views(store, LOCAL_USER).empty
    saved_views.set_team(
        store, LOCAL_USER, view, is_team=True, now=NOW
    )  # not theirs: nothing happens
    assert saved_views.saved_views(store, LOCAL_USER).empty
    saved_views.set_team(store, OF_P1, view, is_team=True, now=NOW)
    assert saved_views.saved_views(store, LOCAL_USER)[["page", "query"]].to_numpy().tolist() == [
        ["p", "wl=EXO"]
    ]
    saved_views.set_team(store, OF_P1, view, is_team=False, now=NOW)
    assert saved_views.saved_views(store, LOCAL_USER).empty


def test_a_team_view_of_somebody_else_stays_when_others_delete_it(store):
    view = saved_views.save_view(
        store, OF_P1, name="Mine", page="p", query="", now=NOW, is_team=True
    )
    saved_views.delete_view(store, LOCAL_USER, view, now=NOW)
    assert saved_views.saved_views(store, LOCAL_USER)["is_own"].tolist() == [False]
    saved_views.delete_view(store, OF_P1, view, now=NOW)
    assert saved_views.saved_views(store, LOCAL_USER).empty


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_view_needs_a_name_of_bearable_length(store, name):
    with pytest.raises(InsightsError, match="needs a name"):
        saved_views.save_view(store, LOCAL_USER, name=name, page="p", query="", now=NOW)
