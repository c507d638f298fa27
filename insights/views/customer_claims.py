"""One customer's claims over time: when each was submitted, answered and ended."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.views.workload_columns import in_catalogue_order, short_name


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """One kind of step: how a status counts, its word and the symbol of the chart."""

    code: str
    label: str
    symbol: str


GOING = ClaimStep("going", "in progress", "circle-open")
APPROVED = ClaimStep("approved", "approved", "circle")
ENDED = ClaimStep("ended", "rejected or ended", "x")
ACTION = ClaimStep("action", "action ended or noted", "diamond")
STEPS: tuple[ClaimStep, ...] = (GOING, APPROVED, ENDED, ACTION)

_KINDS = {
    "Approved": APPROVED,
    "Customer consent received": APPROVED,
    "Rejected": ENDED,
    "Rejected final": ENDED,
    "Canceled": ENDED,
    "Consent rejected": ENDED,
    "Customer consent declined": ENDED,
    "Customer consent expired": ENDED,
    "Disputed expired": ENDED,
    "Not submitted expired": ENDED,
    "Post submission expired": ENDED,
}
"""How a status counts; every other one is on its way."""

_DATED = {"submitted_on": "Submitted", "approved_on": "Approved", "ended_on": "Ended"}
"""Dates of a claim that are steps where no status was seen for them."""


def claim_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Return one row per dated step of each claim and workload, in their order.

    `steps` has the columns of customer_claim_steps. Columns: label (workload), claim_id,
    partner_name, on, status, kind (code of STEPS), told (words). Steps without a date are left
    out.
    """
    seen = steps[["claim_id", "workload", "partner_name", "status", "status_on"]]
    seen = seen.rename(columns={"status_on": "on"})
    claims = steps.drop_duplicates(["claim_id", "workload"])
    dated = [
        claims[["claim_id", "workload", "partner_name"]].assign(status=status, on=claims[column])
        for column, status in _DATED.items()
    ]
    every = pd.concat([seen, *dated], ignore_index=True)
    every = every.assign(on=pd.to_datetime(every["on"])).dropna(subset=["on"])
    every = every.drop_duplicates(["claim_id", "workload", "status"])
    every = every[~_is_doubled_end(every)]
    order = {code: at for at, code in enumerate(in_catalogue_order(every["workload"].unique()))}
    rank = every["status"].map({"Submitted": 0}).fillna(1)
    every = every.assign(position=every["workload"].map(order), rank=rank).sort_values(
        ["position", "claim_id", "on", "rank"], ignore_index=True, kind="stable"
    )
    kinds = {status: kind.code for status, kind in _KINDS.items()} | {"Ended": ENDED.code}
    return pd.DataFrame(
        {
            "label": every["workload"].map(short_name),
            "claim_id": every["claim_id"],
            "partner_name": every["partner_name"],
            "on": every["on"],
            "status": every["status"],
            "kind": every["status"].map(kinds).fillna(GOING.code),
            "told": every["status"] + " on " + every["on"].dt.strftime("%Y-%m-%d"),
        }
    )


def _is_doubled_end(steps: pd.DataFrame) -> pd.Series[bool]:
    """Return whether a claim's end only repeats, on the same day, the status that ended it."""
    ended = steps["status"].map({status: kind.code for status, kind in _KINDS.items()}) == "ended"
    days = steps[ended].assign(is_told=True)[["claim_id", "workload", "on", "is_told"]]
    told = steps.merge(days.drop_duplicates(), on=["claim_id", "workload", "on"], how="left")
    is_told = told["is_told"].eq(True).set_axis(steps.index)
    return is_told & (steps["status"] == "Ended")


def claims_words(steps: pd.DataFrame) -> str:
    """Return what the timeline shows, for readers who cannot see it."""
    if steps.empty:
        return "No claim with a date is known for this customer."
    parts = [
        f"{label}: {claim_id}{f' of {partner}' if partner else ''}, "
        f"{', '.join(rows['told'].str.lower())}"
        for (label, claim_id, partner), rows in steps.groupby(
            ["label", "claim_id", "partner_name"], sort=False
        )
    ]
    return "; ".join(parts)
