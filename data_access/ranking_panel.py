"""Read what the ranking learns from: all usage up to a month, and the milestones of workloads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from data_access import schema
from data_access.errors import NothingToRankError
from data_access.milestone_facts import newest_month, size_bands, usage_until
from data_access.program_store import active_program, rules_hash
from data_access.ranking_settings import RankingSettings
from insights.months import month_code
from insights.panel import Ints, UsagePanel, usage_panel
from insights.program import ALL_WORKLOADS, ProgramRules
from insights.ranking.questions import Portfolio

UNKNOWN_MILESTONES = (15, 40)
"""Percents of workloads that are in no catalogue, and of months before any programme year."""


@dataclass(frozen=True)
class RankingInput:
    """A portfolio up to its as-of month and what it was read from, all of one state of the store.

    `is_newest` says that the as-of month is the one that pages show; `bands` the size band of each
    pair's tenant.
    """

    portfolio: Portfolio
    as_of: int
    is_newest: bool
    bands: Ints
    data_hash: str
    rules_hash: str
    batch_id: int

    @property
    def panel(self) -> UsagePanel:
        """Return the usage of all pairs."""
        return self.portfolio.grid.panel


def read_input(connection: Connection, settings: RankingSettings) -> RankingInput:
    """Return all usage up to the asked month with the milestones of its workloads.

    Nothing later than the month is read. Raises NothingToRankError where there is no usage.
    """
    newest = newest_month(connection)
    if newest is None:
        raise NothingToRankError(
            "There is no usage to rank yet.",
            "Bring usage files in first with: partner-insights import FILE",
        )
    as_of = newest if settings.as_of is None else settings.as_of
    panel = usage_panel(usage_until(connection, None, as_of), as_of)
    if not (panel.units > 0).any():
        raise NothingToRankError(
            f"There is no usage with paid available units up to {month_code(as_of)}.",
            f"Choose a later month with --as-of; the newest complete one is {month_code(newest)}.",
        )
    percents = _percents(connection, settings, panel, as_of)
    return RankingInput(
        portfolio=Portfolio(panel, percents),
        as_of=as_of,
        is_newest=as_of == newest,
        bands=bands_of_pairs(panel, size_bands(connection, None, as_of=as_of)),
        data_hash=panel_hash(panel, percents),
        rules_hash=rules_hash(connection),
        batch_id=newest_batch(connection),
    )


def newest_batch(connection: Connection) -> int:
    """Return the id of the newest import batch, 0 for none."""
    return connection.scalar(select(func.max(schema.import_batch.c.batch_id))) or 0


def milestones_of(rules: ProgramRules | None, code: str, *, is_known: bool) -> tuple[int, ...]:
    """Return the rising milestones of a workload in a programme year, in percent.

    Every workload has some, so that it is ranked: what the year does not tell is 15 and 40.
    """
    if rules is None or not is_known:
        return UNKNOWN_MILESTONES
    own = {
        rule.percent
        for rule in rules.milestones
        if rule.workloads == ALL_WORKLOADS or code in rule.workloads
    }
    return tuple(sorted(own)) or UNKNOWN_MILESTONES


def _percents(
    connection: Connection, settings: RankingSettings, panel: UsagePanel, as_of: int
) -> list[tuple[int, ...]]:
    """Return the milestones of each workload of the panel, by rising workload key."""
    keys = np.unique(panel.workload_key)
    if settings.milestones is not None:
        return [settings.milestones] * len(keys)
    workload = schema.workload
    told = select(workload.c.workload_key, workload.c.code, workload.c.is_known)
    rules = active_program(connection).in_month(as_of)
    percents = percents_of_workloads(pd.read_sql(told, connection), rules)
    return [percents[key] for key in map(int, keys)]


def percents_of_workloads(
    workloads: pd.DataFrame, rules: ProgramRules | None
) -> dict[int, tuple[int, ...]]:
    """Return the milestones of workloads (workload_key, code, is_known) in a year, by their key."""
    columns = (workloads[name] for name in ("workload_key", "code", "is_known"))
    return {
        int(key): milestones_of(rules, code, is_known=bool(is_known))
        for key, code, is_known in zip(*columns, strict=True)
    }


def bands_of_pairs(panel: UsagePanel, bands: pd.Series[int]) -> Ints:
    """Return the size band of each pair's tenant; 0 where it has no month with both counts.

    `bands` are those of tenants, by key.
    """
    found = pd.Series(panel.tenant_key).map(bands.to_dict()).fillna(0)
    return np.asarray(found, dtype=np.int64)


def panel_hash(panel: UsagePanel, percents: list[tuple[int, ...]]) -> str:
    """Return the SHA-256 of the usage and milestones that a model is learned from."""
    told = hashlib.sha256(f"{panel.first_month} {panel.units.shape} {percents}".encode())
    for values in (panel.codes, panel.units, panel.users):
        told.update(np.ascontiguousarray(values).data)
    return told.hexdigest()
