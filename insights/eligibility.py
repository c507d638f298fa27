"""Who could earn on a pair and since when: paying associations, claims in progress, reason codes.

An association pays from its first full month: a claim approved within a month counts usage of the
next month on (Microsoft, earnings of Modern Work and Security usage). Only associations by claim
(CPOR) pay; a report that does not say the kind of attribution is taken at its word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data_access.types import OPEN_END
from insights.panel import Ints, pair_codes

PAYING_TYPES: tuple[str, ...] = ("CPOR", "")
"""Kinds of attribution that can earn; the empty one is "the report did not say"."""

IN_PROGRESS: tuple[str, ...] = (
    "Draft",
    "Submitted",
    "Under review",
    "Partner action required",
    "Dispute",
    "Awaiting customer consent response",
    "Customer consent received",
)
"""Statuses of a claim on its way to a decision."""

ENDED: tuple[str, ...] = (
    "Rejected",
    "Rejected final",
    "Canceled",
    "Consent rejected",
    "Customer consent declined",
    "Customer consent expired",
    "Disputed expired",
    "Not submitted expired",
    "Post submission expired",
)
"""Statuses of a claim that is over; one that was approved before had been an association."""

_PARTNERS = 1 << 20  # room for partner keys inside a holder's code

SPAN_COLUMNS = (
    "tenant_key",
    "workload_key",
    "partner_key",
    "start_month",
    "end_month",
    "eligible_from",
)


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """Why Microsoft did not pay: `is_lasting` bars the pair, else it speaks of one month."""

    code: str
    meaning: str
    can_act: bool
    is_lasting: bool = True


REASON_CODES: dict[str, ReasonCode] = {
    each.code: each
    for each in (
        ReasonCode("CUSPUBSEC", "the customer is in the public sector", can_act=True),
        ReasonCode("CUSNOTNEW", "the tenant was created outside the valid period", can_act=False),
        ReasonCode("IVDADV", "an advanced specialization is missing", can_act=True),
        ReasonCode("IVDCOMP", "a competency or designation is missing or expired", can_act=True),
        ReasonCode("IVDCOSELL", "co-sell eligibility is missing", can_act=True),
        ReasonCode("IVDMPA", "the partner agreement is not signed", can_act=True),
        ReasonCode("IVDMPN", "this partner id may not take part", can_act=False),
        ReasonCode("IVDGEO", "the partner's location is not eligible", can_act=False),
        ReasonCode("IVDCUST", "the customer was already paid for earlier", can_act=False),
        ReasonCode("CUSEQPTR", "the partner is the customer", can_act=False),
        ReasonCode("CHREVNONCH", "China revenue of a partner outside China", can_act=False),
        ReasonCode("IVDPTRROLE", "the claim has the wrong partner role", can_act=False),
        ReasonCode("IVDPOE", "the proof of execution is not approved", can_act=True),
        ReasonCode("INVTNXACO", "an Azure credit offer is active", can_act=False),
        ReasonCode("IVDCLD", "the tenant is in the wrong cloud", can_act=False),
        ReasonCode("MXTMCPMT", "the longest time of earning has passed", can_act=False),
        ReasonCode(
            "PAULWPHWM", "paid units are not above the high-water mark", False, is_lasting=False
        ),
        ReasonCode(
            "MAULWPHWM", "active users are not above the high-water mark", False, is_lasting=False
        ),
        ReasonCode("MINTHNTMT", "the minimum is not met", can_act=False, is_lasting=False),
    )
}
"""Microsoft's codes for "not eligible" (Partner Center docs Oct 2023, earnings-revenue)."""


