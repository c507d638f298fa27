"""The growth model (FY24 on): each new unit above the high-water mark pays, up to a yearly maximum.

Earned units of a month are active users above the highest count of any earlier month, never more
than paid units; the opportunity is paid units less the high-water mark (KB-01319; reason codes of
Partner Center docs Oct 2023, earnings-revenue).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.earnings import payment_month
from insights.milestone_history import History, Holdings, span_grid
from insights.panel import Bools, Ints, next_true

CAP_REACHED = "CAP"
"""Our own code: the year's maximum earning was reached, so further units pay nothing."""

GROWTH_POINTS = 30
"""Most points of the Modern Work designation for usage growth."""

GROWTH_TARGETS: dict[str, int] = {
    "CPOR enterprise": 1000,
    "DPOR enterprise": 4000,
    "CPOR SMB": 500,
    "CSP SMB": 2000,
}
"""Growth that earns all points, by attribution and tenant class (solutions-partner-modern-work)."""


@dataclass(frozen=True, slots=True)
class GrowthLedger:
    """Pairs x months of the growth model: who could earn, on what, and what it paid.

    Cells outside growth years, unclaimed or unreported ones hold 0; `prior` is the high-water mark
    before the month, -1 where there was none.
    """

    span: npt.NDArray[np.int32]
    is_open: Bools
    prior: Ints
    earned: Ints
    amount_e4: Ints

    def earned_in_year(self, history: History) -> Ints:
        """Return per pair what the as-of month's programme year has paid so far (e4 USD)."""
        same_year = history.year == history.year[-1]
        total: Ints = self.amount_e4[:, same_year].sum(axis=1)
        return total


def growth_ledger(history: History, held: Holdings) -> GrowthLedger:
    """Return what every held month of the growth years earned, capped by programme year."""
    panel, tables = history.panel, history.tables
    span = span_grid(held, panel)
    pays = tables.is_growth[history.year] & tables.is_paid[:, history.workload][history.year].T
    is_open = (span >= 0) & history.reported & pays
    prior = np.maximum(history.highest[:, :-1], -1)
    first = next_true(panel.users >= 0)[:, :1] == np.arange(panel.months)
    start = np.where(first, panel.users, prior)  # a first report is a starting point, no growth
    has_seats = panel.units >= tables.minimum_units[history.year]
    units = np.minimum(panel.users, panel.units) - start
    earned = np.where(is_open & has_seats, np.maximum(units, 0), 0)
    return GrowthLedger(span, is_open, prior, earned, _capped(history, earned))


def _capped(history: History, earned: Ints) -> Ints:
    """Return the amount of each month's units, none beyond the programme year's maximum."""
    tables, amount = history.tables, np.zeros_like(earned)
    for year in np.unique(history.year[history.year >= 0]):
        if not tables.is_growth[year]:
            continue
        months = np.flatnonzero(history.year == year)
        rate = np.maximum(tables.unit_rate_e4[year, history.workload], 0)[:, None]
        most = tables.unit_maximum_e4[year, history.workload][:, None]
        total = np.minimum(np.cumsum(earned[:, months], axis=1) * rate, most)
        amount[:, months] = np.diff(total, axis=1, prepend=0)
    return amount


def growth_rows(history: History, held: Holdings, ledger: GrowthLedger) -> pd.DataFrame:
    """Return what the growth model paid, tenant x workload x month.

    Rows: every month that earned units, and the as-of month of every held pair. Columns:
    tenant_key, workload_key, month, partner_key, prior_high_water_mark (missing: none),
    opportunity_units (paid units less the high-water mark after the month), earned_units,
    amount_usd_e4, is_example, payment_due_month, program_year, reason_code (why a month earned
    nothing or less).
    """
    panel, tables = history.panel, history.tables
    wanted = ledger.earned > 0
    wanted[:, -1] |= ledger.is_open[:, -1]
    pair, month = np.nonzero(wanted)
    units, users = panel.units[pair, month], panel.users[pair, month]
    prior, year = ledger.prior[pair, month], history.year[month]
    mark = np.maximum(prior, users)
    return pd.DataFrame(
        {
            "tenant_key": panel.tenant_key[pair],
            "workload_key": panel.workload_key[pair],
            "month": panel.first_month + month,
            "partner_key": held.partner[ledger.span[pair, month]],
            "prior_high_water_mark": pd.arrays.IntegerArray(prior, prior < 0),
            "opportunity_units": np.maximum(units - mark, 0),
            "earned_units": ledger.earned[pair, month],
            "amount_usd_e4": ledger.amount_e4[pair, month],
            "is_example": tables.unit_is_example[year, history.workload[pair]],
            "payment_due_month": payment_month(
                panel.first_month + month, tables.payment_days[year]
            ),
            "program_year": np.array([rules.title for rules in tables.years])[year],
            "reason_code": _reasons(history, ledger, pair, month),
        }
    )


def _reasons(
    history: History, ledger: GrowthLedger, pair: Ints, month: Ints
) -> npt.NDArray[np.str_]:
    """Return Microsoft's reason code of each cell, "" where all of its units paid."""
    panel, tables = history.panel, history.tables
    year = history.year[month]
    units, prior = panel.units[pair, month], ledger.prior[pair, month]
    rate = np.maximum(tables.unit_rate_e4[year, history.workload[pair]], 0)
    paid = ledger.amount_e4[pair, month]
    return np.select(
        [
            units < tables.minimum_units[year],
            (prior >= 0) & (units <= prior),
            panel.users[pair, month] <= prior,
            paid < ledger.earned[pair, month] * rate,
        ],
        ["MINTHNTMT", "PAULWPHWM", "MAULWPHWM", CAP_REACHED],
        default="",
    )


def useful_units(opportunity: int, *, per_unit_e4: int, maximum_e4: int, paid_units: int) -> int:
    """Return how many of the open units still pay: within the opportunity and under the cap.

    0 where the rate is 0. Source: the growth model's maximum compensable units (KB-01319).
    """
    if per_unit_e4 <= 0:
        return 0
    return max(0, min(opportunity, maximum_e4 // per_unit_e4 - paid_units))


def designation_growth_points(growth: dict[str, int]) -> float:
    """Return the designation's points for usage growth: the best of the attributions, at most 30.

    `growth` is active users gained by key of GROWTH_TARGETS. Source: Partner Center docs Oct 2023,
    solutions-partner-modern-work.
    """
    points = (GROWTH_POINTS * users / GROWTH_TARGETS[kind] for kind, users in growth.items())
    return max(0.0, min(float(GROWTH_POINTS), max(points, default=0.0)))
