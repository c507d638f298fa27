import json
from datetime import date

import pandas as pd
import pytest

from data_access.targets import TARGETS
from insights.months import month_index
from tests.reading import CONTOSO, FABRIKAM, SAMPLES, codes, usage_table, valid_table

MAY = month_index(2024, 5)
PARTNERS = "CustomerTenantId,WorkloadName,Month,PAU,MAU,MPNId,IsDuplicateRowForPGA"


def usage_of(table):
    """Return the usage rows as tuples."""
    return list(table.usage.itertuples(index=False, name=None))


def test_row_becomes_usage_under_the_workloads_code():
    table = usage_table(f"{CONTOSO},Microsoft Intune,2024-05-01,400,120")
    assert usage_of(table) == [(CONTOSO, "INTUNE", MAY, 400, 120, 1)]
    assert (table.rows_read, table.quarantined_rows, table.flagged_rows) == (1, 0, 0)
    assert table.workloads.to_dict("records") == [
        {
            "workload": "INTUNE",
            "name": "Microsoft Intune",
            "imported_name": "Microsoft Intune",
            "is_known": True,
        }
    ]


def test_frames_have_their_columns_and_types_when_empty():
    table = usage_table()
    for target, types in TARGETS.items():
        frame = getattr(table, target)
        assert {name: str(kind) for name, kind in frame.dtypes.items()} == types
        assert frame.empty
    assert "The file has a header and no rows." in table.notes


def test_frames_have_their_columns_and_types_when_filled():
    table = valid_table((SAMPLES / "good" / "cpor_usage.csv").read_bytes())
    for target, types in TARGETS.items():
        assert {name: str(kind) for name, kind in getattr(table, target).dtypes.items()} == types


def test_spellings_of_one_tenant_are_one_tenant_named_as_first_written():
    written = f"{{{CONTOSO.upper()}}}"
    table = usage_table(
        f"{written},EXO,2024-05-01,10,5",
        f"{CONTOSO.replace('-', '')},SPO,2024-05-01,10,5",
        f"{CONTOSO},Teams,2024-05-01,10,5",
    )
    assert table.tenants["tenant_id"].tolist() == [CONTOSO]
    assert table.tenants["imported_id"].tolist() == [written]
    assert table.repaired_rows == 2


def test_every_bad_row_of_the_sample_is_quarantined_for_its_own_reasons():
    table = valid_table((SAMPLES / "bad" / "cpor_usage.csv").read_bytes())
    assert codes(table) == [
        (1, "CustomerTenantId", "bad_tenant_id"),
        (2, "WorkloadName", "missing_key"),
        (3, "Date", "month_too_early"),
        (4, "Date", "month_in_future"),
        (5, "Date", "not_a_month"),
        (5, "PaidAvailableUnits", "fractional_number"),
        (5, "MonthlyActiveUsers", "not_a_number"),
        (6, "PaidAvailableUnits", "number_too_large"),
        (6, "MonthlyActiveUsers", "negative_number"),
        (7, "", "conflicting_rows"),
        (8, "", "conflicting_rows"),
        (9, "", "wrong_column_count"),
        (10, "DateAssociated", "undecidable_date"),
    ]
    assert table.rows_read == 11
    assert table.quarantined_rows == 10
    assert usage_of(table) == [(CONTOSO, "EXO", MAY, 10, 5, 11)]
    assert table.tenants["tenant_id"].tolist() == [CONTOSO]


def test_quarantined_row_is_kept_as_it_stood_in_the_file():
    table = usage_table(f"{CONTOSO},Teams,2024-05-01, -1 ,5")
    assert json.loads(table.problems["raw_row"].item()) == {
        "CustomerTenantId": CONTOSO,
        "WorkloadName": "Teams",
        "Date": "2024-05-01",
        "PaidAvailableUnits": " -1 ",
        "MonthlyActiveUsers": "5",
    }


def test_conflict_names_the_first_of_the_rows():
    table = usage_table(
        f"{FABRIKAM},Teams,2024-05-01,10,5",
        f"{CONTOSO},Teams,2024-05-01,10,5",
        f"{CONTOSO},Microsoft Teams,2024-05,10,6",
    )
    assert codes(table) == [(2, "", "conflicting_rows"), (3, "", "conflicting_rows")]
    assert "(first: row 2)" in table.problems["message"].iloc[1]
    assert usage_of(table) == [(FABRIKAM, "TEAMS", MAY, 10, 5, 1)]


