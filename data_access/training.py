"""Train the ranking model on all usage up to a month and keep it as numbers and names."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import Connection, insert, select

from data_access import audit, schema
from data_access.locks import Holder, OnWait, import_lock, ranking_lock
from data_access.ranking_panel import RankingInput, read_input
from data_access.ranking_settings import RankingSettings
from data_access.roles import require
from data_access.store import Store
from data_access.types import Progress, Scope, no_progress
from insights.months import month_code
from insights.ranking.facts import UnknownFactsError, features_hash, from_json, to_json
from insights.ranking.report import said_first, training_report
from insights.ranking.scoring import Trained, train
from insights.ranking.verdicts import verdicts_of

SAID_FIRST = 200
"""Pairs kept per past month and horizon of what the back-test ranked first."""


@dataclass(frozen=True)
class Ranker:
    """Who trains or scores, when, and how it is shown; `timeout` is for waiting in seconds."""

    scope: Scope
    now: datetime
    progress: Progress = no_progress
    on_wait: OnWait | None = None
    timeout: float | None = None

    def holder(self, *, work: str) -> Holder:
        """Return the holder of a lock that this process would be."""
        return Holder.here(self.scope.who, ["the ranking"], self.now, work=work)

    def part(self, start: float, end: float) -> Progress:
        """Return a progress that shows a step's share as part of the whole."""

        def show(step: str, share: float) -> None:
            self.progress(step, start + (end - start) * share)

        return show


def train_model(  # noqa: PLR0913 - one call says everything about a training
    store: Store,
    settings: RankingSettings,
    *,
    scope: Scope,
    now: datetime,
    progress: Progress = no_progress,
    on_wait: OnWait | None = None,
    timeout: float | None = None,
) -> int:
    """Return the id of a model newly trained on all usage up to the month of the settings.

    Raises NothingToRankError without usage and StoreBusyError after waiting `timeout` seconds for
    another ranking or import.
    """
    return _model(store, settings, Ranker(scope, now, progress, on_wait, timeout), is_anew=True)


def model_for(  # noqa: PLR0913 - as train_model
    store: Store,
    settings: RankingSettings,
    *,
    scope: Scope,
    now: datetime,
    progress: Progress = no_progress,
    on_wait: OnWait | None = None,
    timeout: float | None = None,
) -> int:
    """Return the id of the model of these settings and this usage, trained where none is kept.

    Raises as `train_model`.
    """
    return _model(store, settings, Ranker(scope, now, progress, on_wait, timeout), is_anew=False)


def _model(store: Store, settings: RankingSettings, ranker: Ranker, *, is_anew: bool) -> int:
    """Return the id of a kept or newly trained model, while nobody else trains or scores."""
    require(ranker.scope, "import")
    holder = ranker.holder(work="training")
    with ranking_lock(store.backend, holder, on_wait=ranker.on_wait, timeout=ranker.timeout):
        ranker.progress("Reading usage", 0.0)
        with store.read() as connection:
            asked = read_input(connection, settings)
            known = None if is_anew else known_model(connection, asked, settings)
        part = ranker.part(0.1, 1.0)
        found = known or trained_anew(store, asked, settings, ranker, part)
        ranker.progress("Done", 1.0)
    return found[0]


def known_model(
    connection: Connection, asked: RankingInput, settings: RankingSettings
) -> tuple[int, Trained] | None:
    """Return the newest kept model of this usage that can be scored with, None for none."""
    try:
        return find_model(connection, asked, settings)
    except UnknownFactsError:
        return None


def trained_anew(
    store: Store,
    asked: RankingInput,
    settings: RankingSettings,
    ranker: Ranker,
    progress: Progress,
) -> tuple[int, Trained]:
    """Return a model trained on what was read, and the id under which it is stored now."""

    def show(step: str, share: float) -> None:
        progress(step, 0.9 * share)

    trained = train(asked.portfolio, settings.horizons, progress=show)
    row = model_row(asked, settings, ranker, trained)
    said = _said_first(asked, trained)
    progress("Keeping the model", 0.95)

    def keep(connection: Connection) -> int:
        key = connection.execute(insert(schema.model_version).values(row)).inserted_primary_key
        model_id = int(key[0]) if key else 0
        rows = said.assign(model_id=model_id)
        store.backend.bulk_load(connection, schema.model_said, rows)
        about = {"subject_kind": "model", "subject": str(model_id)}
        told = {"as_of": month_code(asked.as_of), "pairs": asked.panel.pairs}
        audit.note(connection, ranker.scope, "training", **about, detail=told, now=ranker.now)
        return model_id

    return written(store, ranker, keep), trained


def written(store: Store, ranker: Ranker, write: Callable[[Connection], int]) -> int:
    """Return what a writer returns, run in one transaction when no import is under way.

    An import holds the store for minutes, longer than the database itself would wait.
    """
    with (
        import_lock(
            store.backend,
            ranker.holder(work="writing"),
            on_wait=ranker.on_wait,
            timeout=ranker.timeout,
        ),
        store.write() as connection,
    ):
        store.backend.before_import(connection)
        return write(connection)


def model_row(
    asked: RankingInput, settings: RankingSettings, ranker: Ranker, trained: Trained
) -> dict[str, object]:
    """Return the row of model_version that keeps a training."""
    report = training_report(asked.portfolio, trained, bands=asked.bands)
    return {
        "as_of": asked.as_of,
        "first_month": asked.panel.first_month,
        "trained_at": ranker.now,
        "trained_by": ranker.scope.who,
        "milestones": settings.milestones_text,
        "horizons": settings.horizons_text,
        "pairs": asked.panel.pairs,
        "features_hash": features_hash(),
        "data_hash": asked.data_hash,
        "rules_hash": asked.rules_hash,
        "batch_id": asked.batch_id,
        "facts": to_json(list(trained.models)),
        "report": json.dumps(report, sort_keys=True, allow_nan=False),
    }


def find_model(
    connection: Connection, asked: RankingInput, settings: RankingSettings
) -> tuple[int, Trained] | None:
    """Return the newest stored model that was learned from exactly this, None where there is none.

    Raises UnknownFactsError where its list of features or layout is not that of this version: it
    cannot be scored with, and another one is to be trained.
    """
    model = schema.model_version
    newest = (
        select(model.c.model_id, model.c.facts, model.c.report)
        .where(
            model.c.as_of == asked.as_of,
            model.c.milestones == settings.milestones_text,
            model.c.horizons == settings.horizons_text,
            model.c.data_hash == asked.data_hash,
        )
        .order_by(model.c.model_id.desc())
        .limit(1)
    )
    found = connection.execute(newest).first()
    if found is None:
        return None
    models = from_json(found.facts)
    verdicts = verdicts_of(json.loads(found.report))
    told = tuple(verdicts[model.days] for model in models)
    return found.model_id, Trained(models, pd.DataFrame(), told)


def _said_first(asked: RankingInput, trained: Trained) -> pd.DataFrame:
    """Return what the back-test ranked first, in the columns of model_said."""
    rows = said_first(asked.portfolio, trained, SAID_FIRST)
    panel, pair = asked.panel, rows["pair"].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "days": rows["days"],
            "month": rows["column"] + panel.first_month,
            "place": rows["place"],
            "tenant_key": panel.tenant_key[pair],
            "workload_key": panel.workload_key[pair],
            "milestone": rows["percent"],
            "log_odds": rows["log_odds"],
            "is_reached": rows["is_reached"],
        }
    )
