"""Milestones that were reached, by the month in which it happened."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, func, select

from data_access.queries.earnings import sliced_tenants
from data_access.schema import milestone_status
from data_access.scope import chosen_partners, of_chosen_workloads
from data_access.types import Filters, Scope


def crossings_by_month(
    connection: Connection, scope: Scope, filters: Filters, *, first: int, last: int
) -> pd.DataFrame:
    """Return milestones reached from month `first` to `last`, one row per month x milestone.

    Columns: month, milestone (percent), pairs. A milestone counts for the partner that earned it;
    crossed without an eligible association it is missed, or not earnable, and not in here.
    """
    status = milestone_status
    conditions = [
        status.c.reached_month.between(first, last),
        *of_chosen_workloads(filters, status),
    ]
    partners = chosen_partners(scope, filters)
    if partners is not None:
        conditions.append(status.c.partner_key.in_(partners))
    tenants = (scope.tenant_ids, scope.markets) != (None, None)
    if tenants or filters.segments or filters.markets or filters.size_bands:
        conditions.append(status.c.tenant_key.in_(sliced_tenants(scope, filters)))
    keys = (status.c.reached_month.label("month"), status.c.milestone)
    statement = (
        select(*keys, func.count().label("pairs"))
        .where(*conditions)
        .group_by(status.c.reached_month, status.c.milestone)
        .order_by(status.c.reached_month, status.c.milestone)
    )
    return pd.read_sql(statement, connection)