def test_row_that_is_bad_already_conflicts_with_nothing():
    table = usage_table(f"{CONTOSO},Teams,2024-05-01,10,5", f"{CONTOSO},Teams,2024-05-01,10,-6")
    assert codes(table) == [(2, "MonthlyActiveUsers", "negative_number")]


def test_exact_repeat_is_one_row_and_counted_as_merged():
    table = usage_table(*[f"{CONTOSO},Teams,2024-05-01,10,5"] * 3)
    assert len(table.usage) == 1
    assert table.merged_rows == 2
    assert table.problems.empty


def test_empty_count_is_not_told_and_agrees_with_a_told_one():
    table = usage_table(f"{CONTOSO},Teams,2024-05-01,,5", f"{CONTOSO},Teams,2024-05-01,10,")
    assert usage_of(table) == [(CONTOSO, "TEAMS", MAY, 10, 5, 1)]
    assert codes(table) == [
        (1, "PaidAvailableUnits", "missing_count"),
        (2, "MonthlyActiveUsers", "missing_count"),
    ]


def test_file_without_a_measure_tells_nothing_of_it():
    table = usage_table(
        f"{CONTOSO},Teams,2024-05-01,10", header="CustomerTenantId,WorkloadName,Date,PAU"
    )
    assert pd.isna(table.usage["monthly_active_users"].item())
    assert table.notes == ("The file has no monthly active users; values stored earlier stay.",)
    assert table.problems.empty


def test_users_above_seats_and_no_seats_are_accepted_and_flagged():
    table = usage_table(
        f"{CONTOSO},Teams,2024-05-01,10,12",
        f"{CONTOSO},EXO,2024-05-01,0,3",
        f"{CONTOSO},SPO,2024-05-01,10,10",
    )
    assert codes(table) == [
        (1, "MonthlyActiveUsers", "users_above_seats"),
        (2, "PaidAvailableUnits", "no_seats"),
    ]
    assert table.problems["message"].iloc[0].startswith("12 monthly active users are more than 10 ")
    assert set(table.problems["severity"]) == {"flagged"}
    assert (table.flagged_rows, table.quarantined_rows, len(table.usage)) == (2, 0, 3)


def test_unknown_workload_is_kept_under_its_own_name_and_flagged_once():
    table = usage_table(
        f"{CONTOSO},Planet  Mail,2024-05-01,10,5", f"{FABRIKAM},Planet Mail,2024-05-01,10,5"
    )
    assert table.usage["workload"].tolist() == ["Planet Mail"] * 2
    assert codes(table) == [(1, "WorkloadName", "unknown_workload")]
    assert table.workloads[["workload", "name", "is_known"]].values.tolist() == [
        ["Planet Mail", "Planet Mail", False]
    ]


def test_cpor_row_is_evidence_of_its_holder():
    table = usage_table(
        f"{CONTOSO},Teams,2024-05-01,4000001,2024-02-15,C-1",
        f"{CONTOSO},Teams,2024-06-01,,,",
        header="CustomerTenantId,WorkloadName,Date,MpnId,DateAssociated,ClaimId",
    )
    assert list(table.evidence.itertuples(index=False, name=None)) == [
        (CONTOSO, "TEAMS", "4000001", "CPOR", date(2024, 2, 15), MAY, False, "C-1", None, 1)
    ]
    assert len(table.usage) == 2


def test_partners_of_one_pair_are_one_usage_row_and_evidence_each():
    table = usage_table(
        f"{CONTOSO},Teams,2024-05-01,10,5,1,0",
        f"{CONTOSO},Teams,2024-05-01,10,5,2,1",
        header=PARTNERS,
    )
    assert table.kind == "m365_usage"
    assert usage_of(table) == [(CONTOSO, "TEAMS", MAY, 10, 5, 1)]
    assert table.evidence[["partner_id", "is_duplicate"]].values.tolist() == [
        ["1", False],
        ["2", True],
    ]
    assert table.merged_rows == 0


def test_partners_that_report_different_values_for_one_pair_conflict():
    table = usage_table(
        f"{CONTOSO},Teams,2024-05-01,10,5,1,0",
        f"{CONTOSO},Teams,2024-05-01,10,6,2,1",
        header=PARTNERS,
    )
    assert codes(table) == [(1, "", "conflicting_rows"), (2, "", "conflicting_rows")]
    assert table.evidence.empty


