"""Tenants, workloads, partners and global accounts: who and what the facts speak of."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import func, select

from data_access import schema
from data_access.importing.records import (
    Merged,
    insert_new,
    keep_revisions,
    merge,
    stored_rows,
    update_changed,
    update_in_place,
)
from data_access.importing.work import Effects, Work

TENANT_ATTRIBUTES = (
    "name",
    "tpid",
    "domain",
    "segment",
    "market",
    "country",
    "industry",
)
NO_MONTH = -1
"""Month of a row that names a tenant and tells nothing about it: older than any other."""

SLICED_BY = ("segment", "market")
"""Tenant attributes by which marts are cut."""


def merge_tenants(work: Work, incoming: pd.DataFrame, this_month: int, effects: Effects) -> Merged:
    """Add new tenants and bring known ones up to date.

    An older report fills gaps only; a list without a month speaks for `this_month`. A masked
    name never replaces an unmasked one. The id as first written stays.
    """
    stored = stored_rows(work, schema.tenant)
    rows = _dated(incoming, this_month)
    before = rows[["tenant_id"]].merge(stored, on="tenant_id", how="left")
    known_month = before["attributes_month"].astype("Int64").fillna(NO_MONTH).astype("int64")
    is_older = rows["month"] < known_month.to_numpy()
    hides = rows["is_name_masked"] & (before["is_name_masked"] == False).to_numpy()  # noqa: E712
    rows["name"] = rows["name"].mask(hides & before["name"].notna().to_numpy())
    merged = merge(rows, stored, ["tenant_id"], TENANT_ATTRIBUTES, only_fills=is_older)
    took_name = merged.rows["name"] != merged.rows["name_old"]
    masked = rows["is_name_masked"].where(took_name.to_numpy(), before["is_name_masked"])
    newest = rows["month"].where(~is_older, known_month.to_numpy())
    merged = Merged(
        merged.rows.assign(
            is_name_masked=masked.to_numpy(dtype=bool),
            attributes_month=newest.astype("Int64").mask(newest == NO_MONTH).to_numpy(),
            is_confirmed=(newest > known_month.to_numpy()).to_numpy(),
        ),
        merged.revisions,
    )
    _write_tenants(work, merged, stored, effects)
    return merged


def _dated(incoming: pd.DataFrame, this_month: int) -> pd.DataFrame:
    """Return the rows with the month they speak of, NO_MONTH where they tell nothing."""
    tells = incoming[list(TENANT_ATTRIBUTES)].notna().any(axis=1)
    return incoming.assign(
        month=incoming["month"].fillna(this_month).where(tells, NO_MONTH).astype("int64"),
        segment=incoming["segment"].fillna(""),
        market=incoming["market"].fillna(""),
    )


def _write_tenants(work: Work, merged: Merged, stored: pd.DataFrame, effects: Effects) -> None:
    """Write new and changed tenants, and those of which a newer month says the same."""
    insert_new(work, schema.tenant, merged.new)
    names = (*TENANT_ATTRIBUTES, "is_name_masked", "attributes_month")
    rows = merged.rows
    confirmed = rows[rows["is_confirmed"] & ~rows["is_new"]]
    changed = merged.changed
    update_changed(work, schema.tenant, ["tenant_id"], changed, names, stored=stored)
    unchanged = confirmed[~confirmed.index.isin(changed.index)]
    update_in_place(work, schema.tenant, ["tenant_id"], unchanged, ("attributes_month",))
    keep_revisions(work, "tenant", merged.revisions["tenant_id"], merged.revisions)
    _touch_slices(work, changed, effects)
    effects.is_changed |= bool(len(changed) + len(merged.new) + len(unchanged))


def _touch_slices(work: Work, changed: pd.DataFrame, effects: Effects) -> None:
    """Take note of the months of tenants that now belong to another slice."""
    moved = changed[(changed[list(SLICED_BY)] != _old(changed, SLICED_BY)).any(axis=1)]
    if moved.empty:
        return
    tenant, usage = schema.tenant, schema.tenant_month
    ids = select(tenant.c.tenant_id, tenant.c.tenant_key)
    keys = pd.read_sql(ids, work.connection).set_index("tenant_id")["tenant_key"]
    effects.tenants.update(map(int, keys.loc[list(moved["tenant_id"])]))
    with work.keys(tenant_key=keys.loc[list(moved["tenant_id"])]) as touched:
        months = (
            select(usage.c.month)
            .join_from(touched, usage, touched.c.tenant_key == usage.c.tenant_key)
            .distinct()
        )
        effects.months.update(work.connection.scalars(months))


def _old(rows: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return the stored values under the names of the new ones."""
    return rows[[f"{name}_old" for name in names]].set_axis(list(names), axis=1)


