"""The proof checklist of one claim: what a reviewer wants to see, and what we can say about it."""

from __future__ import annotations

from dataclasses import dataclass

from insights.claims.draft import ClaimDraft
from insights.claims.proof_hints import Hint
from insights.proof_checklist import ProofItem, items_for

TICKED, MISSING, CHECK = "✓", "✕", "○"
"""Symbols: answered in the draft, missing in the draft, to be checked by a person."""

_HINT_OF = {"tenant": "tenant", "parties": "domain", "dates": "dates", "workload": "workload"}


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One thing to check: its symbol, what the reviewer wants, and what is known about it."""

    symbol: str
    title: str
    wants: str
    known: str
    source: str


def checklist(
    draft: ClaimDraft,
    hints: tuple[Hint, ...] | None,
    *,
    needs_disclosure: bool | None,
    names: dict[str, str],
) -> tuple[ChecklistLine, ...]:
    """Return the checklist of a draft, one line per item, for workloads one per claimed workload.

    `hints` are those of the proof's text, None where there is no text to read; `names` gives the
    names of workloads by code.
    """
    lines: list[ChecklistLine] = []
    for item in items_for(is_public_sector=needs_disclosure):
        if item.applies == "workload":
            lines.extend(
                _workload_line(item, draft, hints, code, names) for code in draft.workloads
            )
        else:
            lines.append(_claim_line(item, draft, hints))
    return tuple(lines)


def _claim_line(
    item: ProofItem, draft: ClaimDraft, hints: tuple[Hint, ...] | None
) -> ChecklistLine:
    symbol, known = _answered(item.code, draft)
    told = " ".join(each for each in (known, _hinted(item.code, hints)) if each)
    return ChecklistLine(symbol, item.title, item.wants, told or "To be checked.", item.source)


def _answered(code: str, draft: ClaimDraft) -> tuple[str, str]:
    """Return symbol and words of what the draft itself answers."""
    if code == "proof":
        proof = draft.proof
        return (TICKED, f"{proof.file_name}.") if proof else (MISSING, "Nothing is attached.")
    if code == "dates":
        signed = draft.signed_on
        return (TICKED, f"Signed on {signed:%d %B %Y}.") if signed else (MISSING, "No date yet.")
    if code == "disclosure":
        return (TICKED, "Ticked as signed.") if draft.is_disclosed else (MISSING, "Not ticked.")
    return CHECK, ""


def _workload_line(
    item: ProofItem,
    draft: ClaimDraft,
    hints: tuple[Hint, ...] | None,
    code: str,
    names: dict[str, str],
) -> ChecklistLine:
    is_ticked = code in draft.in_proof
    known = "Ticked as part of the proof." if is_ticked else "Not ticked as part of the proof."
    told = " ".join(each for each in (known, _hinted(item.code, hints, code)) if each)
    title = f"{names.get(code, code)} is on the proof"
    return ChecklistLine(TICKED if is_ticked else MISSING, title, item.wants, told, item.source)


def _hinted(item_code: str, hints: tuple[Hint, ...] | None, workload: str = "") -> str:
    wanted = (_HINT_OF.get(item_code), workload)
    found = [each for each in hints or () if (each.code, each.workload) == wanted]
    if not found:
        return ""
    words = "found" if found[0].is_found else "not found; look yourself"
    return f"{found[0].subject} in the file's text: {words}."
