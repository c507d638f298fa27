"""Which actions people have begun, and when: what the comparison with others starts from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, func, select

from data_access.action_rows import rows_of
from data_access.action_scope import chunks, seen_actions
from data_access.schema import action, action_event, person
from data_access.store import Store
from data_access.types import Filters, Scope
from insights.actions.kinds import USAGE_KINDS
from insights.months import month_index

STARTED = "started"
"""Event of an action that somebody begins to work on."""

BEGUN_COLUMNS = (
    "action_id",
    "tenant_id",
    "tenant_name",
    "workload",
    "workload_name",
    "kind",
    "reason",
    "playbook",
    "owner",
    "owner_name",
    "status",
    "outcome",
    "status_reason",
    "milestone",
    "facts",
    "begun_at",
    "month",
    "is_usage_kind",
)


def begun_actions(
    store: Store, scope: Scope, *, now: datetime, filters: Filters | None = None
) -> pd.DataFrame:
    """Return the actions that somebody worked on: BEGUN_COLUMNS, one row each, oldest first.

    An action is begun when it is first set in progress, or else when it is done; whatever came of
    it then. begun_at is in UTC, month its index; is_usage_kind where its goal is active usage.
    """
    with store.app_read(scope) as connection:
        started = _started(connection)
        rows = _rows(connection, started, now)
        named = connection.execute(select(person.c.email, person.c.name))
        names = {str(email): str(name) for email, name in named}
    with store.read(scope) as connection:
        seen = seen_actions(connection, scope, rows, filters)
    begun_at = pd.DatetimeIndex(seen["begun_at"])
    months = [month_index(*at) for at in zip(begun_at.year, begun_at.month, strict=True)]
    told = seen.assign(
        month=pd.Series(months, index=seen.index, dtype="int64"),
        owner_name=seen["owner"].map(lambda email: names.get(email, email)).astype("str"),
        is_usage_kind=seen["kind"].isin(USAGE_KINDS),
    )
    return told.sort_values(["begun_at", "action_id"], ignore_index=True)[list(BEGUN_COLUMNS)]


def _started(connection: Connection) -> pd.Series:
    """Return when each action was first begun, by action_id (UTC)."""
    statement = (
        select(action_event.c.action_id, func.min(action_event.c.happened_at).label("begun_at"))
        .where(action_event.c.event == STARTED)
        .group_by(action_event.c.action_id)
    )
    found = pd.read_sql(statement, connection).set_index("action_id")["begun_at"]
    return pd.to_datetime(found, utc=True)


def _rows(connection: Connection, started: pd.Series, now: datetime) -> pd.DataFrame:
    """Return the stored actions that are begun or done, with the moment that began them."""
    ids = pd.Series(started.index, dtype="str")
    done = rows_of(connection, [action.c.status == "done"])
    parts = [done, *_named(connection, ids[~ids.isin(done["action_id"])])]
    rows = pd.concat(parts, ignore_index=True)
    moments = pd.Series(started.reindex(rows["action_id"]).array, index=rows.index)
    moments = moments.fillna(rows["ended_at"])
    is_past = moments <= pd.Timestamp(now)
    return rows.assign(begun_at=moments)[is_past]


def _named(connection: Connection, ids: pd.Series) -> Iterator[pd.DataFrame]:
    for some in chunks(ids):
        yield rows_of(connection, [action.c.action_id.in_(some)])
