"""Why a pair has its score: exact parts of the log-odds, for a few customers at a time.

Features of a pair depend on its own tenant and on what all pairs share at a month (the climate).
The climate is kept with every scoring, so that a page can explain without the whole portfolio.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from insights.panel import UsagePanel
from insights.ranking.climate import Climate
from insights.ranking.features import GROUPS
from insights.ranking.grid import Floats
from insights.ranking.labels import Questions
from insights.ranking.model import HorizonModel, ordered
from insights.ranking.questions import Portfolio
from insights.ranking.reasons import group_contributions
from insights.ranking.verdicts import Verdict

KEPT_MONTHS = 2
"""Months whose climate is kept: the as-of month and the one before, to tell what moved."""


def climate_json(portfolio: Portfolio) -> str:
    """Return what all pairs share at the as-of month and the one before, as JSON text."""
    keys = np.unique(portfolio.grid.panel.workload_key).tolist()
    first = portfolio.grid.panel.first_month
    columns = kept_columns(portfolio.last)
    return climates_json(keys, {first + at: portfolio.makes.climate(at) for at in columns})


def kept_columns(last: int) -> range:
    """Return the columns whose climate is kept, where `last` is that of the as-of month."""
    return range(max(last - KEPT_MONTHS + 1, 0), last + 1)


def climates_json(workloads: Sequence[int], months: Mapping[int, Climate]) -> str:
    """Return climates by month as JSON text; their groups are these rising workload keys."""
    told = {str(month): _told(climate) for month, climate in months.items()}
    return json.dumps({"workloads": list(workloads), "months": told}, separators=(",", ":"))


def _told(climate: Climate) -> dict[str, object]:
    return {
        "move": climate.move.tolist(),
        "level": climate.level.tolist(),
        "rate": climate.rate.tolist(),
        "market_move": climate.market_move,
        "season": climate.season.tolist(),
    }


def part_of_portfolio(
    panel: UsagePanel, percents: Mapping[int, tuple[int, ...]], climate: str
) -> Portfolio:
    """Return some customers of a portfolio, with the climate that all of it had.

    `panel` holds every pair of these customers up to a month whose climate was kept; `percents`
    the milestones by workload key. Raises KeyError for a workload that the climate does not know.
    """
    kept = json.loads(climate)
    position = {key: at for at, key in enumerate(kept["workloads"])}
    workloads = np.unique(panel.workload_key).tolist()
    rows = [position[key] for key in workloads]
    climates = {
        int(month) - panel.first_month: Climate(
            move=np.array(told["move"])[rows],
            level=np.array(told["level"])[rows],
            rate=np.array(told["rate"])[rows],
            market_move=told["market_move"],
            season=np.array(told["season"]),
        )
        for month, told in kept["months"].items()
    }
    return Portfolio(panel, [percents[key] for key in workloads], climates)


@dataclass(frozen=True)
class Explained:
    """Scores of one horizon in parts: base + contributions + ordering = log_odds, row by row.

    `asked` says of what the rows are; `contributions` are rows x NAMES; `features` likewise.
    """

    asked: Questions
    features: Floats
    base: float
    contributions: Floats
    ordering: Floats
    log_odds: Floats

    def groups(self) -> dict[str, Floats]:
        """Return the contributions summed by group of features."""
        return group_contributions(self.contributions)


def explained(
    portfolio: Portfolio,
    models: Sequence[HorizonModel],
    verdicts: Mapping[int, Verdict],
    days: int,
) -> Explained:
    """Return the scores of one horizon in parts, for every pair with a milestone ahead.

    `models` are all horizons, rising: a longer one is never less likely, which adds `ordering`.
    """
    asked = portfolio.now()
    upto = [model for model in models if model.days <= days]
    rows = [portfolio.makes.matrix(asked, model.months) for model in upto]
    own = [
        model.gap.log_odds(each) if verdicts[model.days].ranks == "gap" else model.log_odds(each)
        for model, each in zip(upto, rows, strict=True)
    ]
    final, model, features = ordered(own)[-1], upto[-1], rows[-1]
    part = model.gap if verdicts[days].ranks == "gap" else model
    return Explained(
        asked=asked,
        features=features,
        base=part.base,
        contributions=part.contributions(features),
        ordering=final - own[-1],
        log_odds=final,
    )


@dataclass(frozen=True, slots=True)
class Move:
    """One part of what moved a score since the month before, in log-odds; all add up to it."""

    code: str
    change: float


def moves(
    now: Explained, row: int, before: Explained, before_row: int, stored_before: float
) -> tuple[Move, ...]:
    """Return what moved the score of one pair since the month before, largest first.

    `now` and `before` are the same model at both months; `stored_before` is what was really said
    then. The difference of that to what the model of now says of then is "renewed": another
    model, or data that were corrected since.
    """
    groups = {
        group: float(values[row] - before.groups()[group][before_row])
        for group, values in now.groups().items()
    }
    is_same = now.asked.percent[row] == before.asked.percent[before_row]
    parts = groups if is_same else {"next milestone": sum(groups.values())}
    parts["ordering"] = float(now.ordering[row] - before.ordering[before_row])
    parts["renewed"] = float(before.log_odds[before_row] - stored_before)
    told = [Move(code, change) for code, change in parts.items() if change != 0]
    return tuple(sorted(told, key=lambda move: -abs(move.change)))


MOVE_LABELS: dict[str, str] = {
    **{group: group for group in GROUPS},
    "next milestone": "another milestone is next",
    "ordering": "a shorter horizon is at least as likely",
    "renewed": "the model was trained anew, or data were corrected",
}
"""What each part of a move is called."""
