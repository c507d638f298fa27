"""Bring rows with attributes up to date: known values stay, replaced ones are kept as revisions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Integer, Table, bindparam, select, update

from data_access import schema
from data_access.importing.work import RowStatus, Work


@dataclass(frozen=True)
class Merged:
    """Incoming rows beside the stored ones.

    `rows` has the incoming rows' order, the merged attributes, `row_status` (RowStatus; a known row
    of which an unknown value became known counts as new), `is_new` (not stored yet) and, for
    stored rows, the old values under `<name>_old`.
    """

    rows: pd.DataFrame
    revisions: pd.DataFrame

    @property
    def changed(self) -> pd.DataFrame:
        """Return the stored rows that get another value."""
        changes = self.rows["row_status"] != RowStatus.UNCHANGED
        return self.rows[changes & ~self.rows["is_new"]]

    @property
    def new(self) -> pd.DataFrame:
        """Return the rows that the store does not have."""
        return self.rows[self.rows["is_new"]]


def stored_rows(work: Work, table: Table) -> pd.DataFrame:
    """Return a whole table, every value a plain object and None where there is none."""
    whole = {column.name: "Int64" for column in table.c if isinstance(column.type, Integer)}
    return plain(pd.read_sql(select(table), work.connection).astype(whole))


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with object columns only, and None for every missing value."""
    rows = rows.astype(object)
    return rows.where(rows.notna(), None)


def merge(
    incoming: pd.DataFrame,
    stored: pd.DataFrame,
    key: Sequence[str],
    attributes: Sequence[str],
    *,
    only_fills: pd.Series | None = None,
) -> Merged:
    """Return incoming rows merged into the stored ones, by key.

    A value that is not told (None or empty) never replaces a known one. Where `only_fills` is
    true for a key's row (an older report), it may only fill what is unknown. The grain of
    `revisions` is one replaced value: the key, attribute, old_value, new_value.
    """
    old = stored[[*key, *attributes]].rename(columns={name: f"{name}_old" for name in attributes})
    rows = plain(incoming).merge(old, on=list(key), how="left", indicator="side")
    is_new = (rows["side"] == "left_only").to_numpy()
    frozen = pd.Series(False, index=rows.index)
    if only_fills is not None:
        frozen = pd.Series(only_fills.to_numpy(dtype=bool), index=rows.index)
    replaced_any = pd.Series(False, index=rows.index)
    filled_any = pd.Series(False, index=rows.index)
    revisions = []
    for name in attributes:
        now, before = rows[name], rows[f"{name}_old"]
        told, known = _is_told(now) & ~is_new, _is_told(before)
        replaced = told & known & (now != before) & ~frozen
        filled = told & ~known
        revisions.append(_revisions(rows[replaced], key, name))
        rows[name] = now.mask(~is_new & ~replaced & ~filled, before)
        replaced_any |= replaced
        filled_any |= filled
    status = pd.Series(RowStatus.UNCHANGED.value, index=rows.index)
    status = status.mask(filled_any | is_new, RowStatus.NEW.value)
    rows["row_status"] = status.mask(replaced_any, RowStatus.RESTATED.value)
    rows["is_new"] = is_new
    return Merged(rows.drop(columns="side"), pd.concat(revisions, ignore_index=True))


def _is_told(values: pd.Series) -> pd.Series:
    """Return whether each value says anything."""
    return values.notna() & (values != "")


def _revisions(rows: pd.DataFrame, key: Sequence[str], name: str) -> pd.DataFrame:
    """Return one row for each replaced value of an attribute."""
    return rows[list(key)].assign(
        attribute=name,
        old_value=rows[f"{name}_old"].map(str),
        new_value=rows[name].map(str),
    )


def insert_new(work: Work, table: Table, rows: pd.DataFrame) -> None:
    """Append rows that the store does not have, as far as the table has their columns."""
    if rows.empty:
        return
    names = [name for name in rows.columns if name in table.c and name != "batch_id"]
    work.backend.bulk_load(work.connection, table, rows[names].assign(batch_id=work.batch_id))


def update_changed(
    work: Work,
    table: Table,
    key: Sequence[str],
    rows: pd.DataFrame,
    names: Sequence[str],
    *,
    stored: pd.DataFrame,
) -> None:
    """Write the named columns of rows that the store has, found by their key.

    What they replace is kept whole; `stored` are the rows of the table as they were.
    """
    if rows.empty:
        return
    _keep_whole(work, table, rows[list(key)].merge(stored, on=list(key), how="left"))
    update_in_place(work, table, key, rows.assign(batch_id=work.batch_id), (*names, "batch_id"))


def update_in_place(
    work: Work, table: Table, key: Sequence[str], rows: pd.DataFrame, names: Sequence[str]
) -> None:
    """Write the named columns of rows that the store has, found by their key, and keep nothing."""
    if rows.empty:
        return
    statement = update(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in key))
    statement = statement.values({name: bindparam(name) for name in names})
    values = rows[list(names)].assign(**{f"key_{name}": rows[name] for name in key})
    records: list[dict[str, Any]] = plain(values).to_dict("records")  # type: ignore[assignment]
    work.connection.execute(statement, records)


def _keep_whole(work: Work, table: Table, replaced: pd.DataFrame) -> None:
    """Store images of rows that are about to be replaced."""
    keys = [column.name for column in table.primary_key]
    images = pd.DataFrame(
        {
            "row_key": _as_json(replaced[keys]),
            "old_row": _as_json(replaced[[column.name for column in table.c]]),
            "batch_id": replaced["batch_id"].to_numpy(),
        }
    ).assign(entity=table.name, replaced_by_batch_id=work.batch_id)
    work.backend.bulk_load(work.connection, schema.row_revision, images)


def _as_json(rows: pd.DataFrame) -> list[str]:
    """Return each row as a JSON list; a day as its ISO text."""
    values = plain(rows).itertuples(index=False)
    return [json.dumps(tuple(row), default=str, separators=(",", ":")) for row in values]


def keep_revisions(work: Work, entity: str, ids: pd.Series, revisions: pd.DataFrame) -> None:
    """Store replaced values; `ids` is the business id of each revision's row."""
    if revisions.empty:
        return
    rows = revisions[["attribute", "old_value", "new_value"]].assign(
        entity=entity, entity_id=ids.to_numpy(), batch_id=work.batch_id
    )
    work.backend.bulk_load(work.connection, schema.attribute_revision, rows)
