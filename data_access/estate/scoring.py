"""Score a whole estate: one model, trained on one machine, asked shard by shard.

What all customers share at a month (the climate) is summed up over the shards first; then every
shard is scored by the same functions as a store is. Training takes a sample of the customers
where there are too many for one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Select

from data_access import schema
from data_access.estate.columns import arrow_schema, rows_as_arrow, rows_as_frame
from data_access.estate.judging import newest_month, shards_of
from data_access.estate.opportunities import write_opportunities
from data_access.estate.session import spark_sql
from data_access.estate.shards import Tables, by_shard, rows_of
from data_access.locks import ranking_lock
from data_access.milestone_facts import USAGE, newest_bands
from data_access.program_store import active_program, rules_hash
from data_access.ranking_panel import (
    RankingInput,
    bands_of_pairs,
    newest_batch,
    panel_hash,
    percents_of_workloads,
)
from data_access.ranking_rows import (
    Worth,
    earlier_rows,
    judged_rows,
    listed_rows,
    score_rows,
    unsorted_opportunities,
)
from data_access.ranking_settings import RankingSettings
from data_access.roles import require
from data_access.store import Store
from data_access.training import Ranker, find_model, known_model, trained_anew
from data_access.types import Progress
from insights.panel import UsagePanel, usage_panel
from insights.ranking.climate import ClimateSums, climate_of, climate_sums
from insights.ranking.explain import climates_json, kept_columns, part_of_portfolio
from insights.ranking.grid import UsageGrid
from insights.ranking.questions import Portfolio
from insights.ranking.scoring import Trained, score
from insights.ranking.verdicts import Verdict

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from data_access.estate.lake import Lake

MOST_LEARNED_FROM = 20_000
"""Customers that a model is trained on; of more, every n-th by a hash of its key."""

CLIMATE = pa.schema(
    [
        ("first_tenant", pa.int64()),
        ("column", pa.int64()),
        ("name", pa.string()),
        ("sums", pa.list_(pa.float64())),
    ]
)
"""The climate's sums of a shard, by column of the months; put in order by its first tenant."""

UNSORTED = "opportunity_unsorted"
"""Lake table of opportunities that were not yet compared with the whole portfolio."""


@dataclass(frozen=True)
class Estate:
    """What every shard is scored with; travels to the workers.

    `workloads` are the rising keys of all workloads with usage.
    """

    as_of: int
    first_month: int
    workloads: tuple[int, ...]
    percents: Mapping[int, tuple[int, ...]]
    rules_hash: str

    def panel(self, told: pa.Table) -> UsagePanel:
        """Return usage as a grid that begins with the estate's first month."""
        usage = rows_as_frame(told, schema.usage).sort_values(list(USAGE[:3]), ignore_index=True)
        return usage_panel(usage, self.as_of, first_month=self.first_month)

    def asked(self, portfolio: Portfolio, bands: pa.Table, batch_id: int) -> RankingInput:
        """Return a part of the estate as the ranking reads a store's portfolio."""
        by_tenant = rows_as_frame(bands, schema.tenant_month).set_index("tenant_key")["size_band"]
        panel = portfolio.grid.panel
        return RankingInput(
            portfolio=portfolio,
            as_of=self.as_of,
            is_newest=True,
            bands=bands_of_pairs(panel, by_tenant),
            data_hash=panel_hash(panel, list(portfolio.percents)),
            rules_hash=self.rules_hash,
            batch_id=batch_id,
        )


@dataclass(frozen=True)
class Scorer:
    """What a shard is scored with besides the estate."""

    estate: Estate
    climate: str
    trained: Trained
    verdicts: Mapping[int, Verdict]
    now: datetime


