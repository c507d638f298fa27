"""Views that people saved under a name: a page and its query string, in the app database."""

from __future__ import annotations

import uuid
from datetime import datetime
from urllib.parse import parse_qsl

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from data_access import audit
from data_access.errors import InsightsError
from data_access.queries.options import unseen_ids
from data_access.roles import require, require_self
from data_access.schema import saved_view
from data_access.store import Store
from data_access.types import Scope

LONGEST_NAME = 80
LONGEST_QUERY = 4_000


def saved_views(store: Store, scope: Scope) -> pd.DataFrame:
    """Return the viewer's own saved views and those of the team, own first, then by name.

    Columns: view_id, name, page, query, owner, saved_at, is_team, is_own. A view holds no figures,
    only which filters to set; what one sees in it is decided when it is opened. A view of the
    team that names customers, partners, claims, markets or segments out of scope is left out.
    """
    is_own = (saved_view.c.owner == scope.own_key).label("is_own")
    statement = (
        select(saved_view, is_own)
        .where(is_own | saved_view.c.is_team)
        .order_by(is_own.desc(), saved_view.c.name)
    )
    with store.app_read() as connection:
        rows = pd.read_sql(statement, connection)
    if scope.is_unrestricted or rows.empty:
        return rows
    named = [_named(query) for query in rows["query"]]
    with store.read() as connection:
        hidden = unseen_ids(connection, scope, set().union(*named))
    is_told = pd.Series([not (ids & hidden) for ids in named], index=rows.index)
    return rows[is_told | rows["is_own"].astype("bool")].reset_index(drop=True)


def _named(query: str) -> set[str]:
    """Return every value that a query string holds, also those of lists with commas."""
    values = {value for _, value in parse_qsl(query.lstrip("?"))}
    return values | {part.strip() for value in values for part in value.split(",")}


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
    require_self(scope)
    if is_team:
        require(scope, "work")
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InsightsError(f"A view needs a name of 1 to {LONGEST_NAME} letters.")
    if len(query) > LONGEST_QUERY:
        raise InsightsError("This view has too many filters to save.", "Choose fewer values.")
    values = {"page": page, "query": query, "saved_at": now, "is_team": is_team}
    own = (saved_view.c.owner == scope.own_key) & (saved_view.c.name == name)
    view_id = uuid.uuid4().hex
    with store.app_write() as connection:
        known = connection.execute(
            select(saved_view.c.view_id, saved_view.c.is_team).where(own).with_for_update()
        ).one_or_none()
        if known is not None:
            view_id = str(known.view_id)
            connection.execute(update(saved_view).where(own).values(**values))
        else:
            new = {"view_id": view_id, "name": name, "owner": scope.own_key}
            connection.execute(saved_view.insert().values(**new, **values))
        if is_team or (known is not None and known.is_team):
            what = "saved for the team" if is_team else "taken back from the team"
            _note(connection, scope, view_id, (what, name), now)
    return view_id


def set_team(store: Store, scope: Scope, view_id: str, *, is_team: bool, now: datetime) -> None:
    """Give one of the viewer's own views to the team, or take it back; others' stay as they are.

    Raises DeniedError where the role may only read.
    """
    require(scope, "work")
    with store.app_write() as connection:
        mine, known = _mine(connection, scope, view_id)
        if known is None or bool(known.is_team) == is_team:
            return
        connection.execute(update(saved_view).where(mine).values(is_team=is_team))
        what = "given to the team" if is_team else "taken back from the team"
        _note(connection, scope, view_id, (what, known.name), now)


def delete_view(store: Store, scope: Scope, view_id: str, *, now: datetime) -> None:
    """Delete one of the viewer's own views; nothing happens where it is not theirs."""
    require_self(scope)
    with store.app_write() as connection:
        mine, known = _mine(connection, scope, view_id)
        connection.execute(delete(saved_view).where(mine))
        if known is not None and known.is_team:
            _note(connection, scope, view_id, ("deleted", known.name), now)


def _mine(
    connection: Connection, scope: Scope, view_id: str
) -> tuple[ColumnElement[bool], Row[str, bool] | None]:
    """Return the condition of one of the viewer's own views, and its name and is_team."""
    mine = (saved_view.c.view_id == view_id) & (saved_view.c.owner == scope.own_key)
    columns = (saved_view.c.name, saved_view.c.is_team)
    known: Row[str, bool] | None = connection.execute(
        select(*columns).where(mine).with_for_update()
    ).one_or_none()
    return mine, known


def _note(
    connection: Connection, scope: Scope, view_id: str, told: tuple[str, str], now: datetime
) -> None:
    """Audit what became of a team view; one's own concern nobody else."""
    what, name = told
    about = {"subject_kind": "view", "subject": view_id}
    audit.note(connection, scope, "view", **about, detail={"what": what, "name": name}, now=now)
