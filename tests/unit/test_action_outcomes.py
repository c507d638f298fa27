"""What became of actions against similar pairs: matches, changes and lifts worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from insights.actions.lift import LEAST_ACTIONS, action_lift, interval, lifts
from insights.actions.outcomes import MATCHED, NO_REPORT, NO_SIMILAR, outcomes
from insights.panel import NOT_REPORTED, UsagePanel, pair_codes

TEAMS = 1
MONTH = 104  # of the action; the panel begins with month 100 and ends with 107


def panel(users, units=1000, workloads=TEAMS):
    """A panel of one pair per row of users, tenants 1, 2, 3 ..., from month 100 on."""
    counts = np.array(users)
    pairs = pd.DataFrame(
        {
            "tenant_key": np.arange(len(counts)) + 1,
            "workload_key": np.broadcast_to(workloads, len(counts)),
        }
    )
    seats = np.broadcast_to(np.reshape(units, (-1, 1)), counts.shape)
    return UsagePanel(pair_codes(pairs), 100, seats.copy(), counts)


def begun(*tenants, month=MONTH, milestone=40):
    return pd.DataFrame(
        {
            "action_id": [f"a{tenant}" for tenant in tenants],
            "tenant_key": list(tenants),
            "workload_key": TEAMS,
            "month": month,
            "milestone": pd.array([milestone] * len(tenants), dtype="Int64"),
        }
    )


def compared(grid, actions, touched=None):
    return outcomes(grid, actions, actions if touched is None else touched)


# Usage before: 300 of 1,000 at month 103, 280 at month 100.
OWN = [280, 285, 290, 300, 320, 350, 380, 420]
SAME = [280, 285, 290, 300, 300, 310, 310, 320]
NEAR = [270, 280, 290, 310, 320, 330, 340, 350]
FAR = [100, 100, 100, 100, 100, 100, 100, 100]


def test_change_is_compared_with_the_mean_of_similar_pairs():
    found = compared(panel([OWN, SAME, NEAR, FAR]), begun(1))
    row = found.effects.iloc[0]
    assert row["state"] == MATCHED
    assert row["matches"] == 2
    assert row["change"] == pytest.approx(0.12)  # 42 % after, 30 % before
    assert row["similar_change"] == pytest.approx((0.02 + 0.04) / 2)
    assert row["effect"] == pytest.approx(0.09)
    assert row["users_change"] == 120
    assert row["users_effect"] == pytest.approx(90)
    assert found.matches["tenant_key"].tolist() == [2, 3]  # the nearest first


def test_crossing_is_of_the_months_from_the_action_on():
    row = compared(panel([OWN, SAME, NEAR, FAR]), begun(1)).effects.iloc[0]
    assert (row["is_crossed"], row["similar_crossed"], row["crossing_effect"]) == (1.0, 0.0, 1.0)
    assert row["months_to_cross"] == 3
    assert row["months_seen"] == 3


def test_milestone_reached_before_the_action_is_no_crossing():
    row = compared(panel([OWN, SAME]), begun(1, milestone=15)).effects.iloc[0]
    assert np.isnan(row["is_crossed"])
    assert np.isnan(row["months_to_cross"])
    assert row["effect"] == pytest.approx(0.10)


def test_path_runs_from_four_months_before_to_three_after():
    paths = compared(panel([OWN, SAME]), begun(1)).paths
    assert paths["offset"].tolist() == list(range(-4, 4))
    assert paths["usage"].round(3).tolist() == [0.28, 0.285, 0.29, 0.3, 0.32, 0.35, 0.38, 0.42]
    assert paths["similar"].iloc[-1] == pytest.approx(0.32)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param([331, 335, 340, 351, 0, 0, 0, 360], id="usage more than 5 points away"),
        pytest.param([249, 260, 270, 300, 0, 0, 0, 360], id="trend more than 3 points away"),
        pytest.param([280, 285, 290, 300, 0, 0, 0, NOT_REPORTED], id="not reported after"),
        pytest.param([280, 285, 290, 310, 0, 0, 0, 360], id="beyond the milestone already"),
    ],
)
def test_other_pairs_are_not_similar(other):
    found = compared(panel([OWN, other]), begun(1, milestone=31))
    assert found.effects["state"].tolist() == [NO_SIMILAR]


def test_other_size_or_workload_is_not_similar():
    sizes = panel([OWN, [10 * users for users in SAME]], units=[1000, 10_000])
    assert compared(sizes, begun(1)).effects["state"].tolist() == [NO_SIMILAR]
    workloads = panel([OWN, SAME], workloads=[TEAMS, 2])
    assert compared(workloads, begun(1)).effects["state"].tolist() == [NO_SIMILAR]


@pytest.mark.parametrize(("month", "workload", "matches"), [
    (101, TEAMS, 0), (107, TEAMS, 0), (100, TEAMS, 1), (104, 0, 0), (104, 2, 1),
])  # fmt: skip
def test_pair_with_an_action_within_three_months_is_not_untouched(month, workload, matches):
    touched = pd.DataFrame({"tenant_key": [2], "workload_key": [workload], "month": [month]})
    found = compared(panel([OWN, SAME]), begun(1), touched)
    assert found.effects["matches"].tolist() == [matches]


def test_five_nearest_pairs_are_taken():
    others = [[users + shift for users in SAME] for shift in (30, 25, 20, 15, 10, 5, 0)]
    found = compared(panel([OWN, *others]), begun(1))
    assert found.matches["tenant_key"].tolist() == [8, 7, 6, 5, 4]


def test_action_without_history_is_said_and_a_young_one_left_out():
    grid = panel([OWN, SAME])
    assert compared(grid, begun(1, month=103)).effects["state"].tolist() == [NO_REPORT]
    assert compared(grid, begun(9)).effects["state"].tolist() == [NO_REPORT]
    assert compared(grid, begun(1, month=105)).effects.empty


def test_nothing_begun_gives_empty_frames():
    found = compared(panel([OWN, SAME]), begun())
    assert found.effects.empty
    assert found.matches.empty
    assert found.paths.empty
    assert action_lift(found)["verdict"] == "too_few"
    assert lifts(found, pd.Series(dtype="str")).empty


# --- lift -----------------------------------------------------------------------------------------


def test_lift_is_the_mean_effect_with_a_t_interval_over_customers():
    # 20 customers, effects 0.01 and 0.03 in turn: mean 0.02, variance of the mean
    # 20 x 0.01^2 x 20/19 / 20^2; no pair serves twice. t(19) at 95 % is 1.729133.
    effects = [0.01, 0.03] * 10
    actions = pd.DataFrame(
        {
            "action_id": [f"a{at}" for at in range(20)],
            "tenant_key": range(20),
            "effect": effects,
        }
    )
    matches = pd.DataFrame(
        {"action_id": actions["action_id"], "pair": range(100, 120), "change": 0.0}
    )
    found = interval(actions, matches, effect="effect", outcome="change")
    reach = 1.729133 * np.sqrt(20 * 0.0001 * 20 / 19) / 20
    assert found.mean == pytest.approx(0.02)
    assert found.high - found.mean == pytest.approx(reach, rel=1e-6)


def test_pairs_that_serve_several_actions_widen_the_interval():
    actions = pd.DataFrame(
        {"action_id": [f"a{at}" for at in range(20)], "tenant_key": range(20), "effect": 0.02}
    )
    two = pd.DataFrame(
        {
            "action_id": np.repeat(actions["action_id"], 2),
            "pair": np.tile([1, 2], 20),
            "change": np.tile([0.00, 0.02], 20),
        }
    )
    found = interval(actions, two, effect="effect", outcome="change")
    # Each of two pairs serves 20 actions with weight 1/2: (10^2 - 20/4) x 2 = 190 times the
    # variance of a pair, 20 x 2 x 0.01^2 / 20 = 0.0002.
    assert found.high - found.mean == pytest.approx(1.729133 * np.sqrt(190 * 0.0002) / 20, rel=1e-6)


def test_few_actions_or_few_customers_tell_nothing():
    actions = pd.DataFrame(
        {
            "action_id": [f"a{at}" for at in range(LEAST_ACTIONS)],
            "tenant_key": [at % 9 for at in range(LEAST_ACTIONS)],
            "effect": 0.1,
        }
    )
    matches = actions[["action_id"]].assign(pair=1, change=0.0)
    assert np.isnan(interval(actions, matches, effect="effect", outcome="change").mean)
    few = actions.iloc[1:].assign(tenant_key=range(LEAST_ACTIONS - 1))
    assert np.isnan(interval(few, matches, effect="effect", outcome="change").mean)


# --- worlds whose truth is known ------------------------------------------------------------------

PAIRS, ACTIONS, WORLDS = 240, 60, 60


def world(rng, effect):
    """Return the lift of 60 actions in an invented world where each adds `effect` to usage."""
    start = rng.uniform(0.2, 0.4, PAIRS)
    slope = rng.normal(0.005, 0.003, PAIRS)
    noise = rng.normal(0, 0.01, (PAIRS, 8))
    usage = start[:, None] + slope[:, None] * np.arange(8) + noise.cumsum(axis=1)
    # Low usage is acted on more often, as people do; the effect comes in over three months.
    order = np.argsort(start + rng.normal(0, 0.1, PAIRS))
    acted = np.sort(order[:ACTIONS])
    usage[acted, 4:] += effect * np.array([0.25, 0.5, 0.75, 1.0])
    grid = panel(np.rint(usage.clip(0, 1) * 10_000).astype(int), units=10_000)
    actions = begun(*(acted + 1))
    return action_lift(outcomes(grid, actions, actions))


def test_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(11)
    for truth in (0.0, 0.04):
        told = pd.DataFrame([world(rng, truth) for _ in range(WORLDS)])
        is_covered = (told["low"] <= truth) & (truth <= told["high"])
        assert 0.82 <= is_covered.mean() <= 0.98, f"{truth}: {is_covered.mean():.0%}"
        assert told["lift"].mean() == pytest.approx(truth, abs=0.002)


def test_effect_that_is_there_is_told_and_one_that_is_not_is_not():
    rng = np.random.default_rng(12)
    assert world(rng, 0.04)["verdict"] == "above"
    assert world(rng, -0.04)["verdict"] == "below"
    assert world(rng, 0.0)["verdict"] == "no_difference"


def test_groups_are_told_apart_and_the_largest_comes_first():
    rng = np.random.default_rng(13)
    usage = rng.uniform(0.28, 0.32, (200, 1)) + 0.005 * np.arange(8)
    usage[:30, 4:] += 0.05
    grid = panel(np.rint(usage * 10_000).astype(int), units=10_000)
    actions = begun(*range(1, 54))
    groups = pd.Series(["one"] * 30 + ["two"] * 23, index=[f"a{at}" for at in range(1, 54)])
    found = lifts(outcomes(grid, actions, actions), groups)
    assert found["group"].tolist() == ["one", "two"]
    assert found["lift"].tolist() == pytest.approx([0.05, 0.0], abs=0.0005)
    assert found["verdict"].iloc[0] == "above"
    assert found["users"].iloc[0] == pytest.approx(500, abs=5)
