"""Signing in at a real OpenID provider: who gets in, who does not, and what ends it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import insert, select, update
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    decode_signed_value,
)

from data_access.schema import access_grant, app_user
from data_access.store import Store
from data_access.types import CAPABILITIES, Role, Scope
from pages.shared import links, navigation
from pages.shared.auth_settings import ACCESS
from tests.browser.conftest import new_context
from tests.browser.server import open_page, streamlit_server
from tests.browser.signing_in import (
    COOKIE_SECRET,
    DIRECTORY,
    begun,
    confirmed,
    cookies_of,
    person,
    running_provider,
    sign_in_settings,
    signed_in,
)
from tests.browser.socket_client import Heard, socket_client

pytestmark = [
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]

ROLES: dict[str, Role] = {
    "ann": "account_manager",
    "sam": "sales",
    "leo": "leadership",
    "adi": "admin",
}
PEOPLE = [
    *(person(sub, roles=[f"Insights.{role}"]) for sub, role in ROLES.items()),
    person("una"),
    person("rae"),
    person("fox", tid="t-elsewhere", roles=["Insights.admin"]),
]
MAPPING = f"""
[access]
directories = ["{DIRECTORY}"]
contact = "it@example.com"
[access.roles]
{chr(10).join(f'"Insights.{role}" = "{role}"' for role in ROLES.values())}
"""
USER = "_streamlit_user"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with running_provider(PEOPLE) as url:
        yield url


@pytest.fixture(scope="module")
def app(provider: str, demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the app on the demo portfolio, with sign-in and roles by the provider's word."""
    folder = tmp_path_factory.mktemp("sign-in")
    (folder / "access.toml").write_text(MAPPING, encoding="utf-8")
    settings = {"PARTNER_INSIGHTS_STORE": demo_url, ACCESS: str(folder / "access.toml")}
    with streamlit_server(folder / "log.txt", settings | sign_in_settings(provider)) as url:
        yield url


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as opened:
        yield opened


def heard(app: str, cookies: str, *, page: str = "") -> Heard:
    with socket_client(app, cookies=cookies) as session:
        return session.run(page=page)


def is_closed(told: Heard) -> bool:
    """Whether nothing but a way to sign in came over the wire."""
    return set(told.pages) == {"Sign in"} and "dataframe" not in " ".join(told.elements)


def listed(told: Heard) -> set[str]:
    """The pages that the navigation shows."""
    return {
        page.page_name
        for message in told.messages
        if message.WhichOneof("type") == "navigation"
        for page in message.navigation.app_pages
        if not page.is_hidden
    }


def pages_of(role: Role) -> set[str]:
    scope = Scope(role, role, capabilities=CAPABILITIES[role])
    return {
        title
        for pages in navigation.SECTIONS.values()
        for path, title in pages
        if path not in navigation.HIDDEN and links.may_open(scope, path)
    }


@pytest.mark.parametrize("sub", ROLES)
def test_each_role_lands_on_its_pages(app: str, client: httpx.Client, demo_url: str, sub: str):
    if ROLES[sub] in ("account_manager", "sales"):
        signed_in(client, app, sub)
        grant(demo_url, sub, "everything")
    else:
        signed_in(client, app, sub)
    told = heard(app, cookies_of(client))
    names = {name.partition(" (")[0] for name in listed(told)}  # without the count of alerts
    assert names == pages_of(ROLES[sub])
    assert sub.title() in told.everything


def test_somebody_unknown_sees_nothing_and_learns_whom_to_ask(app: str, client: httpx.Client):
    signed_in(client, app, "una")
    told = heard(app, cookies_of(client), page="customers")
    assert is_closed(told)
    assert "No access yet" in told.everything
    assert "o-una" in told.everything


def test_a_foreign_directory_is_refused(app: str, client: httpx.Client):
    signed_in(client, app, "fox")
    told = heard(app, cookies_of(client))
    assert is_closed(told)
    assert "Not for this organisation" in told.everything


def test_a_tampered_cookie_signs_nobody_in(app: str, client: httpx.Client):
    signed_in(client, app, "adi")
    cookies = cookies_of(client)
    for wrong in (
        cookies.replace(f"{USER}=", f"{USER}=x"),
        changed(cookies, {"oid": "o-ann"}, secret="another-secret-of-somebody-else-0123456789"),
        cookies.replace("_streamlit_xsrf=", "_streamlit_xsrf=x"),
    ):
        assert is_closed(heard(app, wrong))


def test_the_same_cookie_is_accepted_when_nothing_is_wrong_with_it(app: str, client: httpx.Client):
    signed_in(client, app, "adi")
    assert not is_closed(heard(app, changed(cookies_of(client), {})))


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": int(time.time()) - 11 * 3600, "exp": int(time.time()) - 10 * 3600},
        {"iat": int(time.time()) - 25 * 3600, "exp": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 7200},
        {"exp": 1},
    ],
)
def test_an_old_or_impossible_sign_in_is_over(
    app: str, client: httpx.Client, claims: dict[str, int]
):
    signed_in(client, app, "adi")
    told = heard(app, changed(cookies_of(client), claims))
    assert is_closed(told)
    assert "Your session has ended" in told.everything


