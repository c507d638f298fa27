from datetime import date

import pandas as pd
import pytest

from data_access.errors import RefusedFileError
from insights.months import month_index
from tests.reading import CONTOSO, FABRIKAM, SAMPLES, TODAY, codes, valid_table

JUNE = month_index(2023, 6)


def sample(name, **options):
    """Return a validated good sample."""
    return valid_table((SAMPLES / "good" / name).read_bytes(), **options)


def records(frame, *columns):
    """Return some columns as a list of rows, with None for what is missing."""
    shown = frame[list(columns)].astype(object)
    return shown.where(shown.notna(), None).values.tolist()


def test_every_good_sample_is_accepted_as_a_whole():
    for path in sorted((SAMPLES / "good").iterdir()):
        table = valid_table(path.read_bytes(), tenant=CONTOSO)
        assert (path.name, table.quarantined_rows) == (path.name, 0)
        assert table.rows_read > 0


def test_tab_separated_2021_report_with_byte_order_mark_is_read():
    table = sample("m365_usage_2021.tsv")
    assert len(table.usage) == 1
    assert records(table.evidence, "partner_id", "is_duplicate") == [
        ["4000001", False],
        ["4000002", True],
    ]


def test_hashed_customer_name_is_masked():
    table = sample("m365_usage_2023.csv")
    assert table.tenants["is_name_masked"].item()
    assert records(table.partners, "partner_id", "name", "account_id") == [
        ["4000001", "North", "900"]
    ]


def test_partner_of_the_api_report_is_its_mpn_id():
    assert sample("m365_usage_api.csv").partners["partner_id"].item() == "4000001"


def test_ems_rows_are_unpivoted_with_seats_added_and_users_not():
    table = sample("ems_usage.csv")
    assert records(table.usage, "workload", "paid_available_units", "monthly_active_users") == [
        ["AADP", 150, 12],
        ["INTUNE", 200, 20],
    ]
    assert records(table.evidence, "workload", "partner_id") == [
        ["AADP", "4000001"],
        ["AADP", "4000002"],
        ["INTUNE", "4000001"],
        ["INTUNE", "4000002"],
    ]
    assert any("at least how many there are" in note for note in table.notes)


def test_ems_subscription_with_two_answers_is_quarantined():
    header = "CustomerTenantId,Month,SubscriptionId,IntunePaidAvailableUnits"
    table = valid_table(f"{header}\n{CONTOSO},2023-06,s-1,5\n{CONTOSO},2023-06,s-1,6\n")
    assert codes(table) == [(1, "", "conflicting_rows"), (2, "", "conflicting_rows")]


def test_ems_flags_name_the_workloads_own_columns():
    seats, users = "IntunePaidAvailableUnits", "IntuneMonthlyActiveUsers"
    header = f"CustomerTenantId,Month,{seats},{users},AADPPaidAvailableUnits"
    table = valid_table(f"{header}\n{CONTOSO},2023-06,5,6,0\n")
    assert codes(table) == [(1, "IntuneMonthlyActiveUsers", "users_above_seats")]
    assert records(table.usage, "workload", "paid_available_units") == [["AADP", 0], ["INTUNE", 5]]


def test_customers_report_gives_attributes_of_the_newest_month():
    table = sample("customers.csv")
    assert records(table.tenants, "tenant_id", "segment", "domain", "industry", "month") == [
        [CONTOSO, "Enterprise", "contoso.example", "Retail", JUNE],
        [FABRIKAM, "SMB", "contoso.example", "Retail", month_index(2023, 5)],
    ]
    assert records(table.partners, "partner_id", "name", "account_id") == [
        ["4000001", "North", "900"]
    ]


def test_most_frequent_attribute_wins_and_the_others_are_flagged():
    rows = [f"{CONTOSO},{name},2023-06-01" for name in ("Old", "Contoso", "Contoso")]
    table = valid_table("\n".join(["CustomerTenantId,CustomerName,Month", *rows]))
    assert table.tenants["name"].item() == "Contoso"
    assert codes(table) == [(1, "CustomerName", "attributes_disagree")]
    assert table.merged_rows == 1


