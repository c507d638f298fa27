"""From what a user was granted to what the user may see and do; no store is touched here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from data_access.access_mapping import AccessMapping, Identity
from data_access.types import CAPABILITIES, WHOLE_STORE_ROLES, Capability, Role, Scope
from insights.grants import DIMENSIONS, Grant, normal_id, strongest_role

TRUSTED_FOR = timedelta(days=30)
"""For how long after a sign-in a provider's word counts that somebody is an admin: it may have
taken the role away since, which only the next sign-in tells."""

_SCOPE_FIELDS = {
    "partner": "partner_ids",
    "account": "account_ids",
    "tenant": "tenant_ids",
    "market": "markets",
    "segment": "segments",
}
_ON_TOP: tuple[Capability, ...] = ("money", "contacts")


@dataclass(frozen=True, slots=True)
class ProviderClaims:
    """What the identity provider says of somebody in a verified token.

    `groups` None: it has left them out, being too many for a token (Entra: more than 200).
    """

    directory_id: str
    object_id: str
    name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] | None = ()
    issued_at: datetime | None = None

    @property
    def identity(self) -> Identity:
        """Return directory and object id as they are stored."""
        return normal_id(self.directory_id), normal_id(self.object_id)


@dataclass(frozen=True, slots=True)
class User:
    """A user as stored; `groups` None where the provider left them out."""

    user_key: str
    directory_id: str
    object_id: str
    name: str
    email: str
    roles: tuple[str, ...]
    groups: tuple[str, ...] | None
    person: str
    is_active: bool
    version: int
    first_seen_at: datetime | None
    signed_in_at: datetime | None
    last_seen_at: datetime | None

    @property
    def identity(self) -> Identity:
        """Return directory and object id."""
        return self.directory_id, self.object_id

    @property
    def title(self) -> str:
        """Return what people call the user: the name, else the e-mail, else the object id."""
        return self.name or self.email or self.object_id


def groups_of(claims: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the groups that a token names, None where the provider left them out.

    Source: Microsoft identity platform, "groups overage claim": `_claim_names` or `hasgroups`
    stand in for groups when somebody is in too many of them.
    """
    groups = claims.get("groups")
    if isinstance(groups, list | tuple):
        return tuple(str(group) for group in groups)
    elsewhere = claims.get("_claim_names")
    is_elsewhere = isinstance(elsewhere, Mapping) and "groups" in elsewhere
    return None if is_elsewhere or claims.get("hasgroups") in (True, "true") else ()


def texts_json(texts: Iterable[str] | None) -> str:
    """Return a list of texts as it is stored; None as JSON null."""
    return json.dumps(None if texts is None else sorted(set(texts)))


def provider_grants(user: User, mapping: AccessMapping) -> set[Grant]:
    """Return what a user has from the provider's word of the newest sign-in."""
    return mapping.grants_of(user.identity, user.roles, user.groups or ())


def scope_from(user: User, granted: Iterable[Grant], mapping: AccessMapping) -> Scope | None:
    """Return what a user may see and do, None for nothing: no role, or not active.

    `granted` are the store's grants in force. An account manager or a seller without any grant of
    customers sees none; leadership and admins see every customer.
    """
    if not (user.is_active or mapping.is_admin(user.identity)):
        return None
    grants = set(granted) | provider_grants(user, mapping)
    role = cast("Role | None", strongest_role(grants))
    if role is None:
        return None
    kinds = {grant.kind for grant in grants}
    on_top = frozenset(right for right in _ON_TOP if right in kinds)
    return Scope(
        who=user.title,
        role=role,
        user_key=user.user_key,
        person=user.person,
        capabilities=CAPABILITIES[role] | on_top if on_top else None,
        **_limits(role, grants, kinds),
    )


def _limits(role: Role, grants: set[Grant], kinds: set[str]) -> dict[str, Any]:
    if role in WHOLE_STORE_ROLES or "everything" in kinds:
        return {}
    if not kinds & set(DIMENSIONS):
        return dict.fromkeys(_SCOPE_FIELDS.values(), ())
    return {
        name: tuple(sorted(grant.value for grant in grants if grant.kind == kind))
        for kind, name in _SCOPE_FIELDS.items()
        if kind in kinds
    }


def admins_among(
    users: Iterable[User],
    granted: Mapping[str, set[Grant]],
    mapping: AccessMapping,
    *,
    now: datetime,
) -> set[str]:
    """Return the keys of the users who can be relied on to be admins.

    `granted` are the store's grants by user key. Who never signed in does not count: the ids may
    be wrong. One who is admin only by a role or group of the provider counts while the provider
    said so within TRUSTED_FOR.
    """
    admin = Grant("role", "admin")
    found = set()
    for user in users:
        told = user.signed_in_at is not None and now - user.signed_in_at <= TRUSTED_FOR
        by_provider = told and admin in provider_grants(user, mapping)
        is_here = user.is_active and user.first_seen_at is not None
        if is_here and (by_provider or admin in granted.get(user.user_key, set())):
            found.add(user.user_key)
    return found
