"""Users and grants in a real store: signing in, giving, taking away, and the last admin."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from xlsxwriter import Workbook

from data_access import access_changes, access_lists, access_store
from data_access.access_mapping import AccessMapping
from data_access.access_rules import ProviderClaims
from data_access.access_transaction import LastAdminError, Occasion, ReadUser
from data_access.errors import ChangedMeanwhileError, DeniedError, InsightsError
from data_access.people_store import save_person
from data_access.schema import audit_event
from data_access.types import LOCAL_USER, Scope
from insights.actions.people import Person
from insights.grant_lists import list_rows, template_csv
from insights.grants import Grant
from tests.claim_store import fill_claims

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOTHING = AccessMapping()
ON = Occasion(NOTHING, NOW)
ADMIN, SALES = Grant("role", "admin"), Grant("role", "sales")


def announce(store, oid: str, *granted: Grant) -> str:
    who = ProviderClaims("dir", oid, name=oid.title(), email=f"{oid}@example.com")
    return access_changes.announce_user(store, LOCAL_USER, who, granted, on=ON)


def arrive(store, oid: str, *granted: Grant) -> str:
    """Announce a user who then signs in."""
    key = announce(store, oid, *granted)
    access_store.note_sign_in(store, ProviderClaims("dir", oid, name=oid.title()), now=NOW)
    return key


def read(store, key: str) -> ReadUser:
    return ReadUser(key, access_store.user_of(store, key).version)


def scope(store, key: str, mapping: AccessMapping = NOTHING) -> Scope | None:
    return access_store.scope_of(store, key, mapping=mapping)


def events(store) -> list[tuple[str, str]]:
    statement = select(audit_event.c.event, audit_event.c.detail).order_by(audit_event.c.event_id)
    with store.app_read() as connection:
        return [(event, json.loads(detail)) for event, detail in connection.execute(statement)]


def test_a_sign_in_makes_a_user_without_any_grant_and_later_ones_renew_it(store):
    claims = ProviderClaims("dir", "o1", name="Ana", email="Ana@Example.com", roles=("Lead",))
    user = access_store.note_sign_in(store, claims, now=NOW)
    assert (user.email, user.roles, user.version) == ("ana@example.com", ("Lead",), 1)
    assert scope(store, user.user_key) is None
    mapping = AccessMapping(roles={"Lead": "leadership"})
    assert scope(store, user.user_key, mapping).role == "leadership"
    later = NOW + timedelta(hours=9)
    again = replace(claims, name="Ana Lind", roles=(), groups=None)
    renewed = access_store.note_sign_in(store, again, now=later)
    assert renewed.user_key == user.user_key
    assert (renewed.name, renewed.roles, renewed.groups) == ("Ana Lind", (), None)
    assert (renewed.first_seen_at, renewed.signed_in_at) == (NOW, later)
    assert scope(store, user.user_key, mapping) is None
    assert len(access_store.users(store)) == 1


def test_an_older_token_brings_no_role_back(store):
    old = ProviderClaims("dir", "o1", roles=("Lead",), issued_at=NOW)
    new = replace(old, roles=(), issued_at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    access_store.note_sign_in(store, old, now=NOW)
    access_store.note_sign_in(store, new, now=later)
    user = access_store.note_sign_in(store, old, now=later)
    assert (user.roles, user.signed_in_at) == ((), NOW + timedelta(hours=1))


def test_two_first_sign_ins_at_once_make_one_user(store):
    claims = ProviderClaims("dir", "o1", name="Ana")
    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(access_store.note_sign_in, store, claims, now=NOW) for _ in range(8)]
    assert len({job.result().user_key for job in jobs}) == 1


def test_being_seen_is_written_once_a_minute(store):
    key = announce(store, "o1")
    for seconds, kept in ((0, 0), (59, 0), (60, 60), (100, 60)):
        moment = NOW + timedelta(seconds=seconds)
        access_store.seen(store, key, now=moment)
        last = access_store.user_of(store, key).last_seen_at
        assert last == NOW + timedelta(seconds=kept)


def test_a_grant_works_at_once_and_stays_as_history_when_it_is_taken_away(store):
    key = announce(store, "o1", SALES)
    version = access_changes.give(
        store, LOCAL_USER, read(store, key), [Grant("market", " DE "), SALES], on=ON
    )
    assert scope(store, key).markets == ("DE",)
    later = Occasion(NOTHING, NOW + timedelta(days=1), "command")
    ana = Scope("Ana", "admin", user_key="command:ana")
    gone = [Grant("market", "DE"), Grant("market", "never given")]
    access_changes.revoke(store, ana, ReadUser(key, version), gone, on=later)
    assert scope(store, key).markets == ()
    rows = access_store.grants(store, key)
    assert rows[["kind", "value", "granted_by", "revoked_by"]].to_numpy().tolist() == [
        ["role", "sales", "local user", ""],
        ["market", "DE", "local user", "Ana"],
    ]
    assert rows["revoked_at"].tolist()[1] == later.now
    told = [(event, detail.get("grants")) for event, detail in events(store)]
    assert told == [
        ("user", None),
        ("grant", [["role", "sales"]]),
        ("grant", [["market", "DE"]]),
        ("revoke", [["market", "DE"]]),
    ]


def test_what_changes_nothing_leaves_version_and_audit_alone(store):
    key = announce(store, "o1", SALES)
    before = len(events(store))
    seen = read(store, key)
    assert access_changes.give(store, LOCAL_USER, seen, [SALES], on=ON) == seen.version
    assert access_changes.revoke(store, LOCAL_USER, seen, [ADMIN], on=ON) == seen.version
    assert access_changes.activate(store, LOCAL_USER, seen, on=ON) == seen.version
    assert access_changes.link_person(store, LOCAL_USER, seen, "", on=ON) == seen.version
    assert len(events(store)) == before


def test_many_grants_are_audited_whole(store):
    many = {Grant("tenant", f"{number:0190}") for number in range(100)}
    key = announce(store, "o1", *many)
    told = [detail["grants"] for event, detail in events(store) if event == "grant"]
    assert {Grant(*one) for part in told for one in part} == many
    assert len(scope(store, announce(store, "o2", SALES, *many)).tenant_ids) == 100
    more = [Grant("tenant", str(number)) for number in range(1_901)]
    with pytest.raises(InsightsError, match="2,000 grants"):
        access_changes.give(store, LOCAL_USER, read(store, key), more, on=ON)


def test_the_second_of_two_admins_is_told_what_the_first_changed(store):
    key = announce(store, "o1", SALES)
    seen = read(store, key)
    other = Scope("Cy", "admin", user_key="command:cy")
    access_changes.give(store, other, seen, [Grant("market", "DE")], on=ON)
    with pytest.raises(ChangedMeanwhileError, match="Cy changed Market on 23 November"):
        access_changes.deactivate(store, LOCAL_USER, seen, on=ON)
    assert access_store.user_of(store, key).is_active


@pytest.mark.parametrize(
    ("granted", "words"),
    [
        (Grant("role", "boss"), "is no role"),
        (Grant("pet", "dog"), "is no kind of grant"),
        (Grant("money", "much"), "takes no value"),
        (Grant("partner", " "), "needs a value"),
        (Grant("market", "a\nb"), "this is no id or name"),
    ],
)
def test_a_wrong_grant_is_refused(sqlite_store, granted, words):
    key = announce(sqlite_store, "o1")
    with pytest.raises(InsightsError, match=words):
        access_changes.give(sqlite_store, LOCAL_USER, read(sqlite_store, key), [granted], on=ON)
    assert access_store.grants(sqlite_store).empty


@pytest.mark.parametrize(
    "who",
    [
        Scope("Lea", "leadership"),
        Scope("Sam", "sales"),
        Scope("Max", "account_manager"),
        Scope("Ana", "admin", viewed_by="local user"),
    ],
)
def test_only_an_admin_in_person_changes_anything(sqlite_store, who):
    key = announce(sqlite_store, "o1", SALES)
    seen, count_before = read(sqlite_store, key), len(events(sqlite_store))
    claims = ProviderClaims("dir", "o2")
    user = access_store.user_of(sqlite_store, key)
    plan = access_lists.plan_of(sqlite_store, (), on=ON)
    for change in (
        lambda: access_changes.give(sqlite_store, who, seen, [ADMIN], on=ON),
        lambda: access_changes.revoke(sqlite_store, who, seen, [SALES], on=ON),
        lambda: access_changes.announce_user(sqlite_store, who, claims, [ADMIN], on=ON),
        lambda: access_changes.deactivate(sqlite_store, who, seen, on=ON),
        lambda: access_changes.activate(sqlite_store, who, seen, on=ON),
        lambda: access_changes.link_person(sqlite_store, who, seen, "", on=ON),
        lambda: access_changes.note_view_as(sqlite_store, who, user, begins=True, now=NOW),
        lambda: access_lists.take_over(sqlite_store, who, plan, on=ON),
    ):
        with pytest.raises(DeniedError):
            change()
    assert len(events(sqlite_store)) == count_before


def test_an_admin_whose_right_has_ended_changes_nothing_with_an_open_page(store):
    first, second = announce(store, "o1", ADMIN), announce(store, "o2", ADMIN)
    open_page = scope(store, first)
    access_changes.revoke(store, LOCAL_USER, read(store, first), [ADMIN], on=ON)
    with pytest.raises(DeniedError, match="no access any more"):
        access_changes.give(store, open_page, read(store, second), [SALES], on=ON)
    access_changes.give(store, LOCAL_USER, read(store, first), [SALES], on=ON)
    with pytest.raises(DeniedError, match="may not give access"):
        access_changes.give(store, open_page, read(store, second), [SALES], on=ON)


@pytest.mark.parametrize(
    "announced",
    [
        ProviderClaims("", "o"),
        ProviderClaims("d", " "),
        ProviderClaims("d", "ana@example.com"),
        ProviderClaims("elsewhere", "o"),
        ProviderClaims("dir", "o1"),
    ],
)
def test_nobody_is_announced_by_mail_twice_or_from_elsewhere(sqlite_store, announced):
    announce(sqlite_store, "o1")
    here = Occasion(AccessMapping(directories=("dir", "d")), NOW)
    with pytest.raises(InsightsError):
        access_changes.announce_user(sqlite_store, LOCAL_USER, announced, on=here)
    assert len(access_store.users(sqlite_store)) == 1


def test_an_announced_user_is_who_signs_in_with_the_same_ids(store):
    key = announce(store, "o1", SALES, Grant("everything"))
    assert access_store.user_of(store, key).first_seen_at is None
    user = access_store.note_sign_in(store, ProviderClaims("dir", "o1", name="Ana"), now=NOW)
    assert (user.user_key, user.first_seen_at) == (key, NOW)
    assert scope(store, key).is_unrestricted


def test_a_user_is_linked_to_somebody_on_the_people_list_only(store):
    save_person(store, LOCAL_USER, Person("o1@example.com", "O One"), version=None, now=NOW)
    key = announce(store, "o1", SALES)
    assert scope(store, key).person == ""  # an equal e-mail alone links nobody
    with pytest.raises(InsightsError, match="not on the people list"):
        access_changes.link_person(store, LOCAL_USER, read(store, key), "x@example.com", on=ON)
    seen = read(store, key)
    access_changes.link_person(store, LOCAL_USER, seen, " O1@example.com ", on=ON)
    assert scope(store, key).person == "o1@example.com"
    with pytest.raises(ChangedMeanwhileError, match="local user changed Person"):
        access_changes.link_person(store, LOCAL_USER, seen, "", on=ON)


def test_an_inactive_user_has_no_scope_and_gets_it_back_with_all_grants(store):
    key = announce(store, "o1", SALES, Grant("market", "DE"))
    access_changes.deactivate(store, LOCAL_USER, read(store, key), on=ON)
    assert scope(store, key) is None
    access_changes.activate(store, LOCAL_USER, read(store, key), on=ON)
    assert scope(store, key).markets == ("DE",)


# --- the last admin -------------------------------------------------------------------------------


def test_the_last_admin_stays(store):
    key = arrive(store, "o1", ADMIN)
    for change in (
        lambda: access_changes.revoke(store, LOCAL_USER, read(store, key), [ADMIN], on=ON),
        lambda: access_changes.deactivate(store, LOCAL_USER, read(store, key), on=ON),
    ):
        with pytest.raises(LastAdminError, match="Nobody would be left"):
            change()
    assert scope(store, key).role == "admin"
    announce(store, "o9", ADMIN)  # who never signed in may be a wrong id
    with pytest.raises(LastAdminError):
        access_changes.deactivate(store, LOCAL_USER, read(store, key), on=ON)
    other = arrive(store, "o2", ADMIN)
    access_changes.deactivate(store, LOCAL_USER, read(store, key), on=ON)
    with pytest.raises(LastAdminError):
        access_changes.deactivate(store, LOCAL_USER, read(store, other), on=ON)


def test_the_last_admin_of_the_store_may_go_where_the_configuration_or_provider_has_one(store):
    key = arrive(store, "o1", ADMIN)
    by_group = AccessMapping(groups={"g": (ADMIN,)})
    access_store.note_sign_in(store, ProviderClaims("dir", "o2", groups=("g",)), now=NOW)
    late = Occasion(by_group, NOW + timedelta(days=40))
    with pytest.raises(LastAdminError):  # the provider's word is too old to rely on
        access_changes.revoke(store, LOCAL_USER, read(store, key), [ADMIN], on=late)
    on = Occasion(by_group, NOW)
    access_changes.revoke(store, LOCAL_USER, read(store, key), [ADMIN], on=on)
    again = arrive(store, "o3", ADMIN)
    glass = Occasion(AccessMapping(admins=(("dir", "o9"),)), NOW)
    access_changes.deactivate(store, LOCAL_USER, read(store, again), on=glass)


def test_an_admin_of_the_configuration_is_not_deactivated_here(store):
    key = announce(store, "o1")
    glass = Occasion(AccessMapping(admins=(("dir", "o1"),)), NOW)
    with pytest.raises(InsightsError, match="by the configuration"):
        access_changes.deactivate(store, LOCAL_USER, read(store, key), on=glass)


def test_two_admins_cannot_remove_each_other_at_once(store):
    keys = [arrive(store, "o1", ADMIN), arrive(store, "o2", ADMIN)]
    for round_ in range(4):
        scopes = [scope(store, key) for key in keys]
        reads = [read(store, key) for key in keys]

        def remove(at, scopes=scopes, reads=reads, take=round_ % 2):
            change = (
                (lambda *a: access_changes.revoke(store, *a, [ADMIN], on=ON))
                if take
                else (lambda *a: access_changes.deactivate(store, *a, on=ON))
            )
            change(scopes[at], reads[1 - at])

        with ThreadPoolExecutor(2) as threads:
            jobs = [threads.submit(remove, at) for at in (0, 1)]
        failures = [job.exception() for job in jobs]
        assert sum(failure is None for failure in failures) == 1
        assert all(isinstance(one, DeniedError) for one in failures if one is not None)
        for key in keys:
            access_changes.activate(store, LOCAL_USER, read(store, key), on=ON)
            access_changes.give(store, LOCAL_USER, read(store, key), [ADMIN], on=ON)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["give", "revoke", "deactivate", "activate", "list"]),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    max_size=10,
)
NUMBERS = count(1)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_admins_do_one_is_left(store, steps):
    number = next(NUMBERS)
    for user in access_store.stored_users(store):  # those of the example before
        access_changes.give(store, LOCAL_USER, read(store, user.user_key), [ADMIN], on=ON)
    keys = [arrive(store, f"n{number}-{each}", ADMIN) for each in range(3)]
    glass = Occasion(AccessMapping(admins=(("x", "y"),)), NOW)
    for user in access_store.stored_users(store):
        if user.user_key not in keys:
            access_changes.revoke(store, LOCAL_USER, read(store, user.user_key), [ADMIN], on=glass)
    for what, at, by in steps:
        who = LOCAL_USER if by == 3 else scope(store, keys[by])
        try:
            if who is not None:
                do(store, who, what, keys[at])
        except (LastAdminError, DeniedError):
            pass
        left = [one for one in (scope(store, key) for key in keys) if one is not None]
        assert any(one.role == "admin" for one in left)


def do(store, who: Scope, what: str, key: str) -> None:
    if what == "list":
        user = access_store.user_of(store, key)
        text = f"Directory id,Object id,Role\n{user.directory_id},{user.object_id},sales\n"
        listed, problems = access_lists.users_from_file(text.encode(), "u.csv")
        assert problems.empty
        plan = access_lists.plan_of(store, listed, on=ON)
        access_lists.take_over(store, who, plan, on=ON)
    elif what in ("give", "revoke"):
        getattr(access_changes, what)(store, who, read(store, key), [ADMIN], on=ON)
    else:
        getattr(access_changes, what)(store, who, read(store, key), on=ON)


# --- lists ----------------------------------------------------------------------------------------

LIST = (
    b"Directory id;Object id;Name;E-mail;Role;Partners;Markets;Money\n"
    b"dir;o1;;;sales;;DE | Nowhere;yes\n"
    b"dir;new;Bo Ek;bo@example.com;account manager;p1, p9;;\n"
)


def excel(text: bytes) -> bytes:
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(text.decode().splitlines()):
            sheet.write_row(at, 0, line.split(";"))
    return content.getvalue()


@pytest.mark.parametrize(("name", "content"), [("u.csv", LIST), ("u.xlsx", excel(LIST))])
def test_a_list_tells_what_it_would_do_and_does_that(store, name, content):
    fill_claims(store, claims=False)
    key = announce(store, "o1", SALES, Grant("market", "US"), Grant("segment", "S"))
    listed, problems = access_lists.users_from_file(content, name)
    assert problems.empty
    plan = access_lists.plan_of(store, listed, on=ON)
    told = plan.effects[["user_key", "effect", "kind", "value"]].to_numpy().tolist()
    assert told == [
        [key, "new", "market", "DE"],
        [key, "new", "market", "Nowhere"],
        [key, "new", "money", ""],
        [key, "taken away", "market", "US"],
        [key, "unchanged", "role", "sales"],
        ["", "new", "partner", "p1"],
        ["", "new", "partner", "p9"],
        ["", "new", "role", "account_manager"],
    ]
    assert plan.announced == 1
    unknown = access_lists.unknown_in_list(store, listed)
    assert unknown.loc[unknown["row"] == 2, "message"].tolist() == ["p9 is not in the reports."]
    assert len(access_store.users(store)) == 1  # nothing was changed yet
    access_lists.take_over(store, LOCAL_USER, plan, on=Occasion(NOTHING, NOW, "upload"))
    mine = scope(store, key)
    assert (mine.markets, mine.segments, mine.may("money")) == (("DE", "Nowhere"), ("S",), True)
    rows = access_store.users(store)
    assert rows["name"].tolist() == ["Bo Ek", "O1"]
    assert scope(store, rows["user_key"][0]).partner_ids == ("p1", "p9")
    with pytest.raises(ChangedMeanwhileError):
        access_lists.take_over(store, LOCAL_USER, plan, on=ON)
    again = access_lists.plan_of(store, listed, on=ON)
    assert (again.count("new"), again.count("taken away"), again.count("unchanged")) == (0, 0, 7)


def test_a_list_is_taken_over_whole_or_not_at_all(store):
    key = arrive(store, "o1", ADMIN)
    text = b"Directory id,Object id,Role\ndir,new,sales\ndir,o1,\n"
    listed, _ = access_lists.users_from_file(text, "u.csv")
    plan = access_lists.plan_of(store, listed, on=ON)
    before = len(events(store))
    with pytest.raises(LastAdminError):
        access_lists.take_over(store, LOCAL_USER, plan, on=ON)
    assert access_store.users(store)["user_key"].tolist() == [key]
    assert len(events(store)) == before


def test_a_saved_list_brought_in_again_changes_nothing(store):
    announce(store, "o1", SALES, Grant("market", "North, West"), Grant("partner", "1"))
    announce(store, "o2", ADMIN, Grant("money"))
    everybody = access_store.users(store)
    granted = access_store.grants(store, only_in_force=True)
    held = {
        key: [Grant(*one) for one in rows[["kind", "value"]].to_numpy()]
        for key, rows in granted.groupby("user_key")
    }
    saved = list_rows(everybody, held).to_csv(index=False).encode()
    listed, problems = access_lists.users_from_file(saved, "u.csv")
    assert problems.empty
    plan = access_lists.plan_of(store, listed, on=ON)
    assert (plan.count("new"), plan.count("taken away"), plan.count("unchanged")) == (0, 0, 5)
    template, wrong = access_lists.users_from_file(template_csv().encode(), "t.csv")
    assert (len(template), wrong.empty) == (1, True)
