"""Every milestone ahead as the newest scoring ranks it: lists, sums, and one pair's history.

Sums read opportunity_part, unless segments, markets, size bands, named tenants or partners ask for
the rows themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, Table, and_, func, or_, select

from data_access.queries.customers import contains
from data_access.queries.opportunity_scope import (
    SUMS,
    is_whole,
    of_opportunities,
    of_parts,
    seen_pair,
    summed,
    whole_numbers,
)
from data_access.schema import opportunity, opportunity_part, partner, score, tenant, workload
from data_access.scope import Condition, seen_tenants
from data_access.types import Filters, Scope

Order = Literal["expected", "probability", "value", "users_needed", "eta", "effort", "unused"]

LISTED_AT_MOST = 200
DOWNLOADED_AT_MOST = 50_000
EFFORT_FROM, EFFORT_BELOW = 0.1, 0.6
"""Chances between which effort could matter: likelier ones often get there alone."""

_COUNTS = (
    "paid_available_units",
    "monthly_active_users",
    "users_needed",
    "history_months",
    "eta_low",
    "eta_median",
    "eta_high",
    "value_usd_e4",
    "expected_usd_e4",
)
_NUMBERS = ("monthly_pace", "before_probability_90")
_FLAGS = ("is_example", "is_earnable", "is_name_masked")
_TIMES = ("new_at", "moved_at")


@dataclass(frozen=True, slots=True)
class OpportunityQuestion:
    """Which opportunities of the filters, in which order; empty and None mean "all".

    `text` is part of a customer's name, domain, tenant id or TPID. `only_new_since` keeps what was
    listed or moved after a moment. Order "effort" is a rule of its own: chances from 10 to 60 %
    that can still earn, by chance x (1 - chance) x value. Order "unused" is by seats without use.
    """

    quadrants: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    milestone: int | None = None
    evidence: tuple[str, ...] = ()
    text: str = ""
    only_earnable: bool = False
    only_new_since: datetime | None = None
    tenant_ids: tuple[str, ...] = ()
    order: Order = "expected"


def opportunity_list(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    question: OpportunityQuestion,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return opportunities in the asked order: one row per tenant x workload.

    Columns: tenant_id, name (its id where unknown), is_name_masked, workload, workload_name,
    partner_id, partner_name (missing: nobody), and every column of `opportunity` but the keys.
    """
    rows = opportunity
    first = (
        select(rows.c.tenant_key, rows.c.workload_key)
        .where(*_asked(scope, filters, question))
        .order_by(*_ordered(question.order))
        .limit(limit)
        .subquery("first_rows")
    )
    is_first = and_(
        rows.c.tenant_key == first.c.tenant_key, rows.c.workload_key == first.c.workload_key
    )
    statement = (
        select(*_shown())
        .select_from(_named(first.join(rows, is_first)))
        .order_by(*_ordered(question.order))
    )
    return _typed(pd.read_sql(statement, connection))


def opportunity_counts(
    connection: Connection, scope: Scope, filters: Filters, *, question: OpportunityQuestion
) -> pd.DataFrame:
    """Return one row with the sums of all opportunities that a question asks for: SUMS and
    example_pairs."""
    rows = opportunity
    asked = select(*summed(rows)).where(*_asked(scope, filters, question))
    if is_whole(scope, filters) and _is_plain(question):
        asked = select(*summed(opportunity_part)).where(
            *of_parts(filters), *_states_and_quadrants(opportunity_part, question)
        )
    return whole_numbers(pd.read_sql(asked, connection))


