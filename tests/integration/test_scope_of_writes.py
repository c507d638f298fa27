"""Nobody changes what lies outside their scope, also not with an id that they got hold of."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import make_url, select

from data_access import schema
from data_access.action_making import Wanted, create_action, ensure_action
from data_access.action_steps import Read, change_many, complete, dismiss, reopen, snooze, take
from data_access.actions_store import (
    action_of,
    actions,
    add_note,
    change_action,
    mark_steps,
)
from data_access.claim_drafts import draft_of, save_answers, set_status
from data_access.errors import InsightsError
from data_access.locations import file_store_url
from data_access.own_actions import OwnTask, add_own_action
from data_access.plan_store import accept_plan
from data_access.saved_views import delete_view, saved_views, set_team
from data_access.store import Store
from data_access.targets_store import set_target
from data_access.types import LOCAL_USER
from insights.actions.plan import WeekPlan
from tests.builders import NOW
from tests.prime_store import action_ids, draft_id
from tests.prime_world import (
    BASE,
    EXO,
    QUARTER,
    TEAMS,
    WEEK,
    B,
    scopes_of_avalon,
    tenant_of,
    viewer,
)

LIMITED = {name: scope for name, scope in scopes_of_avalon().items() if name != "one partner"}


@pytest.fixture(scope="module")
def store(prime_urls, tmp_path_factory):
    """A copy of the store of primes that may be written to."""
    filled = Path(make_url(prime_urls[BASE.name]).database).parent
    copy = shutil.copytree(filled, tmp_path_factory.mktemp("written") / "store")
    with Store.open(file_store_url(copy / "store.db")) as opened:
        yield opened


@pytest.fixture(params=LIMITED)
def scope(request):
    return LIMITED[request.param]


@pytest.fixture(autouse=True)
def _unchanged(request, store):
    """After the test the app database holds what it held before."""

    def content():
        with store.app_read() as connection:
            tables = [each for each in schema.app.sorted_tables if each.name != "audit_event"]
            return {
                each.name: [tuple(row) for row in connection.execute(select(each))]
                for each in tables
            }

    before = content()
    yield
    if "own" in request.node.name.split("_"):
        return
    assert content() == before


def refused(act, *arguments, **settings):
    """Call something that must be refused as unknown, whoever it belongs to."""
    with pytest.raises(InsightsError, match=r"not known|not in your portfolio"):
        act(*arguments, **settings)


@pytest.fixture
def theirs(store):
    """An action of somebody else's customer as somebody who sees everything reads it."""
    return action_of(store, LOCAL_USER, action_ids(store, 5)[0], now=NOW)


def test_action_of_others_is_refused_in_the_words_for_an_unknown_one(store, scope, theirs):
    one, version = str(theirs["action_id"]), int(theirs["version"])
    read = Read(one, version)
    assert action_of(store, scope, one, now=NOW) is None
    changes = {"owner": "ana@example.com"}
    refused(change_action, store, scope, one, version=version, changes=changes, now=NOW)
    refused(add_note, store, scope, one, "Mine now", now=NOW)
    refused(mark_steps, store, scope, one, done=["call"], now=NOW)
    refused(take, store, scope, read, owner=scope.person, now=NOW)
    refused(snooze, store, scope, read, until=date(2027, 1, 4), reason="Later", now=NOW)
    refused(dismiss, store, scope, read, reason="declined", now=NOW)
    refused(complete, store, scope, read, outcome="worked", now=NOW)
    refused(reopen, store, scope, read, now=NOW)
    done = change_many(store, scope, {one: version}, changes=changes, now=NOW)
    assert not done.changed
    assert set(done.refused) == {one}


def test_nothing_is_made_for_a_customer_of_others(store, scope):
    tenant = tenant_of(5, BASE)
    refused(ensure_action, store, scope, tenant, TEAMS, now=NOW)
    refused(add_own_action, store, scope, OwnTask(tenant, "", "Call them"), now=NOW)
    wanted = Wanted(tenant, TEAMS, "activate", "milestone 15", B, {"facts": "{}"})
    refused(create_action, store, scope, wanted, now=NOW)


def test_workload_of_others_at_a_shared_customer_is_refused(store):
    scope, tenant = LIMITED["partner"], tenant_of(9, BASE)
    refused(ensure_action, store, scope, tenant, EXO, now=NOW)


def test_plan_with_actions_of_others_changes_none_of_them(store, scope, theirs):
    one = str(theirs["action_id"])
    chosen = pd.DataFrame(
        {
            "action_id": [one],
            "owner": [scope.person],
            "place": [1],
            "due_on": [pd.Timestamp(WEEK)],
            "is_must": [False],
            "minutes": [30],
            "expected_usd_e4": [1],
        }
    )
    hours = pd.DataFrame({"email": [scope.person], "minutes": [60]})
    plan = WeekPlan(WEEK, chosen, chosen.iloc[:0].assign(left_because=""), hours, 0.0)
    with pytest.raises(InsightsError):
        accept_plan(store, scope, plan, {one: int(theirs["version"])}, now=NOW)


def test_claim_draft_of_others_is_unknown(store, scope):
    draft = draft_id(store, 5)
    seen = draft_of(store, viewer("b"), draft)
    assert draft_of(store, scope, draft) is None
    refused(save_answers, store, scope, draft, answers={"comments": "x"}, seen=seen, now=NOW)
    assert set_status(store, scope, draft, "discarded", now=NOW) is False


def test_view_of_others_stays_as_it_is(store, scope):
    mine = saved_views(store, viewer("b"))
    for view in mine.loc[mine["is_own"].astype("bool"), "view_id"]:
        set_team(store, scope, view, is_team=False, now=NOW)
        delete_view(store, scope, view, now=NOW)


def test_target_of_others_is_refused(store, scope):
    with pytest.raises(InsightsError, match="portfolio"):
        set_target(store, scope, quarter_start=QUARTER, partner_id=B, amount_usd=5.0, now=NOW)


def test_own_action_can_be_changed(store):
    # The tests above would also pass where nobody may do anything.
    scope = LIMITED["partner"]
    mine = actions(store, scope, now=NOW).iloc[0]
    add_note(store, scope, str(mine["action_id"]), "Called", now=NOW)
