"""Customers by the chance that any of their workloads reaches its next milestone."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, false, func, select

from data_access.queries.customers import contains
from data_access.queries.opportunity_scope import of_opportunities
from data_access.schema import customer_opportunity, opportunity, tenant, workload
from data_access.scope import Condition, chosen_partners, chosen_tenants, seen_tenants
from data_access.types import Filters, Scope

CustomerOrder = Literal["expected", "chance"]

LISTED_AT_MOST = 200
HORIZONS = (30, 90, 180)
PAIR_COLUMNS = (
    "tenant_key",
    "workload_key",
    "milestone",
    *(f"probability_{days}" for days in HORIZONS),
    "value_usd_e4",
    "expected_usd_e4",
    "is_earnable",
    "is_example",
)


def customer_ranking(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    order: CustomerOrder = "expected",
    text: str = "",
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return customers by expected earnings or chance, the first `limit` ones.

    Columns: tenant_id, name (its id where unknown), is_name_masked, pairs (workloads with a
    milestone ahead), chance_30, chance_90, chance_180 (that any of them gets there: 1 - product of
    (1 - p), approximate), best_workload, best_workload_name, best_milestone, best_probability_90,
    value_usd_e4 (of what can be earned), expected_usd_e4, example_pairs. With partners or
    workloads chosen, of these only.
    """
    is_part = chosen_partners(scope, filters) is not None or bool(filters.workloads)
    if is_part:
        rows = _of_pairs(connection, scope, filters, order=order, text=text, limit=limit)
    else:
        rows = _stored(connection, scope, filters, order=order, text=text, limit=limit)
    return _with_names(connection, rows)


def customer_count(
    connection: Connection, scope: Scope, filters: Filters, *, text: str = ""
) -> pd.DataFrame:
    """Return one row with n, how many customers have a milestone ahead."""
    rows = opportunity
    conditions = [*of_opportunities(scope, filters), *_named_like(rows, text)]
    counted = select(func.count(rows.c.tenant_key.distinct()).label("n")).where(*conditions)
    if chosen_partners(scope, filters) is None and not filters.workloads:
        known = customer_opportunity
        conditions = [*of_customers(scope, filters), *_named_like(known, text)]
        counted = select(func.count().label("n")).select_from(known).where(*conditions)
    return pd.read_sql(counted, connection)


def of_customers(scope: Scope, filters: Filters) -> list[Condition]:
    """Return the conditions on customer_opportunity that tenants and size bands set."""
    rows = customer_opportunity
    conditions: list[Condition] = []
    tenants = chosen_tenants(scope, filters)
    if tenants:
        conditions.append(rows.c.tenant_key.in_(select(tenant.c.tenant_key).where(*tenants)))
    if filters.size_bands:
        conditions.append(rows.c.size_band.in_(filters.size_bands))
    return conditions


def _stored(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    order: CustomerOrder,
    text: str,
    limit: int,
) -> pd.DataFrame:
    """Return the first customers over all their workloads, as the scoring summed them up."""
    rows = customer_opportunity
    by: dict[str, tuple[ColumnElement[Any], ...]] = {
        "expected": (rows.c.expected_usd_e4.desc(), rows.c.chance_90.desc()),
        "chance": (rows.c.chance_90.desc(), rows.c.expected_usd_e4.desc()),
    }
    statement = (
        select(rows)
        .where(*of_customers(scope, filters), *_named_like(rows, text))
        .order_by(*by[order], rows.c.tenant_key)
        .limit(limit)
    )
    return pd.read_sql(statement, connection)


def _of_pairs(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    order: CustomerOrder,
    text: str,
    limit: int,
) -> pd.DataFrame:
    """Return the first customers over some of their workloads, summed up here."""
    columns = [opportunity.c[name] for name in PAIR_COLUMNS]
    conditions = [*of_opportunities(scope, filters), *_named_like(opportunity, text)]
    if order == "expected":
        total = func.sum(opportunity.c.expected_usd_e4)
        first = (
            select(opportunity.c.tenant_key)
            .where(*conditions)
            .group_by(opportunity.c.tenant_key)
            .order_by(total.desc(), opportunity.c.tenant_key)
            .limit(limit)
        )
        keys = list(connection.scalars(first))
        conditions.append(opportunity.c.tenant_key.in_(keys))
    pairs = pd.read_sql(select(*columns).where(*conditions), connection)
    rows = customers_of(pairs)
    by = ["expected_usd_e4", "chance_90"]
    by = by if order == "expected" else by[::-1]
    ordered = rows.sort_values([*by, "tenant_key"], ascending=[False, False, True])
    return ordered.head(limit)


