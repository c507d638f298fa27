"""What comes later changes nothing that was said, and teaches nothing before it is closed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.panel import usage_panel
from insights.ranking.features import NAMES
from insights.ranking.labels import CENSORED, Questions
from insights.ranking.model import fit_horizon
from insights.ranking.parts import POSITION
from insights.ranking.questions import SEED, Portfolio
from insights.ranking.reasons import Counts, pair_numbers, strongest_reasons
from insights.ranking.scoring import score, train
from tests.unit.test_ranking_labels import FIRST, grid_of
from tests.worlds import projects

PAIR = ["tenant_key", "workload_key"]
WORKLOADS = 3
USAGE = projects(25, WORKLOADS, 20, 11)
START = int(USAGE["month"].min())
AS_OF = START + 13
MEASURES = ["paid_available_units", "monthly_active_users"]


def portfolio_of(usage, newest):
    return Portfolio(usage_panel(usage, newest), [(15, 40)] * WORKLOADS)


def scored(usage):
    """Return the scores as of AS_OF of all usage, whatever comes later in it."""
    portfolio = portfolio_of(usage, AS_OF)
    return score(portfolio, train(portfolio, dates=1))


@pytest.fixture(scope="module")
def said():
    return scored(USAGE[USAGE["month"] <= AS_OF])


def later_removed(usage, rng):
    return usage[(usage["month"] <= AS_OF) | (rng.random(len(usage)) < rng.random())]


def later_shuffled(usage, rng):
    later = (usage["month"] > AS_OF).to_numpy()
    changed = usage.copy()
    changed.loc[later, MEASURES] = rng.permutation(usage.loc[later, MEASURES].to_numpy())
    return changed


def later_added(usage, rng):
    """Return usage with more months, months of a tenant never seen before, and rows mixed."""
    more = usage[usage["month"] > AS_OF].assign(month=lambda rows: rows["month"] + 7)
    new = more.head(9).assign(tenant_key=9_999)
    whole = pd.concat([usage, more, new], ignore_index=True)
    whole.loc[whole["month"] > AS_OF, MEASURES[1]] //= int(rng.integers(1, 4))
    return whole.iloc[rng.permutation(len(whole))]


@pytest.mark.parametrize("change", [later_removed, later_shuffled, later_added])
def test_score_of_a_month_is_the_same_whatever_comes_later(said, change):
    changed = change(USAGE, np.random.default_rng(3))
    assert len(changed) != len(USAGE) or not changed[MEASURES].equals(USAGE[MEASURES])
    pd.testing.assert_frame_equal(scored(changed), said, check_exact=True)


def known_at(usage, newest, column):
    """Return the features at a column, by pair, from a grid that goes on until `newest`."""
    portfolio = portfolio_of(usage, newest)
    asked = portfolio.milestones.ahead(column)
    panel = portfolio.grid.panel
    index = [panel.tenant_key[asked.pair], panel.workload_key[asked.pair], asked.percent]
    rows = pd.DataFrame(portfolio.makes.matrix(asked, 3), index=index, columns=list(NAMES))
    return rows.sort_index()


@settings(deadline=None, max_examples=15)
@given(
    column=st.integers(0, 13),
    seed=st.integers(0, 2**16),
    change=st.sampled_from([later_removed, later_shuffled]),
)
def test_features_of_every_past_month_are_blind_to_later_ones(column, seed, change):
    changed = change(USAGE, np.random.default_rng(seed))
    told = known_at(changed, START + 19, column)
    upto = known_at(USAGE[USAGE["month"] <= START + column], START + column, column)
    pd.testing.assert_frame_equal(told, upto, check_exact=True)


@pytest.mark.parametrize(("last", "months", "is_virtual"), [(9, 1, False), (13, 6, True)])
def test_training_uses_no_question_whose_horizon_ends_later(last, months, is_virtual):
    portfolio = portfolio_of(USAGE, START + 19)
    sample = portfolio.sample(months, last=last, most=10**6, seed=SEED, is_virtual=is_virtual)
    assert sample.asked.column.max() == last - months
    assert CENSORED not in sample.outcomes


def test_model_of_a_past_month_is_that_of_data_ending_there():
    whole = portfolio_of(USAGE, START + 19)
    ended = portfolio_of(USAGE[USAGE["month"] <= AS_OF], AS_OF)
    models = [fit_horizon(each, 90, last=13, most=10**6) for each in (whole, ended)]
    assert models[0].events > 0
    assert models[0] == models[1]


@pytest.mark.parametrize("months", [1, 3, 6])
def test_questions_of_the_newest_months_have_no_outcome_yet(months):
    milestones = portfolio_of(USAGE, START + 19).milestones
    for column in range(20):
        labels = milestones.labels(milestones.ahead(column), months, last=19)
        is_closed = column + months <= 19
        assert len(labels) > 0
        assert (labels != CENSORED).any() == is_closed


THREE = {
    "near and rising": [6, 7, 8, 9, 10, 11, 12, 13],
    "far and flat": [2, 2, 2, 2, 2, 2, 2, 2],
    "silent since two months": [9, 10, 11, 12, 12, 12, None, None],
}
"""Users of 100 seats by month; 15 % is ahead of all three."""


@pytest.fixture(scope="module")
def three():
    return Portfolio(grid_of(*THREE.values()).panel, [(15, 40)])


def test_three_pairs_are_ordered_by_how_near_they_are(three):
    rows = score(three, train(three, dates=1))
    for _, mine in rows.groupby("days"):
        order = mine.sort_values("probability", ascending=False)["tenant_key"]
        assert order.tolist() == [1, 3, 2]
    assert (rows["milestone"] == 15).all()


def test_three_pairs_have_the_outcomes_that_the_eye_sees():
    """Asked at month 5 about one month on: the silent pair does not tell; later nobody does."""
    longer = [*THREE["near and rising"][:6], 15, 14], *list(THREE.values())[1:]
    milestones = Portfolio(grid_of(*longer).panel, [(15, 40)]).milestones
    asked = Questions(np.arange(3), np.full(3, 5), np.full(3, 15))
    assert milestones.labels(asked, 1, last=7).tolist() == [1, 0, CENSORED]
    assert milestones.labels(asked, 3, last=7).tolist() == [CENSORED] * 3


def reason(portfolio, pair, group, name):
    """Return the sentence of one group of inputs for a pair of the three."""
    features = portfolio.makes.matrix(portfolio.now(), 1)[pair]
    panel = portfolio.grid.panel
    newest = int(portfolio.grid.newest[pair, -1])
    counts = Counts("Teams", panel.units[pair], panel.users[pair], FIRST, newest)
    owned = np.zeros(len(NAMES))
    owned[POSITION[name]] = 1.0
    told = strongest_reasons(pair_numbers(features, counts, 15), owned)
    return {each.group: each.text for each in told}[group]


def test_three_pairs_are_told_with_their_own_numbers(three):
    """13 of 100 users are 2 short of 15; 2 are 13 short; 12 are 3 short, as last reported."""
    told = [reason(three, pair, "distance", "distance") for pair in range(3)]
    assert told == [
        "2 of 100 users missing to 15 % (13.0 % now)",
        "13 of 100 users missing to 15 % (2.0 % now)",
        "3 of 100 users missing to 15 % (12.0 % now)",
    ]
    # 10 users three months before 13: one more a month.
    rising = reason(three, 0, "momentum", "points_3")
    assert rising == "+1 users a month over 3 months, usage +3.0 points"


def test_one_tenant_with_many_workloads_is_ranked_by_the_gap_and_told_why():
    usage = projects(1, 8, 24, 2)
    portfolio = Portfolio(usage_panel(usage, int(usage["month"].max())), [(15, 40)] * 8)
    trained = train(portfolio, dates=1)
    rows = score(portfolio, trained)
    assert len(rows) == 3 * len(portfolio.now()) > 0
    assert all((each.ranks, each.shows) == ("gap", "order") for each in trained.verdicts)
    assert all(each.why.startswith("Too ") for each in trained.verdicts)
