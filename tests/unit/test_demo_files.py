"""The demo's files: real headers, one truth in all of them, every promised edge case in them."""

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_access.demo.cases import BY_KEY, CASES
from data_access.demo.catalog import CODES
from data_access.demo.files import Download, write_demo_files
from data_access.demo.world import make_world
from insights.months import month_index
from insights.workloads import known_workload

LAST = month_index(2026, 10)
MONTHS = 36
NEWEST, BEFORE, HALF = "2026-10-01", "2026-09-01", "2025-05-01"
SIZE = {"tenants": 400, "months": MONTHS, "seed": 7, "last_month": LAST}


def table(text: str, delimiter: str = ",") -> pd.DataFrame:
    """Return a file's rows as text, empty cells empty."""
    return pd.read_csv(io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False)


def named(paths: list[Path], part: str) -> list[Path]:
    return [path for path in paths if part in path.name]


def files_of(downloads: tuple[Download, ...]) -> list[Path]:
    return [path for download in downloads for path in download.files]


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return write_demo_files(tmp_path_factory.mktemp("files"), **SIZE)


@pytest.fixture(scope="module")
def paths(downloads):
    return files_of(downloads)


@pytest.fixture(scope="module")
def tenants():
    return make_world(**SIZE).tenants["tenant_id"]


@pytest.fixture(scope="module")
def cpor(paths):
    files = [path for path in named(paths, "CPOR") if "corrected" not in path.name]
    rows = pd.concat([table(path.read_text(encoding="utf-8-sig")) for path in files])
    return typed(rows)


@pytest.fixture(scope="module")
def m365(paths):
    archive = zipfile.ZipFile(named(paths, "Microsoft 365 usage.zip")[0])
    members = [archive.read(name).decode() for name in archive.namelist()]
    members += [path.read_text(encoding="utf-8") for path in named(paths, ".tsv")]
    rows = pd.concat([table(text, "\t") for text in members])
    return typed(rows.rename(columns={"Month": "Date"}))


@pytest.fixture(scope="module")
def claims(paths):
    rows = table(named(paths, "claims")[-1].read_text(encoding="utf-8"))
    rows["WorkloadName"] = rows["workload"].map(lambda name: known_workload(name).code)
    return rows


@pytest.fixture(scope="module")
def correction(paths):
    return table(named(paths, "corrected")[0].read_text(encoding="utf-8"))


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.astype({"PaidAvailableUnits": int, "MonthlyActiveUsers": int})
    codes = {name: known_workload(name).code for name in rows["WorkloadName"].unique()}
    rows["WorkloadName"] = rows["WorkloadName"].map(codes)
    rows["share"] = rows["MonthlyActiveUsers"] / rows["PaidAvailableUnits"].replace(0, np.nan)
    return rows


@pytest.fixture(scope="module")
def history(m365, tenants):
    """Return a function: key of a case -> its rows by month, each month once."""
    totals = m365[m365["IsDuplicateRowForPGA"] == "0"]

    def rows(key: str, workload: str | None = None) -> pd.DataFrame:
        case = BY_KEY[key]
        mine = totals[totals["CustomerTenantId"] == tenants[case.tenant]]
        return mine[mine["WorkloadName"] == (workload or case.workload)].set_index("Date")

    return rows


# --- the whole -----------------------------------------------------------------------------------


def test_same_arguments_give_the_same_bytes(paths, tmp_path):
    again = files_of(write_demo_files(tmp_path, **SIZE))
    assert [path.name for path in again] == [path.name for path in paths]
    for first, second in zip(paths, again, strict=True):
        digests = [hashlib.sha256(path.read_bytes()).digest() for path in (first, second)]
        assert digests[0] == digests[1], first.name


def test_another_seed_gives_another_world(paths, tmp_path):
    other = files_of(write_demo_files(tmp_path, **{**SIZE, "tenants": 20, "months": 6, "seed": -1}))
    assert other[0].read_bytes() != paths[0].read_bytes()


def test_portfolio_has_the_promised_size(paths, m365):
    profile = table(paths[0].read_text(encoding="utf-8"))
    assert profile["HierarchyLevel"].value_counts().to_dict() == {"Location ID": 12, "Global ID": 3}
    assert m365["CustomerTenantId"].nunique() == 400
    assert set(m365["WorkloadName"]) == set(CODES)
    assert len(CODES) == 10
    assert m365["Date"].nunique() == 36
    assert m365["Date"].min() == "2023-11-01"
    assert m365["Date"].max() == NEWEST
    assert sum(path.stat().st_size for path in paths) < 25_000_000


