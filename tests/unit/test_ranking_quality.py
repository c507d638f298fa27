"""The benchmark judges outcomes from plain rows, apart from the model's own labels: both agree."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.ranking_quality import eta_figures, labelled, plain, reached_in
from insights.panel import usage_panel
from insights.ranking.questions import Portfolio
from tests.worlds import WORLDS


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("months", [1, 3, 6])
def test_outcomes_are_those_that_the_model_learns_from(world, months):
    usage = WORLDS[world](120, 3, 20, 7)
    newest = int(usage["month"].max())
    portfolio = Portfolio(usage_panel(usage, newest), [(15, 40)] * 3)
    asked = portfolio.milestones.ahead(10)
    panel = portfolio.grid.panel
    rows = pd.DataFrame(
        {
            "tenant_key": panel.tenant_key[asked.pair],
            "workload_key": panel.workload_key[asked.pair],
            "milestone": asked.percent,
        }
    )
    judged = labelled(reached_in(usage, rows, panel.first_month + 10), months)
    learned = portfolio.milestones.labels(asked, months, last=portfolio.last)
    assert judged.nunique() > 1
    assert judged.tolist() == learned.tolist()


def test_arrivals_are_counted_by_hand():
    """In, too early, in the open end; the last two were told "not within a year": one was."""
    never = np.nan
    told = pd.DataFrame(
        {
            "low": pd.array([2, 3, 4, None, None, 1], dtype="Int64"),
            "high": pd.array([5, 6, None, None, None, 2], dtype="Int64"),
            "until": [5, 2, never, never, 7, never],
            "last": [15, 15, 15, 12, 15, 8],
        }
    )
    figures = eta_figures(told)  # the sixth stopped reporting before the year was over
    assert (figures["intervals"], figures["covered"]) == (3, pytest.approx(2 / 3))
    assert (figures["closed"], figures["closed_covered"]) == (2, 0.5)
    assert (figures["not_within_year"], figures["not_within_year_true"]) == (2, 0.5)


def test_figures_that_cannot_be_told_are_none():
    assert plain({"a": [float("nan"), 0.123456], "b": 3}) == {"a": [None, 0.1235], "b": 3}
