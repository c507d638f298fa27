"""The record of a training as JSON: whole for any data, without numbers that are none."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from insights.panel import usage_panel
from insights.ranking.drift import drift, events_by_quarter, fairness
from insights.ranking.features import NAMES
from insights.ranking.questions import Portfolio
from insights.ranking.report import said_first, training_report, verdicts_of
from insights.ranking.scoring import SCORE_COLUMNS, score, train
from tests.unit.test_ranking_labels import grid_of
from tests.worlds import WORLDS

KEYS = {"scores", "by_date", "bins", "lift", "fairness", "abstains", "drift", "quarters", "gates"}


def reported(portfolio, dates=1):
    trained = train(portfolio, dates=dates)
    bands = np.ones(portfolio.grid.panel.pairs, dtype=np.int64)
    return trained, training_report(portfolio, trained, bands=bands)


@pytest.fixture(scope="module")
def whole():
    usage = WORLDS["projects"](60, 3, 20, 8)
    portfolio = Portfolio(usage_panel(usage, int(usage["month"].max())), [(15, 40)] * 3)
    return portfolio, *reported(portfolio, dates=2)


def test_report_survives_json_and_tells_every_part(whole):
    _, trained, report = whole
    back = json.loads(json.dumps(report, allow_nan=False))
    assert back.keys() >= KEYS
    assert all(back[key] for key in KEYS)
    assert verdicts_of(back) == dict(zip((30, 90, 180), trained.verdicts, strict=True))
    counted = {row["days"]: row["rows"] for row in back["scores"]}
    for days, rows in counted.items():
        dates = [row for row in back["by_date"] if row["days"] == days]
        assert sum(row["rows"] for row in dates if row["forecaster"] == "model") == rows
        bins = [row for row in back["bins"] if row["days"] == days and row["by"] == "all"]
        assert sum(row["rows"] for row in bins) == rows


def test_pairs_with_and_without_an_answer_are_all_pairs(whole):
    portfolio, _, report = whole
    silent = sum(row["pairs"] for row in report["abstains"])
    assert silent + len(portfolio.now()) == portfolio.grid.panel.pairs


def test_first_of_the_ranking_are_in_order_and_true(whole):
    portfolio, trained, _ = whole
    said = said_first(portfolio, trained, 5)
    assert len(said) == 3 * 2 * 5
    for _, rows in said.groupby(["days", "column"]):
        assert rows["place"].tolist() == [1, 2, 3, 4, 5]
        assert rows["log_odds"].is_monotonic_decreasing
    keys = ["days", "column", "pair", "percent"]
    known = said.merge(trained.record[[*keys, "label"]], on=keys)
    assert (known["is_reached"] == (known["label"] == 1)).all()


ODD = {
    "one month": [[10]],
    "three months": [[10, 11, 12]],
    "no event ever": [[0] * 12, [1] * 12],
    "all reached": [[50] * 12],
    "constant": [[10] * 12, [12] * 12],
    "gap of a year": [[5, 6, *[None] * 12, 9, 10]],
    "all silent": [[5, 6, *[None] * 12]],
    "ten tenants": [[at + month for month in range(14)] for at in range(10)],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_portfolio_is_scored_by_the_gap_rule_and_says_why(name):
    portfolio = Portfolio(grid_of(*ODD[name]).panel, [(15, 40)])
    trained, report = reported(portfolio)
    json.dumps(report, allow_nan=False)
    scored = score(portfolio, trained)
    assert tuple(scored.columns) == SCORE_COLUMNS
    assert len(scored) == 3 * len(portfolio.now())
    assert scored["probability"].between(0, 1).all()
    np.testing.assert_array_equal(scored["log_odds"] - scored["ordering"], scored["gap_log_odds"])
    for told in verdicts_of(report).values():
        assert (told.ranks, told.shows) == ("gap", "order")
        assert told.why.endswith(".")
    said_first(portfolio, trained)


def test_feature_that_moved_away_warns_and_one_that_stayed_does_not():
    rng = np.random.default_rng(3)
    before, now = rng.normal(size=(5000, len(NAMES))), rng.normal(size=(3000, len(NAMES)))
    now[:, 0] += 1
    now[:1500, 1] = np.nan
    told = drift(before, now)
    assert told["level"].tolist()[:3] == ["warn", "warn", "steady"]
    assert told["missing_now"][1] == 0.5
    assert set(drift(before[:299], now)["level"]) == {"few"}


def test_stability_index_of_two_halves_by_hand():
    """Half below and half above, then 3/4 and 1/4: (1/4) ln(3/2) + (-1/4) ln(1/2) = 0.2747."""
    before, now = np.full((4000, len(NAMES)), 0.0), np.full((4000, len(NAMES)), 0.0)
    before[2000:], now[3000:] = 1, 1
    assert drift(before, now)["psi"][0] == pytest.approx(0.2747, abs=1e-3)


def test_quarters_count_what_was_reached_in_them():
    """Months from October 2023: the first quarter with a month before it starts in January."""
    grid = grid_of([10] * 4 + [16] + [16] * 4, [5] * 9, [20] * 9)
    told = events_by_quarter(Portfolio(grid.panel, [(15,)]))
    first = (-grid.panel.first_month) % 3 or 3
    assert told["first_month"].tolist()[0] == grid.panel.first_month + first
    inside = told[(told["first_month"] - grid.panel.first_month).between(2, 4)]
    assert inside["events"].tolist() == [1]
    assert inside["rate"].tolist() == [0.5]


def test_group_is_warned_of_above_five_points_with_thirty_events():
    """Group 1: said 0.5, happened 0.4 with 40 events; group 2 the same with 4."""
    chance, group = np.full(110, 0.5), np.array([1] * 100 + [2] * 10)
    labels = np.array([1] * 40 + [0] * 60 + [1] * 4 + [0] * 6)
    told = fairness(chance, labels, group)
    assert told["warns"].tolist() == [True, False]
    assert told["events"].tolist() == [40, 4]


def test_pages_score_and_explain_without_loading_scikit_learn():
    code = (
        "import sys\n"
        "import insights.ranking.scoring, insights.ranking.facts, insights.ranking.verdicts\n"
        "sys.exit('sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_empty_record_keeps_its_columns_and_types():
    trained, _ = reported(Portfolio(grid_of([10]).panel, [(15, 40)]))
    assert len(trained.record) == 0
    assert pd.api.types.is_integer_dtype(trained.record["days"])
