"""`partner-insights access`: users and grants from a terminal, the way in that stays open."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from data_access import locations
from data_access.commands.shared import MAPPING_VARIABLE, operator, store_option
from data_access.errors import InsightsError
from insights.grants import KINDS_BY_CODE, ROLES, Grant, normal_id

if TYPE_CHECKING:
    from data_access.access_mapping import AccessMapping
    from data_access.access_rules import User
    from data_access.access_transaction import Occasion
    from data_access.store import Store

USER_HELP = "USER is a user key, an object id, or directory id/object id; never an e-mail."

mapping_option = click.option(
    "--mapping",
    metavar="FILE",
    envvar=MAPPING_VARIABLE,
    type=click.Path(path_type=Path, dir_okay=False),
    help="TOML file with the section [access]; without it, nobody has a role by the provider.",
)


@click.group()
def access() -> None:
    """List users, give and take away grants, announce users, check the mapping of roles."""


@access.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array, one object a user.")
@mapping_option
@store_option
def list_users(*, as_json: bool, mapping: Path | None, store: str | None) -> None:
    """List every user with role, grants and when they were last seen."""
    rules = mapping_of(mapping)
    with _opened(store) as opened:
        told = _told(opened, rules)
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    for user in told:
        state = "" if user["is_active"] else ", inactive"
        click.echo(f"{user['name'] or user['email'] or '—'}: {user['role'] or 'no role'}{state}")
        click.echo(f"  {user['directory_id']}/{user['object_id']}")
        for grant in user["grants"]:
            click.echo(f"  {grant['kind']} {grant['value']}".rstrip())
    click.echo(f"{len(told):,} user{'' if len(told) == 1 else 's'}.")


@access.command(epilog=USER_HELP)
@click.argument("user")
@click.argument("kind", type=click.Choice(list(KINDS_BY_CODE)))
@click.argument("value", default="")
@mapping_option
@store_option
def grant(user: str, kind: str, value: str, *, mapping: Path | None, store: str | None) -> None:
    """Give USER a grant, e.g.: grant USER role admin, grant USER market Germany."""
    from data_access.access_changes import give
    from data_access.access_lists import unknown_grants
    from data_access.access_transaction import ReadUser, checked

    wanted = checked([Grant(kind, value)])
    on = _occasion(mapping)
    with _opened(store) as opened:
        found = _user(opened, user)
        for one in sorted(unknown_grants(opened, wanted)):
            click.echo(f"note: no report names the {one.kind} {one.value} yet", err=True)
        give(opened, operator(), ReadUser(found.user_key, found.version), wanted, on=on)
    click.echo(f"{found.title} has: {kind} {value}".rstrip())


@access.command(epilog=USER_HELP)
@click.argument("user")
@click.argument("kind", type=click.Choice(list(KINDS_BY_CODE)))
@click.argument("value", default="")
@mapping_option
@store_option
def revoke(user: str, kind: str, value: str, *, mapping: Path | None, store: str | None) -> None:
    """Take a grant away from USER; it ends for open sessions within seconds."""
    from data_access import access_changes, access_store
    from data_access.access_transaction import ReadUser, checked

    (unwanted,) = checked([Grant(kind, value)])
    on = _occasion(mapping)
    with _opened(store) as opened:
        found = _user(opened, user)
        with opened.app_read() as connection:
            held = access_store.granted_to(connection, found.user_key)
        if unwanted not in held:
            raise InsightsError(
                f"{found.title} has no such grant in this store: {kind} {value}".rstrip(),
                "What comes from the identity provider is taken away there.",
            )
        read = ReadUser(found.user_key, found.version)
        access_changes.revoke(opened, operator(), read, [unwanted], on=on)
    click.echo(f"{found.title} has no longer: {kind} {value}".rstrip())


@access.command()
@click.argument("directory_id")
@click.argument("object_id")
@click.option("--name", default="", help="What people call the user, until the first sign-in.")
@click.option("--email", default="", help="For people to read; never an identity.")
@click.option("--role", type=click.Choice(list(ROLES)), help="A role from the start.")
@mapping_option
@store_option
def announce(  # noqa: PLR0913 - one option each
    directory_id: str,
    object_id: str,
    *,
    name: str,
    email: str,
    role: str | None,
    mapping: Path | None,
    store: str | None,
) -> None:
    """Enter a user before the first sign-in, by the ids of the identity provider."""
    from data_access.access_changes import announce_user
    from data_access.access_rules import ProviderClaims

    who = ProviderClaims(directory_id, object_id, name=name, email=email)
    granted = [Grant("role", role)] if role else []
    on = _occasion(mapping)
    with _opened(store) as opened:
        key = announce_user(opened, operator(), who, granted, on=on)
    click.echo(key)


@access.command("check-mapping")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def check_mapping(file: Path) -> None:
    """Check the section [access] of FILE and say what it means; nothing is changed."""
    rules = mapping_of(file)
    everybody = "any directory of the provider (none is listed)"
    click.echo(f"sign-in: {', '.join(rules.directories) or everybody}")
    click.echo(f"session: {rules.session_hours:g} hours")
    click.echo(f"contact: {rules.contact or '—'}")
    for directory_id, object_id in rules.admins:
        click.echo(f"admin by the configuration: {directory_id}/{object_id}")
    for app_role, role in rules.roles.items():
        click.echo(f"app role {app_role}: {role}")
    for group, granted in rules.groups.items():
        told = "; ".join(f"{one.kind} {one.value}".rstrip() for one in granted)
        click.echo(f"group {group}: {told}")


# --- parts ----------------------------------------------------------------------------------------


def _opened(store: str | None) -> Store:
    from data_access.store import Store

    return Store.open(locations.chosen_store_url(store), create=False)


def mapping_of(file: Path | None) -> AccessMapping:
    """Return what a file's section [access] says, nothing mapped without a file."""
    from data_access.access_mapping import AccessMapping, mapping_from

    if file is None:
        return AccessMapping()
    try:
        section = tomllib.loads(file.read_text(encoding="utf-8")).get("access")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InsightsError(f"{file} cannot be read as TOML: {error}.") from error
    if not isinstance(section, dict):
        raise InsightsError(f"{file} has no section [access].", "Write the mapping of roles there.")
    return mapping_from(section)


