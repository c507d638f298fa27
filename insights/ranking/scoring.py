"""Every question of the as-of month answered: one row per pair and horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_access.types import Progress, no_progress
from insights.ranking.eta import expected_months
from insights.ranking.grid import Floats
from insights.ranking.labels import horizon_months
from insights.ranking.model import MOST_ROWS, HorizonModel, fit_horizon, ordered, probability
from insights.ranking.questions import DATES, Portfolio
from insights.ranking.verdicts import Verdict

HORIZONS: tuple[int, ...] = (30, 90, 180)
"""Days ahead that are asked about."""

SCORE_COLUMNS = (
    "tenant_key",
    "workload_key",
    "milestone",
    "days",
    "log_odds",
    "probability",
    "gap_log_odds",
    "ordering",
)


@dataclass(frozen=True)
class Trained:
    """The models of all horizons, the record behind them, and what each may show."""

    models: tuple[HorizonModel, ...]
    record: pd.DataFrame
    verdicts: tuple[Verdict, ...]


def train(
    portfolio: Portfolio,
    horizons: Sequence[int] = HORIZONS,
    *,
    dates: int = DATES,
    progress: Progress = no_progress,
) -> Trained:
    """Return the models of rising horizons, learned from everything up to the as-of month.

    Their record is made at this many past dates; `progress` hears of every step.
    """
    # Scoring and pages need no record and are spared loading scikit-learn.
    from insights.ranking.backtest import record, verdict
    from insights.ranking.calibrate import calibrated

    days = sorted(set(horizons))
    if not days:
        raise ValueError("at least one horizon is needed")
    fitted: list[HorizonModel] = []
    records: list[pd.DataFrame] = []
    for at, each in enumerate(days):
        progress(f"Learning what happens within {each} days", at / len(days))
        mixed = fit_horizon(portfolio, each, last=portfolio.last, most=MOST_ROWS)
        progress(f"Asking past months about {each} days", (at + 0.3) / len(days))
        model, rows = calibrated(mixed, record(portfolio, each, dates=dates))
        fitted.append(model)
        records.append(rows)
    verdicts = tuple(verdict(model, rows) for model, rows in zip(fitted, records, strict=True))
    progress("Learned", 1.0)
    return Trained(tuple(fitted), pd.concat(records, ignore_index=True), verdicts)


def score(portfolio: Portfolio, trained: Trained) -> pd.DataFrame:
    """Return the answers, tenant x workload x horizon, columns SCORE_COLUMNS.

    Where the gap rule ranks, its log-odds are the answer. `ordering` is what was added so that a
    longer horizon is never less likely. Every pair with a next milestone and a young report has
    a row for every horizon.
    """
    asked = portfolio.now()
    panel = portfolio.grid.panel
    gaps = [model.gap.log_odds(_matrix(portfolio, model)) for model in trained.models]
    own = [
        gap_odds if told.ranks == "gap" else model.log_odds(_matrix(portfolio, model))
        for model, told, gap_odds in zip(trained.models, trained.verdicts, gaps, strict=True)
    ]
    frames = [
        pd.DataFrame(
            {
                "tenant_key": panel.tenant_key[asked.pair],
                "workload_key": panel.workload_key[asked.pair],
                "milestone": asked.percent,
                "days": model.days,
                "log_odds": final,
                "probability": probability(final),
                "gap_log_odds": gap_odds,
                "ordering": final - before,
            }
        )
        for model, final, before, gap_odds in zip(
            trained.models, ordered(own), own, gaps, strict=True
        )
    ]
    return pd.concat(frames, ignore_index=True)[list(SCORE_COLUMNS)]


def _matrix(portfolio: Portfolio, model: HorizonModel) -> Floats:
    return portfolio.makes.matrix(portfolio.now(), model.months)


def arrivals(scores: pd.DataFrame) -> pd.DataFrame:
    """Return when each pair is expected to reach its milestone, tenant x workload.

    Columns tenant_key, workload_key, low, median, high: months from the as-of month.
    """
    days = sorted(scores["days"].unique())
    each = [scores[scores["days"] == one] for one in days]
    chances = [rows["probability"].to_numpy(dtype=np.float64) for rows in each]
    months = [horizon_months(one) for one in days]
    pairs = each[0][["tenant_key", "workload_key"]].reset_index(drop=True)
    told: pd.DataFrame = pd.concat([pairs, expected_months(chances, months)], axis=1)
    return told


def customer_chances(scores: pd.DataFrame) -> pd.DataFrame:
    """Return per tenant and horizon the chance that any workload reaches its milestone.

    1 - product of (1 - p), as if workloads were independent: approximate. Columns tenant_key,
    days, probability.
    """
    left = np.log1p(-scores["probability"].clip(upper=1 - 1e-12))
    sums = left.groupby([scores["tenant_key"], scores["days"]]).sum()
    told: pd.DataFrame = (-np.expm1(sums)).rename("probability").reset_index()
    return told
