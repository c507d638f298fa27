"""The life of a claim: what each status means, what comes next, and where it may lead.

Statuses and transitions of claims of a workload (Partner Center docs of 2021 and October 2023,
managing customer associations; the transitions are put together from them).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """One status: its symbol, who must act ("" for nobody), what it means and where it leads."""

    name: str
    symbol: str
    who: str
    meaning: str
    next_step: str
    leads_to: tuple[str, ...]


CLAIM_STATUSES: tuple[ClaimStatus, ...] = (
    ClaimStatus(
        "Draft",
        "✎",
        "partner",
        "Begun, but not handed in.",
        "Add the proof of execution and submit.",
        ("Submitted",),
    ),
    ClaimStatus(
        "Submitted",
        "➜",
        "Microsoft",
        "Handed in; the review has not begun.",
        "Wait; nothing can be changed now.",
        ("Under review",),
    ),
    ClaimStatus(
        "Under review",
        "◔",
        "Microsoft",
        "The proof is being checked, longer where another partner holds the workload.",
        "Wait for the decision.",
        ("Approved", "Partner action required", "Rejected"),
    ),
    ClaimStatus(
        "Partner action required",
        "!",
        "partner",
        "The reviewer asks for more.",
        "Answer in time: without an answer the claim is rejected.",
        ("Submitted", "Rejected"),
    ),
    ClaimStatus(
        "Approved",
        "✔",
        "",
        "The association holds; the customer can still decline.",
        "Keep the proof fresh: a rival's newer proof wins.",
        ("Rejected", "Rejected final"),
    ),
    ClaimStatus(
        "Rejected",
        "✕",
        "partner",
        "Not accepted, not answered in time, or declined by the customer.",
        "Dispute once, or claim again with a better proof.",
        ("Dispute",),
    ),
    ClaimStatus(
        "Dispute",
        "⚖",
        "Microsoft",
        "The partner disputes the rejection; possible once per claim.",
        "Wait for the answer.",
        ("Approved", "Rejected final"),
    ),
    ClaimStatus(
        "Rejected final",
        "⊘",
        "",
        "The end: a dispute was lost, or an approved claim was disassociated.",
        "Only a new claim helps.",
        (),
    ),
)
"""Every status of the life cycle, in its order."""

STATUSES_BY_NAME: dict[str, ClaimStatus] = {status.name: status for status in CLAIM_STATUSES}

DISASSOCIATED = "Disassociated after approval"
DISPUTE_LOST = "Dispute lost, never approved"


def final_words(*, was_approved: bool) -> str:
    """Return what "Rejected final" says of a claim: the status alone does not tell."""
    return DISASSOCIATED if was_approved else DISPUTE_LOST


def status_words(name: str) -> str:
    """Return a status with its symbol; one outside the life cycle as it is."""
    known = STATUSES_BY_NAME.get(name)
    return f"{known.symbol} {known.name}" if known else name


def path_words(name: str) -> str:
    """Return where a status may lead, e.g. "Dispute → Approved or Rejected final"."""
    known = STATUSES_BY_NAME.get(name)
    if known is None:
        return f"{name}: outside the life cycle of a workload's claim"
    return f"{name} → {' or '.join(known.leads_to) or 'the end'}"
