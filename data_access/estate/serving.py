"""Bring a lake's tables into a store, so that pages read them as those of any import.

Everything happens in one transaction under the import lock: whoever reads sees the estate of
before or of now, never half of either, and a batch that dies leaves the store as it was. Tables
of people's work are not touched. Serving the same lake again changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, func, insert, select

from data_access import audit, schema
from data_access.action_refresh import refresh_actions
from data_access.errors import StoreError
from data_access.estate.columns import rows_as_frame
from data_access.estate.shards import pieces
from data_access.estate.staging import Staged, stage, unstage
from data_access.locks import Holder, OnWait, import_lock
from data_access.mart_statements import same
from data_access.milestone_marts import JUDGED, SUMMED, last_run
from data_access.roles import require
from data_access.store import Store
from data_access.types import Progress, Scope, no_progress

if TYPE_CHECKING:
    from data_access.estate.lake import Lake

REFERENCE = {
    "global_account": "account_id",
    "partner": "partner_id",
    "tenant": "tenant_id",
    "workload": "code",
}
"""Tables whose keys all others use, with the id that a key must keep."""

FACTS = (
    "usage",
    "association_evidence",
    "association",
    "claim",
    "subscription",
    "earning",
    "pair_status",
    "tenant_month",
    "scope_month",
    "partner_month",
    "partner_slice_month",
    "account_slice_month",
    "cohort_month",
    *(table.name for table in (*JUDGED, *SUMMED, schema.milestone_part)),
)

RANKING = (
    "score",
    "opportunity",
    "opportunity_part",
    "customer_opportunity",
    "forecast_month",
)

JUDGED_BY = ("as_of", "known_on", "rules_hash", "batch_id")
SCORED_BY = ("model_id", "as_of", "rules_hash", "batch_id")
"""What makes a judgement or a scoring another one than the last."""

BATCH_COLUMNS = ("batch_id", "resolved_by_batch_id", "replaced_by_batch_id")

HISTORIES = {
    "import_problem": "batch_id",
    "association_event": "batch_id",
    "claim_event": "batch_id",
    "attribute_revision": "batch_id",
    "row_revision": "replaced_by_batch_id",
    "usage_revision": "replaced_by_batch_id",
    "evidence_revision": "replaced_by_batch_id",
}
"""Tables that only grow, with the column of the batch that wrote a row."""


@dataclass(frozen=True)
class Served:
    """What serving did: rows changed by table (unchanged tables are left out), and new batches."""

    changed: Mapping[str, int]
    batches: int


@dataclass
class _Serving:
    """One transaction of serving, and the store's number of each batch of the lake."""

    lake: Lake
    store: Store
    connection: Connection
    scope: Scope
    now: datetime
    batches: dict[int, int] = field(default_factory=dict)
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[str, int] = field(default_factory=dict)

    def rows(self, table: Table, *, by: str | None = None) -> Iterator[pd.DataFrame]:
        """Give the rows of a lake's table, some at a time, with the store's batch numbers.

        In the order of a column where one is given.
        """
        told = self.lake.read(table.name).select(*(column.name for column in table.c))
        for piece in pieces(told if by is None else told.orderBy(by)):
            rows = rows_as_frame(piece, table)
            for name in rows.columns.intersection(list(BATCH_COLUMNS)):
                known = rows[name].map(self.batches, na_action="ignore")
                rows[name] = known.fillna(rows[name]).astype(rows[name].dtype)
            yield rows