def score_lake(lake: Lake, store: Store, ranker: Ranker) -> int | None:
    """Score every pair of a judged lake with a milestone ahead; return how many, None for none.

    Fills the lake's tables of the ranking. A model that the store keeps of the same usage is
    taken, else one is trained and kept there. What the store lists now gives what was said before.
    """
    require(ranker.scope, "import")
    estate = _estate(lake, store)
    if estate is None:
        return None
    climate = _climate(lake, estate)
    model_id, trained = _model(lake, store, estate, ranker.part(0.1, 0.5), ranker)
    told = zip(trained.models, trained.verdicts, strict=True)
    verdicts = {model.days: verdict for model, verdict in told}
    ranker.progress("Scoring", 0.5)
    _score_shards(lake, store, Scorer(estate, climate, trained, verdicts, ranker.now))
    ranker.progress("Summing the ranking up", 0.8)
    write_opportunities(lake, lake.read(UNSORTED), as_of=estate.as_of, verdicts=verdicts)
    pairs = int(lake.read("opportunity").count())
    run = {
        "run_id": 0,
        "model_id": model_id,
        "as_of": estate.as_of,
        "scored_at": ranker.now,
        "scored_by": ranker.scope.who,
        "rules_hash": estate.rules_hash,
        "batch_id": 0,
        "pairs": pairs,
        "climate": climate,
    }
    rows = pa.Table.from_pylist([run], schema=arrow_schema(schema.score_run.c))
    lake.write("score_run", lake.spark.createDataFrame(rows))
    ranker.progress("Scored", 1.0)
    return pairs


def _estate(lake: Lake, store: Store) -> Estate | None:
    """Return what shards share; None where there is nothing to rank."""
    as_of = newest_month(lake)
    if as_of is None:
        return None
    usage = _usage(lake, as_of)
    first_month = usage.agg({"month": "min"}).toArrow().column(0)[0].as_py()
    keys = usage.select("workload_key").distinct().toArrow().column(0).to_pylist()
    workloads = lake.read("workload").select("workload_key", "code", "is_known").toArrow()
    with store.read() as connection:
        rules, in_force = active_program(connection).in_month(as_of), rules_hash(connection)
    percents = percents_of_workloads(rows_as_frame(workloads, schema.workload), rules)
    return Estate(as_of, first_month, tuple(sorted(keys)), percents, in_force)


def _usage(lake: Lake, as_of: int) -> DataFrame:
    """Return usage up to a month."""
    usage = lake.read("usage").select(*USAGE)
    return usage.where(usage["month"] <= as_of)


def _climate(lake: Lake, estate: Estate) -> str:
    """Return what all pairs share at the as-of month and the one before, as score_run keeps it."""
    summed = by_shard(
        {"usage": _usage(lake, estate.as_of)},
        _summing(estate),
        {"climate": CLIMATE},
        shards=shards_of(lake),
    )
    rows = rows_of(summed, "climate").toArrow().sort_by("first_tenant")
    climates = {}
    for column in kept_columns(estate.as_of - estate.first_month):
        sums = reduce(add, _sums(rows.filter(pc.field("column") == column)))
        month = estate.first_month + column
        climates[month] = climate_of(sums, first_month=estate.first_month)
    return climates_json(estate.workloads, climates)


def _summing(estate: Estate) -> Callable[[Tables], Tables]:
    """Return what sums up the climate of a shard."""

    def summed(told: Tables) -> Tables:
        panel = estate.panel(told["usage"])
        grid, groups = UsageGrid(panel), len(estate.workloads)
        group = np.searchsorted(np.array(estate.workloads), panel.workload_key).astype(np.int64)
        rows = []
        for column in kept_columns(panel.months - 1):
            sums = climate_sums(grid, column, group, groups)
            for each in fields(sums):
                values = getattr(sums, each.name).tolist()
                rows.append((int(panel.tenant_key[0]), column, each.name, values))
        named = [dict(zip(CLIMATE.names, row, strict=True)) for row in rows]
        return {"climate": pa.Table.from_pylist(named, schema=CLIMATE)}

    return summed


def _sums(rows: pa.Table) -> list[ClimateSums]:
    """Return the sums of each shard in the order of their first tenants."""
    by_shard: dict[int, dict[str, np.ndarray]] = {}
    for row in rows.to_pylist():
        by_shard.setdefault(row["first_tenant"], {})[row["name"]] = np.array(row["sums"])
    return [ClimateSums(**each) for each in by_shard.values()]


