"""The demo's claims, in the layout of our own: every claim ever, as it stands on a day.

Each claim has a history of days on which it entered its statuses. A download shows the newest
status of its own day, so that two downloads tell what happened between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.demo import headers
from data_access.demo.cases import CASES
from data_access.demo.catalog import WORKLOADS
from data_access.demo.days import Days, first_days, iso
from data_access.demo.holdings import NEVER, other_location
from data_access.demo.lines import write_frame
from data_access.demo.world import World
from insights.claim_clocks import STATUS_CLOCKS

Ints = npt.NDArray[np.int64]

SOLUTION_AREA = "Modern Work and Security"
OPEN_SHARE = 0.08
FIRST_OPEN_CLAIM = 9_004_210
RENEWED_SHARE = 0.6  # of the proofs of claims that still hold

STEPS = (
    "Draft",
    "Submitted",
    "Under review",
    "Partner action required",
    "Rejected",
    "Dispute",
    "Approved",
    "Rejected final",
)
"""Every status, in the order in which a claim can enter them."""

PATHS: dict[str, tuple[str, ...]] = {
    "Draft": ("Draft",),
    "Submitted": ("Submitted",),
    "Under review": ("Submitted", "Under review"),
    "Partner action required": ("Submitted", "Under review", "Partner action required"),
    "Rejected": ("Submitted", "Under review", "Rejected"),
    "Dispute": ("Submitted", "Under review", "Rejected", "Dispute"),
    "Approved": ("Submitted", "Under review", "Approved"),
    "Rejected final": ("Submitted", "Under review", "Rejected", "Dispute", "Rejected final"),
}
"""How a claim comes to each status."""

GAPS = (0, 4, 9, 6, 3, 8, 5, 6)
"""Days that a claim usually stays in the status before, by step."""

REASONS = {
    "Partner action required": "Missing customer acknowledgement",
    "Rejected": "Insufficient proof of execution",
    "Dispute": "Proof of execution sent again",
    "Rejected final": "Dispute lost",
}

OPEN_STATUSES = (
    "Submitted",
    "Under review",
    "Partner action required",
    "Rejected",
    "Dispute",
    "Rejected final",
    "Draft",
)
FINAL_DAYS = 60
DRAFT_DAYS = 12

PEOPLE = ("Ada Merrow", "Bo Lindal", "Cleo Farrant", "Dario Quell", "Elin Sorvig", "Femi Ashdale")


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim of an edge case: its status, the days left on its clock, and whose it is.

    Days are business or calendar ones as the clock counts; `proof_months` is the proof's age.
    """

    key: str
    status: str
    days_left: int
    proof_months: float = 3
    is_rival: bool = False


OPEN_CLAIMS = (
    OpenClaim("in_claim", "Under review", 9),
    OpenClaim("answer_tomorrow", "Partner action required", 1),
    OpenClaim("answer_overdue", "Partner action required", -2),
    OpenClaim("submitted", "Submitted", 2),
    OpenClaim("disputed", "Dispute", 3),
    OpenClaim("dispute_until", "Rejected", 4),
    OpenClaim("opt_out", "Approved", 4),
    OpenClaim("draft", "Draft", 3),
    OpenClaim("contested_free", "Under review", 6, proof_months=5),
    OpenClaim("contested_free", "Under review", 8, proof_months=2, is_rival=True),
    OpenClaim("contested_newer", "Under review", 7, proof_months=1, is_rival=True),
    OpenClaim("contested_older", "Under review", 5, proof_months=9, is_rival=True),
)

PROOF_MONTHS = {"proof_2": 2.0, "proof_10": 10.0, "proof_11_5": 11.5, "proof_14": 14.0}
"""Age of the proof that a customer's claim for collaboration workloads rests on, by case."""


def write_claims(path: Path, world: World, day: np.datetime64) -> Path:
    """Write every claim as it stood on a day; claims that began later are left out."""
    history = pd.concat([_association_claims(world), _open_claims(world)], ignore_index=True)
    return write_frame(path, _on_day(world, history, day), headers.CLAIMS)