def serve(
    lake: Lake,
    store: Store,
    *,
    scope: Scope,
    now: datetime,
    progress: Progress = no_progress,
    on_wait: OnWait | None = None,
) -> Served:
    """Make the store's tables equal to the lake's and return what that changed.

    Raises StoreError where the store holds files that the lake was not made of, or knows other
    keys: then nothing was changed. Actions follow a new ranking, as after any scoring.
    """
    require(scope, "import")
    holder = Holder.here(scope.who, ["a whole estate"], now)
    with import_lock(store.backend, holder, on_wait=on_wait), store.write() as connection:
        store.backend.before_import(connection)
        serving = _Serving(lake, store, connection, scope, now)
        _number_batches(serving)
        tables = _tables(lake)
        staged = []
        for number, table in enumerate(tables):
            progress(f"Loading {table.name}", 0.7 * number / len(tables))
            staged.append(_stage(serving, table))
        progress("Replacing what changed", 0.7)
        _replace(serving, staged)
        _append_histories(serving)
        _note(serving)
    if any(name in serving.changed for name in ("score_run", *RANKING)):
        refresh_actions(store, now=now)
    progress("Served", 1.0)
    return Served(serving.changed, len(serving.new))


def _tables(lake: Lake) -> list[Table]:
    """Return the tables that the lake holds, those first that others refer to."""
    wanted = {name for name in (*REFERENCE, *FACTS, *RANKING) if lake.holds(name)}
    return [table for table in schema.warehouse.sorted_tables if table.name in wanted]


def _number_batches(serving: _Serving) -> None:
    """Add a batch for each file of the lake that the store does not know, and number all."""
    if not serving.lake.holds("import_batch"):
        return
    batch, connection = schema.import_batch, serving.connection
    told = pd.concat(serving.rows(batch)).sort_values("batch_id")
    stored = pd.read_sql(select(batch.c.batch_id, batch.c.content_hash), connection)
    unknown = set(stored["content_hash"]) - set(told["content_hash"])
    if unknown:
        raise StoreError(
            f"The store holds {len(unknown):,} files that are not in the batch's input.",
            "Bring them into what --input names, or serve into a store of its own.",
        )
    known = stored.set_index("content_hash")["batch_id"].to_dict()
    for row in told.to_dict("records"):
        content = row["content_hash"]
        if content not in known:
            values = {str(name): _plain(value) for name, value in row.items()}
            known[content] = _added(connection, batch, values)
            serving.new.append({**values, "batch_id": known[content]})
        serving.batches[int(row["batch_id"])] = int(known[content])


