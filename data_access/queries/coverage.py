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
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union,
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
    holds it, missing: nobody or not in scope), paid_available_units, monthly_active_users (Int64).
    Customers without a report for the as-of month of the milestones are not among them.
    """
    customers = (
        select(tenant_month.c.tenant_key, tenant_month.c.seats)
        .where(tenant_month.c.month == _as_of(), *_customers(scope, filters, tenant_month))
        .order_by(tenant_month.c.seats.desc(), tenant_month.c.tenant_key)
        .limit(rows)
        .offset(page * rows)
    )
    # Two statements: with the tenants as values the pairs are looked up one by one.
    seats = pd.read_sql(customers, connection)
    keys = [int(key) for key in seats["tenant_key"]]
    is_listed = milestone_status.c.tenant_key.in_(keys)
    statement = _listed(scope, filters, *_of_pairs(scope, filters), is_listed)
    found = _typed(pd.read_sql(statement, connection))
    listed = seats.merge(found, on="tenant_key")
    return listed.sort_values(
        ["seats", "tenant_id", "workload"], ascending=[False, True, True], ignore_index=True
    ).drop(columns="tenant_key")


def coverage_total(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return one row: as_of (month, missing before the first judgement) and customers, how many
    `coverage_customers` can page through."""
    customers = (
        select(func.count())
        .select_from(tenant_month)
        .where(tenant_month.c.month == _as_of(), *_customers(scope, filters, tenant_month))
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
        *_customers(scope, filters, milestone_status),
        *of_chosen_workloads(filters, milestone_status),
    ]
    if workload_code:
        keys = select(workload.c.workload_key).where(workload.c.code == workload_code)
        of_workload.append(milestone_status.c.workload_key.in_(keys))
    if coverage:
        of_workload.append(_coverage(chosen_partners(scope, filters)) == coverage)
    statement = _listed(scope, filters, *of_workload)
    units = milestone_status.c.paid_available_units
    statement = statement.order_by(units.desc().nulls_last(), *_KEYS).limit(limit)
    return _typed(pd.read_sql(statement, connection)).drop(columns="tenant_key")