@pytest.mark.parametrize(("tenants", "months"), [(20, 6), (21, 60), (100, 7)])
def test_small_worlds_can_be_written(tmp_path, tenants, months):
    made = write_demo_files(tmp_path, tenants=tenants, months=months, seed=3, last_month=LAST)
    made = files_of(made)
    assert all(path.stat().st_size > 100 for path in made)


@pytest.mark.parametrize(("tenants", "months"), [(19, 36), (400, 5)])
def test_world_too_small_for_its_edge_cases_is_refused(tmp_path, tenants, months):
    with pytest.raises(ValueError, match="at least 20 tenants, 6 months"):
        write_demo_files(tmp_path, tenants=tenants, months=months, last_month=LAST)


def test_bare_files_hold_every_pair_and_month_once(tmp_path):
    made = files_of(write_demo_files(tmp_path, tenants=40, months=12, last_month=LAST, bare=True))
    rows = [
        typed(table(path.read_text(encoding="utf-8-sig"), sign).rename(columns={"Month": "Date"}))
        for path, sign in zip(made[2:], ("\t", ","), strict=True)
    ]
    keys = pd.concat(rows)[["CustomerTenantId", "WorkloadName", "Date"]]
    assert not keys.duplicated().any()
    assert len(keys) > 0.9 * 40 * 10 * 12


def test_headers_are_those_of_the_reports(paths):
    first_lines = {path.name[:2]: path.read_bytes().split(b"\n")[0] for path in paths}
    cpor = (
        b"CustomerTenantId,CustomerName,WorkloadName,MonthlyActiveUsers,"
        b"PaidAvailableUnits,ClaimId,MpnId,DateAssociated,PartnerAttributionType,Date"
    )
    assert first_lines["04"] == cpor
    assert first_lines["11"] == b"\xef\xbb\xbf" + cpor
    assert first_lines["01"] == (
        b"MPNId,PartnerName,PGA_MPNID,PGA_PartnerName,City,Country,HierarchyLevel"
    )
    assert first_lines["05"].count(b",") == first_lines["12"].count(b",") == 36
    for number in ("08", "15"):
        assert first_lines[number].startswith(b"agreementEndDate,agreementNumber")
        assert b",Maturity month,milestone," in first_lines[number]


def test_second_download_brings_the_newest_month_only(downloads):
    first, second = downloads
    assert [str(each.day) for each in downloads] == ["2026-10-06", "2026-11-22"]
    for download, months in ((first, MONTHS - 1), (second, 1)):
        files = named(list(download.files), "CPOR usage 20")
        told = pd.concat([table(path.read_text(encoding="utf-8-sig")) for path in files])
        assert told["Date"].nunique() == months
        assert (told["Date"] == NEWEST).any() == (download is second)


def test_reports_spell_workloads_differently(paths):
    cpor = {row["WorkloadName"] for row in _rows(named(paths, "CPOR")[0], "utf-8-sig")}
    assert {"Exchange Online", "ProPlus", "Yammer", "AADP"} <= cpor
    archive = zipfile.ZipFile(named(paths, "365 usage.zip")[0])
    text = archive.read(archive.namelist()[0]).decode()
    usage = {row["WorkloadName"] for row in csv.DictReader(io.StringIO(text), delimiter="\t")}
    assert {"EXO", "Microsoft 365 Apps for enterprise", "Viva Engage"} <= usage


