"""Users for page tests: signed in by the provider's word, with grants in the store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from data_access import access_store
from data_access.access_rules import ProviderClaims
from data_access.schema import access_grant
from data_access.store import Store

DIRECTORY = "11111111-1111-4111-8111-111111111111"
AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "a-cookie-secret-for-tests-0123456789",
    "client_id": "insights",
    "client_secret": "secret",
    "server_metadata_url": "https://login.example.com/.well-known/openid-configuration",
}
ROLES = {
    "Insights.AccountManager": "account_manager",
    "Insights.Sales": "sales",
    "Insights.Leadership": "leadership",
    "Insights.Admin": "admin",
}


def sign_in(
    at: AppTest,
    store: Store | None = None,
    *,
    oid: str = "ana",
    roles: Sequence[str] = (),
    grants: Sequence[tuple[str, str]] = (),
    **claims: Any,
) -> AppTest:
    """Sign a user in before the page runs; `grants` are (kind, value) rows of the store.

    `roles` are app roles of the provider (ROLES maps them); further claims replace the usual ones.
    """
    at.secrets["auth"] = dict(AUTH)
    at.secrets["access"] = {
        "directories": [DIRECTORY],
        "contact": "it@example.com",
        "roles": dict(ROLES),
    }
    now = int(time.time())
    told = {
        "is_logged_in": True,
        "tid": DIRECTORY,
        "oid": oid,
        "name": oid.title(),
        "email": f"{oid}@example.com",
        "roles": list(roles),
        "iat": now - 60,
        "exp": now + 3600,
    }
    at.user = {**told, **claims}
    if store is not None and grants:
        give(store, oid, grants)
    return at


def give(store: Store, oid: str, grants: Sequence[tuple[str, str]]) -> str:
    """Write grants of a user into the store, with the user where there is none; return the key."""
    now = datetime.now(UTC)
    with store.app_write() as connection:
        user = access_store.user_by_identity(connection, ProviderClaims(DIRECTORY, oid).identity)
        key = user.user_key if user else access_store.add_user(connection, (DIRECTORY, oid), {})
        for kind, value in grants:
            connection.execute(
                insert(access_grant).values(
                    user_key=key,
                    kind=kind,
                    value=value,
                    source="command",
                    granted_at=now,
                    granted_by="test",
                    revoked_by="",
                )
            )
    return key
