"""The settings of sign-in, from the environment or Streamlit's secrets; wrong ones are refused.

Nothing here is guessed or left out: a server that should ask people who they are must not start
without doing so because of a misspelt name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from data_access.access_mapping import MappingError, mapping_from
from data_access.errors import InsightsError
from pages.shared.http_rules import is_frame_ancestor, is_loopback

PREFIX = "PARTNER_INSIGHTS_OIDC_"
ACCESS = "PARTNER_INSIGHTS_ACCESS"
OPEN = "PARTNER_INSIGHTS_OPEN_TO_NETWORK"
SIGN_IN = "PARTNER_INSIGHTS_SIGN_IN"
STARTED = "PARTNER_INSIGHTS_STARTED_WITH_SIGN_IN"
"""Set by a server for itself: whatever becomes of its secrets, people have to sign in."""

FRAMES = "PARTNER_INSIGHTS_FRAME_ANCESTORS"

CALLBACK = "/oauth2callback"
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 12
"""Different characters in a cookie secret; a random one of 32 has far more."""

IN_ENVIRONMENT = {
    "client_id": f"{PREFIX}CLIENT_ID",
    "client_secret": f"{PREFIX}CLIENT_SECRET",
    "server_metadata_url": f"{PREFIX}METADATA_URL",
    "redirect_uri": f"{PREFIX}REDIRECT_URI",
    "cookie_secret": f"{PREFIX}COOKIE_SECRET",
}
"""Environment variable of each setting of Streamlit's [auth] section."""

OF_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
OF_SECTION = ("redirect_uri", "cookie_secret")
SHARED_BY_ALL = ("common", "organizations")

REMEDY = "See docs/security.md; nothing was started."


class UnsafeStartError(InsightsError):
    """The server may not start like this; the message names the setting, the hint the remedy."""


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """What the environment and the secrets say of sign-in.

    `secrets` are the sections for Streamlit's own secrets: `auth` where sign-in is configured,
    `access` where a file of its own holds the mapping of roles.
    """

    secrets: Mapping[str, Any]
    open_to_network: bool
    frame_ancestors: tuple[str, ...]

    @property
    def sign_in(self) -> bool:
        """Whether people have to sign in."""
        return "auth" in self.secrets

    @property
    def cookie_secret(self) -> str:
        """The key that signs cookies, "" without sign-in."""
        return str(self.secrets.get("auth", {}).get("cookie_secret", ""))

    @property
    def redirect_uri(self) -> str:
        """The address that the identity provider leads back to, "" without sign-in."""
        return str(self.secrets.get("auth", {}).get("redirect_uri", ""))


def auth_settings(environment: Mapping[str, str], secrets: Mapping[str, Any]) -> AuthSettings:
    """Return the settings of sign-in; the environment's stand in for the section of the secrets.

    Raises UnsafeStartError naming the setting that is missing, weak or contradictory.
    """
    found: dict[str, Any] = {}
    section = _section_in(environment) or secrets.get("auth")
    if section is not None:
        found["auth"] = _checked(section)
    elif "access" in secrets or environment.get(ACCESS):
        raise UnsafeStartError(
            "Roles are mapped, but no sign-in is configured that could tell who somebody is.",
            f"Set {PREFIX}... or the section [auth], or remove the mapping. {REMEDY}",
        )
    elif environment.get(SIGN_IN, "").strip():
        raise UnsafeStartError(
            f"{SIGN_IN} is {environment[SIGN_IN]!r}, but no sign-in is configured.",
            f"Set {PREFIX}... or the section [auth]. {REMEDY}",
        )
    if environment.get(ACCESS):
        found["access"] = _access_file(Path(environment[ACCESS]))
    _check_access(found.get("access", secrets.get("access", {})))
    return AuthSettings(found, open_to_network(environment), _frame_ancestors(environment))


def started_with_sign_in(environment: Mapping[str, str]) -> bool:
    """Return whether this process is a server that asks people to sign in, come what may."""
    return bool(environment.get(STARTED))


def open_to_network(environment: Mapping[str, str]) -> bool:
    """Return whether everybody who reaches the server may use it without signing in.

    Raises UnsafeStartError for anything but "yes", so that "no" or a typing error opens nothing.
    """
    said = environment.get(OPEN, "").strip()
    if said not in ("", "yes"):
        raise UnsafeStartError(f"{OPEN} is {said!r}.", f"It is either yes or not set. {REMEDY}")
    return said == "yes"


