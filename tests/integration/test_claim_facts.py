"""What a claim draft is compared with, read from a store, and what a restricted scope sees."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import insert

from data_access import schema
from data_access.queries.claim_facts import (
    claims_on_tenant,
    judged_milestones,
    reported_workloads,
    tenants_of_domain,
)
from data_access.types import LOCAL_USER, OPEN_END, Scope
from insights.months import month_index
from tests.builders import NOW, fill_store

OCT = month_index(2026, 10)
OF_P1 = Scope(who="one", role="account_manager", partner_ids=("p1",))
OF_NOBODY = Scope(who="none", role="account_manager", partner_ids=())


@pytest.fixture
def filled(store):
    """t1: Teams held by p1, Exchange by p2, Intune once by p1 and now by nobody; t2: Teams."""
    usage = [
        ("t1", "TEAMS", OCT, 400, 20),
        ("t1", "EXO", OCT - 1, 300, None),
        ("t1", "INTUNE", OCT, 100, 50),
        ("t2", "TEAMS", OCT, 50, 5),
    ]
    held = [
        ("p1", "t1", "TEAMS", OCT - 3, OPEN_END),
        ("p2", "t1", "EXO", OCT - 3, OPEN_END),
        ("p1", "t1", "INTUNE", OCT - 9, OCT - 3),
        ("p2", "t2", "TEAMS", OCT - 3, OPEN_END),
    ]
    about = {"t1": {"name": "Contoso", "domain": "Contoso.com"}, "t2": {"domain": "fabrikam.com"}}
    fill_store(store, usage, held, tenants=about)
    return store


def read(store, query, *arguments):
    with store.read() as connection:
        return query(connection, *arguments)


def test_reported_workloads_tell_counts_and_who_holds_them_now(filled):
    rows = read(filled, reported_workloads, LOCAL_USER, "t1").set_index("workload")
    assert rows.index.tolist() == ["EXO", "INTUNE", "TEAMS"]
    assert rows.loc["TEAMS", ["paid_available_units", "monthly_active_users"]].tolist() == [400, 20]
    assert rows["holder_id"].fillna("-").tolist() == ["p2", "-", "p1"]
    assert rows["is_held"].tolist() == [True, False, True]
    assert rows.loc["EXO", "latest_month"] == OCT - 1
    assert pd.isna(rows.loc["EXO", "monthly_active_users"])


def test_restricted_scope_sees_that_another_holds_it_but_not_who(filled):
    rows = read(filled, reported_workloads, OF_P1, "t1").set_index("workload")
    assert rows["is_held"].tolist() == [True, False, True]
    assert rows["holder_name"].fillna("-").tolist() == ["-", "-", "p1"]
    assert read(filled, reported_workloads, OF_P1, "t2").empty
    assert read(filled, reported_workloads, OF_NOBODY, "t1").empty


def test_domain_finds_its_tenants_in_any_case_and_in_scope(filled):
    found = read(filled, tenants_of_domain, LOCAL_USER, "contoso.COM")
    assert found.values.tolist() == [["t1", "Contoso"]]
    assert read(filled, tenants_of_domain, LOCAL_USER, "").empty
    assert read(filled, tenants_of_domain, OF_P1, "fabrikam.com").empty


def test_claims_of_partners_in_scope_are_told(filled):
    claim = {"tenant_key": 1, "status": "Approved", "batch_id": 1}
    rows = [
        {"claim_id": "1", "partner_key": 1, "workload_key": 1, "proof_signed_on": date(2026, 1, 2)},
        {"claim_id": "2", "partner_key": 2, "workload_key": 2, "proof_signed_on": None},
    ]
    with filled.write() as connection:
        connection.execute(insert(schema.claim), [claim | row for row in rows])
    told = read(filled, claims_on_tenant, LOCAL_USER, "t1")
    assert told[["claim_id", "workload", "partner_id", "status"]].values.tolist() == [
        ["1", "TEAMS", "p1", "Approved"],
        ["2", "EXO", "p2", "Approved"],
    ]
    assert pd.to_datetime(told["proof_signed_on"])[0] == pd.Timestamp(2026, 1, 2)
    assert read(filled, claims_on_tenant, OF_P1, "t1")["claim_id"].tolist() == ["1"]


def test_milestones_speak_of_the_newest_judgement(filled):
    flags = [column.name for column in schema.milestone_status.c if column.name.startswith("is_")]
    told = dict.fromkeys(("reason", "reason_code", "rule", "bucket"), "") | dict.fromkeys(
        flags, False
    )
    status = told | {
        "tenant_key": 1,
        "workload_key": 1,
        "partner_key": 1,
        "state": "in_flight",
        "program_year": "FY27",
        "size_band": 1,
        "users_needed": 40,
        "monthly_pace": 2.5,
        "added_value_usd_e4": 10_000,
    }
    runs = [{"as_of": OCT - 1}, {"as_of": OCT}]
    run = {"known_on": NOW.date(), "rules_hash": "x", "computed_at": NOW, "batch_id": 1, "pairs": 1}
    with filled.write() as connection:
        connection.execute(insert(schema.milestone_run), [run | each for each in runs])
        connection.execute(
            insert(schema.milestone_status), [status | {"milestone": each} for each in (40, 15)]
        )
    rows = read(filled, judged_milestones, LOCAL_USER, "t1")
    assert rows["milestone"].tolist() == [15, 40]
    assert rows["as_of"].tolist() == [OCT, OCT]
    assert rows.loc[0, ["workload", "state", "users_needed"]].tolist() == ["TEAMS", "in_flight", 40]
    assert read(filled, judged_milestones, OF_NOBODY, "t1").empty
