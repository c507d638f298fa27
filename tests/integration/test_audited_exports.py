"""Files leave the app only with a row in the audit, and only with the rights of the moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from data_access.access_mapping import AccessMapping
from data_access.audit import AuditQuestion, Export, audit_events
from data_access.errors import DeniedError, StoreError
from data_access.types import LOCAL_USER, Scope
from pages.shared import audit_export
from pages.shared.audit_export import Made

FILE = Made(b"rows", 3)


def exports(store):
    today = datetime.now(UTC).date()
    question = AuditQuestion(today - timedelta(days=1), today, events=("export",))
    return audit_events(store, LOCAL_USER, question, limit=10)


def click(store, scope=LOCAL_USER, mapping=None, ends_at=None):
    told = Export("customers", "xlsx", "Customers", (("Market", "DE"),))
    return audit_export.Click(store, scope, mapping, ends_at, told)


def test_a_file_is_noted_with_page_kind_filters_and_rows(store):
    assert audit_export.given(click(store), lambda: FILE) == b"rows"
    row = exports(store).iloc[0]
    assert (row["subject"], row["who"]) == ("customers", "local user")
    told = '{"kind": "xlsx", "title": "Customers", "filters": [["Market", "DE"]], "rows": 3}'
    assert row["detail"] == told


def test_no_file_is_given_where_the_note_cannot_be_written(sqlite_store):
    with sqlite_store.app_write() as connection:
        connection.execute(text("DROP TABLE audit_event"))
    with pytest.raises(Exception, match="audit_event"):
        audit_export.given(click(sqlite_store), lambda: FILE)


def test_no_file_is_given_to_who_lost_the_rights_since(store):
    gone = Scope("Ana", "sales", user_key="u-ana", markets=("DE",))
    with pytest.raises(DeniedError, match="has changed"):
        audit_export.given(click(store, gone, AccessMapping()), lambda: FILE)
    assert exports(store).empty


def test_no_file_is_given_after_the_session(store):
    ended = datetime.now(UTC) - timedelta(seconds=1)
    with pytest.raises(DeniedError, match="has ended"):
        audit_export.given(click(store, LOCAL_USER, AccessMapping(), ended), lambda: FILE)
    assert exports(store).empty


def test_a_file_that_cannot_be_made_is_not_noted(store):
    def fails():
        raise StoreError("gone")

    with pytest.raises(StoreError):
        audit_export.given(click(store), fails)
    assert exports(store).empty


def test_a_file_seen_with_other_eyes_is_the_admins(store):
    seen = replace(LOCAL_USER, who="Ana", user_key="u-ana", viewed_by="u-admin")
    audit_export.given(click(store, seen), lambda: FILE)
    assert exports(store)[["user_key", "viewed_as"]].iloc[0].tolist() == ["u-admin", "u-ana"]
