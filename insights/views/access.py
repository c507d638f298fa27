"""Users and grants as tables and words: who sees what, where it comes from, what a list changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data_access.types import WHOLE_STORE_ROLES, Scope
from insights.grants import DIMENSIONS, KINDS_BY_CODE, ROLES, Grant, strongest_role
from insights.views.table import Column

Names = Mapping[str, Mapping[str, str]]
"""Names by kind of grant and value, e.g. of partner locations by id."""

NAMED_VALUES = 3
"""Values of a dimension that are named in words; more are counted."""

COLUMNS = (
    Column("title", "Name", is_pinned=True, width=170),
    Column("email", "E-mail", width=220),
    Column("role_label", "Role", width=130),
    Column("role_from", "Role from", width=150, help="Identity provider, this store, or both."),
    Column("sees", "Sees", width=300),
    Column("customers", "Customers", "count", help="Customers that these grants give today."),
    Column("status", "Status", width=130),
    Column("last_seen_at", "Last seen", "moment", help="UTC, to the minute"),
    Column("signed_in_at", "Signed in", "moment", help="UTC, newest sign-in"),
    Column("on_list", "Person", width=190, help="Who of the people list the user is."),
    Column("remark", "Remark", width=320),
    Column("object_id", "Object id", width=280),
    Column("directory_id", "Directory id", width=280),
)

GRANT_COLUMNS = (
    Column("what", "Grant", is_pinned=True, width=280),
    Column("state", "State", width=120),
    Column("granted_at", "Given", "moment", help="UTC"),
    Column("granted_by", "By", width=160),
    Column("source", "From", width=110),
    Column("revoked_at", "Taken away", "moment", help="UTC"),
    Column("revoked_by", "By whom", width=160),
)

EFFECT_COLUMNS = (
    Column("effect", "Effect", is_pinned=True, width=130),
    Column("name", "User", width=180),
    Column("what", "Grant", width=280),
    Column("object_id", "Object id", width=280),
)

PROBLEM_COLUMNS = (
    Column("row", "Row", "count", help="Row 1 is the first one after the header; 0: the file."),
    Column("column", "Column"),
    Column("message", "What is wrong", width=320),
    Column("remedy", "What to do", is_wide=True),
)

_FIELDS = {
    "partner": "partner_ids",
    "account": "account_ids",
    "tenant": "tenant_ids",
    "market": "markets",
    "segment": "segments",
}
_SYMBOLS = {"new": "+ new", "taken away": "− taken away", "unchanged": "= unchanged"}
_SOURCES = {
    "page": "This page",
    "upload": "Upload",
    "command": "Command line",
    "example": "Example",
}
LEFT_OUT = "The identity provider left the groups out (too many): they give nothing."
NO_EFFECT = "Grants of customers have no effect: this role sees every customer."


@dataclass(frozen=True, slots=True)
class UserAccess:
    """What one user has: the scope it leads to, and the grants by where they come from."""

    scope: Scope | None
    by_store: frozenset[Grant]
    by_provider: frozenset[Grant]
    customers: int | None


def user_rows(users: pd.DataFrame, access: Mapping[str, UserAccess], names: Names) -> pd.DataFrame:
    """Return the users as the list shows them, active ones first, then by name.

    `users` are rows of the table `app_user`; `access` is by user key.
    """
    each = [access[key] for key in users["user_key"]]
    told = {
        "role_label": [role_words(one) for one in each],
        "role_from": [role_source(one) for one in each],
        "sees": ["" if one.scope is None else seen_words(one.scope, names) for one in each],
        "remark": [
            _remark(one, groups) for one, groups in zip(each, users["provider_groups"], strict=True)
        ],
        "status": [
            _status(active, first)
            for active, first in zip(users["is_active"], users["first_seen_at"], strict=True)
        ],
    }
    texts = {
        name: pd.Series(values, index=users.index, dtype="str") for name, values in told.items()
    }
    customers = pd.Series([one.customers for one in each], index=users.index, dtype="Int64")
    title = users["name"].where(users["name"] != "", users["email"])
    rows = users.assign(
        **texts,
        customers=customers,
        title=title.where(title != "", users["object_id"]),
        on_list=users["person"],
    )
    order = rows.assign(folded=rows["title"].str.casefold())
    sorted_rows = order.sort_values(["is_active", "folded"], ascending=[False, True], kind="stable")
    return sorted_rows.drop(columns="folded").reset_index(drop=True)


def matching(rows: pd.DataFrame, text: str) -> pd.DataFrame:
    """Return the users whose name, address, role, ids or grants hold a text, whatever its case."""
    wanted = text.strip().casefold()
    if not wanted:
        return rows
    columns = ("title", "email", "role_label", "sees", "status", "object_id", "on_list")
    found = pd.Series(data=False, index=rows.index)
    for name in columns:
        found |= rows[name].str.casefold().str.contains(wanted, regex=False)
    return rows[found].reset_index(drop=True)


def role_words(access: UserAccess) -> str:
    """Return the role that counts, with rights on top, or that there is none."""
    role = strongest_role(access.by_store | access.by_provider)
    if role is None:
        return "No role"
    kinds = {grant.kind for grant in access.by_store | access.by_provider}
    top = [KINDS_BY_CODE[kind].label.lower() for kind in ("money", "contacts") if kind in kinds]
    return " + ".join([ROLES[role], *top])


def role_source(access: UserAccess) -> str:
    """Return where the role that counts comes from."""
    role = strongest_role(access.by_store | access.by_provider)
    if role is None:
        return ""
    places = (("Identity provider", access.by_provider), ("This store", access.by_store))
    return " + ".join(name for name, held in places if Grant("role", role) in held)


def seen_words(scope: Scope, names: Names) -> str:
    """Return which customers a scope shows, in words."""
    if scope.is_unrestricted:
        return "Every customer"
    parts = []
    for kind in DIMENSIONS:
        values = getattr(scope, _FIELDS[kind])
        if values:
            parts.append(f"{KINDS_BY_CODE[kind].plural}: {_listed(kind, values, names)}")
    return " and ".join(parts) or "No customer yet"


def grant_words(kind: str, value: str, names: Names) -> str:
    """Return one grant in words, ids with their name."""
    known = KINDS_BY_CODE.get(kind)
    if known is None or not known.has_value:
        return kind if known is None else known.label
    if kind == "role":
        return f"Role: {ROLES.get(value, value)}"
    return f"{known.label}: {named(kind, value, names)}"


def named(kind: str, value: str, names: Names) -> str:
    """Return an id with its name before it, or the id alone where there is none."""
    name = names.get(kind, {}).get(value, "")
    return f"{name} ({value})" if name and name != value else value


def grant_rows(grants: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return a user's grants, those in force first, the newest first within.

    `grants` are rows of the table `access_grant`, oldest first.
    """
    what = [
        grant_words(kind, value, names)
        for kind, value in zip(grants["kind"], grants["value"], strict=True)
    ]
    in_force = grants["revoked_at"].isna()
    rows = grants.assign(
        what=pd.Series(what, index=grants.index, dtype="str"),
        state=in_force.map({True: "● in force", False: "○ taken away"}).astype("str"),
        source=grants["source"].map(lambda code: _SOURCES.get(code, code)).astype("str"),
        is_over=~in_force,
    )
    newest = rows.sort_values(["is_over", "grant_id"], ascending=[True, False], kind="stable")
    return newest.reset_index(drop=True)


