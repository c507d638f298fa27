"""One customer's milestones, money and claims, as the newest judgement and the claim files say.

Filters choose workloads only. A scope of certain partners sees the pairs that they hold, ever held
or claim, and those that nobody ever held or claimed; names and amounts of other partners stay
hidden.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    true,
)

from data_access.queries.flagged import named_tenants
from data_access.schema import (
    claim,
    claim_event,
    growth_earning,
    milestone_run,
    milestone_status,
    partner,
    reconciliation,
    workload,
)
from data_access.scope import (
    Condition,
    of_chosen_workloads,
    restricts_partners,
    visible_pairs,
    visible_partners,
)
from data_access.types import Filters, Scope

NOBODY = 0
"""Partner key of what nobody earned, holds, claims or ever held."""

MONEY = ("value_usd_e4", "added_value_usd_e4")
COUNTS = (
    "latest_month",
    "paid_available_units",
    "monthly_active_users",
    "high_water_mark",
    "claim_month",
    "crossed_month",
    "reached_month",
    "earned_month",
    "users_needed",
    "payment_due_month",
)
TOLD = (
    "milestone",
    "state",
    "reason",
    "reason_code",
    "rule",
    "program_year",
    "is_claiming",
    "usage_at_claim",
    "monthly_pace",
    "bucket",
    "is_example",
    "is_slipping",
    "is_stalled",
    "seat_points",
    "is_small_base",
    "is_above_100",
    "is_data_late",
    "is_too_late_to_claim",
)
COMPARED = ("paid_usd_e4", "difference_usd_e4")


def customer_milestones(
    connection: Connection, scope: Scope, filters: Filters, tenant_id: str
) -> pd.DataFrame:
    """Return the tenant's milestones as of the newest judgement: workload x milestone.

    Columns: workload (code), workload_name, as_of, those of milestone_status named above,
    is_held, partner_name (whom it counts for, missing: nobody, or not in scope), holder_name,
    link (of the reconciliation, missing: nothing to compare), paid_usd_e4, difference_usd_e4,
    due_month. Counts and money are Int64; amounts of partners outside the scope are missing.
    """
    status, holder = milestone_status, partner.alias("holder")
    is_own = _is_own(scope, status)
    newest = select(milestone_run.c.as_of).order_by(milestone_run.c.run_id.desc()).limit(1)
    statement = (
        select(
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            newest.scalar_subquery().label("as_of"),
            *(status.c[name] for name in (*TOLD, *COUNTS)),
            *(_own(status.c[name], is_own) for name in MONEY),
            status.c.holder_partner_key.is_not(None).label("is_held"),
            _name(partner).label("partner_name"),
            _name(holder).label("holder_name"),
            reconciliation.c.link,
            *(_own(reconciliation.c[name], is_own) for name in COMPARED),
            reconciliation.c.due_month,
        )
        .join_from(status, workload, workload.c.workload_key == status.c.workload_key)
        .outerjoin(
            partner, and_(partner.c.partner_key == status.c.partner_key, *visible_partners(scope))
        )
        .outerjoin(
            holder,
            and_(
                holder.c.partner_key == status.c.holder_partner_key,
                *_visible(scope, status.c.holder_partner_key),
            ),
        )
        .outerjoin(reconciliation, and_(_same_pair(reconciliation, status), _same_milestone()))
        .where(
            status.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
            *_visible_milestones(scope),
            *of_chosen_workloads(filters, status),
        )
        .order_by(status.c.workload_key, status.c.milestone)
    )
    counts = (*COUNTS, *MONEY, *COMPARED, "due_month")
    return pd.read_sql(statement, connection).astype(dict.fromkeys(counts, "Int64"))


def customer_growth(
    connection: Connection, scope: Scope, filters: Filters, tenant_id: str
) -> pd.DataFrame:
    """Return what the growth model paid for the tenant, one row per workload that earned.

    Columns: workload (code), earned_units, amount_usd_e4 (Int64), last_month (the newest month
    that earned), is_example, link (of the reconciliation of all growth, missing: not compared).
    """
    growth = growth_earning
    compared = and_(_same_pair(reconciliation, growth), reconciliation.c.milestone == 0)
    statement = (
        select(
            workload.c.code.label("workload"),
            _total(growth.c.earned_units).label("earned_units"),
            _total(growth.c.amount_usd_e4).label("amount_usd_e4"),
            func.max(growth.c.month).label("last_month"),
            func.max(case((growth.c.is_example, 1), else_=0)).label("is_example"),
            func.max(reconciliation.c.link).label("link"),
        )
        .join_from(growth, workload, workload.c.workload_key == growth.c.workload_key)
        .outerjoin(reconciliation, compared)
        .where(
            growth.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
            growth.c.amount_usd_e4 > 0,
            _is_own(scope, growth),
            *of_chosen_workloads(filters, growth),
        )
        .group_by(workload.c.workload_key, workload.c.code)
        .order_by(workload.c.workload_key)
    )
    amounts = dict.fromkeys(("earned_units", "amount_usd_e4"), "Int64")
    return pd.read_sql(statement, connection).astype({**amounts, "is_example": "bool"})


def customer_claim_steps(
    connection: Connection, scope: Scope, filters: Filters, tenant_id: str
) -> pd.DataFrame:
    """Return every status that the tenant's claims were seen in: claim x workload x status.

    Columns: claim_id, workload (code), partner_name, submitted_on, approved_on, ended_on (of the
    claim), status, status_reason, status_on (of the step), in the order they were told.
    """
    statement = (
        select(
            claim.c.claim_id,
            workload.c.code.label("workload"),
            _name(partner).label("partner_name"),
            claim.c.submitted_on,
            claim.c.approved_on,
            claim.c.ended_on,
            claim_event.c.status,
            claim_event.c.status_reason,
            claim_event.c.status_on,
        )
        .join_from(claim, workload, workload.c.workload_key == claim.c.workload_key)
        .join(partner, partner.c.partner_key == claim.c.partner_key)
        .join(
            claim_event,
            and_(claim_event.c.claim_id == claim.c.claim_id, _same_pair(claim_event, claim)),
        )
        .where(
            claim.c.tenant_key.in_(named_tenants(scope, [tenant_id])),
            *visible_partners(scope),
            *of_chosen_workloads(filters, claim),
        )
        .order_by(workload.c.workload_key, claim.c.claim_id, claim_event.c.event_id)
    )
    return pd.read_sql(statement, connection)


def _visible_milestones(scope: Scope) -> list[Condition]:
    """Return the condition that a pair is or was the scope's, is claimed by it, or is nobody's."""
    if not restricts_partners(scope):
        return []
    return [or_(_is_own(scope, milestone_status), *visible_pairs(scope, milestone_status))]


def _is_own(scope: Scope, rows: Table) -> ColumnElement[bool]:
    """Return the condition that rows count for a partner of the scope, or for nobody."""
    keys = _visible(scope, rows.c.partner_key)
    return or_(rows.c.partner_key == NOBODY, *keys) if keys else true()


def _visible(scope: Scope, key: ColumnElement[int]) -> list[Condition]:
    """Return the condition that a key is that of a partner of the scope; none for all."""
    if not restricts_partners(scope):
        return []
    return [key.in_(select(partner.c.partner_key).where(*visible_partners(scope)))]


def _own(column: Column[Any], is_own: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return the column where it is the scope's to see."""
    return case((is_own, column)).label(column.name)


def _name(table: Any) -> ColumnElement[str]:  # noqa: ANN401 - a table or an alias of one
    return func.coalesce(table.c.name, table.c.partner_id)


def _same_pair(one: Table, other: Table) -> ColumnElement[bool]:
    keys = ("tenant_key", "workload_key")
    return and_(*(one.c[name] == other.c[name] for name in keys))


def _same_milestone() -> ColumnElement[bool]:
    return reconciliation.c.milestone == milestone_status.c.milestone


def _total(column: Column[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)
