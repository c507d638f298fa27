"""Candidates for actions with business ids, playbooks and the numbers that their sentences tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from data_access.action_facts import (
    Names,
    claim_states,
    judged_of,
    read_facts,
    read_names,
    tenant_keys_of,
)
from insights.actions.claim_rules import clock_candidates, data_candidates, proof_candidates
from insights.actions.identity import IDENTITY
from insights.actions.kinds import KINDS_BY_CODE, USAGE_KINDS
from insights.actions.playbooks import Playbook, playbook_for
from insights.actions.rules import (
    CANDIDATE,
    FACTS,
    PAIR,
    claim_candidates,
    claim_standing,
    usage_candidates,
    usage_standing,
)

REACHED = ("paid", "reached")


@dataclass(frozen=True)
class Candidates:
    """What qualifies (`rows`) and what may stay listed (`standing`), with business ids.

    Both have CANDIDATE's columns, tenant_id, workload, partner_id, playbook, effort_minutes and
    basis. `run_id` and `model_id` are those of the scoring.
    """

    rows: pd.DataFrame
    standing: pd.DataFrame
    names: Names
    run_id: int
    model_id: int | None


def read_candidates(
    connection: Connection, live: pd.DataFrame, books: Mapping[str, Playbook], *, today: date
) -> Candidates | None:
    """Return the candidates of a store, None where nothing was ever judged.

    `live` are the live actions; what may stay is told for their customers only.
    """
    facts = read_facts(connection, today)
    if facts is None:
        return None
    keys = tenant_keys_of(connection, live["tenant_id"])
    fixed = [
        clock_candidates(facts.claims, facts.program),
        proof_candidates(facts.claims, facts.program),
        data_candidates(facts.findings, facts.usage.ahead, today),
    ]
    listed = [usage_candidates(facts.usage), claim_candidates(facts.usage, facts.program), *fixed]
    stays = [usage_standing(facts.usage), claim_standing(facts.usage, facts.program), *fixed]
    rows, standing = (pd.concat(each, ignore_index=True) for each in (listed, stays))
    standing = standing[standing["tenant_key"].isin(list(keys.values()))]
    names = read_names(connection, pd.concat([rows["tenant_key"], standing["tenant_key"]]))
    return Candidates(
        rows=with_ids(rows, names, books, basis=facts.basis),
        standing=with_ids(standing, names, books, basis=facts.basis),
        names=names,
        run_id=facts.run_id,
        model_id=facts.model_id,
    )


def with_ids(
    rows: pd.DataFrame, names: Names, books: Mapping[str, Playbook], *, basis: str
) -> pd.DataFrame:
    """Return candidates with their business ids, playbook, effort and basis of the chance."""
    told = rows.assign(
        tenant_id=rows["tenant_key"].map(names.tenants),
        workload=rows["workload_key"].map(names.workloads),
        partner_id=rows["partner_key"].fillna(0).map(names.partners).fillna(""),
        basis=rows["probability"].notna().map({True: basis, False: "fact"}),
        expected_usd_e4=rows["expected_usd_e4"].fillna(0).astype("int64"),
        is_example=rows["is_example"].fillna(False).astype("bool"),
        probability=rows["probability"].astype("float64"),
    )
    return told.merge(_playbooks(told, books), on=["kind", "workload"], how="left").reset_index(
        drop=True
    )


def _playbooks(rows: pd.DataFrame, books: Mapping[str, Playbook]) -> pd.DataFrame:
    """Return the playbook and its minutes for each kind and workload there is."""
    each = rows[["kind", "workload"]].drop_duplicates()
    chosen = [
        playbook_for(books.values(), kind, workload)
        for kind, workload in zip(each["kind"], each["workload"], strict=True)
    ]
    minutes = [
        KINDS_BY_CODE[kind].effort_minutes if book is None else book.effort_minutes
        for kind, book in zip(each["kind"], chosen, strict=True)
    ]
    codes = ["" if book is None else book.code for book in chosen]
    return each.assign(playbook=pd.Series(codes, index=each.index, dtype="str")).assign(
        effort_minutes=minutes
    )


def facts_json(row: Mapping[str, Any], names: Names) -> str:
    """Return the numbers of a candidate as JSON; days as ISO text, workloads by name."""
    told = {name: _plain(row[name]) for name in FACTS if name != "workload_keys"}
    keys = row["workload_keys"]
    if isinstance(keys, list):
        told["workloads"] = [names.workload_names.get(int(key), "") for key in keys]
    return json.dumps({name: value for name, value in told.items() if value is not None})


def _plain(value: Any) -> Any:  # noqa: ANN401 - a number, a text or a day
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number.is_integer() else round(number, 4)


# --- goals ----------------------------------------------------------------------------------------


def reached_goals(connection: Connection, live: pd.DataFrame, found: Candidates) -> frozenset[str]:
    """Return the ids of live actions whose goal is reached, among those that may not stay."""
    stays = pd.MultiIndex.from_frame(found.standing[IDENTITY].astype("str"))
    gone = live[~pd.MultiIndex.from_frame(live[IDENTITY].astype("str")).isin(stays)]
    if gone.empty:
        return frozenset()
    keys = tenant_keys_of(connection, gone["tenant_id"])
    told = gone.assign(tenant_key=gone["tenant_id"].map(keys).astype("Int64"))
    judged = judged_of(connection, told["tenant_key"].dropna())
    codes = {code: key for key, code in found.names.workloads.items()}
    told["workload_key"] = told["workload"].map(codes).astype("Int64")
    reached = [_usage_goals(told, judged), _claimed(told, judged), _complete(told, judged)]
    reached.append(_answered(connection, told))
    return frozenset(str(one) for some in reached for one in some["action_id"])


def _usage_goals(gone: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    rows = gone[gone["kind"].isin(USAGE_KINDS)].merge(judged, on=[*PAIR, "milestone"])
    is_there = (rows["users_needed"] == 0).fillna(False).astype(bool)
    is_earned = rows["state"].isin(REACHED) & (rows["kind"] != "recover")
    return rows[is_there | is_earned]


def _claimed(gone: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    held = judged[judged["is_held"]][PAIR].drop_duplicates()
    return gone[gone["kind"] == "claim"].merge(held, on=PAIR)


def _complete(gone: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Return data actions of customers of whom somebody still holds a workload."""
    held = judged[judged["is_held"]][["tenant_key"]].drop_duplicates()
    return gone[gone["kind"] == "data"].merge(held, on="tenant_key")


def _answered(connection: Connection, gone: pd.DataFrame) -> pd.DataFrame:
    """Return clocks and proofs whose claim has another status or proof than it had."""
    rows = gone[gone["kind"].isin(["clock", "proof"])].copy()
    if rows.empty:
        return rows
    facts = rows["facts"].map(json.loads)
    rows["claim_id"] = facts.map(lambda each: str(each.get("claim_id", "")))
    rows["was"] = facts.map(lambda each: str(each.get("claim_status", "")))
    rows["signed"] = pd.to_datetime(facts.map(lambda each: each.get("signed")))
    now = claim_states(connection, rows["claim_id"])
    both = rows.merge(now, on="claim_id", suffixes=("", "_now"))
    newer = pd.to_datetime(both["proof_signed_on"]) > both["signed"]
    return both[(both["status_now"] != both["was"]) | newer]


__all__ = ["CANDIDATE", "Candidates", "facts_json", "reached_goals", "read_candidates", "with_ids"]
