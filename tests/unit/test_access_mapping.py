"""The section [access]: what it gives, and that nothing wrong passes silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.access_mapping import AccessMapping, MappingError, mapping_from
from insights.grants import Grant

TID = "11111111-2222-3333-4444-555555555555"
GROUP = "AAAAAAAA-2222-3333-4444-555555555555"


def test_a_section_gives_roles_grants_and_the_way_back_in():
    mapping = mapping_from(
        {
            "directories": [TID.upper()],
            "session_hours": 8,
            "contact": " it@example.com ",
            "admins": [f"{TID}/66666666-7777-8888-9999-00000000000A"],
            "roles": {"Insights.Admin": "admin", "Insights.Lead": "Leadership"},
            "groups": {
                "g-sales": "sales",
                GROUP: {"role": "account_manager", "partners": ["p1", "p2"], "money": True},
            },
        }
    )
    assert (mapping.directories, mapping.session_hours) == ((TID,), 8.0)
    assert mapping.contact == "it@example.com"
    assert mapping.roles == {"Insights.Admin": "admin", "Insights.Lead": "leadership"}
    me = (TID, "66666666-7777-8888-9999-00000000000a")
    assert mapping.is_admin(me)
    assert mapping.grants_of(me, [], []) == {Grant("role", "admin")}
    assert mapping.grants_of((TID, "x"), ["Insights.Lead", "Other"], [GROUP, "unknown"]) == {
        Grant("role", "leadership"),
        Grant("role", "account_manager"),
        Grant("partner", "p1"),
        Grant("partner", "p2"),
        Grant("money"),
    }
    assert (mapping.allows(TID.upper()), mapping.allows("other")) == (True, False)


def test_no_section_gives_nobody_anything():
    assert mapping_from({}) == AccessMapping()
    assert mapping_from({}).grants_of((TID, "x"), ["admin"], ["admin"]) == set()
    assert mapping_from({}).session_hours == 10


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"role": {}}, r"no key 'role'"),
        ({"directories": TID}, "access.directories is no list"),
        ({"directories": [1]}, "access.directories is no list"),
        ({"session_hours": 25}, "access.session_hours is 25"),
        ({"session_hours": 0}, "access.session_hours is 0"),
        ({"session_hours": True}, "access.session_hours is True"),
        ({"session_hours": float("nan")}, "access.session_hours is nan"),
        ({"session_hours": "8"}, "access.session_hours is '8'"),
        ({"contact": 7}, "access.contact"),
        ({"admins": ["ana@example.com"]}, "access.admins names 'ana@example.com'"),
        ({"admins": [f"{TID}/ana@example.com"]}, "access.admins names"),
        ({"admins": ["other/x"], "directories": [TID]}, "may not sign in"),
        ({"roles": []}, "access.roles is no section"),
        ({"roles": {"A": "boss"}}, "access.roles.A is wrong"),
        ({"roles": {"A": ["admin"]}}, "access.roles.A is"),
        ({"groups": {"g": "boss"}}, "access.groups.g is wrong"),
        ({"groups": {"g": {}}}, "access.groups.g gives nothing"),
        ({"groups": {"g": {"everything": False}}}, "access.groups.g gives nothing"),
        ({"groups": {"g": {"partner": ["p"]}}}, r"no key 'partner'"),
        ({"groups": {"g": {"partners": "p"}}}, "access.groups.g.partners is no list"),
        ({"groups": {"g": {"money": "yes"}}}, "access.groups.g.money is 'yes'"),
        ({"groups": {GROUP: "sales", GROUP.lower(): "admin"}}, "twice"),
        ({"groups": {"g": 3}}, "neither a role nor a section"),
    ],
)
def test_what_is_wrong_is_refused_with_key_and_remedy(section, words):
    with pytest.raises(MappingError, match=words) as refused:
        mapping_from(section)
    assert refused.value.hint


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["directories", "session_hours", "contact", "admins", "roles", "groups"])


@given(st.dictionaries(KEYS | st.text(max_size=6), ANYTHING, max_size=4))
def test_any_section_is_either_understood_or_refused(section):
    refused, mapping = "", AccessMapping()
    try:
        mapping = mapping_from(section)
    except MappingError as error:
        refused = f"{error} {error.hint}"
    if refused:
        assert "access" in refused
        return
    assert 0 < mapping.session_hours <= 24
    assert set(mapping.roles.values()) <= {"admin", "leadership", "sales", "account_manager"}
