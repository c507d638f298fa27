"""Views that people saved under a name: a page and its query string, in the app database."""

from __future__ import annotations

import uuid
from datetime import datetime

import pandas as pd
from sqlalchemy import delete, select, update

from data_access.errors import InsightsError
from data_access.schema import saved_view
from data_access.store import Store
from data_access.types import Scope

LONGEST_NAME = 80
LONGEST_QUERY = 4_000


def saved_views(store: Store, scope: Scope) -> pd.DataFrame:
    """Return the viewer's own saved views and those of the team, own first, then by name.

    Columns: view_id, name, page, query, owner, saved_at, is_team, is_own. A view holds no figures,
    only which filters to set; what one sees in it is decided when it is opened.
    """
    is_own = (saved_view.c.owner == scope.own_key).label("is_own")
    statement = (
        select(saved_view, is_own)
        .where(is_own | saved_view.c.is_team)
        .order_by(is_own.desc(), saved_view.c.name)
    )
    with store.app_read() as connection:
        return pd.read_sql(statement, connection)


def save_view(  # noqa: PLR0913 - a view's parts
    store: Store,
    scope: Scope,
    *,
    name: str,
    page: str,
    query: str,
    now: datetime,
    is_team: bool = False,
) -> str:
    """Save a view under a name of the viewer's own, for them or for the team; return its id.

    A view of the same owner and name is replaced. Raises InsightsError for an empty or very
    long name, or a query string that is too long.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InsightsError(f"A view needs a name of 1 to {LONGEST_NAME} letters.")
    if len(query) > LONGEST_QUERY:
        raise InsightsError("This view has too many filters to save.", "Choose fewer values.")
    values = {"page": page, "query": query, "saved_at": now, "is_team": is_team}
    own = (saved_view.c.owner == scope.own_key) & (saved_view.c.name == name)
    view_id = uuid.uuid4().hex
    with store.app_write() as connection:
        if connection.execute(update(saved_view).where(own).values(**values)).rowcount:
            return str(connection.scalar(select(saved_view.c.view_id).where(own)))
        connection.execute(
            saved_view.insert().values(view_id=view_id, name=name, owner=scope.own_key, **values)
        )
    return view_id


def set_team(store: Store, scope: Scope, view_id: str, *, is_team: bool) -> None:
    """Give one of the viewer's own views to the team, or take it back; others' stay as they are."""
    mine = (saved_view.c.view_id == view_id) & (saved_view.c.owner == scope.own_key)
    with store.app_write() as connection:
        connection.execute(update(saved_view).where(mine).values(is_team=is_team))


def delete_view(store: Store, scope: Scope, view_id: str) -> None:
    """Delete one of the viewer's own views; nothing happens where it is not theirs."""
    mine = (saved_view.c.view_id == view_id) & (saved_view.c.owner == scope.own_key)
    with store.app_write() as connection:
        connection.execute(delete(saved_view).where(mine))
