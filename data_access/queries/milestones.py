"""Milestones of a portfolio: by state, by month of the crossing, and the rows behind them.

Sums read `milestone_part`; only segments, markets, size bands and named tenants need the judged
rows themselves. A milestone counts for one partner (see `incentive_tables`): what nobody ever held
or claimed is in no partner's figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Subquery,
    and_,
    func,
    select,
    union_all,
)

from data_access.money_parts import milestone_rows
from data_access.queries.customers import contains
from data_access.queries.earnings import is_sliced, of_holders, of_tenants, sliced_tenants, summed
from data_access.schema import milestone_part, milestone_status, partner, tenant, workload
from data_access.scope import Condition, chosen_partners, of_chosen_workloads
from data_access.types import Filters, Scope
from insights.milestones import MILESTONES

Order = Literal["nearest", "value", "pace", "newest"]

LISTED_AT_MOST = 200
DOWNLOADED_AT_MOST = 50_000

SUMS = ("pairs", "users_needed", "value_usd_e4", "example_pairs", "slipping", "stalled")

COUNTS = (
    "paid_available_units",
    "monthly_active_users",
    "high_water_mark",
    "starting_high_water_mark",
    "crossing_month",
    "reached_month",
    "payment_due_month",
    "users_needed",
    "value_usd_e4",
)
TOLD = (
    "milestone",
    "state",
    "reason",
    "reason_code",
    "rule",
    "program_year",
    "usage_at_claim",
    "monthly_pace",
    "seat_points",
    "bucket",
    "is_example",
    "is_slipping",
    "is_stalled",
    "is_small_base",
    "is_above_100",
    "is_data_late",
    "is_too_late_to_claim",
)


@dataclass(frozen=True, slots=True)
class MilestoneQuestion:
    """Which milestones of the filters, in which order; empty and None mean "all".

    `flag` is "stalled" or "slipping"; `first` to `last` the months in which they were reached, or
    crossed without earning; `search` part of a customer's name, domain, tenant id or TPID.
    """

    states: tuple[str, ...] = ()
    milestone: int | None = None
    flag: str = ""
    reason: str = ""
    first: int | None = None
    last: int | None = None
    search: str = ""
    order: Order = "nearest"


def milestone_cells(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return milestones by workload, state, reason and month of the crossing.

    Columns: workload, workload_name, milestone (percent), state, reason, month (0: not crossed),
    SUMS; value_usd_e4 adds up (what a lower milestone holds already is not in a higher one's).
    """
    whole = milestone_part
    rows = of_tenants(scope, filters, [milestone_rows()]) if is_sliced(scope, filters) else whole
    keys = ("milestone", "state", "reason", "month")
    conditions = of_holders(rows, scope, filters, by="workload")
    return summed(connection, rows, conditions, by="workload", keys=keys, sums=SUMS)


def milestone_list(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    question: MilestoneQuestion,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return milestones in the asked order: one row per tenant x workload x milestone.

    Columns: tenant_id, tenant_name, workload, workload_name, partner_name (missing: nobody),
    COUNTS (Int64) and TOLD.
    """
    status = milestone_status
    first = _first_rows(scope, filters, question, limit)
    statement = (
        select(*_shown())
        .select_from(first)
        .join(status, and_(*(status.c[name] == first.c[name] for name in _KEY)))
        .join(tenant, tenant.c.tenant_key == status.c.tenant_key)
        .join(workload, workload.c.workload_key == status.c.workload_key)
        .outerjoin(partner, partner.c.partner_key == status.c.partner_key)
        .order_by(*_ordered(question.order, status))
    )
    flags = [name for name in TOLD if name.startswith("is_")]
    types = dict.fromkeys(COUNTS, "Int64") | dict.fromkeys(flags, "bool")
    types |= {"seat_points": "float64", "monthly_pace": "float64", "usage_at_claim": "float64"}
    return pd.read_sql(statement, connection).astype(types)


def _first_rows(
    scope: Scope, filters: Filters, question: MilestoneQuestion, limit: int
) -> Subquery:
    """Return the keys of the first rows in the asked order.

    The nearest of one state and everybody are found milestone by milestone, then together: of
    each an index holds the order; both in one would be read and sorted, all of a large store.
    """
    status = milestone_status
    asked = [question]
    is_whole = chosen_partners(scope, filters) is None and not is_sliced(scope, filters)
    is_one = len(question.states) == 1 and question.milestone is None
    if question.order == "nearest" and is_whole and is_one:
        asked = [replace(question, milestone=percent) for percent in MILESTONES]
    columns = [status.c[name] for name in (*_KEY, _ORDERS[question.order])]
    parts = [
        select(*columns)
        .where(*_asked(scope, filters, each))
        .order_by(*_ordered(question.order, status))
        .limit(limit)
        .subquery()
        for each in asked
    ]
    found = union_all(*(select(part) for part in parts)).subquery("found")
    keys = select(*(found.c[name] for name in _KEY))
    return keys.order_by(*_ordered(question.order, found)).limit(limit).subquery("first_rows")


def milestone_count(
    connection: Connection, scope: Scope, filters: Filters, *, question: MilestoneQuestion
) -> pd.DataFrame:
    """Return one row with n, how many milestones a question asks for."""
    asked = select(func.count().label("n")).select_from(milestone_status)
    return pd.read_sql(asked.where(*_asked(scope, filters, question)), connection)


def _shown() -> list[ColumnElement[Any]]:
    status = milestone_status
    return [
        tenant.c.tenant_id,
        func.coalesce(tenant.c.name, tenant.c.tenant_id).label("tenant_name"),
        workload.c.code.label("workload"),
        workload.c.name.label("workload_name"),
        func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
        *(status.c[name] for name in (*COUNTS, *TOLD)),
    ]


def _asked(scope: Scope, filters: Filters, question: MilestoneQuestion) -> list[Condition]:
    """Return the conditions on milestone_status that a question sets."""
    status = milestone_status
    conditions = [*of_chosen_workloads(filters, status)]
    partners = chosen_partners(scope, filters)
    if partners is not None:
        conditions.append(status.c.partner_key.in_(partners))
    if is_sliced(scope, filters):
        conditions.append(status.c.tenant_key.in_(sliced_tenants(scope, filters)))
    return [*conditions, *_of_question(question)]


def _of_question(question: MilestoneQuestion) -> list[Condition]:
    """Return the conditions that do not depend on who looks."""
    status = milestone_status
    named = select(tenant.c.tenant_key).where(contains(question.search))
    told: list[tuple[object, Condition]] = [
        (question.states, status.c.state.in_(question.states)),
        (question.milestone, status.c.milestone == question.milestone),
        (question.reason, status.c.reason == question.reason),
        (question.first, status.c.crossing_month.between(question.first, question.last)),
        (question.search, status.c.tenant_key.in_(named)),
    ]
    flags = {"stalled": status.c.is_stalled, "slipping": status.c.is_slipping}
    if question.flag:
        told.append((True, flags[question.flag].is_(True)))
    return [condition for is_asked, condition in told if is_asked]


def _ordered(order: Order, rows: FromClause) -> tuple[ColumnElement[Any], ...]:
    """Return the order of a list; what is missing comes last."""
    column = rows.c[_ORDERS[order]]
    told = column.asc() if order == "nearest" else column.desc()
    return told.nulls_last(), *(rows.c[name] for name in _KEY)


_KEY = ("tenant_key", "workload_key", "milestone")
_ORDERS: dict[Order, str] = {
    "nearest": "users_needed",
    "value": "value_usd_e4",
    "pace": "monthly_pace",
    "newest": "crossing_month",
}
