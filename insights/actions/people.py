"""People who own actions: what is said of one, and reading a list of them from a file's texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

ROLES: dict[str, str] = {
    "account_manager": "Account manager",
    "sales": "Sales",
    "leadership": "Leadership",
    "admin": "Admin",
}
"""Roles by code, as they are called on screen."""

USUAL_HOURS = 5.0
"""Hours a week for actions where a list does not say."""

MOST_HOURS = 60.0
LONGEST_NAME = 200
MOST_IDS = 2_000
"""Partners or customers that one person can own by name."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person: e-mail in lower case, owned partners and customers by id, hours for actions."""

    email: str
    name: str
    role: str = "account_manager"
    partner_ids: tuple[str, ...] = ()
    tenant_ids: tuple[str, ...] = ()
    hours_per_week: float = USUAL_HOURS
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class PersonFault:
    """What is wrong with one field of a person, and what to do."""

    field: str
    message: str
    remedy: str


FRAME_COLUMNS = (
    "email",
    "name",
    "role",
    "partner_ids",
    "tenant_ids",
    "hours_per_week",
    "is_active",
    "row",
)
PROBLEM_COLUMNS = ("row", "column", "message", "remedy")

LABELS: dict[str, str] = {
    "email": "E-mail",
    "name": "Name",
    "role": "Role",
    "partner_ids": "Partners",
    "tenant_ids": "Customers",
    "hours_per_week": "Hours per week",
    "is_active": "Active",
}
"""Columns of a people list, as the template writes them."""

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "email": ("email", "mail", "emailaddress", "upn", "userprincipalname"),
    "name": ("name", "fullname", "displayname", "person"),
    "role": ("role",),
    "partner_ids": ("partners", "partner", "partnerids", "partnerid", "mpnid", "locations"),
    "tenant_ids": ("customers", "customer", "tenants", "tenantids", "tenantid", "customerids"),
    "hours_per_week": ("hours", "hoursperweek", "hoursaweek", "weeklyhours"),
    "is_active": ("active", "isactive"),
}
_NEEDED = ("email", "name")
_YES = {"", "yes", "y", "true", "1", "active"}
_NO = {"no", "n", "false", "0", "inactive"}


def person_faults(person: Person) -> tuple[PersonFault, ...]:
    """Return everything that is wrong with a person, one fault per field at most."""
    tests = (_email_fault, _name_fault, _role_fault, _ids_fault, _hours_fault)
    return tuple(fault for test in tests if (fault := test(person)) is not None)


def normal_email(text: str) -> str:
    """Return an address as it is stored and compared: trimmed, in lower case."""
    return text.strip().lower()


