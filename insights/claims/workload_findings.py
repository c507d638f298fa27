"""What is found on each claimed workload: the proof, other holders, seats, usage and time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from insights.claims.draft import ClaimDraft
from insights.claims.finding import Finding
from insights.claims.standing import ClaimFacts, month_text, newest_rival_proof, own_claims


def workload_findings(
    draft: ClaimDraft, facts: ClaimFacts, standing: pd.DataFrame, *, today: date
) -> Iterator[Finding]:
    """Yield the findings of every claimed workload, in the order of `standing`."""
    for row in standing[standing["workload"].isin(draft.workloads)].itertuples(index=False):
        for code, message, remedy in _about(row, draft, facts, today):
            is_blocking = code == "workload_not_in_proof"
            yield Finding(
                code,
                "in_proof" if is_blocking else "workloads",
                "blocking" if is_blocking else "warning",
                f"{row.workload_name}: {message}",
                remedy,
                str(row.workload),
            )


class Words(NamedTuple):
    """Code, message and remedy of one finding."""

    code: str
    message: str
    remedy: str


def _about(row: Any, draft: ClaimDraft, facts: ClaimFacts, today: date) -> Iterator[Words]:  # noqa: ANN401 - a named tuple of the frame
    if row.workload not in draft.in_proof:
        yield Words(
            "workload_not_in_proof",
            "it is claimed, but not ticked as part of the proof.",
            "Tick it if the proof names it; else have the proof extended or leave it out.",
        )
    yield from _holder(row, draft, facts)
    yield from _seats_and_usage(row)
    yield from _time(row, today)


def _holder(row: Any, draft: ClaimDraft, facts: ClaimFacts) -> Iterator[Words]:  # noqa: ANN401
    own = own_claims(facts, row.workload, draft.partner_id)
    if not own.empty or (row.is_held and row.holder_id == draft.partner_id):
        told = f" ({own['claim_id'].iloc[0]}, {own['status'].iloc[0]})" if not own.empty else ""
        yield Words(
            "own_claim_exists",
            f"this location already has it claimed{told}.",
            "Leave it out, or add the newer proof to the claim that exists.",
        )
    elif row.is_held:
        yield _rival(row, draft, facts)


def _rival(row: Any, draft: ClaimDraft, facts: ClaimFacts) -> Words:  # noqa: ANN401
    holder = row.holder_name if isinstance(row.holder_name, str) else "another partner"
    theirs = newest_rival_proof(facts, row.workload, draft.partner_id)
    known = f" Their proof is of {theirs:%d %B %Y}." if theirs else ""
    if theirs is None or draft.signed_on is None:
        chance = "Microsoft compares the newest proofs, and the newer one wins."
    elif draft.signed_on > theirs:
        chance = "Yours is newer, which wins unless they bring a newer one."
    else:
        chance = "Yours is not newer, so it would lose."
    return Words(
        "held_by_another",
        f"{holder} holds it.{known} {chance}",
        "Claim it with a proof that is newer than theirs, and expect a longer review.",
    )


def _seats_and_usage(row: Any) -> Iterator[Words]:  # noqa: ANN401
    if pd.isna(row.latest_month):
        yield Words(
            "workload_not_reported",
            "no report shows it for this customer, so seats and usage are not known.",
            "A product that was just bought can take 7 days to appear in Partner Center's list.",
        )
    if not row.is_paid:
        yield Words(
            "workload_not_paid",
            "the programme in force pays nothing for it.",
            "Claim it for recognition only, or leave it out.",
        )
    if row.is_small:
        yield Words(
            "seats_under_minimum",
            f"{row.paid_available_units:,} paid seats; it earns nothing under "
            f"{row.minimum_units:,}.",
            "It can be claimed; it earns once there are enough seats.",
        )
    if row.is_over:
        yield Words(
            "usage_too_high",
            f"{row.usage:.1%} of the seats are active; in bucket {row.bucket} usage at claim may "
            f"be {row.limit:.0%} at most.",
            "Expect recognition only: too much was in use before the claim.",
        )


def _time(row: Any, today: date) -> Iterator[Words]:  # noqa: ANN401
    if pd.isna(row.passes_in):
        return
    passes = f"at its pace the next milestone passes in {month_text(row.passes_in)}."
    if row.submit_by < today:
        yield Words(
            "claim_too_late",
            f"{passes} To earn it, the claim had to be submitted by {row.submit_by:%d %B %Y}.",
            "Submit at once: the review may be quicker, or the pace slower.",
        )
    else:
        yield Words(
            "claim_before",
            f"{passes} What passes unclaimed is lost.",
            f"Submit the claim by {row.submit_by:%d %B %Y}.",
        )
