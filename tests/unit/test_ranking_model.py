"""Gates, order of horizons and the record of the ranking model."""

import numpy as np
import pandas as pd
import pytest

from insights.panel import usage_panel
from insights.ranking.backtest import calibration_error, record, scores, verdict
from insights.ranking.model import ENOUGH_EVENTS, FEWEST_EVENTS, MOST_ROWS, fit_horizon, ordered
from insights.ranking.questions import Portfolio
from tests.unit.test_ranking_labels import grid_of
from tests.worlds import WORLDS


def portfolio_of(world, tenants, months, seed=2):
    usage = WORLDS[world](tenants, 3, months, seed)
    return Portfolio(usage_panel(usage, int(usage["month"].max())), [(15, 40)] * 3)


def fitted(portfolio, days=90):
    return fit_horizon(portfolio, days, last=portfolio.last, most=MOST_ROWS)


def test_many_events_open_the_full_mix():
    model = fitted(portfolio_of("s_curves", 80, 24))
    assert model.events >= ENOUGH_EVENTS
    assert (model.gate, model.weights) == ("full", (0.3, 0.35, 0.35))


def test_few_events_learn_from_virtual_milestones_and_lean_on_the_gap():
    model = fitted(portfolio_of("projects", 30, 14), 30)
    assert FEWEST_EVENTS <= model.events < ENOUGH_EVENTS
    assert model.gate == "virtual"
    assert 0.5 < model.weights[0] <= 0.7
    assert sum(model.weights) == pytest.approx(1)


@pytest.mark.parametrize(
    "histories",
    [
        [[10]],
        [[10, 11, 12]],
        [[0] * 12],
        [[50] * 12],
        [[10] * 12, [12] * 12],
        [[5, 6, *[None] * 12, 9, 10]],
    ],
    ids=["one month", "three months", "none active", "all reached", "constant", "gap of a year"],
)
def test_portfolio_with_nothing_to_learn_ranks_by_the_plain_gap(histories):
    portfolio = Portfolio(grid_of(*histories).panel, [(15, 40)])
    model = fitted(portfolio, 30)
    asked = portfolio.now()
    odds = model.log_odds(portfolio.makes.matrix(asked, 1))
    assert model.gate == "gap"
    assert np.isfinite(odds).all()
    told = verdict(model, record(portfolio, 30))
    assert (told.ranks, told.shows) == ("gap", "order")
    assert "Too little history" in told.why


def test_plain_gap_ranks_the_nearer_pair_first():
    portfolio = Portfolio(grid_of([3, 3, 3], [13, 13, 13], [8, 8, 8]).panel, [(15, 40)])
    odds = fitted(portfolio, 30).log_odds(portfolio.makes.matrix(portfolio.now(), 1))
    assert np.argsort(-odds).tolist() == [1, 2, 0]


def test_longer_horizon_is_never_less_likely():
    odds = ordered([np.array([1.0, -2.0]), np.array([0.5, -1.0]), np.array([0.7, -3.0])])
    assert [each.tolist() for each in odds] == [[1.0, -2.0], [1.0, -1.0], [1.0, -1.0]]


def test_same_data_and_seed_give_the_same_model():
    first, second = (fitted(portfolio_of("drifting", 60, 20)) for _ in range(2))
    assert first == second


def test_model_beats_the_gap_rule_where_there_is_something_to_learn():
    rows = record(portfolio_of("projects", 120, 30), 90, dates=3)
    model, gap = scores(rows, "model"), scores(rows, "gap")
    assert model.log_loss < gap.log_loss
    assert model.average_precision > gap.average_precision + 0.01


@pytest.mark.parametrize("world", ["projects", "drifting"])
def test_ranks_whichever_had_the_lower_log_loss(world):
    portfolio = portfolio_of(world, 100, 24)
    rows = record(portfolio, 90, dates=2)
    model, gap, base = (scores(rows, name).log_loss for name in ("model", "gap", "base"))
    told = verdict(fitted(portfolio), rows)
    assert told.ranks == ("model" if model < gap else "gap")
    assert (told.shows == "order") == (min(model, gap) >= base)


def test_record_of_a_past_month_does_not_know_what_came_after():
    usage = WORLDS["projects"](40, 3, 24, 4)
    newest = int(usage["month"].max())
    late = usage["month"] == newest
    other = usage.assign(
        monthly_active_users=usage["monthly_active_users"].mask(late, usage["paid_available_units"])
    )
    said = [
        record(Portfolio(usage_panel(each, newest), [(15, 40)] * 3), 90, dates=1)
        for each in (usage, other)
    ]
    keys = ["pair", "percent", "model", "gap", "base"]
    shared = said[0][keys].merge(said[1][keys], on=["pair", "percent"])
    assert len(shared) > 50
    pd.testing.assert_series_equal(shared["model_x"], shared["model_y"], check_names=False)


def test_calibration_error_of_two_bins():
    """Ten rows said 0.2 (3 happened), ten said 0.8 (8 happened): (0.1 + 0.0) / 2 = 0.05."""
    chance = np.repeat([0.2, 0.8], 10)
    labels = np.array([1] * 3 + [0] * 7 + [1] * 8 + [0] * 2)
    assert calibration_error(chance, labels, bins=2) == pytest.approx(0.05)