def claims_known_on(claims: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the claims as they stood at the end of a day; ones submitted later are left out.

    Grain and columns of the table claim, dates as timestamps. Where the newest status is younger
    than the day, the earlier one is inferred: approved if approved by then, else submitted.
    """
    dates = ["status_on", "submitted_on", "approved_on", "ended_on"]
    known = claims.assign(**{name: pd.to_datetime(claims[name]) for name in dates})
    at = pd.Timestamp(day)
    approved = known["approved_on"].where(known["approved_on"] <= at)
    is_newer = known["status_on"] > at
    earlier = pd.Series("Submitted", index=known.index).mask(approved.notna(), "Approved")
    began = known[dates[:3]].min(axis=1)
    return known.assign(
        status=known["status"].mask(is_newer, earlier),
        status_on=known["status_on"].mask(is_newer),
        approved_on=approved,
        ended_on=known["ended_on"].where(known["ended_on"] <= at),
    )[~(began > at)]


def claims_in_progress(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that are on their way to a decision (same columns)."""
    return claims[claims["status"].isin(IN_PROGRESS)]


def paying_spans(associations: pd.DataFrame, claims: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return the spans in which a partner could earn on a pair, columns SPAN_COLUMNS.

    `associations` has the columns of that table, `claims` those of `claims_known_on`; spans that
    start after the month `horizon` are left out. A claim that was approved and is over ends its
    span ("Rejected final" of a formerly approved claim), and claiming again after that is a span
    of its own with a new starting point, also where reports show one unbroken association.
    """
    paying = associations["attribution_type"].fillna("").isin(PAYING_TYPES)
    is_known = paying & (associations["start_month"] <= horizon)
    reported = associations[is_known].reset_index(drop=True)
    day = pd.to_datetime(reported["associated_on"]).dt.day
    reported = reported.assign(eligible_from=reported["start_month"] + (day > 1).astype("int64"))
    told = _claimed_spans(claims, horizon)
    if told.empty:
        return _ordered(reported)
    has_told = _holders(reported).isin(_holders(told[told["end_month"] < OPEN_END]))
    is_needed = ~_holders(told).isin(_holders(reported)[~has_told])
    clipped = _clipped(told[is_needed], reported)
    untold = reported[~has_told | ~_overlapped(reported, told)]
    return _ordered(pd.concat([untold[list(SPAN_COLUMNS)], clipped]))


def _ordered(spans: pd.DataFrame) -> pd.DataFrame:
    return spans[list(SPAN_COLUMNS)].astype("int64").reset_index(drop=True)


def _holders(spans: pd.DataFrame) -> pd.Series[int]:
    """Return one integer per row that stands for its tenant, workload and partner."""
    holder: Ints = pair_codes(spans) * _PARTNERS + spans["partner_key"].to_numpy(dtype=np.int64)
    return pd.Series(holder, index=spans.index)


def _claimed_spans(claims: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return one span per claim that was ever approved, as the claims tell it."""
    approved = claims[claims["approved_on"].notna()]
    start = _months(approved["approved_on"])
    is_over = approved["status"].isin(ENDED)
    end = _months(approved["ended_on"].fillna(approved["status_on"]).where(is_over))
    spans = approved[["tenant_key", "workload_key", "partner_key"]].assign(
        start_month=start.astype("int64"),
        end_month=end.fillna(OPEN_END).astype("int64"),
        eligible_from=(start + (approved["approved_on"].dt.day > 1)).astype("int64"),
    )
    return spans[spans["start_month"] <= horizon].reset_index(drop=True)


def _months(days: pd.Series) -> pd.Series[float]:
    months: pd.Series[float] = days.dt.year * 12.0 + days.dt.month - 1
    return months


def _pairs_of(told: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """Return told and reported spans of one holder that overlap, side by side."""
    holder = ["tenant_key", "workload_key", "partner_key"]
    left, right = told.reset_index(names="told_row"), reported.reset_index(names="reported_row")
    both = left.merge(right, on=holder, suffixes=("", "_reported"))
    overlaps = (both["start_month"] <= both["end_month_reported"]) & (
        both["end_month"] >= both["start_month_reported"]
    )
    return both[overlaps]


def _clipped(told: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """Return told spans that end no later than the reports say (e.g. moved to another partner)."""
    both = _pairs_of(told, reported)
    latest = both.groupby("told_row")["end_month_reported"].max()
    limit = latest.reindex(told.index, fill_value=OPEN_END)
    return told.assign(end_month=told["end_month"].where(told["end_month"] < limit, limit))


def _overlapped(reported: pd.DataFrame, told: pd.DataFrame) -> pd.Series[bool]:
    """Return whether a told span of the same holder overlaps the reported one."""
    both = _pairs_of(told, reported)
    found: pd.Series[bool] = reported.index.to_series().isin(both["reported_row"])
    return found
