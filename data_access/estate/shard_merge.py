"""Merge what files tell of some customers, by the importer's own steps, in a passing store.

A shard knows nothing of other customers, and yet who holds a pair depends on them: a partner whose
newest report names others only no longer holds it. So all others stand in the store as one more
customer, whom each file's partners name in their first and last month of that file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Column, ColumnElement, Connection, Table, select

from data_access import schema
from data_access.estate.columns import arrow_schema, rows_as_arrow
from data_access.estate.shards import Tables
from data_access.importing.associations_merge import merge_evidence
from data_access.importing.records import plain
from data_access.importing.usage_merge import merge_usage
from data_access.importing.work import Effects, Keys, RowStatus, Work
from data_access.locations import file_store_url
from data_access.store import Store
from data_access.targets import TARGETS

MERGED = (
    schema.usage,
    schema.usage_revision,
    schema.association_evidence,
    schema.evidence_revision,
    schema.association,
    schema.association_event,
)
"""Tables that this fills."""

IDS: dict[str, tuple[Table, Column[str]]] = {
    "tenant_key": (schema.tenant, schema.tenant.c.tenant_id),
    "workload_key": (schema.workload, schema.workload.c.code),
    "partner_key": (schema.partner, schema.partner.c.partner_id),
}
"""What a key stands for: the keys of a passing store are nobody else's."""

NUMBER = pa.field("number", pa.int64())
"""Of a table of the files, in the order of import; stands for its batch."""

_TOLD = {"str": pa.string(), "int64": pa.int64(), "Int64": pa.int64(), "bool": pa.bool_()}
_OBJECTS = {"associated_on": pa.date32(), "claim_id": pa.string(), "ended_on": pa.date32()}

TOLD: dict[str, pa.Schema] = {
    target: pa.schema(
        [
            NUMBER,
            pa.field("place", pa.int64()),
            *((name, _OBJECTS.get(name) or _TOLD[kind]) for name, kind in TARGETS[target].items()),
        ]
    )
    for target in ("usage", "evidence")
}
"""Rows that tables of files tell: those of TARGETS with their table's number and place in it."""

DONE = pa.schema(
    [
        NUMBER,
        ("new", pa.int64()),
        ("restated", pa.int64()),
        ("kept_counts", pa.int64()),
        ("is_changed", pa.bool_()),
    ]
)
"""What the rows of a table did, as counts of its rows."""

NAMED_BY = ("number", "partner_id", "attribution_type")
"""Key of what is known of all customers: with `first_month` and `last_month` named."""

OTHERS = "\N{NULL}"
"""Customer and workload that stand for all others; no file can tell of such a one."""


def columns_told(table: Table) -> list[ColumnElement[Any]]:
    """Return a merged table's columns, with ids under the names of keys."""
    known = {name: column.label(name) for name, (_, column) in IDS.items()}
    return [known.get(column.name, column) for column in table.c]


def merge_shard(told: Tables, kinds: Sequence[str], named: pd.DataFrame) -> Tables:
    """Return the MERGED tables of a shard's customers by name, and `done` (columns DONE).

    `told` has the shard's rows by TOLD, `kinds` the kind of file of every table in the order of
    import, `named` who named which partner, by NAMED_BY. Ids stand in the columns of keys, the
    tables' numbers in those of batches.
    """
    usage, evidence = (_as_target(told[name], name) for name in TOLD)
    evidence = pd.concat([evidence, _of_others(named, evidence)], ignore_index=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(file_store_url(Path(folder) / "shard.db")) as store,
        store.write() as connection,
    ):
        _fill_references(connection, store, kinds, pd.concat([usage, evidence]))
        keys = Keys.of(connection)
        done = []
        for number, kind in enumerate(kinds):
            effects, work = Effects(), Work(connection, store.backend, number)
            merge_usage(work, _of_table(usage, number), keys, kind, effects)
            merge_evidence(work, _of_table(evidence, number), keys, kind, effects)
            counts = effects.count(RowStatus.NEW), effects.count(RowStatus.RESTATED)
            done.append((number, *counts, effects.kept_counts, effects.is_changed))
        merged = {table.name: _merged_rows(connection, table) for table in MERGED}
    return {**merged, "done": rows_as_arrow(pd.DataFrame(done, columns=DONE.names), DONE)}


def _as_target(told: pa.Table, target: str) -> pd.DataFrame:
    """Return rows told as reading a file gives them, in the order of its table."""
    types, whole = TARGETS[target], {pa.int64(): pd.Int64Dtype()}
    rows: pd.DataFrame = told.to_pandas(types_mapper=whole.get, date_as_object=True)
    objects = [name for name, kind in types.items() if kind == "object"]
    typed = rows.astype({"number": "int64", **types}).assign(**plain(rows[objects]))
    return typed.sort_values(["number", "place"], ignore_index=True)


def _of_others(named: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the evidence by which all customers name the partners of these ones."""
    known = named[named["partner_id"].isin(set(evidence["partner_id"]))]
    rows = pd.concat([known.assign(month=known[each]) for each in ("first_month", "last_month")])
    rows = rows.assign(tenant_id=OTHERS, workload=OTHERS, row=0, place=0, is_duplicate=False)
    rows = rows.assign(associated_on=None, claim_id=None, ended_on=None)
    return rows[evidence.columns].astype({**TARGETS["evidence"], "number": "int64"})


def _of_table(rows: pd.DataFrame, number: int) -> pd.DataFrame:
    return rows[rows["number"] == number].reset_index(drop=True)


def _fill_references(
    connection: Connection, store: Store, kinds: Sequence[str], rows: pd.DataFrame
) -> None:
    """Fill in the customers, workloads and partners that rows name, and a batch for each table."""
    ids = {name: rows[name].dropna().unique() for name in ("tenant_id", "workload", "partner_id")}
    tenants = pd.DataFrame({"tenant_id": ids["tenant_id"], "imported_id": "", "batch_id": 0})
    codes = pd.DataFrame({"code": ids["workload"], "name": "", "imported_name": "", "batch_id": 0})
    partners = pd.DataFrame({"partner_id": ids["partner_id"], "batch_id": 0})
    batches = pd.DataFrame({"batch_id": range(len(kinds)), "kind": kinds})
    counts = ("rows_read", "accepted", "repaired", "quarantined", "flagged", "unchanged")
    batches = batches.assign(
        **dict.fromkeys((*counts, "restated", "new_months"), 0),
        file_name="",
        content_hash="",
        imported_at=datetime(1970, 1, 1, tzinfo=UTC),
        imported_by="",
        report="",
        keeps_replaced=True,
    )
    for table, frame in (
        (schema.tenant, tenants.assign(is_name_masked=False, segment="", market="")),
        (schema.workload, codes.assign(is_known=True)),
        (schema.partner, partners),
        (schema.import_batch, batches),
    ):
        store.backend.bulk_load(connection, table, frame)


def _merged_rows(connection: Connection, table: Table) -> pa.Table:
    """Return a merged table's rows of the shard's own customers."""
    columns = columns_told(table)
    rows = select(*columns).where(schema.tenant.c.tenant_id != OTHERS)
    for name in (name for name in IDS if name in table.c):
        known = IDS[name][0]
        rows = rows.where(table.c[name] == known.c[name])
    return rows_as_arrow(pd.read_sql(rows, connection), arrow_schema(columns))
