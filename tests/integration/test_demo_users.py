"""The demo's invented users: each role, different customers, and nobody can be one of them."""

from datetime import UTC, datetime

import pytest

from data_access import access_store
from data_access.access_mapping import AccessMapping
from data_access.access_rules import admins_among
from data_access.demo.users import add_users
from data_access.demo.work import add_past_work
from data_access.people_store import people
from data_access.queries.access import customers_seen
from data_access.types import OPEN_END
from insights.grants import ROLES
from insights.months import month_index
from tests.builders import fill_store

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
JAN, OCT = month_index(2024, 1), month_index(2026, 10)


@pytest.fixture
def peopled(sqlite_store):
    """A store of 60 customers in three markets with the demo's people and users."""
    usage = [
        (f"t{at}", "TEAMS", month, 1000, 60 + 7 * at + 3 * (month - JAN))
        for at in range(60)
        for month in range(JAN, OCT + 1)
    ]
    held = [(f"p{at % 9}", f"t{at}", "TEAMS", JAN, OPEN_END) for at in range(60)]
    tenants = {f"t{at}": {"market": "ABC"[at % 3]} for at in range(60)}
    accounts = {f"p{at}": "a1" for at in range(9)}
    fill_store(sqlite_store, usage, held, tenants=tenants, accounts=accounts)
    add_past_work(sqlite_store, seed=5, now=NOW)
    assert add_users(sqlite_store, now=NOW) == 7
    return sqlite_store


def test_every_role_is_there_with_its_own_customers(peopled):
    users = access_store.stored_users(peopled)
    scopes = {
        user.name: access_store.scope_of(peopled, user.user_key, mapping=AccessMapping())
        for user in users
    }
    assert {scope.role for scope in scopes.values() if scope} == set(ROLES)
    with peopled.read() as connection:
        seen = {name: customers_seen(connection, scope) for name, scope in scopes.items() if scope}
    assert seen["Alba Moreau (example)"] == 13  # every ninth from t0, and from t8
    assert seen["Bram Keller (example)"] == 5
    assert seen["Irene Vidal (example)"] == 40  # two of three markets
    assert seen["Katja Brandt (example)"] == seen["Nora Falk (example)"] == 60
    assert scopes["Joost Maas (example)"].may("money")
    assert scopes["Oskar Lund (example)"] is None


def test_nobody_of_them_is_real_linked_to_a_stranger_or_the_admin_that_is_left(peopled):
    users = access_store.stored_users(peopled)
    assert all(user.directory_id == "example.invalid" for user in users)
    assert all(user.name.endswith("(example)") for user in users)
    listed = set(people(peopled)["email"])
    assert {user.person for user in users} - {""} <= listed
    with peopled.app_read() as connection:
        granted = access_store.granted_by_user(connection, [])
    assert not admins_among(users, granted, AccessMapping(), now=NOW)


def test_users_who_are_there_stay_alone(peopled):
    assert add_users(peopled, now=NOW) == 0
    assert len(access_store.stored_users(peopled)) == 7
