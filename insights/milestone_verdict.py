"""Everything that is decided about a portfolio as of a month, in the columns of the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from insights.earnings import lasting_reasons, paid_milestones
from insights.eligibility import claims_in_progress, claims_known_on
from insights.milestone_owner import NOBODY, counted_partners
from insights.milestones import (
    MilestoneFacts,
    growth_earnings,
    milestone_rows,
    portfolio,
)
from insights.money import EARNED
from insights.program import Program
from insights.reconciliation import GROWTH, KEYS, reconciliation

PAIR = KEYS[:2]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine decided, as frames in the columns of the tables of the same names.

    `milestones` (milestone_status) lacks the customers' size band and keeps `rule_reference`.
    """

    milestones: pd.DataFrame
    growth: pd.DataFrame
    reconciliation: pd.DataFrame


def verdict(facts: MilestoneFacts, program: Program, as_of: int, *, known_on: date) -> Verdict:
    """Return milestones, growth earnings and reconciliation of all pairs as of a month.

    Usage up to `as_of`, claims and earnings up to `known_on` (see milestones.portfolio). Every
    pair is judged by itself, so that any part of a portfolio gets the same rows as the whole.
    """
    pairs = portfolio(facts, program, as_of, known_on=known_on)
    rows, growth = milestone_rows(pairs), growth_earnings(pairs)
    paid = paid_milestones(facts.earnings, known_on, program.percents())
    reasons = lasting_reasons(facts.earnings, known_on, program.percents())
    claiming = claims_in_progress(claims_known_on(facts.claims, known_on))
    rows = rows.assign(
        crossing_month=rows["reached_month"].where(
            rows["state"].isin(EARNED.states), rows["crossed_month"]
        ),
        partner_key=counted_partners(pairs, rows, claiming),
        earned_month=_earned_months(rows, paid),
    )
    compared = reconciliation(_own_money(rows, program), growth, paid, reasons, known_on=known_on)
    partners = _compared_partners(compared, rows, growth, paid)
    return Verdict(rows, growth, compared.assign(partner_key=partners))


def _earned_months(rows: pd.DataFrame, paid: pd.DataFrame) -> pd.Series[int]:
    """Return the month in which each milestone was earned, missing where it was not.

    The month it was reached in; where Microsoft paid what our data do not show as reached, the
    month of the first earning, else that of the payment.
    """
    on = pd.to_datetime(paid["earned_on"])
    month = pd.Series(on.dt.year * 12 + on.dt.month - 1, dtype="Int64")
    told = paid[KEYS].assign(told=month.fillna(paid["payment_month"]).astype("Int64"))
    found = rows[KEYS].merge(told, on=KEYS, how="left")["told"].set_axis(rows.index)
    earned: pd.Series[int] = rows["reached_month"].fillna(found.where(rows["state"] == "paid"))
    return earned


def _own_money(rows: pd.DataFrame, program: Program) -> pd.DataFrame:
    """Return the milestones without those that were reached in years of the growth model.

    There the units pay, which the growth rows compare; only a milestone that Microsoft paid by
    name is compared as well.
    """
    grows = [rules.title for rules in program.years if rules.model == "growth"]
    is_tracked = rows["program_year"].isin(grows) & rows["reached_month"].notna()
    return rows[~(is_tracked & (rows["state"] != "paid"))]


def _compared_partners(
    compared: pd.DataFrame, rows: pd.DataFrame, growth: pd.DataFrame, paid: pd.DataFrame
) -> pd.Series[int]:
    """Return the partner of each row of the reconciliation.

    That of the milestone; for the growth model (milestone 0) the one that earned last, else the
    one that Microsoft paid, else the one the pair's lowest milestone counts for.
    """
    grown = growth[growth["amount_usd_e4"] > 0].sort_values("month")
    pair = rows.drop_duplicates(PAIR)
    told = pd.concat(
        [
            rows[[*KEYS, "partner_key"]],
            _of_growth(grown.drop_duplicates(PAIR, keep="last")),
            _of_growth(paid[(paid["milestone"] == GROWTH) & paid["partner_key"].notna()]),
            _of_growth(pair),
        ],
        ignore_index=True,
    ).drop_duplicates(KEYS)
    found = compared[KEYS].merge(told, on=KEYS, how="left")["partner_key"]
    return found.astype("Int64").fillna(NOBODY).astype("int64").set_axis(compared.index)


def _of_growth(told: pd.DataFrame) -> pd.DataFrame:
    """Return the partners of these pairs as those of the growth model."""
    return told[[*PAIR, "partner_key"]].assign(milestone=np.int64(GROWTH))
