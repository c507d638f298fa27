"""Judge all milestones afresh, as of any month and by the rules of any day; nothing is stored.

This is how an old result stays reproducible: the facts are still there, every activation of rules
is kept, and the engine leaves out what was not known yet.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection, Table, select

from data_access import schema
from data_access.errors import StoreError
from data_access.milestone_facts import facts_of
from data_access.milestone_marts import last_run
from data_access.program_store import active_program, program_on_date
from insights.milestone_verdict import verdict
from insights.months import month_code

PARTNERS = ("partner", "holder_partner", "earner_partner")
MONTHS = (
    "latest_month",
    "claim_month",
    "crossed_month",
    "reached_month",
    "earned_month",
    "payment_due_month",
)


def milestones_afresh(
    connection: Connection, *, as_of: int | None = None, rules_on: date | None = None
) -> pd.DataFrame:
    """Return the engine's rows, tenant x workload x milestone, with business ids.

    Without `as_of` they are those of the last judgement; with it, claims and earnings speak up to
    the last day of that month. `rules_on`: by the rules as they were in force at the end of that
    day (UTC), else by those in force now. Columns: tenant_id, workload, milestone, partner_id
    (whom it counts for), holder_partner_id, earner_partner_id, then those of milestone_status
    and rule_reference; months are YYYY-MM. Raises StoreError where nothing was ever judged.
    """
    run = last_run(connection)
    if run is None:
        raise StoreError("The store has no usage.", "Bring a file in: partner-insights import FILE")
    month = run.as_of if as_of is None else as_of
    if rules_on is None:
        program = active_program(connection)
    else:
        program = program_on_date(connection, rules_on)
    facts = facts_of(connection, None, until=month)
    known_on = run.known_on if as_of is None else _last_day(month)
    rows = verdict(facts, program, month, known_on=known_on).milestones
    return _with_ids(connection, rows)


def _last_day(month: int) -> date:
    """Return the last day of a month."""
    return (pd.Period(month_code(month), "M")).end_time.date()


def _with_ids(connection: Connection, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with business ids in place of keys, and months as codes."""
    partners = _ids(connection, schema.partner, "partner_id")
    named = {
        "tenant_id": rows["tenant_key"].map(_ids(connection, schema.tenant, "tenant_id")),
        "workload": rows["workload_key"].map(_ids(connection, schema.workload, "code")),
        "milestone": rows["milestone"],
        **{f"{name}_id": rows[f"{name}_key"].map(partners) for name in PARTNERS},
    }
    keys = ["tenant_key", "workload_key", *(f"{name}_key" for name in PARTNERS)]
    others = rows.drop(columns=[*keys, "milestone"])
    codes = {name: others[name].map(month_code, na_action="ignore") for name in MONTHS}
    return pd.concat([pd.DataFrame(named), others.assign(**codes)], axis=1)


def _ids(connection: Connection, table: Table, name: str) -> pd.Series[str]:
    """Return the business id of each key of a table."""
    key = next(iter(table.primary_key))
    found = pd.read_sql(select(key, table.c[name]), connection, index_col=key.name)
    return found[name]
