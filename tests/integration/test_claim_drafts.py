"""Drafts in the app database: each answer kept, windows that meet, owners, and their life."""

from datetime import UTC, datetime, timedelta

import pytest

from data_access import claim_drafts
from data_access.claim_drafts import draft_events, draft_of, my_drafts, save_answers, set_status
from data_access.errors import InsightsError
from data_access.schema import claim_draft
from data_access.store import Store
from data_access.types import LOCAL_USER, Scope
from insights.claims.draft import ClaimDraft
from tests.claim_builders import good_draft

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SOMEBODY = Scope(who="somebody else", role="admin")


def start(store, draft=None, *, scope=LOCAL_USER, now=NOW):
    return claim_drafts.start_draft(store, scope, draft or ClaimDraft(), now=now)


def save(store, draft_id, seen, *, scope=LOCAL_USER, **answers):
    return save_answers(store, scope, draft_id, answers=answers, seen=seen, now=LATER)


def test_draft_is_found_again_after_the_store_was_closed(store):
    draft_id = start(store, good_draft())
    save(store, draft_id, draft_of(store, LOCAL_USER, draft_id), claim_name="Autumn")
    store.close()
    with Store.open(store.url) as again:
        found = draft_of(again, LOCAL_USER, draft_id)
    assert found.draft == good_draft(claim_name="Autumn")
    assert (found.status, found.started_at, found.saved_at) == ("draft", NOW, LATER)


def test_drafts_are_listed_for_their_owner_only_newest_change_first(store):
    first = start(store, good_draft(claim_name="first"))
    second = start(store, good_draft(claim_name="second"), now=LATER)
    start(store, good_draft(claim_name="theirs"), scope=SOMEBODY)
    mine = my_drafts(store, LOCAL_USER)
    assert mine["draft_id"].tolist() == [second, first]
    assert mine["saved_at"].tolist() == [LATER, NOW]
    assert my_drafts(store, Scope(who="nobody", role="admin")).empty


def test_draft_of_somebody_else_cannot_be_read_changed_or_closed(store):
    draft_id = start(store)
    seen = draft_of(store, LOCAL_USER, draft_id)
    assert draft_of(store, SOMEBODY, draft_id) is None
    with pytest.raises(InsightsError, match="not known"):
        save(store, draft_id, seen, scope=SOMEBODY, claim_name="x")
    assert not set_status(store, SOMEBODY, draft_id, "discarded", now=LATER)
    assert draft_events(store, SOMEBODY, draft_id).empty
    assert draft_of(store, LOCAL_USER, draft_id) == seen


def test_same_link_twice_is_one_draft_until_it_is_changed(store):
    draft_id = start(store)
    assert start(store) == draft_id
    save(store, draft_id, draft_of(store, LOCAL_USER, draft_id), claim_name="x")
    assert start(store) != draft_id


def test_two_windows_on_different_fields_keep_both(store):
    draft_id = start(store)
    seen = draft_of(store, LOCAL_USER, draft_id)
    first = save(store, draft_id, seen, claim_name="one")
    second = save(store, draft_id, seen, own_name="two")
    assert (first.replaced, first.is_changed_elsewhere) == ({}, False)
    assert (second.replaced, second.is_changed_elsewhere) == ({}, True)
    assert second.stored.draft == ClaimDraft(claim_name="one", own_name="two")


def test_two_windows_on_one_field_tell_what_was_replaced(store):
    draft_id = start(store)
    seen = draft_of(store, LOCAL_USER, draft_id)
    save(store, draft_id, seen, claim_name="one")
    second = save(store, draft_id, seen, claim_name="two")
    assert second.replaced == {"claim_name": "one"}
    assert draft_of(store, LOCAL_USER, draft_id).draft.claim_name == "two"


def test_same_answer_in_two_windows_replaces_nothing(store):
    draft_id = start(store)
    seen = draft_of(store, LOCAL_USER, draft_id)
    save(store, draft_id, seen, claim_name="one")
    assert save(store, draft_id, seen, claim_name="one").replaced == {}


def test_answer_that_is_stored_already_changes_no_moment(store):
    draft_id = start(store, good_draft())
    seen = draft_of(store, LOCAL_USER, draft_id)
    saved = save(store, draft_id, seen, claim_name=seen.draft.claim_name)
    assert saved.stored.saved_at == NOW
    assert draft_of(store, LOCAL_USER, draft_id).saved_at == NOW


def test_life_of_a_draft_is_noted(store):
    draft_id = start(store)
    for status in ("packed", "packed", "draft", "discarded", "draft"):
        set_status(store, LOCAL_USER, draft_id, status, now=LATER)
    events = draft_events(store, LOCAL_USER, draft_id)
    assert events["event"].tolist() == ["started", "packed", "reopened", "discarded", "reopened"]
    assert events["happened_at"].tolist() == [NOW, *[LATER] * 4]


@pytest.mark.parametrize("status", ["packed", "discarded"])
def test_closed_draft_is_not_changed(store, status):
    draft_id = start(store)
    seen = draft_of(store, LOCAL_USER, draft_id)
    set_status(store, LOCAL_USER, draft_id, status, now=LATER)
    with pytest.raises(InsightsError, match=status):
        save(store, draft_id, seen, claim_name="x")
    assert draft_of(store, LOCAL_USER, draft_id).draft == ClaimDraft()


def test_answer_that_is_too_long_is_refused(sqlite_store):
    draft_id = start(sqlite_store)
    seen = draft_of(sqlite_store, LOCAL_USER, draft_id)
    with pytest.raises(InsightsError, match="201 letters"):
        save(sqlite_store, draft_id, seen, claim_name="x" * 201)
    save(sqlite_store, draft_id, seen, comments="x" * 4_000)


def test_draft_of_a_newer_version_is_left_as_it_is(sqlite_store):
    draft_id = start(sqlite_store)
    with sqlite_store.app_write() as connection:
        connection.execute(claim_draft.update().values(content='{"novelty": 1}'))
    with pytest.raises(InsightsError, match="another version"):
        draft_of(sqlite_store, LOCAL_USER, draft_id)
    assert len(my_drafts(sqlite_store, LOCAL_USER)) == 1
