"""Playbooks that people change: checked, kept with who and when, and taken back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from data_access.errors import InsightsError
from data_access.playbook_files import PlaybookError
from data_access.playbook_store import (
    activate_playbook,
    is_changed,
    playbook_history,
    playbook_text,
    playbooks,
    reset_playbook,
    shipped_playbooks,
)
from data_access.schema import playbook_change
from data_access.types import LOCAL_USER, Scope

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_changed_playbook_is_in_force_until_it_is_taken_back(store):
    shipped = playbooks(store)["clock"]
    text = playbook_text(store, "clock").replace("minutes = 15", "minutes = 20")
    changed = activate_playbook(store, LOCAL_USER, "clock", text, now=NOW)
    assert changed.effort_minutes == shipped.effort_minutes + 5
    assert playbooks(store)["clock"] == changed
    assert playbook_text(store, "clock") == text
    assert is_changed(store) == {"clock"}
    assert reset_playbook(store, LOCAL_USER, "clock", now=NOW) == shipped
    assert playbooks(store) == shipped_playbooks()
    rows = playbook_history(store)
    assert rows["activated_by"].tolist() == ["local user", "local user"]
    assert rows["content"].isna().tolist() == [True, False]
    assert not is_changed(store)


def test_a_new_playbook_for_a_workload_stands_beside_the_general_one(sqlite_store):
    text = playbook_text(sqlite_store, "recover").replace('"all"', '["TEAMS"]')
    activate_playbook(sqlite_store, LOCAL_USER, "recover_teams", text, now=NOW)
    assert "recover_teams" in playbooks(sqlite_store)
    assert reset_playbook(sqlite_store, LOCAL_USER, "recover_teams", now=NOW) is None
    assert "recover_teams" not in playbooks(sqlite_store)


def test_what_cannot_be_used_changes_nothing(sqlite_store):
    right = playbook_text(sqlite_store, "recover")
    with pytest.raises(PlaybookError, match="minutes"):
        activate_playbook(
            sqlite_store, LOCAL_USER, "recover", right.replace("minutes = 45", ""), now=NOW
        )
    with pytest.raises(PlaybookError, match="has the playbook recover"):
        activate_playbook(sqlite_store, LOCAL_USER, "second", right, now=NOW)
    with pytest.raises(PlaybookError, match="small letters"):
        activate_playbook(sqlite_store, LOCAL_USER, "../etc", right, now=NOW)
    with pytest.raises(InsightsError, match="word for word"):
        activate_playbook(sqlite_store, LOCAL_USER, "recover", right, now=NOW)
    with pytest.raises(InsightsError, match="may not change people"):
        activate_playbook(sqlite_store, Scope("x", "sales"), "recover", right + "\n", now=NOW)
    with pytest.raises(InsightsError, match="nothing to take back"):
        reset_playbook(sqlite_store, LOCAL_USER, "recover", now=NOW)
    with pytest.raises(InsightsError, match="There is no playbook"):
        playbook_text(sqlite_store, "nothing")
    assert playbook_history(sqlite_store).empty


def test_one_that_this_version_cannot_read_gives_way_to_the_shipped_one(sqlite_store):
    kept = {"activated_at": NOW, "activated_by": "newer version", "content": "other = 1"}
    with sqlite_store.app_write() as connection:
        for code in ("clock", "unknown"):
            connection.execute(insert(playbook_change).values(code=code, **kept))
    assert playbooks(sqlite_store) == shipped_playbooks()