def customers_of(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return opportunities by customer: tenant_key, pairs, chances, best workload and sums.

    The chance that any workload gets there is 1 - product of (1 - p): approximate, as if they were
    independent. The best workload is the one most is expected of, then the likeliest.
    """
    left = {
        f"left_{days}": np.log1p(-pairs[f"probability_{days}"].clip(upper=1 - 1e-12))
        for days in HORIZONS
    }
    earnable = pairs["is_earnable"].astype("bool")
    sums = pairs[["tenant_key", "expected_usd_e4"]].assign(
        pairs=1,
        value_usd_e4=pairs["value_usd_e4"].where(earnable).fillna(0).astype("int64"),
        example_pairs=pairs["is_example"].astype("int64"),
        **left,
    )
    added = sums.groupby("tenant_key", as_index=False).sum()
    chances = {f"chance_{days}": -np.expm1(added[f"left_{days}"]) for days in HORIZONS}
    best = pairs.sort_values(
        ["tenant_key", "expected_usd_e4", "probability_90", "workload_key"],
        ascending=[True, False, False, True],
    ).drop_duplicates("tenant_key")
    named = best[["tenant_key", "workload_key", "milestone", "probability_90"]].rename(
        columns=lambda name: name if name == "tenant_key" else f"best_{name}"
    )
    told = added.drop(columns=list(left)).assign(**chances)
    return told.merge(named, on="tenant_key", validate="one_to_one")


def _named_like(rows: FromClause, text: str) -> list[Condition]:
    named = select(tenant.c.tenant_key).where(contains(text))
    return [rows.c.tenant_key.in_(named)] if text else []


def _with_names(connection: Connection, rows: pd.DataFrame) -> pd.DataFrame:
    """Return ranked customers with their names and those of their best workload."""
    keys = [int(key) for key in rows["tenant_key"]]
    tenants = pd.read_sql(
        select(
            tenant.c.tenant_key,
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.tenant_id).label("name"),
            tenant.c.is_name_masked,
        ).where(tenant.c.tenant_key.in_(keys)),
        connection,
    )
    workloads = pd.read_sql(
        select(
            workload.c.workload_key.label("best_workload_key"),
            workload.c.code.label("best_workload"),
            workload.c.name.label("best_workload_name"),
        ),
        connection,
    )
    told = rows.merge(tenants, on="tenant_key", how="left").merge(
        workloads, on="best_workload_key", how="left"
    )
    return told[list(CUSTOMER_COLUMNS)].astype({"is_name_masked": "bool"})


CUSTOMER_COLUMNS = (
    "tenant_id",
    "name",
    "is_name_masked",
    "pairs",
    *(f"chance_{days}" for days in HORIZONS),
    "best_workload",
    "best_workload_name",
    "best_milestone",
    "best_probability_90",
    "value_usd_e4",
    "expected_usd_e4",
    "example_pairs",
)


def customer_chances(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    tenant_ids: tuple[str, ...] | None = None,
) -> pd.DataFrame:
    """Return tenant_id and chance_90 of these customers (None: of all in scope), as ranked last.

    The chance is that of any workload; with partners chosen there is no row, because it would
    speak of other partners' workloads too.
    """
    known = customer_opportunity
    statement = (
        select(tenant.c.tenant_id, known.c.chance_90)
        .join(known, known.c.tenant_key == tenant.c.tenant_key)
        .where(*seen_tenants(scope))
    )
    if tenant_ids is not None:
        statement = statement.where(tenant.c.tenant_id.in_(tenant_ids))
    if chosen_partners(scope, filters) is not None:
        statement = statement.where(false())
    return pd.read_sql(statement, connection)
