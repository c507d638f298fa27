"""Sum milestones up for pages: by partner and state, and as money by month.

Money is never counted twice. In programme years of the milestone model a milestone's money is its
own: earned in `earned_month`, missed in `crossed_month`. In years of the growth model the units
above the high-water mark pay, so that there a milestone reached is no money at all, and one missed
tells what went by. All amounts are sums of `added_value_usd_e4`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    delete,
    false,
    func,
    literal,
    or_,
    select,
)

from data_access import schema
from data_access.fillings import Filling, filling
from data_access.mart_statements import among, same
from data_access.money_parts import HOLDER, rebuild_parts
from data_access.types import OPEN_END
from insights.months import month_of
from insights.program import Program


def rebuild_sums(connection: Connection, program: Program, *, touched: Table | None) -> None:
    """Make the sums equal to milestone_status, growth_earning and reconciliation.

    `touched` holds the partners and workloads (HOLDER) to renew; None renews all.
    """
    for mart in (schema.milestone_sum, schema.money_month):
        old = delete(mart)
        if touched is not None:
            old = old.where(among(mart, HOLDER, select(*(touched.c[name] for name in HOLDER))))
        connection.execute(old)
    for each in sum_fillings(program, touched=touched):
        connection.execute(each.statement)
    rebuild_parts(connection, touched=touched)


def sum_fillings(program: Program, *, touched: Table | None) -> tuple[Filling, ...]:
    """Return what fills milestone_sum and money_month for the touched (None: all) HOLDERs."""
    return (_by_state(touched), _of_milestones(program, touched), _of_growth(touched))


def _of_touched(rows: Select[Any], table: Table, touched: Table | None) -> Select[Any]:
    """Return the selection of a table cut to the touched partners and workloads."""
    if touched is None:
        return rows.select_from(table)
    return rows.join_from(touched, table, same(touched, table, *HOLDER))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _by_state(touched: Table | None) -> Filling:
    """Return what fills milestone_sum."""
    status, tenant, target = schema.milestone_status, schema.tenant, schema.milestone_sum
    keys = [
        *(status.c[name] for name in (*HOLDER, "milestone", "state", "reason")),
        tenant.c.market,
        tenant.c.segment,
        status.c.size_band,
    ]
    sums = [
        func.count(),
        func.coalesce(func.sum(status.c.users_needed), 0),
        func.coalesce(func.sum(status.c.added_value_usd_e4), 0),
        _count(status.c.is_example),
        _count(status.c.is_slipping),
        _count(status.c.is_stalled),
        func.count(status.c.seat_points),
        _count(status.c.is_data_late),
        _count(status.c.is_too_late_to_claim),
    ]
    rows = _of_touched(select(*keys, *sums), status, touched)
    rows = rows.join(tenant, same(tenant, status, "tenant_key")).group_by(*keys)
    return filling(target, rows)


def money_of_milestones(program: Program) -> Select[Any]:
    """Return the milestone_status rows that are money earned or missed, one by one.

    Columns: month, HOLDER, model, outcome, amount (e4 USD), is_example.
    """
    status = schema.milestone_status
    is_missed = status.c.state == "missed"
    month = case((is_missed, status.c.crossed_month), else_=status.c.earned_month)
    grows = _in_growth_years(month, program)
    keys = [
        month.label("month"),
        *(status.c[name] for name in HOLDER),
        case((grows, "growth"), else_="milestone").label("model"),
        case((is_missed, "missed"), else_="earned").label("outcome"),
    ]
    amount = func.coalesce(status.c.added_value_usd_e4, 0).label("amount")
    return select(*keys, amount, status.c.is_example).where(
        month.is_not(None), or_(is_missed, ~grows)
    )


def money_of_growth() -> Select[Any]:
    """Return the growth_earning rows that are money, with the columns of money_of_milestones."""
    growth = schema.growth_earning
    return select(
        growth.c.month,
        *(growth.c[name] for name in HOLDER),
        literal("growth").label("model"),
        literal("earned").label("outcome"),
        growth.c.amount_usd_e4.label("amount"),
        growth.c.is_example,
    ).where(growth.c.amount_usd_e4 > 0)


def _of_milestones(program: Program, touched: Table | None) -> Filling:
    """Return what fills money_month with milestones earned or missed."""
    each = money_of_milestones(program)
    return _summed(schema.money_month, _of_touched(each, schema.milestone_status, touched))


def _of_growth(touched: Table | None) -> Filling:
    """Return what fills money_month with what growth earned."""
    each = money_of_growth()
    return _summed(schema.money_month, _of_touched(each, schema.growth_earning, touched))


def _summed(target: Table, each: Select[Any]) -> Filling:
    """Return the sums of these rows by the key of money_month."""
    rows = each.subquery("each_row")
    keys = [rows.c[column.name] for column in target.primary_key]
    sums = [func.count(), func.sum(rows.c.amount), _count(rows.c.is_example)]
    names = (*(key.name for key in keys), "pairs", "amount_usd_e4", "example_pairs")
    return Filling(target, names, select(*keys, *sums).group_by(*keys))


def _in_growth_years(month: Any, program: Program) -> ColumnElement[bool]:  # noqa: ANN401
    """Return the condition that a month lies in a programme year of the growth model."""
    spans = [
        (month_of(rules.starts), month_of(rules.ends) if rules.ends else OPEN_END)
        for rules in program.years
        if rules.model == "growth"
    ]
    return or_(false(), *(and_(month >= first, month <= last) for first, last in spans))