def test_customers_without_months_are_read():
    table = valid_table(f"CustomerTenantId,CustomerName\n{CONTOSO},Contoso\n")
    assert pd.isna(table.tenants["month"].item())


def test_partner_profile_gives_locations_and_not_the_account_itself():
    table = sample("partner_profile.csv")
    assert records(
        table.partners, "partner_id", "account_id", "account_name", "city", "country"
    ) == [
        ["4000001", "900", "Group", "Bonn", "Germany"],
        ["4000002", "900", "Group", "Rome", "Italy"],
    ]
    assert any("not counted as a partner location" in note for note in table.notes)


def test_account_without_locations_stands_for_itself():
    table = valid_table("MPNId,PartnerName,PGA_MPNID,AccountType\n900,Solo,900,Global ID\n")
    assert records(table.partners, "partner_id", "account_id") == [["900", "900"]]


def test_subscription_is_as_of_its_newest_month():
    table = sample("subscriptions.csv")
    assert records(
        table.subscriptions,
        "subscription_id", "tenant_id", "product", "sku", "state", "starts_on", "ends_on",
        "is_auto_renew", "seats", "month", "row",
    ) == [
        ["s-1", CONTOSO, "Microsoft 365 E5", "SPE_E5", "Active", date(2022, 7, 1),
         date(2023, 6, 30), False, 420, JUNE, 2],
    ]  # fmt: skip


def test_subscription_of_two_customers_in_one_month_is_quarantined():
    rows = [f"s-1,{tenant},2023-06" for tenant in (CONTOSO, FABRIKAM)]
    table = valid_table("\n".join(["SubscriptionId,CustomerTenantId,Month", *rows]))
    assert codes(table) == [(1, "", "conflicting_rows"), (2, "", "conflicting_rows")]


def test_earnings_are_integers_of_ten_thousandths():
    table = sample("earnings.csv")
    assert records(
        table.earnings, "earning_id", "tenant_id", "workload", "amount_e4", "rate_e4"
    ) == [
        ["e-1", CONTOSO, "SPO", 45_000_000, 1_250],
        ["e-2", None, None, -123_450, 1_250],
    ]
    first = table.earnings.iloc[0]
    assert (first["quantity"], first["baseline"], first["milestone"]) == (1500, 1200, "15%")
    assert first["estimated_payment_month"] == month_index(2023, 8)
    assert first["earning_on"] == date(2023, 6, 15)
    assert codes(table) == [(2, "quantity", "optional_number_not_read")]
    assert table.partners["partner_id"].tolist() == ["4000001"]


def test_earning_told_twice_with_different_amounts_is_quarantined():
    table = valid_table("earningId,earningAmount\ne1,5\ne1,6\ne2,7\ne2,7\n")
    assert codes(table) == [(1, "", "conflicting_rows"), (2, "", "conflicting_rows")]
    assert table.merged_rows == 1


def test_claim_of_several_workloads_is_a_row_for_each():
    table = sample("claims.csv")
    assert records(table.claims, "claim_id", "tenant_id", "workload", "status", "row") == [
        ["C-1", CONTOSO, "EXO", "Approved", 1],
        ["C-1", CONTOSO, "SPO", "Approved", 1],
        ["C-2", CONTOSO, "INTUNE", "Rejected final", 2],
        ["C-3", "fabrikam", "TEAMS", "Under review", 3],
    ]
    assert records(table.workloads, "workload", "imported_name")[:2] == [
        ["EXO", "Exchange Online"],
        ["SPO", "SharePoint"],
    ]


def test_approved_claims_and_ended_ones_are_evidence():
    table = sample("claims.csv")
    this_month = month_index(TODAY.year, TODAY.month)
    assert records(
        table.evidence, "workload", "claim_id", "associated_on", "ended_on", "month"
    ) == [
        ["EXO", "C-1", date(2024, 2, 15), None, this_month],
        ["SPO", "C-1", date(2024, 2, 15), None, this_month],
        ["INTUNE", "C-2", date(2024, 1, 10), date(2024, 6, 30), month_index(2024, 6)],
    ]
    assert set(table.evidence["attribution_type"]) == {"CPOR"}


