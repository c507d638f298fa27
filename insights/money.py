"""Money: how amounts are written, and what the groups of money mean.

Amounts are integer ten-thousandths of a US dollar ("e4"). Every amount that we computed is an
estimate by the rate card of a programme year; where the rate is our own, it is marked as example.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.metrics.metric import UNDEFINED
from insights.milestone_states import STATES, Waterfall
from insights.program import ProgramRules

E4 = 10_000
"""Ten-thousandths in one US dollar."""

EXAMPLE_MARK = "example rate"
"""Stands beside every amount that rests on a rate of ours, because no public figure exists."""

EXAMPLE_HELP = (
    "Estimate by rate card; where no public figure exists, by an example rate of ours "
    "(marked “example rate”)."
)


@dataclass(frozen=True, slots=True)
class MoneyGroup:
    """One part of the portfolio's value: its code, label, symbol and meaning in one sentence."""

    code: Waterfall
    label: str
    symbol: str
    meaning: str

    @property
    def states(self) -> tuple[str, ...]:
        """Return the codes of the milestone states in this group, in the order of STATES."""
        return tuple(state.code for state in STATES if state.waterfall == self.code)


EARNED = MoneyGroup(
    "earned",
    "Earned",
    "●",
    "Milestones reached in years of the milestone model, and new units in years of the growth "
    "model; what Microsoft told it paid stands in place of our estimate.",
)
IN_FLIGHT = MoneyGroup(
    "in flight",
    "In flight",
    "◑",
    "Associated and eligible; earned once usage crosses the threshold.",
)
OPEN = MoneyGroup(
    "open",
    "Open",
    "○",
    "The threshold is ahead, but nobody can earn it yet: unclaimed, in claim, or below the "
    "minimum of paid seats.",
)
MISSED = MoneyGroup(
    "missed",
    "Missed",
    "✕",
    "Crossed while no association held; it cannot be earned any more.",
)
NOT_EARNABLE = MoneyGroup(
    "not earnable",
    "Not earnable",
    "⊘",
    "Passed before the claim, too much usage at claim, or excluded by the rules or by Microsoft.",
)

MONEY_GROUPS: tuple[MoneyGroup, ...] = (EARNED, IN_FLIGHT, OPEN, MISSED, NOT_EARNABLE)
"""The one definition of the groups, in the order of the waterfall. Workloads without current
data are in none of them."""

MONEY_GROUPS_BY_CODE: dict[str, MoneyGroup] = {group.code: group for group in MONEY_GROUPS}


def usd(amount_e4: float | None) -> str:
    """Return an amount in whole US dollars, e.g. "$12,345"; missing is "—".

    Half a dollar is rounded away from zero.
    """
    if pd.isna(amount_e4):
        return UNDEFINED
    rounded = (abs(int(amount_e4)) + E4 // 2) // E4
    return f"{_sign(amount_e4, rounded)}${rounded:,}"


def usd_short(amount_e4: float | None) -> str:
    """Return an amount with at most one decimal, e.g. "$950", "$12.3k", "$1.2M"; missing is "—"."""
    if pd.isna(amount_e4):
        return UNDEFINED
    dollars = (abs(int(amount_e4)) + E4 // 2) // E4
    sign = _sign(amount_e4, dollars)
    for unit, size in (("", 1), ("k", 1_000), ("M", 1_000_000)):
        tenths = (dollars * 10 + size // 2) // size
        if tenths < 10_000:
            return f"{sign}${tenths // 10}{_decimal(tenths, unit)}{unit}"
    tenths = (dollars * 10 + 500_000_000) // 1_000_000_000
    return f"{sign}${tenths // 10:,}{_decimal(tenths, 'B')}B"


def worth_words(words: str, amount_e4: float | None) -> str:
    """Return words about an amount, which stands in the place of {}; "" where there is none.

    An amount that the viewer may not see is none, so that nothing is ever said to be worth $0.
    """
    return "" if pd.isna(amount_e4) or not amount_e4 else words.format(usd(amount_e4))


def dollars(amounts_e4: pd.Series[int]) -> pd.Series[float]:
    """Return amounts in US dollars as numbers for charts and tables, missing as NaN."""
    numbers = amounts_e4.to_numpy(dtype="float64", na_value=float("nan"))
    return pd.Series(numbers / E4, index=amounts_e4.index)


def rate_card_text(rules: ProgramRules | None) -> str:
    """Return whose rates an amount rests on, as the middle of a sentence."""
    if rules is None:
        return "no rate card was in force"
    return (
        f"estimate by rate card of {rules.title} "
        f"(valid from {rules.starts.day} {rules.starts:%B %Y})"
    )


def marked(text: str, *, is_example: bool) -> str:
    """Return an amount's text with the mark of an example rate where it rests on one."""
    return f"{text} ({EXAMPLE_MARK})" if is_example and text != UNDEFINED else text


def _sign(amount_e4: float, rounded: int) -> str:
    return "-" if amount_e4 < 0 and rounded else ""


def _decimal(tenths: int, unit: str) -> str:
    """Return ".d" where the unit is not a single dollar and the decimal says something."""
    return f".{tenths % 10}" if unit and tenths % 10 else ""
