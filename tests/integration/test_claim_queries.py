"""Claims, coverage, unclaimed workloads and changes, read from a store counted by hand."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import insert

from data_access import schema
from data_access.queries import association_events, claims, coverage, unclaimed
from data_access.queries.claims import ClaimQuestion
from data_access.types import LOCAL_USER, Filters, Scope
from tests.claim_store import OCT, claim_row, fill_claims

FILTERS = Filters(as_of=OCT, since=OCT - 11, before=None)
OF_P1 = replace(FILTERS, partner_id="p1")
OF_P2 = replace(FILTERS, partner_id="p2")
P1_ONLY = Scope(who="p1", role="sales", partner_ids=("p1",))
NEWEST_FIRST = ["C2", "C4", "C3", "C5", "C1"]


@pytest.fixture
def connection(store):
    fill_claims(store)
    with store.read() as reading:
        yield reading


def ids(rows):
    return rows["claim_id"].tolist()


# --- claims ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approved_since", "found"),
    [(date(2025, 11, 20), ["C1", "C2", "C4"]), (date(2025, 11, 21), ["C2", "C4"])],
)
def test_running_claims_are_those_since_the_day_of_their_status(connection, approved_since, found):
    since = (
        ("Under review", None),
        ("Partner action required", None),
        ("Approved", approved_since),
    )
    rows = claims.running_claims(connection, LOCAL_USER, FILTERS, since=since)
    assert sorted(ids(rows)) == found
    one = rows.set_index("claim_id").loc["C4"]
    assert (one["tenant_name"], one["workload"], one["partner_name"]) == ("Tailspin", "TEAMS", "p1")
    assert one["status_on"] == pd.Timestamp("2026-11-05")


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (ClaimQuestion(), NEWEST_FIRST),
        (ClaimQuestion(status="Rejected final"), ["C3", "C5"]),
        (ClaimQuestion(search="contoso"), ["C2", "C3", "C1"]),
        (ClaimQuestion(search="C5"), ["C5"]),
        (ClaimQuestion(claim_id="C1"), ["C1"]),
        (ClaimQuestion(search="100%"), []),
    ],
)
def test_register_finds_claims_latest_status_first(connection, question, found):
    assert ids(claims.claim_list(connection, LOCAL_USER, FILTERS, question=question)) == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (OF_P1, ["C4", "C3", "C1"]),
        (replace(FILTERS, segments=("SMB",)), ["C5"]),
        (replace(FILTERS, workloads=("EXO",)), ["C3", "C5"]),
        (replace(FILTERS, size_bands=(2,)), ["C4"]),  # 200 seats
        (replace(FILTERS, account_id="a2"), ["C2", "C5"]),
    ],
)
def test_filters_choose_claims(connection, filters, found):
    assert ids(claims.claim_list(connection, LOCAL_USER, filters)) == found


def test_scope_sees_its_own_claims_only(connection):
    assert ids(claims.claim_list(connection, P1_ONLY, FILTERS)) == ["C4", "C3", "C1"]
    assert claims.claim_history(connection, P1_ONLY, FILTERS, claim_id="C2").empty


def test_disassociated_and_lost_dispute_are_told_apart(connection):
    rows = claims.claim_list(connection, LOCAL_USER, FILTERS).set_index("claim_id")
    assert rows["was_approved"].to_dict() == {
        "C1": True,
        "C2": False,
        "C3": True,
        "C4": False,
        "C5": False,
    }


def test_counts_are_by_status(connection):
    counted = claims.claim_counts(connection, LOCAL_USER, FILTERS).set_index("status")["claims"]
    assert counted.to_dict() == {
        "Approved": 1,
        "Partner action required": 1,
        "Rejected final": 2,
        "Under review": 1,
    }
    of_contoso = claims.claim_counts(connection, LOCAL_USER, FILTERS, search="contoso")
    assert of_contoso["claims"].sum() == 3


def test_history_has_every_status_seen(connection):
    seen = claims.claim_history(connection, LOCAL_USER, FILTERS, claim_id="C1")
    assert seen["status"].tolist() == ["Submitted", "Approved"]
    assert seen["status_on"].dt.date.tolist() == [date(2025, 11, 1), date(2025, 11, 20)]


def test_proofs_are_open_contested_and_old_ones(connection):
    asked = {"signed_before": date(2025, 9, 1)}
    rows = claims.proofs_at_risk(connection, LOCAL_USER, FILTERS, **asked).set_index("claim_id")
    assert sorted(rows.index) == ["C1", "C2", "C4"]  # C1 is not that old, but contested
    assert rows["is_contested"].to_dict() == {"C1": True, "C2": True, "C4": False}
    assert rows.loc["C1", "rival_signed_on"] == pd.Timestamp("2026-10-30")
    assert rows.loc["C2", "rival_signed_on"] == pd.Timestamp("2025-10-01")
    assert pd.isna(rows.loc["C4", "rival_signed_on"])


def test_old_proof_is_listed_without_a_rival(connection):
    rows = claims.proofs_at_risk(
        connection,
        LOCAL_USER,
        replace(FILTERS, partner_id="p1", workloads=("TEAMS",)),
        signed_before=date(2025, 10, 2),
    )
    assert sorted(ids(rows)) == ["C1", "C4"]
    assert rows["claim_id"].is_unique


# --- coverage -------------------------------------------------------------------------------------


def kinds(connection, scope, filters):
    rows = coverage.coverage_list(connection, scope, filters)
    return dict(zip(rows["tenant_id"] + " " + rows["workload"], rows["coverage"], strict=True))


def test_every_pair_has_one_coverage(connection):
    found = {
        "t1 TEAMS": "mine",
        "t1 EXO": "lost",
        "t2 TEAMS": "mine",
        "t2 EXO": "unclaimed",
        "t3 TEAMS": "in_claim",
    }
    assert kinds(connection, LOCAL_USER, FILTERS) == found
    counts = coverage.coverage_counts(connection, LOCAL_USER, FILTERS)
    assert counts.set_index(["workload", "coverage"])["pairs"].to_dict() == {
        ("EXO", "lost"): 1,
        ("EXO", "unclaimed"): 1,
        ("TEAMS", "in_claim"): 1,
        ("TEAMS", "mine"): 2,
    }


def test_counts_by_index_are_those_of_any_filter(connection):
    everybody = coverage.coverage_counts(connection, LOCAL_USER, FILTERS)
    filtered = replace(FILTERS, segments=("Enterprise", "SMB", "Public Sector"))
    pd.testing.assert_frame_equal(
        coverage.coverage_counts(connection, LOCAL_USER, filtered), everybody
    )


def test_partner_sees_the_customers_it_has_to_do_with(connection):
    # p2 claims Contoso's Teams, holds Fabrikam's, and has nothing to do with Tailspin.
    assert kinds(connection, LOCAL_USER, OF_P2) == {
        "t1 TEAMS": "in_claim",
        "t1 EXO": "unclaimed",
        "t2 TEAMS": "mine",
        "t2 EXO": "unclaimed",
    }
    assert kinds(connection, LOCAL_USER, OF_P1) == {
        "t1 TEAMS": "mine",
        "t1 EXO": "lost",
        "t3 TEAMS": "in_claim",
    }


def test_workload_of_another_partner_is_told_from_an_unclaimed_one(store):
    fill_claims(store)
    draft = claim_row("C6", ("t2", "EXO"), "p1", "Draft")
    with store.write() as connection:
        connection.execute(insert(schema.claim), [draft])
        found = kinds(connection, LOCAL_USER, replace(OF_P1, segments=("SMB",)))
    assert found == {"t2 TEAMS": "other", "t2 EXO": "in_claim"}


def test_list_of_a_workload_and_coverage_has_its_pairs_only(connection):
    rows = coverage.coverage_list(
        connection, LOCAL_USER, FILTERS, workload_code="EXO", coverage="lost"
    )
    assert rows["tenant_name"].tolist() == ["Contoso *bold*"]
    assert rows["paid_available_units"].tolist() == [400]


def test_grid_pages_through_customers_by_seats(connection):
    first = coverage.coverage_customers(connection, LOCAL_USER, FILTERS, page=0, rows=2)
    assert first.drop_duplicates("tenant_id")["tenant_id"].tolist() == ["t1", "t2"]
    assert len(first) == 4
    second = coverage.coverage_customers(connection, LOCAL_USER, FILTERS, page=1, rows=2)
    assert second["tenant_id"].tolist() == ["t3"]
    total = coverage.coverage_total(connection, LOCAL_USER, FILTERS).iloc[0]
    assert (total["as_of"], total["customers"]) == (OCT, 3)


# --- unclaimed ------------------------------------------------------------------------------------


def test_unclaimed_workloads_have_users_needed_and_pace(connection):
    rows = unclaimed.unclaimed_workloads(connection, LOCAL_USER, FILTERS, minimum_units=150)
    one = rows.set_index(["tenant_id", "workload"]).loc[("t2", "EXO")]
    # 300 seats: 15 % are 45 users, there are 7 + 12 x 2 = 31, and 2 come each month
    assert (one["milestone"], one["users_needed"], one["monthly_pace"]) == (15, 14, 2)
    assert one["milestones"] == 2
    assert ("t1", "TEAMS") not in rows.set_index(["tenant_id", "workload"]).index


def test_smaller_ones_are_counted_apart(connection):
    counts = unclaimed.unclaimed_counts(connection, LOCAL_USER, FILTERS, minimum_units=350)
    listed = unclaimed.unclaimed_workloads(connection, LOCAL_USER, FILTERS, minimum_units=350)
    assert counts["workloads"].iloc[0] == len(listed)
    assert counts["small"].iloc[0] == 1  # Fabrikam's Exchange
    assert counts["value_usd_e4"].sum() == listed["value_usd_e4"].sum()


# --- changes --------------------------------------------------------------------------------------


def test_changes_are_counted_by_import(connection):
    rows = association_events.changes_by_import(connection, LOCAL_USER, FILTERS)
    assert rows[["change", "reason", "changes"]].to_numpy().tolist() == [
        ["gained", "", 1],
        ["lost", "disassociated", 1],
    ]


@pytest.mark.parametrize(
    ("change", "found"), [("", ["lost", "gained"]), ("lost", ["lost"]), ("gained", ["gained"])]
)
def test_changes_of_an_import_are_listed_lost_first(connection, change, found):
    rows = association_events.changes_of_import(
        connection, LOCAL_USER, FILTERS, batch_id=1, change=change
    )
    assert rows["change"].tolist() == found
    if change == "lost":
        assert rows["partner_name"].tolist() == ["p1"]
        assert rows["other_partner"].isna().all()
        assert (rows["value_usd_e4"] > 0).all()


def test_contested_workload_names_both_sides(connection):
    rows = association_events.contested_workloads(connection, LOCAL_USER, FILTERS)
    told = ["tenant_id", "workload", "partner_name", "rival_name", "claim_id"]
    assert rows[told].to_numpy().tolist() == [["t1", "TEAMS", "p1", "p2", "C2"]]
    assert association_events.contested_workloads(connection, LOCAL_USER, OF_P2).empty


def test_rival_outside_the_scope_has_no_name(connection):
    rows = association_events.contested_workloads(connection, P1_ONLY, FILTERS)
    assert rows["rival_name"].isna().tolist() == [True]
