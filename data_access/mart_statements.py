"""The statements behind the summary tables, built once; marts.py says when they run.

Each is a selection with the table that it fills. A selection is of one month, the bound parameter
`month`, as the store renews its marts; or of every month at once, as a batch engine makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    case,
    func,
    literal,
    select,
    tuple_,
)

from data_access import schema
from data_access.fillings import Filling, MonthFillings, Months, filling, one_month
from data_access.types import ANY_WORKLOAD
from insights.bands import MINIMUM_SEATS, SIZE_BANDS

EVERYBODY, PARTNER, ACCOUNT = 0, 1, 2
NOBODY = 0
"""Holder key of the rows of everybody; account key 0 of cohort_month."""

SLICE = ("market", "segment", "size_band")
scratch = MetaData()
held = Table(
    "scratch_held",
    scratch,
    Column("kind", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("holder_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("units", BigInteger, nullable=False),
    Column("users", BigInteger, nullable=False),
    Column("from_15", Integer, nullable=False),
    Column("from_40", Integer, nullable=False),
    Column("since", Integer),
    Column("slice_key", Integer, nullable=False),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
    postgresql_partition_by="LIST (month)",
)
slices = Table(
    "scratch_slice",
    scratch,
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("slice_key", Integer, nullable=False, doc="counts the slices"),
    Column("market", Text, nullable=False),
    Column("segment", Text, nullable=False),
    Column("size_band", Integer, nullable=False),
    prefixes=["TEMPORARY"],
    postgresql_partition_by="LIST (month)",
)


PAIR = ("tenant_key", "workload_key")


def same(left: Any, right: Any, *names: str) -> ColumnElement[bool]:  # noqa: ANN401
    """Return the condition that two row sources agree in these columns."""
    return and_(*(left.c[name] == right.c[name] for name in names))


def among(table: Table, names: Sequence[str], rows: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that a table's row has its key among the selected ones.

    Unlike a correlated EXISTS, it lets SQLite look the rows up by the table's own key. Where the
    names stand in another order than in that key, DISTINCT makes SQLite read the selected rows
    into a set of its own: by their index it would miss some (seen with SQLite 3.40).
    """
    key = [column.name for column in table.primary_key][: len(names)]
    chosen = rows if key == list(names) else rows.distinct()
    return tuple_(*(table.c[name] for name in names)).in_(chosen)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return 1 where the condition holds, else 0."""
    return case((condition, 1), else_=0)


def _reaches(units: Any, users: Any, percent: int) -> ColumnElement[bool]:  # noqa: ANN401
    """Return whether active usage is at least `percent`; no paid units never are."""
    return and_(units > 0, 100 * users >= percent * units)


def _size_band(seats: ColumnElement[int]) -> ColumnElement[int]:
    """Return the code of the size band of a number of seats."""
    bands = sorted(SIZE_BANDS, key=lambda band: -band.from_seats)
    return case(*((seats >= band.from_seats, band.code) for band in bands), else_=0)


def _covers(association: Any, month: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Return the condition that an association's span contains the month."""
    return and_(association.c.start_month <= month, association.c.end_month >= month)


def _tenant_month(months: Months) -> Filling:
    """Return what fills tenant_month."""
    usage, target = schema.usage, schema.tenant_month
    units, users = usage.c.paid_available_units, usage.c.monthly_active_users
    rows = (
        select(
            usage.c.tenant_key,
            usage.c.month,
            _size_band(func.max(units)),
            func.max(units),
            func.max(users),
            func.count(),
            func.sum(units),
            func.sum(users),
            func.sum(_flag(_reaches(units, users, 15))),
            func.sum(_flag(_reaches(units, users, 40))),
            func.sum(_flag(and_(units > 0, users > units))),
            func.sum(_flag(units == 0)),
            func.sum(_flag(units < MINIMUM_SEATS)),
        )
        .where(*months(usage.c.month), units.is_not(None), users.is_not(None))
        .group_by(usage.c.tenant_key, usage.c.month)
    )
    return filling(target, rows)


def _slices(months: Months) -> Filling:
    """Return what numbers the slices in which the tenants are, month by month."""
    tenant, size = schema.tenant, schema.tenant_month
    cut = (tenant.c.market, tenant.c.segment, size.c.size_band)
    number = func.dense_rank().over(partition_by=size.c.month, order_by=cut)
    rows = (
        select(size.c.month, size.c.tenant_key, number, *cut)
        .join_from(size, tenant, tenant.c.tenant_key == size.c.tenant_key)
        .where(*months(size.c.month))
    )
    return filling(slices, rows)


