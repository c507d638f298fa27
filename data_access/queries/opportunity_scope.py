"""Which opportunities scope and filters mean, and their sums, for every query about them.

An opportunity counts for one partner (that of its milestone); what nobody claims is shown to the
partners that hold another workload of the same customer.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Table, and_, case, cast, func, or_, select

from data_access.schema import association, opportunity, opportunity_part, partner, tenant
from data_access.scope import (
    Condition,
    chosen_partners,
    chosen_tenants,
    of_chosen_workloads,
    restricts_partners,
    visible_pairs,
    visible_partners,
)
from data_access.types import ANY_WORKLOAD, OPEN_END, Filters, Scope

NOBODY = 0
ALL_PARTNERS = -1

SUMS = ("pairs", "expected_pairs", "users_needed", "value_usd_e4", "expected_usd_e4")
"""What sums of opportunities add up, besides example_pairs; expected_pairs within 90 days."""


def of_opportunities(scope: Scope, filters: Filters, rows: Table = opportunity) -> list[Condition]:
    """Return the conditions on opportunities that scope and filters set."""
    conditions = of_chosen_workloads(filters, rows)
    tenants = chosen_tenants(scope, filters)
    if tenants:
        conditions.append(rows.c.tenant_key.in_(select(tenant.c.tenant_key).where(*tenants)))
    if filters.size_bands:
        conditions.append(rows.c.size_band.in_(filters.size_bands))
    partners = chosen_partners(scope, filters)
    if partners is not None:
        held = select(association.c.tenant_key).where(
            association.c.partner_key.in_(partners), association.c.end_month == OPEN_END
        )
        is_unclaimed = and_(rows.c.partner_key == NOBODY, rows.c.tenant_key.in_(held))
        conditions.append(or_(rows.c.partner_key.in_(partners), is_unclaimed))
    return conditions


def seen_pair(scope: Scope, rows: Table) -> list[Condition]:
    """Return the condition on a pair of a seen tenant that partners of a scope set."""
    if not restricts_partners(scope):
        return []
    partners = select(partner.c.partner_key).where(*visible_partners(scope))
    # Under a name of its own: asked of opportunities, it would else be compared with itself.
    same = opportunity.alias("same_pair")
    claimed = select(same.c.tenant_key).where(
        same.c.tenant_key == rows.c.tenant_key,
        same.c.workload_key == rows.c.workload_key,
        or_(same.c.partner_key == NOBODY, same.c.partner_key.in_(partners)),
    )
    return [or_(claimed.exists(), and_(*visible_pairs(scope, rows)))]


def is_whole(scope: Scope, filters: Filters) -> bool:
    """Return whether opportunity_part can tell: its rows know workloads only, besides sums."""
    return chosen_partners(scope, filters) is None and not (
        chosen_tenants(scope, filters) or filters.size_bands
    )


def of_parts(filters: Filters, *, by_workload: bool = False) -> list[Condition]:
    """Return which rows of opportunity_part to add up, over all partners."""
    part = opportunity_part
    conditions: list[Condition] = [part.c.partner_key == ALL_PARTNERS]
    if filters.workloads:
        return [*conditions, *of_chosen_workloads(filters, part)]
    is_any = part.c.workload_key == ANY_WORKLOAD
    return [*conditions, ~is_any if by_workload else is_any]


def summed(rows: Table) -> list[ColumnElement[Any]]:
    """Return the sums SUMS and example_pairs over rows of opportunity or opportunity_part."""
    if rows is opportunity_part:
        told: dict[str, ColumnElement[Any]] = {
            name: rows.c[name] for name in (*SUMS, "example_pairs")
        }
    else:
        told = {
            "pairs": case((rows.c.tenant_key > 0, 1), else_=0),
            "expected_pairs": rows.c.probability_90,
            "users_needed": rows.c.users_needed,
            "value_usd_e4": rows.c.value_usd_e4,
            "expected_usd_e4": rows.c.expected_usd_e4,
            "example_pairs": case((rows.c.is_example.is_(True), 1), else_=0),
        }
    added = {name: func.coalesce(func.sum(column), 0) for name, column in told.items()}
    return [
        (total if name == "expected_pairs" else cast(total, BigInteger)).label(name)
        for name, total in added.items()
    ]


def whole_numbers(sums: pd.DataFrame) -> pd.DataFrame:
    """Return sums with their types: counts and money are whole numbers."""
    counts = [name for name in (*SUMS, "example_pairs") if name != "expected_pairs"]
    return sums.astype(dict.fromkeys(counts, "int64") | {"expected_pairs": "float64"})
