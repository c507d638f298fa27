"""The demo's claims (in our own layout) and what Microsoft says it paid for milestones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.demo import headers
from data_access.demo.catalog import CODES, FORTY_PERCENT_CODES, WORKLOADS
from data_access.demo.days import Days, first_days, iso
from data_access.demo.holdings import NEVER
from data_access.demo.lines import write_frame
from data_access.demo.world import World

SOLUTION_AREA = "Modern Work and Security"
OPEN_SHARE = 0.2
FIRST_OPEN_CLAIM = 9_004_210
OPEN_STATUSES = (
    ("Submitted", "", 6),
    ("Under review", "", 18),
    ("Partner action required", "Missing customer acknowledgement", 20),
    ("Rejected", "Insufficient proof of execution", 40),
    ("Dispute", "Proof of execution sent again", 9),
    ("Rejected final", "Dispute lost", 60),
    ("Draft", "", 12),
)
"""Status, its reason, and how many days ago at most it was entered."""

PEOPLE = ("Ada Merrow", "Bo Lindal", "Cleo Farrant", "Dario Quell", "Elin Sorvig", "Femi Ashdale")

MILESTONES = (15, 40)
MIN_UNITS = 150
PAID_SHARE = 0.85
PAYMENT_LAG = 3  # months after the crossing before an earning shows as paid
BUCKETS = ((300, "XXS"), (1_000, "XS"), (2_500, "S"), (5_000, "M"), (12_744, "L"), (10**9, "XL"))
EXAMPLE_USD = {"XXS": 500, "XS": 900, "S": 1_500, "M": 2_400, "L": 3_300, "XL": 4_500}
"""Invented amounts for 15 %: the real rate card is not public; 40 % pays two thirds of it."""


def write_claims(path: Path, world: World) -> Path:
    """Write every claim: those behind the associations, and open ones for unclaimed workloads."""
    rows = pd.concat([_association_claims(world), _open_claims(world)])
    return write_frame(path, rows, headers.CLAIMS)


def write_earnings(path: Path, world: World) -> Path:
    """Write the earnings of older crossings, with example amounts."""
    earned = pd.concat([_crossings(world, milestone) for milestone in MILESTONES])
    earned = earned.sort_values(["month", "pair", "milestone"], kind="stable")
    paid = world.rng("earnings").random(len(earned)) < PAID_SHARE
    return write_frame(path, _earning_rows(world, earned[paid]), headers.EARNINGS_DEFAULT)


def _claim_frame(world: World, pair: npt.NDArray[np.int64], partner: pd.Series) -> pd.DataFrame:
    """Return the claim columns that depend on the pair and the partner only."""
    tenants = world.tenants.iloc[world.pairs.tenant[pair]].reset_index(drop=True)
    names = np.array([adoption.cpor_name for adoption in WORKLOADS], dtype=object)
    who = np.array(PEOPLE, dtype=object)[world.pairs.tenant[pair] % len(PEOPLE)]
    mail = pd.Series(who).str.lower().str.replace(" ", ".")
    return pd.DataFrame(
        {
            "tenant_id": tenants["tenant_id"],
            "workload": names[world.pairs.workload[pair]],
            "partner_id": world.partners["partner_id"].to_numpy()[partner],
            "claim_name": tenants["domain"].str.partition(".")[0] + " adoption",
            "solution_area": SOLUTION_AREA,
            "partner_role": "Use or consume",
            "contact_name": who,
            "contact_email": mail + "@" + tenants["domain"],
        }
    )


def _association_claims(world: World) -> pd.DataFrame:
    """Return one row per association ever: approved, or ended with the day it ended."""
    held = world.holdings
    rng = world.rng("claims")
    rows = _claim_frame(world, held["pair"].to_numpy(), held["partner"])
    approved = held["associated_on"].to_numpy().astype("datetime64[D]")
    ended = _end_days(world)
    over = held["end"].to_numpy() < NEVER
    claim = pd.factorize(held["claim_id"])[0]
    before = rng.integers(8, 30, claim.max() + 1)[claim]
    signed = rng.integers(0, 300, claim.max() + 1)[claim]
    reason = held["end_kind"].map(
        {"": "", "moved": "Workload moved to another partner", "ended": "Customer disassociated"}
    )
    return rows.assign(
        claim_id=held["claim_id"],
        status=np.where(over, "Rejected final", "Approved"),
        status_reason=reason,
        status_on=iso(np.where(over, ended, approved)),
        submitted_on=iso(approved - before),
        approved_on=iso(approved),
        associated_on=iso(approved),
        ended_on=np.where(over, iso(ended), ""),
        proof_signed_on=iso(approved - before - signed),
    )


def _end_days(world: World) -> Days:
    """Return the day each association ended: the successor's first, or late in its last month."""
    held = world.holdings
    last = np.minimum(held["end"].to_numpy(), world.months) - 1 + world.first_month
    late = first_days(last) + 27
    successor = held["associated_on"].shift(-1).to_numpy().astype("datetime64[D]")
    moved = (held["end_kind"] == "moved").to_numpy()
    ended: Days = np.where(moved, successor, late)
    return ended