def add_workloads(work: Work, incoming: pd.DataFrame) -> None:
    """Add workloads that the store does not know; known ones keep their names."""
    stored = stored_rows(work, schema.workload)
    new = incoming[~incoming["workload"].isin(list(stored["code"]))]
    insert_new(work, schema.workload, new.rename(columns={"workload": "code"}))


def merge_partners(work: Work, incoming: pd.DataFrame, effects: Effects) -> Merged:
    """Add new partners and global accounts and bring known ones up to date."""
    accounts = _merge_accounts(work, incoming)
    keys = stored_rows(work, schema.global_account).set_index("account_id")["account_key"]
    rows = incoming.assign(account_key=incoming["account_id"].map(keys.to_dict()))
    attributes = ("name", "account_key", "city", "country")
    stored = stored_rows(work, schema.partner)
    merged = merge(rows.drop(columns="account_id"), stored, ["partner_id"], attributes)
    insert_new(work, schema.partner, merged.new)
    changed = merged.changed
    update_changed(work, schema.partner, ["partner_id"], changed, attributes, stored=stored)
    revisions = _with_account_ids(merged.revisions, keys)
    keep_revisions(work, "partner", revisions["partner_id"], revisions)
    effects.months |= _months_of_moved_partners(work, changed)
    effects.is_changed |= bool(len(changed) + len(merged.new) + accounts)
    return merged


def _merge_accounts(work: Work, incoming: pd.DataFrame) -> int:
    """Add or rename global accounts; return how many changed."""
    told = incoming[incoming["account_id"].notna()][["account_id", "account_name"]]
    told = told.rename(columns={"account_name": "name"}).sort_values("name", na_position="last")
    told = told.drop_duplicates("account_id").sort_values("account_id")
    stored = stored_rows(work, schema.global_account)
    merged = merge(told, stored, ["account_id"], ("name",))
    insert_new(work, schema.global_account, merged.new)
    update_changed(
        work, schema.global_account, ["account_id"], merged.changed, ("name",), stored=stored
    )
    keep_revisions(work, "global_account", merged.revisions["account_id"], merged.revisions)
    return len(merged.new) + len(merged.changed)


def _with_account_ids(revisions: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """Return partner revisions that name global accounts by their id instead of our key."""
    ids = {str(key): account for account, key in keys.items()}
    moved = revisions["attribute"] == "account_key"
    values = {
        name: revisions[name].where(~moved, revisions[name].map(ids))
        for name in ("old_value", "new_value")
    }
    return revisions.assign(attribute=revisions["attribute"].mask(moved, "account_id"), **values)


def _months_of_moved_partners(work: Work, changed: pd.DataFrame) -> set[int]:
    """Return all months with figures in which partners held something that changed account."""
    moved = changed[changed["account_key"] != changed["account_key_old"]]
    if moved.empty:
        return set()
    partner, held, mart = schema.partner, schema.association, schema.scope_month
    first = work.connection.scalar(
        select(func.min(held.c.start_month))
        .join_from(partner, held, partner.c.partner_key == held.c.partner_key)
        .where(partner.c.partner_id.in_(list(moved["partner_id"])))
    )
    if first is None:
        return set()
    months = select(mart.c.month).where(mart.c.month >= first).distinct()
    return set(work.connection.scalars(months))
