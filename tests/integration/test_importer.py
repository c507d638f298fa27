"""What an import writes, keeps and reports, on SQLite and on PostgreSQL."""

import json

import pandas as pd
import pytest
from sqlalchemy import text

from data_access.errors import RefusedFileError
from insights.months import month_index
from tests.builders import bring_in
from tests.integration.mart_oracle import Oracle, stored_marts

HEADER = "tenant_id,workload,month,pau,mau"
PLAIN = f"""{HEADER}
contoso,EXO,2026-08,200,50
contoso,EXO,2026-09,200,60
fabrikam,EXO,2026-09,100,10
"""
HELD = f"{HEADER},partner_id,associated_on,attribution_type"
TENANT = "11111111-1111-1111-1111-111111111111"

COUNTS = "paid_available_units, monthly_active_users"
SUMS = "sum(paid_available_units), sum(monthly_active_users)"


def rows_of(store, query):
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def counts(report):
    return report.accepted, report.new, report.restated, report.unchanged


def test_first_import_is_all_new(store):
    (report,) = bring_in(store, PLAIN)
    assert counts(report) == (3, 3, 0, 0)
    assert report.new_month_list == ("2026-08", "2026-09")
    assert rows_of(
        store,
        "SELECT sum(pairs), sum(monthly_active_users) FROM scope_month WHERE workload_key > 0",
    ) == [(3, 120)]
    assert store.data_version() == report.batch_id


def test_same_content_again_writes_nothing_and_says_so(store):
    (first,) = bring_in(store, PLAIN)
    (again,) = bring_in(store, PLAIN)
    assert counts(again) == (3, 0, 0, 3)
    assert again.batch_id is None
    assert (
        again.notes[-1]
        == f"Already imported on 22 November 2026 as batch {first.batch_id}; nothing changed."
    )
    assert store.data_version() == first.batch_id


def test_other_content_that_changes_nothing_is_a_batch_of_its_own(store):
    (first,) = bring_in(store, PLAIN)
    (other,) = bring_in(store, PLAIN.replace("fabrikam,EXO,2026-09,100,10\n", ""))
    assert counts(other) == (2, 0, 0, 2)
    assert other.batch_id > first.batch_id


def test_restatement_keeps_the_old_value_and_lists_it(store):
    (first,) = bring_in(store, PLAIN)
    (later,) = bring_in(store, PLAIN.replace("2026-09,200,60", "2026-09,210,65"))
    assert counts(later) == (3, 0, 1, 2)
    assert [(each.month, each.column, each.old, each.new) for each in later.restatements] == [
        ("2026-09", "paid_available_units", 200, 210),
        ("2026-09", "monthly_active_users", 60, 65),
    ]
    kept = f"SELECT {COUNTS}, batch_id, replaced_by_batch_id FROM usage_revision"
    assert rows_of(store, kept) == [(200, 60, first.batch_id, later.batch_id)]
    now = f"SELECT {COUNTS} FROM usage WHERE batch_id = {later.batch_id}"
    assert rows_of(store, now) == [(210, 65)]


def test_count_that_is_not_told_keeps_the_stored_one(store):
    bring_in(store, PLAIN)
    (report,) = bring_in(
        store, "tenant_id,workload,month,monthly_active_users\ncontoso,EXO,2026-09,70\n"
    )
    assert counts(report) == (1, 0, 1, 0)
    month = month_index(2026, 9)
    query = f"SELECT {COUNTS} FROM usage WHERE month = {month} ORDER BY 1 DESC"
    assert rows_of(store, query)[0] == (200, 70)


def test_unknown_count_that_becomes_known_is_new_and_no_restatement(store):
    bring_in(store, "tenant_id,workload,month,monthly_active_users\ncontoso,EXO,2026-09,70\n")
    (report,) = bring_in(
        store, "tenant_id,workload,month,paid_available_units\ncontoso,EXO,2026-09,200\n"
    )
    assert counts(report) == (1, 1, 0, 0)
    assert report.restatements == ()
    assert rows_of(store, "SELECT pairs FROM scope_month WHERE workload_key > 0") == [(1,)]


def test_dry_run_reports_the_same_and_leaves_nothing(store):
    bring_in(store, PLAIN)
    before = rows_of(store, "SELECT * FROM usage ORDER BY 1, 2, 3")
    (tried,) = bring_in(store, PLAIN.replace(",60", ",66"), dry_run=True)
    assert tried.batch_id is None
    assert tried.dry_run
    assert rows_of(store, "SELECT * FROM usage ORDER BY 1, 2, 3") == before
    assert rows_of(store, "SELECT count(*) FROM import_batch") == [(1,)]
    (done,) = bring_in(store, PLAIN.replace(",60", ",66"))
    assert (counts(done), done.restatements) == (counts(tried), tried.restatements)


