"""What milestones are expected to earn in the months ahead: chance x value, with its variance."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, func, select

from data_access.queries.opportunity_scope import ALL_PARTNERS, is_whole, of_opportunities
from data_access.schema import forecast_month, opportunity, score_run
from data_access.scope import of_chosen_workloads
from data_access.types import ANY_WORKLOAD, Filters, Scope

FORECAST_COLUMNS = (
    "month",
    "expected_pairs",
    "expected_usd_e4",
    "variance_usd",
    "example_pairs",
)
HORIZONS = {30: 1, 90: 3, 180: 6}
"""Months of the horizons that chances are kept for."""


def forecast_months(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return what is expected of the milestones that can still earn, by month over a year.

    Columns: month (to be reached in), expected_pairs (sum of chances), expected_usd_e4 (of chance x
    value), variance_usd (in US dollars², pairs independent), example_pairs (with an example rate).
    No row where the record of the model allows no number. Unclaimed workloads count for the
    partners that hold another workload of the customer.
    """
    if is_whole(scope, filters):
        return _stored(connection, filters)
    return _summed_here(connection, scope, filters)


def _stored(connection: Connection, filters: Filters) -> pd.DataFrame:
    """Return the sums over all partners, of all workloads or the chosen ones."""
    rows = forecast_month
    conditions = of_chosen_workloads(filters, rows) or [rows.c.workload_key == ANY_WORKLOAD]
    sums = [func.sum(rows.c[name]).label(name) for name in FORECAST_COLUMNS[1:]]
    statement = (
        select(rows.c.month, *sums)
        .where(rows.c.partner_key == ALL_PARTNERS, *conditions)
        .group_by(rows.c.month)
        .order_by(rows.c.month)
    )
    return _typed(pd.read_sql(statement, connection))


def _summed_here(connection: Connection, scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return the sums of the chosen customers' opportunities, as the scoring adds them up."""
    from insights.ranking.forecast import forecast

    as_of = connection.scalar(
        select(score_run.c.as_of).order_by(score_run.c.run_id.desc()).limit(1)
    )
    is_told = connection.scalar(select(func.count()).select_from(forecast_month))
    if as_of is None or not is_told:
        return _typed(pd.DataFrame(columns=list(FORECAST_COLUMNS)))
    names = ("value_usd_e4", "is_example", *(f"probability_{days}" for days in HORIZONS))
    chosen = [*of_opportunities(scope, filters), opportunity.c.is_earnable.is_(True)]
    rows = pd.read_sql(select(*(opportunity.c[name] for name in names)).where(*chosen), connection)
    chances = [rows[f"probability_{days}"].to_numpy(dtype="float64") for days in HORIZONS]
    together = rows.assign(workload_key=ANY_WORKLOAD, partner_key=ALL_PARTNERS)
    return _typed(forecast(together, chances, list(HORIZONS.values()), as_of=as_of))


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    whole = ("month", "expected_usd_e4", "example_pairs")
    floats = dict.fromkeys(("expected_pairs", "variance_usd"), "float64")
    told = rows[list(FORECAST_COLUMNS)].astype(dict.fromkeys(whole, "float64") | floats)
    return told.round(dict.fromkeys(whole, 0)).astype(dict.fromkeys(whole, "int64"))
