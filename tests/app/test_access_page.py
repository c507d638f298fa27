"""The page of access as an admin meets it, and looking with another user's eyes."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from data_access import access_changes, access_store
from data_access.access_mapping import AccessMapping
from data_access.access_rules import ProviderClaims
from data_access.access_transaction import Occasion, ReadUser
from data_access.schema import audit_event, visit
from data_access.types import LOCAL_USER, Scope
from insights.grants import Grant
from tests.action_builders import add_people
from tests.app.conftest import ROOT
from tests.app.people import DIRECTORY, give, sign_in
from tests.app.performance_store import fill_portfolio

ACCESS = "pages/admin/access.py"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ON = Occasion(AccessMapping(), NOW)
ADMIN, SALES = Grant("role", "admin"), Grant("role", "sales")


def announce(store, oid, *granted):
    who = ProviderClaims("dir", oid, name=f"{oid.title()} Test", email=f"{oid}@partner.com")
    return access_changes.announce_user(store, LOCAL_USER, who, granted, on=ON)


@pytest.fixture
def filled(shown_store):
    """A store with customers and people."""
    fill_portfolio(shown_store)
    add_people(shown_store, ana="Ana Lind")
    return shown_store


@pytest.fixture
def open_access(filled, without_exception):
    """A function that opens the page on the filled store, without sign-in."""
    assert filled.data_version() > 0
    return lambda **query: without_exception(ACCESS, query=query)


def words(page):
    shown = [*page.title, *page.subheader, *page.markdown, *page.caption]
    shown += [*page.info, *page.success, *page.warning, *page.error]
    return "\n".join(one.value for one in shown).replace("\\", "")


def button(page, label):
    return next(one for one in page.button if one.label == label)


def press(page, label):
    return button(page, label).click().run()


def choose(page, label, value):
    return next(one for one in page.selectbox if one.label == label).set_value(value).run()


def scope(store, key):
    return access_store.scope_of(store, key, mapping=AccessMapping())


def events(store):
    with store.app_read() as connection:
        rows = connection.execute(select(audit_event).order_by(audit_event.c.event_id)).all()
    return [row for row in rows if row.event != "denied"]


@pytest.mark.usefixtures("shown_store")
def test_an_empty_store_without_users_says_how_they_come(without_exception):
    page = without_exception(ACCESS)
    assert "Nobody has signed in yet." in words(page)


def test_the_list_says_who_sees_what_and_finds_by_text(open_access, filled):
    announce(filled, "sam", SALES, Grant("market", "DE"))
    announce(filled, "lea", Grant("role", "leadership"), Grant("contacts"))
    announce(filled, "nil")
    rows = open_access().dataframe[0].value
    told = rows[["title", "role_label", "role_from", "status"]].to_numpy().tolist()
    assert told == [
        ["Lea Test", "Leadership + contacts", "This store", "◌ announced"],
        ["Nil Test", "No role", "", "◌ announced"],
        ["Sam Test", "Sales", "This store", "◌ announced"],
    ]
    assert rows["sees"].tolist() == ["Every customer", "", "Markets: DE"]
    assert rows["customers"].isna().tolist() == [False, True, False]
    assert open_access(ax_q="markets: d").dataframe[0].value["title"].tolist() == ["Sam Test"]
    assert "No user matches." in words(open_access(ax_q="nobody at all"))


def test_a_user_is_announced_with_a_role_and_opens(open_access, filled):
    page = open_access()
    for label, text in (("Directory id", "dir"), ("Object id", "oid-1"), ("Name", "Bo *Ek*")):
        next(one for one in page.text_input if one.label == label).set_value(text)
    page = press(choose(page, "Role", "sales"), "Announce")
    assert "Bo *Ek* is announced." in words(page)
    assert access_store.users(filled)["name"].tolist() == ["Bo *Ek*"]
    assert [one.label for one in page.button].count("Give grant") == 1
    assert next(one for one in page.text_input if one.label == "Object id").value == ""


def test_a_wrong_announcement_is_refused_and_what_was_typed_stays(open_access, filled):
    page = open_access()
    for label, text in (("Directory id", "dir"), ("Object id", "ana@partner.com")):
        next(one for one in page.text_input if one.label == label).set_value(text)
    page = press(page, "Announce")
    assert "an e-mail address is no identity" in words(page)
    typed = next(one for one in page.text_input if one.label == "Object id").value
    assert typed == "ana@partner.com"
    assert access_store.users(filled).empty


def test_grants_are_given_and_taken_away_with_their_history(open_access, filled):
    key = announce(filled, "sam", SALES)
    page = choose(open_access(ax_u=key), "Give", "market")
    markets = next(one for one in page.selectbox if one.label == "Market").options
    assert "DE" in markets
    page = press(choose(page, "Market", "DE"), "Give grant")
    assert "Sam Test has the grant." in words(page)
    assert scope(filled, key).markets == ("DE",)
    page = press(choose(page, "Take away", 0), "Take away")
    assert scope(filled, key).markets == ()
    history = page.dataframe[0].value
    assert history[["what", "state"]].to_numpy().tolist() == [
        ["Role: Sales", "● in force"],
        ["Market: DE", "○ taken away"],
    ]
    assert history["revoked_by"].tolist() == ["", "local user"]
    assert [row.event for row in events(filled)] == ["user", "grant", "grant", "revoke"]


def test_an_id_that_no_report_names_is_given_and_said(open_access, filled):
    key = announce(filled, "sam", SALES)
    page = choose(open_access(ax_u=key), "Give", "tenant")
    field = next(one for one in page.text_input if one.label.startswith("Tenant ids"))
    page = press(field.set_value("later-1, later-2").run(), "Give grant")
    assert "no report names later-1, later-2 yet" in words(page)
    assert scope(filled, key).tenant_ids == ("later-1", "later-2")
    page = press(choose(page, "Give", "partner"), "Give grant")  # nothing chosen
    assert "Partner needs a value." in words(page)


def test_the_last_admin_is_not_deactivated(open_access, filled):
    key = announce(filled, "ada", ADMIN)
    for oid in ("ada", "bea"):
        claims = ProviderClaims("dir", oid, name=f"{oid.title()} Test")
        access_store.note_sign_in(filled, claims, now=NOW)
    page = press(open_access(ax_u=key), "Deactivate")
    assert "Nobody would be left" in page.warning[0].value
    bea = next(one for one in access_store.stored_users(filled) if one.object_id == "bea")
    seen = ReadUser(bea.user_key, bea.version)
    access_changes.give(filled, LOCAL_USER, seen, [ADMIN], on=ON)
    page = press(open_access(ax_u=key), "Deactivate")
    assert "**Inactive:**" in words(page)
    assert scope(filled, key) is None
    press(page, "Activate again")
    assert scope(filled, key).role == "admin"


def test_an_equal_address_is_proposed_as_person_and_linked_by_hand(open_access, filled):
    key = announce(filled, "ana", SALES)
    page = open_access(ax_u=key)
    assert "Ana Lind of the people list has the same e-mail" in words(page)
    assert scope(filled, key).person == ""
    page = press(choose(page, "Person on the people list", "ana@partner.com"), "Link")
    assert scope(filled, key).person == "ana@partner.com"
    assert "same e-mail" not in words(page)


def test_the_slower_of_two_admins_is_told_and_nothing_is_lost(open_access, filled):
    key = announce(filled, "sam", SALES)
    page = choose(open_access(ax_u=key), "Give", "money")
    seen = ReadUser(key, access_store.user_of(filled, key).version)
    cy = Scope("Cy", "admin", user_key="command:cy")
    access_changes.give(filled, cy, seen, [Grant("market", "DE")], on=ON)
    page = press(page, "Give grant")
    assert "Cy changed Market on 23 November" in page.warning[0].value
    assert (scope(filled, key).may("money"), scope(filled, key).markets) == (False, ("DE",))
    press(page, "Give grant")
    assert scope(filled, key).may("money")


def test_a_list_is_checked_shown_and_taken_over(open_access, filled):
    key = announce(filled, "sam", SALES, Grant("market", "DE"))
    text = "Directory id,Object id,Role,Markets\ndir,sam,sales,Nowhere\ndir,,sales,\n"
    page = open_access()
    page = page.file_uploader[0].upload("u.csv", text.encode(), "text/csv").run()
    assert "Grants: 1 new, 1 taken away, 1 unchanged; 1 problem, whose" in words(page)
    tables = [table.value for table in page.dataframe]
    problems = next(table for table in tables if "remedy" in table)
    assert problems[["row", "column"]].to_numpy().tolist() == [[2, "Object id"]]
    effects = next(table for table in tables if "effect" in table)
    assert effects["effect"].tolist() == ["+ new", "− taken away", "= unchanged"]
    assert scope(filled, key).markets == ("DE",)
    page = press(page, "Save this list")
    assert "1 grants given, 1 taken away, 1 as they were." in words(page)
    assert scope(filled, key).markets == ("Nowhere",)


@pytest.mark.usefixtures("filled")
def test_an_unknown_user_of_a_link_is_said(open_access):
    page = open_access(ax_u="nobody")
    assert "There is no such user." in words(page)
    press(page, "Close")


# --- with sign-in ---------------------------------------------------------------------------------


def opened(store, path, *, oid, roles=(), grants=(), query=None):
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in (query or {}).items():
        page.query_params[name] = value
    sign_in(page, store, oid=oid, roles=roles, grants=grants).run()
    return page.switch_page(path).run()


@pytest.mark.parametrize("role", ["Sales", "AccountManager", "Leadership"])
def test_the_page_is_for_admins_only(filled, role):
    announce(filled, "sam", SALES)
    page = opened(
        filled, ACCESS, oid="max", roles=[f"Insights.{role}"], grants=[("everything", "")]
    )
    assert not page.exception
    assert "This page is not for your role." in words(page)
    assert "Sam Test" not in words(page)
    assert not page.dataframe


def test_an_admin_sees_where_roles_come_from(filled):
    page = opened(filled, ACCESS, oid="ada", roles=["Insights.Admin"])
    rows = page.dataframe[0].value
    assert rows[["title", "role_from"]].to_numpy().tolist() == [["Ada", "Identity provider"]]


def test_an_admin_who_lost_the_role_gives_nothing_with_an_open_page(filled, monkeypatch):
    monkeypatch.setattr("pages.shared.signing_in.GRANTS_SECONDS", 1e9)  # the oldest word possible
    target = announce(filled, "sam", SALES)
    page = opened(filled, ACCESS, oid="ada", grants=[("role", "admin")], query={"ax_u": target})
    give(filled, "bea", [("role", "admin")])
    access_store.note_sign_in(filled, ProviderClaims(DIRECTORY, "bea"), now=NOW)
    ada = next(user for user in access_store.stored_users(filled) if user.object_id == "ada")
    seen = ReadUser(ada.user_key, ada.version)
    access_changes.revoke(filled, LOCAL_USER, seen, [ADMIN], on=ON)
    page = press(choose(page, "Give", "money"), "Give grant")
    assert "no access any more" in words(page)
    assert not scope(filled, target).may("money")


# --- view as --------------------------------------------------------------------------------------


def test_view_as_shows_that_user_s_customers_reads_only_and_leads_back(open_access, filled):
    key = announce(filled, "sam", SALES, Grant("market", "DE"))
    page = press(open_access(ax_u=key), "View as this user")
    assert not page.exception
    assert page.session_state["view_as"] == key
    assert "Viewing as Sam Test" in words(page)
    badge = "Sales, reading only"
    assert badge in words(page)
    customers = page.switch_page("pages/performance/customers.py").run()
    assert badge in words(customers)
    seen = set().union(*(set(t.value.get("market", [])) for t in customers.dataframe))
    assert seen <= {"DE"}
    denied = customers.switch_page(ACCESS).run()
    assert "This page is not for your role." in words(denied)
    assert badge in words(denied)
    back = press(denied, "Back")
    assert "view_as" not in back.session_state
    assert badge not in words(back)
    told = [(row.event, row.who, row.subject) for row in events(filled) if row.event == "view_as"]
    assert told == [("view_as", "local user", key)] * 2
    with filled.app_read() as connection:
        assert key not in set(connection.scalars(select(visit.c.who)))


def test_a_user_who_sees_nothing_cannot_be_viewed_as(open_access, filled):
    page = open_access(ax_u=announce(filled, "nil"))
    assert button(page, "View as this user").disabled


def test_nobody_but_an_admin_views_as_somebody(filled):
    key = announce(filled, "lea", Grant("role", "leadership"))
    page = opened(filled, "pages/performance/customers.py", oid="sam", grants=[("role", "sales")])
    page.session_state["view_as"] = key
    page.run()
    assert "Viewing as" not in words(page)
