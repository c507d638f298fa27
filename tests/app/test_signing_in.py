"""The gate as pages meet it: who sees nothing, who sees what, and when that ends."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from data_access.schema import access_grant, app_user, audit_event
from pages.shared import links, signing_in
from tests.app import people
from tests.app.conftest import ROOT
from tests.app.performance_store import fill_portfolio

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def app(shown_store):
    fill_portfolio(shown_store)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)


def title(page):
    return page.title[0].value


def sees_no_data(page):
    told = [each.value for each in (*page.markdown, *page.caption, *page.title)]
    return not page.dataframe and not page.metric and not any("Contoso" in text for text in told)


def test_nobody_sees_anything_before_signing_in(app):
    people.sign_in(app, is_logged_in=False)
    page = app.run()
    assert title(page) == "Partner Insights"
    assert [button.label for button in page.button] == ["Sign in"]
    assert sees_no_data(page)


def test_an_unknown_user_is_told_whom_to_ask(app, shown_store):
    page = people.sign_in(app).run()
    assert title(page) == "No access yet"
    told = " ".join(each.value for each in page.markdown)
    assert "it@example.com" in told.replace("\\", "").replace("\u2060", "")
    assert people.DIRECTORY in page.code[0].value
    assert "ana" in page.code[0].value
    assert sees_no_data(page)
    with shown_store.app_read() as connection:
        events = connection.execute(select(audit_event.c.event, audit_event.c.role)).all()
    assert [tuple(row) for row in events] == [("denied", "")]


@pytest.mark.parametrize("role", people.ROLES)
def test_every_role_gets_in_by_the_providers_word(app, shown_store, role):
    people.sign_in(app, shown_store, roles=[role], oid="bo", grants=[("partner", "p1")])
    assert title(app.run()) == "Overview"
    with shown_store.app_read() as connection:
        events = connection.execute(select(audit_event.c.event, audit_event.c.role)).all()
    assert [tuple(row) for row in events] == [("sign_in", people.ROLES[role])]


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": int(time.time()) - 11 * 3600},  # longer ago than a session lasts
        {"iat": int(time.time()) + 3600},  # given out in the future
        {"exp": int(time.time()) - 7200},  # expired before it was given out
        {"iat": None},
        {"exp": None},
    ],
)
def test_a_sign_in_ends_with_its_time(app, claims):
    page = people.sign_in(app, roles=["Insights.Admin"], **claims).run()
    assert title(page) == "Your session has ended"
    assert [button.label for button in page.button] == ["Sign in again"]
    assert sees_no_data(page)


def test_another_organisation_is_refused(app):
    page = people.sign_in(app, roles=["Insights.Admin"], tid="somebody-elses").run()
    assert title(page) == "Not for this organisation"
    assert sees_no_data(page)


def test_a_revoked_grant_ends_what_a_session_sees(app, shown_store, monkeypatch):
    monkeypatch.setattr(signing_in, "GRANTS_SECONDS", 0.0)
    people.sign_in(app, shown_store, grants=[("role", "leadership")])
    assert title(app.run()) == "Overview"
    with shown_store.app_write() as connection:
        connection.execute(update(access_grant).values(revoked_at=NOW, revoked_by="admin"))
    assert title(app.run()) == "No access yet"
    assert sees_no_data(app)


def test_a_user_made_inactive_is_out(app, shown_store, monkeypatch):
    monkeypatch.setattr(signing_in, "GRANTS_SECONDS", 0.0)
    people.sign_in(app, roles=["Insights.Leadership"])
    assert title(app.run()) == "Overview"
    with shown_store.app_write() as connection:
        connection.execute(update(app_user).values(is_active=False))
    assert title(app.run()) == "No access yet"


def test_a_session_keeps_nothing_of_the_user_before(app, shown_store):
    people.sign_in(app, shown_store, oid="ana", grants=[("role", "admin")]).run()
    app.session_state["kept"] = "of ana"
    people.sign_in(app, shown_store, oid="bo", grants=[("role", "admin")])
    app.run()
    assert "kept" not in app.session_state
    assert "Bo" in " ".join(each.value for each in app.markdown)


def test_without_sign_in_there_is_one_local_user(app):
    page = app.run()
    assert any("no sign-in" in each.value for each in page.caption)
    assert title(page) == "Overview"


@pytest.mark.parametrize("role", ["Insights.Sales", "Insights.AccountManager"])
def test_a_role_without_customers_says_so(app, role):
    page = people.sign_in(app, roles=[role]).run()
    assert title(page) == "No customers yet"
    assert sees_no_data(page)


@pytest.mark.parametrize(
    ("role", "listed", "refused"),
    [
        ("account_manager", "claim_assistant", ("earnings", "imports", "people", "review")),
        ("sales", "opportunities", ("claim_assistant", "earnings", "program_rules")),
        ("leadership", "earnings", ("claim_assistant", "imports", "program_rules", "people")),
        ("admin", "imports", ()),
    ],
)
def test_pages_are_those_of_the_role(app, shown_store, role, listed, refused):
    grants = [("role", role), ("partner", "p1")]
    people.sign_in(app, shown_store, grants=grants)
    app.run()
    paths = {Path(path).stem: path for path in links.PAGES}
    for name in refused:
        page = app.switch_page(paths[name]).run()
        assert "This page is not for your role" in page.info[0].value
        assert "it@" in page.info[0].value
        assert sees_no_data(page)
    page = app.switch_page(paths[listed]).run()
    assert not any("not for your role" in each.value for each in page.info)
    with shown_store.app_read() as connection:
        denied = audit_event.c.event == "denied"
        noted = connection.scalars(select(audit_event.c.subject).where(denied)).all()
    assert sorted(noted) == sorted(paths[name] for name in refused)