def _gather_everybody(months: Months) -> Select[Any]:
    """Return every pair that reported both counts, with its earliest current association."""
    usage = schema.usage
    units, users = usage.c.paid_available_units, usage.c.monthly_active_users
    holding = schema.association
    since = (
        select(func.min(holding.c.start_month))
        .where(same(holding, usage, *PAIR), _covers(holding, usage.c.month))
        .scalar_subquery()
    )
    return (
        select(
            literal(EVERYBODY),
            usage.c.month,
            literal(NOBODY),
            usage.c.workload_key,
            usage.c.tenant_key,
            units,
            users,
            _flag(_reaches(units, users, 15)),
            _flag(_reaches(units, users, 40)),
            since,
            slices.c.slice_key,
        )
        .join_from(usage, slices, same(slices, usage, "month", "tenant_key"))
        .where(*months(usage.c.month), units.is_not(None), users.is_not(None))
        .order_by(usage.c.workload_key, usage.c.tenant_key)
    )


def _gather_partners(months: Months) -> Select[Any]:
    """Return the pairs that each partner held."""
    holding = schema.association
    rest = [held.c[name] for name in ("units", "users", "from_15", "from_40")]
    return (
        select(
            literal(PARTNER),
            held.c.month,
            holding.c.partner_key,
            held.c.workload_key,
            held.c.tenant_key,
            *rest,
            holding.c.start_month,
            held.c.slice_key,
        )
        .join_from(held, holding, same(holding, held, *PAIR))
        .where(held.c.kind == EVERYBODY, *months(held.c.month), _covers(holding, held.c.month))
        .order_by(holding.c.partner_key, held.c.workload_key, held.c.tenant_key)
    )


def _gather_accounts(months: Months) -> Select[Any]:
    """Return the pairs that each global account held, once however many locations hold them."""
    partner = schema.partner
    keys = (held.c.month, partner.c.account_key, held.c.workload_key, held.c.tenant_key)
    return (
        select(literal(ACCOUNT), *keys, *_folded())
        .join_from(held, partner, partner.c.partner_key == held.c.holder_key)
        .where(
            held.c.kind == PARTNER,
            *months(held.c.month),
            partner.c.account_key.is_not(None),
        )
        .group_by(*keys)
    )


def _gather_tenants(months: Months) -> Select[Any]:
    """Return each holder's tenants once, under the workload key that stands for any."""
    keys = (held.c.kind, held.c.month, held.c.holder_key)
    return (
        select(*keys, literal(ANY_WORKLOAD), held.c.tenant_key, *_folded())
        .where(*months(held.c.month), held.c.workload_key != ANY_WORKLOAD)
        .group_by(*keys, held.c.tenant_key)
    )


def _folded() -> list[ColumnElement[Any]]:
    """Return the columns after the keys for several rows of one tenant taken as one."""
    largest = [func.max(held.c[name]) for name in ("units", "users", "from_15", "from_40")]
    return [*largest, func.min(held.c.since), func.min(held.c.slice_key)]


def _measures(months: Months, kind: int, *keys: str) -> Select[Any]:
    """Return the sums of schema.MEASURES for one kind of holder, by keys and slice."""
    now, before = held.alias("now"), held.alias("before")
    kept = before.c.tenant_key.is_not(None)
    names = ("kind", "holder_key", "workload_key", "tenant_key")
    # Slices are numbered month by month.
    grouping = [now.c[name] for name in (*keys, "slice_key")]
    sums = (
        select(
            *grouping,
            func.count().label("pairs"),
            func.sum(now.c.units).label("paid_available_units"),
            func.sum(now.c.users).label("monthly_active_users"),
            func.sum(now.c.from_15).label("pairs_from_15"),
            func.sum(now.c.from_40).label("pairs_from_40"),
            func.count(before.c.tenant_key).label("kept_pairs"),
            func.sum(case((kept, now.c.units), else_=0)).label("kept_units"),
            func.sum(case((kept, now.c.users), else_=0)).label("kept_users"),
            func.coalesce(func.sum(before.c.units), 0).label("prior_units"),
            func.coalesce(func.sum(before.c.users), 0).label("prior_users"),
            func.count(now.c.since).label("associated_pairs"),
        )
        .outerjoin_from(
            now, before, and_(before.c.month == now.c.month - 1, same(now, before, *names))
        )
        .where(now.c.kind == kind, *months(now.c.month))
        .group_by(*grouping)
        .subquery("sums")
    )
    cut = (
        select(slices.c.month, slices.c.slice_key, *(slices.c[name] for name in SLICE))
        .where(*months(slices.c.month))
        .distinct()
        .subquery()
    )
    return select(
        *(sums.c[name] for name in keys),
        *(cut.c[name] for name in SLICE),
        *(sums.c[name] for name in schema.MEASURES),
        *([sums.c.associated_pairs] if kind == EVERYBODY else []),
    ).join_from(sums, cut, same(cut, sums, "month", "slice_key"))


