"""The people list in the app database: who owns which partners and customers, for how many hours.

A person is saved as a whole, and every change keeps its old values. Nobody is ever removed,
because actions name their owners: a person who left becomes inactive.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select, update

from data_access import audit
from data_access.action_rows import utc
from data_access.errors import ChangedMeanwhileError, InsightsError, MeanwhileChange
from data_access.files import read_tables
from data_access.queries.options import unseen_ids
from data_access.roles import require
from data_access.schema import partner, person, person_event, tenant
from data_access.store import Store
from data_access.types import Scope
from insights.actions.people import LABELS, Person, people_from_texts, people_of, person_faults

FIELDS = ("name", "role", "partner_ids", "tenant_ids", "hours_per_week", "is_active")
MOST_PEOPLE = 5_000


@dataclass(frozen=True, slots=True)
class PeopleSaved:
    """What saving a list did: e-mails of people who are new, changed, and as they were."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def people(store: Store, *, only_active: bool = False) -> pd.DataFrame:
    """Return the people by name; one row each.

    Columns: email, name, role, partner_ids and tenant_ids (JSON lists), hours_per_week, is_active,
    version, saved_at (UTC), saved_by.
    """
    statement = select(person).order_by(person.c.name, person.c.email)
    if only_active:
        statement = statement.where(person.c.is_active)
    with store.app_read() as connection:
        rows = pd.read_sql(statement, connection)
    return rows.assign(
        saved_at=pd.to_datetime(rows["saved_at"], utc=True),
        is_active=rows["is_active"].astype("bool"),
        hours_per_week=rows["hours_per_week"].astype("float64"),
    )


def people_told(store: Store, scope: Scope) -> pd.DataFrame:
    """Return the people that a scope is told of, with what they own in it; columns as `people`.

    A restricted scope is told of those who own something in it, or nothing in particular, and of
    its own user.
    """
    rows = people(store)
    if scope.is_unrestricted:
        return rows
    owned = {name: rows[name].map(json.loads) for name in ("partner_ids", "tenant_ids")}
    every = {one for ids in owned.values() for each in ids for one in each}
    with store.read() as connection:
        hidden = unseen_ids(connection, scope, every)
    seen = {
        name: ids.map(lambda each: [one for one in each if one not in hidden])
        for name, ids in owned.items()
    }
    owns_any = owned["partner_ids"].map(bool) | owned["tenant_ids"].map(bool)
    owns_seen = seen["partner_ids"].map(bool) | seen["tenant_ids"].map(bool)
    is_told = owns_seen | ~owns_any | (rows["email"] == scope.person)
    told = rows.assign(**{name: ids.map(json.dumps).astype("str") for name, ids in seen.items()})
    return told[is_told].reset_index(drop=True)


def person_history(store: Store, email: str) -> pd.DataFrame:
    """Return the changes of a person, oldest first: happened_at (UTC), who, changes (JSON)."""
    statement = (
        select(person_event.c.happened_at, person_event.c.who, person_event.c.changes)
        .where(person_event.c.email == email)
        .order_by(person_event.c.event_id)
    )
    with store.app_read() as connection:
        rows = pd.read_sql(statement, connection)
    return rows.assign(happened_at=pd.to_datetime(rows["happened_at"], utc=True))


def save_person(
    store: Store, scope: Scope, saved: Person, *, version: int | None, now: datetime
) -> int:
    """Save one person and return the new version.

    `version` is that of the row as it was read, None for somebody new. Raises InsightsError where
    the role may not, a field is wrong or a new address is known already, ChangedMeanwhileError
    where somebody changed the person since.
    """
    require(scope, "people")
    faults = person_faults(saved)
    if faults:
        told = [f"{LABELS[each.field]}: {each.message} {each.remedy}" for each in faults]
        raise InsightsError(" ".join(told), "Nothing was saved.")
    with store.app_write() as connection:
        stored = _stored(connection, saved.email)
        if version is None and stored is not None:
            raise InsightsError(f"{saved.email} is on the list already.", "Change that row.")
        if version is not None and (stored is None or stored["version"] != version):
            raise ChangedMeanwhileError(_since(connection, saved.email, version), LABELS)
        return _write(connection, scope, saved, stored, now)


