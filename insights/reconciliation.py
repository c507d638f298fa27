"""Earned by our rules against paid by Microsoft, with the link of the chain that is broken.

The chain per workload is claim, eligible, milestone, earned, paid. Each row of the answer names
the first link at which the two sides part, or says that they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from insights.months import month_of

KEYS = ["tenant_key", "workload_key", "milestone"]

GROWTH = 0
"""Stands in place of a milestone for earnings of the growth model, which have none."""


@dataclass(frozen=True, slots=True)
class Link:
    """One outcome: its code, its label, and what it means and asks for in one sentence."""

    code: str
    label: str
    meaning: str


LINKS: tuple[Link, ...] = (
    Link("agrees", "Agrees", "Paid as our rules say."),
    Link(
        "example_rate",
        "Paid, our rate is an example",
        "Reached and paid; the amounts cannot be compared because our rate is an example.",
    ),
    Link(
        "amount_not_told",
        "Paid, amount not told",
        "Microsoft names the milestone without an amount in US dollars.",
    ),
    Link("amount_differs", "Amount differs", "Reached and paid, but another amount than ours."),
    Link(
        "paid_not_reached",
        "Paid, not reached by our data",
        "Microsoft paid what our usage data do not show as reached: check for missing months.",
    ),
    Link(
        "not_eligible",
        "Not eligible",
        "Crossed, but not eligible: the reason says whether somebody can act.",
    ),
    Link("not_claimed", "Not claimed", "Crossed while no association held, so nobody earned it."),
    Link("not_due", "Not yet due", "Reached; the payment is not due yet."),
    Link("overdue", "Overdue", "Reached, due and not in the earnings file: ask Microsoft."),
)
"""Every outcome; the first two need nothing to be done."""

LINKS_BY_CODE: dict[str, Link] = {link.code: link for link in LINKS}

COLUMNS = (
    *KEYS,
    "state",
    "link",
    "reason",
    "earned_usd_e4",
    "paid_usd_e4",
    "difference_usd_e4",
    "is_example",
    "is_sent",
    "due_month",
)


def reconciliation(
    milestones: pd.DataFrame,
    growth: pd.DataFrame,
    paid: pd.DataFrame,
    reasons: pd.DataFrame,
    *,
    known_on: date,
) -> pd.DataFrame:
    """Return what was earned and what was paid, tenant x workload x milestone, columns COLUMNS.

    `milestones` are the engine's rows, `growth` those of growth_earnings, `paid` and `reasons`
    what Microsoft told (earnings.paid_milestones, lasting_reasons). Milestone 0 compares all of a
    pair's growth that is due. Only rows in which something was earned, paid or crossed; amounts
    in ten-thousandths of a US dollar, the difference is paid less earned and missing unless both
    sides are known.
    """
    today = month_of(known_on)
    ours = pd.concat([_crossed(milestones), _grown(growth, today)], ignore_index=True)
    told = paid[KEYS].assign(
        paid_usd_e4=paid["amount_usd_e4"], is_sent=paid["is_sent"], is_paid=True
    )
    rows = _with_reasons(ours.merge(told, on=KEYS, how="outer"), reasons)
    flags = ("is_paid", "is_sent", "is_reached", "is_example")
    rows = rows.assign(**{name: rows[name].eq(True) for name in flags})
    rows = rows.assign(
        difference_usd_e4=rows["paid_usd_e4"] - rows["earned_usd_e4"].where(rows["is_reached"]),
        state=rows["state"].fillna(""),
    )
    rows = rows.assign(link=_links(rows, today))
    return rows.sort_values(KEYS, ignore_index=True)[list(COLUMNS)]


def _crossed(milestones: pd.DataFrame) -> pd.DataFrame:
    """Return the milestones that were crossed, with what they are worth by our rules."""
    told = milestones[["reached_month", "crossed_month"]].notna().any(axis=1)
    crossed = milestones[told]
    return crossed[KEYS].assign(
        state=crossed["state"].astype("str"),
        reason=crossed["reason"].astype("str"),
        is_reached=crossed["reached_month"].notna(),
        earned_usd_e4=crossed["rate_value_usd_e4"],
        is_example=crossed["is_example_rate"],
        due_month=crossed["payment_due_month"],
    )


def _grown(growth: pd.DataFrame, today: int) -> pd.DataFrame:
    """Return per pair what growth earned: what is due by this month, else what is not due yet."""
    earned = growth[growth["amount_usd_e4"] > 0]
    is_due = earned["payment_due_month"] <= today
    pair = [earned["tenant_key"], earned["workload_key"]]
    has_due = is_due.groupby(pair).transform("any") if len(earned) else is_due
    grown = earned[is_due | ~has_due].groupby(KEYS[:2], as_index=False)
    sums = grown.agg(
        earned_usd_e4=("amount_usd_e4", "sum"),
        is_example=("is_example", "any"),
        due_month=("payment_due_month", "max"),
    )
    return sums.assign(milestone=GROWTH, state="", reason="", is_reached=True).astype(
        {"earned_usd_e4": "Int64", "due_month": "Int64"}
    )


def _with_reasons(rows: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with Microsoft's reason against them in place of ours.

    A reason without a milestone speaks of the whole pair; one of the milestone comes first.
    """
    own = rows.merge(reasons[[*KEYS, "reason_code"]], on=KEYS, how="left")
    general = reasons.loc[reasons["milestone"] == 0, [*KEYS[:2], "reason_code"]]
    both = own.merge(general, on=KEYS[:2], how="left", suffixes=("", "_general"))
    code = both["reason_code"].fillna(both["reason_code_general"])
    return rows.assign(reason=code.fillna(rows["reason"]).fillna(""))


def _links(rows: pd.DataFrame, today: int) -> pd.Series[str]:
    """Return the code of the outcome of every row."""
    is_paid, is_reached = rows["is_paid"], rows["is_reached"]
    conditions = {
        "paid_not_reached": is_paid & ~is_reached,
        "amount_not_told": is_paid & rows["paid_usd_e4"].isna(),
        "agrees": is_paid & rows["difference_usd_e4"].eq(0).fillna(False),
        "example_rate": is_paid & rows["is_example"],
        "amount_differs": is_paid,
        "not_eligible": rows["reason"] != "",
        "not_claimed": ~is_reached,
        "not_due": (rows["due_month"] >= today).fillna(False),
    }
    codes = np.select(
        [each.to_numpy(dtype=bool) for each in conditions.values()], list(conditions), "overdue"
    )
    return pd.Series(codes, index=rows.index, dtype="str")
