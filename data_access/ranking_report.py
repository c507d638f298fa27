"""The record of a training as it is kept with the model: verdicts, gates, and scores of the rules.

Nothing in it names a customer. Numbers that cannot be told are missing (None), never zero.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd

from insights.panel import Bools
from insights.ranking.backtest import RULES, scores
from insights.ranking.model import HorizonModel
from insights.ranking.scoring import Trained

FORECASTERS = ("model", "gap", "base")
"""Those that say a probability; the plain rules say an order only."""


def report_of(trained: Trained) -> dict[str, Any]:
    """Return the record of a training, ready for JSON."""
    each = list(zip(trained.models, trained.verdicts, strict=True))
    return {
        "verdicts": {str(model.days): dataclasses.asdict(told) for model, told in each},
        "gates": [_gate(model) for model in trained.models],
        "scores": [row for model in trained.models for row in _scores(trained.record, model.days)],
    }


def _gate(model: HorizonModel) -> dict[str, Any]:
    """Return what one horizon was learned from."""
    return {
        "days": model.days,
        "gate": model.gate,
        "events": model.events,
        "rows": model.rows,
        "gap_weight": model.weights[0],
    }


def _scores(record: pd.DataFrame, days: int) -> list[dict[str, Any]]:
    """Return how good each forecaster and each plain rule was for a horizon."""
    rows = record[record["days"] == days] if len(record) else record
    if rows.empty:
        return []
    rows = _typed(rows)
    counted = {
        "days": days,
        "dates": int(rows["column"].nunique()),
        "rows": len(rows),
        "events": int(rows["label"].sum()),
    }
    told = []
    for name in (*FORECASTERS, *RULES):
        found = {key: _number(value) for key, value in _found(rows, name).items()}
        told.append({**counted, "forecaster": name, **found})
    return told


def _found(rows: pd.DataFrame, name: str) -> dict[str, float]:
    """Return the scores of a forecaster by name; a rule that says no probability has one only."""
    found = dataclasses.asdict(scores(rows, name))
    return found if name in FORECASTERS else {"average_precision": found["average_precision"]}


def _typed(record: pd.DataFrame) -> pd.DataFrame:
    """Return a record with its types, which a horizon without any row takes away."""
    whole = ("days", "column", "pair", "percent", "label")
    floats = dict.fromkeys((*FORECASTERS, *RULES), "float64")
    return record.astype(dict.fromkeys(whole, "int64") | floats)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def said_first(trained: Trained, most: int) -> pd.DataFrame:
    """Return the pairs ranked first at each past month and horizon, and whether it happened.

    Columns: days, column, place (1: first), pair, percent, log_odds, is_reached.
    """
    if trained.record.empty:
        return pd.DataFrame(columns=list(SAID_COLUMNS))
    rows = _typed(trained.record)
    odds = np.where(_is_by_model(rows, trained), rows["model"], rows["gap"])
    rows = rows.assign(log_odds=odds.astype(np.float64), is_reached=rows["label"] == 1)
    order = ["days", "column", "log_odds", "pair"]
    rows = rows.sort_values(order, ascending=[True, True, False, True])
    rows = rows.assign(place=rows.groupby(["days", "column"]).cumcount() + 1)
    return rows.loc[rows["place"] <= most, list(SAID_COLUMNS)].reset_index(drop=True)


SAID_COLUMNS = ("days", "column", "place", "pair", "percent", "log_odds", "is_reached")


def _is_by_model(rows: pd.DataFrame, trained: Trained) -> Bools:
    """Return for each row of a record whether the model ranked and not the gap rule."""
    by_model = [
        model.days
        for model, told in zip(trained.models, trained.verdicts, strict=True)
        if told.ranks == "model"
    ]
    return rows["days"].isin(by_model).to_numpy(dtype=bool)