def _section_in(environment: Mapping[str, str]) -> dict[str, str] | None:
    given = {key: environment.get(name, "").strip() for key, name in IN_ENVIRONMENT.items()}
    if not any(given.values()):
        return None
    missing = [IN_ENVIRONMENT[key] for key, value in given.items() if not value]
    if missing:
        raise UnsafeStartError(
            f"Sign-in is configured in part: {', '.join(missing)} is missing.",
            f"Set it, or unset every {PREFIX}... variable. {REMEDY}",
        )
    return given


def _checked(section: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the file holds
    if not isinstance(section, Mapping):
        raise UnsafeStartError("[auth] in the secrets is no section.", REMEDY)
    for key in OF_SECTION:
        _required(section, key, "auth")
    named = {key: value for key, value in section.items() if _is_provider(value)}
    if not named or any(key in section for key in OF_PROVIDER):
        named[""] = section
    for name, provider in named.items():
        _check_provider(provider, f"auth.{name}" if name else "auth")
    _check_redirect(str(section["redirect_uri"]))
    _check_secret(str(section["cookie_secret"]))
    return {key: dict(value) if _is_provider(value) else value for key, value in section.items()}


def _is_provider(value: Any) -> bool:  # noqa: ANN401 - whatever the file holds
    return isinstance(value, Mapping) and any(key in value for key in OF_PROVIDER)


def _required(section: Mapping[str, Any], key: str, name: str) -> str:
    value = section.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UnsafeStartError(
            f"Sign-in is configured in part: {key} is missing in [{name}] of the secrets.",
            f"Set it there, or set {IN_ENVIRONMENT[key]} and its siblings. {REMEDY}",
        )
    return value


def _check_provider(provider: Mapping[str, Any], name: str) -> None:
    for key in OF_PROVIDER:
        _required(provider, key, name)
    url = urlsplit(str(provider["server_metadata_url"]))
    if url.scheme != "https" and not is_loopback(url.hostname):
        raise UnsafeStartError(
            f"server_metadata_url of [{name}] is not an https address.",
            f"Whoever sits between could pose as your identity provider. {REMEDY}",
        )
    if set(url.path.split("/")) & set(SHARED_BY_ALL):
        raise UnsafeStartError(
            f"server_metadata_url of [{name}] is the one of all organisations.",
            "Sign-in fails with it, and it would let in everybody. Use your own directory's: "
            "https://login.microsoftonline.com/<directory id>/v2.0/"
            f".well-known/openid-configuration. {REMEDY}",
        )


def _check_redirect(address: str) -> None:
    url = urlsplit(address.replace("{port}", "1"))
    if not url.hostname or not url.path.endswith(CALLBACK) or url.query or url.fragment:
        raise UnsafeStartError(
            f"redirect_uri is {address!r}.",
            f"It is the address people open, with {CALLBACK} at its end. {REMEDY}",
        )
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.hostname)):
        raise UnsafeStartError(
            f"redirect_uri is {address!r}, which is not https.",
            f"Cookies of people who signed in would cross the network readable. {REMEDY}",
        )


def _check_secret(secret: str) -> None:
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_CHARACTERS:
        raise UnsafeStartError(
            f"cookie_secret is too easy to guess: it needs {SHORTEST_SECRET} random characters.",
            'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))". '
            f"{REMEDY}",
        )


def _access_file(path: Path) -> Mapping[str, Any]:
    try:
        access = tomllib.loads(path.read_text(encoding="utf-8")).get("access")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        raise UnsafeStartError(
            f"{ACCESS} names {path}, which cannot be read: {failure}.", REMEDY
        ) from failure
    if not isinstance(access, Mapping):
        raise UnsafeStartError(
            f"{path}, named by {ACCESS}, has no section [access].",
            f"Write the mapping of roles there. {REMEDY}",
        )
    return access


def _check_access(section: Any) -> None:  # noqa: ANN401 - whatever the file holds
    if not isinstance(section, Mapping):
        raise UnsafeStartError("[access] in the secrets is no section.", REMEDY)
    try:
        mapping_from(section)
    except MappingError as wrong:
        raise UnsafeStartError(str(wrong), f"{wrong.hint} {REMEDY}") from wrong


def _frame_ancestors(environment: Mapping[str, str]) -> tuple[str, ...]:
    sites = tuple(environment.get(FRAMES, "").split())
    wrong = [site for site in sites if not is_frame_ancestor(site)]
    if wrong:
        raise UnsafeStartError(
            f"{FRAMES} holds {', '.join(map(repr, wrong))}.",
            f"Name sites as https://name or https://*.name, with blanks between. {REMEDY}",
        )
    return sites
