"""Sum milestones and money up for pages that speak of a whole portfolio, account or partner.

Four marts in one shape: rows of every workload and partner, and above them rows of every
workload for all partners (EVERYBODY) and of every partner for all workloads (ANY_WORKLOAD). They
follow from the marts of milestones, growth and reconciliation alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    case,
    delete,
    func,
    literal,
    select,
)

from data_access.fillings import Filling
from data_access.incentive_tables import (
    growth_earning,
    growth_sum,
    milestone_part,
    milestone_status,
    milestone_sum,
    money_month,
    money_part,
    reconciliation,
    reconciliation_sum,
)
from data_access.mart_statements import among
from data_access.milestone_facts import newest_month
from data_access.types import ANY_WORKLOAD
from insights.reconciliation import GROWTH

EVERYBODY = -1
"""Partner key of rows that sum up all partners; 0 stands for nobody."""

HOLDER = ("partner_key", "workload_key")
"""What sums are renewed by: all rows of a partner's workload at once."""

DUE, DUE_GROWTH, DUE_AHEAD = "due", "due growth", "growth ahead"
"""Codes of what is expected: milestones and growth as reconciled, and growth by its months.

Reconciled growth holds all of a pair that is due; growth ahead the months of which payment was due
after the as-of month. Queries part the two at the day of the judgement."""

_PENDING = ("not_due", "overdue")
_REACH = 13
"""Months back of which a payment may still be ahead: its delay is a year at most."""


def rebuild_parts(connection: Connection, *, touched: Table | None) -> None:
    """Make the four marts equal to what they sum up; `touched` holds HOLDER, None renews all."""
    as_of = newest_month(connection)
    if as_of is None:
        return
    for parts in part_fillings(as_of, touched=touched):
        _clear(connection, parts.mart, touched)
        for each in (*parts.single, *parts.whole):
            connection.execute(each.statement)


@dataclass(frozen=True)
class PartFillings:
    """What fills one of the four marts: single partners' workloads first, then sums over these."""

    mart: Table
    single: tuple[Filling, ...]
    whole: tuple[Filling, ...]


def part_fillings(as_of: int, *, touched: Table | None) -> tuple[PartFillings, ...]:
    """Return what fills the four marts for the touched (None: all) HOLDERs."""
    sources = {
        milestone_part: (milestone_rows(),),
        money_part: (_states(), _money(), due_rows(), ahead_rows(as_of)),
        reconciliation_sum: (link_rows(),),
        growth_sum: (growth_rows(as_of),),
    }
    return tuple(
        PartFillings(
            mart,
            single=tuple(_summed(mart, each, touched) for each in rows),
            whole=tuple(_over(mart, each, touched) for each in HOLDER),
        )
        for mart, rows in sources.items()
    )


def _summed(mart: Table, each: Select[Any], touched: Table | None) -> Filling:
    """Return rows of one table, with the mart's columns as labels, summed up by its key."""
    if touched is not None:
        source = cast("Table", each.get_final_froms()[0])
        each = each.where(among(source, HOLDER, select(*(touched.c[name] for name in HOLDER))))
    rows = each.subquery("each_row")
    keys = [rows.c[key.name] for key in mart.primary_key]
    sums = [func.sum(rows.c[column.name]) for column in _measures(mart)]
    return Filling(mart, _filled(mart), select(*keys, *sums).group_by(*keys))


def _filled(mart: Table) -> tuple[str, ...]:
    """Return the names of the columns in the order of all selections here."""
    return tuple(column.name for column in (*mart.primary_key, *_measures(mart)))


def _measures(mart: Table) -> list[Column[Any]]:
    return [column for column in mart.c if not column.primary_key]


def _clear(connection: Connection, mart: Table, touched: Table | None) -> None:
    """Remove the rows that are made anew."""
    if touched is None:
        connection.execute(delete(mart))
        return
    of_holder = among(mart, HOLDER, select(*(touched.c[name] for name in HOLDER)))
    everybody = mart.c.partner_key == EVERYBODY
    workloads = mart.c.workload_key.in_(select(touched.c.workload_key))
    whole = mart.c.workload_key == ANY_WORKLOAD
    partners = mart.c.partner_key.in_(select(touched.c.partner_key))
    for condition in (of_holder, everybody & workloads, whole & partners):
        connection.execute(delete(mart).where(condition))