def effect_rows(effects: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return what a list would do, changes first, one row per grant."""
    what = [
        grant_words(kind, value, names)
        for kind, value in zip(effects["kind"], effects["value"], strict=True)
    ]
    rows = effects.assign(
        what=pd.Series(what, index=effects.index, dtype="str"),
        place=effects["effect"].map(list(_SYMBOLS).index).astype("int64"),
        effect=effects["effect"].map(_SYMBOLS).astype("str"),
    )
    return rows.sort_values("place", kind="stable", ignore_index=True)


def effects_words(effects: pd.DataFrame, announced: int, problems: int) -> str:
    """Return what a list would do in one line."""
    counts: dict[Any, int] = effects["effect"].value_counts().to_dict()
    parts = [f"{counts.get(effect, 0):,} {effect}" for effect in _SYMBOLS]
    people = f"; {announced:,} new user{'' if announced == 1 else 's'}" if announced else ""
    plural = "problem, whose row is" if problems == 1 else "problems, whose rows are"
    left = f"; {problems:,} {plural} left out" if problems else ""
    return f"Grants: {', '.join(parts)}{people}{left}."


def suggested_person(email: str, people: Iterable[str]) -> str:
    """Return the address of the people list that equals a user's, "" where none does."""
    folded = email.strip().lower()
    return folded if folded and folded in set(people) else ""


# --- parts ----------------------------------------------------------------------------------------


def _listed(kind: str, values: tuple[str, ...], names: Names) -> str:
    told = [names.get(kind, {}).get(value, "") or value for value in values[:NAMED_VALUES]]
    more = len(values) - NAMED_VALUES
    return ", ".join(told) + (f" and {more:,} more" if more > 0 else "")


def _status(is_active: bool, first_seen_at: pd.Timestamp) -> str:
    if not is_active:
        return "○ inactive"
    return "◌ announced" if pd.isna(first_seen_at) else "● active"


def _remark(access: UserAccess, provider_groups: str) -> str:
    remarks = [LEFT_OUT] if provider_groups == "null" else []
    held = access.by_store | access.by_provider
    limited = any(grant.kind in DIMENSIONS for grant in held)
    if limited and access.scope is not None and access.scope.role in WHOLE_STORE_ROLES:
        remarks.append(NO_EFFECT)
    if strongest_role(held) is None and held:
        remarks.append("Grants without a role show nothing.")
    return " ".join(remarks)
