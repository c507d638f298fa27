"""What was stored as said at each month, beside what then happened; and names of workloads."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, Integer, and_, case, cast, func, select

from data_access.schema import milestone_run, score, usage, workload
from insights.ranking.labels import horizon_months

HORIZONS = (30, 90, 180)


def workload_names(connection: Connection) -> dict[int, str]:
    """Return the name of every workload by its key."""
    rows = pd.read_sql(select(workload.c.workload_key, workload.c.name), connection)
    return dict(zip(rows["workload_key"].tolist(), rows["name"].tolist(), strict=True))


def live_record(connection: Connection, days: int) -> pd.DataFrame:
    """Return stored predictions whose horizon has closed, as_of x tenant x workload.

    Columns: as_of, milestone, log_odds (of the horizon: 30, 90 or 180 days), is_reached. Pairs
    that neither reached it nor reported at or after the horizon's end are left out.
    """
    if days not in HORIZONS:
        raise ValueError(f"predictions are stored for {HORIZONS} days, not for {days}")
    newest = select(func.max(milestone_run.c.as_of)).scalar_subquery()
    end = score.c.as_of + horizon_months(days)
    hit = and_(
        usage.c.month <= end,
        usage.c.paid_available_units > 0,
        100 * usage.c.monthly_active_users >= score.c.milestone * usage.c.paid_available_units,
    )
    statement = (
        select(
            score.c.as_of,
            score.c.milestone,
            score.c[f"log_odds_{days}"].label("log_odds"),
            cast(func.max(case((hit, 1), else_=0)), Integer).label("is_reached"),
            func.max(usage.c.month).label("reported"),
        )
        .select_from(score)
        .join(
            usage,
            and_(
                usage.c.tenant_key == score.c.tenant_key,
                usage.c.workload_key == score.c.workload_key,
                usage.c.month > score.c.as_of,
                usage.c.month <= newest,
            ),
        )
        .where(end <= newest)
        .group_by(
            score.c.as_of,
            score.c.tenant_key,
            score.c.workload_key,
            score.c.milestone,
            score.c[f"log_odds_{days}"],
        )
        .order_by(score.c.as_of, score.c.tenant_key, score.c.workload_key)
    )
    rows = pd.read_sql(statement, connection)
    known = (rows["is_reached"] == 1) | (rows["reported"] >= rows["as_of"] + horizon_months(days))
    told = rows.loc[known, ["as_of", "milestone", "log_odds", "is_reached"]]
    return told.astype({"is_reached": "bool"}).reset_index(drop=True)
