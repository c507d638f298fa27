"""Servers whose people sign in, and the provider they sign in at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from oidc_provider_mock import User, run_server_in_thread

from pages.shared.auth_settings import IN_ENVIRONMENT

COOKIE_SECRET = "0123456789-abcdefghijklmnopqrstuvwxyz-for-tests"
NO_PROVIDER = "http://localhost:9"
"""Nobody listens there; what happens before anybody signs in asks no provider."""


def sign_in_settings(provider: str) -> dict[str, str]:
    """Return the environment of a server whose people sign in at this provider."""
    values = {
        "client_id": "insights",
        "client_secret": "not-a-secret",
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
        "redirect_uri": "http://localhost:{port}/oauth2callback",
        "cookie_secret": COOKIE_SECRET,
    }
    return {IN_ENVIRONMENT[key]: value for key, value in values.items()}


@contextmanager
def running_provider() -> Iterator[str]:
    """Run an OpenID provider with one person, Ada of directory t-1, and yield its address."""
    person = User(sub="ada", claims={"name": "Ada", "oid": "o-1", "tid": "t-1"})
    with run_server_in_thread(user_claims=[person]) as running:
        yield f"http://localhost:{running.server_port}"
