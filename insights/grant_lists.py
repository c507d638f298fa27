"""Users and their grants as a table of texts: one row per user, as files bring it in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from insights.grants import KINDS_BY_CODE, ROLES, Grant, grant_fault, normal_grant, normal_id

PROBLEM_COLUMNS = ("row", "column", "message", "remedy")

LABELS: dict[str, str] = {
    "directory_id": "Directory id",
    "object_id": "Object id",
    "name": "Name",
    "email": "E-mail",
    "role": "Role",
    "partner": "Partners",
    "account": "Global accounts",
    "tenant": "Customers",
    "market": "Markets",
    "segment": "Segments",
    "everything": "Every customer",
    "money": "Money",
    "contacts": "Contacts",
}
"""Columns of a list of users, as the template writes them; from Role on they are grants."""

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "directory_id": ("directoryid", "tid", "directory", "directorytenantid"),
    "object_id": ("objectid", "oid", "userid", "userobjectid"),
    "name": ("name", "displayname"),
    "email": ("email", "mail", "upn", "userprincipalname"),
    "role": ("role",),
    "partner": ("partners", "partner", "partnerids", "partnerid", "mpnid", "locations"),
    "account": ("globalaccounts", "globalaccount", "accounts", "account", "accountid"),
    "tenant": ("customers", "customer", "tenants", "tenantids", "tenantid"),
    "market": ("markets", "market"),
    "segment": ("segments", "segment"),
    "everything": ("everycustomer", "everything", "allcustomers"),
    "money": ("money",),
    "contacts": ("contacts",),
}
_NEEDED = ("directory_id", "object_id")
_YES, _NO = {"yes", "y", "true", "1"}, {"", "no", "n", "false", "0"}
_NAMES = ("market", "segment")
"""Kinds whose values may hold a comma."""


@dataclass(frozen=True, slots=True)
class ListedUser:
    """One row of a list: who, and every grant of the kinds that the list tells of."""

    row: int
    directory_id: str
    object_id: str
    name: str
    email: str
    grants: frozenset[Grant]
    told: frozenset[str]
    """Kinds that the list has a column for; grants of other kinds stay as they are."""

    @property
    def identity(self) -> tuple[str, str]:
        """Return directory and object id."""
        return self.directory_id, self.object_id


def users_from_texts(
    header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]
) -> tuple[tuple[ListedUser, ...], pd.DataFrame]:
    """Return the users of a table of texts that nothing is wrong with, and all problems.

    Problems: PROBLEM_COLUMNS; row 0 speaks of the whole table. Whoever is listed twice is a
    problem of the second row.
    """
    places = _places(header)
    problems = _header_problems(header, places)
    listed: dict[tuple[str, str], ListedUser] = {}
    if not problems:
        for number, row in zip(numbers, rows, strict=True):
            texts = {name: row[place].strip() for name, place in places.items()}
            user, faults = _user(number, texts)
            if user.identity in listed:
                above = listed[user.identity].row
                faults.append(("object_id", f"The user is in row {above} already.", _ONE_ROW))
            problems += [_problem(number, header[places[name]], *fault) for name, *fault in faults]
            if not faults:
                listed[user.identity] = user
    if not listed and not problems:
        problems.append(_problem(0, "", "The list names nobody.", "Add one row per user."))
    return tuple(listed.values()), pd.DataFrame(problems, columns=list(PROBLEM_COLUMNS))


def list_rows(users: pd.DataFrame, granted: Mapping[str, Iterable[Grant]]) -> pd.DataFrame:
    """Return users with the grants given here as a list that can be changed and uploaded.

    `users` has directory_id, object_id, name, email and user_key; `granted` is by user key.
    """
    told = [_cells(sorted(granted.get(str(key), ()))) for key in users["user_key"]]
    cells = pd.DataFrame(told, index=users.index, columns=list(KINDS_BY_CODE), dtype="str")
    own = users[["directory_id", "object_id", "name", "email"]]
    return pd.concat([own, cells], axis=1).rename(columns=LABELS)


def template_csv() -> str:
    """Return a list with its header and one example row, to be filled in."""
    example = (
        "11111111-2222-3333-4444-555555555555,66666666-7777-8888-9999-000000000000,"
        "Ana Lind,ana@example.com,Account manager,4567890; 4567891,,,,,no,no,no"
    )
    return ",".join(LABELS.values()) + "\n" + example + "\n"


# --- parts ----------------------------------------------------------------------------------------

_ONE_ROW = "Keep one row per user."
_IDS = "Copy it from the identity provider; an e-mail address is no identity."

Fault = tuple[str, str, str]
"""field, message, remedy"""


def _user(number: int, texts: Mapping[str, str]) -> tuple[ListedUser, list[Fault]]:
    ids = {name: normal_id(texts[name]) for name in _NEEDED}
    faults: list[Fault] = [
        (name, f"{one[:60]!r} is no id." if one else "The id is missing.", _IDS)
        for name, one in ids.items()
        if not one or "@" in one
    ]
    grants: set[Grant] = set()
    for kind in KINDS_BY_CODE:
        if kind in texts:
            found, wrong = _grants(kind, texts[kind])
            grants |= found
            faults += wrong
    user = ListedUser(
        row=number,
        **ids,
        name=re.sub(r"\s+", " ", texts.get("name", "")),
        email=texts.get("email", "").lower(),
        grants=frozenset(grants),
        told=frozenset(kind for kind in KINDS_BY_CODE if kind in texts),
    )
    return user, faults


def _grants(kind: str, text: str) -> tuple[set[Grant], list[Fault]]:
    """Return the grants that one cell gives, and what is wrong with it."""
    if not KINDS_BY_CODE[kind].has_value:
        word = text.lower()
        if word in _YES | _NO:
            return ({Grant(kind)} if word in _YES else set()), []
        return set(), [(kind, f"{text[:40]!r} is not understood.", "Write yes or no.")]
    parts = re.split(r"[;|\n]" if kind in _NAMES else r"[;,|\n]", text)
    found = {normal_grant(kind, part) for part in parts if part.strip()}
    faults = [fault for one in sorted(found) if (fault := grant_fault(one)) is not None]
    if kind == "role":
        remedy = f"Use one of: {', '.join(ROLES.values())}; or leave it empty."
        message = "A user has one role at most." if len(found) > 1 else "This is no role."
        return found, [(kind, message, remedy)] if faults or len(found) > 1 else []
    return found, [(kind, fault, "Correct the cell.") for fault in faults]


def _cells(granted: Sequence[Grant]) -> list[str]:
    """Return the cells of a user's grants, one per kind."""
    cells = []
    for kind in KINDS_BY_CODE.values():
        values = [grant.value for grant in granted if grant.kind == kind.code]
        if kind.code == "role":
            values = [ROLES[role] for role in ROLES if role in values][:1]
        cells.append("; ".join(values) if kind.has_value else "yes" if values else "no")
    return cells


def _places(header: Sequence[str]) -> dict[str, int]:
    spelled = [re.sub(r"[^0-9a-z]+", "", title.lower()) for title in header]
    found = {
        name: min((spelled.index(word) for word in words if word in spelled), default=-1)
        for name, words in _SPELLINGS.items()
    }
    return {name: place for name, place in found.items() if place >= 0}


def _header_problems(header: Sequence[str], places: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the problems of a header: nothing is guessed of a column that is not known."""
    problems = [
        _problem(0, "", f"There is no column {LABELS[name]}.", f"Add a column {LABELS[name]}.")
        for name in _NEEDED
        if name not in places
    ]
    known = f"Remove it or rename it to one of: {', '.join(LABELS.values())}."
    unknown = [title for at, title in enumerate(header) if at not in places.values()]
    problems += [_problem(0, title, "This column is not known.", known) for title in unknown]
    if not problems and not set(places) & set(KINDS_BY_CODE):
        problems.append(_problem(0, "", "No column tells a grant.", "Add a column Role."))
    return problems


def _problem(row: int, column: str, message: str, remedy: str) -> dict[str, Any]:
    return {"row": row, "column": column, "message": message, "remedy": remedy}
