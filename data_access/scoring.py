"""Score every pair with a milestone ahead: predictions for anybody, rows of the store for pages.

Only scorings by programme rules, of the usual horizons and as of the newest complete month are
kept in score and opportunity. What was read is of one state of the store; an import meanwhile
makes the run stale at once, because it names the newest batch that it knew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, delete, insert

from data_access import audit, schema
from data_access.action_refresh import refresh_actions
from data_access.locks import OnWait, ranking_lock
from data_access.predictions import Names, names_as_imported, predictions
from data_access.ranking_panel import RankingInput, read_input
from data_access.ranking_rows import (
    Worth,
    customer_rows,
    forecast_rows,
    opportunity_rows,
    part_rows,
    read_worth,
    score_rows,
)
from data_access.ranking_settings import RankingSettings
from data_access.roles import require
from data_access.store import Store
from data_access.training import Ranker, find_model, trained_anew, written
from data_access.types import Progress, Scope, no_progress
from insights.months import month_code
from insights.ranking.explain import climate_json
from insights.ranking.facts import UnknownFactsError
from insights.ranking.scoring import Trained, score
from insights.ranking.verdicts import Verdict

READ_SHARE, TRAINED_SHARE, SCORED_SHARE, WRITTEN_SHARE = 0.1, 0.7, 0.8, 0.9

__all__ = ["RankingSettings", "ScoreResult", "score_store"]


@dataclass(frozen=True)
class ScoreResult:
    """What a scoring did: `run_id` is None where it was not kept.

    `rows` are the predictions in PREDICTION_COLUMNS; `notes` say what a person should know.
    """

    run_id: int | None
    model_id: int
    as_of: int
    pairs: int
    verdicts: Mapping[int, Verdict]
    rows: pd.DataFrame
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """What a scoring knows of the store, all read at once."""

    asked: RankingInput
    worth: Worth | None
    model: tuple[int, Trained] | None
    names: Names
    notes: tuple[str, ...]


def score_store(  # noqa: PLR0913 - one call says everything about a scoring
    store: Store,
    settings: RankingSettings,
    *,
    scope: Scope,
    now: datetime,
    progress: Progress = no_progress,
    on_wait: OnWait | None = None,
    timeout: float | None = None,
    refreshes: bool = True,
) -> ScoreResult:
    """Score every pair with a milestone ahead; train first where no model fits.

    Actions are brought in step with it unless `refreshes` is false.
    Raises NothingToRankError without usage and StoreBusyError after waiting `timeout` seconds for
    another ranking or import.
    """
    require(scope, "import")
    ranker = Ranker(scope, now, progress, on_wait, timeout)
    with ranking_lock(
        store.backend, ranker.holder(work="ranking"), on_wait=on_wait, timeout=timeout
    ):
        progress("Reading usage", 0.0)
        with store.read() as connection:
            read = _read(connection, settings)
        result = _scored(store, read, settings, ranker)
        if refreshes and result.run_id is not None:
            refresh_actions(store, now=now, progress=ranker.part(WRITTEN_SHARE, 1.0))
        progress("Done", 1.0)
    return result


def _read(connection: Connection, settings: RankingSettings) -> _Read:
    """Return everything that a scoring needs from the store."""
    asked = read_input(connection, settings)
    notes: tuple[str, ...] = ()
    try:
        model = find_model(connection, asked, settings)
    except UnknownFactsError as error:
        model, notes = None, (f"{error} It was refused and another one trained.",)
    is_kept = settings.is_default and asked.is_newest
    return _Read(
        asked=asked,
        worth=read_worth(connection, asked.as_of) if is_kept else None,
        model=model,
        names=names_as_imported(connection),
        notes=notes,
    )


def _scored(store: Store, read: _Read, settings: RankingSettings, ranker: Ranker) -> ScoreResult:
    """Score what was read, and keep it where pages show it."""
    asked = read.asked
    if read.model is None:
        part = ranker.part(READ_SHARE, TRAINED_SHARE)
        model_id, trained = trained_anew(store, asked, settings, ranker, part)
    else:
        model_id, trained = read.model
    ranker.progress("Scoring", TRAINED_SHARE)
    scored = score(asked.portfolio, trained)
    told = zip(trained.models, trained.verdicts, strict=True)
    verdicts = {model.days: verdict for model, verdict in told}
    run_id = None
    if read.worth is not None:
        ranker.progress("Writing the ranking", SCORED_SHARE)
        run_id = _kept(store, read, scored, verdicts, ranker, model_id)
    return ScoreResult(
        run_id=run_id,
        model_id=model_id,
        as_of=asked.as_of,
        pairs=len(scored) // max(len(settings.horizons), 1),
        verdicts=verdicts,
        rows=predictions(scored, read.names, asked.as_of),
        notes=read.notes,
    )


def _kept(
    store: Store,
    read: _Read,
    scored: pd.DataFrame,
    verdicts: Mapping[int, Verdict],
    ranker: Ranker,
    model_id: int,
) -> int:
    """Write a scoring in one transaction, in place of the one before; return its run id."""
    asked = read.asked
    if read.worth is None:
        raise ValueError("a scoring is kept with what its milestones are worth")
    rows = opportunity_rows(asked, scored, read.worth, verdicts, now=ranker.now)
    derived = {
        schema.opportunity: rows,
        schema.opportunity_part: part_rows(rows),
        schema.customer_opportunity: customer_rows(rows),
        schema.forecast_month: forecast_rows(rows, asked.as_of, verdicts),
    }
    run = {
        "model_id": model_id,
        "as_of": asked.as_of,
        "scored_at": ranker.now,
        "scored_by": ranker.scope.who,
        "rules_hash": asked.rules_hash,
        "batch_id": asked.batch_id,
        "pairs": len(rows),
        "climate": climate_json(asked.portfolio),
    }

    def keep(connection: Connection) -> int:
        key = connection.execute(insert(schema.score_run).values(run)).inserted_primary_key
        run_id = int(key[0]) if key else 0
        told = score_rows(scored, as_of=asked.as_of, run_id=run_id)
        connection.execute(delete(schema.score).where(schema.score.c.as_of == asked.as_of))
        store.backend.bulk_load(connection, schema.score, told)
        for table, values in derived.items():
            connection.execute(delete(table))
            names = [column.name for column in table.c]
            store.backend.bulk_load(connection, table, values[names])
        store.backend.analyze(connection, schema.score, *derived)
        about = {"subject_kind": "ranking", "subject": str(run_id)}
        detail = {"as_of": month_code(asked.as_of), "pairs": len(rows), "model": model_id}
        audit.note(connection, ranker.scope, "scoring", **about, detail=detail, now=ranker.now)
        return run_id

    return written(store, ranker, keep)
