"""The `[access]` section of the configuration: what the identity provider's word means here.

App roles and groups of the provider become roles and grants. Nothing is guessed: an unknown key,
role or shape is refused with the key and the remedy, because a misspelt key could open a door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from data_access.errors import InsightsError
from insights.grants import Grant, grant_fault, normal_grant, normal_id

USUAL_HOURS = 10.0
LONGEST_HOURS = 24.0
LONGEST_CONTACT = 500

Identity = tuple[str, str]
"""Directory id and object id (Entra: tid and oid): who somebody is."""

_KEYS = ("directories", "session_hours", "contact", "admins", "roles", "groups")
_GROUP_LISTS = {
    "partners": "partner",
    "accounts": "account",
    "tenants": "tenant",
    "markets": "market",
    "segments": "segment",
}
_GROUP_FLAGS = ("everything", "money", "contacts")


class MappingError(InsightsError):
    """The section [access] is wrong; the message names the key, the hint what to write."""


@dataclass(frozen=True, slots=True)
class AccessMapping:
    """What the configuration says of access; without any, nobody gets anything from a provider.

    `roles` gives our role for an app role of the provider, `groups` the grants for a group's id.
    `admins` are admins whatever the store says: the way in when every other one is closed.
    """

    directories: tuple[str, ...] = ()
    session_hours: float = USUAL_HOURS
    contact: str = ""
    admins: tuple[Identity, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)
    groups: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict, hash=False)

    def allows(self, directory_id: str) -> bool:
        """Return whether users of a directory may sign in; without a list, those of any."""
        return not self.directories or normal_id(directory_id) in self.directories

    def grants_of(
        self, identity: Identity, roles: Iterable[str], groups: Iterable[str]
    ) -> set[Grant]:
        """Return what a user gets from app roles, groups and the list of admins."""
        found = {Grant("role", self.roles[role]) for role in roles if role in self.roles}
        for group in groups:
            found.update(self.groups.get(normal_id(group), ()))
        if self.is_admin(identity):
            found.add(Grant("role", "admin"))
        return found

    def is_admin(self, identity: Identity) -> bool:
        """Return whether the configuration itself names a user as admin."""
        return identity in self.admins


def mapping_from(section: Mapping[str, Any]) -> AccessMapping:
    """Return the mapping that a section `[access]` describes; an empty one maps nothing.

    Raises MappingError naming the key that is unknown or wrong, and what to write instead.
    """
    _refuse_unknown(section, _KEYS, "access")
    directories = tuple(normal_id(one) for one in _texts(section, "directories", "access"))
    return AccessMapping(
        directories=directories,
        session_hours=_hours(section.get("session_hours", USUAL_HOURS)),
        contact=_contact(section.get("contact", "")),
        admins=_admins(_texts(section, "admins", "access"), directories),
        roles=_roles(_section(section, "roles")),
        groups=_groups(_section(section, "groups")),
    )


# --- parts ----------------------------------------------------------------------------------------


def _refuse_unknown(section: Mapping[str, Any], known: Iterable[str], name: str) -> None:
    unknown = [str(key) for key in section if key not in known]
    if unknown:
        raise MappingError(
            f"[{name}] has no key {', '.join(map(repr, unknown))}.",
            f"Known keys: {', '.join(known)}. Nothing was taken over.",
        )


def _section(section: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = section.get(key, {})
    if not isinstance(value, Mapping):
        raise MappingError(f"access.{key} is no section.", f"Write it as [access.{key}].")
    return value


def _texts(section: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = section.get(key, [])
    is_list = isinstance(value, list | tuple)
    if not is_list or not all(isinstance(one, str) and one.strip() for one in value):
        raise MappingError(f"{name}.{key} is no list of texts.", f'Write {key} = ["...", "..."].')
    return tuple(dict.fromkeys(one.strip() for one in value))


def _hours(value: Any) -> float:  # noqa: ANN401 - whatever the file holds
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= LONGEST_HOURS:
        raise MappingError(
            f"access.session_hours is {value!r}.",
            f"Give hours as a number above 0 and up to {LONGEST_HOURS:.0f}: after them everybody "
            "signs in again.",
        )
    return float(value)


def _contact(value: Any) -> str:  # noqa: ANN401 - whatever the file holds
    if not isinstance(value, str) or len(value) > LONGEST_CONTACT:
        raise MappingError(
            "access.contact is no short text.",
            f'Write whom to ask for access, e.g. contact = "it@example.com", up to '
            f"{LONGEST_CONTACT} letters.",
        )
    return value.strip()


def _admins(texts: Iterable[str], directories: tuple[str, ...]) -> tuple[Identity, ...]:
    found = []
    for text in texts:
        directory_id, _, object_id = text.rpartition("/")
        identity = (normal_id(directory_id), normal_id(object_id))
        if not all(identity) or "@" in identity[1]:
            raise MappingError(
                f"access.admins names {text!r}, which is no user.",
                'Write "<directory id>/<object id>", e.g. as the page Access shows them; an '
                "e-mail address is no identity.",
            )
        if directories and identity[0] not in directories:
            raise MappingError(
                f"access.admins names a user of {identity[0]}, which may not sign in.",
                "Add this directory to access.directories, or correct the id.",
            )
        found.append(identity)
    return tuple(found)


def _roles(section: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(app_role): _checked("role", value, f"access.roles.{app_role}").value
        for app_role, value in section.items()
    }


def _groups(section: Mapping[str, Any]) -> dict[str, tuple[Grant, ...]]:
    found: dict[str, tuple[Grant, ...]] = {}
    for group, value in section.items():
        if normal_id(str(group)) in found:
            raise MappingError(f"access.groups names {group} twice.", "Keep one of the two.")
        found[normal_id(str(group))] = _group_grants(f"access.groups.{group}", value)
    return found


def _group_grants(name: str, value: Any) -> tuple[Grant, ...]:  # noqa: ANN401 - from a file
    """Return what a group gives: a role alone as text, or a section of role and grants."""
    if isinstance(value, str):
        return (_checked("role", value, name),)
    if not isinstance(value, Mapping):
        raise MappingError(
            f"{name} is neither a role nor a section.",
            f'Write it as "sales", or as [{name}] with role, partners, markets ...',
        )
    _refuse_unknown(value, ("role", *_GROUP_LISTS, *_GROUP_FLAGS), name)
    found = [_checked("role", value["role"], f"{name}.role")] if "role" in value else []
    for key, kind in _GROUP_LISTS.items():
        found += [_checked(kind, one, f"{name}.{key}") for one in _texts(value, key, name)]
    found += [Grant(flag) for flag in _GROUP_FLAGS if _flag(value, flag, name)]
    if not found:
        raise MappingError(f"{name} gives nothing.", "Give it a role or grants, or remove it.")
    return tuple(dict.fromkeys(found))


def _flag(value: Mapping[str, Any], key: str, name: str) -> bool:
    flag = value.get(key, False)
    if not isinstance(flag, bool):
        raise MappingError(f"{name}.{key} is {flag!r}.", "Write true or false.")
    return flag


def _checked(kind: str, value: Any, name: str) -> Grant:  # noqa: ANN401 - from a file
    if not isinstance(value, str):
        raise MappingError(f"{name} is {value!r}, which is no text.", "Write it in quotes.")
    grant = normal_grant(kind, value)
    fault = grant_fault(grant)
    if fault is not None:
        raise MappingError(f"{name} is wrong.", fault)
    return grant
