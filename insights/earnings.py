"""What a milestone is worth by the rate card, when it is paid, and what Microsoft says it paid.

Amounts are integer ten-thousandths of a US dollar. In the milestone model the rate card of the
year gives an amount by workload, bucket and milestone; in the growth model a milestone is worth
the units still to the threshold above the high-water mark times the rate per unit, capped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from insights.eligibility import REASON_CODES
from insights.panel import Bools, Ints
from insights.rule_tables import RuleTables

FAILED_PAYMENTS: tuple[str, ...] = ("failed", "rejected", "canceled", "cancelled", "reversed")
"""Payment statuses (folded) of earnings that did not and will not arrive."""

SENT_PAYMENTS: tuple[str, ...] = ("sent", "paid", "completed", "processed")
"""Payment statuses (folded) of earnings that went out; every other one is still to come."""

PAIR = ["tenant_key", "workload_key"]
PAID_COLUMNS = (
    *PAIR,
    "milestone",
    "amount_usd_e4",
    "partner_key",
    "payment_month",
    "earned_on",
    "is_sent",
    "earnings",
)


@dataclass(frozen=True, slots=True)
class Worth:
    """The value of one milestone for every pair: -1 where it is undefined."""

    amount_e4: Ints
    is_example: Bools
    bucket: Ints


@dataclass(frozen=True, slots=True)
class ValueCase:
    """What decides the value of a milestone, per pair.

    `year` is the programme year that judges it, `workload` the position in the rule tables,
    `units` the paid units that set bucket and goal (-1: not known), `base` the high-water mark
    that growth counts from, `earned_e4` what the year has already paid of its maximum.
    """

    year: Ints
    workload: Ints
    units: Ints
    base: Ints
    earned_e4: Ints


def milestone_worth(tables: RuleTables, threshold: int, case: ValueCase) -> Worth:
    """Return what a milestone (its position in the tables) is worth to every pair.

    An amount is an example where its rate or its bucket's limit is one.
    """
    bucket = tables.buckets(case.year, case.units)
    place = (case.year, case.workload)
    rate = np.where(bucket >= 0, tables.rate_e4[(*place, bucket, threshold)], -1)
    rate_is_example = tables.rate_is_example[(*place, bucket, threshold)]
    bucket_is_example = tables.bucket_is_example[case.year, bucket]
    grown, growth_is_example = _growth_worth(tables, tables.percents[threshold], case)
    is_growth = tables.is_growth[case.year]
    amount = np.where(is_growth, grown, rate)
    is_known = (case.units > 0) & (amount >= 0)
    example = np.where(is_growth, growth_is_example, rate_is_example | bucket_is_example)
    return Worth(np.where(is_known, amount, -1), is_known & example, bucket)


def _growth_worth(tables: RuleTables, percent: int, case: ValueCase) -> tuple[Ints, Bools]:
    """Return units still to the threshold times the rate, capped (-1: no rate), and if example."""
    place = (case.year, case.workload)
    rate = tables.unit_rate_e4[place]
    goal = (case.units * percent + 99) // 100
    units = np.maximum(goal - np.maximum(case.base, 0), 0)
    left = np.maximum(tables.unit_maximum_e4[place] - case.earned_e4, 0)
    return np.where(rate >= 0, np.minimum(units * rate, left), -1), tables.unit_is_example[place]


def payment_month(months: Ints, days: Ints) -> Ints:
    """Return the month in which a payment is due: so many days after the end of each month."""
    first = (months - 1970 * 12 + 1).astype("datetime64[M]").astype("datetime64[D]")
    due = (first + (days - 1)).astype("datetime64[M]").astype(np.int64)
    return due + 1970 * 12


def milestone_percent(texts: pd.Series[str], percents: tuple[int, ...]) -> pd.Series[int]:
    """Return the threshold that Microsoft's milestone text names, 0 where it names none of ours.

    Reads "15%", "Milestone 40 %", "0.15" and "15"; a bare ordinal such as "Milestone 1" is not
    taken for a percentage.
    """
    clean = texts.fillna("").astype("str").str.replace(",", ".", regex=False)
    percent = pd.to_numeric(clean.str.extract(r"(\d+(?:\.\d+)?)\s*%")[0])
    bare = pd.to_numeric(clean.str.extract(r"^\s*(\d+(?:\.\d+)?)\s*$")[0])
    number = percent.fillna(bare.where(bare >= 1, bare * 100)).fillna(0).round().astype("int64")
    return number.where(number.isin(percents), 0)


def _known_earnings(earnings: pd.DataFrame, known_on: date) -> pd.DataFrame:
    """Return the earnings of known pairs up to a day, dated by when they were earned."""
    on = pd.to_datetime(earnings["earning_on"]).fillna(pd.to_datetime(earnings["calculated_on"]))
    is_known = earnings[PAIR].notna().all(axis=1) & ~(on > pd.Timestamp(known_on))
    known = earnings.assign(earned_on=on)[is_known]
    return known.astype({"tenant_key": "int64", "workload_key": "int64"})


def paid_milestones(
    earnings: pd.DataFrame, known_on: date, percents: tuple[int, ...]
) -> pd.DataFrame:
    """Return what Microsoft paid net: tenant x workload x milestone, columns PAID_COLUMNS.

    `earnings` has the columns of that table. Milestone 0 gathers earnings that name none of our
    thresholds (e.g. growth). Failed payments do not count, adjustments are set off, and a sum of
    nothing or less is not paid. The amount is missing where no row gives US dollars; partner is
    that of the first earning, payment month the latest.
    """
    known = _known_earnings(earnings, known_on)
    status = known["payment_status"].fillna("").astype("str").str.casefold()
    known = known.assign(
        milestone=milestone_percent(known["milestone"], percents),
        payment_month=known["estimated_payment_month"].astype("Int64"),
        partner_key=known["partner_key"].astype("Int64"),
        amount_usd_e4=known["amount_usd_e4"].astype("Int64"),
        is_sent=status.isin(SENT_PAYMENTS),
    )[~status.isin(FAILED_PAYMENTS)]
    amount = known["amount_usd_e4"]
    known = known[(amount != 0).fillna(known["reason_code"].fillna("") == "")]
    paid = (
        known.sort_values("earned_on", kind="stable")
        .groupby([*PAIR, "milestone"], as_index=False)
        .agg(
            amount_usd_e4=("amount_usd_e4", lambda amounts: amounts.sum(min_count=1)),
            partner_key=("partner_key", "first"),
            payment_month=("payment_month", "max"),
            earned_on=("earned_on", "min"),
            is_sent=("is_sent", "all"),
            earnings=("is_sent", "size"),
        )
    )
    return paid[(paid["amount_usd_e4"] > 0).fillna(True)][list(PAID_COLUMNS)].reset_index(drop=True)


def lasting_reasons(
    earnings: pd.DataFrame, known_on: date, percents: tuple[int, ...]
) -> pd.DataFrame:
    """Return why Microsoft does not pay: tenant x workload x milestone (0: all), reason_code.

    Only codes that bar the pair for good or until somebody acts; codes that speak of one month
    (e.g. MAULWPHWM) are left out. The newest code stands.
    """
    known = _known_earnings(earnings, known_on)
    lasting = [code for code, reason in REASON_CODES.items() if reason.is_lasting]
    code = known["reason_code"].fillna("").astype("str").str.strip().str.upper()
    is_unpaid = known["amount_usd_e4"].astype("Int64").fillna(0) <= 0
    known = known.assign(
        reason_code=code, milestone=milestone_percent(known["milestone"], percents)
    )
    barred = known[code.isin(lasting) & is_unpaid].sort_values("earned_on", kind="stable")
    newest = barred.drop_duplicates([*PAIR, "milestone"], keep="last")
    return newest[[*PAIR, "milestone", "reason_code"]].reset_index(drop=True)
