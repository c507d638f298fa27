"""The model's record: what it would have said at past months, against what then happened.

Rolling origin: for each past month only what was known then is learned from, and a horizon that
had not closed by then teaches nothing. Beside the model stand the gap rule and the base rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from insights.panel import Ints
from insights.ranking.baselines import BASELINES
from insights.ranking.grid import Floats
from insights.ranking.labels import CENSORED, has_both, horizon_months
from insights.ranking.model import (
    FEWEST_EVENTS,
    FEWEST_TENANTS,
    HorizonModel,
    fit_horizon,
    probability,
)
from insights.ranking.questions import DATES, Portfolio
from insights.ranking.verdicts import Verdict

BACKTEST_ROWS = 15_000
"""Past questions that each date of the record learns from; more changed no figure by 0.002."""
BINS = 10

RECORD_COLUMNS = ("days", "column", "pair", "percent", "label", "model", "gap", "base")
RULES = tuple(code for code in BASELINES if code != "gap")


def record(
    portfolio: Portfolio, days: int, *, dates: int = DATES, most: int = BACKTEST_ROWS
) -> pd.DataFrame:
    """Return what would have been said, one row per date x pair with a known outcome.

    Columns RECORD_COLUMNS and the orders of the plain RULES; model, gap and base are log-odds.
    Empty where no past date had anything to learn from.
    """
    months = horizon_months(days)
    newest = portfolio.last - months
    columns = range(max(newest - dates + 1, 1), newest + 1)
    rows = [_at(portfolio, days, column, most) for column in columns]
    told = [each for each in rows if len(each)]
    if not told:
        return no_record()
    return pd.concat(told, ignore_index=True)


def no_record() -> pd.DataFrame:
    """Return a record without any row, of the same columns and types."""
    whole = dict.fromkeys(("days", "column", "pair", "percent", "label"), "int64")
    types = {name: whole.get(name, "float64") for name in (*RECORD_COLUMNS, *RULES)}
    return pd.DataFrame(columns=list(types)).astype(types)


def _at(portfolio: Portfolio, days: int, column: int, most: int) -> pd.DataFrame:
    """Return what would have been said at one column."""
    fitted = fit_horizon(portfolio, days, last=column, most=most)
    asked = portfolio.milestones.ahead(column)
    labels = portfolio.milestones.labels(asked, fitted.months, last=portfolio.last)
    asked, labels = asked.taken(labels != CENSORED), labels[labels != CENSORED]
    features = portfolio.makes.matrix(asked, fitted.months)
    rate = np.clip(fitted.rate, 1e-6, 1 - 1e-6)
    return pd.DataFrame(
        {
            "days": days,
            "column": column,
            "pair": asked.pair,
            "percent": asked.percent,
            "label": labels.astype(np.int64),
            "model": fitted.log_odds(features),
            "gap": fitted.gap.log_odds(features),
            "base": np.full(len(asked), np.log(rate / (1 - rate))),
            **{rule: BASELINES[rule](features) for rule in RULES},
        }
    )


@dataclass(frozen=True, slots=True)
class Scores:
    """How good one forecaster was on the record: all but average precision better when low.

    Average precision is the mean over the dates with an event. `slope` is 1 when odds are
    neither over- nor understated; missing where it cannot be told.
    """

    average_precision: float
    brier: float
    log_loss: float
    calibration_error: float
    slope: float


def scores(rows: pd.DataFrame, forecaster: str) -> Scores:
    """Return the scores of "model", "gap" or "base" on a record's rows, at least one row."""
    labels = rows["label"].to_numpy(dtype=np.int64)
    odds = rows[forecaster].to_numpy(dtype=np.float64)
    chance = np.clip(probability(odds), 1e-9, 1 - 1e-9)
    precise = [
        average_precision_score(date["label"], date[forecaster])
        for _, date in rows.groupby("column")
        if date["label"].any()
    ]
    return Scores(
        average_precision=float(np.mean(precise)) if precise else float("nan"),
        brier=float(np.mean((chance - labels) ** 2)),
        log_loss=float(-np.mean(np.where(labels == 1, np.log(chance), np.log(1 - chance)))),
        calibration_error=calibration_error(chance, labels),
        slope=_slope(odds, labels),
    )


def calibration_bins(chance: Floats, labels: Ints, bins: int = BINS) -> pd.DataFrame:
    """Return bins of equal size by rising probability: columns said, happened, rows."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return pd.DataFrame(
        {
            "said": [float(chance[part].mean()) for part in parts],
            "happened": [float(labels[part].mean()) for part in parts],
            "rows": [len(part) for part in parts],
        }
    )


def calibration_error(chance: Floats, labels: Ints, bins: int = BINS) -> float:
    """Return the mean distance between said and happened over bins of equal size."""
    told = calibration_bins(chance, labels, bins)
    gaps = (told["said"] - told["happened"]).abs() * told["rows"]
    return float(gaps.sum() / told["rows"].sum())


def _slope(odds: Floats, labels: Ints) -> float:
    if not has_both(labels) or np.ptp(odds) == 0:
        return float("nan")
    fitted = LogisticRegression(C=1e6, max_iter=200).fit(odds[:, None], labels)
    return float(fitted.coef_[0, 0])


def verdict(fitted: HorizonModel, rows: pd.DataFrame) -> Verdict:
    """Return what the record allows: the model ranks only where it beat the gap rule."""
    if fitted.gate == "gap":
        why = f"Too little history: {fitted.events} past crossings, {FEWEST_EVENTS} are needed."
        if fitted.events >= FEWEST_EVENTS:
            why = f"Too few customers to learn from; {FEWEST_TENANTS} are needed."
        return Verdict("gap", "order", why)
    if rows.empty or not has_both(rows["label"].to_numpy()):
        return Verdict("gap", "order", "No past month with a known outcome to be judged by.")
    model, gap, base = (scores(rows, name).log_loss for name in ("model", "gap", "base"))
    ranks = "model" if model < gap else "gap"
    if min(model, gap) >= base:
        return Verdict(ranks, "order", "Not predictable here: no better than the usual rate.")
    shows = "percent" if fitted.gate == "full" else "band"
    beaten = "beat" if ranks == "model" else "did not beat"
    why = f"Over the last closed months the model {beaten} the gap rule."
    return Verdict(ranks, shows, why)
