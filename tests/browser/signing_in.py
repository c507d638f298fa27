"""Servers whose people sign in, and the provider they sign in at."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey
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


DIRECTORY = "t-1"


def person(sub: str, **claims: object) -> User:
    """Return somebody of the directory whom the provider knows, with further claims."""
    usual = {"name": sub.title(), "oid": f"o-{sub}", "tid": DIRECTORY}
    return User(sub=sub, claims={**usual, **claims})


ADA = person("ada", oid="o-1")


@contextmanager
def running_provider(people: Sequence[User] = (ADA,)) -> Iterator[str]:
    """Run an OpenID provider that knows these people and yield its address."""
    with run_server_in_thread(user_claims=list(people)) as running:
        yield f"http://localhost:{running.server_port}"


def begun(client: httpx.Client, url: str, *, seen: str = "") -> httpx.Response:
    """Begin to sign in as a browser does that shows the address `seen`; return the form."""
    token = jwt.encode(
        {"alg": "HS256"},
        {"provider": "default", "exp": int(time.time()) + 60},
        OctKey.import_key(COOKIE_SECRET),
    )
    client.get(f"{url}/_stcore/health")
    return client.get(
        f"{url}/auth/login",
        params={"provider": token},
        headers={"Referer": seen},
        follow_redirects=True,
    )


def confirmed(client: httpx.Client, form: httpx.Response, sub: str) -> str:
    """Say at the provider's form who one is; return the address that leads back to the app."""
    return str(client.post(str(form.url), data={"sub": sub}).headers["location"])


def signed_in(
    client: httpx.Client, url: str, sub: str = "ada", *, seen: str = ""
) -> httpx.Response:
    """Sign somebody in and return the app's answer at the end."""
    answer = client.get(confirmed(client, begun(client, url, seen=seen), sub))
    assert "_streamlit_user" in answer.cookies
    return answer


def cookies_of(client: httpx.Client) -> str:
    """Return a client's cookies as a browser sends them."""
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())
