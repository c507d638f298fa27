"""The clocks of claims that run out next, as the clocks inbox shows them."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection

from data_access.program_store import active_program
from data_access.queries.claims import running_claims
from data_access.types import Filters, Scope
from insights.views.clock_inbox import inbox_view, since_days

COLUMNS = ("tenant_id", "tenant_name", "days_left", "left", "what", "claim_id", "workloads")


def urgent_clocks(
    connection: Connection, scope: Scope, filters: Filters, *, today: date, days: int
) -> pd.DataFrame:
    """Return the clocks with fewer days left than `days`, overdue ones included, soonest first.

    One row per claim, tenant, clock and day, with COLUMNS of the clocks inbox.
    """
    program = active_program(connection)
    claims = running_claims(connection, scope, filters, since=since_days(program, today))
    inbox = inbox_view(claims, program, today, who=None)
    if inbox is None:
        return pd.DataFrame(columns=list(COLUMNS)).astype({"days_left": "int64"})
    rows = inbox.rows[inbox.rows["days_left"] < days]
    return rows[list(COLUMNS)].reset_index(drop=True)