def _on_day(world: World, history: pd.DataFrame, day: np.datetime64) -> pd.DataFrame:
    """Return the claims in the file's columns."""
    days = history[list(STEPS)].to_numpy(dtype="datetime64[D]")
    entered = days <= day  # never for NaT
    known = np.flatnonzero(entered.any(axis=1))
    history, days, entered = history.iloc[known], days[known], entered[known]
    step = len(STEPS) - 1 - entered[:, ::-1].argmax(axis=1)
    status = np.array(STEPS, dtype=object)[step]
    seen = pd.DataFrame(np.where(entered, days, np.datetime64("NaT")), columns=list(STEPS))
    was_approved = seen["Approved"].notna()
    renewed = history["renewed_on"].to_numpy(dtype="datetime64[D]")
    signed = np.where(renewed <= day, renewed, history["signed_on"].to_numpy("datetime64[D]"))
    reason = pd.Series(status).map(REASONS).fillna("")
    own = history["end_reason"].reset_index(drop=True)
    return _parties(world, history).assign(
        claim_id=history["claim_id"].to_numpy(),
        status=status,
        status_reason=reason.mask((pd.Series(status) == "Rejected final") & (own != ""), own),
        status_on=iso(days[np.arange(len(days)), step]),
        submitted_on=_texts(seen["Submitted"]),
        approved_on=_texts(seen["Approved"]),
        associated_on=_texts(seen["Approved"]),
        ended_on=_texts(seen["Rejected final"].where(was_approved)),
        proof_signed_on=np.where(status == "Draft", "", iso(signed)),
    )


def _texts(days: pd.Series) -> pd.Series[str]:
    """Return the days as YYYY-MM-DD, empty where there is none."""
    texts: pd.Series[str] = days.dt.strftime("%Y-%m-%d").fillna("")
    return texts


def _parties(world: World, history: pd.DataFrame) -> pd.DataFrame:
    """Return the claim columns that depend on the pair and the partner only."""
    pair = history["pair"].to_numpy()
    tenants = world.tenants.iloc[world.pairs.tenant[pair]].reset_index(drop=True)
    names = np.array([adoption.cpor_name for adoption in WORKLOADS], dtype=object)
    who = np.array(PEOPLE, dtype=object)[world.pairs.tenant[pair] % len(PEOPLE)]
    mail = pd.Series(who).str.lower().str.replace(" ", ".")
    return pd.DataFrame(
        {
            "tenant_id": tenants["tenant_id"],
            "workload": names[world.pairs.workload[pair]],
            "partner_id": world.partners["partner_id"].to_numpy()[history["partner"]],
            "claim_name": tenants["domain"].str.partition(".")[0] + " adoption",
            "solution_area": SOLUTION_AREA,
            "partner_role": "Use or consume",
            "contact_name": who,
            "contact_email": mail + "@" + tenants["domain"],
        }
    )


def _history(rows: int, **columns: object) -> pd.DataFrame:
    """Return claim histories without a day in any status, with these columns."""
    never = {step: np.full(rows, np.datetime64("NaT", "D")) for step in STEPS}
    return pd.DataFrame({**never, "renewed_on": never["Draft"], "end_reason": "", **columns})


# --- claims behind associations -------------------------------------------------------------------


def _association_claims(world: World) -> pd.DataFrame:
    """Return one history per association ever: approved, and ended where it did."""
    held = world.holdings
    rng = world.rng("claims")
    approved = held["associated_on"].to_numpy().astype("datetime64[D]")
    over = held["end"].to_numpy() < NEVER
    claim = pd.factorize(held["claim_id"])[0]
    submitted = approved - rng.integers(8, 30, claim.max() + 1)[claim]
    signed = submitted - rng.integers(0, 300, claim.max() + 1)[claim]
    reasons = {"": "", "moved": "Workload moved to another partner"}
    rows = _history(
        len(held),
        claim_id=held["claim_id"].to_numpy(),
        pair=held["pair"].to_numpy(),
        partner=held["partner"].to_numpy(),
        signed_on=signed,
        end_reason=held["end_kind"].map({**reasons, "ended": "Customer disassociated"}).to_numpy(),
    )
    rows["Submitted"], rows["Approved"] = submitted, approved
    rows["Under review"] = submitted + 3
    rows["Rejected final"] = np.where(over, _end_days(world), np.datetime64("NaT"))
    rows["renewed_on"] = _renewals(world, rows, claim, approved)
    return rows


def _renewals(world: World, rows: pd.DataFrame, claim: Ints, approved: Days) -> Days:
    """Return when the newest proof of each claim was signed, NaT for the one it came with.

    A partner may add a newer proof to an approved claim, to defend it against a rival's.
    """
    rng = world.rng("proofs")
    today = np.datetime64(world.today, "D")
    signed = today - rng.integers(20, 430, claim.max() + 1)[claim]
    has = (rng.random(claim.max() + 1) < RENEWED_SHARE)[claim] & (signed > approved)
    renewed: Days = np.where(has & rows["Rejected final"].isna(), signed, np.datetime64("NaT"))
    for key, months in PROOF_MONTHS.items():
        of_case = rows.loc[rows["pair"] == world.pairs.position(key), "claim_id"]
        renewed[rows["claim_id"].isin(of_case)] = _months_ago(world, months)
    return renewed


