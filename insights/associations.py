"""Who holds a tenant's workload from when to when, derived from what files said.

A report names a partner for a pair month by month; from that, spans of months are derived:

* a span starts in the month of DateAssociated, else in the first month a report named the partner;
* CPOR is exclusive per tenant and workload, so the next different partner's start ends it
  ("moved"); rows that Microsoft marks as duplicates within a global account neither end others
  nor are ended by them;
* a claims file may end it ("disassociated");
* a partner that usage reports did not name for three months while they named its other pairs of
  the same attribution type has lost it after the last month named ("not reported"), unless a
  claims file vouches for it.
"""

from __future__ import annotations

import pandas as pd

from data_access.types import OPEN_END

UNREPORTED_MONTHS = 3
"""Months without being named after which an association counts as ended."""

PAIR = ["tenant_key", "workload_key"]
HOLDER = [*PAIR, "partner_key"]
EXCLUSIVE_TYPE = "CPOR"
SPAN_COLUMNS = (
    *HOLDER,
    "start_month",
    "end_month",
    "associated_on",
    "attribution_type",
    "claim_id",
    "end_reason",
)


def association_spans(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the spans of months in which partners held pairs; spans of one partner never overlap.

    `evidence` has the columns of the table association_evidence (a missing date is None) and
    `partner_last_month`, the last month in which usage reports named the partner with the row's
    attribution type. It must hold all rows of every pair in it. Grain: partner x tenant x workload
    x unbroken span, columns SPAN_COLUMNS; an open span ends in OPEN_END. Source of the rules:
    Microsoft's CPOR guide.
    """
    named = _with_starts(evidence)
    named = named.assign(moved_end=_moved_ends(named), claimed_end=_disassociated_ends(named))
    return _merged(_with_ends(named))


def _months(days: pd.Series) -> pd.Series:
    """Return the month index of each date as a float, NaN where there is none."""
    moments = pd.to_datetime(days)
    return moments.dt.year * 12.0 + moments.dt.month - 1


def _with_starts(evidence: pd.DataFrame) -> pd.DataFrame:
    """Add start_month, seen_until (never before the start) and the order of equal starts."""
    named = evidence.reset_index(drop=True)
    start = _months(named["associated_on"]).fillna(named["first_month"]).astype("int64")
    day = pd.to_datetime(named["associated_on"]).dt.day.fillna(1)
    return named.assign(
        start_month=start,
        seen_until=named["last_month"].fillna(start).clip(lower=start).astype("int64"),
        start_order=start * 100 + day.astype("int64"),
    )


def _moved_ends(named: pd.DataFrame) -> pd.Series:
    """Return the last month before another partner's start, NaN where none followed.

    An association that another one followed within its first month keeps that month.
    """
    exclusive = named[(named["attribution_type"] == EXCLUSIVE_TYPE) & ~named["is_duplicate"]]
    partners = exclusive.groupby(PAIR)["partner_key"].transform("nunique")
    shared = exclusive.loc[partners > 1, [*HOLDER, "start_month", "start_order"]]
    rivals = shared.reset_index().merge(shared, on=PAIR, suffixes=("", "_next"))
    rivals = rivals[
        (rivals["partner_key"] != rivals["partner_key_next"])
        & (rivals["start_order"] < rivals["start_order_next"])
    ]
    following = rivals.groupby("index")[["start_month", "start_month_next"]].min()
    ends = (following["start_month_next"] - 1).clip(lower=following["start_month"])
    return ends.reindex(named.index).astype("float64")


def _disassociated_ends(named: pd.DataFrame) -> pd.Series:
    """Return the month in which a claims file ended the association, NaN where none did.

    The end of one claim does not end what another claim of the same partner vouches for.
    """
    ended = named.loc[named["ended_on"].notna(), [*HOLDER, "claim_id", "ended_on"]]
    ended = ended.assign(claimed_end=_months(ended["ended_on"])).drop(columns="ended_on")
    told = named[[*HOLDER, "claim_id", "start_month"]].reset_index()
    told = told.merge(ended, on=HOLDER, suffixes=("", "_ended"))
    same_claim = (
        told["claim_id"].isna()
        | told["claim_id_ended"].isna()
        | (told["claim_id"] == told["claim_id_ended"])
    )
    told = told[same_claim & (told["claimed_end"] >= told["start_month"])]
    return told.groupby("index")["claimed_end"].min().reindex(named.index).astype("float64")


def _with_ends(named: pd.DataFrame) -> pd.DataFrame:
    """Add end_month and end_reason to every row of evidence, sorted by holder and start."""
    named = named.sort_values([*HOLDER, "start_order"], ignore_index=True)
    told = named[["moved_end", "claimed_end"]].min(axis=1).fillna(OPEN_END).astype("int64")
    seen = named["seen_until"]
    silent = (
        (named["partner_last_month"] - seen >= UNREPORTED_MONTHS)
        & (told - seen >= UNREPORTED_MONTHS)
        & named["last_month"].notna()
    )
    following = named.groupby(HOLDER)["start_month"].shift(-1)
    resumed = silent & (following - seen <= UNREPORTED_MONTHS)
    end = told.mask(silent, seen)
    end = end.mask(resumed & (following > seen), (following - 1).fillna(0).astype("int64"))
    reason = pd.Series("moved", index=named.index, dtype="str")
    reason = reason.mask(told == named["claimed_end"], "disassociated").mask(silent, "not reported")
    return named.assign(end_month=end, end_reason=reason.mask(end == OPEN_END))


def _merged(spans: pd.DataFrame) -> pd.DataFrame:
    """Return one row per unbroken span of a holder: overlapping and adjacent ones joined."""
    reach = spans.groupby(HOLDER)["end_month"].cummax()
    previous = reach.groupby([spans[name] for name in HOLDER]).shift()
    block = (previous.isna() | (spans["start_month"] > previous + 1)).cumsum()
    is_cpor = spans["attribution_type"] == EXCLUSIVE_TYPE
    by_type = spans.assign(block=block, rank=~is_cpor).sort_values(["block", "rank"], kind="stable")
    attribution = by_type.groupby("block")["attribution_type"].first()
    last = spans.assign(block=block).sort_values(["block", "end_month"], kind="stable")
    reason = last.drop_duplicates("block", keep="last").set_index("block")["end_reason"]
    joined = spans.groupby(block).agg(
        **{name: (name, "first") for name in (*HOLDER, "start_month", "associated_on", "claim_id")},
        end_month=("end_month", "max"),
    )
    joined = joined.assign(attribution_type=attribution, end_reason=reason)
    return joined.reset_index(drop=True)[list(SPAN_COLUMNS)]
