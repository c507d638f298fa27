"""Explanations of a few customers are those of the whole portfolio, and add up to the score."""

import numpy as np
import pytest

from insights.panel import usage_panel
from insights.ranking.explain import climate_json, explained, moves, part_of_portfolio
from insights.ranking.questions import Portfolio
from insights.ranking.scoring import score, train
from tests.worlds import FIRST_MONTH, s_curves

LAST = FIRST_MONTH + 29
TENANTS = [3, 17, 40]


@pytest.fixture(scope="module")
def world():
    usage = s_curves(120, 3, 30, 5)
    panel = usage_panel(usage, LAST)
    portfolio = Portfolio(panel, [(15, 40)] * 3)
    trained = train(portfolio, dates=2)
    verdicts = {m.days: v for m, v in zip(trained.models, trained.verdicts, strict=True)}
    return usage, portfolio, trained, verdicts


def some_of(usage, as_of, climate):
    mine = usage[usage["tenant_key"].isin(TENANTS)]
    return part_of_portfolio(usage_panel(mine, as_of), dict.fromkeys((1, 2, 3), (15, 40)), climate)


@pytest.mark.parametrize("days", [30, 90, 180])
def test_parts_of_a_few_customers_add_up_to_the_whole_portfolios_scores(world, days):
    usage, portfolio, trained, verdicts = world
    found = explained(some_of(usage, LAST, climate_json(portfolio)), trained.models, verdicts, days)
    scores = score(portfolio, trained)
    wanted = scores[(scores["days"] == days) & scores["tenant_key"].isin(TENANTS)]
    assert len(wanted) == len(found.asked) > 3
    np.testing.assert_allclose(found.log_odds, wanted["log_odds"].to_numpy(), atol=1e-9, rtol=0)
    np.testing.assert_allclose(found.ordering, wanted["ordering"].to_numpy(), atol=1e-9, rtol=0)
    added = found.base + found.contributions.sum(axis=1) + found.ordering
    np.testing.assert_allclose(added, found.log_odds, atol=1e-9, rtol=0)
    by_group = found.base + sum(found.groups().values()) + found.ordering
    np.testing.assert_allclose(by_group, found.log_odds, atol=1e-9, rtol=0)


def test_moves_add_up_to_the_change_since_the_month_before(world):
    usage, portfolio, trained, verdicts = world
    climate = climate_json(portfolio)
    now = explained(some_of(usage, LAST, climate), trained.models, verdicts, 90)
    before = explained(some_of(usage, LAST - 1, climate), trained.models, verdicts, 90)
    pairs = {int(pair): row for row, pair in enumerate(before.asked.pair)}
    for row, pair in enumerate(now.asked.pair):
        told = moves(now, row, before, pairs[int(pair)], stored_before=-1.5)
        total = sum(move.change for move in told)
        assert total == pytest.approx(now.log_odds[row] + 1.5, abs=1e-9)
        assert any(move.code == "renewed" for move in told)


def test_where_the_gap_rule_ranks_only_the_distance_counts(world):
    usage, portfolio, trained, verdicts = world
    ruled = {days: type(each)("gap", "order", "") for days, each in verdicts.items()}
    found = explained(some_of(usage, LAST, climate_json(portfolio)), trained.models, ruled, 90)
    told = {group for group, values in found.groups().items() if np.any(values != 0)}
    assert told == {"distance"}
