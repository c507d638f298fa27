"""The audit: written with what it tells of, only ever growing, read by who may."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from data_access.audit import AuditQuestion, audit_counts, audit_events, note
from data_access.errors import DeniedError
from data_access.schema import audit_event, store_event
from data_access.types import LOCAL_USER, Scope

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = AuditQuestion(first=date(2026, 11, 23), last=date(2026, 11, 23))


def fill(store):
    with store.app_write() as connection:
        note(
            connection,
            LOCAL_USER,
            "export",
            subject_kind="page",
            subject="customers",
            detail={"rows": 3},
            now=NOW,
        )
    with store.write() as connection:
        seen = Scope("Ana", "sales", user_key="u-ana", viewed_by="u-admin")
        note(connection, seen, "import", subject="usage.csv", now=NOW.replace(hour=10))


def test_events_of_both_databases_are_read_together_newest_first(store):
    fill(store)
    rows = audit_events(store, LOCAL_USER, TODAY, limit=10)
    assert rows["event"].tolist() == ["import", "export"]
    assert rows["place"].tolist() == ["store", "app"]
    assert rows[["user_key", "viewed_as"]].iloc[0].tolist() == ["u-admin", "u-ana"]
    assert json.loads(rows["detail"].iloc[1]) == {"rows": 3}
    assert len(audit_events(store, LOCAL_USER, TODAY, limit=1)) == 1
    counts = audit_counts(store, LOCAL_USER, TODAY).set_index("event")["events"]
    assert counts.to_dict() == {"export": 1, "import": 1}


def test_a_question_leaves_only_what_it_asks_for(store):
    fill(store)
    for question, left in (
        (AuditQuestion(TODAY.first, TODAY.last, events=("export",)), ["export"]),
        (AuditQuestion(TODAY.first, TODAY.last, user_keys=("u-admin",)), ["import"]),
        (AuditQuestion(TODAY.first, TODAY.last, text="USAGE.csv"), ["import"]),
        (AuditQuestion(date(2026, 11, 24), date(2026, 11, 24)), []),
    ):
        assert audit_events(store, LOCAL_USER, question, limit=9)["event"].tolist() == left


def test_rows_are_neither_changed_nor_removed(store):
    fill(store)
    for table, write in ((audit_event, store.app_write), (store_event, store.write)):
        for statement in (delete(table), update(table).values(who="nobody")):
            with pytest.raises(DBAPIError, match="only grows"), write() as connection:
                connection.execute(statement)
    assert len(audit_events(store, LOCAL_USER, TODAY, limit=10)) == 2


def test_a_row_goes_with_what_it_tells_of(store):
    def fail():
        with store.app_write() as connection:
            note(connection, LOCAL_USER, "export", now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert audit_events(store, LOCAL_USER, TODAY, limit=10).empty


def test_only_who_may_reads_the_audit(store):
    with pytest.raises(DeniedError, match="read the audit"):
        audit_events(store, Scope("Leo", "leadership"), TODAY, limit=10)