def test_a_callback_works_once_and_for_who_began(app: str, client: httpx.Client):
    back = confirmed(client, begun(client, app), "adi")
    with httpx.Client() as thief:
        assert USER not in thief.get(back).cookies
    assert USER in client.get(back).cookies
    client.cookies.delete(USER)
    assert USER not in client.get(back).cookies


def test_a_code_of_another_provider_is_refused(app: str, client: httpx.Client):
    form = begun(client, app)
    state = form.url.params["state"]
    with running_provider(PEOPLE) as elsewhere, httpx.Client() as other:
        asked = str(form.url.copy_with(port=int(elsewhere.rpartition(":")[2])))
        back = other.post(asked, data={"sub": "adi"}).headers["location"]
    assert state in back
    assert USER not in client.get(back).cookies


def test_a_grant_taken_away_ends_what_a_session_sees(app: str, client: httpx.Client, demo_url: str):
    signed_in(client, app, "rae")
    key = grant(demo_url, "rae", "role", "leadership")
    with socket_client(app, cookies=cookies_of(client)) as session:
        assert not is_closed(session.run())
        with Store.open(demo_url) as store, store.app_write() as connection:
            taken = {"revoked_at": datetime.now(UTC), "revoked_by": "test"}
            connection.execute(
                update(access_grant).where(access_grant.c.user_key == key).values(**taken)
            )
        time.sleep(5.5)
        told = session.run()
    assert is_closed(told)
    assert "No access yet" in told.everything


def test_a_role_taken_at_the_provider_is_gone_at_the_next_sign_in(
    app: str, provider: str, client: httpx.Client
):
    signed_in(client, app, "leo")
    assert not is_closed(heard(app, cookies_of(client)))
    told = {"name": "Leo", "oid": "o-leo", "tid": DIRECTORY, "roles": []}
    httpx.put(f"{provider}/users/leo", json=told).raise_for_status()
    time.sleep(1.1)  # tokens tell when they were given out in whole seconds
    with httpx.Client() as again:
        signed_in(again, app, "leo")
        assert is_closed(heard(app, cookies_of(again)))
    httpx.put(
        f"{provider}/users/leo", json={**told, "roles": ["Insights.leadership"]}
    ).raise_for_status()


def test_signing_out_ends_every_tab(app: str, browser: Browser):
    context = new_context(browser, width=1366, height=768, scheme="light")
    first, second = context.new_page(), context.new_page()
    open_page(first, app)
    first.get_by_role("button", name="Sign in").click()
    first.locator("input[name=sub]").fill("adi")
    first.locator("input[name=sub]").press("Enter")
    expect(first.get_by_role("heading", name="Overview")).to_be_visible(timeout=30_000)
    open_page(second, f"{app}/customers")
    expect(second.get_by_role("heading", name="Customers")).to_be_visible()
    first.get_by_role("button", name="Adi").click()
    first.get_by_role("button", name="Sign out").click()
    first.wait_for_timeout(3_000)
    open_page(second, f"{app}/customers")
    expect(second.get_by_role("button", name="Sign in")).to_be_visible()
    open_page(first, app)
    expect(first.get_by_role("button", name="Sign in")).to_be_visible()
    context.close()


def grant(demo_url: str, sub: str, kind: str, value: str = "") -> str:
    """Grant somebody who signed in something in the store; return the user's key."""
    now = datetime.now(UTC)
    with Store.open(demo_url) as store, store.app_write() as connection:
        known = select(app_user.c.user_key).where(app_user.c.object_id == f"o-{sub}")
        key = connection.scalar(known)
        if key is None:  # not seen before the first page
            key = f"key-{sub}"
            connection.execute(
                insert(app_user).values(
                    user_key=key,
                    directory_id=DIRECTORY,
                    object_id=f"o-{sub}",
                    name=sub.title(),
                    email="",
                    provider_roles="[]",
                    provider_groups="[]",
                    person="",
                    is_active=True,
                    version=1,
                )
            )
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
    return str(key)


def changed(cookies: str, claims: dict[str, object], *, secret: str = COOKIE_SECRET) -> str:
    """Return cookies whose user cookie says something else, signed with a secret."""
    parts = dict(part.split("=", 1) for part in cookies.split("; "))
    told = decode_signed_value(COOKIE_SECRET, USER, parts[USER].encode("latin-1"))
    assert told is not None
    value = json.dumps({**json.loads(told), **claims})
    parts[USER] = create_signed_value(secret, USER, value).decode("latin-1")
    return "; ".join(f"{name}={value}" for name, value in parts.items())