def test_rejected_claim_that_was_never_approved_is_no_evidence():
    header = "claim_id,tenant_id,workload,partner_id,status"
    assert valid_table(f"{header}\nC,t,Teams,1,Rejected final\n").evidence.empty


def test_newest_status_of_a_claim_wins_inside_a_file():
    header = "claim_id,tenant_id,workload,partner_id,status,status_on"
    rows = ["C,t,Teams,1,Approved,2024-02-01", "C,t,Teams,1,Submitted,2024-01-01"]
    table = valid_table("\n".join([header, *rows]))
    assert records(table.claims, "status", "row") == [["Approved", 1]]
    assert table.problems.empty


def test_claim_with_two_statuses_of_one_day_is_quarantined():
    header = "claim_id,tenant_id,workload,partner_id,status,status_on"
    rows = ["C,t,Teams,1,Approved,2024-02-01", "C,t,Teams,1,Submitted,2024-02-01"]
    table = valid_table("\n".join([header, *rows]))
    assert codes(table) == [(1, "", "conflicting_rows"), (2, "", "conflicting_rows")]
    assert table.claims.empty


def test_unknown_claim_status_is_kept_and_flagged():
    header = "claim_id,tenant_id,workload,partner_id,status"
    table = valid_table(f"{header}\nC,t,Teams|Mars,1,Being pondered\n")
    assert table.claims["status"].tolist() == ["Being pondered"] * 2
    assert codes(table) == [(1, "status", "unknown_status"), (1, "workload", "unknown_workload")]
    assert table.evidence.empty


def test_graph_counts_are_users_and_assigned_seats_of_the_given_tenant():
    table = sample("graph_services.csv", tenant=CONTOSO.upper())
    assert records(
        table.usage, "tenant_id", "workload", "paid_available_units", "monthly_active_users"
    ) == [
        [CONTOSO, "EXO", 123, 100],
        [CONTOSO, "ODB", 123, 90],
        [CONTOSO, "SPO", 123, 80],
        [CONTOSO, "YAM", 123, 5],
        [CONTOSO, "TEAMS", 123, 60],
    ]
    assert set(table.usage["month"]) == {month_index(2024, 5)}
    assert table.repairs == ()
    assert table.evidence.empty
    assert any("assigned licences" in note for note in table.notes)


def test_graph_report_of_no_tenant_is_refused_with_the_remedy():
    with pytest.raises(RefusedFileError, match="does not say which tenant") as caught:
        sample("graph_services.csv")
    assert "--tenant" in caught.value.hint
    with pytest.raises(RefusedFileError, match="is not a tenant id"):
        sample("graph_services.csv", tenant="contoso")


def test_graph_report_of_another_period_is_quarantined_with_the_remedy():
    header = "Report Refresh Date,Teams Active,Teams Inactive,Report Period,Tenant Id"
    rows = [f"2024-05-0{day},5,5,{period},{CONTOSO}" for day, period in ((1, 7), (2, 28), (3, ""))]
    table = valid_table("\n".join([header, *rows]))
    assert codes(table) == [
        (1, "Report Period", "wrong_period"),
        (3, "Report Period", "missing_key"),
    ]
    assert "period D30" in table.problems["message"].iloc[0]


def test_newest_refresh_of_a_month_wins():
    header = "Report Refresh Date,Teams Active,Teams Inactive,Report Period"
    rows = ["2024-05-20,6,5,30", "2024-05-03,5,5,30", "2024-06-01,7,5,30"]
    table = valid_table("\n".join([header, *rows]), tenant=CONTOSO)
    assert records(table.usage, "monthly_active_users", "row") == [[6, 1], [7, 3]]
    assert table.merged_rows == 1
