"""The demo's invented people and their past: tied to its usage, the same for the same seed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from data_access.actions_store import actions
from data_access.demo.past_work import GOALS
from data_access.demo.work import MONTHS_BACK, PEOPLE, add_past_work, work_on_actions
from data_access.outcome_facts import begun_actions
from data_access.people_store import people
from data_access.plan_store import plans
from data_access.schema import action, action_event, tenant, usage, workload
from data_access.store import Store
from data_access.types import LOCAL_USER, OPEN_END
from insights.actions.kinds import ENDED, LIVE, OUTCOMES_BY_CODE, USAGE_KINDS
from insights.months import month_index
from tests.action_builders import action_row, add_actions
from tests.builders import fill_store

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
JAN, OCT = month_index(2024, 1), month_index(2026, 10)


def fill_demo(store):
    """Write 60 customers whose usage rises slowly through both milestones."""
    rows = [
        (f"t{at}", "TEAMS", month, 1000, 60 + 7 * at + 3 * (month - JAN))
        for at in range(60)
        for month in range(JAN, OCT + 1)
    ]
    held = [(f"p{at % 9}", f"t{at}", "TEAMS", JAN, OPEN_END) for at in range(60)]
    fill_store(store, rows, held)


@pytest.fixture
def worked(sqlite_store):
    """A store of 60 customers that rise slowly through both milestones, worked on by the demo."""
    fill_demo(sqlite_store)
    add_past_work(sqlite_store, seed=5, now=NOW)
    return sqlite_store


def every(store):
    return actions(store, LOCAL_USER, now=NOW, statuses=(*LIVE, *ENDED))


def test_everybody_is_on_the_list_and_partners_have_an_owner(worked):
    listed = people(worked)
    assert len(listed) == len(PEOPLE)
    owned = [one for text in listed["partner_ids"] for one in text.strip("[]").split(", ") if one]
    assert sorted(owned) == sorted(f'"p{at}"' for at in range(9))
    assert listed["email"].str.endswith(".example").all()


def test_actions_follow_from_usage_as_it_stood(worked):
    made = every(worked)
    assert len(made) > 30
    assert set(made["kind"]) <= set(USAGE_KINDS)
    counts = select(tenant.c.tenant_id, usage.c.month, usage.c.monthly_active_users).join(
        usage, usage.c.tenant_key == tenant.c.tenant_key
    )
    with worked.read() as connection:
        users = {(one, month): count for one, month, count in connection.execute(counts)}
        assert connection.scalar(select(func.count()).select_from(workload)) == 1
    for row in made.to_dict("records"):
        before = month_index(row["created_at"].year, row["created_at"].month) - 1
        known = users[row["tenant_id"], min(before, OCT)] / 1000
        assert known < row["milestone"] / 100 <= known + 0.16
        assert row["milestone"] / 100 in GOALS


def test_past_ends_before_now_and_begins_after_the_making(worked):
    made = every(worked)
    ended = made[made["ended_at"].notna()]
    assert (ended["ended_at"] <= NOW).all()
    assert (made["created_at"] >= NOW - timedelta(days=31 * (MONTHS_BACK + 2))).all()
    begun = begun_actions(worked, LOCAL_USER, now=NOW)
    assert begun["begun_at"].max() <= NOW
    done = made[made["status"] == "done"]
    assert set(done["outcome"]) <= set(OUTCOMES_BY_CODE)
    with worked.app_read() as connection:
        last = select(action_event.c.action_id, func.max(action_event.c.version)).group_by(
            action_event.c.action_id
        )
        versions = dict(connection.execute(last).all())
        stored = select(action.c.action_id, action.c.version)
        assert versions == dict(connection.execute(stored).all())


def test_plans_of_the_last_weeks_hold_what_was_begun_in_them(worked):
    kept = plans(worked, LOCAL_USER, now=NOW)
    planned = every(worked)
    for row in kept.to_dict("records"):
        assert row["actions"] == (planned["planned_week"].dt.date == row["week"]).sum()
        assert row["week"].weekday() == 0


def test_same_seed_gives_the_same_work(worked, tmp_path):
    again = Store.open(f"sqlite:///{tmp_path}/again.db")
    fill_demo(again)
    add_past_work(again, seed=5, now=NOW)
    assert every(again)["action_id"].tolist() == every(worked)["action_id"].tolist()
    again.close()


def test_what_a_scoring_listed_before_is_left_alone(worked, tmp_path):
    first = every(worked).iloc[0]
    other = Store.open(f"sqlite:///{tmp_path}/other.db")
    fill_demo(other)
    names = ("tenant_id", "workload", "kind", "reason")
    add_actions(other, action_row("mine", **{name: str(first[name]) for name in names}))
    count = add_past_work(other, seed=5, now=NOW)
    assert count == len(every(worked)) - 1
    assert "mine" in every(other)["action_id"].tolist()
    other.close()


def test_store_without_usage_gets_no_work(sqlite_store):
    assert add_past_work(sqlite_store, seed=5, now=NOW) == 0
    assert people(sqlite_store).empty


def test_few_of_the_scored_actions_are_taken_snoozed_and_dismissed(worked):
    fresh = [action_row(f"s{at:02}", tenant_id=f"t{at}", run_id=3) for at in range(40)]
    add_actions(worked, *fresh)
    work_on_actions(worked, seed=5, now=NOW)
    status = every(worked).set_index("action_id")["status"].filter(like="s")
    counts = status[status.index.str.match(r"s\d\d$")].value_counts()
    assert counts.to_dict() == {"open": 19, "in_progress": 10, "snoozed": 6, "dismissed": 5}
