"""Earned by our rules against paid by Microsoft, row by row, judged as of any day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, literal, select, union_all

from data_access.queries.earnings import sliced_tenants
from data_access.schema import earning, partner, reconciliation, tenant, workload
from data_access.scope import (
    Condition,
    chosen_partners,
    chosen_tenants,
    of_chosen_workloads,
    visible_tenants,
)
from data_access.types import Filters, Scope

_PENDING = ("not_due", "overdue")


@dataclass(frozen=True, slots=True)
class RowsWanted:
    """Which rows of the reconciliation: of these links, judged as of the month `today`.

    `known_month` is that of `earnings.judged`; `limit` the most rows.
    """

    links: tuple[str, ...]
    today: int
    known_month: int
    limit: int


def has_earnings(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return one row, has_earnings: whether any Earnings file was imported for these customers."""
    rows = select(earning.c.tenant_key)
    conditions = visible_tenants(scope)
    if conditions:
        visible = select(tenant.c.tenant_key).where(*conditions)
        rows = rows.where(earning.c.tenant_key.in_(visible))
    found = connection.execute(rows.limit(1)).first()
    return pd.DataFrame({"has_earnings": [found is not None]})


def reconciliation_rows(
    connection: Connection, scope: Scope, filters: Filters, *, wanted: RowsWanted
) -> pd.DataFrame:
    """Return what was earned and paid of these links, the largest amounts earned first.

    One row per tenant x workload x milestone (0: growth): tenant_id, tenant_name, workload,
    workload_name, partner_id and partner_name (missing: nobody), milestone, state, link (not_due
    and overdue as of today), reason, earned_usd_e4, paid_usd_e4, difference_usd_e4,
    is_example, is_sent, due_month.
    """
    rows = reconciliation
    branches = [
        part
        for link in wanted.links
        for stored, due in _stored(link, wanted.today, wanted.known_month)
        for part in _first(
            link, [rows.c.link == stored, *due, *_conditions(scope, filters)], wanted.limit
        )
    ]
    listed = union_all(*(select(each.subquery()) for each in branches)).subquery("listed")
    told = [listed.c[name] for name in _TOLD]
    earned = listed.c.earned_usd_e4.desc().nulls_last()
    order = (earned, tenant.c.tenant_id, workload.c.code, listed.c.milestone)
    statement = (
        select(
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            partner.c.partner_id,
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            listed.c.now.label("link"),
            *told,
        )
        .select_from(listed)
        .join(tenant, tenant.c.tenant_key == listed.c.tenant_key)
        .join(workload, workload.c.workload_key == listed.c.workload_key)
        .outerjoin(partner, partner.c.partner_key == listed.c.partner_key)
        .order_by(*order)
        .limit(wanted.limit)
    )
    amounts = dict.fromkeys((*_AMOUNTS, "due_month"), "Int64")
    return pd.read_sql(statement, connection).astype(amounts)


_AMOUNTS = ("earned_usd_e4", "paid_usd_e4", "difference_usd_e4")
_TOLD = ("milestone", "state", "reason", *_AMOUNTS, "is_example", "is_sent", "due_month")


def _first(link: str, conditions: list[Condition], limit: int) -> Iterator[Select[Any]]:
    """Return the rows with the largest amounts earned, under the link that holds now.

    Rows without an amount are a part of their own: the index then holds the order of the others,
    whichever way a database sorts what is missing.
    """
    earned = reconciliation.c.earned_usd_e4
    found = select(reconciliation, literal(link).label("now")).where(*conditions).limit(limit)
    yield found.where(earned.is_not(None)).order_by(earned.desc())
    yield found.where(earned.is_(None))


def _stored(link: str, today: int, known_month: int) -> list[tuple[str, list[Condition]]]:
    """Return under which stored links a link's rows lie, and the condition on when they are due.

    What was stored holds in the month of the judgement; as months go by, more becomes overdue.
    """
    due = reconciliation.c.due_month
    if link == "overdue":
        late = [("not_due", [due < today])] if today > known_month else []
        return [("overdue", [func.coalesce(due, 0) < today] if today < known_month else []), *late]
    if link == "not_due":
        early = [("overdue", [due >= today])] if today < known_month else []
        return [("not_due", [due >= today] if today > known_month else []), *early]
    return [(link, [])]


def _conditions(scope: Scope, filters: Filters) -> list[Condition]:
    """Return what scope and filters leave."""
    rows = reconciliation
    conditions = of_chosen_workloads(filters, rows)
    partners = chosen_partners(scope, filters)
    if partners is not None and filters.partner_id is not None:
        conditions.append(rows.c.partner_key == partners.scalar_subquery())
    elif partners is not None:
        conditions.append(rows.c.partner_key.in_(partners))
    if filters.size_bands or chosen_tenants(scope, filters):
        conditions.append(rows.c.tenant_key.in_(sliced_tenants(scope, filters)))
    return conditions
