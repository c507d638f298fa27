import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.errors import RefusedFileError
from data_access.sources import SOURCES, recognise, unused_columns
from tests.reading import SAMPLES

CLAIM_KEY = ("claim_id", "tenant_id", "workload", "partner_id", "status")
USAGE_KEY = ("tenant_id", "workload", "month")
HEADERS = {
    path.stem: path.read_text(encoding="utf-8").strip().split(",")
    for path in sorted((SAMPLES / "headers").glob("*.csv"))
} | {
    "claims": [*CLAIM_KEY, "approved_on", "claim_name"],
    "usage": [*USAGE_KEY, "paid_available_units", "monthly_active_users", "market"],
}
KEYS = {
    "cpor_usage": {"CustomerTenantId", "WorkloadName", "Date"},
    "m365_usage_2021": {"CustomerTenantId", "WorkloadName", "Month"},
    "m365_usage_2023": {"CustomerTenantId", "WorkloadName", "Month"},
    "m365_usage_api": {"CustomerTenantId", "WorkloadName", "Month"},
    "ems_usage": {"CustomerTenantId", "Month", "IntunePaidAvailableUnits"},
    "customers": {"CustomerTenantId", "CustomerName"},
    "partner_profile": {"MPNId", "PartnerName"},
    "subscriptions": {"SubscriptionId", "CustomerTenantId"},
    "earnings": {"earningId", "paymentStatus"},
    "graph_services": {"Report Refresh Date", "Report Period", "Teams Active"},
    "claims": set(CLAIM_KEY),
    "usage": set(USAGE_KEY),
}


def kind_of(sample):
    """Return the kind that a sample header stands for."""
    return sample if sample in {source.kind for source in SOURCES} else sample.rpartition("_")[0]


def test_every_kind_has_a_sample_header():
    assert {kind_of(sample) for sample in HEADERS} == {source.kind for source in SOURCES}


@pytest.mark.parametrize("sample", HEADERS)
def test_public_header_is_recognised(sample):
    assert recognise(HEADERS[sample]).kind == kind_of(sample)


@given(st.data(), st.sampled_from(sorted(HEADERS)))
def test_any_columns_with_the_key_are_recognised_in_any_order_and_case(data, sample):
    optional = [name for name in HEADERS[sample] if name not in KEYS[sample]]
    chosen = data.draw(st.lists(st.sampled_from(optional), unique=True))
    header = data.draw(st.permutations([*KEYS[sample], *chosen]))
    change = data.draw(st.sampled_from([str.upper, str.lower, str, lambda name: f" {name}_ "]))
    assert recognise([change(name) for name in header]).kind == kind_of(sample)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("CustomerTenantID,Workload Name,MonthKey,MAU,PAU", "m365_usage"),
        (
            "customerTenantId,workloadName,processedDateTime,licenseActive,licensesQualified",
            "m365_usage",
        ),
        ("CustomerTenantId,WorkloadName,Month,ClaimId,DateAssociated", "cpor_usage"),
        ("Customer Tenant ID,Workload,DateKey,MPN ID", "cpor_usage"),
        ("CustomerTenantId,MPNId", "customers"),
        ("MPNId,PartnerName,PGA_MPNID,AccountType", "partner_profile"),
        ("ClaimId,CustomerTenantId,WorkloadName,MpnId,Claim Status", "claims"),
        ("quarantine_id,quarantine_reason,tenant_id,workload,month", "usage"),
    ],
)
def test_header_drift_is_tolerated(header, kind):
    assert recognise(header.split(",")).kind == kind


@pytest.mark.parametrize("path", sorted((SAMPLES / "headers" / "unread").glob("*.csv")), ids=str)
def test_report_that_is_not_read_is_refused_by_name(path):
    with pytest.raises(RefusedFileError, match="a report that is not read"):
        recognise(path.read_text(encoding="utf-8").strip().split(","))


def test_refusal_names_the_nearest_kind_and_what_it_lacks():
    with pytest.raises(RefusedFileError) as caught:
        recognise(["CustomerTenantId", "WorkloadName", "ClaimId"], file="june.csv")
    assert str(caught.value) == (
        "june.csv: is of no kind that we read; nearest is “CPOR – Microsoft 365 usage”, "
        "which lacks Date"
    )
    assert "docs/files.md" in caught.value.hint


def test_refusal_of_unknown_columns_shows_them():
    with pytest.raises(RefusedFileError, match="has no column that we know: foo, bar"):
        recognise(["foo", "bar"])


def test_best_spelling_is_used_and_the_others_are_named_as_unused():
    header = ["CustomerId", "CustomerTenantId", "WorkloadName", "Date", "Colour", "quarantine_id"]
    source = recognise(header)
    assert source.match(header)["tenant"] == 1
    assert unused_columns(source, header) == ("CustomerId", "Colour")
