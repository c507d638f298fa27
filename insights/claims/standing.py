"""What is known about a customer that a claim is compared with, and how each workload stands.

Usage at claim is that of the first full month on or after the approval; as long as a claim is
only prepared, the newest report stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.claim_clocks import claim_before
from insights.eligibility import ENDED
from insights.milestone_states import STATES
from insights.months import month_label, month_of
from insights.program import Program
from insights.rule_tables import NO_LIMIT, rule_tables
from insights.workloads import WORKLOADS

Floats = npt.NDArray[np.float64]

STILL_OPEN: tuple[str, ...] = tuple(
    state.code for state in STATES if state.waterfall in ("open", "in flight")
)
"""Codes of the states in which a milestone can still be earned."""

SOON_MONTHS = 6
"""A threshold that is expected to pass within this many months is worth a warning."""

_PUBLIC_MARKETS = frozenset(
    ("us", "usa", "united states", "united states of america", "pr", "puerto rico")
)
_PUBLIC_WORDS = (
    "public sector",
    "government",
    "federal",
    "state & local",
    "state and local",
    "education",
    "defense",
    "military",
)


@dataclass(frozen=True, eq=False)
class ClaimFacts:
    """What the store knows about the draft's customer; every frame may be empty.

    `tenants`: at most one row, of the draft's tenant id: tenant_id, tenant_name, domain, segment,
    market, industry. `domain_tenants`: tenants known with the draft's domain: tenant_id,
    tenant_name. `partners`: partner_id, partner_name of known locations. `workloads`: one row per
    workload that the customer reports: workload (code), workload_name, latest_month,
    paid_available_units, monthly_active_users (Int64), is_held, holder_id, holder_name (missing:
    nobody, or hidden from the viewer). `milestones`: workload x milestone: state, users_needed,
    monthly_pace, added_value_usd_e4, is_example, as_of. `claims`: claim_id, workload, partner_id,
    status, proof_signed_on.
    """

    tenants: pd.DataFrame
    domain_tenants: pd.DataFrame
    partners: pd.DataFrame
    workloads: pd.DataFrame
    milestones: pd.DataFrame
    claims: pd.DataFrame


def is_public_sector(facts: ClaimFacts) -> bool | None:
    """Return whether the reports place the customer in the public sector of the US or Puerto Rico.

    None: the market, or both segment and industry, are not known.
    """
    if facts.tenants.empty:
        return None
    told = facts.tenants.iloc[0]
    market, kind = (
        _folded(told["market"]),
        f"{_folded(told['segment'])} {_folded(told['industry'])}",
    )
    if market and market not in _PUBLIC_MARKETS:
        return False
    if not market or not kind.strip():
        return None
    return any(word in kind for word in _PUBLIC_WORDS)


def _folded(value: Any) -> str:  # noqa: ANN401 - a cell
    return "" if pd.isna(value) else str(value).strip().casefold()


def workload_standing(
    facts: ClaimFacts, claimed: tuple[str, ...], program: Program, today: date
) -> pd.DataFrame:
    """Return one row per workload that the customer reports or the draft claims, by name.

    Columns of `facts.workloads`, and: usage (share, NaN: not known), bucket, limit (share that
    usage at claim may have, NaN: no limit), minimum_units, is_paid (the year pays for it),
    is_over, is_small (fewer paid units than the minimum), open_milestones (percents as a text),
    open_value_usd_e4 (Int64), is_example, users_needed, submit_by, passes_in (a month, Int64;
    where a threshold is expected to pass within SOON_MONTHS and nobody holds the workload).
    """
    rows = _with_claimed(facts.workloads, claimed)
    units, users = _numbers(rows["paid_available_units"]), _numbers(rows["monthly_active_users"])
    judged = _by_rules(rows["workload"].tolist(), units, users, program=program, today=today)
    shares = np.divide(users, units, out=np.full(len(units), np.nan), where=units > 0)
    judged.insert(0, "usage", shares)
    together = pd.concat([rows.reset_index(drop=True), judged], axis=1)
    return together.merge(
        _open_milestones(facts.milestones, program), on="workload", how="left"
    ).sort_values("workload_name", ignore_index=True, key=lambda names: names.str.casefold())


def _numbers(counts: pd.Series[int]) -> Floats:
    return np.asarray(counts.astype("Float64").to_numpy(na_value=np.nan), dtype=np.float64)


def _with_claimed(reported: pd.DataFrame, claimed: tuple[str, ...]) -> pd.DataFrame:
    """Return the reported workloads and the claimed ones without a report."""
    names = {each.code: each.name for each in WORKLOADS}
    missing = [code for code in claimed if code not in set(reported["workload"])]
    added = pd.DataFrame({"workload": missing, "is_held": False}).assign(
        workload_name=[names.get(code, code) for code in missing]
    )
    same = added.reindex(columns=reported.columns).astype(reported.dtypes)
    return pd.concat([reported, same], ignore_index=True) if missing else reported


def _by_rules(
    codes: list[str],
    units: Floats,
    users: Floats,
    *,
    program: Program,
    today: date,
) -> pd.DataFrame:
    """Return what the rules of today say on each workload with its newest counts."""
    tables = rule_tables(program, codes)
    year = tables.years_of(month_of(today), 1).repeat(len(codes))
    is_known = ~np.isnan(units)
    seats = np.nan_to_num(units).astype(np.int64)
    bucket = tables.buckets(year, seats)
    limit = np.where(bucket >= 0, tables.limit_percent[year, bucket], NO_LIMIT)
    limit = np.where(tables.is_growth[year] | ~is_known, NO_LIMIT, limit)
    minimum = tables.minimum_units[year]
    has_limit = limit < NO_LIMIT
    return pd.DataFrame(
        {
            "bucket": [
                tables.bucket_names[at] if at >= 0 and known else ""
                for at, known in zip(bucket, is_known, strict=True)
            ],
            "limit": np.where(has_limit, limit / 100, np.nan),
            "minimum_units": minimum,
            "is_paid": tables.is_paid[year, np.arange(len(codes))],
            "is_over": has_limit & (np.nan_to_num(users) * 100 > seats * limit),
            "is_small": is_known & (seats < minimum),
        }
    )


def _open_milestones(milestones: pd.DataFrame, program: Program) -> pd.DataFrame:
    """Return one row per workload with what can still be earned, and when it passes."""
    still = milestones[milestones["state"].isin(STILL_OPEN)].sort_values("milestone")
    rows = [_open_of(str(code), lines, program) for code, lines in still.groupby("workload")]
    columns = {
        "workload": "str",
        "open_milestones": "str",
        "open_value_usd_e4": "Int64",
        "is_example": "boolean",
        "users_needed": "Int64",
        "passes_in": "Int64",
        "submit_by": "object",
    }
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype(columns)


def _open_of(code: str, lines: pd.DataFrame, program: Program) -> dict[str, object]:
    """Return what is open on one workload; the lowest open threshold is the next one."""
    nearest = lines.iloc[0]
    before = None
    if nearest["state"] == "unclaimed" and pd.notna(nearest["monthly_pace"]):
        before = claim_before(
            int(nearest["users_needed"]),
            float(nearest["monthly_pace"]),
            as_of=int(nearest["as_of"]),
            program=program,
        )
    is_soon = before is not None and before.passes_in <= int(nearest["as_of"]) + SOON_MONTHS
    return {
        "workload": code,
        "open_milestones": ", ".join(f"{percent}%" for percent in lines["milestone"]),
        "open_value_usd_e4": lines["added_value_usd_e4"].astype("Int64").sum(min_count=1),
        "is_example": bool(lines["is_example"].any()),
        "users_needed": nearest["users_needed"],
        "passes_in": before.passes_in if before is not None and is_soon else pd.NA,
        "submit_by": before.submit_by if before is not None and is_soon else None,
    }


def own_claims(facts: ClaimFacts, workload: str, partner_id: str) -> pd.DataFrame:
    """Return the claims of this partner location on a workload that are not over."""
    claims = facts.claims
    return claims[
        (claims["workload"] == workload)
        & (claims["partner_id"] == partner_id)
        & ~claims["status"].isin(ENDED)
    ]


def newest_rival_proof(facts: ClaimFacts, workload: str, partner_id: str) -> date | None:
    """Return the signature date of the newest proof that another partner holds a workload by."""
    claims = facts.claims
    rival = claims[
        (claims["workload"] == workload)
        & (claims["partner_id"] != partner_id)
        & (claims["status"] == "Approved")
    ]
    signed = pd.to_datetime(rival["proof_signed_on"]).max()
    return None if pd.isna(signed) else signed.date()


def month_text(month: Any) -> str:  # noqa: ANN401 - a cell
    """Return a month of a frame as people read it, empty where it is missing."""
    return "" if pd.isna(month) else month_label(int(month))
