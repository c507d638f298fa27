"""Usage sums by month: the one place that chooses which table answers a question.

| who is looked at | table |
|---|---|
| everybody | `scope_month` |
| one global account | `account_slice_month` |
| one partner | `partner_month`; by segment, market or size: `partner_slice_month` |
| each partner beside the others, any number | `partner_month` or `partner_slice_month` |
| each account beside the others, any number | `account_slice_month` |
| several partners or accounts as one, named tenants | facts (`usage_facts.py`) |
| distinct tenants over two or more chosen workloads | facts, for the months asked for |

Segment, market and size band are columns of the marts, so these filters need no facts. Partners
are never added up here: two may hold the same pair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    cast,
    func,
    select,
)

from data_access.queries.usage_facts import Holder, pair_months
from data_access.schema import (
    MEASURES,
    account_slice_month,
    global_account,
    partner,
    partner_month,
    partner_slice_month,
    scope_month,
    workload,
)
from data_access.scope import (
    Condition,
    chosen_partners,
    chosen_workloads,
    in_slices,
    restricts_tenants,
)
from data_access.types import ANY_WORKLOAD, Filters, Scope

COUNTED = (*MEASURES, "associated_pairs")
"""The additive columns of usage by month and workload."""


def usage_by_month(
    connection: Connection, scope: Scope, filters: Filters, *, first: int, last: int
) -> pd.DataFrame:
    """Return usage sums at month x workload grain, each pair once.

    Columns: month (index), workload (code), workload_name and COUNTED. Months and workloads
    without a complete report have no row.
    """
    source = _source(scope, filters, first=first, last=last)
    return pd.read_sql(_named(source, "month", "workload_key"), connection)


def tenants_by_month(
    connection: Connection, scope: Scope, filters: Filters, *, first: int, last: int
) -> pd.DataFrame:
    """Return tenant sums over the chosen workloads at month grain, each tenant once.

    Columns: month, tenants, seats (of each tenant's largest workload), people (of its most used
    one) and associated_tenants. Where only the facts can tell, of these months only `as_of` and
    `before` have rows.
    """
    if len(filters.workloads) > 1 or _mart(scope, filters) is None:
        months = [
            m for m in (filters.before, filters.as_of) if m is not None and first <= m <= last
        ]
        pairs = pair_months(scope, filters, months=months, has_prior=False)
        return pd.read_sql(_tenants_of(pairs), connection)
    source = _source(scope, filters, first=first, last=last, once=True)
    names = {
        "pairs": "tenants",
        "paid_available_units": "seats",
        "monthly_active_users": "people",
        "associated_pairs": "associated_tenants",
    }
    tenants = pd.read_sql(_named(source, "month"), connection)
    return tenants.rename(columns=names)[["month", *names.values()]]


def usage_by_partner(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    first: int,
    last: int,
    by_workload: bool = True,
) -> pd.DataFrame:
    """Return usage sums of every partner in scope at month x partner (x workload) grain.

    Columns: month, partner_id, partner_name (its id where no name is known), account_id,
    account_name, with `by_workload` also workload and workload_name, and COUNTED. A pair held by
    two partners is in both rows.
    """
    source = _holders(scope, filters, "partner", first=first, last=last)
    return pd.read_sql(_named(source, "month", "partner_key", *_workload(by_workload)), connection)


def usage_by_account(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    first: int,
    last: int,
    by_workload: bool = True,
) -> pd.DataFrame:
    """Return usage sums of every global account in scope at month x account (x workload) grain.

    Columns: month, account_id, account_name, with `by_workload` also workload and workload_name,
    and COUNTED. A pair that two locations of one account hold counts once.
    """
    source = _holders(scope, filters, "account", first=first, last=last)
    return pd.read_sql(_named(source, "month", "account_key", *_workload(by_workload)), connection)


# --- which table ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows to add up, and which of them."""

    rows: FromClause
    conditions: tuple[Condition, ...] = ()


def _source(
    scope: Scope, filters: Filters, *, first: int, last: int, once: bool = False
) -> _Source:
    """Return the smallest rows that answer for everything chosen together.

    With `once` the rows count a tenant once, whatever its workloads (marts only).
    """
    mart = _mart(scope, filters)
    if mart is None:
        return _Source(pair_months(scope, filters, months=range(first, last + 1)))
    return _in_months(mart, filters, first=first, last=last, once=once)


def _holders(scope: Scope, filters: Filters, holder: Holder, *, first: int, last: int) -> _Source:
    """Return rows by partner or by account, of all those that scope and filters leave."""
    is_part_of_account = scope.partner_ids is not None or filters.partner_id is not None
    if scope.tenant_ids is not None or (holder == "account" and is_part_of_account):
        pairs = pair_months(scope, filters, months=range(first, last + 1), holder=holder)
        named = select(*pairs.c, pairs.c.holder_key.label(f"{holder}_key")).subquery("held_pairs")
        return _Source(named)
    mart = _partner_mart(scope, filters) if holder == "partner" else _account_mart(scope, filters)
    return _in_months(mart, filters, first=first, last=last)


def _mart(scope: Scope, filters: Filters) -> _Source | None:
    """Return the mart that counts each pair once for all that is chosen, None: only facts do."""
    if scope.tenant_ids is not None:
        return None
    if filters.partner_id is not None or _is_one(scope.partner_ids):
        return _partner_mart(scope, filters)
    if scope.partner_ids is None and (filters.account_id is not None or _is_one(scope.account_ids)):
        return _account_mart(scope, filters)
    if chosen_partners(scope, filters) is not None:
        return None
    return _Source(scope_month, _slices(scope, filters, scope_month))


