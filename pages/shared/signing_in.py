"""Who is here, and what they may see: asked before every page, and again in every callback.

Streamlit verifies the provider's token and keeps what it says in a signed cookie. What that word is
worth is decided here: which directories, for how long, and by the grants as they stand now.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from data_access import access_store
from data_access.access_mapping import AccessMapping, mapping_from
from data_access.access_rules import ProviderClaims, groups_of
from data_access.audit import note
from data_access.types import LOCAL_USER, Role, Scope
from pages.shared import store_access, today
from pages.shared.auth_settings import started_with_sign_in

Standing = Literal["local", "in", "anonymous", "ended", "foreign", "no_role"]

GRANTS_SECONDS = 5.0
"""How old the grants may be that a session goes by."""

SECRETS_SECONDS = 1.0
"""How old it may be that no sign-in is set up; what the app was started with is asked always."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much the provider's clock may be ahead of ours."""

VIEW_AS = "view_as"
"""Session key of the user with whose eyes an admin looks."""

GIVEN = "given_scope"
"""Session key of the scope with which a command draws a page, where no browser is."""

_SESSION, _VIEWED = "signed_in", "viewed_scope"
NO_ROLE = cast("Role", "")
"""Stands in audit rows of somebody who has no role."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a session knows of its user: the provider's word, and the scope it last led to."""

    claims: ProviderClaims
    ends_at: datetime
    user_key: str
    scope: Scope | None
    checked_at: float


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the secrets were seen to hold, and when."""

    secrets: object
    at: float
    has_section: bool


_looked = _Looked(None, 0.0, has_section=False)


def is_configured() -> bool:
    """Return whether people have to sign in; also where the secrets were lost meanwhile."""
    return started_with_sign_in(os.environ) or _has_section()


def _has_section() -> bool:
    """Return whether the secrets hold a section [auth], as of SECRETS_SECONDS ago at most.

    Without any file of secrets every look searches the disk for one: a tenth of a run.
    """
    global _looked
    now, known = time.monotonic(), _looked
    if known.secrets is st.secrets and now - known.at < SECRETS_SECONDS:
        return known.has_section
    try:
        has_section = "auth" in st.secrets
    except StreamlitSecretNotFoundError:  # no file of secrets at all
        has_section = False
    _looked = _Looked(st.secrets, now, has_section)
    return has_section


def access_mapping() -> AccessMapping:
    """Return what the configuration makes of the provider's roles and groups.

    Raises MappingError where the section [access] is wrong: then nobody gets in.
    """
    section: Mapping[str, Any] = st.secrets.get("access", {})
    return mapping_from(_plain(section))


def _given() -> Scope | None:
    """Return the scope that a command put into the session which draws its page, else None.

    No browser can: whatever an address or a widget puts into a session is never a Scope.
    """
    given = st.session_state.get(GIVEN)
    return given if isinstance(given, Scope) else None


def standing() -> Standing:
    """Return how the viewer stands now; only "local" and "in" may see anything."""
    if _given() is not None:
        return "in"
    if not is_configured():
        return "local"
    claims = _claims()
    if claims is None:
        _forget()
        return "anonymous"
    mapping = access_mapping()
    if not mapping.allows(claims.directory_id):
        _forget()
        return "foreign"
    if not _is_in_time(claims, mapping):
        _forget()
        return "ended"
    return "in" if _session(claims, mapping).scope is not None else "no_role"


def current_scope() -> Scope:
    """Return whose data may be shown and changed; without sign-in, the single local user's.

    The one place where that is decided. It is asked in callbacks and fragments too, which run
    without the frame: where the viewer no longer stands well, the whole page runs anew and shows
    why.
    """
    own = _own_scope()
    if own is None:
        st.rerun()
    viewed = st.session_state.get(VIEW_AS)
    if viewed is None or not own.may("access"):
        return own
    seen = _viewed_scope(str(viewed))
    return own if seen is None else replace(seen, viewed_by=own.own_key)


def _viewed_scope(user_key: str) -> Scope | None:
    """Return the scope of the user who is looked as, by grants that are seconds old at most."""
    known: tuple[str, Scope | None, float] | None = st.session_state.get(_VIEWED)
    if known is not None and known[0] == user_key and time.monotonic() - known[2] < GRANTS_SECONDS:
        return known[1]
    store, mapping = store_access.open_store(), viewing_mapping()
    scope = access_store.scope_of(store, user_key, mapping=mapping)
    st.session_state[_VIEWED] = (user_key, scope, time.monotonic())
    return scope


def own_scope() -> Scope | None:
    """Return the scope of whoever is here, also while they look with another user's eyes."""
    return _own_scope()


