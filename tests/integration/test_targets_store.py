"""Earnings targets: the newest stands, nothing is lost, and nobody sees more than they may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data_access.errors import InsightsError
from data_access.targets_store import (
    EVERYBODY,
    LARGEST_USD,
    set_target,
    standing_targets,
    target_history,
)
from data_access.types import LOCAL_USER, OPEN_END
from insights.months import month_index
from tests.builders import fill_store

OCT = month_index(2026, 10)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEADER = replace(LOCAL_USER, who="leader", role="admin")


@pytest.fixture
def filled(store):
    held = [("p1", "t1", "TEAMS", OCT, OPEN_END), ("p2", "t2", "TEAMS", OCT, OPEN_END)]
    usage = [("t1", "TEAMS", OCT, 100, 40), ("t2", "TEAMS", OCT, 100, 40)]
    fill_store(store, usage, held, accounts={"p1": "a1", "p2": "a2"})
    return store


def told(store, scope=LEADER, **values):
    given = {"quarter_start": OCT, "partner_id": EVERYBODY, "amount_usd": 5000, "now": NOON}
    set_target(store, scope, **(given | values))


def standing(store, scope=LEADER):
    rows = standing_targets(target_history(store, scope))
    return {
        (int(row.quarter_start), row.partner_id): int(row.amount_usd_e4)
        for row in rows.itertuples()
    }


def test_newest_target_stands_and_the_earlier_one_stays_in_the_history(filled):
    told(filled)
    told(filled, amount_usd=7500.5, now=NOON + timedelta(days=1))
    assert standing(filled) == {(OCT, ""): 75_005_000}
    history = target_history(filled, LEADER)
    assert history["amount_usd_e4"].to_list() == [75_005_000, 50_000_000]
    assert history["set_by"].to_list() == ["leader", "leader"]
    assert history["partner_name"].to_list() == ["Whole portfolio"] * 2


def test_target_taken_back_is_none_until_one_is_set_again(filled):
    told(filled)
    told(filled, amount_usd=None)
    assert standing(filled) == {}
    assert target_history(filled, LEADER)["amount_usd_e4"].isna().to_list() == [True, False]
    told(filled, amount_usd=1)
    assert standing(filled) == {(OCT, ""): 10_000}


def test_targets_of_quarters_and_partners_stand_beside_each_other(filled):
    told(filled)
    told(filled, partner_id="p1", amount_usd=2000)
    told(filled, quarter_start=OCT + 3, amount_usd=6000)
    assert standing(filled) == {
        (OCT, ""): 50_000_000,
        (OCT, "p1"): 20_000_000,
        (OCT + 3, ""): 60_000_000,
    }


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount_usd": 0}, "above \\$0"),
        ({"amount_usd": -1}, "above \\$0"),
        ({"amount_usd": float("nan")}, "above \\$0"),
        ({"amount_usd": LARGEST_USD + 1}, "up to"),
        ({"quarter_start": OCT + 1}, "fiscal quarter"),
        ({"partner_id": "nobody"}, "not in your portfolio"),
        ({"scope": replace(LOCAL_USER, role="sales")}, "may not set targets"),
        ({"scope": replace(LOCAL_USER, role="account_manager")}, "may not set targets"),
    ],
)
def test_wrong_target_is_refused_and_nothing_is_written(filled, values, words):
    with pytest.raises(InsightsError, match=words):
        told(filled, **values)
    assert target_history(filled, LEADER).empty


def test_largest_target_is_accepted(filled):
    told(filled, amount_usd=LARGEST_USD)
    assert standing(filled) == {(OCT, ""): LARGEST_USD * 10_000}


def test_scope_of_one_partner_sees_its_target_only(filled):
    told(filled)
    for name in ("p1", "p2"):
        told(filled, partner_id=name)
    assert set(standing(filled, replace(LEADER, partner_ids=("p1",)))) == {(OCT, "p1")}
    assert set(standing(filled, replace(LEADER, account_ids=("a2",)))) == {(OCT, "p2")}
    assert standing(filled, replace(LEADER, markets=("DE",))) == {}
    assert standing(filled, replace(LEADER, partner_ids=())) == {}


def test_scope_of_one_partner_sets_no_target_of_the_whole(filled):
    own = replace(LEADER, partner_ids=("p1",))
    with pytest.raises(InsightsError, match="not in your portfolio"):
        told(filled, own)
    told(filled, own, partner_id="p1")
    assert set(standing(filled)) == {(OCT, "p1")}
