"""Which actions a run creates, refreshes and closes; as a machine of runs, people and days."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from insights.actions.identity import (
    IDENTITY,
    Update,
    cool_until,
    is_for_workload,
    plan_update,
)
from insights.actions.kinds import (
    DISMISS_REASONS_BY_CODE,
    KEPT_OF_KIND,
    LAPSED_DAYS,
    LIVE,
    MOST_OF_KIND,
    OUTCOMES_BY_CODE,
)

TODAY = date(2026, 11, 22)


def candidates(*rows: tuple[str, str], worth: int = 100) -> pd.DataFrame:
    """Return one candidate per tenant and kind, on Teams, about the milestone of 15 %."""
    return pd.DataFrame(
        {
            "tenant_id": pd.Series([tenant for tenant, _ in rows], dtype="str"),
            "workload": pd.Series(["TEAMS" for _ in rows], dtype="str"),
            "kind": pd.Series([kind for _, kind in rows], dtype="str"),
            "reason": pd.Series(["milestone 15" for _ in rows], dtype="str"),
            "playbook": pd.Series([kind for _, kind in rows], dtype="str"),
            "expected_usd_e4": pd.Series([worth for _ in rows], dtype="int64"),
            "probability": pd.Series([0.5 for _ in rows], dtype="float64"),
            "users_needed": pd.Series([5 for _ in rows], dtype="Int64"),
        }
    )


def stored(*rows: dict) -> pd.DataFrame:
    """Return stored actions as plan_update takes them; by default open activations of t1."""
    blank = {
        "tenant_id": "t1",
        "workload": "TEAMS",
        "kind": "activate",
        "reason": "milestone 15",
        "playbook": "activate",
        "action_id": "a",
        "round": 1,
        "status": "open",
        "status_reason": "",
        "outcome": "",
        "ended_at": pd.NaT,
        "is_touched": False,
        "created_on": pd.Timestamp(TODAY),
    }
    told = pd.DataFrame([{**blank, **row} for row in rows], columns=list(blank))
    texts = dict.fromkeys([*IDENTITY, "playbook", "action_id", "status"], "str")
    told = told.astype({**texts, "is_touched": "bool", "round": "int64"})
    told["created_on"] = pd.to_datetime(told["created_on"])
    told["ended_at"] = pd.to_datetime(told["ended_at"], utc=True)
    return told.assign(cool_until=cool_until(told), is_for_workload=is_for_workload(told))


def plan(rows, known, *, standing=None, goals=(), caps=None, today=TODAY) -> Update:
    stays = rows if standing is None else standing
    return plan_update(rows, stays, known, goals=frozenset(goals), caps=caps or {}, today=today)


def test_a_new_candidate_is_created_and_a_known_one_refreshed():
    update = plan(candidates(("t1", "activate"), ("t2", "activate")), stored({}))
    assert update.create[["tenant_id", "round"]].to_numpy().tolist() == [["t2", 1]]
    assert update.refresh[["tenant_id", "action_id"]].to_numpy().tolist() == [["t1", "a"]]
    assert update.close.empty


def test_nothing_happens_when_there_is_nothing():
    update = plan(candidates(), stored())
    assert update.create.empty
    assert update.refresh.empty
    assert update.close.empty


def test_the_most_valuable_of_a_kind_are_created_and_the_others_counted():
    rows = candidates(*((f"t{n}", "activate") for n in range(MOST_OF_KIND + 3)))
    rows["expected_usd_e4"] = range(len(rows))
    update = plan(rows, stored())
    assert len(update.create) == MOST_OF_KIND
    assert update.create["expected_usd_e4"].min() == 3
    assert update.left_out == {"activate": 3}


@pytest.mark.parametrize(("touched", "closed"), [(False, ["overtaken"]), (True, [])])
def test_an_untouched_action_gives_way_far_behind_the_most_valuable(touched, closed):
    rows = candidates(*((f"t{n}", "activate") for n in range(KEPT_OF_KIND + 1)))
    rows.loc[rows["tenant_id"] == "t1", "expected_usd_e4"] = 0
    assert plan(rows, stored({"is_touched": touched})).close["closing"].tolist() == closed


@pytest.mark.parametrize("status", ["open", "snoozed"])
def test_what_may_not_stay_closes(status):
    update = plan(candidates(), stored({"status": status}))
    assert update.close.to_numpy().tolist() == [["a", "lapsed"]]


def test_what_somebody_works_on_lingers_until_its_goal_is_reached():
    known = stored({"status": "in_progress"})
    assert plan(candidates(), known).linger["action_id"].tolist() == ["a"]
    assert plan(candidates(), known, goals="a").close.to_numpy().tolist() == [["a", "reached"]]


def test_a_wider_rule_keeps_an_action_that_no_longer_qualifies_as_new():
    update = plan(candidates(), stored({}), standing=candidates(("t1", "activate")))
    assert update.close.empty
    assert update.refresh["action_id"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("end", "days"),
    [
        ({"status": "dismissed", "status_reason": "seasonal"}, 120),
        ({"status": "dismissed", "status_reason": "wrong_contact"}, 30),
        ({"status": "done", "outcome": "moved"}, 60),
        ({"status": "closed", "status_reason": "reached"}, 90),
        ({"status": "closed", "status_reason": "lapsed"}, LAPSED_DAYS),
    ],
)
def test_an_ended_action_comes_back_on_the_day_its_cool_down_ends(end, days):
    known = stored({**end, "ended_at": "2026-11-22T18:00Z", "round": 4})
    rows = candidates(("t1", "activate"))
    before = plan(rows, known, today=TODAY + timedelta(days=days - 1))
    assert before.create.empty
    assert before.held_back["cool_down"] == 1
    after = plan(rows, known, today=TODAY + timedelta(days=days))
    assert after.create["round"].tolist() == [5]


def test_a_dismissed_workload_gets_no_other_usage_action_but_its_claim_is_answered():
    known = stored(
        {"status": "dismissed", "status_reason": "not_ours", "ended_at": "2026-11-01T00:00Z"}
    )
    update = plan(candidates(("t1", "unblock"), ("t1", "clock"), ("t2", "unblock")), known)
    assert sorted(update.create["kind"] + update.create["tenant_id"]) == ["clockt1", "unblockt2"]
    assert update.held_back["dismissed"] == 1


def test_a_playbook_is_used_once_per_customer_in_its_days():
    rows = candidates(("t1", "recover"), ("t2", "recover"))
    rows["playbook"] = "recover"
    known = stored(
        {
            "kind": "recover",
            "workload": "EXO",
            "playbook": "recover",
            "created_on": pd.Timestamp(2026, 11, 1),
        }
    )
    stays = pd.concat([rows, candidates(("t1", "recover")).assign(workload="EXO")])
    early = plan(rows, known, standing=stays, caps={"recover": 30})
    assert early.create["tenant_id"].tolist() == ["t2"]
    assert early.held_back["frequency"] == 1
    later = plan(rows, known, standing=stays, caps={"recover": 30}, today=date(2026, 12, 1))
    assert len(later.create) == 2


class Runs(RuleBasedStateMachine):
    """Runs, days and people in any order, against a store as plain as can be."""

    tenants = st.sampled_from(["t1", "t2", "t3"])
    kinds = st.sampled_from(["activate", "unblock", "claim", "clock"])

    def __init__(self) -> None:
        super().__init__()
        self.today = TODAY
        self.rows: dict[str, dict] = {}
        self.qualifies: set[tuple[str, str]] = set()
        self.owners: dict[str, str] = {}

    @rule(pairs=st.sets(st.tuples(tenants, kinds), max_size=6))
    def world_changes(self, pairs):
        # A workload has at most one candidate about its usage, as the rules give them.
        usage = {tenant for tenant, kind in pairs if kind == "unblock"}
        self.qualifies = {p for p in pairs if p[1] != "activate" or p[0] not in usage}

    @rule(days=st.integers(1, 200))
    def days_pass(self, days):
        self.today += timedelta(days=days)

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def somebody_takes_one(self, data):
        row = self.rows[data.draw(st.sampled_from(sorted(self.rows)))]
        if row["status"] in LIVE:
            row.update(status="in_progress", is_touched=True)
            self.owners[row["action_id"]] = "ana"

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), how=st.sampled_from(["done", "dismissed"]))
    def somebody_ends_one(self, data, how):
        row = self.rows[data.draw(st.sampled_from(sorted(self.rows)))]
        if row["status"] in LIVE:
            why = data.draw(st.sampled_from(sorted(DISMISS_REASONS_BY_CODE)))
            what = data.draw(st.sampled_from(sorted(OUTCOMES_BY_CODE)))
            ended = {"ended_at": pd.Timestamp(self.today, tz="UTC"), "is_touched": True}
            told = {"status_reason": why} if how == "dismissed" else {"outcome": what}
            row.update(status=how, **ended, **told)

    @rule()
    def a_run(self):
        self.apply(self.planned())

    @rule()
    def a_run_twice(self):
        self.apply(self.planned())
        again = self.planned()
        assert again.create.empty
        assert again.close.empty

    def planned(self) -> Update:
        rows = candidates(*sorted(self.qualifies))
        return plan(rows, stored(*self.rows.values()), today=self.today, caps={"activate": 30})

    def apply(self, update: Update) -> None:
        cooling = stored(*self.rows.values())
        for _, row in update.create.iterrows():
            same = cooling[(cooling[IDENTITY] == row[IDENTITY]).all(axis=1)]
            assert not same["status"].isin(LIVE).any()
            assert not (
                same.sort_values("round")["cool_until"].tail(1) > pd.Timestamp(self.today)
            ).any()
            action_id = "/".join([*row[IDENTITY], str(row["round"])])
            assert action_id not in self.rows
            self.rows[action_id] = {
                **row[[*IDENTITY, "round", "playbook"]].to_dict(),
                "action_id": action_id,
                "created_on": pd.Timestamp(self.today),
            }
            self.rows[action_id] |= {"status": "open", "is_touched": False}
        for _, row in update.close.iterrows():
            before = self.rows[row["action_id"]]
            assert before["status"] in LIVE
            assert before["status"] != "in_progress"  # no goal was told
            before.update(
                status="closed",
                status_reason=row["closing"],
                ended_at=pd.Timestamp(self.today, tz="UTC"),
            )

    @invariant()
    def no_identity_is_live_twice(self):
        live = [r for r in self.rows.values() if r["status"] in LIVE]
        identities = [tuple(r[name] for name in IDENTITY) for r in live]
        assert len(identities) == len(set(identities))

    @invariant()
    def rounds_count_up_without_a_gap(self):
        by_identity: dict[tuple, list[int]] = {}
        for row in self.rows.values():
            by_identity.setdefault(tuple(row[n] for n in IDENTITY), []).append(row["round"])
        assert all(sorted(r) == list(range(1, len(r) + 1)) for r in by_identity.values())

    @invariant()
    def nothing_that_people_set_is_lost(self):
        taken = [row for row in self.rows.values() if row["action_id"] in self.owners]
        assert all(row["status"] in ("in_progress", "done", "dismissed") for row in taken)


TestRuns = Runs.TestCase
TestRuns.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