def test_one_refused_file_leaves_the_whole_call_undone(store):
    with pytest.raises(RefusedFileError):
        bring_in(store, PLAIN, "colour,shape\nred,round\n")
    assert store.data_version() == 0


def test_quarantined_row_is_kept_and_a_mended_one_resolves_it(store):
    (report,) = bring_in(store, PLAIN.replace("100,10", "100,-10"))
    assert (report.accepted, report.quarantined) == (2, 1)
    ((number, raw, resolved),) = rows_of(
        store, "SELECT problem_id, raw_row, resolved_by_batch_id FROM import_problem"
    )
    assert resolved is None
    assert json.loads(raw)["mau"] == "-10"
    mended = f"quarantine_id,{HEADER}\n{number},fabrikam,EXO,2026-09,100,10\n"
    (done,) = bring_in(store, mended)
    assert counts(done) == (1, 1, 0, 0)
    assert rows_of(store, "SELECT resolved_by_batch_id FROM import_problem") == [(done.batch_id,)]


def test_quarantined_rows_are_kept_once_however_often_they_come(store):
    for _ in range(2):
        bring_in(store, PLAIN.replace("100,10", "100,-10"))
    assert rows_of(store, "SELECT count(*) FROM import_problem") == [(1,)]


def test_moved_association_is_told_and_the_marts_follow(store):
    first = """
contoso,EXO,2026-08,200,50,north,2026-02-01,CPOR
contoso,EXO,2026-09,200,60,north,2026-02-01,CPOR
"""
    bring_in(store, HELD + first)
    (report,) = bring_in(store, f"{HELD}\ncontoso,EXO,2026-10,200,70,south,2026-09-12,CPOR")
    told = [(each.change, each.partner_id, each.month) for each in report.associations]
    assert sorted(told) == [("gained", "south", "2026-09"), ("lost", "north", "2026-09")]
    held = """
        SELECT p.partner_id, m.month - 24320, m.monthly_active_users
        FROM partner_month m JOIN partner p ON p.partner_key = m.partner_key
        WHERE m.workload_key > 0 ORDER BY m.month
    """
    offset = month_index(2026, 9) - 24320
    assert rows_of(store, held) == [
        ("north", offset - 1, 50),
        ("south", offset, 60),
        ("south", offset + 1, 70),
    ]
    assert rows_of(store, "SELECT change, reason FROM association_event ORDER BY event_id") == [
        ("gained", None),
        ("lost", "moved"),
        ("gained", None),
    ]


def test_multi_partner_tenant_and_duplicate_rows_have_the_totals_of_the_hand(store):
    """Contoso: EXO held by north (and once more, as a duplicate, by its sister west), Teams by
    south of another account. EXO 400 seats, 100 users; Teams 300 seats, 150 users."""
    bring_in(
        store,
        """
tenant_id,workload,month,pau,mau,partner_id,account_id,is_duplicate,attribution_type
contoso,EXO,2026-09,400,100,north,group,0,CPOR
contoso,EXO,2026-09,400,100,west,group,1,CPOR
contoso,Teams,2026-09,300,150,south,other,0,CPOR
""",
    )
    partner = """
        SELECT p.partner_id, m.paid_available_units, m.monthly_active_users
        FROM partner_month m JOIN partner p ON p.partner_key = m.partner_key
        WHERE m.workload_key > 0 ORDER BY 1
    """
    assert rows_of(store, partner) == [("north", 400, 100), ("south", 300, 150), ("west", 400, 100)]
    account = """
        SELECT a.account_id, m.pairs, m.paid_available_units, m.monthly_active_users
        FROM account_slice_month m JOIN global_account a ON a.account_key = m.account_key
        WHERE m.workload_key > 0 ORDER BY 1
    """
    assert rows_of(store, account) == [("group", 1, 400, 100), ("other", 1, 300, 150)]
    scope = f"SELECT sum(pairs), {SUMS} FROM scope_month WHERE workload_key"
    assert rows_of(store, f"{scope} > 0") == [(2, 700, 250)]
    assert rows_of(store, f"{scope} = 0") == [(1, 400, 150)]