def _months_ago(world: World, months: float) -> np.datetime64:
    """Return the day so many months before today, half months as 15 days."""
    day = pd.Timestamp(world.today) - pd.DateOffset(months=int(months))
    return np.datetime64(day.date() - timedelta(days=round(months % 1 * 30)), "D")


def _end_days(world: World) -> Days:
    """Return the day each association ended: the successor's first, or late in its last month."""
    held = world.holdings
    last = np.minimum(held["end"].to_numpy(), world.months) - 1 + world.first_month
    late = first_days(last) + 27
    successor = held["associated_on"].shift(-1).to_numpy().astype("datetime64[D]")
    moved = (held["end_kind"] == "moved").to_numpy()
    ended: Days = np.where(moved, successor, late)
    return ended


# --- claims on their way --------------------------------------------------------------------------


def _open_claims(world: World) -> pd.DataFrame:
    """Return claims in every stage for workloads that nobody holds yet, and those of the cases."""
    rows = pd.concat([_cases(world), _random_claims(world)], ignore_index=True)
    return rows.assign(claim_id=(FIRST_OPEN_CLAIM + 7 * np.arange(len(rows))).astype(str))


def _cases(world: World) -> pd.DataFrame:
    """Return the claims of the edge cases."""
    pair = np.array([world.pairs.position(each.key) for each in OPEN_CLAIMS])
    home = world.tenants["home"].to_numpy()[world.pairs.tenant[pair]]
    rival = other_location(world.partners, home, same_account=False, draw=np.full(len(pair), 0.7))
    rows = _history(
        len(pair),
        pair=pair,
        partner=np.where([each.is_rival for each in OPEN_CLAIMS], rival, home),
        signed_on=np.array([_months_ago(world, each.proof_months) for each in OPEN_CLAIMS]),
    )
    entered = np.array([_entered(world, each.status, each.days_left) for each in OPEN_CLAIMS])
    return _with_path(rows, [each.status for each in OPEN_CLAIMS], entered)


def _entered(world: World, status: str, days_left: int) -> np.datetime64:
    """Return the day on which a claim entered a status whose clock has so many days left."""
    today = np.datetime64(world.today, "D")
    rules = world.program.on(world.today)
    if status not in STATUS_CLOCKS or rules is None:
        return today - days_left
    clock = rules.clock(STATUS_CLOCKS[status].clock)
    if clock.days_are == "calendar":
        return today + days_left - clock.days
    due = np.busday_offset(today, days_left, roll="backward")
    return np.busday_offset(due, -clock.days, roll="backward")


def _random_claims(world: World) -> pd.DataFrame:
    """Return claims of the home location, in every stage, most with a clock that runs."""
    rng = world.rng("open claims")
    taken = [world.pairs.position(case.key) for case in CASES if case.is_free]
    free = np.setdiff1d(np.arange(len(world.pairs)), world.holdings["pair"].to_numpy())
    free = np.setdiff1d(free, taken)
    count = min(max(int(len(free) * OPEN_SHARE), len(OPEN_STATUSES)), len(free))
    pair = np.sort(rng.permutation(free)[:count])
    status = [OPEN_STATUSES[at % len(OPEN_STATUSES)] for at in range(count)]
    longest = np.array([_longest(world, each) for each in status])
    today = np.datetime64(world.today, "D")
    entered = today - (longest * rng.random(count) * 1.1).astype(np.int64)
    rows = _history(
        count,
        pair=pair,
        partner=world.tenants["home"].to_numpy()[world.pairs.tenant[pair]],
        signed_on=entered - 30 - rng.integers(0, 300, count),
    )
    return _with_path(rows, status, entered)


def _longest(world: World, status: str) -> int:
    """Return the calendar days that a claim may stay in a status."""
    rules = world.program.on(world.today)
    if status in STATUS_CLOCKS and rules is not None:
        clock = rules.clock(STATUS_CLOCKS[status].clock)
        return clock.days * 7 // 5 if clock.days_are == "business" else clock.days
    return DRAFT_DAYS if status == "Draft" else FINAL_DAYS


def _with_path(rows: pd.DataFrame, statuses: list[str], entered: Days) -> pd.DataFrame:
    """Return the histories with the days of every status on the way to the newest one."""
    for row, status in enumerate(statuses):
        day = entered[row]
        for step in reversed(PATHS[status]):
            rows.loc[row, step] = day
            day = day - GAPS[STEPS.index(step)]
    late = rows["signed_on"] > rows["Submitted"]
    return rows.assign(signed_on=rows["signed_on"].mask(late, rows["Submitted"]))
