"""The fitted model as JSON facts, and back; nothing but numbers and names is ever read.

The facts carry a hash of the feature list; another list of features is refused.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from functools import lru_cache
from typing import Any

from insights.ranking.features import NAMES
from insights.ranking.model import HorizonModel
from insights.ranking.parts import GapPart, LinearPart, Tree, TreesPart

FORMAT = 2
"""Version of the layout of the facts."""

MODELS_KEPT = 2
"""Trainings whose models stay read: the one that answers, and the one that follows it."""


class UnknownFactsError(ValueError):
    """Facts that this version cannot score with: another layout or other features."""


def features_hash() -> str:
    """Return the SHA-256 of the names of the features in their order."""
    return hashlib.sha256("\n".join(NAMES).encode()).hexdigest()


def to_json(models: list[HorizonModel]) -> str:
    """Return the models of all horizons as JSON text, the same for the same models."""
    facts = {
        "format": FORMAT,
        "features": features_hash(),
        "horizons": [_told(model) for model in models],
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=MODELS_KEPT)
def from_json(text: str) -> tuple[HorizonModel, ...]:
    """Return the models that facts tell of.

    Every what-if and every explanation asks for them; finding the ways through three hundred
    trees takes longer than the answer.

    Raises UnknownFactsError for another layout or another list of features.
    """
    facts = json.loads(text)
    if facts.get("format") != FORMAT:
        raise UnknownFactsError(f"The model has layout {facts.get('format')}, not {FORMAT}.")
    if facts.get("features") != features_hash():
        raise UnknownFactsError("The model was trained on another list of features.")
    return tuple(_model(each) for each in facts["horizons"])


def _told(model: HorizonModel) -> dict[str, Any]:
    trees = model.trees and {
        "used": model.trees.used,
        "baseline": model.trees.baseline,
        "trees": [dataclasses.asdict(tree) for tree in model.trees.trees],
    }
    return {
        **{name: getattr(model, name) for name in ("days", "gate", "weights", "events", "rows")},
        "rate": model.rate,
        "slope": model.slope,
        "shift": model.shift,
        "gap": dataclasses.asdict(model.gap),
        "linear": model.linear and dataclasses.asdict(model.linear),
        "trees": trees,
    }


def _model(told: dict[str, Any]) -> HorizonModel:
    plain = {name: _tuples(told[name]) for name in ("days", "gate", "weights", "events", "rows")}
    trees = told["trees"]
    return HorizonModel(
        **plain,
        rate=told["rate"],
        slope=told["slope"],
        shift=told["shift"],
        gap=GapPart(**_fields(told["gap"])),
        linear=LinearPart(**_fields(told["linear"])) if told["linear"] else None,
        trees=trees
        and TreesPart(
            tuple(trees["used"]),
            trees["baseline"],
            tuple(Tree(**_fields(tree)) for tree in trees["trees"]),
        ),
    )


def _fields(told: dict[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in told.items()}


def _tuples(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return lists as tuples, at any depth."""
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