def test_newer_attributes_replace_older_ones_and_are_kept(store):
    header = f"{HEADER},tenant_name,market,domain"
    late = f"{header}\nT1,EXO,2026-09,2,1,Contoso,DE,"
    early = f"{header}\nT1,EXO,2026-05,2,1,Old Contoso,FR,contoso.com"
    newer = late.replace("2026-09", "2026-10").replace("DE", "AT")
    bring_in(store, late)
    bring_in(store, early)
    stored = "SELECT name, market, domain FROM tenant"
    assert rows_of(store, stored) == [("Contoso", "DE", "contoso.com")]
    bring_in(store, newer)
    assert rows_of(store, stored) == [("Contoso", "AT", "contoso.com")]
    kept = "SELECT entity, entity_id, attribute, old_value, new_value FROM attribute_revision"
    assert rows_of(store, kept) == [("tenant", "T1", "market", "DE", "AT")]
    assert rows_of(store, "SELECT DISTINCT market FROM scope_month") == [("AT",)]


def test_older_report_changes_nothing_that_a_newer_one_confirmed(store):
    header = f"{HEADER},market"
    for month, market in (("2026-08", "DE"), ("2026-10", "DE"), ("2026-09", "FR")):
        bring_in(store, f"{header}\ncontoso,EXO,{month},2,1,{market}")
    assert rows_of(store, "SELECT market FROM tenant") == [("DE",)]


def test_file_that_only_names_a_tenant_leaves_the_first_word_to_a_report(store):
    bring_in(store, CLAIM.format("Approved", "2026-03-04", ""))
    for month, market in (("2026-08", "DE"), ("2026-09", "FR")):
        bring_in(store, f"{HEADER},market\ncontoso,EXO,{month},2,1,{market}")
    assert rows_of(store, "SELECT market FROM tenant") == [("FR",)]


def test_masked_name_never_hides_a_known_one(store):
    known = f"CustomerTenantId,CustomerName\n{TENANT},Contoso\n"
    masked = known.replace("Contoso", "C*****o")
    bring_in(store, masked)
    assert rows_of(store, "SELECT name, is_name_masked FROM tenant") == [("C*****o", 1)]
    bring_in(store, known)
    bring_in(store, masked + "\n")
    assert rows_of(store, "SELECT name, is_name_masked FROM tenant") == [("Contoso", 0)]


def test_tenant_keeps_the_spelling_in_which_it_came_first(store):
    plain = "CustomerTenantId,CustomerName\n{1111AAAA-1111-1111-1111-111111111111},Contoso\n"
    bring_in(store, plain)
    bring_in(
        store, plain.replace("{", "").replace("}", "").lower().replace("contoso", "Contoso Ltd")
    )
    assert rows_of(store, "SELECT tenant_id, imported_id FROM tenant") == [
        ("1111aaaa-1111-1111-1111-111111111111", "{1111AAAA-1111-1111-1111-111111111111}")
    ]


def test_partner_that_changes_account_takes_its_history_along(store):
    rows = """
contoso,EXO,2026-08,400,100,north,old
contoso,EXO,2026-09,400,110,north,old
"""
    bring_in(store, f"{HEADER},partner_id,account_id{rows}")
    bring_in(store, "MPNId,PGAMpnId,PartnerName\nnorth,new,Northwind\n")
    account = """
        SELECT a.account_id, m.month, m.monthly_active_users
        FROM account_slice_month m JOIN global_account a ON a.account_key = m.account_key
        WHERE m.workload_key > 0 ORDER BY 2
    """
    month = month_index(2026, 8)
    assert rows_of(store, account) == [("new", month, 100), ("new", month + 1, 110)]
    kept = "SELECT entity, attribute, old_value, new_value FROM attribute_revision"
    assert ("partner", "account_id", "old", "new") in rows_of(store, kept)


CLAIM = """claim_id,tenant_id,workload,partner_id,status,status_on,approved_on,ended_on
c1,contoso,EXO,north,{},{},2026-03-04,{}
"""


def test_claim_keeps_every_status_and_the_newest_stands(store):
    for status, day in (("Submitted", "2026-02-01"), ("Approved", "2026-03-04")):
        bring_in(store, CLAIM.format(status, day, ""))
    bring_in(store, CLAIM.format("Under review", "2026-02-10", ""))
    assert rows_of(store, "SELECT status FROM claim") == [("Approved",)]
    events = rows_of(store, "SELECT status FROM claim_event ORDER BY event_id")
    assert events == [("Submitted",), ("Approved",), ("Under review",)]
    assert rows_of(store, "SELECT count(*) FROM association") == [(1,)]


