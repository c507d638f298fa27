"""What a reviewer wants to see in a proof of execution, as data, and what their reasons point to.

Elements by the proof of execution template and Partner Center's "more info" and rejection reasons
(docs Oct 2023, managing customer associations). A reason is matched on letters only, so that
case, punctuation and the words around it do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

TEMPLATE = "Proof of execution template"
REASONS_SOURCE = "Partner Center docs Oct 2023, managing customer associations: reasons"
PRACTICE = "Reported practice of reviewers, Microsoft Q&A; no policy text"


@dataclass(frozen=True, slots=True)
class ProofItem:
    """One thing that a proof must show.

    `wants` is what the reviewer looks for and `add` what to do when it is missing; `reasons` are
    Microsoft's texts that point to it, most specific first; `applies` says whether it is asked
    once per claim, for each claimed workload, or of public-sector customers only.
    """

    code: str
    title: str
    wants: str
    add: str
    reasons: tuple[str, ...]
    applies: Literal["claim", "workload", "public sector"]
    source: str


PROOF_ITEMS: tuple[ProofItem, ...] = (
    ProofItem(
        "proof",
        "A proof of execution is attached",
        "A readable file that holds all elements of the template; comments alone do not count.",
        "Upload the whole signed document again; check that it opens without a password.",
        (
            "missing all poe",
            "missing all proof of execution",
            "poe unavailable",
            "proof of execution unavailable",
            "missing poe",
            "missing proof of execution",
        ),
        "claim",
        REASONS_SOURCE,
    ),
    ProofItem(
        "parties",
        "Partner and customer are named",
        "Partner company, customer company and customer domain, as registered.",
        "Name both companies and the customer's domain in the first section.",
        ("missing customer details", "missing customer name", "missing partner name"),
        "claim",
        TEMPLATE + ", section 1",
    ),
    ProofItem(
        "tenant",
        "The tenant ID is on the proof",
        "The customer's tenant ID (GUID), the same as in the claim.",
        "Add the tenant ID to the first section and compare it with the claim, letter by letter.",
        ("missing tenant id", "tenant id mismatch", "wrong tenant id", "tenant id"),
        "claim",
        TEMPLATE + ", section 1; " + PRACTICE,
    ),
    ProofItem(
        "acknowledgement",
        "The customer has acknowledged it",
        "A signature or e-mail of the customer that confirms the partner's work.",
        "Have the customer sign the second section, with name, title and date.",
        (
            "missing customer acknowledgement",
            "missing customer acknowledgment",
            "missing customer consent on poe",
            "missing customer consent",
            "missing customer signature",
        ),
        "claim",
        REASONS_SOURCE + "; " + TEMPLATE + ", section 2",
    ),
    ProofItem(
        "dates",
        "The dates are there and recent",
        "A signature dated within the time before submission that the programme rules allow, and "
        "dates of the activities.",
        "Add the missing dates, or have a newer proof signed.",
        (
            "missing or old dates",
            "missing dates",
            "old dates",
            "outdated poe",
            "outdated proof of execution",
            "missing signature date",
        ),
        "claim",
        REASONS_SOURCE + "; " + TEMPLATE + ", section 2",
    ),
    ProofItem(
        "service",
        "The partner's solution or service is described",
        "What the partner delivered, with supporting documents such as a statement of work.",
        "Describe the activities and attach the statement of work; show users before and after.",
        (
            "missing partner solution service",
            "missing partner solution",
            "missing partner service",
            "missing activities",
        ),
        "claim",
        REASONS_SOURCE + "; " + TEMPLATE + ", section 3",
    ),
    ProofItem(
        "workload",
        "This workload is on the proof",
        "Every claimed workload, named and ticked with the kind of activity.",
        "Tick or name this workload in the fourth section, with the activity for it.",
        ("missing products", "missing product", "missing workloads", "missing workload"),
        "workload",
        REASONS_SOURCE + "; " + TEMPLATE + ", section 4",
    ),
    ProofItem(
        "disclosure",
        "Public sector: the disclosure is signed",
        "For public-sector customers in the United States and Puerto Rico, a signed disclosure "
        "that the partner may be paid.",
        "Have the customer sign the disclosure and attach it.",
        ("missing disclosure", "public sector disclosure", "missing public sector disclosure"),
        "public sector",
        TEMPLATE,
    ),
)
"""Every item, in the order of the template; "proof" stands for all of them."""

PROOF_ITEMS_BY_CODE: dict[str, ProofItem] = {item.code: item for item in PROOF_ITEMS}

_ANY_ITEM = ("insufficient poe", "insufficient proof of execution", "more info", "more information")
_DECLINED = "The customer declined; talk to the customer, not about the proof."
_BEYOND: dict[str, str] = {
    "no partner response": "Nobody answered in time; the proof itself was not judged.",
    "customer declined": _DECLINED,
    "customer consent declined": _DECLINED,
    "partner request": "It ended at the partner's own request.",
    "disassociated": "The association ended at somebody's request; the proof was not judged.",
    "moved to another partner": "Another partner's newer proof won this workload.",
    "dispute lost": "The dispute was decided for the other side; only a new claim helps.",
}


@dataclass(frozen=True, slots=True)
class ReasonMeaning:
    """What a reviewer's reason says: the items it points to, and one sentence.

    No items: it does not speak of the proof, or gives too little to tell what is missing.
    """

    items: tuple[str, ...]
    sentence: str


def letters(text: str) -> str:
    """Return a text folded to lower-case words of letters and digits, one blank between them."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def meaning_of(reason: str | None) -> ReasonMeaning:
    """Return what Microsoft's reason text points to; without a text nothing."""
    words = f" {letters(reason or '')} "
    named = tuple(item.code for item in PROOF_ITEMS if _names(words, item.reasons))
    if named:
        titles = "; ".join(PROOF_ITEMS_BY_CODE[code].add for code in named)
        return ReasonMeaning(named, titles)
    if _names(words, _ANY_ITEM):
        return ReasonMeaning((), "It does not say what is missing: check every item below.")
    for text, sentence in _BEYOND.items():
        if f" {text} " in words:
            return ReasonMeaning((), sentence)
    return ReasonMeaning((), "")


def _names(words: str, texts: Iterable[str]) -> bool:
    return any(f" {text} " in words for text in texts)


def items_for(*, is_public_sector: bool | None) -> tuple[ProofItem, ...]:
    """Return the items that a claim needs; None, not known: with the public-sector ones."""
    return tuple(
        item
        for item in PROOF_ITEMS
        if item.applies != "public sector" or is_public_sector is not False
    )
