"""What every step of an import shares: the transaction, the batch, keys and scratch tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import pandas as pd
from sqlalchemy import Column, Connection, Integer, MetaData, Table, select

from data_access import schema
from data_access.backends import Backend
from data_access.types import AssociationChange, Restatement

LISTED = 10_000
"""Restatements and association changes that a report lists; the store keeps all of them."""


class RowStatus(IntEnum):
    """What an accepted row of a file did; a row with several values did the largest."""

    UNCHANGED = 0
    NEW = 1
    RESTATED = 2


@dataclass(frozen=True)
class Work:
    """One table's import in progress: where it writes, and under which batch."""

    connection: Connection
    backend: Backend
    batch_id: int

    @contextmanager
    def scratch(self, name: str, *columns: Column[Any]) -> Iterator[Table]:
        """Give a temporary table of this connection, gone at the end."""
        table = Table(f"scratch_{name}", MetaData(), *columns, prefixes=["TEMPORARY"])
        table.create(self.connection, checkfirst=False)
        yield table
        table.drop(self.connection, checkfirst=False)

    @contextmanager
    def keys(self, **keys: pd.Series) -> Iterator[Table]:
        """Give a temporary table of integer keys, one column for each argument."""
        columns = (Column(name, Integer, primary_key=True, autoincrement=False) for name in keys)
        with self.scratch("keys", *columns) as table:
            self.backend.bulk_load(self.connection, table, pd.DataFrame(keys).drop_duplicates())
            yield table


@dataclass
class Effects:
    """What one table's import did so far."""

    row_status: pd.Series = field(default_factory=lambda: pd.Series(dtype="int64"))
    """The status of each row of the file, by row number, as far as rows are told apart."""
    counted: Counter[RowStatus] = field(default_factory=Counter)
    """How many rows of each status were counted where rows are not told apart."""
    is_changed: bool = False
    months: set[int] = field(default_factory=set)
    """Months whose marts no longer agree with the facts."""
    new_months: tuple[int, ...] = ()
    pairs: list[pd.DataFrame] = field(default_factory=list)
    """Tenant and workload keys of the usage rows that changed."""
    tenants: set[int] = field(default_factory=set)
    """Keys of the tenants of which anything else changed that milestones depend on."""
    restatements: list[Restatement] = field(default_factory=list)
    associations: list[AssociationChange] = field(default_factory=list)
    kept_counts: int = 0
    """Counts that differ from those of a partner report, which were kept."""
    notes: list[str] = field(default_factory=list)

    def add_rows(self, rows: pd.Series, statuses: pd.Series) -> None:
        """Take note of what rows of the file did; the largest status of a row stands."""
        told = pd.Series(statuses.to_numpy(dtype="int64"), index=rows.to_numpy(dtype="int64"))
        told = pd.concat([self.row_status, told])
        self.row_status = told.groupby(level=0).max()
        self.is_changed |= bool((told > RowStatus.UNCHANGED).any())

    def count(self, status: RowStatus) -> int:
        """Return the number of rows of the file with this status."""
        return int((self.row_status == status).sum()) + self.counted[status]


@dataclass(frozen=True)
class Keys:
    """The store's keys by business id, after the reference rows are in."""

    tenants: pd.Series
    workloads: pd.Series
    partners: pd.Series

    @classmethod
    def of(cls, connection: Connection) -> Keys:
        """Return all keys of the store."""
        return cls(
            tenants=_key_by_id(connection, schema.tenant, "tenant_id"),
            workloads=_key_by_id(connection, schema.workload, "code"),
            partners=_key_by_id(connection, schema.partner, "partner_id"),
        )

    def keyed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows with the keys of their tenant, workload and partner in front.

        A missing id gives a missing key; an unknown id is a bug and raises KeyError.
        """
        found = {}
        for name, key, known in (
            ("tenant_id", "tenant_key", self.tenants),
            ("workload", "workload_key", self.workloads),
            ("partner_id", "partner_key", self.partners),
        ):
            if name in rows.columns:
                found[key] = _looked_up(rows[name], known)
        return pd.concat([pd.DataFrame(found, index=rows.index), rows], axis=1)


def _key_by_id(connection: Connection, table: Table, name: str) -> pd.Series:
    """Return the table's key by its business id."""
    key = next(iter(table.primary_key))
    rows = pd.read_sql(select(table.c[name], key), connection)
    return pd.Series(rows[key.name].to_numpy(dtype="int64"), index=rows[name].astype(object))


def _looked_up(ids: pd.Series, known: pd.Series) -> pd.Series:
    """Return the key of each id: whole numbers, missing ones where the id is."""
    codes, distinct = pd.factorize(ids.astype(object))
    keys = known.loc[list(distinct)].to_numpy()
    if (codes >= 0).all():
        return pd.Series(keys[codes], index=ids.index, dtype="int64")
    told = pd.Series(codes, index=ids.index)
    return told.where(told >= 0).map(dict(enumerate(keys))).astype("Int64")
