"""Why an opportunity is ranked as it is: parts of its score, what moved it, levers, look-alikes."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from data_access.queries.lookalikes import Standing, lookalike_histories
from data_access.queries.opportunities import opportunity_of
from data_access.queries.pair_panels import PairPanel, pair_panel
from data_access.queries.ranking import RunFacts, model_facts, newest_run
from data_access.schema import score
from data_access.types import Scope
from insights.panel import UsagePanel, usage_panel
from insights.ranking.explain import Explained, Move, explained, moves, part_of_portfolio
from insights.ranking.levers import Lever, Pair, levers
from insights.ranking.lookalikes import Lookalike, lookalikes
from insights.ranking.reasons import Counts, Reason, pair_numbers, strongest_reasons
from insights.ranking.scenario import Ranker

DAYS = 90


@dataclass(frozen=True)
class Why:
    """The score of one opportunity in parts; base + groups + ordering = log_odds.

    `reasons` are the strongest groups in words, all of them in `groups`; `moved` says what changed
    since the month before (empty where nothing was said then) and adds up to log_odds - before.
    `path` has month, paid_available_units and monthly_active_users of every report.
    """

    base: float
    groups: dict[str, float]
    ordering: float
    log_odds: float
    reasons: tuple[Reason, ...]
    before: float | None
    moved: tuple[Move, ...]
    levers: tuple[Lever, ...]
    alike: tuple[Lookalike, ...]
    path: pd.DataFrame


def ranker_of(connection: Connection, run: RunFacts, panel: PairPanel) -> Ranker | None:
    """Return what answers for a scoring, None where it kept no climate (an older version's)."""
    if "months" not in json.loads(panel.climate):
        return None
    models = model_facts(connection, run.model_id)
    return Ranker(models, run.verdicts, panel.percents, panel.climate)


def why(connection: Connection, scope: Scope, tenant_id: str, workload_code: str) -> Why | None:
    """Return why an opportunity is ranked as it is, None for one that the scope does not see.

    Also None where the ranking keeps nothing that explains it, or the data changed so much since
    that the pair has no milestone ahead.
    """
    run = newest_run(connection)
    listed = opportunity_of(connection, scope, tenant_id, workload_code)
    if run is None or listed.empty:
        return None
    told = pair_panel(connection, scope, [tenant_id], run_id=run.run_id)
    ranker = None if told is None else ranker_of(connection, run, told)
    if told is None or ranker is None:
        return None
    state = str(listed["state"].iloc[0])
    return _Asked(connection, scope, told, ranker).why(state, workload_code)


@dataclass(frozen=True)
class _Asked:
    """One customer's reports and what answers about them."""

    connection: Connection
    scope: Scope
    told: PairPanel
    ranker: Ranker

    def at(self, month: int) -> tuple[UsagePanel, Explained]:
        """Return the customer's panel up to a month and its scores in parts."""
        panel = usage_panel(self.told.usage, month)
        part = part_of_portfolio(panel, self.ranker.percents, self.ranker.climate)
        return panel, explained(part, self.ranker.models, self.ranker.verdicts, DAYS)

    def why(self, state: str, workload_code: str) -> Why | None:
        """Return why a listed opportunity is ranked as it is."""
        mine = self.told.pairs[self.told.pairs["workload"] == workload_code].iloc[0]
        keys = (int(mine["tenant_key"]), int(mine["workload_key"]))
        panel, found = self.at(self.told.as_of)
        row = _row_of(panel, found, keys[1])
        if row is None:
            return None
        pair, percent = int(found.asked.pair[row]), int(found.asked.percent[row])
        newest = int(np.flatnonzero((panel.units[pair] > 0) & (panel.users[pair] >= 0))[-1])
        name = str(mine["workload_name"])
        counts = Counts(name, panel.units[pair], panel.users[pair], panel.first_month, newest)
        numbers = pair_numbers(found.features[row], counts, percent)
        before = self._said_before(keys)
        moved = () if before is None else self._moved(found, row, before, keys[1])
        path = self._path(keys[1])
        asked = Pair(
            *keys,
            users=numbers.users,
            most_users=int(np.minimum(panel.users[pair], panel.units[pair]).max()),
            users_needed=numbers.users_needed,
            state=state,
        )
        standing = Standing(
            str(mine["tenant_id"]), workload_code, numbers.units, numbers.users, self.told.as_of
        )
        others = lookalike_histories(self.connection, self.scope, standing=standing)
        return Why(
            base=found.base,
            groups={group: float(values[row]) for group, values in found.groups().items()},
            ordering=float(found.ordering[row]),
            log_odds=float(found.log_odds[row]),
            reasons=strongest_reasons(numbers, found.contributions[row]),
            before=before if moved else None,
            moved=moved,
            levers=levers(panel, asked, self.ranker),
            alike=lookalikes(path, others, as_of=self.told.as_of, percent=percent),
            path=path,
        )

    def _said_before(self, keys: tuple[int, int]) -> float | None:
        """Return the log-odds that were said of a pair at the month before, None for none."""
        said = select(score.c.log_odds_90).where(
            score.c.as_of == self.told.as_of - 1,
            score.c.tenant_key == keys[0],
            score.c.workload_key == keys[1],
        )
        return self.connection.scalar(said)

    def _moved(
        self, now: Explained, row: int, before: float, workload_key: int
    ) -> tuple[Move, ...]:
        """Return what moved a score since the month before; empty where it was not ranked."""
        panel, then = self.at(self.told.as_of - 1)
        at = _row_of(panel, then, workload_key)
        return () if at is None else moves(now, row, then, at, before)

    def _path(self, workload_key: int) -> pd.DataFrame:
        """Return the reports of a workload with both counts and seats, the oldest first."""
        names = ["month", "paid_available_units", "monthly_active_users"]
        rows = self.told.usage[self.told.usage["workload_key"] == workload_key][names].dropna()
        rows = rows[rows["paid_available_units"] > 0].astype("int64")
        return rows.sort_values("month", ignore_index=True)


def _row_of(panel: UsagePanel, found: Explained, workload_key: int) -> int | None:
    """Return the row of a workload among what was explained, None where it is not."""
    rows = np.flatnonzero(panel.workload_key[found.asked.pair] == workload_key)
    return int(rows[0]) if len(rows) else None
