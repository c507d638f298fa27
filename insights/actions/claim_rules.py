"""Which claims, proofs and figures ask for an action; the words are in KINDS."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from insights.actions.kinds import PROOF_AHEAD_DAYS
from insights.actions.rules import (
    NUMBERS,
    PAIR,
    clock_urgency,
    completed,
    due_by_clock,
    due_days,
    passed,
    still_ahead,
)
from insights.claim_clocks import claim_clocks, proof_ages
from insights.program import Program

LONGEST_REASON = 60
"""Letters that an action's reason has room for."""

CLOCK_WORDS: dict[str, str] = {
    "partner_action_required": "Answer the reviewer",
    "rejected": "Dispute the rejection",
    "submitted": "Ask Microsoft to start the overdue review",
    "under_review": "Ask Microsoft for the overdue decision",
    "dispute": "Ask Microsoft for the overdue answer to the dispute",
}
"""What each clock asks of the partner; Microsoft's own only once it is overdue."""


@dataclass(frozen=True)
class ClaimFacts:
    """Claims, and the milestones ahead that they protect, on a day.

    `claims`: the columns of the table claim for claims whose clock may run. `proofs`: the same
    for claims on their way or contested, with is_open (on its way) and rival_signed_on (the newest
    proof of another partner's open claim; missing: not contested). `ahead` as in UsageFacts.
    """

    claims: pd.DataFrame
    proofs: pd.DataFrame
    ahead: pd.DataFrame
    today: date


def clock_candidates(facts: ClaimFacts, program: Program) -> pd.DataFrame:
    """Return one candidate per claim, customer and clock that asks something of the partner."""
    clocks = claim_clocks(facts.claims, program, facts.today)
    asks = (clocks["who"] == "partner") | ((clocks["who"] == "Microsoft") & clocks["is_overdue"])
    found = _one_each(clocks[asks], ["claim_id", "tenant_key", "clock"], facts)
    rows = found.assign(
        kind="clock",
        reason=_short(_since(found["clock"], found["claim_id"], found["started_on"])),
        claim_status=found["status"],
        started=found["started_on"],
        clock_due=still_ahead(found["due_on"], facts.today),
        was_due=passed(found["due_on"], facts.today),
        urgency=clock_urgency(found["days_left"]),
        due_on=due_by_clock(found["due_on"], facts.today),
        clock=found["clock"].map(CLOCK_WORDS),
    )
    return completed([rows])


def proof_candidates(facts: ClaimFacts, program: Program) -> pd.DataFrame:
    """Return one candidate per claim and customer whose proof does not hold, or soon will not."""
    proofs = facts.proofs.reset_index(drop=True)
    ages = proof_ages(proofs, program, facts.today)
    signed, rival = (
        pd.to_datetime(proofs[name]) for name in ("proof_signed_on", "rival_signed_on")
    )
    ageing = (proofs["is_open"] & (ages["days_left"] <= PROOF_AHEAD_DAYS)).fillna(False)
    beaten = ~proofs["is_open"] & rival.notna() & ~(signed > rival)
    told = proofs.assign(
        signed=signed,
        age=ages["age_months"],
        valid_until=ages["valid_until"].where(proofs["is_open"]),
        rival_signed=rival.where(beaten),
        claim_status=proofs["status"],
        days_left=ages["days_left"].astype("Float64").mask(beaten, 0),
    )[(ageing | beaten).astype(bool)]
    found = _one_each(told, ["claim_id", "tenant_key"], facts)
    left = found["days_left"].astype("float64")
    rows = found.assign(
        kind="proof",
        reason=_short(_since("proof", found["claim_id"], found["signed"])),
        urgency=clock_urgency(left),
    )
    contested = rows["rival_signed"].notna()
    ends = rows["valid_until"].mask(contested, pd.Timestamp(due_days([3], facts.today)[0]))
    told_days = {
        "due_on": due_by_clock(ends, facts.today),
        "valid_until": still_ahead(rows["valid_until"], facts.today),
        "was_due": passed(rows["valid_until"], facts.today),
    }
    return completed([rows.assign(**told_days)])


def data_candidates(findings: pd.DataFrame, ahead: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return one candidate per customer and finding.

    `findings`: PAIR, partner_key, finding (of FINDINGS), units, users, month; one row per pair.
    """
    told = findings.assign(reason=findings["finding"], claim_id="")
    facts = ClaimFacts(told, told, ahead, today)
    found = _one_each(told, ["tenant_key", "reason"], facts)
    urgency = np.where(found["milestone"].notna(), 2, 0)
    rows = found.assign(kind="data", urgency=urgency, due_on=due_days(urgency.tolist(), today))
    return completed([rows.drop(columns="claim_id")])


def _one_each(rows: pd.DataFrame, key: list[str], facts: ClaimFacts) -> pd.DataFrame:
    """Return one row per key: of the most valuable workload, with the keys of all of them.

    The workload is 0, the whole customer, where there are several.
    """
    worth = facts.ahead[[*PAIR, *NUMBERS]]
    told = rows.drop(columns=[name for name in NUMBERS if name in rows]).merge(
        worth, on=PAIR, how="left"
    )
    told = told.sort_values(["expected_usd_e4", "workload_key"], ascending=[False, True])
    grouped = told.groupby(key, sort=False)["workload_key"]
    every = grouped.unique().map(lambda keys: sorted(int(each) for each in keys))
    first = told.drop_duplicates(key).merge(
        every.rename("workload_keys").reset_index(), on=key, how="left"
    )
    several = first["workload_keys"].map(len) > 1
    return first.assign(workload_key=first["workload_key"].mask(several, 0)).reset_index(drop=True)


def _since(what: str | pd.Series, claims: pd.Series, days: pd.Series) -> pd.Series:
    """Return what is about a claim since a day: the same again later is something else."""
    day = pd.to_datetime(days).dt.strftime("%Y-%m-%d").astype("str").fillna("unsigned")
    told: pd.Series = claims.astype("str") + " " + day + " " + what
    return told


def _short(reasons: pd.Series) -> pd.Series:
    """Return reasons that fit: a longer one keeps its start and a digest of the whole."""
    reasons = reasons.astype("str")  # no rows at all have no type of their own
    fits = reasons.str.len() <= LONGEST_REASON
    return reasons.where(fits, reasons.map(_digested))


def _digested(reason: str) -> str:
    digest = hashlib.blake2s(reason.encode(), digest_size=6).hexdigest()
    return f"{reason[: LONGEST_REASON - 13]} {digest}"
