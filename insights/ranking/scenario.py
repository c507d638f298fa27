"""What the model would say of other counts: as if they were those of the as-of month.

Only the newest report of a pair is changed, everything before stays as it was reported; the same
models, verdicts and climate answer. It describes, it does not promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from insights.panel import Ints, UsagePanel, pair_codes
from insights.ranking.explain import part_of_portfolio
from insights.ranking.model import HorizonModel
from insights.ranking.scoring import Trained, arrivals, score
from insights.ranking.verdicts import Verdict

PAIR = ["tenant_key", "workload_key"]
ONE_TENANT = int(np.diff(pair_codes(pd.DataFrame({PAIR[0]: [0, 1], PAIR[1]: [0, 0]})))[0])
"""What a tenant key weighs in the code of a pair."""

BASIS = (
    "What the model would say if these were the counts of the as-of month. "
    "It describes, it does not promise."
)


@dataclass(frozen=True)
class Ranker:
    """What answers: rising models, what each horizon may show, milestones and the climate."""

    models: Sequence[HorizonModel]
    verdicts: Mapping[int, Verdict]
    percents: Mapping[int, tuple[int, ...]]
    climate: str


def changed(panel: UsagePanel, changes: pd.DataFrame) -> UsagePanel:
    """Return a panel whose pairs' newest reports have more users and seats.

    `changes` has tenant_key, workload_key, add_users, add_seats. Users never exceed the seats
    nor fall below 0. A pair without any report stays as it is.
    """
    units, users = panel.units.copy(), panel.users.copy()
    rows = panel.rows_of(changes)
    usable = (panel.units[rows] > 0) & (panel.users[rows] >= 0)
    has_any = usable.any(axis=1)
    newest = panel.months - 1 - np.argmax(usable[:, ::-1], axis=1)
    rows, newest = rows[has_any], newest[has_any]
    told = changes[has_any]
    seats = units[rows, newest] + told["add_seats"].to_numpy(dtype=np.int64)
    active = users[rows, newest] + told["add_users"].to_numpy(dtype=np.int64)
    units[rows, newest] = np.maximum(seats, 1)
    users[rows, newest] = np.clip(active, 0, np.maximum(seats, 1))
    return replace(panel, units=units, users=users)


def answers(panel: UsagePanel, ranker: Ranker) -> pd.DataFrame:
    """Return what the model says of every pair with a milestone ahead: one row per pair.

    Columns: tenant_key, workload_key, milestone, probability_30 and so on by horizon, low, median
    and high (months from the as-of month; missing: not within a year).
    """
    portfolio = part_of_portfolio(panel, ranker.percents, ranker.climate)
    verdicts = tuple(ranker.verdicts[model.days] for model in ranker.models)
    scores = score(portfolio, Trained(tuple(ranker.models), pd.DataFrame(), verdicts))
    wide = scores.pivot(index=[*PAIR, "milestone"], columns="days", values="probability")
    wide.columns = pd.Index([f"probability_{days}" for days in wide.columns])
    return wide.reset_index().merge(arrivals(scores), on=PAIR, how="left")


def side_by_side(panels: Sequence[UsagePanel]) -> UsagePanel:
    """Return panels of the same pairs and months as one, each with tenants of its own.

    Pair i of panel k is pair i + k x pairs: many what-ifs are answered in one go.
    """
    first = panels[0]
    room = int(first.tenant_key.max()) + 1
    shifts = [at * room * ONE_TENANT for at in range(len(panels))]
    return UsagePanel(
        np.concatenate([first.codes + shift for shift in shifts]),
        first.first_month,
        np.concatenate([panel.units for panel in panels]),
        np.concatenate([panel.users for panel in panels]),
    )


def compared(panels: Sequence[UsagePanel], keys: pd.DataFrame, ranker: Ranker) -> pd.DataFrame:
    """Return asked pairs in every panel: the first is what was reported, the others are changed.

    Grain: panel (column `panel`, 0 first) x pair, in the order of `keys` (tenant_key,
    workload_key). Columns: units, users (newest report), milestone (the one that is ahead in
    panel 0; missing: none), is_reached, probability_30 and so on, low, median and high. What is
    reached has a chance of 1 and 0 months to go.
    """
    whole = side_by_side(panels)
    room = int(panels[0].tenant_key.max()) + 1
    asked = pd.concat(
        [
            keys[PAIR].assign(panel=at, tenant_key=keys["tenant_key"] + at * room)
            for at in range(len(panels))
        ],
        ignore_index=True,
    )
    told = asked.assign(**_newest(whole, asked)).merge(
        answers(whole, ranker), on=PAIR, how="left", validate="one_to_one"
    )
    milestone = told["milestone"].to_numpy(dtype=np.float64)[: len(keys)]
    told["milestone"] = np.tile(milestone, len(panels))
    told["tenant_key"] = np.tile(keys["tenant_key"].to_numpy(), len(panels))
    told["is_reached"] = 100 * told["users"] >= told["milestone"] * told["units"]
    return _with_reached(told)


def _with_reached(told: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a chance of 1 and 0 months to go where the milestone is reached."""
    chances = [name for name in told.columns if name.startswith("probability_")]
    certain = {name: told[name].mask(told["is_reached"], 1.0) for name in chances}
    months = {
        name: told[name].astype("Int64").mask(told["is_reached"], 0)
        for name in ("low", "median", "high")
    }
    return told.assign(**certain, **months)


def _newest(panel: UsagePanel, keys: pd.DataFrame) -> dict[str, Ints]:
    """Return seats and users of the newest report of each pair, -1 for none."""
    rows = panel.rows_of(keys)
    usable = (panel.units[rows] > 0) & (panel.users[rows] >= 0)
    newest = panel.months - 1 - np.argmax(usable[:, ::-1], axis=1)
    return {"units": panel.units[rows, newest], "users": panel.users[rows, newest]}