def _occasion(mapping: Path | None) -> Occasion:
    from data_access.access_transaction import Occasion

    return Occasion(mapping_of(mapping), datetime.now(UTC), "command")


def _user(store: Store, named: str) -> User:
    """Return the one user that a text names; raises InsightsError for none or several."""
    from data_access.access_store import stored_users

    directory_id, _, object_id = named.rpartition("/")
    wanted = normal_id(object_id)
    found = [
        user
        for user in stored_users(store)
        if wanted in (user.user_key, user.object_id)
        and (not directory_id or user.directory_id == normal_id(directory_id))
    ]
    if len(found) != 1:
        problem = "There is no user" if not found else "There are several users"
        raise InsightsError(
            f"{problem} {named[:100]}.",
            "List them with: partner-insights access list. Somebody new is entered with: "
            "partner-insights access announce DIRECTORY_ID OBJECT_ID",
        )
    return found[0]


def _told(store: Store, rules: AccessMapping) -> list[dict[str, Any]]:
    from data_access import access_store
    from data_access.access_rules import scope_from

    with store.app_read() as connection:
        everybody = access_store.users_where(connection, [])
        granted = access_store.granted_by_user(connection, [])
    told = []
    for user in everybody:
        held = sorted(granted.get(user.user_key, set()))
        scope = scope_from(user, held, rules)
        told.append(
            {
                "user_key": user.user_key,
                "directory_id": user.directory_id,
                "object_id": user.object_id,
                "name": user.name,
                "email": user.email,
                "person": user.person,
                "is_active": user.is_active,
                "role": None if scope is None else scope.role,
                "grants": [{"kind": one.kind, "value": one.value} for one in held],
                "provider_roles": list(user.roles),
                "groups_left_out": user.groups is None,
                "signed_in_at": _moment(user.signed_in_at),
                "last_seen_at": _moment(user.last_seen_at),
            }
        )
    return told


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
