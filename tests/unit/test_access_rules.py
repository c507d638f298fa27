"""From grants to scopes: the strongest role, dimensions that narrow, rights on top."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.access_mapping import AccessMapping
from data_access.access_rules import (
    ProviderClaims,
    User,
    admins_among,
    groups_of,
    scope_from,
    texts_json,
)
from data_access.types import CAPABILITIES
from insights.grants import DIMENSIONS, KINDS, ROLES, Grant, grant_fault, normal_grant

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOTHING = AccessMapping()
LIMITS = ("partner_ids", "account_ids", "tenant_ids", "markets", "segments")


def user(**values) -> User:
    usual = {
        "user_key": "u",
        "directory_id": "d",
        "object_id": "o",
        "name": "Ana",
        "email": "ana@example.com",
        "roles": (),
        "groups": (),
        "person": "",
        "is_active": True,
        "version": 1,
        "first_seen_at": NOW,
        "signed_in_at": NOW,
        "last_seen_at": NOW,
    }
    return User(**(usual | values))


def role(code: str) -> Grant:
    return Grant("role", code)


def test_without_a_role_there_is_no_scope_at_all():
    assert scope_from(user(), [Grant("partner", "p"), Grant("everything")], NOTHING) is None


def test_an_account_manager_without_customers_sees_none():
    scope = scope_from(user(person="ana@example.com"), [role("account_manager")], NOTHING)
    assert [getattr(scope, name) for name in LIMITS] == [()] * 5
    assert (scope.who, scope.user_key, scope.person) == ("Ana", "u", "ana@example.com")


def test_values_of_a_dimension_add_and_dimensions_narrow_each_other():
    granted = [role("sales"), Grant("market", "US"), Grant("market", "DE"), Grant("segment", "SMB")]
    scope = scope_from(user(), granted, NOTHING)
    assert scope.markets == ("DE", "US")
    assert scope.segments == ("SMB",)
    assert (scope.partner_ids, scope.account_ids, scope.tenant_ids) == (None, None, None)


@pytest.mark.parametrize("code", ["leadership", "admin"])
def test_a_role_of_the_whole_store_is_not_limited(code):
    assert scope_from(user(), [role(code), Grant("partner", "p")], NOTHING).is_unrestricted


def test_every_customer_lifts_the_limits_and_rights_come_on_top():
    granted = [role("account_manager"), Grant("partner", "p"), Grant("everything"), Grant("money")]
    scope = scope_from(user(), granted, NOTHING)
    assert scope.is_unrestricted
    assert scope.may("money")
    assert not scope.may("import")


def test_store_and_provider_add_up_and_the_strongest_role_counts():
    mapping = AccessMapping(
        roles={"Lead": "leadership"}, groups={"g": (role("sales"), Grant("market", "DE"))}
    )
    told = user(roles=("Lead",), groups=("g",))
    assert scope_from(told, [role("account_manager")], mapping).role == "leadership"
    assert scope_from(user(groups=("g",)), [Grant("segment", "S")], mapping).markets == ("DE",)
    assert scope_from(user(groups=None), [], mapping) is None  # the provider left them out


def test_nobody_inactive_has_a_scope_but_an_admin_of_the_configuration():
    assert scope_from(user(is_active=False), [role("admin")], NOTHING) is None
    mapping = AccessMapping(admins=(("d", "o"),))
    assert scope_from(user(is_active=False), [], mapping).role == "admin"


def test_a_provider_counts_for_admins_while_its_word_is_fresh():
    mapping = AccessMapping(roles={"A": "admin"})
    stale = NOW - timedelta(days=31)
    everybody = [
        user(user_key="store"),
        user(user_key="fresh", roles=("A",)),
        user(user_key="stale", roles=("A",), signed_in_at=stale),
        user(user_key="never", roles=("A",), signed_in_at=None),
        user(user_key="left", is_active=False),
        user(user_key="announced", first_seen_at=None, signed_in_at=None),
    ]
    granted = {"store": {role("admin")}, "left": {role("admin")}, "never": {role("sales")}}
    granted["announced"] = {role("admin")}
    assert admins_among(everybody, granted, mapping, now=NOW) == {"store", "fresh"}


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ({"groups": ["b", "a"]}, ("b", "a")),
        ({}, ()),
        ({"_claim_names": {"groups": "src1"}}, None),
        ({"hasgroups": True}, None),
        ({"hasgroups": "true"}, None),
        ({"_claim_names": {"roles": "src1"}}, ()),
        ({"groups": "a"}, ()),
    ],
)
def test_groups_that_a_token_leaves_out_are_known_to_be_left_out(claims, groups):
    assert groups_of(claims) == groups


def test_groups_are_stored_sorted_and_left_out_ones_as_null():
    assert (texts_json(("b", "a", "b")), texts_json(None)) == ('["a", "b"]', "null")


def test_an_identity_is_compared_in_one_spelling():
    told = ProviderClaims(
        " {11111111-AAAA-3333-4444-555555555555} ", "66666666-7777-8888-9999-00000000000B"
    )
    assert told.identity == (
        "11111111-aaaa-3333-4444-555555555555",
        "66666666-7777-8888-9999-00000000000b",
    )
    assert ProviderClaims("https://id.example.com", "Sub|A").identity[1] == "Sub|A"


GRANTS = st.sampled_from(
    [Grant(kind.code, "v" if kind.has_value else "") for kind in KINDS if kind.code != "role"]
    + [role(code) for code in ROLES]
)


@given(st.sets(GRANTS), GRANTS)
def test_a_grant_more_never_takes_a_capability_away(granted, more):
    before = scope_from(user(), granted, NOTHING)
    after = scope_from(user(), granted | {more}, NOTHING)
    if before is None:
        return
    mine = before.capabilities or CAPABILITIES[before.role]
    stronger = list(ROLES).index(after.role) < list(ROLES).index(before.role)
    assert stronger or mine <= (after.capabilities or CAPABILITIES[after.role])


@given(st.sets(GRANTS))
def test_only_a_role_or_every_customer_gives_the_whole_store(granted):
    scope = scope_from(user(), granted, NOTHING)
    if scope is None:
        assert not any(grant.kind == "role" for grant in granted)
        return
    whole = scope.role in ("leadership", "admin") or Grant("everything") in granted
    assert scope.is_unrestricted == whole
    if not whole:
        given_kinds = {grant.kind for grant in granted} & set(DIMENSIONS)
        limited = [name for name in LIMITS if getattr(scope, name) is not None]
        assert len(limited) == (len(given_kinds) or 5)


@given(st.sampled_from([kind.code for kind in KINDS] + ["boss"]), st.text(max_size=300))
def test_a_grant_is_normal_or_has_a_fault_in_words(kind, value):
    grant = normal_grant(kind, value)
    fault = grant_fault(grant)
    assert fault is None or fault.strip()
    assert normal_grant(grant.kind, grant.value) == grant
    if fault is None:
        assert grant.value.isprintable()