def viewing_mapping() -> AccessMapping:
    """Return the mapping by which another user's scope is told; empty without sign-in."""
    return access_mapping() if is_configured() else AccessMapping()


def claims_now() -> ProviderClaims | None:
    """Return what the provider says of the viewer, None where nobody has signed in."""
    return _claims() if is_configured() else None


def session_ends_at() -> datetime | None:
    """Return when the viewer has to sign in again, None without sign-in."""
    known: SignedIn | None = st.session_state.get(_SESSION)
    return None if known is None else known.ends_at


def sign_out() -> None:
    """Note that the viewer signs out, and end the session here and at the provider."""
    scope = _own_scope()
    if scope is not None:
        with store_access.open_store().app_write() as connection:
            note(connection, scope, "sign_out", subject_kind="user", now=today.now())
    _forget()
    st.logout()


def _own_scope() -> Scope | None:
    given = _given()
    if given is not None:
        return given
    state = standing()
    if state == "local":
        return LOCAL_USER
    if state != "in":
        return None
    known: SignedIn = st.session_state[_SESSION]
    return known.scope


def _claims() -> ProviderClaims | None:
    """Return the provider's word on the viewer: the ids of Entra, else those of any provider."""
    if not st.user.get("is_logged_in", False):
        return None
    told = st.user.to_dict()
    names = ("tid", "oid") if told.get("tid") and told.get("oid") else ("iss", "sub")
    directory_id, object_id = (str(told.get(name) or "") for name in names)
    if not directory_id or not object_id:
        return None
    return ProviderClaims(
        directory_id=directory_id,
        object_id=object_id,
        name=str(told.get("name") or ""),
        email=str(told.get("email") or told.get("preferred_username") or ""),
        roles=_texts(told.get("roles")),
        groups=groups_of(told),
        issued_at=_issued_at(told),
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _issued_at(told: Mapping[str, Any]) -> datetime | None:
    """Return when the token was given out; None for one that was never valid."""
    issued, expires = told.get("iat"), told.get("exp")
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        return None
    return datetime.fromtimestamp(issued, UTC) if expires > issued else None


def _is_in_time(claims: ProviderClaims, mapping: AccessMapping) -> bool:
    """Return whether the sign-in is young enough; nobody stays in longer than a day."""
    if claims.issued_at is None:
        return False
    age = datetime.now(UTC) - claims.issued_at
    return -CLOCKS_DIFFER <= age < timedelta(hours=mapping.session_hours)


def _session(claims: ProviderClaims, mapping: AccessMapping) -> SignedIn:
    """Return what is known of the session's user, with grants that are seconds old at most."""
    known: SignedIn | None = st.session_state.get(_SESSION)
    if known is not None and known.claims != claims:
        _forget()
        known = None
    fresh = known is not None and time.monotonic() - known.checked_at < GRANTS_SECONDS
    if known is not None and fresh:
        return known
    store = store_access.open_store()
    user_key = known.user_key if known else _arrived(claims, mapping)
    now = datetime.now(UTC)
    access_store.seen(store, user_key, now=now)
    found = SignedIn(
        claims=claims,
        ends_at=(claims.issued_at or now) + timedelta(hours=mapping.session_hours),
        user_key=user_key,
        scope=access_store.scope_of(store, user_key, mapping=mapping),
        checked_at=time.monotonic(),
    )
    st.session_state[_SESSION] = found
    return found


def _arrived(claims: ProviderClaims, mapping: AccessMapping) -> str:
    """Store the provider's word where it is news, and return the user's key."""
    store, now = store_access.open_store(), datetime.now(UTC)
    with store.app_read() as connection:
        user = access_store.user_by_identity(connection, claims.identity)
    issued = claims.issued_at or now
    if user is not None and user.signed_in_at is not None and user.signed_in_at >= issued:
        return user.user_key
    user = access_store.note_sign_in(store, claims, now=max(now, issued))
    scope = access_store.scope_of(store, user.user_key, mapping=mapping)
    told = scope or Scope(who=user.title, role=NO_ROLE, user_key=user.user_key)
    with store.app_write() as connection:
        event = "denied" if scope is None else "sign_in"
        note(connection, told, event, subject_kind="user", subject=user.user_key, now=now)
    return user.user_key


def _forget() -> None:
    """Drop everything that the session holds: it is of somebody else, or of a time gone by."""
    if _SESSION in st.session_state:
        for key in list(st.session_state):
            del st.session_state[key]


def _plain(section: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section of the secrets as plain values."""
    return {
        str(key): _plain(value) if isinstance(value, Mapping) else value
        for key, value in section.items()
    }
