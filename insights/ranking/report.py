"""The record of a training as it is kept with the model, ready for JSON.

Nothing in it names a customer. Numbers that cannot be told are missing (None), never zero.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd

from insights.panel import Bools, Ints
from insights.ranking.backtest import RULES, calibration_bins, scores
from insights.ranking.drift import drift, events_by_quarter, fairness
from insights.ranking.grid import Floats
from insights.ranking.model import HorizonModel, probability
from insights.ranking.questions import SEED, Portfolio
from insights.ranking.scoring import Trained
from insights.ranking.verdicts import Verdict, verdicts_of

__all__ = ["FORECASTERS", "said_first", "training_report", "verdicts_of"]

FORECASTERS = ("model", "gap", "base")
"""Those that say a probability; the plain rules say an order only."""

SAID_COLUMNS = ("days", "column", "place", "pair", "percent", "log_odds", "is_reached")
DRIFT_DAYS_ROWS = 10_000
TOP_SHARES = (0.02, 0.05, 0.1, 0.2)
FEWEST_ROWS = 100
"""Rows that a part of the record needs for a calibration of its own."""

PART_BINS = 5


def training_report(portfolio: Portfolio, trained: Trained, *, bands: Ints) -> dict[str, Any]:
    """Return the record of a training, ready for JSON; `bands` is the size band of each pair.

    Keys: verdicts and gates by horizon; scores, by_date, bins, lift and fairness from the record;
    abstains; drift of the features; quarters with their event rate.
    """
    each = list(zip(trained.models, trained.verdicts, strict=True))
    parts = [_of_horizon(portfolio, trained.record, *one, bands=bands) for one in each]
    return {
        "verdicts": {str(model.days): dataclasses.asdict(told) for model, told in each},
        "gates": [_gate(model) for model in trained.models],
        **{name: [row for part in parts for row in part[name]] for name in _MADE},
        "abstains": _abstains(portfolio),
        "drift": _drift(portfolio, trained),
        "quarters": _plain(events_by_quarter(portfolio)),
    }


_MADE = ("scores", "by_date", "bins", "lift", "fairness")


def _of_horizon(
    portfolio: Portfolio,
    record: pd.DataFrame,
    model: HorizonModel,
    told: Verdict,
    *,
    bands: Ints,
) -> dict[str, list[dict[str, Any]]]:
    """Return what the record of one horizon says, by key of the report."""
    rows = record[record["days"] == model.days]
    if rows.empty:
        return {name: [] for name in _MADE}
    chance = probability(rows[told.ranks].to_numpy(dtype=np.float64))
    labels = rows["label"].to_numpy(dtype=np.int64)
    pair = rows["pair"].to_numpy(dtype=np.int64)
    groups = {
        "all": np.zeros(len(rows), dtype=np.int64),
        "workload": portfolio.grid.panel.workload_key[pair],
        "band": bands[pair],
    }
    found = {
        "scores": _scores(rows),
        "by_date": _by_date(rows, portfolio.grid.panel.first_month),
        "bins": _bins(chance, labels, groups),
        "lift": _lift(rows),
        "fairness": [
            {"by": by, **row}
            for by in ("workload", "band")
            for row in _plain(fairness(chance, labels, groups[by]))
        ],
    }
    return {name: [{"days": model.days, **row} for row in made] for name, made in found.items()}


def _gate(model: HorizonModel) -> dict[str, Any]:
    """Return what one horizon was learned from."""
    return {
        "days": model.days,
        "gate": model.gate,
        "events": model.events,
        "rows": model.rows,
        "gap_weight": model.weights[0],
    }


def _counted(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "dates": int(rows["column"].nunique()),
        "rows": len(rows),
        "events": int(rows["label"].sum()),
    }


def _scores(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how good each forecaster and each plain rule was."""
    return [
        {**_counted(rows), "forecaster": name, **_measured(rows, name)}
        for name in (*FORECASTERS, *RULES)
    ]


def _measured(rows: pd.DataFrame, name: str) -> dict[str, float | None]:
    """Return the scores of a forecaster by name; a rule that says no probability has one only."""
    found = {key: _number(value) for key, value in dataclasses.asdict(scores(rows, name)).items()}
    return found if name in FORECASTERS else {"average_precision": found["average_precision"]}


