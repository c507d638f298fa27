"""Which workloads of which customers are associated: the grid, its counts, and unclaimed ones.

A pair (tenant x workload) is in exactly one of COVERAGE: held by a chosen partner, lost by one,
in one's claim, held by somebody else, or unclaimed. Without a chosen partner any partner counts
as one. With one, only customers are looked at that it holds, claims or ever held a workload of.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from data_access.schema import (
    association,
    claim,
    milestone_run,
    milestone_status,
    partner,
    tenant,
    tenant_month,
    workload,
)
from data_access.scope import (
    Condition,
    chosen_partners,
    chosen_tenants,
    chosen_workloads,
    of_chosen_workloads,
    restricts_partners,
    seen_milestones,
    visible_partners,
)
from data_access.types import OPEN_END, Filters, Scope
from insights.eligibility import IN_PROGRESS

LISTED_AT_MOST = 200
DOWNLOADED_AT_MOST = 50_000
FIRST_MILESTONE = 15
"""The milestone that every pair has a row of, so that each pair counts once."""

MINE, OTHER, IN_CLAIM, LOST, UNCLAIMED = "mine", "other", "in_claim", "lost", "unclaimed"

Chosen = Select[tuple[int]] | None


def coverage_counts(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return how many pairs of each workload are in which coverage.

    Columns: workload (code), workload_name, coverage, pairs.
    """
    rows = _pairs(scope, filters).subquery("pairs")
    counted = (
        select(rows.c.workload_key, rows.c.coverage, func.count().label("pairs"))
        .group_by(rows.c.workload_key, rows.c.coverage)
        .subquery("counted")
    )
    if _is_everybody(scope, filters):
        counted = _counted_by_index().subquery("counted")
    statement = (
        select(
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            counted.c.coverage,
            cast(counted.c.pairs, BigInteger).label("pairs"),
        )
        .join_from(counted, workload, workload.c.workload_key == counted.c.workload_key)
        .where(*of_chosen_workloads(filters, workload))
        .order_by(workload.c.code, counted.c.coverage)
    )
    return pd.read_sql(statement, connection)


def coverage_customers(
    connection: Connection, scope: Scope, filters: Filters, *, page: int, rows: int
) -> pd.DataFrame:
    """Return one page of customers by seats, with all their workloads: tenant x workload.

    Columns: tenant_id, tenant_name, seats, workload, workload_name, coverage, partner_name (who
    holds it, missing: nobody or not in scope), paid_available_units, monthly_active_users (Int64,
    missing also where a partner out of scope holds it).
    Customers without a report for the as-of month of the milestones are not among them.
    """
    seats = _seats(scope)
    customers = (
        select(tenant_month.c.tenant_key, seats.label("seats"))
        .where(tenant_month.c.month == _as_of(), *customers_in_view(scope, filters, tenant_month))
        .order_by(seats.desc(), tenant_month.c.tenant_key)
        .limit(rows)
        .offset(page * rows)
    )
    # Two statements: with the tenants as values the pairs are looked up one by one.
    first = pd.read_sql(customers, connection)
    keys = [int(key) for key in first["tenant_key"]]
    is_listed = milestone_status.c.tenant_key.in_(keys)
    statement = _listed(scope, filters, *_of_pairs(scope, filters), is_listed)
    found = _typed(pd.read_sql(statement, connection))
    listed = first.merge(found, on="tenant_key")
    return listed.sort_values(
        ["seats", "tenant_id", "workload"], ascending=[False, True, True], ignore_index=True
    ).drop(columns="tenant_key")


