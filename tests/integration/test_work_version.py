"""The store's work version differs after every change of an action, person, playbook or plan."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from sqlalchemy import insert

from data_access.action_steps import Read, snooze
from data_access.actions_store import actions, add_note, change_action
from data_access.people_store import save_person
from data_access.playbook_store import activate_playbook, playbook_text, reset_playbook
from data_access.schema import action_event, weekly_plan
from data_access.store import Store
from data_access.types import LOCAL_USER
from insights.actions.people import Person
from tests.action_builders import MADE_AT, action_row, add_actions
from tests.claim_store import fill_claims

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA = Person("ana@example.com", "Ana Lind", hours_per_week=6.0)


def test_version_differs_after_every_kind_of_change(store):
    seen = [store.work_version()]

    def differs_after(change, *arguments, **settings):
        change(store, *arguments, now=NOW, **settings)
        seen.append(store.work_version())
        assert len(set(seen)) == len(seen), change.__name__

    fill_claims(store)
    add_actions(store, action_row("a1"))
    seen.append(store.work_version())
    differs_after(change_action, LOCAL_USER, "a1", version=1, changes={"effort_minutes": 30})
    differs_after(add_note, LOCAL_USER, "a1", "Called them")
    day = (NOW + timedelta(days=1)).date()
    differs_after(snooze, LOCAL_USER, Read("a1", 2), until=day, reason="budget")
    differs_after(save_person, LOCAL_USER, ANA, version=None)
    text = playbook_text(store, "clock").replace("minutes = 15", "minutes = 20")
    differs_after(activate_playbook, LOCAL_USER, "clock", text)
    differs_after(reset_playbook, LOCAL_USER, "clock")
    differs_after(keep_plan)
    actions(store, LOCAL_USER, now=NOW + timedelta(days=1))  # wakes what is snoozed until then
    assert store.work_version() not in seen


def keep_plan(store, *, now):
    """Keep a plan alone: the actions that it sets change before, in a transaction of their own."""
    told = {"plan_id": "p1", "week": now.date(), "made_at": now, "made_by": "ana", "content": "{}"}
    with store.app_write() as connection:
        connection.execute(insert(weekly_plan), [told])


def test_version_stays_while_nothing_changes(store):
    fill_claims(store)
    add_actions(store, action_row("a1"))
    before = store.work_version()
    actions(store, LOCAL_USER, now=NOW)
    assert store.work_version() == before


def event(action_id):
    told = {"who": "ana", "event": "noted", "changes": "{}", "note": "", "version": 1}
    return {"action_id": action_id, "happened_at": MADE_AT, **told}


def test_version_differs_when_an_overtaken_change_is_told(new_postgres_url):
    written, may_end = Event(), Event()
    with Store.open(new_postgres_url()) as store:

        def write_slowly():
            with store.app_write() as connection:
                connection.execute(insert(action_event), [event("slow")])
                written.set()
                may_end.wait(timeout=30)

        slow = Thread(target=write_slowly)
        slow.start()
        assert written.wait(timeout=30)
        with store.app_write() as connection:
            connection.execute(insert(action_event), [event("fast")])
        before = store.work_version()
        may_end.set()
        slow.join(timeout=30)
        assert store.work_version() != before