def opportunity_cells(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return opportunities by workload, quadrant and state.

    Columns: workload, workload_name, quadrant, state, SUMS, example_pairs.
    """
    rows: Table = opportunity
    conditions = of_opportunities(scope, filters)
    if is_whole(scope, filters):
        rows, conditions = opportunity_part, of_parts(filters, by_workload=True)
    keys = (rows.c.workload_key, rows.c.quadrant, rows.c.state)
    added = select(*keys, *summed(rows)).where(*conditions).group_by(*keys).subquery("added")
    statement = (
        select(
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            *(column for column in added.c if column.name != "workload_key"),
        )
        .join_from(added, workload, workload.c.workload_key == added.c.workload_key)
        .order_by(workload.c.name, added.c.quadrant, added.c.state)
    )
    return whole_numbers(pd.read_sql(statement, connection))


def workload_ranking(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return workloads by expected earnings: workload, workload_name, SUMS, example_pairs."""
    cells = opportunity_cells(connection, scope, filters)
    keys = ["workload", "workload_name"]
    added = cells.groupby(keys, as_index=False)[[*SUMS, "example_pairs"]].sum()
    order = ["expected_usd_e4", "expected_pairs", "workload"]
    return added.sort_values(order, ascending=[False, False, True], ignore_index=True)


def opportunity_of(
    connection: Connection, scope: Scope, tenant_id: str, workload_code: str
) -> pd.DataFrame:
    """Return one opportunity in the columns of `opportunity_list`; no row where there is none.

    A restricted scope sees the pairs that its partners hold or held, and what nobody claims of
    their customers.
    """
    statement = (
        select(*_shown())
        .select_from(_named(opportunity))
        .where(
            tenant.c.tenant_id == tenant_id,
            workload.c.code == workload_code,
            *seen_tenants(scope),
            *seen_pair(scope, opportunity),
        )
    )
    return _typed(pd.read_sql(statement, connection))


def score_history(
    connection: Connection, scope: Scope, tenant_id: str, workload_code: str
) -> pd.DataFrame:
    """Return what was said of one pair at every as-of month, the oldest first.

    Columns: as_of, milestone (percent), log_odds_30, log_odds_90, log_odds_180, gap_log_odds_90.
    """
    statement = (
        select(*(score.c[name] for name in _SCORE_COLUMNS))
        .join(tenant, tenant.c.tenant_key == score.c.tenant_key)
        .join(workload, workload.c.workload_key == score.c.workload_key)
        .where(
            tenant.c.tenant_id == tenant_id,
            workload.c.code == workload_code,
            *seen_tenants(scope),
            *seen_pair(scope, score),
        )
        .order_by(score.c.as_of)
    )
    return pd.read_sql(statement, connection)


_SCORE_COLUMNS = (
    "as_of",
    "milestone",
    "log_odds_30",
    "log_odds_90",
    "log_odds_180",
    "gap_log_odds_90",
)


# --- which rows ---------------------------------------------------------------------------------


def _asked(scope: Scope, filters: Filters, question: OpportunityQuestion) -> list[Condition]:
    """Return the conditions on opportunity that scope, filters and a question set."""
    rows = opportunity
    conditions = [
        *of_opportunities(scope, filters),
        *_states_and_quadrants(rows, question),
    ]
    named = select(tenant.c.tenant_key).where(contains(question.text))
    chosen = select(tenant.c.tenant_key).where(tenant.c.tenant_id.in_(question.tenant_ids))
    since = question.only_new_since
    told: list[tuple[object, Condition]] = [
        (question.milestone, rows.c.milestone == question.milestone),
        (question.evidence, rows.c.evidence.in_(question.evidence)),
        (question.text, rows.c.tenant_key.in_(named)),
        (question.only_earnable, rows.c.is_earnable.is_(True)),
        (question.tenant_ids, rows.c.tenant_key.in_(chosen)),
    ]
    if since is not None:
        told.append((True, or_(rows.c.new_at > since, rows.c.moved_at > since)))
    if question.order == "effort":
        could_matter = rows.c.probability_90.between(EFFORT_FROM, EFFORT_BELOW)
        told += [(True, could_matter), (True, rows.c.is_earnable.is_(True))]
    return [*conditions, *(condition for is_asked, condition in told if is_asked)]


def _states_and_quadrants(rows: Table, question: OpportunityQuestion) -> list[Condition]:
    told = (
        (question.quadrants, rows.c.quadrant.in_(question.quadrants)),
        (question.states, rows.c.state.in_(question.states)),
    )
    return [condition for is_asked, condition in told if is_asked]


def _is_plain(question: OpportunityQuestion) -> bool:
    """Return whether a question asks for nothing but quadrants and states."""
    plain = OpportunityQuestion(
        quadrants=question.quadrants, states=question.states, order=question.order
    )
    return question == plain and question.order != "effort"


# --- what is shown ------------------------------------------------------------------------------


def _named(rows: FromClause) -> FromClause:
    """Return opportunities with their tenant, workload and partner."""
    kept = opportunity
    return (
        rows.join(tenant, tenant.c.tenant_key == kept.c.tenant_key)
        .join(workload, workload.c.workload_key == kept.c.workload_key)
        .outerjoin(partner, partner.c.partner_key == kept.c.partner_key)
    )


def _shown() -> list[ColumnElement[Any]]:
    keys = ("tenant_key", "workload_key", "partner_key")
    return [
        tenant.c.tenant_id,
        func.coalesce(tenant.c.name, tenant.c.tenant_id).label("name"),
        tenant.c.is_name_masked,
        workload.c.code.label("workload"),
        workload.c.name.label("workload_name"),
        partner.c.partner_id,
        func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
        *(column for column in opportunity.c if column.name not in keys),
    ]


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return listed opportunities with their types, whatever is missing."""
    types = dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys(_FLAGS, "bool")
    typed = rows.astype(types | dict.fromkeys(_NUMBERS, "float64"))
    return typed.assign(**{name: pd.to_datetime(typed[name], utc=True) for name in _TIMES})


def _ordered(order: Order) -> tuple[ColumnElement[Any], ...]:
    """Return the order of a list; what is missing comes last."""
    rows = opportunity
    chance = rows.c.probability_90
    value = func.coalesce(rows.c.value_usd_e4, 0)
    by: dict[str, tuple[ColumnElement[Any], ...]] = {
        "expected": (rows.c.expected_usd_e4.desc(), chance.desc()),
        "probability": (chance.desc(), rows.c.expected_usd_e4.desc()),
        "value": (rows.c.value_usd_e4.desc().nulls_last(), chance.desc()),
        "users_needed": (rows.c.users_needed, chance),
        "eta": (rows.c.eta_median.asc().nulls_last(), chance),
        "effort": ((chance * (1 - chance) * value).desc(),),
        "unused": ((rows.c.paid_available_units - rows.c.monthly_active_users).desc(),),
    }
    return (*by[order], rows.c.tenant_key, rows.c.workload_key)