def _model(
    lake: Lake, store: Store, estate: Estate, progress: Progress, ranker: Ranker
) -> tuple[int, Trained]:
    """Return the model of this usage that the store keeps, trained where there is none."""
    settings = RankingSettings()
    with ranking_lock(
        store.backend,
        ranker.holder(work="ranking"),
        on_wait=ranker.on_wait,
        timeout=ranker.timeout,
    ):
        with store.read() as connection:
            asked = _sample(lake, estate, newest_batch(connection))
            known = known_model(connection, asked, settings)
        if known is None:
            trained_anew(store, asked, settings, ranker, progress)
            # As it was stored, so that every later run scores with the very same numbers.
            with store.read() as connection:
                known = find_model(connection, asked, settings)
    if known is None:
        raise ValueError("a model that was just trained is found again")
    return known


def _sample(lake: Lake, estate: Estate, batch_id: int) -> RankingInput:
    """Return the customers that a model is trained on, all of them where they are few."""
    from pyspark.sql import functions as f

    step = -(-int(lake.read("tenant").count()) // MOST_LEARNED_FROM)
    drawn = f.pmod(f.xxhash64("tenant_key"), f.lit(max(step, 1))) == 0
    panel = estate.panel(_usage(lake, estate.as_of).where(drawn).toArrow())
    keys = map(int, np.unique(panel.workload_key))
    portfolio = Portfolio(panel, [estate.percents[key] for key in keys])
    return estate.asked(portfolio, _bands(lake, estate.as_of).where(drawn).toArrow(), batch_id)


def _bands(lake: Lake, as_of: int) -> DataFrame:
    lake.views("tenant_month")
    return lake.spark.sql(spark_sql(newest_bands(None, as_of=as_of)))


def _score_shards(lake: Lake, store: Store, scorer: Scorer) -> None:
    """Fill the table score, and that of opportunities before they are compared."""
    as_of = scorer.estate.as_of
    lake.views("milestone_status")
    told = {
        "usage": _usage(lake, as_of),
        "size_band": _bands(lake, as_of),
        "judged": lake.spark.sql(spark_sql(judged_rows())),
        "listed": _stored(lake, store, listed_rows()),
        "earlier": _stored(lake, store, earlier_rows(as_of)),
    }
    listed = schema.opportunity
    given = {
        UNSORTED: arrow_schema(column for column in listed.c if column.name != "quadrant"),
        "score": arrow_schema(schema.score.c),
    }
    stream = by_shard(told, _scoring(scorer, given), given, shards=shards_of(lake))
    lake.write("scored", stream)
    for name in given:
        lake.write(name, rows_of(lake.read("scored"), name))


def _stored(lake: Lake, store: Store, rows: Select[tuple[object, ...]]) -> DataFrame:
    """Return rows of the store as a frame of Spark."""
    with store.read() as connection:
        found = pd.read_sql(rows, connection)
    times = [name for name in ("new_at", "moved_at") if name in found]
    found = found.assign(**{name: pd.to_datetime(found[name], utc=True) for name in times})
    table = arrow_schema(rows.selected_columns)
    return lake.spark.createDataFrame(rows_as_arrow(found, table))


def _scoring(scorer: Scorer, given: Mapping[str, pa.Schema]) -> Callable[[Tables], Tables]:
    """Return what scores a shard."""

    def scored(told: Tables) -> Tables:
        rows = rows_of_shard(told, scorer)
        return {name: rows_as_arrow(rows[name], given[name]) for name in given if name in rows}

    return scored


def rows_of_shard(told: Tables, scorer: Scorer) -> dict[str, pd.DataFrame]:
    """Return the rows of opportunity (but for quadrants) and score of a shard, if it has any."""
    estate = scorer.estate
    if not len(told["usage"]):
        return {}
    panel = estate.panel(told["usage"])
    portfolio = part_of_portfolio(panel, estate.percents, scorer.climate)
    if not len(portfolio.now()):
        return {}
    asked = estate.asked(portfolio, told["size_band"], 0)
    answers = score(portfolio, scorer.trained)
    worth = Worth(
        judged=rows_as_frame(told["judged"], schema.milestone_status),
        listed=rows_as_frame(told["listed"], schema.opportunity),
        earlier=rows_as_frame(told["earlier"], schema.score),
    )
    return {
        UNSORTED: unsorted_opportunities(asked, answers, worth, scorer.verdicts, now=scorer.now),
        "score": score_rows(answers, as_of=estate.as_of, run_id=0),
    }
