"""Claims, earnings and subscriptions: rows with attributes and an identity of their own."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Table, select

from data_access import schema
from data_access.importing.records import (
    Merged,
    insert_new,
    keep_revisions,
    merge,
    plain,
    stored_rows,
    update_changed,
)
from data_access.importing.work import Effects, Keys, RowStatus, Work

CLAIM_KEY = ["claim_id", "tenant_key", "workload_key"]
SEEN = ["claim_id", "tenant_key", "workload_key", "status", "status_reason", "status_on"]


def merge_claims(work: Work, claims: pd.DataFrame, keys: Keys, effects: Effects) -> None:
    """Bring claims up to date and keep every status that a claim was seen in.

    A status older than the stored one is kept as an event but does not replace it.
    """
    if claims.empty:
        return
    rows = keys.keyed(claims)
    stored = stored_rows(work, schema.claim)
    known = rows[CLAIM_KEY].merge(stored[[*CLAIM_KEY, "status_on"]], on=CLAIM_KEY, how="left")
    now, before = pd.to_datetime(rows["status_on"]), pd.to_datetime(known["status_on"])
    is_older = now < before.set_axis(rows.index)
    merged = _merge(work, schema.claim, rows, stored, is_older)
    _note(merged, effects)
    _touch_tenants(merged, effects)
    _keep_statuses(work, rows, effects)


def _keep_statuses(work: Work, rows: pd.DataFrame, effects: Effects) -> None:
    """Add the statuses in which claims were not seen before."""
    event = schema.claim_event
    stored = plain(pd.read_sql(select(*(event.c[name] for name in SEEN)), work.connection))
    seen = plain(rows[SEEN]).drop_duplicates().merge(stored, how="left", indicator="side")
    new = seen[seen["side"] == "left_only"].drop(columns="side")
    if not new.empty:
        work.backend.bulk_load(work.connection, event, new.assign(batch_id=work.batch_id))
        effects.is_changed = True


def merge_earnings(work: Work, earnings: pd.DataFrame, keys: Keys, effects: Effects) -> None:
    """Bring earnings up to date; what Microsoft says last stands."""
    if earnings.empty:
        return
    stored = stored_rows(work, schema.earning)
    merged = _merge(work, schema.earning, keys.keyed(earnings), stored, None)
    _note(merged, effects)
    _touch_tenants(merged, effects)


def merge_subscriptions(
    work: Work, subscriptions: pd.DataFrame, keys: Keys, this_month: int, effects: Effects
) -> None:
    """Bring subscriptions up to date; an older report fills gaps only."""
    if subscriptions.empty:
        return
    rows = keys.keyed(subscriptions)
    rows = rows.assign(month=rows["month"].fillna(this_month).astype("int64"))
    stored = stored_rows(work, schema.subscription)
    known = rows[["subscription_id"]].merge(stored, on="subscription_id", how="left")
    is_older = rows["month"] < known["month"].astype("Int64").fillna(-1).to_numpy(dtype="int64")
    merged = _merge(work, schema.subscription, rows, stored, is_older)
    _note(merged, effects)


def _merge(
    work: Work,
    table: Table,
    rows: pd.DataFrame,
    stored: pd.DataFrame,
    only_fills: pd.Series | None,
) -> Merged:
    """Merge rows into a table and keep what they replace."""
    key = [column.name for column in table.primary_key]
    values = _values_of(table)
    names = [*key, *values, "row"]
    merged = merge(rows[names], stored, key, values, only_fills=only_fills)
    insert_new(work, table, merged.new)
    update_changed(work, table, key, merged.changed, values, stored=stored)
    keep_revisions(work, table.name, merged.revisions[key[0]], merged.revisions)
    return merged


def _values_of(table: Table) -> Sequence[str]:
    """Return the names of a table's columns that are neither its key nor its batch."""
    key = {column.name for column in table.primary_key}
    return [column.name for column in table.c if column.name not in key | {"batch_id"}]


def _note(merged: Merged, effects: Effects) -> None:
    """Take note of what the rows of the file did."""
    effects.add_rows(merged.rows["row"], merged.rows["row_status"])
    effects.is_changed |= not merged.changed.empty


def _touch_tenants(merged: Merged, effects: Effects) -> None:
    """Take note of the tenants that new and changed rows speak of, or spoke of before."""
    rows = merged.rows[merged.rows["row_status"] != RowStatus.UNCHANGED]
    for name in rows.columns.intersection(["tenant_key", "tenant_key_old"]):
        effects.tenants.update(map(int, rows[name].dropna()))
