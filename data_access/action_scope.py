"""Which actions a scope sees, and the names that belong to them.

Actions lie in the app database and name customers, workloads and partners by their own ids; who
holds what is known by the warehouse. A scope of certain partners sees actions on pairs that its
partners hold or ever held, that count for them, and those of nobody on its own customers; of
claims and proofs it sees those of its partners only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from data_access.schema import association, milestone_status, partner, tenant, workload
from data_access.scope import Condition, chosen_partners, chosen_tenants, visible_partners
from data_access.types import Filters, Scope
from insights.actions.kinds import PAIR_KINDS

CHUNK = 10_000
"""Ids in one statement; databases allow about three times as many."""

NO_FILTERS = Filters(as_of=0, since=0, before=None)


def seen_actions(
    connection: Connection, scope: Scope, rows: pd.DataFrame, filters: Filters | None = None
) -> pd.DataFrame:
    """Return the actions that scope and filters leave, with names, in their order.

    `rows` has tenant_id, workload, kind and partner_id; the names are tenant_name, workload_name
    ("" for the whole customer) and partner_name. Ids that the warehouse does not know are their own
    names, and are seen by an unrestricted scope only.
    """
    asked = filters or NO_FILTERS
    customers = _customers(connection, scope, asked, rows["tenant_id"])
    keep = pd.Series(True, index=rows.index)
    if not scope.is_unrestricted or asked.segments or asked.markets or asked.size_bands:
        keep &= rows["tenant_id"].isin(list(customers))
    for partners, is_ever in _partner_groups(scope, asked):
        keep &= _of_partners(connection, rows, partners, is_ever=is_ever)
    if asked.workloads:
        keep &= rows["workload"].isin([*asked.workloads, ""])
    seen = rows[keep]
    workloads = _names(connection, select(workload.c.code, workload.c.name))
    partners_named = _names(
        connection,
        select(partner.c.partner_id, func.coalesce(partner.c.name, partner.c.partner_id)),
    )
    return seen.assign(
        tenant_name=_named(seen["tenant_id"], customers),
        workload_name=_named(seen["workload"], workloads),
        partner_name=_named(seen["partner_id"], partners_named),
    )


def _named(ids: pd.Series, names: dict[str, str]) -> pd.Series:
    return ids.map(lambda one: names.get(one, one)).astype("str")


def _names(connection: Connection, statement: Select[str, str]) -> dict[str, str]:
    return {str(one): str(name) for one, name in connection.execute(statement)}


def chunks(ids: pd.Series) -> Iterator[list[str]]:
    """Return distinct ids in lists that one statement can hold."""
    distinct = [str(each) for each in ids.unique()]
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def _customers(
    connection: Connection, scope: Scope, filters: Filters, ids: pd.Series
) -> dict[str, str]:
    """Return the names by id of the customers that scope and filters leave, by attributes."""
    conditions: Sequence[Condition] = chosen_tenants(scope, filters)
    if filters.size_bands:
        sized = select(milestone_status.c.tenant_key).where(
            milestone_status.c.size_band.in_(filters.size_bands)
        )
        conditions = [*conditions, tenant.c.tenant_key.in_(sized)]
    name = func.coalesce(tenant.c.name, tenant.c.imported_id)
    statement = select(tenant.c.tenant_id, name).where(*conditions)
    found: dict[str, str] = {}
    for some in chunks(ids):
        found |= _names(connection, statement.where(tenant.c.tenant_id.in_(some)))
    return found


Partners = Select[tuple[int]]


def _partner_groups(scope: Scope, filters: Filters) -> Iterator[tuple[Partners, bool]]:
    """Return the partners that must have to do with an action: of the scope, then of the filters.

    With each whether having held the pair at any time is enough.
    """
    visible = visible_partners(scope)
    if visible:
        yield select(partner.c.partner_key).where(*visible), True
    if filters.partner_id is not None or filters.account_id is not None:
        chosen = chosen_partners(scope, filters)
        if chosen is not None:
            yield chosen, False


def _of_partners(
    connection: Connection, rows: pd.DataFrame, partners: Partners, *, is_ever: bool
) -> pd.Series:
    """Return per action whether it is one of these partners'."""
    ids = _ids(connection, partners)
    held = _held(connection, rows["tenant_id"], partners)
    of_nobody = (rows["partner_id"] == "") & rows["tenant_id"].isin(held["tenant_id"])
    found = rows["partner_id"].isin(ids) | of_nobody
    if is_ever:
        pairs = pd.MultiIndex.from_frame(held[["tenant_id", "workload"]])
        was_held = pd.MultiIndex.from_frame(rows[["tenant_id", "workload"]]).isin(pairs)
        # Claims are their partner's own, whoever holds the workload.
        found |= was_held & rows["kind"].isin(PAIR_KINDS)
    return found


def _ids(connection: Connection, partners: Partners) -> list[str]:
    chosen = select(partner.c.partner_id).where(partner.c.partner_key.in_(partners))
    return [str(one) for one in connection.scalars(chosen)]


def _held(connection: Connection, ids: pd.Series, partners: Partners) -> pd.DataFrame:
    """Return the pairs of these customers that the partners hold or ever held, by their ids."""
    statement = (
        select(tenant.c.tenant_id, workload.c.code.label("workload"))
        .join_from(association, tenant, tenant.c.tenant_key == association.c.tenant_key)
        .join(workload, workload.c.workload_key == association.c.workload_key)
        .where(association.c.partner_key.in_(partners))
        .distinct()
    )
    found = [
        pd.read_sql(statement.where(tenant.c.tenant_id.in_(some)), connection)
        for some in chunks(ids)
    ]
    empty = pd.DataFrame({"tenant_id": [], "workload": []}, dtype="str")
    return pd.concat([empty, *found], ignore_index=True)
