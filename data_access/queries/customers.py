"""The list of customers and what its rows show; figures of a customer are those of all its pairs.

The list reads `tenant_month` at the as-of month. Only when the filters name workloads, or the
scope may see some partners' pairs only, do its figures come from the usage rows of these pairs.
A customer without a report for the as-of month stays in the list with its newest known figures,
for up to a year. What its rows show beside that is in `customer_rows`, for listed customers only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Exists,
    FromClause,
    Select,
    Subquery,
    Table,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)

from data_access.queries.flagged import PAIRS_BY_FLAG, several_holders
from data_access.schema import (
    pair_status,
    tenant,
    tenant_month,
    usage,
)
from data_access.scope import (
    Condition,
    chosen_tenants,
    held_tenants,
    of_chosen_workloads,
    restricts_partners,
    visible_pairs,
)
from data_access.types import Filters, Scope
from insights.bands import MINIMUM_SEATS
from insights.flags import (
    ABOVE_100,
    FLAGS_BY_CODE,
    MASKED_NAME,
    NO_SEATS,
    SEVERAL_PARTNERS,
    SMALL_BASE,
)

LISTED_AT_MOST = 500
"""Rows of the list on screen; the rest is counted and in the download."""

DOWNLOADED_AT_MOST = 10_000
"""Rows of the list in a download."""

QUIET_MONTHS = 12
"""A customer without a report for this long leaves the list."""

SORTS: tuple[str, ...] = (
    "seats",
    "people",
    "usage_high",
    "usage_low",
    "rising",
    "falling",
    "name",
)
"""Orders of the list over all customers, not only the rows listed."""

FIGURES = (
    "seats",
    "people",
    "pairs",
    "paid_available_units",
    "monthly_active_users",
    "pairs_above_100",
    "pairs_without_seats",
    "pairs_small",
)


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """Which customers of the filters, in which order.

    `search` is part of a name, domain, tenant id or TPID; `flag` a code of insights.flags ("" for
    all); `sort` one of SORTS; `tenant_ids` the only customers wanted (none: all).
    """

    search: str = ""
    flag: str = ""
    sort: str = "seats"
    tenant_ids: tuple[str, ...] = ()


def customer_list(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    question: ListQuestion | None = None,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return the first customers in the given order, one row per tenant.

    Columns: tenant_id, tenant_name (its id where unknown), is_name_masked, domain, segment, market,
    month (index the figures are of), size_band, and FIGURES.
    """
    asked = question or ListQuestion()
    branches = [
        _first_customers(figures, scope, filters, asked=asked).limit(limit).subquery()
        for figures in _figures(scope, filters)
    ]
    listed = union_all(*(select(branch) for branch in branches)).subquery("listed")
    statement = (
        select(
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
            tenant.c.is_name_masked,
            tenant.c.domain,
            tenant.c.segment,
            tenant.c.market,
            listed.c.month,
            tenant_month.c.size_band,
            *(listed.c[name] for name in FIGURES),
        )
        .select_from(listed)
        .join(tenant, tenant.c.tenant_key == listed.c.tenant_key)
        .join(tenant_month, _same_month(tenant_month, listed))
        .order_by(*_order(listed.c.sort_value, asked.sort), *_NAME_ORDER)
    )
    return pd.read_sql(statement.limit(limit), connection)


def customer_count(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    question: ListQuestion | None = None,
) -> pd.DataFrame:
    """Return one row: customers that match, and how many of them lack the as-of month (quiet)."""
    asked = question or ListQuestion()
    now, quiet = (
        select(func.count())
        .select_from(figures)
        .where(*_conditions(figures, scope, filters, asked=asked))
        .scalar_subquery()
        for figures in _figures(scope, filters)
    )
    # Added up here: naming `quiet` twice in the statement would count it twice.
    counts = pd.read_sql(select(now.label("now"), quiet.label("quiet")), connection)
    return counts.assign(customers=counts["now"] + counts["quiet"])[["customers", "quiet"]]


# --- figures by customer --------------------------------------------------------------------------


