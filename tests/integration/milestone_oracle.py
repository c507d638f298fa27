"""The milestone marts once more: the engine on all facts at once, sums in plain Python."""

from collections import Counter, defaultdict

import pandas as pd
from sqlalchemy import select

from data_access import schema
from data_access.milestone_facts import facts_of, newest_month, size_bands
from data_access.milestone_marts import last_run
from data_access.milestone_sums import rebuild_sums
from data_access.program_store import active_program
from insights.milestone_verdict import verdict
from insights.months import month_of

SLICE = ("market", "segment")
SUMS = (
    "pairs",
    "users_needed",
    "value_usd_e4",
    "example_pairs",
    "slipping",
    "stalled",
    "seats_moved",
    "data_late",
    "too_late_to_claim",
)


def rows_of(connection, table):
    """Return the rows of a table as dicts of plain values, by its primary key."""
    frame = pd.read_sql(select(table), connection)
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    key = [column.name for column in table.primary_key]
    return {tuple(row[name] for name in key): row for row in records}


def judged_whole(connection):
    """Return milestone_status, growth_earning and reconciliation judged from all facts at once."""
    run, as_of = last_run(connection), newest_month(connection)
    assert run.as_of == as_of
    facts = facts_of(connection, None, until=as_of)
    found = verdict(facts, active_program(connection), as_of, known_on=run.known_on)
    bands = size_bands(connection, None, as_of=as_of)
    band = found.milestones["tenant_key"].map(bands).fillna(0).astype("int64")
    return {
        schema.milestone_status: found.milestones.assign(size_band=band),
        schema.growth_earning: found.growth,
        schema.reconciliation: found.reconciliation,
    }


def assert_marts_are_whole(connection):
    """Check every milestone mart against the engine on all facts and sums in plain Python."""
    for table, frame in judged_whole(connection).items():
        key = [column.name for column in table.primary_key]
        wanted = frame[[column.name for column in table.c]].astype(object)
        records = wanted.where(wanted.notna(), None).to_dict("records")
        assert rows_of(connection, table) == {tuple(row[k] for k in key): row for row in records}
    assert stored_sums(connection) == state_sums(connection)
    assert stored_money(connection) == money(connection)


def assert_parts_are_whole(store):
    """Check that the sums above hold what summing everything up anew gives."""
    parts = (schema.money_part, schema.reconciliation_sum, schema.growth_sum)
    with store.write(keep=False) as connection:
        stored = {table.name: rows_of(connection, table) for table in parts}
        rebuild_sums(connection, active_program(connection), touched=None)
        assert {table.name: rows_of(connection, table) for table in parts} == stored


def stored_sums(connection):
    """Return milestone_sum as {key: sums}."""
    rows = rows_of(connection, schema.milestone_sum)
    return {key: [row[name] for name in SUMS] for key, row in rows.items()}


def state_sums(connection):
    """Return milestone_status summed up by the key of milestone_sum."""
    tenants = rows_of(connection, schema.tenant)
    sums = defaultdict(lambda: [0] * len(SUMS))
    for row in rows_of(connection, schema.milestone_status).values():
        names = ("partner_key", "workload_key", "milestone", "state", "reason")
        about = tenants[(row["tenant_key"],)]
        key = (*(row[n] for n in names), *(about[n] for n in SLICE), row["size_band"])
        told = (
            1,
            row["users_needed"] or 0,
            row["added_value_usd_e4"] or 0,
            row["is_example"],
            row["is_slipping"],
            row["is_stalled"],
            row["seat_points"] is not None,
            row["is_data_late"],
            row["is_too_late_to_claim"],
        )
        sums[key] = [total + value for total, value in zip(sums[key], told, strict=True)]
    return sums


def stored_money(connection):
    """Return money_month as {key: (pairs, amount, example pairs)}."""
    rows = rows_of(connection, schema.money_month)
    names = ("pairs", "amount_usd_e4", "example_pairs")
    return {key: tuple(row[name] for name in names) for key, row in rows.items()}


def money(connection):
    """Return the money of each month, partner, workload, model and outcome, counted once."""
    program = active_program(connection)
    pairs, amounts, examples = Counter(), Counter(), Counter()

    def add(key, amount, is_example):
        pairs[key] += 1
        amounts[key] += amount or 0
        examples[key] += is_example

    def model_of(month):
        years = [
            rules
            for rules in program.years
            if month_of(rules.starts) <= month
            and (rules.ends is None or month <= month_of(rules.ends))
        ]
        return years[0].model if years else "milestone"

    for row in rows_of(connection, schema.milestone_status).values():
        holder = (row["partner_key"], row["workload_key"])
        value = (row["added_value_usd_e4"], row["is_example"])
        if row["state"] == "missed":
            month = row["crossed_month"]
            add((month, *holder, model_of(month), "missed"), *value)
        elif (month := row["earned_month"]) is not None and model_of(month) == "milestone":
            add((month, *holder, "milestone", "earned"), *value)
    for row in rows_of(connection, schema.growth_earning).values():
        if row["amount_usd_e4"] > 0:
            key = (row["month"], row["partner_key"], row["workload_key"], "growth", "earned")
            add(key, row["amount_usd_e4"], row["is_example"])
    return {key: (pairs[key], amounts[key], examples[key]) for key in pairs}