def _over(mart: Table, replaced: str, touched: Table | None) -> Filling:
    """Return the sums over all partners by workload, or over all workloads by partner."""
    single = (mart.c.partner_key != EVERYBODY) & (mart.c.workload_key != ANY_WORKLOAD)
    value = EVERYBODY if replaced == "partner_key" else ANY_WORKLOAD
    kept = next(name for name in HOLDER if name != replaced)
    keys = [
        literal(value, Integer).label(replaced) if column.name == replaced else column
        for column in mart.primary_key
    ]
    others = [column for column in mart.primary_key if column.name != replaced]
    sums = [func.sum(each) for each in _measures(mart)]
    rows = select(*keys, *sums).where(single).group_by(*others)
    if touched is not None:
        rows = rows.where(mart.c[kept].in_(select(touched.c[kept])))
    return Filling(mart, _filled(mart), rows)


def _holder(table: Table) -> list[Any]:
    return [table.c[name] for name in HOLDER]


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def milestone_rows() -> Select[Any]:
    """Return each milestone with its state, in the columns of milestone_part."""
    rows = milestone_status
    return select(
        *_holder(rows),
        *(rows.c[name] for name in ("milestone", "state", "reason")),
        func.coalesce(rows.c.crossing_month, 0).label("month"),
        literal(1).label("pairs"),
        func.coalesce(rows.c.users_needed, 0).label("users_needed"),
        func.coalesce(rows.c.added_value_usd_e4, 0).label("value_usd_e4"),
        _flag(rows.c.is_example).label("example_pairs"),
        _flag(rows.c.is_slipping).label("slipping"),
        _flag(rows.c.is_stalled).label("stalled"),
    )


def _states() -> Select[Any]:
    """Return what milestones are worth by state."""
    rows = milestone_sum
    return select(
        *_holder(rows),
        rows.c.state.label("code"),
        literal("").label("model"),
        literal(0).label("month"),
        rows.c.pairs,
        rows.c.value_usd_e4.label("amount_usd_e4"),
        rows.c.example_pairs,
    )


def _money() -> Select[Any]:
    """Return what was earned and missed by fiscal quarter (they begin with every third month)."""
    rows = money_month
    return select(
        *_holder(rows),
        rows.c.outcome.label("code"),
        rows.c.model,
        (rows.c.month - rows.c.month % 3).label("month"),
        rows.c.pairs,
        rows.c.amount_usd_e4,
        rows.c.example_pairs,
    )


def due_rows() -> Select[Any]:
    """Return what is reached or grown and neither paid nor barred, by the month it is due."""
    rows = reconciliation
    is_growth = rows.c.milestone == GROWTH
    return select(
        *_holder(rows),
        case((is_growth, DUE_GROWTH), else_=DUE).label("code"),
        case((is_growth, "growth"), else_="milestone").label("model"),
        rows.c.due_month.label("month"),
        literal(1).label("pairs"),
        func.coalesce(rows.c.earned_usd_e4, 0).label("amount_usd_e4"),
        _flag(rows.c.is_example).label("example_pairs"),
    ).where(rows.c.link.in_(_PENDING), rows.c.due_month.is_not(None))


def ahead_rows(as_of: int) -> Select[Any]:
    """Return what growth earned and is due after the as-of month, by the month it is due."""
    rows = growth_earning
    return select(
        *_holder(rows),
        literal(DUE_AHEAD).label("code"),
        literal("growth").label("model"),
        rows.c.payment_due_month.label("month"),
        literal(1).label("pairs"),
        rows.c.amount_usd_e4,
        _flag(rows.c.is_example).label("example_pairs"),
    ).where(
        rows.c.month > as_of - _REACH, rows.c.payment_due_month > as_of, rows.c.amount_usd_e4 > 0
    )


def link_rows() -> Select[Any]:
    """Return the reconciliation by link; what is due or not also by its month."""
    rows = reconciliation
    pending = func.coalesce(case((rows.c.link.in_(_PENDING), rows.c.due_month)), 0)
    amounts = ("earned_usd_e4", "paid_usd_e4", "difference_usd_e4")
    return select(
        *_holder(rows),
        rows.c.link,
        pending.label("due_month"),
        literal(1).label("pairs"),
        *(func.coalesce(rows.c[name], 0).label(name) for name in amounts),
        _flag(rows.c.is_example).label("example_pairs"),
    )


def growth_rows(as_of: int) -> Select[Any]:
    """Return the as-of month of the growth model by reason code."""
    rows = growth_earning
    names = ("reason_code", "opportunity_units", "earned_units", "amount_usd_e4")
    return select(
        *_holder(rows), *(rows.c[name] for name in names), literal(1).label("pairs")
    ).where(rows.c.month == as_of)