def people_from_file(content: bytes, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the people of a CSV or Excel file and what is wrong with it; nothing is stored.

    People: insights.actions.people.FRAME_COLUMNS; problems: row, column, message, remedy. Raises
    RefusedFileError where the file is no table.
    """
    table = read_tables(name, content)[0]
    positions = range(len(table.row_numbers))
    rows = [[column.text(at) for column in table.columns] for at in positions]
    found, problems = people_from_texts(table.header, rows, [int(n) for n in table.row_numbers])
    malformed = [
        {
            "row": each.row,
            "column": "",
            "message": f"The row has {len(each.cells)} cells, the header {len(table.header)}.",
            "remedy": "Put texts that contain the separator into quotation marks.",
        }
        for each in table.malformed
    ]
    return found, pd.concat([problems, pd.DataFrame(malformed, columns=list(problems.columns))])


def unknown_ids(store: Store, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what a list names that the reports do not: row, column, message, remedy.

    These are no errors: a customer may be reported later.
    """
    with store.read() as connection:
        known = {
            "partner_ids": set(connection.scalars(select(partner.c.partner_id))),
            "tenant_ids": set(connection.scalars(select(tenant.c.tenant_id))),
        }
    named = [
        (row, field, one)
        for field in known
        for row, ids in zip(rows["row"], rows[field], strict=True)
        for one in json.loads(ids)
        if one not in known[field]
    ]
    return pd.DataFrame(
        [
            {
                "row": row,
                "column": LABELS[field],
                "message": f"{one[:60]} is not in the reports.",
                "remedy": "Check the id; it may also be reported later.",
            }
            for row, field, one in named
        ],
        columns=["row", "column", "message", "remedy"],
    )


def save_people(store: Store, scope: Scope, rows: pd.DataFrame, *, now: datetime) -> PeopleSaved:
    """Save the people of a list in one transaction; people who are not on it stay as they are.

    `rows` are those of `people_from_file`. Raises InsightsError where the role may not, or the
    list is longer than MOST_PEOPLE.
    """
    require(scope, "people")
    if len(rows) > MOST_PEOPLE:
        raise InsightsError(f"A list can have {MOST_PEOPLE:,} people at most.")
    done: dict[str, list[str]] = {"new": [], "changed": [], "unchanged": []}
    with store.app_write() as connection:
        for each in people_of(rows):
            stored = _stored(connection, each.email)
            before = 0 if stored is None else int(stored["version"])
            after = _write(connection, scope, each, stored, now)
            kind = "new" if stored is None else "changed" if after > before else "unchanged"
            done[kind].append(each.email)
    return PeopleSaved(*(tuple(done[kind]) for kind in ("new", "changed", "unchanged")))


def sole_owners(rows: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """Return who owns each partner and each customer, as (by partner, by customer).

    Only active people count, and only what exactly one of them owns.
    """
    active = rows[rows["is_active"]]
    return _sole(active, "partner_ids"), _sole(active, "tenant_ids")


def _sole(rows: pd.DataFrame, column: str) -> dict[str, str]:
    owned = rows.assign(one=rows[column].map(json.loads)).explode("one").dropna(subset="one")
    owned = owned.drop_duplicates("one", keep=False)
    return dict(zip(owned["one"].astype(str), owned["email"].astype(str), strict=True))


# --- parts ----------------------------------------------------------------------------------------


def _stored(connection: Connection, email: str) -> dict[str, Any] | None:
    found = connection.execute(
        select(person).where(person.c.email == email).with_for_update()
    ).one_or_none()
    return None if found is None else dict(found._mapping)


def _values(saved: Person) -> dict[str, Any]:
    return {
        "name": saved.name.strip(),
        "role": saved.role,
        "partner_ids": json.dumps(saved.partner_ids),
        "tenant_ids": json.dumps(saved.tenant_ids),
        "hours_per_week": saved.hours_per_week,
        "is_active": saved.is_active,
    }


def _write(
    connection: Connection,
    scope: Scope,
    saved: Person,
    stored: Mapping[str, Any] | None,
    now: datetime,
) -> int:
    """Write a person and the event of it, unless nothing changes; return the version."""
    values = _values(saved)
    changes = {
        name: [None if stored is None else stored[name], value]
        for name, value in values.items()
        if stored is None or stored[name] != value
    }
    version = 0 if stored is None else int(stored["version"])
    if not changes:
        return version
    told = {**values, "version": version + 1, "saved_at": now, "saved_by": scope.who}
    if stored is None:
        connection.execute(insert(person).values(email=saved.email, **told))
    else:
        connection.execute(update(person).where(person.c.email == saved.email).values(**told))
    event = {"email": saved.email, "happened_at": now, "who": scope.who}
    connection.execute(insert(person_event).values(**event, changes=json.dumps(changes)))
    told = {"what": "added" if stored is None else "changed", "changes": changes}
    about = {"subject_kind": "person", "subject": saved.email}
    audit.note(connection, scope, "person", **about, detail=told, now=now)
    return version + 1


def _since(connection: Connection, email: str, version: int) -> tuple[MeanwhileChange, ...]:
    """Return the changes of a person after a version; each change is one event."""
    events: Sequence[Any] = connection.execute(
        select(person_event)
        .where(person_event.c.email == email)
        .order_by(person_event.c.event_id)
        .offset(version)
    ).all()
    return tuple(
        MeanwhileChange(
            row.who,
            utc(row.happened_at),
            {name: (old, new) for name, (old, new) in json.loads(row.changes).items()},
        )
        for row in events
    )
