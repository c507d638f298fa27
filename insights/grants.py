"""What a user can be granted: the kinds of grants, how they are written, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

ROLES: dict[str, str] = {
    "admin": "Admin",
    "leadership": "Leadership",
    "sales": "Sales",
    "account_manager": "Account manager",
}
"""Roles by code, the strongest first."""

LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One thing granted: a role, a value of one dimension of the scope, or a right on top."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class GrantKind:
    """One kind of grant: its code, its names, whether it has a value, and what it does."""

    code: str
    label: str
    plural: str
    has_value: bool
    meaning: str


KINDS: tuple[GrantKind, ...] = (
    GrantKind("role", "Role", "Role", True, "What the user may do at all."),
    GrantKind(
        "partner", "Partner", "Partners", True, "Customers that this location holds or held."
    ),
    GrantKind("account", "Global account", "Global accounts", True, "All locations of an account."),
    GrantKind("tenant", "Customer", "Customers", True, "One customer, by its tenant id."),
    GrantKind("market", "Market", "Markets", True, "Customers of this market."),
    GrantKind("segment", "Segment", "Segments", True, "Customers of this segment."),
    GrantKind("everything", "Every customer", "Every customer", False, "No limit of customers."),
    GrantKind("money", "Money", "Money", False, "Amounts of money, whatever the role."),
    GrantKind("contacts", "Contacts", "Contacts", False, "Contacts named in claims."),
)
"""All kinds, in the order in which lists and files name them."""

KINDS_BY_CODE: dict[str, GrantKind] = {kind.code: kind for kind in KINDS}

DIMENSIONS = ("partner", "account", "tenant", "market", "segment")
"""Kinds that limit which customers are seen; dimensions narrow each other."""

_GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)


def normal_id(text: str) -> str:
    """Return an id as it is stored and compared: trimmed, and a GUID in lower case."""
    bare = text.strip()
    match = _GUID.fullmatch(bare)
    return bare if match is None else match[1].lower()


def normal_grant(kind: str, value: str = "") -> Grant:
    """Return a grant as it is stored: ids trimmed, GUIDs in lower case, roles by their code."""
    text = normal_id(value)
    if kind == "role":
        spelled = re.sub(r"[\s_-]+", "_", text.lower())
        codes = {label.lower().replace(" ", "_"): code for code, label in ROLES.items()}
        text = codes.get(spelled, spelled)
    return Grant(kind, text)


def grant_fault(grant: Grant) -> str | None:
    """Return what is wrong with a grant and what to do, None where nothing is.

    Whether the reports know its partner, customer, market or segment is another question.
    """
    kind = KINDS_BY_CODE.get(grant.kind)
    if kind is None:
        return f"{grant.kind[:40]!r} is no kind of grant. Use one of: {', '.join(KINDS_BY_CODE)}."
    if grant.kind == "role" and grant.value not in ROLES:
        return f"{grant.value[:40]!r} is no role. Use one of: {', '.join(ROLES)}."
    if not kind.has_value:
        return f"{kind.label} takes no value. Leave it empty." if grant.value else None
    if not grant.value:
        return f"{kind.label} needs a value. Give the id or name as the reports write it."
    if len(grant.value) > LONGEST_VALUE or not grant.value.isprintable():
        return f"{kind.label}: this is no id or name. Give up to {LONGEST_VALUE} letters."
    return None


def strongest_role(grants: Iterable[Grant]) -> str | None:
    """Return the code of the strongest role among grants, None without any role."""
    held = {grant.value for grant in grants if grant.kind == "role"}
    return next((role for role in ROLES if role in held), None)
