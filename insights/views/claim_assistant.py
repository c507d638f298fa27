"""The claim assistant's view: drafts as a list, the steps' marks, and workloads in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from insights.claims.draft import from_json
from insights.claims.finding import Finding, blocking, of_step
from insights.claims.form import REVIEW, STEPS
from insights.claims.standing import month_text
from insights.money import marked, usd
from insights.views.table import Column

DONE, TO_DO, RISK = "✓", "○", "▲"
"""Marks of a step: nothing to do, something missing, only warnings."""

STATUS_WORDS: dict[str, str] = {
    "draft": "○ Draft",
    "packed": "✓ Packed",
    "discarded": "✕ Discarded",
}

DRAFT_COLUMNS: tuple[Column, ...] = (
    Column("title", "Claim", is_pinned=True),
    Column("customer", "Customer"),
    Column("workloads", "Workloads"),
    Column("status_words", "Status"),
    Column("age", "Last change"),
    Column("started_at", "Started (UTC)", "moment"),
)


def draft_rows(drafts: pd.DataFrame, *, now: datetime, with_discarded: bool) -> pd.DataFrame:
    """Return the drafts as people read them, one row each in the same order.

    Columns: draft_id, title, customer, workloads, status, status_words, age, started_at.
    """
    shown = drafts if with_discarded else drafts[drafts["status"] != "discarded"]
    told = [_told(content) for content in shown["content"]]
    return pd.DataFrame(
        {
            "draft_id": shown["draft_id"].astype("str"),
            "title": [title for title, _, _ in told],
            "customer": [customer for _, customer, _ in told],
            "workloads": [workloads for _, _, workloads in told],
            "status": shown["status"].astype("str"),
            "status_words": shown["status"].map(STATUS_WORDS).astype("str"),
            "age": [age_words(moment.to_pydatetime(), now) for moment in shown["saved_at"]],
            "started_at": shown["started_at"],
        }
    ).reset_index(drop=True)


def _told(content: str) -> tuple[str, str, str]:
    """Return name, customer and workloads of a draft; one of another version shows its state."""
    try:
        draft = from_json(content).trimmed()
    except ValueError:
        return "Written by another version", "—", "—"
    customer = draft.domain or draft.tenant_id or "—"
    return draft.claim_name or "Without a name", customer, ", ".join(draft.workloads) or "—"


def age_words(moment: datetime, now: datetime) -> str:
    """Return how long ago something was, e.g. "5 minutes ago"."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    for size, noun in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {noun}{'' if count == 1 else 's'} ago"
    return "just now"


def step_labels(found: tuple[Finding, ...]) -> dict[int, str]:
    """Return the label of every step with its mark, e.g. "○ 2 Customer"."""
    labels = {}
    for step in STEPS:
        here = found if step.number == REVIEW else of_step(found, step.number)
        mark = TO_DO if blocking(here) else RISK if here else DONE
        labels[step.number] = f"{mark} {step.number} {step.short}"
    return labels


@dataclass(frozen=True, slots=True)
class WorkloadLine:
    """One workload of step 4: its code and name, who holds it, and lines of what is known."""

    code: str
    name: str
    holder: str
    usage: str
    worth: str


def workload_lines(standing: pd.DataFrame, own_partner: str) -> tuple[WorkloadLine, ...]:
    """Return the workloads of `standing.workload_standing` in words, in its order."""
    return tuple(
        WorkloadLine(
            str(row.workload),
            str(row.workload_name),
            _holder_words(row, own_partner),
            _usage_words(row),
            _worth_words(row),
        )
        for row in standing.itertuples(index=False)
    )


def _holder_words(row: Any, own_partner: str) -> str:  # noqa: ANN401 - a named tuple of the frame
    if not row.is_held:
        return "○ Nobody holds it"
    if isinstance(row.holder_id, str) and row.holder_id == own_partner:
        return "● This location holds it"
    name = row.holder_name if isinstance(row.holder_name, str) else "Another partner"
    return f"▲ {name} holds it"


def _usage_words(row: Any) -> str:  # noqa: ANN401
    """Return seats and usage now, against the minimum and the maximum at claim."""
    if pd.isna(row.latest_month):
        return "No report shows it for this customer."
    minimum = f"minimum {row.minimum_units:,}"
    seats = "—" if pd.isna(row.paid_available_units) else f"{row.paid_available_units:,}"
    used = "—" if pd.isna(row.usage) else f"{row.usage:.1%}"
    size = f", bucket {row.bucket}" if row.bucket else ""
    at_claim = "no maximum at claim" if pd.isna(row.limit) else f"at claim {row.limit:.0%} at most"
    return (
        f"{used} active in {month_text(row.latest_month)} ({at_claim}{size}) · "
        f"{seats} seats ({minimum})"
    )


def _worth_words(row: Any) -> str:  # noqa: ANN401
    """Return the milestones that can still be earned and what they are worth."""
    if not isinstance(row.open_milestones, str):
        return "No milestone left to earn that we know of"
    value = marked(usd(row.open_value_usd_e4), is_example=bool(row.is_example))
    needed = f", {row.users_needed:,} more active users to the next" if row.users_needed > 0 else ""
    passes = f" · passes about {month_text(row.passes_in)}" if pd.notna(row.passes_in) else ""
    worth = f", {value}" if pd.notna(row.open_value_usd_e4) and row.open_value_usd_e4 else ""
    return f"Still to earn: {row.open_milestones}{worth}{needed}{passes}"