def reads_pairs(scope: Scope, filters: Filters) -> bool:
    """Return whether a customer's figures are those of some of its pairs only."""
    return restricts_partners(scope) or bool(filters.workloads)


def _figures(scope: Scope, filters: Filters) -> tuple[Subquery, Subquery]:
    """Return the customers of the as-of month, and those with figures of an earlier month only.

    Both have the columns tenant_key, month and FIGURES.
    """
    month = filters.as_of
    if reads_pairs(scope, filters):
        conditions = pair_conditions(scope, filters)
        now = _sums_by_tenant(conditions).where(usage.c.month == month)
        reported = exists().where(usage.c.month == month, *conditions)
        quiet = _newest_before(scope, filters, month, reported, usage)
        earlier = _sums_by_tenant(conditions).join(quiet, _same_month(usage, quiet))
    else:
        columns = [tenant_month.c[name] for name in ("tenant_key", "month", *FIGURES)]
        now = select(*columns).where(tenant_month.c.month == month)
        reported = exists().where(tenant_month.c.month == month)
        quiet = _newest_before(scope, filters, month, reported, tenant_month)
        earlier = select(*columns).join(quiet, _same_month(tenant_month, quiet))
    return now.subquery(), earlier.subquery()


def _newest_before(
    scope: Scope, filters: Filters, month: int, reported: Exists, rows: Table
) -> CTE:
    """Return tenants that have not reported now, and their newest month of the year before.

    They are few: found first, their figures are then looked up. PostgreSQL would read the figures
    of all months otherwise.
    """
    newest = (
        select(pair_status.c.tenant_key, func.max(pair_status.c.latest_month).label("month"))
        .where(
            pair_status.c.latest_month.between(month - QUIET_MONTHS, month - 1),
            *visible_pairs(scope, pair_status),
            *of_chosen_workloads(filters, pair_status),
        )
        .group_by(pair_status.c.tenant_key)
        .subquery("newest")
    )
    is_quiet = ~reported.where(rows.c.tenant_key == newest.c.tenant_key)
    return select(newest).where(is_quiet).cte("quiet").prefix_with("MATERIALIZED")


def _same_month(rows: FromClause, others: FromClause) -> Condition:
    return and_(rows.c.tenant_key == others.c.tenant_key, rows.c.month == others.c.month)


def pair_conditions(scope: Scope, filters: Filters) -> list[Condition]:
    """Return the conditions on usage rows: visible, of a chosen workload, both counts reported."""
    return [
        usage.c.paid_available_units.is_not(None),
        usage.c.monthly_active_users.is_not(None),
        *visible_pairs(scope, usage),
        *of_chosen_workloads(filters, usage),
    ]


def pair_sums(names: tuple[str, ...]) -> list[ColumnElement[int]]:
    """Return the named figures of a customer as sums over usage rows of one month."""
    units, users = usage.c.paid_available_units, usage.c.monthly_active_users
    sums: dict[str, ColumnElement[int]] = {
        "seats": func.max(units),
        "people": func.max(users),
        "pairs": func.count(),
        "paid_available_units": func.sum(units),
        "monthly_active_users": func.sum(users),
        "pairs_above_100": func.sum(case((and_(units > 0, users > units), 1), else_=0)),
        "pairs_without_seats": func.sum(case((units == 0, 1), else_=0)),
        "pairs_small": func.sum(case((units < MINIMUM_SEATS, 1), else_=0)),
    }
    return [sums[name].label(name) for name in names]


def _sums_by_tenant(conditions: list[Condition]) -> Select[tuple[int, ...]]:
    """Return tenant_key, month and FIGURES as sums over usage rows."""
    return (
        select(usage.c.tenant_key, usage.c.month, *pair_sums(FIGURES))
        .where(*conditions)
        .group_by(usage.c.tenant_key, usage.c.month)
    )


# --- which customers, in which order --------------------------------------------------------------