def _open_claims(world: World) -> pd.DataFrame:
    """Return claims in every stage of review for workloads that nobody holds yet."""
    rng = world.rng("open claims")
    free = np.setdiff1d(np.arange(len(world.pairs)), world.holdings["pair"].to_numpy())
    count = min(max(int(len(free) * OPEN_SHARE), len(OPEN_STATUSES)), len(free))
    pair = np.sort(rng.permutation(free)[:count])
    home = world.tenants["home"].iloc[world.pairs.tenant[pair]].reset_index(drop=True)
    stage = np.arange(count) % len(OPEN_STATUSES)
    longest = np.array([days for _, _, days in OPEN_STATUSES])[stage]
    today = first_days(np.array([world.last_month + 1])) - 1
    status_on = today - rng.integers(0, longest)
    submitted = status_on - np.where(stage > 0, rng.integers(1, 14, count), 0)
    draft = stage == len(OPEN_STATUSES) - 1
    return _claim_frame(world, pair, home).assign(
        claim_id=(FIRST_OPEN_CLAIM + np.arange(count)).astype(str),
        status=np.array([status for status, _, _ in OPEN_STATUSES])[stage],
        status_reason=np.array([reason for _, reason, _ in OPEN_STATUSES])[stage],
        status_on=iso(status_on),
        submitted_on=np.where(draft, "", iso(submitted)),
        proof_signed_on=np.where(draft, "", iso(submitted - rng.integers(0, 360, count))),
    )


def _crossings(world: World, milestone: int) -> pd.DataFrame:
    """Return the first month in which a held, large enough pair crossed the milestone.

    Columns: pair, month (position), milestone. Pairs above it at their first held month never
    earned it; crossings of the last months are not paid yet.
    """
    codes = CODES if milestone == MILESTONES[0] else FORTY_PERCENT_CODES
    allowed = np.isin(np.array(CODES)[world.pairs.workload], codes)
    counts = world.reported & (world.holding >= 0) & allowed[:, None]
    passed = counts & (world.seats >= MIN_UNITS) & (world.users * 100 >= milestone * world.seats)
    first_seen, first_passed = counts.argmax(axis=1), passed.argmax(axis=1)
    earned = passed.any(axis=1) & (first_passed > first_seen)
    earned &= first_passed < world.months - PAYMENT_LAG
    pair = np.flatnonzero(earned)
    return pd.DataFrame({"pair": pair, "month": first_passed[pair], "milestone": milestone})


def _earning_rows(world: World, earned: pd.DataFrame) -> pd.DataFrame:
    """Return the earnings report's rows for these crossings."""
    pair, at = earned["pair"].to_numpy(), earned["month"].to_numpy()
    held = world.holdings.iloc[world.holding[pair, at]].reset_index(drop=True)
    tenants = world.tenants.iloc[world.pairs.tenant[pair]].reset_index(drop=True)
    partners = world.partners.iloc[held["partner"]].reset_index(drop=True)
    units, month = world.seats[pair, at], world.first_month + at
    size = np.searchsorted([limit for limit, _ in BUCKETS], units, side="right")
    bucket = np.array([name for _, name in BUCKETS])[size]
    full = np.array([EXAMPLE_USD[name] for name in bucket])
    amount = np.where(earned["milestone"] == MILESTONES[0], full, full * 2 // 3)
    days = iso(first_days(month + 1) + 15)
    rows = pd.DataFrame(
        {
            "bucketSize": bucket,
            "calculationDate": days,
            "claimId": held["claim_id"],
            "customerCountry": tenants["market"],
            "customerName": tenants["name"],
            "customerTenantId": tenants["tenant_id"],
            "earningDate": days,
            "earningId": [f"E{6_100_000 + row}" for row in range(len(earned))],
            "estimatedPaymentMonth": iso(first_days(month + 2)),
            "milestone": [f"{percent}%" for percent in earned["milestone"]],
            "participantId": partners["partner_id"],
            "participantName": partners["name"],
            "paymentId": [f"P{int(m):05d}" for m in month],
            "quantity": world.users[pair, at],
            "quantityAlt": units,
            "workload": np.array(CODES)[world.pairs.workload[pair]],
        }
    )
    for column in ("earningAmount", "earningAmountInLastPaymentCurrency", "earningAmountUSD"):
        rows[column] = [f"{value}.00" for value in amount]
    return rows.assign(
        earningRate=rows["earningAmount"],
        earningType="Rebate",
        engagementName="Online Services Usage - Microsoft 365",
        lastPaymentCurrency="USD",
        lever="Usage milestone",
        participantIdType="MPN",
        partnerRole="Use or consume",
        paymentStatus="Sent",
        programName="Online Services Usage",
        quantityAltType="PAU",
        quantityType="MAU",
        solutionArea=SOLUTION_AREA,
        transactionCurrency="USD",
    )
