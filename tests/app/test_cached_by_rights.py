"""What is remembered is shared by equal rights, and by nothing else."""

from dataclasses import fields, replace

import pytest
import streamlit as st

from data_access.queries import options
from data_access.types import CAPABILITIES, LOCAL_USER, Scope
from pages.shared import cached
from tests.builders import fill_store

ANA = Scope(
    "Ana",
    "account_manager",
    partner_ids=("p2", "p1"),
    user_key="key1",
    person="ana@example.com",
)
BEN = Scope(
    "Ben",
    "account_manager",
    partner_ids=("p1", "p2"),
    user_key="key2",
    person="ben@example.com",
    viewed_by="key9",
)
LIMITS = ("partner_ids", "account_ids", "tenant_ids", "markets", "segments")
WHOSE = ("who", "role", "user_key", "person", "viewed_by")


def test_every_field_of_a_scope_is_a_right_or_says_whose_it_is():
    assert {field.name for field in fields(Scope)} == {*LIMITS, *WHOSE, "capabilities"}


def test_rights_of_two_users_with_the_same_grants_are_equal():
    assert ANA.rights == BEN.rights
    assert replace(ANA, role="sales", capabilities=CAPABILITIES["account_manager"]).rights == (
        ANA.rights
    )


@pytest.mark.parametrize("limit", LIMITS)
def test_rights_differ_when_any_limit_does(limit):
    told = [replace(LOCAL_USER, **{limit: value}).rights for value in (None, (), ("a",), ("b",))]
    assert len(set(told)) == 4


def test_rights_differ_when_one_capability_does():
    seen = {replace(ANA, capabilities=frozenset(each)).rights for each in (("money",), ("work",))}
    assert len(seen) == 2
    assert replace(ANA, role="sales").rights != ANA.rights


@pytest.fixture
def asked(sqlite_store, monkeypatch):
    """The scopes that reached the query, and a function that asks it."""
    held = [(f"p{n}", f"t{n}", "TEAMS", 24_300, 99_999) for n in (1, 2, 3)]
    fill_store(sqlite_store, [(f"t{n}", "TEAMS", 24_300, 10, 5) for n in (1, 2, 3)], held)
    reached = []

    def partner_names(connection, scope):
        reached.append(scope)
        return options.partner_options(connection, scope)

    monkeypatch.setattr(cached.st, "session_state", {})
    cached.use_store(sqlite_store)
    yield reached, lambda scope: cached.read(partner_names, scope)["partner_id"].tolist()
    st.cache_data.clear()
    st.cache_resource.clear()


def test_entry_is_shared_by_equal_rights_and_by_nobody_else(asked):
    reached, partners = asked
    assert partners(ANA) == partners(BEN) == ["p1", "p2"]
    assert len(reached) == 1
    assert partners(replace(BEN, partner_ids=("p1",))) == ["p1"]
    assert partners(replace(BEN, markets=("FR",))) == []
    assert partners(LOCAL_USER) == ["p1", "p2", "p3"]
    assert len(reached) == 4
    assert all((one.who, one.user_key, one.person) == ("", "", "") for one in reached)
