"""The claim register: every claim with its status in words, its history and its proof checklist."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.claim_life import (
    CLAIM_STATUSES,
    STATUSES_BY_NAME,
    final_words,
    path_words,
    status_words,
)
from insights.proof_checklist import items_for, meaning_of
from insights.views.table import Column
from insights.views.workload_columns import short_name

COLUMNS: tuple[Column, ...] = (
    Column("claim_id", "Claim", is_pinned=True),
    Column("tenant_name", "Customer"),
    Column("workload_name", "Workload"),
    Column("partner_name", "Claiming partner"),
    Column("status_words", "Status"),
    Column("status_on", "Since", "date"),
    Column("status_reason", "Reason", help="As the claims file tells it."),
    Column("reason_words", "What it means"),
    Column("next_step", "Next step"),
    Column("submitted_on", "Submitted", "date"),
    Column("approved_on", "Approved", "date"),
    Column("ended_on", "Ended", "date"),
    Column("proof_signed_on", "Proof signed", "date"),
    Column("claim_name", "Claim name"),
    Column("solution_area", "Solution area"),
    Column("partner_role", "Role"),
    Column("tenant_id", "Tenant id"),
)
HISTORY_COLUMNS: tuple[Column, ...] = (
    Column("workload_name", "Workload", is_pinned=True),
    Column("status_words", "Status"),
    Column("status_on", "Since", "date"),
    Column("status_reason", "Reason"),
    Column("path", "May lead to"),
    Column("file_name", "Told by"),
    Column("imported_at", "Imported", "moment"),
)
CHECKLIST_COLUMNS: tuple[Column, ...] = (
    Column("mark", "Pointed to", help="The reviewer's reason speaks of this item."),
    Column("title", "Item", is_pinned=True),
    Column("asked_for", "Asked for"),
    Column("wants", "What the reviewer looks for"),
    Column("add", "What to add", is_wide=True),
    Column("source", "Source"),
)
LIFE_COLUMNS: tuple[Column, ...] = (
    Column("status", "Status", is_pinned=True),
    Column("meaning", "Meaning"),
    Column("next_step", "Next step"),
    Column("path", "May lead to"),
)

POINTED, ALL_ASKED = "▶ yes", ""


@dataclass(frozen=True, slots=True)
class ClaimDetail:
    """One claim: its title, what its status says, its history and its proof checklist."""

    title: str
    words: tuple[str, ...]
    history: pd.DataFrame
    checklist: pd.DataFrame
    takeaway: str


def register_rows(claims: pd.DataFrame) -> pd.DataFrame:
    """Return claim_list with status and reason in words.

    "Rejected final" tells whether the claim was approved before, that is, disassociated, or lost
    its dispute.
    """
    is_final = claims["status"] == "Rejected final"
    ends = claims["was_approved"].map(lambda was: final_words(was_approved=was))
    words = claims["status"].map(status_words)
    return claims.assign(
        status_words=words.mask(is_final, words + ": " + ends.astype("str")),
        reason_words=claims["status_reason"].map(lambda text: meaning_of(_text(text)).sentence),
        next_step=claims["status"].map(_next_step),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _next_step(status: str) -> str:
    known = STATUSES_BY_NAME.get(status)
    return known.next_step if known else ""


def status_options(counts: pd.DataFrame) -> dict[str, str]:
    """Return the statuses that occur with their numbers, in the order of the life cycle."""
    known = [status.name for status in CLAIM_STATUSES]
    found = dict(zip(counts["status"], counts["claims"], strict=True))
    ordered = [name for name in known if name in found]
    ordered += sorted(name for name in found if name not in known)
    return {name: f"{status_words(name)} ({found[name]:,})" for name in ordered}


def claim_detail(rows: pd.DataFrame, history: pd.DataFrame) -> ClaimDetail | None:
    """Return one claim from its rows of the register and its history, None for an unknown one."""
    if rows.empty:
        return None
    told = register_rows(rows)
    first = told.iloc[0]
    checklist = _checklist(told)
    named = int((checklist["mark"] == POINTED).sum())
    return ClaimDetail(
        title=f"Claim {first['claim_id']}: {first['tenant_name']}",
        words=tuple(_status_lines(told)),
        history=history.assign(
            status_words=history["status"].map(status_words),
            path=history["status"].map(path_words),
        ),
        checklist=checklist,
        takeaway=f"{len(checklist)} items; the reviewer's reason points to {named} of them.",
    )


def _status_lines(told: pd.DataFrame) -> list[str]:
    """Return one line per workload: its status, what it means and what comes next."""
    lines = []
    for row in told.to_dict("records"):
        known = STATUSES_BY_NAME.get(str(row["status"]))
        meaning = f" {known.meaning} {known.next_step}" if known else ""
        path = path_words(str(row["status"]))
        lines.append(f"{row['workload_name']}: {row['status_words']}.{meaning} {path}.")
    return lines


def _checklist(told: pd.DataFrame) -> pd.DataFrame:
    """Return the items that this claim's proof needs; those for each workload once per workload."""
    pointed = {
        row["workload"]: set(meaning_of(_text(row["status_reason"])).items)
        for row in told.to_dict("records")
    }
    anywhere = set().union(*pointed.values())
    rows = []
    for item in items_for(is_public_sector=_is_public(told)):
        for_each = item.applies == "workload"
        for workload in pointed if for_each else ("",):
            is_named = item.code in (pointed[workload] if for_each else anywhere)
            rows.append(
                {
                    "mark": POINTED if is_named else ALL_ASKED,
                    "title": item.title,
                    "asked_for": short_name(workload) if for_each else "The claim",
                    "wants": item.wants,
                    "add": item.add,
                    "source": item.source,
                }
            )
    return pd.DataFrame(rows)


def _is_public(told: pd.DataFrame) -> bool | None:
    """Return whether the customer is of the public sector, None where no segment is told."""
    segment = _text(told["segment"].iloc[0]).casefold()
    if not segment:
        return None
    return any(word in segment for word in ("public", "government", "education"))


def life_rows() -> pd.DataFrame:
    """Return the life cycle: one row per status with what it means and where it may lead."""
    return pd.DataFrame(
        [
            {
                "status": status_words(status.name),
                "meaning": status.meaning,
                "next_step": status.next_step,
                "path": path_words(status.name),
            }
            for status in CLAIM_STATUSES
        ]
    )
