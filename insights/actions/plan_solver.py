"""The exact choice behind a weekly plan: a knapsack of several people, solved as integer program.

Actions that are alike for the choice (same minutes, same possible owners, same caps per person)
form a class. Which of them are chosen and how many of a class a person gets are then separate
whole numbers; this is the same problem as one variable per action and person, with far fewer of
them, so that hundreds of actions are solved to proven optimality in well under a second mostly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NOBODY = -1

_PROVEN = 1e-9
_SCALE = 1e-4
"""Weights are ten-thousandths of a dollar; the program counts in dollars."""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many of these actions: in all (one number), or per person (one number each)."""

    code: str
    members: Ints
    most: Ints
    is_per_person: bool


@dataclass(frozen=True, slots=True)
class Knapsack:
    """The choice: `weights` to add up, `minutes` that fit into `capacity`, `may` own (n x p).

    As many as possible with `is_must` come first, then the most weight.
    """

    weights: Ints
    minutes: Ints
    is_must: Bools
    may: Bools
    capacity: Ints
    caps: tuple[Cap, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Who does what: a person's place or NOBODY by action; the weight that no choice exceeds."""

    person: Ints
    weight: float
    best_possible: float

    @property
    def gap(self) -> float:
        """Return by which share of the best possible weight the choice may fall short."""
        missing = self.best_possible - self.weight
        return max(missing / self.best_possible, 0.0) if self.best_possible > 0 else 0.0

    @property
    def is_proven(self) -> bool:
        """Return whether no better choice exists."""
        return self.gap <= _PROVEN


@dataclass(frozen=True, slots=True)
class _Program:
    """The integer program: n choices of actions, then counts of a class by person."""

    kinds: Ints
    count_kind: Ints
    count_person: Ints
    rows: Any
    low: Floats
    high: Floats
    upper: Floats


def solve(knapsack: Knapsack, *, seconds: float) -> Choice:
    """Return the best choice, or the best found within `seconds`, with what it may fall short."""
    if not len(knapsack.weights) or not len(knapsack.capacity):
        return Choice(np.full(len(knapsack.weights), NOBODY), 0.0, 0.0)
    program = _program(knapsack)
    first, least = None, 0
    if knapsack.is_must.any():
        first, _ = _maximised(program, knapsack.is_must.astype(float), seconds / 2)
        least = 0 if first is None else _chosen(first, knapsack.is_must)
    weights: Floats = knapsack.weights * np.float64(_SCALE)
    found, bound = _maximised(program, weights, seconds, must=(knapsack.is_must, least))
    values = found if found is not None else first
    if values is None:
        values = np.zeros(len(program.upper))
    person = _people(knapsack, program, values)
    weight = float(knapsack.weights[person >= 0].sum())
    return Choice(person, weight, max(bound / _SCALE, weight))


def _chosen(values: Floats, among: Bools) -> int:
    """Return how many of these actions are chosen."""
    return int(np.rint(values[: len(among)])[among].sum())


def _classes(knapsack: Knapsack) -> tuple[Ints, Ints]:
    """Return the class of each action, and one action of each class."""
    shared = np.zeros((len(knapsack.weights), 0), dtype=np.int64)
    for cap in knapsack.caps:
        if cap.is_per_person:
            inside = np.zeros((len(knapsack.weights), 1), dtype=np.int64)
            inside[cap.members] = 1
            shared = np.hstack([shared, inside])
    marks = np.hstack([knapsack.minutes[:, None], knapsack.may.astype(np.int64), shared])
    _, first, kinds = np.unique(marks, axis=0, return_index=True, return_inverse=True)
    return kinds.reshape(-1).astype(np.int64), first.astype(np.int64)


def _program(knapsack: Knapsack) -> _Program:
    from scipy.sparse import csr_array

    kinds, first = _classes(knapsack)
    count_kind, count_person = np.nonzero(knapsack.may[first])
    actions, counts = len(knapsack.weights), len(count_kind)
    spots = np.arange(counts) + actions
    rows: list[Ints] = [kinds, count_kind, len(first) + count_person]
    columns: list[Ints] = [np.arange(actions), spots, spots]
    numbers: list[Ints] = [
        np.ones(actions, dtype=np.int64),
        np.full(counts, -1),
        knapsack.minutes[first][count_kind],
    ]
    high = [np.zeros(len(first)), knapsack.capacity.astype(float)]
    low = [np.zeros(len(first)), np.full(len(knapsack.capacity), -np.inf)]
    size = len(first) + len(knapsack.capacity)
    for cap in knapsack.caps:
        of_kind = np.isin(count_kind, kinds[cap.members])
        at = spots[of_kind] if cap.is_per_person else cap.members
        place = count_person[of_kind] if cap.is_per_person else np.zeros(len(at), dtype=np.int64)
        rows, columns = [*rows, size + place], [*columns, at]
        numbers = [*numbers, np.ones(len(at), dtype=np.int64)]
        high, low = [*high, cap.most.astype(float)], [*low, np.full(len(cap.most), -np.inf)]
        size += len(cap.most)
    matrix = csr_array(
        (np.concatenate(numbers), (np.concatenate(rows), np.concatenate(columns))),
        shape=(size, actions + counts),
    )
    most = np.bincount(kinds, minlength=len(first))[count_kind]
    upper = np.concatenate([np.ones(actions), most])
    return _Program(
        kinds, count_kind, count_person, matrix, np.concatenate(low), np.concatenate(high), upper
    )


def _maximised(
    program: _Program,
    weights: Floats,
    seconds: float,
    must: tuple[Bools, int] | None = None,
) -> tuple[Floats | None, float]:
    """Return the values that maximise the weight of chosen actions, and its upper bound."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    size = len(program.upper)
    goal = np.zeros(size)
    goal[: len(weights)] = -weights
    rules = [LinearConstraint(program.rows, program.low, program.high)]
    if must is not None and must[1]:
        row = np.zeros((1, size))
        row[0, : len(weights)] = must[0]
        rules.append(LinearConstraint(row, must[1], np.inf))
    solved = milp(
        goal,
        integrality=np.ones(size),
        bounds=Bounds(np.zeros(size), program.upper),
        constraints=rules,
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    bound = solved.get("mip_dual_bound")
    return solved.x, float(weights.sum() if bound is None else -bound)


def _people(knapsack: Knapsack, program: _Program, values: Floats) -> Ints:
    """Return who does each action: the chosen ones of a class are dealt out by its counts.

    Actions stay in their order, so that neighbours (one customer's) go to one person.
    """
    whole = np.rint(values).astype(np.int64)
    actions = len(knapsack.weights)
    person: Ints = np.full(actions, NOBODY, dtype=np.int64)
    counts = whole[actions:]
    for kind in np.unique(program.kinds):
        chosen = np.flatnonzero((program.kinds == kind) & (whole[:actions] > 0))
        of_kind = program.count_kind == kind
        people = np.repeat(program.count_person[of_kind], counts[of_kind])
        person[chosen] = people
    return person