def _rows(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


# --- one truth -----------------------------------------------------------------------------------


def test_both_usage_reports_tell_the_same(cpor, m365):
    key = ["CustomerTenantId", "WorkloadName", "Date"]
    counts = ["PaidAvailableUnits", "MonthlyActiveUsers"]
    both = cpor.merge(m365[m365["IsDuplicateRowForPGA"] == "0"], on=key, how="left")
    for count in counts:
        assert (both[f"{count}_x"] == both[f"{count}_y"]).all()
    assert (both["MpnId"] == both["PartnerID"]).all()


def test_a_pair_and_month_stands_once_in_each_report(cpor, m365):
    key = ["CustomerTenantId", "WorkloadName", "Date"]
    assert not cpor.duplicated(key).any()
    assert not m365[m365["IsDuplicateRowForPGA"] == "0"].duplicated(key).any()


def test_ems_report_agrees_with_the_usage_report(paths, m365):
    ems = table(named(paths, "EMS")[0].read_text(encoding="utf-8"))
    intune = ems[ems["IntunePaidAvailableUnits"] != ""]
    tenant = intune["CustomerTenantId"].str.strip("{}").str.lower()
    totals = m365[(m365["IsDuplicateRowForPGA"] == "0") & (m365["WorkloadName"] == "INTUNE")]
    known = totals.set_index(["CustomerTenantId", "Date"])["MonthlyActiveUsers"]
    expected = known.loc[list(zip(tenant, intune["Month"], strict=True))]
    assert intune["IntuneMonthlyActiveUsers"].astype(int).tolist() == expected.tolist()
    assert len(intune) > 100


def test_every_association_has_its_claim(cpor, claims):
    approved = claims[claims["associated_on"] != ""]
    keys = {"CustomerTenantId": "tenant_id", "MpnId": "partner_id", "ClaimId": "claim_id"}
    known = cpor[[*keys, "WorkloadName", "DateAssociated"]].drop_duplicates().rename(columns=keys)
    both = known.merge(approved, on=["tenant_id", "partner_id", "claim_id", "WorkloadName"])
    assert len(both) == len(known)
    assert (both["DateAssociated"] == both["associated_on"]).all()


def test_claims_stand_in_every_stage_and_never_in_the_future(paths):
    stages = {"Draft", "Submitted", "Under review", "Partner action required", "Rejected"}
    for path, day in zip(named(paths, "claims"), ("2026-10-06", "2026-11-22"), strict=True):
        told = table(path.read_text(encoding="utf-8"))
        assert stages | {"Dispute", "Rejected final", "Approved"} >= set(told["status"])
        days = ["status_on", "submitted_on", "approved_on", "ended_on", "proof_signed_on"]
        assert told[days].max().max() <= day
        waiting = told[(told["submitted_on"] != "") & (told["approved_on"] == "")]
        assert (waiting["proof_signed_on"] <= waiting["submitted_on"]).all()
        held = told[told["approved_on"] != ""]
        assert (held["submitted_on"] < held["approved_on"]).all()
        ended = told[told["ended_on"] != ""]
        assert set(ended["status"]) == {"Rejected final"}
        assert (ended["ended_on"] >= ended["approved_on"]).all()
    assert set(told["status"]) == stages | {"Dispute", "Rejected final", "Approved"}


def test_statuses_move_forward_from_one_download_to_the_next(paths):
    before, now = (
        table(path.read_text(encoding="utf-8")).set_index(["claim_id", "workload", "tenant_id"])
        for path in named(paths, "claims")
    )
    both = before.join(now.add_suffix("_now"), how="inner")
    assert len(both) == len(before) < len(now)
    assert (both["status_on_now"] >= both["status_on"]).all()
    changed = both[both["status"] != both["status_now"]]
    assert {("Approved", "Rejected final"), ("Submitted", "Approved")} <= set(
        zip(changed["status"], changed["status_now"], strict=True)
    )


def test_earnings_of_the_growth_model_pay_units_above_the_high_water_mark(paths):
    files = named(paths, "Earnings")
    told = [table(path.read_text(encoding="utf-8")) for path in files]
    assert all(each["earningId"].is_unique for each in told)
    growth = pd.concat(told)
    growth = growth[(growth["milestone"] == "") & (growth["reasonCode"] == "")]
    assert len(growth) > 1_000
    assert set(growth["baselineType"]) == {"HWM"}
    units, mark = growth["compensableUnits"].astype(int), growth["baseline"].astype(int)
    users, seats = growth["quantity"].astype(int), growth["quantityAlt"].astype(int)
    is_restated = growth["earningDate"].str[:7] == "2026-10"
    exact = (units == np.minimum(users, seats) - mark) | is_restated
    assert exact.all()
    assert (seats >= 150).all()
    assert set(told[1]["paymentStatus"]) == {"Sent", "Upcoming"}


def test_no_milestone_is_paid_after_the_growth_model_began(paths):
    told = pd.concat([table(path.read_text(encoding="utf-8")) for path in named(paths, "Earnings")])
    milestones = told[told["milestone"] != ""]
    assert set(milestones["earningDate"].str[:7]) == {"2023-10"}  # two months before the first one


# --- the world -----------------------------------------------------------------------------------


def test_a_quarter_to_a_third_of_the_rows_is_unclaimed(m365):
    totals = m365[m365["IsDuplicateRowForPGA"] == "0"]
    assert 0.25 <= (totals["PartnerID"] == "").mean() <= 0.35


def test_newest_month_is_still_coming_in(m365):
    rows = m365[m365["IsDuplicateRowForPGA"] == "0"].groupby("Date").size()
    assert 0.80 <= rows[NEWEST] / rows[BEFORE] <= 0.95


def test_one_to_two_percent_of_the_rows_are_above_100_percent(m365):
    assert 0.01 <= (m365["share"] > 1).mean() <= 0.02


def test_usage_grows_and_dips_in_august(m365):
    shared = m365[m365["IsDuplicateRowForPGA"] == "0"].groupby("Date")[
        ["MonthlyActiveUsers", "PaidAvailableUnits"]
    ]
    usage = shared.sum()["MonthlyActiveUsers"] / shared.sum()["PaidAvailableUnits"]
    assert usage["2026-09-01"] > usage["2023-11-01"] + 0.1
    for year in (2025, 2026):  # earlier the ramp of the first customers hides the dip
        assert usage[f"{year}-08-01"] < min(usage[f"{year}-06-01"], usage[f"{year}-10-01"])


def test_seats_are_spread_like_real_customers(m365):
    newest = m365[(m365["Date"] == BEFORE) & (m365["WorkloadName"] == "EXO")]["PaidAvailableUnits"]
    assert 450 <= newest.median() <= 900
    assert newest.max() > 8_000
    assert 0.08 <= (newest < 150).mean() <= 0.18


def test_some_names_are_concealed_and_segments_and_markets_varied(m365):
    people = m365.drop_duplicates("CustomerTenantId")
    assert people["CustomerName"].str.fullmatch("[0-9A-F]{32}").sum() >= 3
    assert people["CustomerMarket"].nunique() == 10
    assert people["CustomerSegment"].nunique() == 5


# --- each edge case ------------------------------------------------------------------------------


def test_every_case_stands_at_a_place_of_its_own():
    assert len(BY_KEY) == len(CASES)
    places = [(case.tenant, case.workload) for case in CASES]
    assert len(set(places)) == len(places)


def test_documentation_names_every_case():
    page = (Path(__file__).parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")
    for case in CASES:
        workload = known_workload(case.workload).name if case.workload else "all"
        assert f"| {case.tenant + 1} | {workload} | {case.shows} |" in page


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("formula_name", "=Sigma+Partner Analytics GmbH"),
        ("markup_name", "<b>R&D</b> *Labs* $x$"),
        ("quoted_name", 'Kessler, Brandt & "Söhne" OHG'),
        ("masked_name", "77E5979DD60BA6EAA53E814DBEEEFA5F"),
        ("greek_name", "Αιγαίο Ναυτιλιακή Α.Ε."),
        ("japanese_name", "株式会社みどり野製作所"),
        ("arabic_name", "شركة النخيل للتجارة"),
        ("cyrillic_name", "ООО «Северный Ветер»"),
        ("twin_name", "Harfield Tools Ltd"),
        ("twin_name_2", "Harfield Tools Ltd"),
    ],
)
def test_unusual_names_survive_both_reports(cpor, history, tenants, key, name):
    assert set(history(key, "EXO")["CustomerName"]) == {name}
    mine = cpor[cpor["CustomerTenantId"] == tenants[BY_KEY[key].tenant]]
    assert set(mine["CustomerName"]) == {name}