def people_from_texts(
    header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the people of a table of texts, and what is wrong with it.

    People: FRAME_COLUMNS, ids as JSON lists, `row` as in `numbers`; only rows without any problem.
    Problems: PROBLEM_COLUMNS; row 0 speaks of the whole table. A person listed twice is a problem
    of the second row.
    """
    places = _places(header)
    problems = _header_problems(header, places)
    people: list[tuple[int, Person]] = []
    if not problems:
        for number, row in zip(numbers, rows, strict=True):
            texts = {name: row[place].strip() for name, place in places.items()}
            person, faults = _person(texts)
            faults = [*faults, *_twice(person, people)]
            problems += [_problem(number, fault, header, places) for fault in faults]
            if not faults:
                people.append((number, person))
    if not people and not problems:
        problems.append(_table_problem("The list names nobody.", "Add one row per person."))
    return _frame(people), pd.DataFrame(problems, columns=list(PROBLEM_COLUMNS))


def people_of(rows: pd.DataFrame) -> list[Person]:
    """Return the people of a frame with the columns of FRAME_COLUMNS (row is not needed)."""
    names = FRAME_COLUMNS[:-1]
    return [
        Person(
            email=str(email),
            name=str(name),
            role=str(role),
            partner_ids=tuple(json.loads(partner_ids)),
            tenant_ids=tuple(json.loads(tenant_ids)),
            hours_per_week=float(hours),
            is_active=bool(is_active),
        )
        for email, name, role, partner_ids, tenant_ids, hours, is_active in zip(
            *(rows[each] for each in names), strict=True
        )
    ]


def template_csv() -> str:
    """Return an empty people list with one example row, to be filled in."""
    example = "Ana Lind,ana@example.com,Account manager,4567890; 4567891,,6,yes"
    return ",".join(LABELS[name] for name in _TEMPLATE) + "\n" + example + "\n"


_TEMPLATE = ("name", "email", "role", "partner_ids", "tenant_ids", "hours_per_week", "is_active")


# --- one row --------------------------------------------------------------------------------------


def _person(texts: Mapping[str, str]) -> tuple[Person, list[PersonFault]]:
    """Return a row's person and its faults; a value that cannot be read is a fault."""
    values: dict[str, Any] = {}
    faults: list[PersonFault] = []
    for name, read in _READERS.items():
        text = texts.get(name, "")
        try:
            values[name] = read(text)
        except ValueError:
            faults.append(_unreadable(name, text))
    person = Person(**values)
    told = {fault.field for fault in faults}
    return person, faults + [each for each in person_faults(person) if each.field not in told]


def _ids(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in re.split(r"[;,|\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _tenant_ids(text: str) -> tuple[str, ...]:
    """Return ids of customers; a GUID as reports are read: lower case, no braces."""
    bare = [one.strip("{}").lower() for one in _ids(text)]
    told = zip(bare, _ids(text), strict=True)
    return tuple(dict.fromkeys(low if _GUID.fullmatch(low) else one for low, one in told))


_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _role(text: str) -> str:
    spelled = re.sub(r"[\s_-]+", "_", text.strip().lower()) or "account_manager"
    labels = {label.lower().replace(" ", "_"): code for code, label in ROLES.items()}
    return labels.get(spelled, spelled)


def _hours(text: str) -> float:
    return float(text.replace(",", ".")) if text else USUAL_HOURS


def _active(text: str) -> bool:
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "email": normal_email,
    "name": lambda text: re.sub(r"\s+", " ", text),
    "role": _role,
    "partner_ids": _ids,
    "tenant_ids": _tenant_ids,
    "hours_per_week": _hours,
    "is_active": _active,
}


def _unreadable(name: str, text: str) -> PersonFault:
    remedy = "Give a number, e.g. 6." if name == "hours_per_week" else "Write yes or no."
    return PersonFault(name, f"{text[:40]!r} is not understood.", remedy)


def _twice(person: Person, people: Sequence[tuple[int, Person]]) -> list[PersonFault]:
    """Return the fault of a person who is already there further up."""
    above = [row for row, other in people if other.email == person.email]
    if not above:
        return []
    message = f"{person.email} is in row {above[0]} already."
    return [PersonFault("email", message, "Keep one row per person.")]


# --- faults ---------------------------------------------------------------------------------------


def _email_fault(person: Person) -> PersonFault | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(person.email, check_deliverability=False)
    except EmailNotValidError as error:
        return PersonFault("email", str(error), "Give an address like ana@example.com.")
    return None


def _name_fault(person: Person) -> PersonFault | None:
    if not person.name.strip():
        return PersonFault("name", "The name is empty.", "Give first and last name.")
    if len(person.name) > LONGEST_NAME or not person.name.isprintable():
        return PersonFault("name", "This is no name.", f"Give up to {LONGEST_NAME} letters.")
    return None


def _role_fault(person: Person) -> PersonFault | None:
    if person.role in ROLES:
        return None
    wanted = ", ".join(ROLES.values())
    return PersonFault("role", f"{person.role[:40]!r} is no role.", f"Use one of: {wanted}.")


def _ids_fault(person: Person) -> PersonFault | None:
    for field in ("partner_ids", "tenant_ids"):
        if len(getattr(person, field)) > MOST_IDS:
            remedy = f"List at most {MOST_IDS:,}; own partners instead of their customers."
            return PersonFault(field, "These are too many.", remedy)
    return None


def _hours_fault(person: Person) -> PersonFault | None:
    if 0 <= person.hours_per_week <= MOST_HOURS:  # false for NaN
        return None
    remedy = f"Give 0 to {MOST_HOURS:.0f} hours."
    return PersonFault("hours_per_week", f"{person.hours_per_week:g} hours a week.", remedy)


# --- the table ------------------------------------------------------------------------------------


def _places(header: Sequence[str]) -> dict[str, int]:
    """Return where each field's column is; the first of several."""
    spelled = [re.sub(r"[^0-9a-z]+", "", title.lower()) for title in header]
    found = {
        name: min((spelled.index(word) for word in words if word in spelled), default=-1)
        for name, words in _SPELLINGS.items()
    }
    return {name: place for name, place in found.items() if place >= 0}


def _header_problems(header: Sequence[str], places: Mapping[str, int]) -> list[dict[str, Any]]:
    missing = [LABELS[name] for name in _NEEDED if name not in places]
    problems = [
        _table_problem(f"There is no column {label}.", f"Add a column {label}.")
        for label in missing
    ]
    unknown = [title for at, title in enumerate(header) if at not in places.values()]
    if unknown and problems:
        problems[0]["message"] += f" Columns there: {', '.join(header)[:200]}."
    return problems


def _table_problem(message: str, remedy: str) -> dict[str, Any]:
    return {"row": 0, "column": "", "message": message, "remedy": remedy}


def _problem(
    number: int, fault: PersonFault, header: Sequence[str], places: Mapping[str, int]
) -> dict[str, Any]:
    at = places.get(fault.field)
    column = LABELS[fault.field] if at is None else header[at]
    return {"row": number, "column": column, "message": fault.message, "remedy": fault.remedy}


def _frame(people: Sequence[tuple[int, Person]]) -> pd.DataFrame:
    rows = [
        {
            "email": person.email,
            "name": person.name,
            "role": person.role,
            "partner_ids": json.dumps(person.partner_ids),
            "tenant_ids": json.dumps(person.tenant_ids),
            "hours_per_week": person.hours_per_week,
            "is_active": person.is_active,
            "row": number,
        }
        for number, person in people
    ]
    return pd.DataFrame(rows, columns=list(FRAME_COLUMNS))