def test_claims_file_ends_an_association_that_usage_reports(store):
    bring_in(store, f"{HELD}\ncontoso,EXO,2026-08,200,50,north,2026-03-04,CPOR")
    (report,) = bring_in(store, CLAIM.format("Approved", "2026-03-04", "2026-07-31"))
    assert [(each.change, each.month) for each in report.associations] == [("lost", "2026-08")]
    assert rows_of(store, "SELECT count(*) FROM partner_month") == [(0,)]


def test_subscription_and_earning_are_kept_with_their_revisions(store):
    subscription = f"""
SubscriptionId,CustomerTenantId,SKU,AvailableSeats,SubscriptionEndDate
s1,{TENANT},E5,{{}},2027-01-31
"""
    earning = f"""
earningId,customerTenantId,workload,earningAmount,earningDate,participantId
e1,{TENANT},Exchange Online,{{}},2026-06-30,north
"""
    first = bring_in(store, subscription.format(10), earning.format("12.50"))
    assert [counts(report) for report in first] == [(1, 1, 0, 0), (1, 1, 0, 0)]
    second = bring_in(store, subscription.format(20), earning.format("13.75"))
    assert [counts(report) for report in second] == [(1, 0, 1, 0), (1, 0, 1, 0)]
    assert rows_of(store, "SELECT seats FROM subscription") == [(20,)]
    assert rows_of(store, "SELECT amount_e4 FROM earning") == [(137500,)]
    columns = "entity, entity_id, attribute, old_value, new_value"
    assert rows_of(store, f"SELECT {columns} FROM attribute_revision ORDER BY 1") == [
        ("earning", "e1", "amount_e4", "125000", "137500"),
        ("subscription", "s1", "seats", "10", "20"),
    ]
    third = bring_in(store, subscription.format(20), earning.format("13.75"))
    assert [report.batch_id for report in third] == [None, None]


def test_graph_counts_fill_gaps_but_never_replace_a_report(store):
    report = f"""
CustomerTenantId,WorkloadName,Month,PaidAvailableUnits,MonthlyActiveUsers
{TENANT},Exchange,2026-09-01,200,50
"""
    graph = f"""
Report Refresh Date,Exchange Active,Teams Active,Report Period,Tenant Id
2026-09-30,77,20,30,{TENANT}
"""
    bring_in(store, report)
    (report,) = bring_in(store, graph)
    stored = """
        SELECT w.code, u.monthly_active_users FROM usage u
        JOIN workload w ON w.workload_key = u.workload_key ORDER BY 1
    """
    assert rows_of(store, stored) == [("EXO", 50), ("TEAMS", 20)]
    assert any("partner report" in note for note in report.notes)


def test_unknown_workload_keeps_its_own_name(store):
    bring_in(store, f"{HEADER}\ncontoso,Holo Deck,2026-09,10,5\n")
    assert rows_of(store, "SELECT code, name, is_known FROM workload") == [
        ("Holo Deck", "Holo Deck", 0)
    ]


def test_batch_tells_what_its_import_did(store):
    bring_in(store, PLAIN)
    (report,) = bring_in(store, PLAIN.replace(",60", ",61"))
    with store.read() as connection:
        batch = pd.read_sql("SELECT * FROM import_batch ORDER BY batch_id", connection).iloc[-1]
    assert batch[["rows_read", "accepted", "unchanged", "restated", "new_months"]].to_list() == [
        3,
        3,
        2,
        1,
        0,
    ]
    assert (batch["file_name"], batch["kind"], batch["imported_by"]) == ("1.csv", "usage", "tester")
    assert json.loads(batch["report"])["batch_id"] == report.batch_id


def test_several_files_of_one_call_see_each_other(store):
    reports = bring_in(store, PLAIN, PLAIN.replace(",60", ",61"))
    assert [counts(report) for report in reports] == [(3, 3, 0, 0), (3, 0, 1, 2)]
    with store.read() as connection:
        assert stored_marts(connection) == Oracle(connection).marts()


def test_progress_rises_to_the_end(store):
    told = []
    bring_in(store, PLAIN, progress=lambda step, share: told.append((step, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert told[0] == ("Reading 1.csv", 0.0)
    assert told[-1] == ("Done", 1.0)


def test_older_report_of_another_kind_loses_nothing(store):
    """A newer CPOR file says nothing about pairs that only another attribution type names."""
    bring_in(store, f"{HELD}\ncontoso,EXO,2026-09,200,50,p1,2026-01-01,CPOR\n")
    (older,) = bring_in(store, f"{HELD}\nfabrikam,EXO,2026-03,100,10,p1,,CSP\n")
    assert [(change.change, change.tenant_id) for change in older.associations] == [
        ("gained", "fabrikam")
    ]
