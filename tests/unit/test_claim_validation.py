"""What is found in claims: every rule by itself, on a claim that is otherwise complete."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.rules import load_program
from insights.claims.draft import AttachedProof, ClaimDraft
from insights.claims.finding import blocking
from insights.claims.form import ACKNOWLEDGEMENTS, FIELDS_BY_NAME
from insights.claims.standing import workload_standing
from insights.claims.validate import MANDATORY, findings, needs_disclosure, valid_until
from insights.months import month_index
from tests.claim_builders import (
    OTHER_TENANT,
    PDF,
    TENANT,
    TODAY,
    claims,
    facts,
    good_draft,
    milestones,
    tenants,
    workloads,
)

PROGRAM = load_program()
FY23 = date(2023, 3, 15)
OCT = month_index(2026, 10)


def found(draft, known=None, *, today=TODAY):
    known = known or facts()
    standing = workload_standing(known, draft.workloads, PROGRAM, today)
    return findings(draft, known, standing, program=PROGRAM, today=today)


def codes(*arguments, **settings):
    return [each.code for each in found(*arguments, **settings)]


def message(code, *arguments, **settings):
    return next(each.message for each in found(*arguments, **settings) if each.code == code)


def test_complete_claim_has_nothing_to_say():
    assert codes(good_draft()) == []


@pytest.mark.parametrize("name", MANDATORY)
def test_each_missing_field_is_found_alone(name):
    empty = getattr(ClaimDraft(), name)
    assert codes(good_draft(**{name: empty})) == [f"{name}_missing"]


@pytest.mark.parametrize("code", ACKNOWLEDGEMENTS)
def test_each_missing_acknowledgement_is_found_alone(code):
    rest = tuple(each for each in ACKNOWLEDGEMENTS if each != code)
    assert codes(good_draft(acknowledged=rest)) == [f"acknowledged_{code}_missing"]


@given(st.sets(st.sampled_from(sorted(MANDATORY))))
def test_missing_fields_are_found_and_nothing_else_blocks(names):
    draft = good_draft(**{name: getattr(ClaimDraft(), name) for name in names})
    assert {each.code for each in blocking(found(draft))} == {f"{name}_missing" for name in names}


texts = st.text(max_size=25) | st.sampled_from(["contoso.com", TENANT, "TEAMS", "a@b.de", "yes"])


@given(
    st.builds(
        ClaimDraft,
        **{name: texts for name in FIELDS_BY_NAME if isinstance(getattr(ClaimDraft(), name), str)},
        signed_on=st.none() | st.dates(),
        workloads=st.lists(texts, max_size=3, unique=True).map(tuple),
        in_proof=st.lists(texts, max_size=3).map(tuple),
        proof=st.none() | st.just(AttachedProof("0" * 64, "p.pdf", PDF, 1)),
    )
)
def test_every_draft_gets_an_answer_that_names_step_field_and_remedy(draft):
    for each in found(draft):
        assert each.step in range(1, 5)
        assert each.field in FIELDS_BY_NAME
        assert each.message
        assert each.remedy


@pytest.mark.parametrize(
    "tenant_id",
    ["contoso", "6f1c2f5e8f0a4c0e9a520c1f5b1a7d01", "00000000-0000-0000-0000-000000000000"],
)
def test_tenant_id_must_be_a_guid(tenant_id):
    assert "tenant_id_wrong" in codes(good_draft(tenant_id=tenant_id))


def test_tenant_id_may_be_in_capitals():
    assert codes(good_draft(tenant_id=TENANT.upper())) == []


def test_tenant_that_no_report_names_is_a_warning():
    known = facts(tenants=tenants().iloc[:0], domain_tenants=facts().domain_tenants.iloc[:0])
    assert codes(good_draft(), known) == ["tenant_id_unknown", "domain_unconfirmed"]


def test_domain_of_another_tenant_is_refused():
    others = facts().domain_tenants.assign(tenant_id=OTHER_TENANT, tenant_name="Fabrikam")
    known = facts(tenants=tenants(domain="contoso.de"), domain_tenants=others)
    assert codes(good_draft(), known) == ["domain_of_another_tenant"]
    assert "Fabrikam" in message("domain_of_another_tenant", good_draft(), known)


def test_domain_that_no_report_knows_is_a_warning():
    known = facts(domain_tenants=facts().domain_tenants.iloc[:0])
    assert codes(good_draft(domain="contoso.org"), known) == ["domain_unconfirmed"]
    told = message("domain_unconfirmed", good_draft(domain="contoso.org"), known)
    assert "contoso.com" in told


@pytest.mark.parametrize("domain", ["contoso", "contoso..com", "-a.com", "a b.com", "http://a.com"])
def test_domain_must_be_a_domain_name(domain):
    assert codes(good_draft(domain=domain)) == ["domain_wrong"]


@pytest.mark.parametrize("address", ["ana", "ana@", "@contoso.com", "a b@contoso.com", "a@b@c.de"])
@pytest.mark.parametrize("name", ["contact_email", "own_email"])
def test_addresses_must_have_the_form_of_addresses(name, address):
    assert codes(good_draft(**{name: address})) == [f"{name}_wrong"]


def test_own_address_as_the_customers_is_a_warning():
    assert codes(good_draft(own_email="Ana@contoso.com")) == ["contact_is_own"]


def test_unknown_location_is_a_warning_and_a_name_is_refused():
    assert codes(good_draft(partner_id="7654321")) == ["partner_id_unknown"]
    assert codes(good_draft(partner_id="Berg GmbH")) == ["partner_id_wrong"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"solution_area": "Azure"}, ["solution_area_unknown", "partner_role_unknown"]),
        ({"partner_role": "Presales"}, ["partner_role_unknown"]),
        (
            {"solution_area": "Business Applications", "partner_role": "Build intent - Advisor"},
            ["solution_area_without_workloads"],
        ),
    ],
)
def test_area_and_role_must_be_of_todays_form(changes, expected):
    assert codes(good_draft(**changes)) == expected


def test_unpaid_role_of_the_older_form_is_a_warning():
    draft = good_draft(
        solution_area="Microsoft 365", partner_role="Presales", signed_on=date(2021, 1, 1)
    )
    assert "partner_role_unpaid" in codes(draft, today=date(2021, 3, 1))


@pytest.mark.parametrize(
    ("signed_on", "expected"),
    [
        (date(2026, 11, 22), []),
        (date(2026, 11, 23), ["signed_on_future"]),
        (date(2025, 11, 22), []),  # twelve months to the day
        (date(2025, 11, 21), ["signed_on_old"]),
    ],
)
def test_signature_is_of_the_last_twelve_months(signed_on, expected):
    assert codes(good_draft(signed_on=signed_on)) == expected


def test_signature_on_the_last_of_a_month_is_valid_to_the_last_of_the_month():
    assert valid_until(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert valid_until(date(2025, 8, 31), 6) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("market", "segment", "answer", "expected"),
    [
        ("US", "Public Sector", "", ["disclosure_missing"]),
        ("Puerto Rico", "Government", "", ["disclosure_missing"]),
        ("DE", "Public Sector", "", []),
        ("US", "Enterprise", "", []),
        ("", "", "", []),
        ("DE", "Enterprise", "yes", ["disclosure_missing"]),
        ("US", "Public Sector", "no", ["public_sector_reported"]),
    ],
)
def test_public_sector_needs_a_disclosure(market, segment, answer, expected):
    known = facts(tenants=tenants(market=market, segment=segment))
    draft = good_draft(public_sector=answer)
    assert codes(draft, known) == expected
    signed = good_draft(public_sector=answer, is_disclosed=True)
    assert "disclosure_missing" not in codes(signed, known)
    assert needs_disclosure(draft, known) is ("disclosure_missing" in expected)


def test_claimed_workload_must_be_in_the_proof():
    draft = good_draft(workloads=("TEAMS", "EXO"), in_proof=("TEAMS",))
    both = [each for each in found(draft) if each.workload == "EXO"]
    assert [each.code for each in both] == ["workload_not_in_proof", "workload_not_reported"]
    assert both[0].message.startswith("Exchange Online")


def test_seats_under_the_minimum_are_a_warning():
    assert codes(good_draft(), facts(workloads=workloads(paid_available_units=150))) == []
    few = facts(workloads=workloads(paid_available_units=149))
    assert codes(good_draft(), few) == ["seats_under_minimum"]


def test_usage_at_claim_is_compared_with_the_buckets_limit():
    """FY23: the shipped limit of the bucket that 400 seats fall into, one user above it."""
    rules = PROGRAM.on(FY23)
    bucket = [each.name for each in rules.buckets if each.from_units <= 400][-1]
    limit = next(each.percent for each in rules.maximum_usage_at_claim if each.bucket == bucket)
    draft = good_draft(signed_on=date(2023, 3, 1), solution_area="Modern Work and Security")
    at_limit = facts(workloads=workloads(monthly_active_users=4 * limit))
    above = facts(workloads=workloads(monthly_active_users=4 * limit + 1))
    assert "usage_too_high" not in codes(draft, at_limit, today=FY23)
    assert "usage_too_high" in codes(draft, above, today=FY23)
    assert "usage_too_high" not in codes(good_draft(), above)  # the growth model has no limit


def test_workload_that_is_not_paid_is_a_warning():
    known = facts(workloads=workloads(workload="SFB", workload_name="Skype for Business"))
    draft = good_draft(workloads=("SFB",), in_proof=("SFB",))
    assert codes(draft, known) == ["workload_not_paid"]


def rival(signed_on):
    held = {"is_held": True, "holder_id": "7777777", "holder_name": "Nord AG"}
    claim = {"claim_id": "9", "workload": "TEAMS", "partner_id": "7777777"}
    told = claims(claim | {"status": "Approved", "proof_signed_on": signed_on})
    return facts(workloads=workloads(**held), claims=told)


def test_older_proof_of_another_holder_loses():
    told = message("held_by_another", good_draft(), rival(date(2026, 10, 11)))
    assert "Nord AG" in told
    assert "Yours is newer" in told


@pytest.mark.parametrize("signed_on", [date(2026, 10, 12), date(2026, 11, 1)])
def test_proof_of_another_holder_that_is_not_older_wins(signed_on):
    assert "so it would lose" in message("held_by_another", good_draft(), rival(signed_on))


def test_holder_whose_proof_is_not_known_is_named():
    told = message("held_by_another", good_draft(), rival(None))
    assert "the newer one wins" in told


@pytest.mark.parametrize(("status", "is_found"), [("Under review", True), ("Rejected", False)])
def test_own_claim_that_is_not_over_is_a_warning(status, is_found):
    own = {"claim_id": "9001", "workload": "TEAMS", "partner_id": "1234567", "status": status}
    assert ("own_claim_exists" in codes(good_draft(), facts(claims=claims(own)))) is is_found


def test_own_holding_is_a_warning():
    held = workloads(is_held=True, holder_id="1234567", holder_name="Berg GmbH")
    assert codes(good_draft(), facts(workloads=held)) == ["own_claim_exists"]


def ahead(**changes):
    row = {
        "workload": "TEAMS",
        "milestone": 15,
        "state": "unclaimed",
        "users_needed": 40,
        "monthly_pace": 10.0,
        "added_value_usd_e4": 45_000_000,
        "is_example": True,
        "as_of": OCT,
    }
    return facts(milestones=milestones(row | changes))


def test_threshold_that_passes_soon_asks_to_claim_before():
    """40 users at 10 a month: passes in Feb 2027, so approval is needed by 1 Jan 2027; the
    review may take 5 + 14 business days, so the claim by 7 Dec 2026."""
    told = [each for each in found(good_draft(), ahead()) if each.code == "claim_before"]
    assert "Feb 2027" in told[0].message
    assert told[0].remedy == "Submit the claim by 07 December 2026."


def test_threshold_that_passes_at_once_is_too_late():
    assert codes(good_draft(), ahead(users_needed=5)) == ["claim_too_late"]


@pytest.mark.parametrize(
    "changes",
    [{"users_needed": 100}, {"monthly_pace": 0.0}, {"state": "reached"}, {"state": "in_flight"}],
)
def test_threshold_far_ahead_passed_or_held_asks_for_nothing(changes):
    assert codes(good_draft(), ahead(**changes)) == []


def test_standing_sums_what_is_open():
    rows = [
        {"workload": "TEAMS", "milestone": 15, "state": "unclaimed", "users_needed": 40},
        {"workload": "TEAMS", "milestone": 40, "state": "unclaimed", "users_needed": 140},
        {"workload": "TEAMS", "milestone": 60, "state": "missed", "users_needed": 0},
    ]
    told = {"monthly_pace": 0.0, "added_value_usd_e4": 10_000, "is_example": False, "as_of": OCT}
    known = facts(milestones=milestones(*(row | told for row in rows)))
    line = workload_standing(known, ("TEAMS",), PROGRAM, TODAY).iloc[0]
    assert line["open_milestones"] == "15%, 40%"
    assert line["open_value_usd_e4"] == 20_000
    assert line["users_needed"] == 40
    assert line["usage"] == 0.05
