"""The radar of proofs: which proof is contested or ageing, and what is lost with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from insights.claim_clocks import proof_ages
from insights.claim_life import status_words
from insights.eligibility import IN_PROGRESS
from insights.money import EXAMPLE_HELP, worth_words
from insights.program import Program
from insights.views.table import Column

AGEING_DAYS = 60
"""A proof that has this many days left, or fewer, is ageing."""


@dataclass(frozen=True, slots=True)
class ProofRisk:
    """One kind of risk, its symbol, and what it means and asks for; the first are the greatest."""

    code: str
    symbol: str
    label: str
    meaning: str

    @property
    def words(self) -> str:
        """Return symbol and label, so that colour never speaks alone."""
        return f"{self.symbol} {self.label}"


RISKS: tuple[ProofRisk, ...] = (
    ProofRisk(
        "rival_newer",
        "‼",
        "Contested, rival's proof is newer",
        "Another partner's open claim has a newer proof, and the newer one wins: sign one now.",
    ),
    ProofRisk(
        "contested",
        "!",
        "Contested",
        "Another partner claims the workload too; a proof newer than theirs wins.",
    ),
    ProofRisk(
        "too_old",
        "✕",
        "Too old to submit",
        "A claim on its way needs a newer proof before it can be handed in again.",
    ),
    ProofRisk(
        "no_date",
        "?",
        "No date of signature",
        "The claims file does not tell when this proof was signed.",
    ),
    ProofRisk(
        "ageing",
        "◷",
        "Ageing",
        f"{AGEING_DAYS} days or fewer are left to submit with this proof.",
    ),
    ProofRisk(
        "old",
        "○",
        "Old, uncontested",
        "Approved long ago: any rival's proof would be newer. Renew it when there is a chance.",
    ),
    ProofRisk("fresh", "✔", "Fresh", "Recent enough; nothing to do."),
)
RISKS_BY_CODE: dict[str, ProofRisk] = {risk.code: risk for risk in RISKS}

COLUMNS: tuple[Column, ...] = (
    Column("risk_words", "Risk", is_pinned=True),
    Column("tenant_name", "Customer"),
    Column("workload_name", "Workload"),
    Column(
        "value_usd_e4", "Still earnable", "money", help="Estimate of the milestones still ahead."
    ),
    Column("is_example_value", "Example rate", "flag", help=EXAMPLE_HELP),
    Column("age_months", "Age, months", "count", help="Whole months since the signature."),
    Column("proof_signed_on", "Signed", "date"),
    Column("valid_until", "Can be submitted until", "date", help="By the rules of today."),
    Column("rival_signed_on", "Rival's proof", "date", help="Newest one of another partner."),
    Column("status_words", "Status of the claim"),
    Column("partner_name", "Claiming partner"),
    Column("claim_id", "Claim"),
    Column("tenant_id", "Tenant id"),
)


@dataclass(frozen=True, slots=True)
class ProofView:
    """Proofs, greatest risk first and the most valuable first within it, and a sentence."""

    rows: pd.DataFrame
    takeaway: str


def signed_before(program: Program, today: date) -> date:
    """Return the day before which an approved claim's proof is listed: it is ageing or older."""
    rules = program.on(today)
    months = rules.proof_maximum_months.value if rules is not None else 0
    day = pd.Timestamp(today) - pd.DateOffset(months=months) + pd.Timedelta(days=AGEING_DAYS)
    return day.date()


def proof_view(claims: pd.DataFrame, program: Program, today: date) -> ProofView | None:
    """Return the radar from proofs_at_risk, None where no proof is at risk."""
    if claims.empty:
        return None
    told = claims.join(proof_ages(claims, program, today))
    risk = _risk(told)
    rows = told.assign(
        risk=risk,
        risk_words=risk.map(lambda code: RISKS_BY_CODE[code].words),
        status_words=told["status"].map(status_words),
        is_example_value=told["is_example"] & told["value_usd_e4"].notna(),
        rank=risk.map({one.code: at for at, one in enumerate(RISKS)}),
    )
    rows = rows[rows["risk"] != "fresh"]
    if rows.empty:
        return None
    order = ["rank", "value_usd_e4", "age_months", "claim_id"]
    rows = rows.sort_values(order, ascending=[True, False, False, True], ignore_index=True)
    return ProofView(rows.drop(columns="rank"), _takeaway(rows))


def _risk(told: pd.DataFrame) -> pd.Series[str]:
    """Return the greatest risk of each proof, as its code."""
    is_open = told["status"].isin(IN_PROGRESS)
    is_contested = told["is_contested"]
    signed, rival = told["proof_signed_on"], told["rival_signed_on"]
    left = told["days_left"].astype("float64")
    conditions = [
        is_contested & rival.notna() & ~(signed >= rival),
        is_contested,
        is_open & told["is_too_old"],
        signed.isna() & (told["status"] != "Draft"),
        is_open & (left <= AGEING_DAYS),
        ~is_open & (left <= AGEING_DAYS),
    ]
    codes = [risk.code for risk in RISKS]
    picked = np.select([each.to_numpy() for each in conditions], codes[:-1], default=codes[-1])
    return pd.Series(picked, index=told.index, dtype="str")


def _takeaway(rows: pd.DataFrame) -> str:
    contested = int(rows["risk"].isin(["rival_newer", "contested"]).sum())
    value = rows.groupby(["tenant_id", "workload"])["value_usd_e4"].max().sum()
    return (
        f"{len(rows):,} proofs at risk, {contested:,} of them contested"
        f"{worth_words('; their workloads can still earn about {}', value)}."
    )
