"""Scores of a whole portfolio: complete, ordered, repeatable; facts survive JSON."""

import json

import numpy as np
import pandas as pd
import pytest

from insights.panel import usage_panel
from insights.ranking.baselines import BASELINES, NEVER
from insights.ranking.facts import UnknownFactsError, from_json, to_json
from insights.ranking.features import NAMES
from insights.ranking.labels import Questions
from insights.ranking.parts import POSITION
from insights.ranking.questions import Portfolio
from insights.ranking.scoring import arrivals, customer_chances, score, train
from tests.unit.test_ranking_labels import grid_of
from tests.worlds import WORLDS


@pytest.fixture(scope="module")
def portfolio():
    usage = WORLDS["projects"](40, 3, 18, 8)
    return Portfolio(usage_panel(usage, int(usage["month"].max())), [(15, 40)] * 3)


@pytest.fixture(scope="module")
def trained(portfolio):
    return train(portfolio, dates=1)


@pytest.fixture(scope="module")
def scores(portfolio, trained):
    return score(portfolio, trained)


def test_every_pair_with_a_next_milestone_has_a_row_for_every_horizon(portfolio, scores):
    asked = portfolio.now()
    assert len(scores) == 3 * len(asked) > 100
    assert scores.notna().all(axis=None)
    assert not scores.duplicated(["tenant_key", "workload_key", "days"]).any()


def test_longer_horizons_are_never_less_likely_and_the_ordering_is_told(portfolio, trained, scores):
    chances = scores.pivot(index=["tenant_key", "workload_key"], columns="days")["probability"]
    assert (chances[30] <= chances[90]).all()
    assert (chances[90] <= chances[180]).all()
    for model, told in zip(trained.models, trained.verdicts, strict=True):
        rows = scores[scores["days"] == model.days]
        own = rows["log_odds"] - rows["ordering"]
        features = portfolio.makes.matrix(portfolio.now(), model.months)
        answer = model.gap if told.ranks == "gap" else model
        parts = answer.base + answer.contributions(features).sum(axis=1)
        np.testing.assert_allclose(own, parts, rtol=0, atol=1e-9)


def test_same_data_give_the_same_bytes(portfolio, trained, scores):
    again = train(portfolio, dates=1)
    assert to_json(list(again.models)) == to_json(list(trained.models))
    pd.testing.assert_frame_equal(score(portfolio, again), scores, check_exact=True)


def test_models_score_the_same_after_json(portfolio, trained):
    back = from_json(to_json(list(trained.models)))
    assert back == tuple(trained.models)
    assert from_json(to_json(list(trained.models))) is back
    features = portfolio.makes.matrix(portfolio.now(), 3)
    np.testing.assert_array_equal(back[1].log_odds(features), trained.models[1].log_odds(features))


def test_facts_of_other_features_are_refused(trained):
    facts = json.loads(to_json(list(trained.models)))
    with pytest.raises(UnknownFactsError, match="another list of features"):
        from_json(json.dumps(facts | {"features": "0" * 64}))
    with pytest.raises(UnknownFactsError, match="layout 7"):
        from_json(json.dumps(facts | {"format": 7}))


def test_every_pair_has_an_expected_arrival_or_none(scores):
    told = arrivals(scores)
    assert len(told) == len(scores) // 3
    known = told.dropna()
    assert (known["low"] <= known["median"]).all()
    assert (known["median"] <= known["high"]).all()


def test_chance_of_a_customer_with_two_even_workloads_is_three_quarters():
    rows = pd.DataFrame({"tenant_key": [1, 1, 2], "days": 30, "probability": [0.5, 0.5, 0.2]})
    assert customer_chances(rows)["probability"].tolist() == pytest.approx([0.75, 0.2])


def test_plain_rules_order_three_pairs():
    """9 of 100 rising by 1 a month; 12 standing still; 5 rising by 2: 6, never, 5 months to go."""
    grid = grid_of([6, 7, 8, 9], [12, 12, 12, 12], [0, 1, 3, 5])
    portfolio = Portfolio(grid.panel, [(15, 40)])
    asked = Questions(np.arange(3), np.full(3, 3), np.full(3, 15))
    features = portfolio.makes.matrix(asked, 3)
    order = {name: np.argsort(-rule(features)).tolist() for name, rule in BASELINES.items()}
    assert order["gap"] == order["points"] == [1, 0, 2]
    assert order["pace"] == [0, 2, 1]
    assert BASELINES["pace"](features)[[0, 2]] == pytest.approx([-6, -6], abs=1e-4)
    assert BASELINES["pace"](features)[1] < NEVER + 1


def test_plain_rules_answer_where_nothing_but_a_level_is_known():
    row = np.full((1, len(NAMES)), np.nan)
    row[0, POSITION["distance"]], row[0, POSITION["distance_points"]] = 1.0, 5.0
    assert all(np.isfinite(rule(row)).all() for rule in BASELINES.values())
