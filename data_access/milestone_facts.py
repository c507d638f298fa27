"""Read what the milestone engine judges: usage, associations, claims and earnings of customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Any, cast

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Integer, Select, Table, and_, func, or_, select

from data_access import schema
from data_access.mart_statements import same
from data_access.queries.options import reporting_pairs
from data_access.types import LOCAL_USER
from insights.milestones import MilestoneFacts
from insights.panel import NOT_REPORTED
from insights.periods import newest_complete_month

USAGE = (
    "tenant_key",
    "workload_key",
    "month",
    "paid_available_units",
    "monthly_active_users",
)
ASSOCIATIONS = (
    "tenant_key",
    "workload_key",
    "partner_key",
    "start_month",
    "end_month",
    "associated_on",
    "attribution_type",
)
CLAIMS = (
    "claim_id",
    "tenant_key",
    "workload_key",
    "partner_key",
    "status",
    "status_reason",
    "status_on",
    "submitted_on",
    "approved_on",
    "ended_on",
)
EARNINGS = (
    "tenant_key",
    "workload_key",
    "partner_key",
    "milestone",
    "earning_on",
    "calculated_on",
    "amount_usd_e4",
    "estimated_payment_month",
    "payment_status",
    "reason_code",
)


def newest_month(connection: Connection) -> int | None:
    """Return the newest complete month of the whole store, None without usage.

    The month that pages show by default to somebody who sees everything.
    """
    reported = reporting_pairs(connection, LOCAL_USER).set_index("month")["pairs"]
    return newest_complete_month(reported)


def facts_of(connection: Connection, tenants: Table | None, *, until: int) -> MilestoneFacts:
    """Return what is known of the tenants whose keys the table holds (None: of all).

    Usage up to the month `until`; everything else whole, as the engine knows what was known when.
    """
    workload = schema.workload
    return MilestoneFacts(
        usage=usage_until(connection, tenants, until),
        associations=_rows(connection, schema.association, ASSOCIATIONS, tenants),
        claims=_rows(connection, schema.claim, CLAIMS, tenants),
        earnings=_rows(connection, schema.earning, EARNINGS, tenants),
        workloads=pd.read_sql(select(workload.c.workload_key, workload.c.code), connection),
    )


def usage_until(connection: Connection, tenants: Table | None, until: int) -> pd.DataFrame:
    """Return usage up to a month of these tenants (None: of all), columns USAGE.

    A count that no report gave is NOT_REPORTED. There are millions of rows, so they go from the
    driver straight into one array.
    """
    usage = schema.usage
    columns = [func.coalesce(usage.c[name], NOT_REPORTED).label(name) for name in USAGE]
    rows = connection.execute(_wanted(usage, columns, tenants, usage.c.month <= until))
    driver = cast("Iterable[tuple[int, ...]]", rows.cursor)
    counts = np.fromiter(chain.from_iterable(driver), np.int64).reshape(-1, len(USAGE))
    return pd.DataFrame(counts, columns=list(USAGE))


def _wanted(
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    tenants: Table | None,
    *conditions: ColumnElement[bool],
) -> Select[Any]:
    """Return the selection of these columns, of the given tenants only."""
    wanted = select(*columns).where(*conditions)
    if tenants is None:
        return wanted
    return wanted.join_from(tenants, table, same(tenants, table, "tenant_key"))


def _rows(
    connection: Connection, table: Table, names: tuple[str, ...], tenants: Table | None
) -> pd.DataFrame:
    """Return these columns of a table's rows, whole numbers as such; missing ones as NA."""
    types = {
        name: "Int64" if table.c[name].nullable else "int64"
        for name in names
        if isinstance(table.c[name].type, Integer)
    }
    wanted = _wanted(table, [table.c[name] for name in names], tenants)
    return pd.read_sql(wanted, connection, dtype=types)


def size_bands(connection: Connection, tenants: Table | None, *, as_of: int) -> pd.Series[int]:
    """Return the size band of each tenant in its newest month up to `as_of`, by tenant key."""
    rows = newest_bands(tenants, as_of=as_of)
    found = pd.read_sql(rows, connection, index_col="tenant_key")["size_band"]
    return found.astype("int64")


def newest_bands(tenants: Table | None, *, as_of: int) -> Select[Any]:
    """Return the selection of tenant_key and size_band in each tenant's newest month."""
    month = schema.tenant_month
    newest = select(month.c.tenant_key, func.max(month.c.month).label("month")).where(
        month.c.month <= as_of
    )
    if tenants is not None:
        newest = newest.join_from(tenants, month, same(tenants, month, "tenant_key"))
    latest = newest.group_by(month.c.tenant_key).subquery("newest")
    return select(month.c.tenant_key, month.c.size_band).join_from(
        latest, month, same(latest, month, "tenant_key", "month")
    )


def tenants_with_days_between(connection: Connection, after: date, until: date) -> set[int]:
    """Return the tenants of which a claim or an earning speaks of a day in (after, until].

    What lay in the future at the last judgement and no longer does.
    """
    if until <= after:
        return set()
    found: set[int] = set()
    for table, names in (
        (schema.claim, ("status_on", "submitted_on", "approved_on", "ended_on")),
        (schema.earning, ("earning_on", "calculated_on")),
    ):
        days = [and_(table.c[name] > after, table.c[name] <= until) for name in names]
        rows = select(table.c.tenant_key).where(or_(*days), table.c.tenant_key.is_not(None))
        found.update(connection.scalars(rows.distinct()))
    return found
