"""The playbooks in force: those that come with the app, and what people changed in their place.

Nothing is ever overwritten: every change is a row of `playbook_change`, and the newest row of a
playbook stands; a row without content takes it back to the one that comes with the app.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import pandas as pd
from sqlalchemy import Connection, insert, select

from data_access import audit
from data_access.errors import InsightsError
from data_access.playbook_files import PlaybookError, parse_playbook, playbook_texts
from data_access.roles import require
from data_access.schema import playbook_change
from data_access.store import Store
from data_access.types import Scope
from insights.actions.playbooks import Playbook, clashes

LARGEST_TEXT = 50_000
"""Letters of a playbook; one has about two thousand."""


def playbooks(store: Store) -> dict[str, Playbook]:
    """Return the playbooks in force by code."""
    with store.app_read() as connection:
        return playbooks_in_force(connection)


def playbooks_in_force(connection: Connection) -> dict[str, Playbook]:
    """Return what `playbooks` returns, from a connection to the app database.

    A changed one that this version cannot read any more gives way to the one that comes with the
    app; without such a one it is left out.
    """
    found = dict(shipped_playbooks())
    for code, text in _changed_texts(connection).items():
        try:
            found[code] = parse_playbook(text, code)
        except PlaybookError:
            continue
    return dict(sorted(found.items()))


def playbook_text(store: Store, code: str) -> str:
    """Return the TOML text in force of a playbook; raises InsightsError for an unknown code."""
    with store.app_read() as connection:
        text = _texts(connection).get(code)
    if text is None:
        raise InsightsError(f"There is no playbook {code[:60]!r}.")
    return text


def playbook_history(store: Store) -> pd.DataFrame:
    """Return every change of playbooks, newest first.

    Columns: change_id, code, content (None: back to the shipped one), activated_at (UTC),
    activated_by.
    """
    statement = select(playbook_change).order_by(playbook_change.c.change_id.desc())
    with store.app_read() as connection:
        rows = pd.read_sql(statement, connection)
    return rows.assign(activated_at=pd.to_datetime(rows["activated_at"], utc=True))


def activate_playbook(
    store: Store, scope: Scope, code: str, text: str, *, now: datetime
) -> Playbook:
    """Put a changed or new playbook in force and return it.

    Raises PlaybookError with every problem of the text, also where another playbook is for the
    same kind and workload; InsightsError where the role may not or nothing changes.
    """
    require(scope, "people")
    if len(text) > LARGEST_TEXT:
        raise InsightsError(f"A playbook has {LARGEST_TEXT:,} letters at most.")
    tidy = text.replace("\r\n", "\n")
    changed = parse_playbook(tidy, code)
    with store.app_write() as connection:
        if _texts(connection).get(code) == tidy:
            raise InsightsError("This is word for word what is in force; nothing was changed.")
        _check_clashes({**playbooks_in_force(connection), code: changed})
        _write(connection, scope, code, tidy, now)
    return changed


def reset_playbook(store: Store, scope: Scope, code: str, *, now: datetime) -> Playbook | None:
    """Take a playbook back to the one that comes with the app and return that; None: it is gone.

    Raises InsightsError where the role may not or the playbook is not changed.
    """
    require(scope, "people")
    with store.app_write() as connection:
        if code not in _changed_texts(connection):
            raise InsightsError("This playbook is not changed, so there is nothing to take back.")
        _write(connection, scope, code, None, now)
        found = playbooks_in_force(connection)
        _check_clashes(found)
    return found.get(code)


def is_changed(store: Store) -> frozenset[str]:
    """Return the codes of playbooks that are not as they come with the app."""
    with store.app_read() as connection:
        return frozenset(_changed_texts(connection))


@lru_cache(maxsize=1)
def shipped_playbooks() -> dict[str, Playbook]:
    """Return the playbooks that come with the app; their files do not change while it runs."""
    return {code: parse_playbook(text, code) for code, text in playbook_texts().items()}


def _texts(connection: Connection) -> dict[str, str]:
    return {**playbook_texts(), **_changed_texts(connection)}


def _changed_texts(connection: Connection) -> dict[str, str]:
    """Return the changed texts in force by code."""
    columns = (playbook_change.c.code, playbook_change.c.content)
    newest = select(*columns).order_by(playbook_change.c.change_id)
    rows = {str(row.code): row.content for row in connection.execute(newest)}
    return {code: str(text) for code, text in rows.items() if text is not None}


def _check_clashes(found: dict[str, Playbook]) -> None:
    problems = clashes(found)
    if problems:
        raise PlaybookError(tuple(problems))


def _write(
    connection: Connection, scope: Scope, code: str, content: str | None, now: datetime
) -> None:
    values = {"code": code, "content": content, "activated_at": now, "activated_by": scope.who}
    connection.execute(insert(playbook_change).values(values))
    told = {"what": "taken back to the shipped one" if content is None else "put in force"}
    about = {"subject_kind": "playbook", "subject": code}
    audit.note(connection, scope, "playbook", **about, detail=told, now=now)
