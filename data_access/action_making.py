"""Actions that a person asks for, and the workloads that people decided to leave alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, insert, select
from sqlalchemy.exc import IntegrityError

from data_access.action_candidates import facts_json, with_ids
from data_access.action_facts import read_names, run_facts, usage_of
from data_access.action_rows import action_id_of, event_row, new_action, plain_value, rows_of
from data_access.action_scope import seen_actions
from data_access.actions_store import note_action
from data_access.errors import InsightsError
from data_access.playbook_store import playbooks
from data_access.program_store import active_program
from data_access.roles import require
from data_access.schema import action, action_event, tenant
from data_access.scope import seen_tenants
from data_access.store import Store
from data_access.types import Scope
from insights.actions.identity import IDENTITY, cool_until, is_for_workload
from insights.actions.kinds import LIVE, PAIR_KINDS
from insights.actions.rules import claim_standing, usage_candidates, usage_standing

NOT_KNOWN = "This customer is not known here, or not in your portfolio."

DISMISSED_COLUMNS = ("tenant_id", "workload", "reason", "until")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An action that somebody asks for: its identity, whose customer it is, and its numbers.

    `numbers` are columns of the table action (milestone, probability, basis, value_usd_e4,
    expected_usd_e4, is_example, urgency, facts, playbook, effort_minutes, due_on, owner ...).
    """

    tenant_id: str
    workload: str
    kind: str
    reason: str
    partner_id: str
    numbers: Mapping[str, Any]


def ensure_action(
    store: Store, scope: Scope, tenant_id: str, workload: str, *, now: datetime
) -> str:
    """Return the id of the live action on a customer's workload; make one where there is none.

    Made is what a scoring would list for its next milestone, whatever its chance or value; a
    dismissed or done one comes back as the next round, because somebody asks for it. Raises
    InsightsError where the scope does not see the workload or no milestone is ahead of it.
    """
    require(scope, "work")
    with store.read() as connection:
        known = select(tenant.c.tenant_key).where(tenant.c.tenant_id == tenant_id)
        if connection.scalar(known.where(*seen_tenants(scope))) is None:
            raise InsightsError(NOT_KNOWN)
        wanted = _wanted(store, connection, (tenant_id, workload), now.date())
        _check_seen(connection, scope, wanted)
    return create_action(store, scope, wanted, now=now)


def create_action(store: Store, scope: Scope, wanted: Wanted, *, now: datetime) -> str:
    """Make an action and return its id; a live one of the same customer and matter is returned.

    For usage and claims that is any live one of the workload, else one of the same identity.
    Raises InsightsError where the scope does not see the customer's workload.
    """
    require(scope, "work")
    with store.read() as connection:
        _check_seen(connection, scope, wanted)
    try:
        return _created(store, scope, wanted, now)
    except IntegrityError:  # somebody made the same one at this moment
        return _created(store, scope, wanted, now)


def dismissed_pairs(store: Store, scope: Scope, *, today: date) -> pd.DataFrame:
    """Return the workloads that people decided to leave alone, one row each: DISMISSED_COLUMNS.

    `reason` is a code of DISMISS_REASONS, `until` the first day on which it may be listed again
    (datetime64). What somebody took up again since is left out. Opportunities marks the pairs and
    leaves them out of the order by effort.
    """
    pair = ["tenant_id", "workload"]
    with store.app_read() as connection:
        rows = rows_of(connection, [action.c.status == "dismissed"])
        asked = [action.c.status.in_(LIVE), action.c.kind.in_(PAIR_KINDS)]
        live = pd.read_sql(select(*(action.c[name] for name in pair)).where(*asked), connection)
    is_asked = pd.MultiIndex.from_frame(rows[pair]).isin(pd.MultiIndex.from_frame(live))
    rows = rows[~is_asked]
    rows = rows.assign(until=cool_until(rows), reason=rows["status_reason"])
    rows = rows[is_for_workload(rows) & (rows["until"] > pd.Timestamp(today))]
    with store.read() as connection:
        seen = seen_actions(connection, scope, rows)
    last = seen.sort_values("until").drop_duplicates(pair, keep="last")
    return last[list(DISMISSED_COLUMNS)].reset_index(drop=True)