def _holder_mart(months: Months, target: Table, kind: int) -> Filling:
    """Return what fills a holder's slice mart."""
    names = (target.c.keys()[0], "workload_key", "month", *SLICE, *schema.MEASURES)
    return Filling(target, names, _measures(months, kind, "holder_key", "workload_key", "month"))


def _partner_month(months: Months) -> Filling:
    """Return the sums over the slices of each partner."""
    fine, target = schema.partner_slice_month, schema.partner_month
    keys = [fine.c[name] for name in ("partner_key", "workload_key", "month")]
    sums = [func.sum(fine.c[name]) for name in schema.MEASURES]
    rows = select(*keys, *sums).where(*months(fine.c.month)).group_by(*keys)
    return Filling(target, (*(key.name for key in keys), *schema.MEASURES), rows)


def _scope_month(months: Months) -> Filling:
    """Return what fills scope_month.

    Associated pairs are counted among those reporting, so that they are a part of `pairs` here
    and mean the same as in the marts of partners and accounts.
    """
    rows = _measures(months, EVERYBODY, "workload_key", "month")
    names = ("workload_key", "month", *SLICE, *schema.MEASURES, "associated_pairs")
    return Filling(schema.scope_month, names, rows)


def _cohort_month(months: Months) -> Filling:
    """Return what fills cohort_month for everybody and for each account."""
    target = schema.cohort_month
    keys = (held.c.holder_key, held.c.workload_key, held.c.month, held.c.month - held.c.since)
    rows = (
        select(*keys, func.count(), func.sum(held.c.units), func.sum(held.c.users))
        .where(
            *months(held.c.month),
            held.c.kind.in_((EVERYBODY, ACCOUNT)),
            held.c.workload_key != ANY_WORKLOAD,
            held.c.since.is_not(None),
        )
        .group_by(*keys)
    )
    return filling(target, rows)


def pair_status(touched: Any | None) -> Filling:  # noqa: ANN401
    """Return what fills pair_status for the touched pairs, or for all."""
    usage, target = schema.usage, schema.pair_status
    keys = [usage.c[name] for name in PAIR]
    spans = select(
        *keys,
        func.min(usage.c.month).label("first_month"),
        func.max(usage.c.month).label("latest_month"),
        func.count().label("months_reported"),
        func.max(usage.c.monthly_active_users).label("high_water_mark"),
    ).group_by(*keys)
    if touched is not None:
        spans = spans.join_from(touched, usage, same(touched, usage, *PAIR))
    span, latest = spans.subquery("span"), usage.alias("latest")
    rows = select(
        *(span.c[name] for name in (*PAIR, "first_month", "latest_month", "months_reported")),
        latest.c.paid_available_units,
        latest.c.monthly_active_users,
        span.c.high_water_mark,
    ).join_from(
        span, latest, and_(same(span, latest, *PAIR), latest.c.month == span.c.latest_month)
    )
    return filling(target, rows)


def month_fillings(months: Months) -> MonthFillings:
    """Return what fills the marts of one month or of every month."""
    gathers = (_gather_everybody, _gather_partners, _gather_accounts, _gather_tenants)
    return MonthFillings(
        tenant_month=_tenant_month(months),
        sliced=_slices(months),
        gathered=tuple(filling(held, gather(months)) for gather in gathers),
        marts=(
            _scope_month(months),
            _holder_mart(months, schema.partner_slice_month, PARTNER),
            _partner_month(months),
            _holder_mart(months, schema.account_slice_month, ACCOUNT),
            _cohort_month(months),
        ),
    )


OF_ONE_MONTH = month_fillings(one_month)