def test_long_name_is_long(history):
    assert len(history("long_name", "EXO")["CustomerName"].iloc[0]) > 200


def test_workloads_of_one_tenant_belong_to_partners_of_two_accounts(m365, tenants):
    mine = m365[m365["CustomerTenantId"] == tenants[BY_KEY["multi_partner"].tenant]]
    newest = mine[mine["Date"] == BEFORE]
    assert newest["PGAPartnerID"].nunique() == 2
    assert newest["PartnerID"].nunique() == 2


@pytest.mark.parametrize(("key", "accounts"), [("moved_account", 2), ("moved_location", 1)])
def test_an_association_moved_from_one_partner_to_another(cpor, history, tenants, key, accounts):
    case = BY_KEY[key]
    mine = cpor[
        (cpor["CustomerTenantId"] == tenants[case.tenant]) & (cpor["WorkloadName"] == case.workload)
    ]
    before, after = mine[mine["Date"] < HALF], mine[mine["Date"] >= HALF]
    assert before["MpnId"].nunique() == after["MpnId"].nunique() == 1
    assert before["MpnId"].iloc[0] != after["MpnId"].iloc[0]
    assert set(after["DateAssociated"].str[:7]) == {HALF[:7]}
    assert history(key)["PGAPartnerID"].nunique() == accounts