def coverage_total(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return one row: as_of (month, missing before the first judgement) and customers, how many
    `coverage_customers` can page through."""
    customers = (
        select(func.count())
        .select_from(tenant_month)
        .where(tenant_month.c.month == _as_of(), *customers_in_view(scope, filters, tenant_month))
    )
    statement = select(_as_of().label("as_of"), customers.scalar_subquery().label("customers"))
    return pd.read_sql(statement, connection).astype({"as_of": "Int64"})


def coverage_list(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    workload_code: str = "",
    coverage: str = "",
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return the pairs of a workload and coverage ("": all), those with most seats first.

    Columns: as `coverage_customers` without seats.
    """
    of_workload = [
        milestone_status.c.milestone == FIRST_MILESTONE,
        *customers_in_view(scope, filters, milestone_status),
        *of_chosen_workloads(filters, milestone_status),
    ]
    if workload_code:
        keys = select(workload.c.workload_key).where(workload.c.code == workload_code)
        of_workload.append(milestone_status.c.workload_key.in_(keys))
    if coverage:
        of_workload.append(_coverage(chosen_partners(scope, filters)) == coverage)
    statement = _listed(scope, filters, *of_workload)
    units = _seen(scope, milestone_status.c.paid_available_units)
    statement = statement.order_by(units.desc().nulls_last(), *PAIR_KEYS).limit(limit)
    return _typed(pd.read_sql(statement, connection)).drop(columns="tenant_key")


# --- parts ----------------------------------------------------------------------------------------

PAIR_NAMES = (
    tenant.c.tenant_id,
    func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
    workload.c.code.label("workload"),
    workload.c.name.label("workload_name"),
)
PAIR_KEYS = (tenant.c.tenant_id, workload.c.code)


COUNTS = ("paid_available_units", "monthly_active_users")


def _seen(scope: Scope, column: ColumnElement[int]) -> ColumnElement[int]:
    """Return a count of milestone_status where the scope may see its pair's figures, else NULL."""
    conditions = seen_milestones(scope)
    return case((and_(*conditions), column)).label(column.name) if conditions else column


def _seats(scope: Scope) -> ColumnElement[int]:
    """Return a customer's seats: of its largest workload, among those that the scope may see."""
    if not restricts_partners(scope):
        return tenant_month.c.seats
    units = func.coalesce(func.max(milestone_status.c.paid_available_units), 0)
    own = select(units).where(
        milestone_status.c.tenant_key == tenant_month.c.tenant_key, *seen_milestones(scope)
    )
    return own.scalar_subquery()


def _as_of() -> ColumnElement[Any]:
    """Return the month that the milestones speak of."""
    newest = select(milestone_run.c.as_of).order_by(milestone_run.c.run_id.desc()).limit(1)
    return newest.scalar_subquery()


def same_pair(one: FromClause, other: FromClause) -> Condition:
    """Return whether two rows are of one tenant x workload."""
    return and_(one.c.tenant_key == other.c.tenant_key, one.c.workload_key == other.c.workload_key)


def _coverage(partners: Chosen) -> ColumnElement[str]:
    """Return the coverage of a row of milestone_status."""
    status = milestone_status
    if partners is None:
        return case(
            (status.c.holder_partner_key.is_not(None), MINE),
            (status.c.is_claiming, IN_CLAIM),
            (status.c.partner_key != 0, LOST),
            else_=UNCLAIMED,
        )
    ever = and_(same_pair(association, status), association.c.partner_key.in_(partners))
    claimed = and_(
        same_pair(claim, status),
        claim.c.partner_key.in_(partners),
        claim.c.status.in_(IN_PROGRESS),
    )
    return case(
        (exists().where(ever, association.c.end_month >= OPEN_END), MINE),
        (exists().where(claimed), IN_CLAIM),
        (exists().where(ever), LOST),
        (status.c.holder_partner_key.is_not(None), OTHER),
        else_=UNCLAIMED,
    )


def customers_in_view(scope: Scope, filters: Filters, rows: FromClause) -> list[Condition]:
    """Return the conditions on rows of tenants that scope and filters set."""
    conditions: list[Condition] = []
    tenants = chosen_tenants(scope, filters)
    if tenants:
        conditions.append(rows.c.tenant_key.in_(select(tenant.c.tenant_key).where(*tenants)))
    if filters.size_bands:
        conditions.append(rows.c.size_band.in_(filters.size_bands))
    partners = chosen_partners(scope, filters)
    if partners is not None:
        held = select(association.c.tenant_key).where(association.c.partner_key.in_(partners))
        claimed = select(claim.c.tenant_key).where(
            claim.c.partner_key.in_(partners), claim.c.status.in_(IN_PROGRESS)
        )
        conditions.append(or_(rows.c.tenant_key.in_(held), rows.c.tenant_key.in_(claimed)))
    return conditions


def _pairs(scope: Scope, filters: Filters) -> Select[Any]:
    """Return workload_key and coverage of every pair of scope and filters."""
    return select(
        milestone_status.c.workload_key,
        _coverage(chosen_partners(scope, filters)).label("coverage"),
    ).where(*_of_pairs(scope, filters))


def _of_pairs(scope: Scope, filters: Filters) -> list[Condition]:
    """Return the conditions on milestone_status that leave one row per pair in view.

    Workloads are named even where all are meant, which keeps look-ups in the primary key.
    """
    status, workloads = milestone_status, chosen_workloads(filters)
    return [
        status.c.milestone == FIRST_MILESTONE,
        status.c.workload_key.in_(
            select(workload.c.workload_key) if workloads is None else workloads
        ),
        *customers_in_view(scope, filters, status),
    ]


def _is_everybody(scope: Scope, filters: Filters) -> bool:
    """Return whether the filters leave all customers and partners."""
    return chosen_partners(scope, filters) is None and not (
        chosen_tenants(scope, filters) or filters.size_bands
    )


def _counted_by_index() -> Select[Any]:
    """Return workload_key, coverage and pairs of everybody, in the order of the index."""
    status = milestone_status
    all_pairs = status.c.milestone == FIRST_MILESTONE
    held = select(
        status.c.workload_key, literal(MINE).label("coverage"), func.count().label("pairs")
    ).where(all_pairs, status.c.holder_partner_key.is_not(None))
    coverage = _coverage(None).label("coverage")
    others = (
        select(status.c.workload_key, coverage, func.count().label("pairs"))
        .where(all_pairs, status.c.holder_partner_key.is_(None))
        .group_by(status.c.workload_key, coverage)
    )
    both = union_all(held.group_by(status.c.workload_key), others).subquery("both")
    return select(*both.c)


def _listed(scope: Scope, filters: Filters, *conditions: Condition) -> Select[Any]:
    """Return pairs with names, coverage and holder; a holder out of scope has no name."""
    status = milestone_status
    return (
        select(
            status.c.tenant_key,
            *PAIR_NAMES,
            _coverage(chosen_partners(scope, filters)).label("coverage"),
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            *(_seen(scope, status.c[name]) for name in COUNTS),
        )
        .select_from(status)
        .join(tenant, tenant.c.tenant_key == status.c.tenant_key)
        .join(workload, workload.c.workload_key == status.c.workload_key)
        .outerjoin(
            partner,
            and_(partner.c.partner_key == status.c.holder_partner_key, *visible_partners(scope)),
        )
        .where(*conditions)
    )


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(dict.fromkeys(COUNTS, "Int64"))
