"""The three parts of the ranking model as plain numbers: they score, explain, and become JSON.

Nothing here is fitted and nothing is unpickled: `fitting` turns fitted estimators into these
facts once, and they give the same log-odds (tests compare). The contributions of every part add
up to its log-odds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import factorial

import numpy as np
import numpy.typing as npt

from insights.panel import Bools
from insights.ranking.features import NAMES
from insights.ranking.grid import Floats

POSITION = {name: at for at, name in enumerate(NAMES)}
DEGREE = 3
DISTANCE = POSITION["distance"]


def gap_inputs(features: Floats) -> Floats:
    """Return what the gap rule reads: the distance, and its bend for far milestones."""
    distance = features[:, DISTANCE]
    return np.column_stack([distance, 0.1 * np.sign(distance) * distance**2])


@dataclass(frozen=True, slots=True)
class GapPart:
    """The calibrated gap rule: log-odds from the distance to the milestone alone."""

    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]

    def log_odds(self, features: Floats) -> Floats:
        """Return one number per row."""
        total: Floats = self.intercept + gap_inputs(features) @ np.array(self.weights)
        return total

    @property
    def base(self) -> float:
        """Return the log-odds of a row whose inputs are all at their means."""
        return self.intercept + float(np.dot(self.weights, self.means))

    def contributions(self, features: Floats) -> Floats:
        """Return rows x features; with `base` they add up to the log-odds."""
        parts = np.zeros((len(features), len(NAMES)))
        away = gap_inputs(features) - np.array(self.means)
        parts[:, DISTANCE] = away @ np.array(self.weights)
        return parts


@dataclass(frozen=True, slots=True)
class LinearPart:
    """A spline logistic regression: clipped inputs, splines of some, flags of missing others.

    Inputs are centred, so `intercept` is the log-odds at the means. `used` names the features
    that the training data had at all.
    """

    used: tuple[str, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    fills: tuple[float, ...]
    splined: tuple[str, ...]
    knots: tuple[tuple[float, ...], ...]
    flagged: tuple[str, ...]
    means: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    @property
    def base(self) -> float:
        """Return the log-odds of a row whose inputs are all at their means."""
        return self.intercept

    def inputs(self, features: Floats) -> Floats:
        """Return rows x inputs: used features, then splines, then flags of missing ones."""
        taken = features[:, [POSITION[name] for name in self.used]]
        filled = np.where(np.isnan(taken), self.fills, np.clip(taken, self.lowest, self.highest))
        splines = [
            spline_inputs(filled[:, self.used.index(name)], np.array(knots))
            for name, knots in zip(self.splined, self.knots, strict=True)
        ]
        flags = np.isnan(features[:, [POSITION[name] for name in self.flagged]])
        return np.column_stack([filled, *splines, flags.astype(np.float64)])

    def log_odds(self, features: Floats) -> Floats:
        """Return one number per row."""
        away = self.inputs(features) - np.array(self.means)
        total: Floats = self.intercept + away @ np.array(self.weights)
        return total

    def contributions(self, features: Floats) -> Floats:
        """Return rows x features; with `base` they add up to the log-odds."""
        weighted = (self.inputs(features) - np.array(self.means)) * np.array(self.weights)
        owners = [*self.used]
        for name, knots in zip(self.splined, self.knots, strict=True):
            owners += [name] * spline_width(knots)
        owners += self.flagged
        parts = np.zeros((len(features), len(NAMES)))
        np.add.at(parts.T, [POSITION[name] for name in owners], weighted.T)
        return parts


def spline_width(knots: tuple[float, ...] | Floats) -> int:
    """Return how many inputs a spline with these knots makes."""
    return len(knots) + DEGREE - 1


def spline_inputs(values: Floats, knots: Floats) -> Floats:
    """Return the cubic B-spline basis of values within the first and last knot."""
    if not len(values):  # a month of which no outcome is known; scipy refuses it
        return np.zeros((0, spline_width(knots)))
    from scipy.interpolate import BSpline  # pages load this module and never come here

    padded = np.concatenate([[knots[0]] * DEGREE, knots, [knots[-1]] * DEGREE])
    within = np.clip(values, knots[0], knots[-1])
    basis: Floats = BSpline.design_matrix(within, padded, DEGREE).toarray()
    return basis


@dataclass(frozen=True, slots=True)
class Tree:
    """One regression tree: parallel lists over its nodes; node 0 is the root."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    missing_left: tuple[bool, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    is_leaf: tuple[bool, ...]
    value: tuple[float, ...]
    count: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TreesPart:
    """Boosted trees over the features named in `used`; each tree's node numbers are its own."""

    used: tuple[str, ...]
    baseline: float
    trees: tuple[Tree, ...]
    leaves: tuple[tuple[_Leaf, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the way to each leaf once."""
        object.__setattr__(self, "leaves", tuple(_leaves(tree) for tree in self.trees))

    def _taken(self, features: Floats) -> Floats:
        return features[:, [POSITION[name] for name in self.used]]

    @property
    def base(self) -> float:
        """Return the mean log-odds over the training rows, as the trees' counts tell it."""
        means = [sum(leaf.value * leaf.share for leaf in leaves) for leaves in self.leaves]
        return self.baseline + float(sum(means))

    def log_odds(self, features: Floats) -> Floats:
        """Return one number per row."""
        taken = self._taken(features)
        total = np.full(len(taken), self.baseline)
        for tree in self.trees:
            total += np.array(tree.value)[_reached(tree, taken)]
        return total

    def contributions(self, features: Floats) -> Floats:
        """Return rows x features: exact Shapley values along the trees' own paths.

        With `base` they add up to the log-odds (Lundberg et al. 2018, path-dependent TreeSHAP;
        here leaf by leaf, which is exact and quick for small trees).
        """
        taken = self._taken(features)
        parts = np.zeros((len(features), len(NAMES)))
        for leaf in (leaf for leaves in self.leaves for leaf in leaves):
            goes = np.column_stack([step.holds(taken) for step in leaf.steps])
            for at, share in enumerate(_shapley(goes, leaf)):
                parts[:, POSITION[self.used[leaf.steps[at].feature]]] += leaf.value * share
        return parts


@dataclass(frozen=True, slots=True)
class _Step:
    """All splits on one feature along the way to a leaf: its range there, and its share of rows."""

    feature: int
    above: float
    upto: float
    takes_missing: bool
    share: float

    def holds(self, taken: Floats) -> Bools:
        """Return the rows that go this way."""
        values = taken[:, self.feature]
        within = (values > self.above) & (values <= self.upto)
        went: Bools = np.where(np.isnan(values), self.takes_missing, within)
        return went


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One leaf: its value, the share of training rows in it, and the steps that lead to it."""

    value: float
    share: float
    steps: tuple[_Step, ...]


def _leaves(tree: Tree) -> tuple[_Leaf, ...]:
    """Return the leaves of a tree with their ways."""
    found: list[_Leaf] = []
    waiting: list[tuple[int, dict[int, _Step]]] = [(0, {})]
    while waiting:
        node, way = waiting.pop()
        if tree.is_leaf[node]:
            share = float(np.prod([step.share for step in way.values()]))
            found.append(_Leaf(tree.value[node], share, tuple(way.values())))
            continue
        for child in (tree.left[node], tree.right[node]):
            step = _narrowed(tree, node, child, way)
            waiting.append((child, way | {step.feature: step}))
    return tuple(found)


def _narrowed(tree: Tree, node: int, child: int, way: dict[int, _Step]) -> _Step:
    """Return a way's step on the node's feature after going on to the child."""
    feature, is_left = tree.feature[node], child == tree.left[node]
    step = way.get(feature, _Step(feature, -np.inf, np.inf, takes_missing=True, share=1.0))
    threshold = tree.threshold[node]
    return _Step(
        feature,
        step.above if is_left else max(step.above, threshold),
        min(step.upto, threshold) if is_left else step.upto,
        takes_missing=step.takes_missing and tree.missing_left[node] == is_left,
        share=step.share * tree.count[child] / tree.count[node],
    )


def _shapley(goes: Bools, leaf: _Leaf) -> list[Floats]:
    """Return per step how much of the leaf's value it owns, row by row.

    The value of a set of known features is the product of 1 or 0 (known: goes this way or not)
    and the share of rows (unknown). Sets of equal size are summed as a polynomial.
    """
    many = len(leaf.steps)
    weights = [factorial(k) * factorial(many - 1 - k) / factorial(many) for k in range(many)]
    owned: list[Floats] = []
    for at, step in enumerate(leaf.steps):
        sums = np.zeros((len(goes), many))
        sums[:, 0] = 1.0
        for other, rest in enumerate(leaf.steps):
            if other != at:
                known = sums * goes[:, [other]]
                sums *= rest.share
                sums[:, 1:] += known[:, :-1]
        owned.append((goes[:, at] - step.share) * (sums @ np.array(weights)))
    return owned


def _reached(tree: Tree, taken: Floats) -> npt.NDArray[np.int64]:
    """Return the leaf node that each row reaches."""
    node = np.zeros(len(taken), dtype=np.int64)
    feature, threshold = np.array(tree.feature), np.array(tree.threshold)
    missing_left, is_leaf = np.array(tree.missing_left), np.array(tree.is_leaf)
    left, right = np.array(tree.left), np.array(tree.right)
    rows = np.flatnonzero(~is_leaf[node])
    while len(rows):
        at = node[rows]
        values = taken[rows, feature[at]]
        goes_left = np.where(np.isnan(values), missing_left[at], values <= threshold[at])
        node[rows] = np.where(goes_left, left[at], right[at])
        rows = rows[~is_leaf[node[rows]]]
    return node