def test_second_location_of_the_account_repeats_the_rows(m365, tenants):
    mine = m365[m365["CustomerTenantId"] == tenants[BY_KEY["pga_duplicate"].tenant]]
    one = mine[(mine["Date"] == BEFORE) & (mine["WorkloadName"] == "EXO")]
    assert sorted(one["IsDuplicateRowForPGA"]) == ["0", "1"]
    assert one["PGAPartnerID"].nunique() == 1
    assert one["PartnerID"].nunique() == 2
    assert one["MonthlyActiveUsers"].nunique() == 1


def test_school_empties_in_summer(history):
    users = history("education", "EXO")["MonthlyActiveUsers"]
    assert users["2026-08-01"] < 0.6 * users["2026-05-01"]


def test_pilot_of_10_seats_grew_by_990(history):
    pilot = history("grown_pilot")[["PaidAvailableUnits", "MonthlyActiveUsers"]]
    assert pilot.loc["2025-04-01"].tolist() == [10, 10]
    assert pilot.loc[HALF].tolist() == [1_000, 80]


def test_small_tenant_has_under_150_seats_everywhere(m365, tenants):
    mine = m365[m365["CustomerTenantId"] == tenants[BY_KEY["small"].tenant]]
    assert mine["PaidAvailableUnits"].between(1, 149).all()


def test_reports_of_a_tenant_stop(history):
    assert history("gone", "EXO").index.max() == HALF


def test_tenant_country_is_not_its_market(paths, tenants):
    customers = table(named(paths, "Customers")[0].read_text(encoding="utf-8"))
    odd = customers[customers["CustomerTenantCountry"] != customers["CustomerMarket"]]
    assert set(odd["CustomerTenantId"]) == {tenants[BY_KEY["wrong_country"].tenant]}


def test_first_row_comes_the_month_after_the_association(cpor, tenants):
    mine = cpor[cpor["CustomerTenantId"] == tenants[BY_KEY["first_row_late"].tenant]]
    assert mine["Date"].min() == "2025-06-01"
    assert mine["DateAssociated"].str[:7].eq("2025-05").all()


def test_users_stand_above_seats(history):
    assert (history("above_100")["share"] > 1).all()


def test_users_without_any_seat(history):
    rows = history("zero_seats")
    assert (rows["PaidAvailableUnits"] == 0).all()
    assert (rows["MonthlyActiveUsers"] > 0).all()


def test_15_percent_passed_in_the_newest_month(history):
    share = history("just_crossed")["share"]
    assert share[BEFORE] < 0.15 <= share[NEWEST]


def test_seat_purchase_pushed_usage_below_15_percent(history):
    rows = history("diluted")
    assert rows["share"]["2026-07-01"] == 0.21
    assert rows["share"][NEWEST] == 0.126
    assert rows["MonthlyActiveUsers"].nunique() == 1


def test_a_fifth_of_the_seats_was_cancelled(history):
    seats = history("lost_seats")["PaidAvailableUnits"]
    assert (seats["2026-07-01"], seats[NEWEST]) == (1_000, 800)


def test_three_users_short_of_15_percent_and_exactly_there(history):
    assert history("users_short").loc[NEWEST, "MonthlyActiveUsers"] == 147
    assert history("at_threshold").loc[NEWEST, "MonthlyActiveUsers"] == 150


@pytest.mark.parametrize(("key", "line"), [("stalled_15", 0.15), ("stalled_40", 0.40)])
def test_usage_stalled_just_under_a_line(history, key, line):
    last_year = history(key)["share"].iloc[-12:]
    assert (last_year < line).all()
    assert (last_year > line - 0.02).all()


def test_usage_stood_above_40_percent_when_it_was_claimed(cpor, tenants):
    mine = cpor[
        (cpor["CustomerTenantId"] == tenants[BY_KEY["high_at_claim"].tenant])
        & (cpor["WorkloadName"] == "EXO")
    ]
    assert mine["Date"].min() == HALF
    assert mine["share"].iloc[0] > 0.6


