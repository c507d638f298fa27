"""The ranking in force: which run and model, what the record allows, and whether it is stale."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Connection, Row, func, select

from data_access.program_store import rules_hash
from data_access.schema import (
    import_batch,
    milestone_run,
    model_said,
    model_version,
    score_run,
    tenant,
    workload,
)
from data_access.scope import visible_pairs
from data_access.types import Scope
from insights.months import month_label
from insights.ranking.verdicts import Verdict, verdicts_of

if TYPE_CHECKING:
    from insights.ranking.model import HorizonModel


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The newest kept scoring: as of when, by which model, and whether something is newer.

    `verdicts` tell by horizon in days what may be shown; `stale_why` is a sentence, '' for a
    ranking that is up to date.
    """

    run_id: int
    model_id: int
    as_of: int
    scored_at: datetime
    scored_by: str
    pairs: int
    verdicts: dict[int, Verdict]
    trained_at: datetime
    is_stale: bool
    stale_why: str


def newest_run(connection: Connection) -> RunFacts | None:
    """Return the scoring that pages show, None where nothing was ever ranked."""
    run, model = score_run, model_version
    newest = (
        select(run, model.c.trained_at, model.c.report)
        .join(model, model.c.model_id == run.c.model_id)
        .order_by(run.c.run_id.desc())
        .limit(1)
    )
    found = connection.execute(newest).first()
    if found is None:
        return None
    why = _stale_why(connection, found)
    return RunFacts(
        run_id=found.run_id,
        model_id=found.model_id,
        as_of=found.as_of,
        scored_at=_utc(found.scored_at),
        scored_by=found.scored_by,
        pairs=found.pairs,
        verdicts=verdicts_of(json.loads(found.report)),
        trained_at=_utc(found.trained_at),
        is_stale=bool(why),
        stale_why=why,
    )


def is_due(connection: Connection) -> bool:
    """Return whether there is something to rank that the newest scoring does not know."""
    if _judged_as_of(connection) is None:
        return False
    known = newest_run(connection)
    return known is None or known.is_stale


def _stale_why(connection: Connection, run: Row[Any]) -> str:
    """Return in a sentence what is newer than a run, '' for nothing."""
    judged = _judged_as_of(connection)
    if judged is not None and judged != run.as_of:
        return f"The newest complete month is {month_label(judged)}."
    if (connection.scalar(select(func.max(import_batch.c.batch_id))) or 0) > run.batch_id:
        return "Files were brought in since."
    if rules_hash(connection) != run.rules_hash:
        return "The programme rules were changed since."
    return ""


def _judged_as_of(connection: Connection) -> int | None:
    """Return the newest complete month, of which milestones are judged; None without usage."""
    judged = milestone_run
    return connection.scalar(select(judged.c.as_of).order_by(judged.c.run_id.desc()).limit(1))


def model_versions(connection: Connection) -> pd.DataFrame:
    """Return every training, the newest first.

    Columns: model_id, as_of, first_month, trained_at (UTC), trained_by, milestones ('': by
    programme rules), horizons, pairs, batch_id, features_hash, data_hash, rules_hash.
    """
    shown = [column for column in model_version.c if column.name not in ("facts", "report")]
    rows = pd.read_sql(select(*shown).order_by(model_version.c.model_id.desc()), connection)
    return rows.assign(trained_at=pd.to_datetime(rows["trained_at"], utc=True))


def model_report(connection: Connection, model_id: int) -> dict[str, Any]:
    """Return the record of a training; raises LookupError for an unknown model."""
    report: dict[str, Any] = json.loads(_text(connection, model_id, "report"))
    return report


def model_facts(connection: Connection, model_id: int) -> tuple[HorizonModel, ...]:
    """Return the fitted models of a training by rising horizon.

    Raises LookupError for an unknown model and UnknownFactsError for one of another version.
    """
    from insights.ranking.facts import from_json  # it loads scikit-learn

    return from_json(_text(connection, model_id, "facts"))


def said_first(connection: Connection, scope: Scope, model_id: int, days: int) -> pd.DataFrame:
    """Return what the back-test of a training ranked first at past months for a horizon.

    Columns: month, place (1: first), tenant_id, tenant_name, workload, workload_name, milestone,
    log_odds, is_reached; by month and place. Places of pairs that the scope does not see are
    left out.
    """
    said = model_said
    statement = (
        select(
            said.c.month,
            said.c.place,
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.tenant_id).label("tenant_name"),
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            said.c.milestone,
            said.c.log_odds,
            said.c.is_reached,
        )
        .join(tenant, tenant.c.tenant_key == said.c.tenant_key)
        .join(workload, workload.c.workload_key == said.c.workload_key)
        .where(said.c.model_id == model_id, said.c.days == days, *visible_pairs(scope, said))
        .order_by(said.c.month, said.c.place)
    )
    return pd.read_sql(statement, connection).astype({"is_reached": "bool"})


def _text(connection: Connection, model_id: int, name: str) -> str:
    column = model_version.c[name]
    found: str | None = connection.scalar(
        select(column).where(model_version.c.model_id == model_id)
    )
    if found is None:
        raise LookupError(f"there is no model {model_id}")
    return found


def _utc(when: datetime) -> datetime:
    """Return a time of the store with its zone, which SQLite does not keep."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