def _added(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Add a row without its number and return the number that it was given."""
    key = next(iter(table.primary_key))
    fresh = {name: value for name, value in values.items() if name != key.name}
    return int(connection.execute(insert(table).values(fresh).returning(key)).scalar_one())


def _plain(value: Any) -> Any:  # noqa: ANN401 - any cell of a frame
    return None if pd.isna(value) else getattr(value, "item", lambda: value)()


def _stage(serving: _Serving, table: Table) -> Staged:
    """Load a table of the lake beside the store's."""
    rows: Iterable[pd.DataFrame] = serving.rows(table)
    part: tuple[ColumnElement[bool], ...] = ()
    if table is schema.score:
        run_id, as_of = _score_run(serving)
        rows, part = (some.assign(run_id=run_id) for some in rows), (table.c.as_of == as_of,)
    staged = stage(serving.connection, serving.store.backend, table, rows, part)
    if table.name in REFERENCE:
        _check_keys(serving.connection, staged, REFERENCE[table.name])
    return staged


def _check_keys(connection: Connection, staged: Staged, name: str) -> None:
    """Refuse a lake whose keys stand for other customers or partners than the store's."""
    table, rows = staged.table, staged.rows
    is_same_key, is_same_id = same(rows, table, *staged.keys), rows.c[name] == table.c[name]
    for matches, differs in ((is_same_key, ~is_same_id), (is_same_id, ~is_same_key)):
        both = table.join(rows, matches)
        found = connection.scalar(select(func.count()).select_from(both).where(differs))
        if found:
            raise StoreError(
                f"{found:,} rows of {table.name} have other keys in the lake than in the store.",
                "Make the lake anew with this store, or serve into a store of its own.",
            )


def _replace(serving: _Serving, staged: list[Staged]) -> None:
    """Make the tables equal to what is staged: removals first, in the order of references."""
    connection = serving.connection
    counts = {each.table.name: each.remove(connection) for each in reversed(staged)}
    for each in staged:
        counts[each.table.name] += each.bring(connection)
    serving.changed.update({name: count for name, count in counts.items() if count})
    tables = [each.table for each in staged if each.table.name in serving.changed]
    unstage(connection, staged)
    serving.store.backend.after_load(connection, [*tables])
    serving.store.backend.analyze(connection, *tables)
    _judged(serving)


def _append_histories(serving: _Serving) -> None:
    """Add what the new batches wrote to the tables that only grow, numbered anew."""
    new = [batch["batch_id"] for batch in serving.new]
    for name, column in HISTORIES.items():
        if not new or not serving.lake.holds(name):
            continue
        table = schema.warehouse.tables[name]
        key = next(iter(table.primary_key)).name
        for rows in serving.rows(table, by=key):
            added = rows[rows[column].isin(new)].drop(columns=key)
            if table is schema.row_revision:
                added = images_renumbered(added, serving.batches)
            serving.store.backend.bulk_load(serving.connection, table, added)
            serving.changed[name] = serving.changed.get(name, 0) + len(added)


def images_renumbered(rows: pd.DataFrame, batches: Mapping[int, int]) -> pd.DataFrame:
    """Return rows of row_revision whose images name the batches by other numbers."""

    def renumbered(entity: str, image: str) -> str:
        columns = schema.warehouse.tables[entity].c.keys()
        values = dict(zip(columns, json.loads(image), strict=True))
        values["batch_id"] = batches.get(values["batch_id"], values["batch_id"])
        return json.dumps(list(values.values()), separators=(",", ":"))

    images = [*map(renumbered, rows["entity"], rows["old_row"])]
    return rows.assign(old_row=pd.Series(images, index=rows.index, dtype="str"))


def _newest_batch(connection: Connection) -> int:
    return connection.scalar(select(func.max(schema.import_batch.c.batch_id))) or 0


def _judged(serving: _Serving) -> None:
    """Add the lake's judgement, unless the store's newest one is the same."""
    if not serving.lake.holds("milestone_run"):
        return
    told = _run(serving, schema.milestone_run)
    last = last_run(serving.connection)
    if last is None or any(told[name] != getattr(last, name) for name in JUDGED_BY):
        _added(serving.connection, schema.milestone_run, told)
        serving.changed["milestone_run"] = 1


def _score_run(serving: _Serving) -> tuple[int, int]:
    """Return the number and month of the lake's scoring; one like the newest is not added."""
    run, connection = schema.score_run, serving.connection
    told = _run(serving, run)
    last = connection.execute(select(run).order_by(run.c.run_id.desc()).limit(1)).first()
    if last is not None and all(told[name] == getattr(last, name) for name in SCORED_BY):
        return last.run_id, told["as_of"]
    serving.changed["score_run"] = 1
    return _added(connection, run, told), told["as_of"]


def _run(serving: _Serving, table: Table) -> dict[str, Any]:
    """Return the lake's one row of a table of runs, under the store's newest batch."""
    row = pd.concat(serving.rows(table)).iloc[0].to_dict()
    values = {str(name): _plain(value) for name, value in row.items()}
    return {**values, "batch_id": _newest_batch(serving.connection)}


def _note(serving: _Serving) -> None:
    """Note who brought which files in."""
    if not serving.new:
        return
    told = [
        {
            "file": batch["file_name"],
            "kind": batch["kind"],
            "batch": batch["batch_id"],
            "accepted": batch["accepted"],
            "new": batch["accepted"] - batch["unchanged"] - batch["restated"],
            "restated": batch["restated"],
            "quarantined": batch["quarantined"],
        }
        for batch in serving.new
    ]
    names = ", ".join(batch["file_name"] for batch in serving.new)
    about = {"subject_kind": "file", "subject": names[: audit.LONGEST_SUBJECT]}
    detail = {"tables": told}
    audit.note(serving.connection, serving.scope, "import", **about, detail=detail, now=serving.now)
