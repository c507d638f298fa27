"""The figures that a change of programme rules can move: milestones by state, money by outcome."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data_access.schema import milestone_sum, money_month
from insights.milestone_states import STATES

AHEAD = ("in flight", "open", "not earnable")
"""Groups of money that are told by the states; earned and missed are told by their months."""


def rule_figures(connection: Connection) -> pd.DataFrame:
    """Return states and money of the whole store: one row per kind and code.

    Columns: kind ("state" or "money"), code (a state; earned, missed, in flight, open or not
    earnable), milestones (how many; pairs and months for money by month), amount_usd_e4. Only for
    comparing the whole store before and after a change; a page's figures go through a Scope.
    """
    states = select(
        literal("state").label("kind"),
        milestone_sum.c.state.label("code"),
        _sum(milestone_sum.c.pairs).label("milestones"),
        _sum(milestone_sum.c.value_usd_e4).label("amount_usd_e4"),
    ).group_by(milestone_sum.c.state)
    money = select(
        literal("money").label("kind"),
        money_month.c.outcome.label("code"),
        _sum(money_month.c.pairs).label("milestones"),
        _sum(money_month.c.amount_usd_e4).label("amount_usd_e4"),
    ).group_by(money_month.c.outcome)
    figures = pd.read_sql(union_all(states, money), connection)
    return pd.concat([figures, _ahead(figures)], ignore_index=True)


def _ahead(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the money that is not earned or missed in a month: by the states' place."""
    states = figures[figures["kind"] == "state"]
    group = states["code"].map({state.code: state.waterfall for state in STATES})
    ahead = states.assign(kind="money", code=group)[group.isin(AHEAD)]
    return ahead.groupby(["kind", "code"], as_index=False)[["milestones", "amount_usd_e4"]].sum()


def _sum(column: Column[int]) -> ColumnElement[int]:
    """Return a sum as an integer on every backend, 0 of nothing."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
