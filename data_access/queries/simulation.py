"""What the ranking would say of a few customers with more active users or more seats."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data_access.queries.explaining import ranker_of
from data_access.queries.opportunities import OpportunityQuestion, opportunity_list
from data_access.queries.pair_panels import pair_panel
from data_access.queries.ranking import newest_run
from data_access.types import Filters, Scope
from insights.panel import usage_panel
from insights.ranking.scenario import changed, compared

MOST_CUSTOMERS = 10
"""Customers of one scenario."""

DAYS = 90


def simulated(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    tenant_ids: tuple[str, ...],
    users_percent: int,
    seats_percent: int,
) -> pd.DataFrame:
    """Return the opportunities of some customers as they are and as they would be.

    `users_percent` of the users needed become active, seats grow by `seats_percent`, both in the
    newest report. Grain: one row per opportunity, columns of `opportunity_list` and add_users,
    add_seats, probability_before, probability_after (90 days), months_before, months_after (most
    likely months to go; missing: not within a year), needed_after, is_reached, high_water_mark
    (of the months that the ranking reads). No row where the ranking keeps nothing to ask again.
    """
    question = OpportunityQuestion(tenant_ids=tenant_ids)
    rows = opportunity_list(connection, scope, filters, question=question)
    run = newest_run(connection)
    told = None if run is None else pair_panel(connection, scope, tenant_ids, run_id=run.run_id)
    ranker = None if run is None or told is None else ranker_of(connection, run, told)
    if rows.empty or told is None or ranker is None:
        return rows.iloc[:0]
    named = rows.merge(told.pairs[["tenant_key", "workload_key", "tenant_id", "workload"]])
    more = named.assign(
        add_users=np.ceil(named["users_needed"].astype("float64") * users_percent / 100),
        add_seats=(named["paid_available_units"].astype("float64") * seats_percent / 100).round(),
    ).astype({"add_users": "int64", "add_seats": "int64"})
    panel = usage_panel(told.usage, told.as_of)
    found = compared([panel, changed(panel, more)], more, ranker)
    highest = panel.users[panel.rows_of(more)].max(axis=1)
    return _side_by_side(more.assign(high_water_mark=highest), found)


def _side_by_side(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with what was found before and after, in the same order."""
    before, after = (found[found["panel"] == at].reset_index(drop=True) for at in (0, 1))
    threshold = np.ceil(after["milestone"].astype("float64") * after["units"] / 100)
    return rows.assign(
        probability_before=before[f"probability_{DAYS}"],
        probability_after=after[f"probability_{DAYS}"],
        months_before=before["median"],
        months_after=after["median"],
        needed_after=(threshold - after["users"]).clip(lower=0).astype("int64"),
        is_reached=after["is_reached"].astype("bool"),
    )