def _partner_mart(scope: Scope, filters: Filters) -> _Source:
    is_sliced = bool(filters.segments or filters.markets or filters.size_bands)
    table = partner_slice_month if is_sliced or restricts_tenants(scope) else partner_month
    return _Source(table, (*_held_by(scope, filters, table), *_slices(scope, filters, table)))


def _held_by(scope: Scope, filters: Filters, table: Table) -> tuple[Condition, ...]:
    """Return the condition on the partner; one partner is named by "=", which finds its rows in
    the primary key, where "in" would read everybody's months."""
    partners = chosen_partners(scope, filters)
    if partners is None:
        return ()
    if filters.partner_id is not None or _is_one(scope.partner_ids):
        return (table.c.partner_key == partners.scalar_subquery(),)
    return (table.c.partner_key.in_(partners),)


def _account_mart(scope: Scope, filters: Filters) -> _Source:
    table = account_slice_month
    accounts = select(global_account.c.account_key)
    conditions = _slices(scope, filters, table)
    if filters.account_id is not None:
        accounts = accounts.where(global_account.c.account_id == filters.account_id)
    if scope.account_ids is not None:
        accounts = accounts.where(global_account.c.account_id.in_(scope.account_ids))
    return _Source(table, (table.c.account_key.in_(accounts), *conditions))


def _slices(scope: Scope, filters: Filters, table: Table) -> tuple[Condition, ...]:
    """Return the conditions on segment, market and size band; none of them is no condition."""
    if "market" not in table.c:
        return ()
    wanted: list[tuple[str, tuple[Any, ...]]] = [
        ("segment", filters.segments),
        ("market", filters.markets),
        ("size_band", filters.size_bands),
    ]
    chosen = [table.c[name].in_(values) for name, values in wanted if values]
    return (*chosen, *in_slices(scope, table))


def _in_months(
    mart: _Source, filters: Filters, *, first: int, last: int, once: bool = False
) -> _Source:
    """Return the mart's rows of these months and of the chosen workloads."""
    workloads = chosen_workloads(filters)
    key = mart.rows.c.workload_key
    if workloads is None and once:
        chosen: Condition = key == ANY_WORKLOAD
    else:
        # Naming every workload, instead of "not 0", keeps the look-up in the primary key.
        chosen = key.in_(select(workload.c.workload_key) if workloads is None else workloads)
    months = mart.rows.c.month.between(first, last)
    return replace(mart, conditions=(*mart.conditions, months, chosen))


def _is_one(ids: tuple[str, ...] | None) -> bool:
    return ids is not None and len(ids) == 1


def _workload(by_workload: bool) -> tuple[str, ...]:
    return ("workload_key",) if by_workload else ()


# --- sums and names -------------------------------------------------------------------------------


def _named(source: _Source, *by: str) -> Select[Any]:
    """Return the sums by these columns, with the ids and names that their keys stand for."""
    sums = (
        select(*(source.rows.c[name] for name in by), *_sums(source.rows))
        .where(*source.conditions)
        .group_by(*(source.rows.c[name] for name in by))
        .subquery("sums")
    )
    joined: FromClause = sums
    columns: list[ColumnElement[Any]] = [sums.c.month]
    if "partner_key" in by:
        joined = joined.join(partner, partner.c.partner_key == sums.c.partner_key).outerjoin(
            global_account, global_account.c.account_key == partner.c.account_key
        )
        columns += [*_entity(partner, "partner"), *_entity(global_account, "account")]
    if "account_key" in by:
        joined = joined.join(global_account, global_account.c.account_key == sums.c.account_key)
        columns += _entity(global_account, "account")
    if "workload_key" in by:
        joined = joined.join(workload, workload.c.workload_key == sums.c.workload_key)
        columns += [workload.c.code.label("workload"), workload.c.name.label("workload_name")]
    counted = [sums.c[name] for name in COUNTED]
    return select(*columns, *counted).select_from(joined).order_by(*columns)


def _sums(rows: FromClause) -> list[ColumnElement[int]]:
    """Return the measures' sums; where a mart holds associated pairs only, all pairs are."""
    column = {name: rows.c[name] for name in MEASURES}
    associated = rows.c.associated_pairs if "associated_pairs" in rows.c else rows.c.pairs
    return [
        _sum(value, name) for name, value in (column | {"associated_pairs": associated}).items()
    ]


def _sum(column: ColumnElement[int], name: str) -> ColumnElement[int]:
    """Return a sum that is an integer on every database (PostgreSQL sums to numeric)."""
    return cast(func.sum(column), BigInteger).label(name)


def _entity(table: Table, name: str) -> list[ColumnElement[Any]]:
    """Return id and name of a partner or account; where no name is known its id stands in."""
    entity_id = table.c[f"{name}_id"]
    return [entity_id, func.coalesce(table.c.name, entity_id).label(f"{name}_name")]


def _tenants_of(pairs: FromClause) -> Select[Any]:
    """Return tenant sums by month: each tenant by its largest and by its most used workload."""
    tenants = (
        select(
            pairs.c.month,
            func.max(pairs.c.paid_available_units).label("seats"),
            func.max(pairs.c.monthly_active_users).label("people"),
            func.max(pairs.c.associated_pairs).label("associated_tenants"),
        )
        .group_by(pairs.c.month, pairs.c.tenant_key)
        .subquery("tenants")
    )
    return (
        select(
            tenants.c.month,
            cast(func.count(), BigInteger).label("tenants"),
            *(_sum(tenants.c[name], name) for name in ("seats", "people", "associated_tenants")),
        )
        .group_by(tenants.c.month)
        .order_by(tenants.c.month)
    )