def _conditions(
    figures: Subquery, scope: Scope, filters: Filters, *, asked: ListQuestion
) -> list[Condition]:
    """Return the conditions on customers' figures that scope, filters, search and flag set."""
    conditions: list[Condition] = []
    tenants = chosen_tenants(scope, filters)
    if asked.search.strip():
        tenants.append(contains(asked.search.strip()))
    if asked.tenant_ids:
        tenants.append(tenant.c.tenant_id.in_(asked.tenant_ids))
    if asked.flag:
        conditions.append(_has_flag(asked.flag, figures, scope, filters))
    if tenants:
        conditions.append(figures.c.tenant_key.in_(select(tenant.c.tenant_key).where(*tenants)))
    if filters.size_bands:
        conditions.append(_in_size_band(figures, filters))
    held = held_tenants(scope, filters)
    if held is not None:
        conditions.append(figures.c.tenant_key.in_(held))
    return conditions


def _in_size_band(figures: Subquery, filters: Filters) -> Condition:
    return exists().where(
        _same_month(tenant_month, figures), tenant_month.c.size_band.in_(filters.size_bands)
    )


def contains(search: str) -> Condition:
    """Return whether a customer's name, domain or an id contains the text, whatever its case."""
    places = (tenant.c.name, tenant.c.domain, tenant.c.tenant_id, tenant.c.tpid)
    return or_(*(place.icontains(search.strip("{}"), autoescape=True) for place in places))


def _has_flag(code: str, figures: Subquery, scope: Scope, filters: Filters) -> Condition:
    """Return whether a customer carries a flag: the rules of insights.flags, in SQL."""
    if code in _COUNTED_IN_FIGURES:
        return figures.c[FLAGS_BY_CODE[code].column] > 0
    if code == MASKED_NAME.code:
        tenants = select(tenant.c.tenant_key).where(tenant.c.is_name_masked)
    elif code == SEVERAL_PARTNERS.code:
        tenants = several_holders(scope, filters)
    else:
        pairs = PAIRS_BY_FLAG[code](scope, filters).subquery()
        tenants = select(pairs.c.tenant_key)
    return figures.c.tenant_key.in_(tenants)


_COUNTED_IN_FIGURES = (ABOVE_100.code, NO_SEATS.code, SMALL_BASE.code)


def _usage_of(figures: FromClause) -> ColumnElement[Any]:
    units = func.nullif(figures.c.paid_available_units, 0)
    return 1.0 * figures.c.monthly_active_users / units


_NAME_ORDER = (func.lower(func.coalesce(tenant.c.name, tenant.c.tenant_id)), tenant.c.tenant_id)


def _first_customers(
    figures: Subquery, scope: Scope, filters: Filters, *, asked: ListQuestion
) -> Select[tuple[Any, ...]]:
    """Return the figures and sort_value of the customers asked for, in the order asked for."""
    rows: FromClause = figures
    if asked.sort == "name":
        rows = figures.join(tenant, tenant.c.tenant_key == figures.c.tenant_key)
        value: ColumnElement[Any] = _NAME_ORDER[0]
    elif asked.sort in ("rising", "falling") and filters.before is not None:
        before = _figures(scope, replace(filters, as_of=filters.before))[0]
        rows = figures.outerjoin(before, before.c.tenant_key == figures.c.tenant_key)
        change = _usage_of(figures) - _usage_of(before)
        value = case((figures.c.month == filters.as_of, change))
    elif asked.sort in ("seats", "people"):
        value = figures.c[asked.sort]
    else:
        value = _usage_of(figures)
    return (
        select(*figures.c, value.label("sort_value"))
        .select_from(rows)
        .where(*_conditions(figures, scope, filters, asked=asked))
        .order_by(*_order(value, asked.sort))
    )


def _order(value: ColumnElement[Any], sort: str) -> tuple[ColumnElement[Any], ...]:
    """Return the order of a sort's values; undefined values come last on every database."""
    if sort in ("seats", "people"):
        return (value.desc(),)
    is_undefined = case((value.is_(None), 1), else_=0)
    is_rising_order = sort in ("name", "usage_low", "falling")
    return is_undefined, value.asc() if is_rising_order else value.desc()