def test_launch_spike_fades_in_three_months(history):
    users = history("spike")["MonthlyActiveUsers"]
    assert [users["2025-04-01"], users[HALF], users["2025-06-01"]] == [120, 168, 132]
    assert users["2025-07-01"] == 120


def test_usage_declined_below_40_percent(history):
    share = history("declining")["share"]
    assert share.iloc[0] > 0.4 > share.iloc[-1]
    assert share.is_monotonic_decreasing


def test_policy_switched_on_for_everybody(history):
    share = history("policy_step")["share"]
    assert share["2025-04-01"] < 0.15
    assert share[HALF] == 0.86


def test_a_month_is_missing_and_the_newest_is_late(history):
    assert HALF not in history("missing_month").index
    assert len(history("missing_month")) == MONTHS - 1
    assert history("late_month").index.max() == BEFORE


def test_customer_ended_an_association_and_usage_goes_on_unclaimed(history, claims, tenants):
    rows = history("disassociated")
    assert rows.loc["2026-06-01", "PartnerID"] != ""
    assert (rows.loc["2026-07-01":, "PartnerID"] == "").all()
    case = BY_KEY["disassociated"]
    mine = claims[claims["tenant_id"] == tenants[case.tenant]]
    ended = mine[mine["WorkloadName"] == case.workload].iloc[0]
    assert (ended["status"], ended["ended_on"]) == ("Rejected final", "2026-06-28")


def test_workload_that_nobody_claimed_is_visible(cpor, history, tenants):
    assert (history("unclaimed")["PartnerID"] == "").all()
    mine = cpor[cpor["CustomerTenantId"] == tenants[BY_KEY["unclaimed"].tenant]]
    assert "MCAS" not in set(mine["WorkloadName"])


def test_both_lines_were_crossed_while_unclaimed(history):
    rows = history("crossed_unclaimed")
    assert (rows["PartnerID"] == "").all()
    assert rows["share"].iloc[0] < 0.15
    assert rows["share"].iloc[-1] > 0.4


def test_seats_without_a_single_user(history):
    rows = history("untouched")
    assert (rows["MonthlyActiveUsers"] == 0).all()
    assert (rows["PaidAvailableUnits"] == 700).all()


def test_approved_claim_without_any_usage_yet(history, claims, tenants):
    assert history("never_reported").empty
    case = BY_KEY["never_reported"]
    mine = claims[(claims["tenant_id"] == tenants[case.tenant])]
    assert mine.set_index("WorkloadName").loc[case.workload, "status"] == "Approved"


# --- the correction ------------------------------------------------------------------------------


def test_correction_restates_a_month_by_about_a_percent_and_brings_late_rows(correction, cpor):
    rows = typed(correction.iloc[:-9])
    assert set(rows["Date"]) == {BEFORE}
    key = ["CustomerTenantId", "WorkloadName", "Date"]
    both = rows.merge(cpor, on=key, how="left", suffixes=("", "_old"))
    late = both["MonthlyActiveUsers_old"].isna()
    assert late.sum() >= 3
    known = both[~late]
    change = (known["MonthlyActiveUsers"] - known["MonthlyActiveUsers_old"]).abs()
    assert len(known) > 50
    assert (change <= known["MonthlyActiveUsers_old"] * 0.01 + 1).all()
    assert (change > 0).mean() > 0.9
    assert (known["PaidAvailableUnits"] == known["PaidAvailableUnits_old"]).all()


def test_correction_ends_with_nine_rows_that_must_be_quarantined(correction):
    broken = correction.iloc[-9:].reset_index(drop=True)
    assert broken["MonthlyActiveUsers"].iloc[:2].tolist() == ["-4", "12.5"]
    assert broken.loc[2, "PaidAvailableUnits"] == "n/a"
    assert broken.loc[3, "CustomerTenantId"] == ""
    assert broken.loc[4, "WorkloadName"] == ""
    assert broken["Date"].iloc[5:7].tolist() == ["2091-01-01", "03/04/2026"]
    key = ["CustomerTenantId", "WorkloadName", "Date"]
    assert broken.loc[7, key].tolist() == broken.loc[8, key].tolist()
    assert broken["MonthlyActiveUsers"].iloc[7:].tolist() == ["410", "455"]
