"""Money of a portfolio: its parts, by quarter, workload and partner, and what is paid of it.

| who is looked at | table |
|---|---|
| everybody, some partners or accounts, some workloads | `money_part` and its like |
| segments, markets, size bands, named tenants | the judged rows themselves |

Both give the same sums. A milestone counts for one partner: what nobody ever held or claimed
counts for nobody and is in no partner's figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data_access.milestone_sums import money_of_growth, money_of_milestones
from data_access.money_parts import (
    DUE,
    DUE_AHEAD,
    DUE_GROWTH,
    EVERYBODY,
    ahead_rows,
    due_rows,
    growth_rows,
    link_rows,
)
from data_access.program_store import active_program
from data_access.schema import (
    growth_sum,
    milestone_run,
    milestone_status,
    money_part,
    partner,
    reconciliation_sum,
    tenant,
    workload,
)
from data_access.scope import (
    Condition,
    chosen_partners,
    chosen_tenants,
    chosen_workloads,
    restricts_tenants,
)
from data_access.types import ANY_WORKLOAD, Filters, Scope

By = Literal["", "workload", "partner", "both"]
AHEAD = ("in_flight", "unclaimed", "in_claim", "below_minimum", "not_earnable", "no_data")
"""States whose value is not yet, or never will be, earned or missed."""


def judged(connection: Connection, _scope: Scope) -> pd.DataFrame:
    """Return the newest judgement of milestones in one row: as_of, known_month; none: no row.

    `known_month` is the month of the day up to which claims and earnings were known.
    """
    run = milestone_run
    newest = select(run.c.as_of, run.c.known_on).order_by(run.c.run_id.desc()).limit(1)
    rows = pd.read_sql(newest, connection, parse_dates=["known_on"])
    on = rows["known_on"].dt
    return rows.assign(known_month=on.year * 12 + on.month - 1)[["as_of", "known_month"]]


def money_parts(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    by: By = "",
    since: int | None = None,
) -> pd.DataFrame:
    """Return money earned and missed by fiscal quarter, and what else milestones are worth.

    One row per code x model x month, `by` also per workload or partner: workload and
    workload_name, partner_id and partner_name (missing: nobody). Code is earned or missed (model
    milestone or growth, month: the quarter's first) or a state of AHEAD (model "", month 0).
    Columns beside: pairs, amount_usd_e4, example_pairs. With `since` there are no quarters: month
    is `since` for money of this month and later, else 0.
    """
    wanted = ("earned", "missed", *AHEAD)
    if is_sliced(scope, filters):
        rows = of_tenants(scope, filters, [_states(), *_money(connection)])
    else:
        rows = money_part
    conditions = [
        *of_holders(rows, scope, filters, by=by),
        rows.c.code.in_(wanted),
        (rows.c.model != "") | rows.c.code.in_(AHEAD),
    ]
    sums = ("pairs", "amount_usd_e4", "example_pairs")
    if since is not None:
        rows, conditions = _since(rows, conditions, since), []
    return summed(connection, rows, conditions, by=by, keys=("code", "model", "month"), sums=sums)


def _since(rows: FromClause, conditions: list[Condition], since: int) -> FromClause:
    """Return these rows with `since` or 0 as their month.

    A statement of its own, because one that groups by a computed value must name it twice.
    """
    month = case((rows.c.month >= since, since), else_=0).label("month")
    others = [column for column in rows.c if column.name != "month"]
    return select(*others, month).where(*conditions).subquery("since")


def expected_payments(
    connection: Connection, scope: Scope, filters: Filters, *, as_of: int, known_month: int
) -> pd.DataFrame:
    """Return what was earned and is not paid, by model and the month in which it is due.

    Columns: due_month, model, pairs, amount_usd_e4, example_pairs. `known_month` parts growth that
    was due when the earnings were compared (by pair) from growth that is due later (by month).
    """
    sliced = is_sliced(scope, filters)
    rows = of_tenants(scope, filters, [due_rows(), ahead_rows(as_of)]) if sliced else money_part
    code, month = rows.c.code, rows.c.month
    conditions = [
        *of_holders(rows, scope, filters, by=""),
        code.in_((DUE, DUE_GROWTH, DUE_AHEAD)),
        (code != DUE_GROWTH) | (month <= known_month),
        (code != DUE_AHEAD) | (month > known_month),
    ]
    sums = ("pairs", "amount_usd_e4", "example_pairs")
    found = summed(connection, rows, conditions, by="", keys=("month", "model"), sums=sums)
    return found.rename(columns={"month": "due_month"})


def reconciliation_sums(
    connection: Connection, scope: Scope, filters: Filters, *, today: int
) -> pd.DataFrame:
    """Return the reconciliation by link, what is due judged as of the month `today`.

    Columns: link, pairs, earned_usd_e4, paid_usd_e4, difference_usd_e4, example_pairs.
    """
    sliced = is_sliced(scope, filters)
    rows = of_tenants(scope, filters, [link_rows()]) if sliced else reconciliation_sum
    conditions = of_holders(rows, scope, filters, by="")
    sums = ("pairs", "earned_usd_e4", "paid_usd_e4", "difference_usd_e4", "example_pairs")
    found = summed(connection, rows, conditions, by="", keys=("link", "due_month"), sums=sums)
    is_pending = found["due_month"] > 0
    now = found["link"].mask(is_pending, "overdue")
    return (
        found.assign(link=now.mask(is_pending & (found["due_month"] >= today), "not_due"))
        .groupby("link", as_index=False)[list(sums)]
        .sum()
    )


def growth_by_holder(
    connection: Connection, scope: Scope, filters: Filters, *, as_of: int
) -> pd.DataFrame:
    """Return the growth model in the as-of month, partner x workload x reason_code.

    Columns: partner_id, partner_name, workload, workload_name, reason_code ("": none), pairs,
    opportunity_units, earned_units, amount_usd_e4.
    """
    sliced = is_sliced(scope, filters)
    rows = of_tenants(scope, filters, [growth_rows(as_of)]) if sliced else growth_sum
    conditions = of_holders(rows, scope, filters, by="both")
    sums = ("pairs", "opportunity_units", "earned_units", "amount_usd_e4")
    return summed(connection, rows, conditions, by="both", keys=("reason_code",), sums=sums)


# --- which rows -----------------------------------------------------------------------------------


def is_sliced(scope: Scope, filters: Filters) -> bool:
    """Return whether only the judged rows themselves can tell."""
    return restricts_tenants(scope) or bool(
        filters.segments or filters.markets or filters.size_bands
    )


def sliced_tenants(scope: Scope, filters: Filters) -> Select[tuple[int]]:
    """Return the keys of the tenants of a scope, segments, markets and size bands."""
    keys = select(tenant.c.tenant_key).where(*chosen_tenants(scope, filters))
    if filters.size_bands:
        bands = select(milestone_status.c.tenant_key).where(
            milestone_status.c.size_band.in_(filters.size_bands)
        )
        keys = keys.where(tenant.c.tenant_key.in_(bands))
    return keys


def of_tenants(scope: Scope, filters: Filters, parts: Sequence[Select[Any]]) -> FromClause:
    """Return these rows of the chosen tenants; each part reads one table with a tenant_key."""
    wanted = sliced_tenants(scope, filters)
    kept = [part.where(part.get_final_froms()[0].c.tenant_key.in_(wanted)) for part in parts]
    rows: FromClause = kept[0].subquery("judged_row")
    if len(kept) > 1:
        names = [column.name for column in kept[0].selected_columns]
        subqueries = [part.subquery() for part in kept]
        rows = union_all(
            *(select(*(each.c[name] for name in names)) for each in subqueries)
        ).subquery("judged_row")
    return rows


def _states() -> Select[Any]:
    """Return what each milestone is worth, in the columns of money_part."""
    rows = milestone_status
    return select(
        rows.c.partner_key,
        rows.c.workload_key,
        rows.c.state.label("code"),
        literal("").label("model"),
        literal(0).label("month"),
        literal(1).label("pairs"),
        func.coalesce(rows.c.added_value_usd_e4, 0).label("amount_usd_e4"),
        case((rows.c.is_example, 1), else_=0).label("example_pairs"),
    )


def _money(connection: Connection) -> list[Select[Any]]:
    """Return what was earned and missed, in the columns of money_part."""
    parts = []
    for rows in (money_of_milestones(active_program(connection)), money_of_growth()):
        told = rows.selected_columns
        month = told["month"]
        parts.append(
            rows.with_only_columns(
                told["partner_key"],
                told["workload_key"],
                told["outcome"].label("code"),
                told["model"],
                (month - month % 3).label("month"),
                literal(1).label("pairs"),
                told["amount"].label("amount_usd_e4"),
                case((told["is_example"], 1), else_=0).label("example_pairs"),
            )
        )
    return parts


def of_holders(rows: FromClause, scope: Scope, filters: Filters, *, by: By) -> list[Condition]:
    """Return the conditions on partner and workload, and on the rows of a mart that sum up."""
    partners, workloads = chosen_partners(scope, filters), chosen_workloads(filters)
    conditions: list[Condition] = []
    if partners is not None:
        one = filters.partner_id is not None
        conditions.append(
            rows.c.partner_key == partners.scalar_subquery()
            if one
            else rows.c.partner_key.in_(partners)
        )
    if workloads is not None:
        conditions.append(rows.c.workload_key.in_(workloads))
    if isinstance(rows, Table):
        conditions.extend(
            _level(
                rows, by=by, has_partners=partners is not None, has_workloads=workloads is not None
            )
        )
    return conditions


def _level(rows: Table, *, by: By, has_partners: bool, has_workloads: bool) -> list[Condition]:
    """Return which rows of a mart to read: those of all partners or workloads where these do."""
    if not has_partners and by in ("", "workload"):
        every: list[Condition] = [rows.c.partner_key == EVERYBODY]
    else:
        every = [] if has_partners else [rows.c.partner_key != EVERYBODY]
        if by in ("", "partner") and not has_workloads:
            return [*every, rows.c.workload_key == ANY_WORKLOAD]
    # Naming every workload, instead of "not 0", keeps the look-up in the primary key.
    return (
        every
        if has_workloads
        else [*every, rows.c.workload_key.in_(select(workload.c.workload_key))]
    )


# --- sums and names -------------------------------------------------------------------------------


def summed(
    connection: Connection,
    rows: FromClause,
    conditions: list[Condition],
    *,
    by: By,
    keys: tuple[str, ...],
    sums: tuple[str, ...],
) -> pd.DataFrame:
    """Return sums by these columns and by workload or partner, with ids and names."""
    holders = {"": (), "workload": ("workload_key",), "partner": ("partner_key",)}.get(
        by, ("workload_key", "partner_key")
    )
    columns = [rows.c[name] for name in (*holders, *keys)]
    totals = [cast(func.sum(rows.c[name]), BigInteger).label(name) for name in sums]
    added = select(*columns, *totals).where(*conditions).group_by(*columns).subquery("added")
    joined: FromClause = added
    named: list[ColumnElement[Any]] = []
    if "partner_key" in holders:
        joined = joined.outerjoin(partner, partner.c.partner_key == added.c.partner_key)
        name = func.coalesce(partner.c.name, partner.c.partner_id)
        named += [partner.c.partner_id, name.label("partner_name")]
    if "workload_key" in holders:
        joined = joined.join(workload, workload.c.workload_key == added.c.workload_key)
        named += [workload.c.code.label("workload"), workload.c.name.label("workload_name")]
    told = [added.c[name] for name in (*keys, *sums)]
    return pd.read_sql(select(*named, *told).select_from(joined), connection)