def test_location_that_is_a_duplicate_in_one_row_only_is_none():
    table = usage_table(
        f"{CONTOSO},Teams,2024-05-01,10,5,1,1",
        f"{CONTOSO},Teams,2024-05-01,10,5,1,0",
        f"{CONTOSO},Teams,2024-06-01,10,5,1,maybe",
        header=PARTNERS,
    )
    assert table.evidence["is_duplicate"].tolist() == [False, False]
    assert codes(table) == [(3, "IsDuplicateRowForPGA", "flag_not_read")]


def test_mended_quarantine_download_brings_its_ids_back_for_accepted_rows():
    table = usage_table(
        f"7,mended,{CONTOSO},Teams,2024-05-01,10,5",
        f"8,still bad,{CONTOSO},Teams,soon,10,5",
        header="quarantine_id,quarantine_reason,CustomerTenantId,WorkloadName,Date,PAU,MAU",
    )
    assert table.quarantine_ids == (7,)
    assert table.notes == ()


def test_slash_months_decided_by_the_column_are_repairs_with_the_reason():
    table = usage_table(f"{CONTOSO},Teams,01/02/2024,10,5", f"{CONTOSO},Teams,01/03/2024,10,5")
    assert table.usage["month"].tolist() == [month_index(2024, 2), month_index(2024, 3)]
    (repair,) = table.repairs
    assert (repair.column, repair.code, repair.rows) == ("Date", "first_of_month", 2)
    assert "only one order makes every value the first day of a month" in repair.message
    assert table.repaired_rows == 2


def test_repairs_of_quarantined_rows_are_not_counted():
    table = usage_table(f'{CONTOSO},Teams,2024-05-15,"1,234",-5')
    assert (table.repairs, table.repaired_rows) == ((), 0)


@pytest.mark.parametrize("spelling", ["Yammer", "VIVA ENGAGE", "Viva  Engage", "YAM"])
def test_workload_spellings_are_one_workload(spelling):
    table = usage_table(f"{CONTOSO},{spelling},2024-05-01,10,5")
    assert table.usage["workload"].tolist() == ["YAM"]


def test_tenant_attributes_are_those_of_the_newest_month():
    header = "CustomerTenantId,WorkloadName,Month,CustomerName,CustomerSegment,CustomerTpid"
    table = usage_table(
        f"{CONTOSO},Teams,2024-06-01,Contoso AG,Enterprise,",
        f"{CONTOSO},Teams,2024-05-01,Contoso,SMB,77",
        f"{FABRIKAM},Teams,2024-05-01,***,SMB,78",
        header=header,
    )
    tenants = table.tenants.set_index("tenant_id")
    assert tenants.loc[CONTOSO, ["name", "segment", "tpid", "month"]].tolist() == [
        "Contoso AG",
        "Enterprise",
        "77",
        month_index(2024, 6),
    ]
    assert tenants["is_name_masked"].to_dict() == {CONTOSO: False, FABRIKAM: True}


def test_control_and_direction_marks_in_names_are_removed():
    header = "CustomerTenantId,WorkloadName,Month,CustomerName"
    table = usage_table(f"{CONTOSO},Teams,2024-06,\u202e Con\u200btoso\x07\xa0 AG ", header=header)
    assert table.tenants["name"].item() == "Contoso AG"


def test_canonical_layout_takes_any_text_and_months_from_1990():
    table = valid_table((SAMPLES / "good" / "usage.csv").read_bytes())
    assert usage_of(table) == [
        ("fabrikam", "Payroll", month_index(1995, 5), 1000, 400, 1),
        (CONTOSO, "TEAMS", MAY, 400, 120, 2),
    ]
    early = valid_table(
        "tenant_id,workload,month\nx,y,1989-12\nx,y,1990-01\n,y,1990-01\nx,,1990-01\n"
    )
    assert codes(early)[:3] == [
        (1, "month", "month_too_early"),
        (2, "workload", "unknown_workload"),
        (3, "tenant_id", "missing_key"),
    ]


def test_unused_columns_are_named():
    table = usage_table(
        f"{CONTOSO},Teams,2024-05-01,1", header="CustomerTenantId,WorkloadName,Date,Shoe"
    )
    assert "Columns not used: Shoe." in table.notes


def test_malformed_row_counts_as_read_and_quarantined():
    table = usage_table(f"{CONTOSO},Teams,2024-05-01,10,5", "a,b")
    assert (table.rows_read, table.quarantined_rows) == (2, 1)
    assert table.problems["message"].item().startswith("The row has 2 cells but the header has 5.")