def unclaimed_workloads(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    minimum_units: int,
    is_too_late: bool = False,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return unclaimed workloads with enough seats, the most valuable first: one row per pair.

    Columns: tenant_id, tenant_name, workload, workload_name, milestone (the lowest one that is
    still ahead), users_needed (Int64, to it), monthly_pace, paid_available_units,
    monthly_active_users, latest_month, high_water_mark (Int64), value_usd_e4 (Int64, of all
    milestones ahead), milestones (how many), is_example. With `is_too_late` those where a
    claim made now could not earn.
    """
    status = milestone_status
    open_rows = [
        status.c.state == "unclaimed",
        status.c.is_too_late_to_claim.is_(is_too_late),
        status.c.paid_available_units >= minimum_units,
        *_customers(scope, filters, status),
        *of_chosen_workloads(filters, status),
    ]
    among = _may_be_among_first(open_rows, limit)
    statement = (
        select(
            *_NAMES,
            func.min(status.c.milestone).label("milestone"),
            func.min(status.c.users_needed).label("users_needed"),
            func.max(status.c.monthly_pace).label("monthly_pace"),
            func.max(status.c.paid_available_units).label("paid_available_units"),
            func.max(status.c.monthly_active_users).label("monthly_active_users"),
            func.max(status.c.latest_month).label("latest_month"),
            func.max(status.c.high_water_mark).label("high_water_mark"),
            cast(func.sum(status.c.added_value_usd_e4), BigInteger).label("value_usd_e4"),
            func.count().label("milestones"),
            func.max(case((status.c.is_example.is_(True), 1), else_=0)).label("is_example"),
        )
        .select_from(status)
        .join(tenant, tenant.c.tenant_key == status.c.tenant_key)
        .join(workload, workload.c.workload_key == status.c.workload_key)
        .join(among, _pair_is(among, status))
        .where(*open_rows)
        .group_by(*_NAMES)
        .order_by(
            func.sum(status.c.added_value_usd_e4).desc().nulls_last(),
            func.max(status.c.paid_available_units).desc(),
            *_KEYS,
        )
        .limit(limit)
    )
    counts = (
        "users_needed",
        "paid_available_units",
        "monthly_active_users",
        "latest_month",
        "high_water_mark",
        "value_usd_e4",
    )
    rows = pd.read_sql(statement, connection)
    return rows.astype(dict.fromkeys(counts, "Int64") | {"is_example": "bool"})


def unclaimed_counts(
    connection: Connection, scope: Scope, filters: Filters, *, minimum_units: int
) -> pd.DataFrame:
    """Return one row over the unclaimed workloads of `unclaimed_workloads`.

    Columns: workloads, value_usd_e4, too_late (workloads), small (workloads with fewer seats).
    """
    status = milestone_status
    pair = (status.c.tenant_key, status.c.workload_key)
    is_large = status.c.paid_available_units >= minimum_units
    is_late = status.c.is_too_late_to_claim
    by_pair = (
        select(
            func.max(case((is_large, 1), else_=0)).label("is_large"),
            func.min(case((is_late, 1), else_=0)).label("is_late"),
            func.sum(case((and_(is_large, not_(is_late)), status.c.added_value_usd_e4))).label(
                "value"
            ),
        )
        .where(
            status.c.state == "unclaimed",
            *_customers(scope, filters, status),
            *of_chosen_workloads(filters, status),
        )
        .group_by(*pair)
        .subquery("by_pair")
    )
    rows = by_pair.c

    def counted(condition: ColumnElement[bool], label: str) -> ColumnElement[Any]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(label)

    statement = select(
        counted(and_(rows.is_large == 1, rows.is_late == 0), "workloads"),
        cast(func.sum(rows.value), BigInteger).label("value_usd_e4"),
        counted(and_(rows.is_large == 1, rows.is_late == 1), "too_late"),
        counted(rows.is_large == 0, "small"),
    )
    return pd.read_sql(statement, connection).astype({"value_usd_e4": "Int64"})


# --- parts ----------------------------------------------------------------------------------------

_NAMES = (
    tenant.c.tenant_id,
    func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
    workload.c.code.label("workload"),
    workload.c.name.label("workload_name"),
)
_KEYS = (tenant.c.tenant_id, workload.c.code)


def _as_of() -> ColumnElement[Any]:
    """Return the month that the milestones speak of."""
    newest = select(milestone_run.c.as_of).order_by(milestone_run.c.run_id.desc()).limit(1)
    return newest.scalar_subquery()


def _pair_is(one: FromClause, other: FromClause) -> Condition:
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
    ever = and_(_pair_is(association, status), association.c.partner_key.in_(partners))
    claimed = and_(
        _pair_is(claim, status),
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


def _customers(scope: Scope, filters: Filters, rows: FromClause) -> list[Condition]:
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
        *_customers(scope, filters, status),
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
            *_NAMES,
            _coverage(chosen_partners(scope, filters)).label("coverage"),
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            status.c.paid_available_units,
            status.c.monthly_active_users,
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


def _may_be_among_first(open_rows: list[Condition], limit: int) -> Subquery:
    """Return the pairs that may be among the first ones by the sum of their two milestones.

    The 2 x limit most valuable milestones belong to at least `limit` pairs, each worth at least
    the least of them; a pair worth that has a milestone of half of it. So nobody else is summed.
    """
    status, value = milestone_status, milestone_status.c.added_value_usd_e4
    best = (
        select(value.label("value"))
        .where(*open_rows, value.is_not(None))
        .order_by(value.desc())
        .limit(2 * limit)
        .subquery("best")
    )
    least = select(func.min(best.c.value) / 2).scalar_subquery()
    pair = select(status.c.tenant_key, status.c.workload_key)
    worth = pair.where(*open_rows, value >= least)
    without_rate = pair.where(*open_rows, value.is_(None))
    return union(worth, without_rate).subquery("worth")


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(dict.fromkeys(("paid_available_units", "monthly_active_users"), "Int64"))