def _by_date(rows: pd.DataFrame, first_month: int) -> list[dict[str, Any]]:
    """Return the scores of the forecasters at each past month."""
    return [
        {"month": int(column) + first_month, **row}
        for column in np.unique(rows["column"].to_numpy(dtype=np.int64))
        for row in _scores(rows[rows["column"] == column])
    ]


def _bins(chance: Floats, labels: Ints, groups: dict[str, Ints]) -> list[dict[str, Any]]:
    """Return the calibration of the whole and of every part that has rows enough."""
    made = []
    for by, group in groups.items():
        for key in np.unique(group):
            at = group == key
            if by != "all" and at.sum() < FEWEST_ROWS:
                continue
            count = 10 if by == "all" else PART_BINS
            told = _plain(calibration_bins(chance[at], labels[at], count))
            made += [{"by": by, "group": int(key), **row} for row in told]
    return made


def _lift(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return per forecaster the share reached among its first rows, and times the usual share.

    Each date counts by its own first rows.
    """
    usual = float(rows["label"].mean())
    made = []
    for name in ("model", "gap", *RULES):
        place = rows.groupby("column")[name].rank(method="first", ascending=False)
        many = rows.groupby("column")["label"].transform("size")
        for share in TOP_SHARES:
            hits = float(rows.loc[place <= np.ceil(share * many), "label"].mean())
            times = _number(hits / usual) if usual else None
            made.append({"forecaster": name, "top": share, "reached": hits, "times": times})
    return made


def _abstains(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Return how many pairs of the as-of month have no answer, by the reason."""
    risk = portfolio.grid.is_at_risk(portfolio.last)
    asked = len(portfolio.now())
    never = ~portfolio.grid.reported.any(axis=1)
    reasons = {
        "No report with paid available units ever": int(never.sum()),
        "No report within the last two months": int((~risk & ~never).sum()),
        "Every milestone is reached": int(risk.sum()) - asked,
    }
    return [{"why": why, "pairs": pairs} for why, pairs in reasons.items()]


def _drift(portfolio: Portfolio, trained: Trained) -> list[dict[str, Any]]:
    """Return the drift of the features of the middle horizon between training and now."""
    model = trained.models[len(trained.models) // 2]
    learned = portfolio.sample(model.months, last=portfolio.last, most=DRIFT_DAYS_ROWS, seed=SEED)
    now = portfolio.makes.matrix(portfolio.now(), model.months)
    return _plain(drift(learned.features, now))


def said_first(portfolio: Portfolio, trained: Trained, most: int = 200) -> pd.DataFrame:
    """Return the pairs ranked first at each past month and horizon, and whether it happened.

    Columns: days, column, place (1: first), pair, percent, log_odds, is_reached.
    """
    rows = trained.record
    odds = np.where(_is_by_model(rows, trained), rows["model"], rows["gap"])
    rows = rows.assign(log_odds=odds.astype(np.float64), is_reached=rows["label"] == 1)
    code = portfolio.grid.panel.codes[rows["pair"].to_numpy(dtype=np.int64)]
    order = ["days", "column", "log_odds", "code"]
    rows = rows.assign(code=code).sort_values(order, ascending=[True, True, False, True])
    rows = rows.assign(place=rows.groupby(["days", "column"]).cumcount() + 1)
    return rows.loc[rows["place"] <= most, list(SAID_COLUMNS)].reset_index(drop=True)


def _is_by_model(rows: pd.DataFrame, trained: Trained) -> Bools:
    """Return for each row of a record whether the model ranked and not the gap rule."""
    told = zip(trained.models, trained.verdicts, strict=True)
    by_model = [model.days for model, verdict in told if verdict.ranks == "model"]
    return rows["days"].isin(by_model).to_numpy(dtype=bool)


def _plain(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries of plain values; numbers that cannot be told as None."""
    return [
        {str(name): _number(value) for name, value in row.items()}
        for row in rows.to_dict(orient="records")
    ]


def _number(value: Any) -> Any:  # noqa: ANN401 - whatever a frame holds
    """Return a value as JSON takes it: None where it is not a number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
