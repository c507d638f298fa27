"""Lists of users and grants from files: read, compared with what is in force, taken over whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, select

from data_access.access_rules import ProviderClaims
from data_access.access_store import granted_by_user, granted_to, user_by_key, users_where
from data_access.access_transaction import (
    Occasion,
    ReadUser,
    announce_in,
    changing,
    give_in,
    identity_fault,
    read_again,
    revoke_in,
)
from data_access.errors import InsightsError
from data_access.files import read_tables
from data_access.schema import global_account, partner, tenant
from data_access.store import Store
from data_access.types import Scope
from insights.grant_lists import LABELS, PROBLEM_COLUMNS, ListedUser, users_from_texts
from insights.grants import Grant

MOST_USERS = 2_000
NEW, TAKEN, SAME = "new", "taken away", "unchanged"

_KNOWN = {
    "partner": partner.c.partner_id,
    "account": global_account.c.account_id,
    "tenant": tenant.c.tenant_id,
    "market": tenant.c.market,
    "segment": tenant.c.segment,
}


@dataclass(frozen=True, slots=True)
class ListPlan:
    """What taking a list over would do, and the users as they were when it was told.

    `effects`: one row per grant; user_key ('' new), name, email, directory_id, object_id, effect
    (NEW, TAKEN, SAME), kind, value. `announced`: users who are not known yet.
    """

    listed: tuple[ListedUser, ...]
    versions: Mapping[tuple[str, str], ReadUser]
    effects: pd.DataFrame
    announced: int

    def count(self, effect: str) -> int:
        """Return how many grants the list gives, takes away or leaves."""
        return int((self.effects["effect"] == effect).sum())


def users_from_file(content: bytes, name: str) -> tuple[tuple[ListedUser, ...], pd.DataFrame]:
    """Return the users of a CSV or Excel file and what is wrong with it; nothing is stored.

    Problems: row, column, message, remedy. Raises RefusedFileError where the file is no table.
    """
    table = read_tables(name, content)[0]
    positions = range(len(table.row_numbers))
    rows = [[column.text(at) for column in table.columns] for at in positions]
    listed, problems = users_from_texts(table.header, rows, [int(n) for n in table.row_numbers])
    malformed = [
        {
            "row": each.row,
            "column": "",
            "message": f"The row has {len(each.cells)} cells, the header {len(table.header)}.",
            "remedy": "Put texts that contain the separator into quotation marks.",
        }
        for each in table.malformed
    ]
    more = pd.DataFrame(malformed, columns=list(PROBLEM_COLUMNS))
    return listed, pd.concat([problems, more], ignore_index=True)


def unknown_grants(store: Store, granted: Iterable[Grant]) -> set[Grant]:
    """Return the grants whose partner, account, customer, market or segment no report names.

    These are no errors: a customer may be reported later.
    """
    by_kind: dict[str, set[str]] = {}
    for grant in granted:
        by_kind.setdefault(grant.kind, set()).add(grant.value)
    unknown = set()
    with store.read() as connection:
        for kind, column in _KNOWN.items():
            if values := by_kind.get(kind):
                known = set(connection.scalars(select(column).distinct()))
                unknown |= {Grant(kind, value) for value in values - known}
    return unknown


def unknown_in_list(store: Store, listed: Iterable[ListedUser]) -> pd.DataFrame:
    """Return what a list names that the reports do not: row, column, message, remedy."""
    users = tuple(listed)
    unknown = unknown_grants(store, {grant for user in users for grant in user.grants})
    rows = [
        {
            "row": user.row,
            "column": LABELS[grant.kind],
            "message": f"{grant.value[:60]} is not in the reports.",
            "remedy": "Check the spelling; it may also be reported later.",
        }
        for user in users
        for grant in sorted(user.grants & unknown)
    ]
    return pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS))


def plan_of(store: Store, listed: tuple[ListedUser, ...], *, on: Occasion) -> ListPlan:
    """Return what taking a list over would do; nothing is changed.

    Raises InsightsError where a new user's ids are refused, or the list is too long.
    """
    if len(listed) > MOST_USERS:
        raise InsightsError(f"A list can have {MOST_USERS:,} users at most.", "Split it.")
    with store.app_read() as connection:
        known = {user.identity: user for user in users_where(connection, [])}
        granted = granted_by_user(connection, [])
    effects: list[dict[str, str]] = []
    for each in listed:
        user = known.get(each.identity)
        if user is None:
            _refuse_wrong(each, on)
        key = "" if user is None else user.user_key
        who = {
            "user_key": key,
            "name": each.name or each.object_id if user is None else user.title,
            "email": each.email if user is None else user.email,
            "directory_id": each.directory_id,
            "object_id": each.object_id,
        }
        effects += [{**who, **one} for one in _effects(each, granted.get(key, set()))]
    columns = [*_WHO, "effect", "kind", "value"]
    read = {one: ReadUser(known[one].user_key, known[one].version) for one in known}
    wanted = {each.identity: read[each.identity] for each in listed if each.identity in read}
    return ListPlan(
        listed, wanted, pd.DataFrame(effects, columns=columns), len(listed) - len(wanted)
    )


def take_over(store: Store, scope: Scope, plan: ListPlan, *, on: Occasion) -> None:
    """Give and take away what a plan says, in one transaction.

    Raises DeniedError where the role may not, LastAdminError where nobody would be left to give
    access, ChangedMeanwhileError where one of the users was changed since the plan was made.
    """
    with changing(store, scope, on) as connection:
        for each in plan.listed:
            read = plan.versions.get(each.identity)
            if read is None:
                announced = ProviderClaims(*each.identity, name=each.name, email=each.email)
                announce_in(connection, scope, announced, set(each.grants), on=on)
            else:
                _take_over_user(connection, scope, each, read, on=on)


# --- parts ----------------------------------------------------------------------------------------

_WHO = ("user_key", "name", "email", "directory_id", "object_id")


def _take_over_user(
    connection: Connection, scope: Scope, listed: ListedUser, read: ReadUser, *, on: Occasion
) -> None:
    user = read_again(connection, read)
    held = {one for one in granted_to(connection, user.user_key) if one.kind in listed.told}
    revoke_in(connection, scope, user, held - listed.grants, on=on)
    now = user_by_key(connection, user.user_key) or user
    give_in(connection, scope, now, set(listed.grants), on=on)


def _effects(listed: ListedUser, held: set[Grant]) -> list[dict[str, str]]:
    told = {one for one in held if one.kind in listed.told}
    parts = (
        (NEW, listed.grants - told),
        (TAKEN, told - listed.grants),
        (SAME, told & listed.grants),
    )
    return [
        {"effect": effect, "kind": grant.kind, "value": grant.value}
        for effect, found in parts
        for grant in sorted(found)
    ]


def _refuse_wrong(listed: ListedUser, on: Occasion) -> None:
    claims = ProviderClaims(*listed.identity)
    fault = identity_fault(claims, on.mapping)
    if fault is not None:
        raise InsightsError(f"Row {listed.row}: {fault[0]}", fault[1])