# --- parts ----------------------------------------------------------------------------------------


def _wanted(store: Store, connection: Connection, pair: tuple[str, str], today: date) -> Wanted:
    """Return what a scoring would list for a pair, whatever its chance or value."""
    tenant_id, workload = pair
    usage = usage_of(connection, tenant_id, today)
    if usage is None:
        raise InsightsError("No milestone was judged yet, so there is nothing to do about one.")
    program = active_program(connection)
    found = [usage_candidates(usage), usage_standing(usage), claim_standing(usage, program)]
    rows = pd.concat(found, ignore_index=True)
    names = read_names(connection, rows["tenant_key"])
    told = with_ids(rows, names, playbooks(store), basis=run_facts(connection)[2])
    told = told[(told["workload"] == workload)]
    if told.empty:
        raise InsightsError(
            "This workload has no milestone ahead that can still be earned.",
            "See the customer's page for what holds it back.",
        )
    row = {str(name): value for name, value in told.iloc[0].items()}
    kept = ("milestone", "probability", "basis", "value_usd_e4", "expected_usd_e4", "is_example")
    more = ("urgency", "playbook", "effort_minutes", "due_on")
    numbers = {name: plain_value(row[name]) for name in (*kept, *more)}
    identity = (tenant_id, workload, str(row["kind"]), str(row["reason"]))
    facts = {"facts": facts_json(row, names)}
    return Wanted(*identity, str(row["partner_id"]), {**numbers, **facts})


def _check_seen(connection: Connection, scope: Scope, wanted: Wanted) -> None:
    names = ("tenant_id", "workload", "kind", "partner_id")
    row = pd.DataFrame([{name: getattr(wanted, name) for name in names}])
    if seen_actions(connection, scope, row).empty:
        raise InsightsError(NOT_KNOWN)


def _created(store: Store, scope: Scope, wanted: Wanted, now: datetime) -> str:
    with store.app_write() as connection:
        live = connection.scalar(_live(wanted))
        if live is not None:
            return str(live)
        identity = {name: getattr(wanted, name) for name in IDENTITY}
        same = [action.c[name] == value for name, value in identity.items()]
        rounds = connection.scalars(select(action.c.round).where(*same)).all()
        row = {
            **new_action(now),
            **_NO_NUMBERS,
            **wanted.numbers,
            **identity,
            "partner_id": wanted.partner_id,
            "round": max(rounds, default=0) + 1,
        }
        row["action_id"] = action_id_of(row)
        connection.execute(insert(action).values(row))
        told = {"status": [None, "open"]}
        event = event_row(row["action_id"], (scope.who, "created", 1), told, now=now)
        connection.execute(insert(action_event).values(event))
        note_action(connection, scope, row, what="created", changes={}, now=now)
    return str(row["action_id"])


_NO_NUMBERS: dict[str, Any] = {
    "playbook": "",
    "effort_minutes": 0,
    "milestone": None,
    "probability": None,
    "basis": "fact",
    "model_id": None,
    "value_usd_e4": None,
    "expected_usd_e4": 0,
    "is_example": False,
    "urgency": 0,
    "facts": "{}",
}


def _live(wanted: Wanted) -> Select[str]:
    """Return the statement that finds the live action to take instead of a new one."""
    conditions: list[ColumnElement[bool]] = [
        action.c.tenant_id == wanted.tenant_id,
        action.c.workload == wanted.workload,
        action.c.status.in_(LIVE),
    ]
    if wanted.kind in PAIR_KINDS:
        conditions.append(action.c.kind.in_(PAIR_KINDS))
    else:
        conditions += [action.c.kind == wanted.kind, action.c.reason == wanted.reason]
    best = action.c.expected_usd_e4.desc()
    return select(action.c.action_id).where(*conditions).order_by(best, action.c.action_id).limit(1)
