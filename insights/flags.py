"""What is unusual about a customer's figures, named and explained once.

A pair (tenant x workload) carries a flag or not; a customer carries it when at least one of its
pairs does, with the number of pairs. Tables, the customer page and Data health read these
definitions; the store's queries deliver the counts under the same column names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insights.bands import MINIMUM_SEATS

USUAL_GAP = 12
"""One missing report in so many months is usual and no flag; the page Data health lists all."""

MONTHS_UNTIL_NO_DATA = 2
"""A workload whose newest report is this many months older than the as-of month has no data."""

PairTest = Callable[[pd.DataFrame, int], "pd.Series[bool]"]


@dataclass(frozen=True, slots=True)
class Flag:
    """One unusual thing: `column` counts a customer's pairs (or values) that show it.

    `explanation` says what it means and what to do; `test` decides it for pairs as of a month,
    None where it speaks of the customer and not of one workload.
    """

    code: str
    label: str
    symbol: str
    column: str
    explanation: str
    test: PairTest | None

    @property
    def words(self) -> str:
        """Return the flag as tables show it: symbol and words, so colour never speaks alone."""
        return f"{self.symbol} {self.label}"


def _above_100(pairs: pd.DataFrame, _as_of: int) -> pd.Series[bool]:
    users, units = pairs["monthly_active_users"], pairs["paid_available_units"]
    return ((units > 0) & (users > units)).fillna(False).astype(bool)


def _no_seats(pairs: pd.DataFrame, _as_of: int) -> pd.Series[bool]:
    return (pairs["paid_available_units"] == 0).fillna(False).astype(bool)


def _small_base(pairs: pd.DataFrame, _as_of: int) -> pd.Series[bool]:
    return (pairs["paid_available_units"] < MINIMUM_SEATS).fillna(False).astype(bool)


def _no_data(pairs: pd.DataFrame, as_of: int) -> pd.Series[bool]:
    return pairs["latest_month"] <= as_of - MONTHS_UNTIL_NO_DATA


def _missing_months(pairs: pd.DataFrame, _as_of: int) -> pd.Series[bool]:
    span = pairs["latest_month"] - pairs["first_month"] + 1
    return (span - pairs["months_reported"]) * USUAL_GAP > span


def _restated(pairs: pd.DataFrame, _as_of: int) -> pd.Series[bool]:
    return pairs["restated_values"] > 0


def _moved(pairs: pd.DataFrame, _as_of: int) -> pd.Series[bool]:
    return pairs["moves"] > 0


ABOVE_100 = Flag(
    "above_100",
    "Above 100%",
    "▲",
    "pairs_above_100",
    "More active users than paid seats. Often trial licences, staff turnover within the 28 days "
    "or seats that the report leaves out. Shown as reported; check the seats before quoting it.",
    _above_100,
)
NO_SEATS = Flag(
    "no_seats",
    "No seats",
    "∅",
    "pairs_without_seats",
    "Users are reported but no paid seats, so active usage is undefined and shown as a dash. "
    "Check whether the subscription ended or only trial licences remain.",
    _no_seats,
)
SMALL_BASE = Flag(
    "small_base",
    "Small base",
    "▫",
    "pairs_small",
    f"Fewer than {MINIMUM_SEATS} paid seats: a few people move the percentage a lot, and the "
    "public programme paid no milestone for so few.",
    _small_base,
)
NO_DATA = Flag(
    "no_data",
    "No data",
    "◌",
    "pairs_without_data",
    "Not reported in the last two months. Figures shown are the last known ones; check whether "
    "the customer left, the association ended or the download was filtered.",
    _no_data,
)
MASKED_NAME = Flag(
    "masked_name",
    "Masked name",
    "▒",
    "masked_names",
    "The report hides this customer's name for privacy. The tenant id is right; the name appears "
    "as soon as one report carries it.",
    None,
)
SEVERAL_PARTNERS = Flag(
    "several_partners",
    "Several partners",
    "⚭",
    "other_partners",
    "Different partners hold this customer's workloads. Totals count each workload once; each "
    "partner sees only its own.",
    None,
)
MOVED = Flag(
    "moved",
    "Moved",
    "⇄",
    "pairs_moved",
    "An association moved from one partner to another. History before the move belongs to the "
    "earlier partner.",
    _moved,
)
MISSING_MONTHS = Flag(
    "missing_months",
    "Missing months",
    "┄",
    "pairs_with_gaps",
    "More than one month in twelve between the first and the newest report is missing; charts "
    "show the gaps, and changes across them are not drawn as steps.",
    _missing_months,
)
RESTATED = Flag(
    "restated",
    "Restated",
    "↺",
    "pairs_restated",
    "A later file changed past months. The newest values are shown; the old ones are kept, under "
    "Restated values on the customer's page.",
    _restated,
)

FLAGS: tuple[Flag, ...] = (
    NO_DATA,
    ABOVE_100,
    NO_SEATS,
    SMALL_BASE,
    MISSING_MONTHS,
    RESTATED,
    MOVED,
    SEVERAL_PARTNERS,
    MASKED_NAME,
)
"""All flags, the ones that cast most doubt on a figure first."""

FLAGS_BY_CODE: dict[str, Flag] = {flag.code: flag for flag in FLAGS}

FLAG_COLUMNS: tuple[str, ...] = tuple(flag.column for flag in FLAGS)


def flag_words(customers: pd.DataFrame) -> pd.Series[str]:
    """Return per customer the flags as words, e.g. "▲ Above 100% · ▫ Small base".

    One row per customer with the counts of FLAG_COLUMNS; "" where nothing is unusual.
    """
    has_flag = customers[list(FLAG_COLUMNS)].fillna(0).to_numpy() > 0
    pattern = has_flag @ (1 << np.arange(len(FLAGS)))
    words = {number: _words(int(number)) for number in np.unique(pattern)}
    return pd.Series(pattern, index=customers.index).map(words).astype("str")


def _words(pattern: int) -> str:
    """Return the words of the flags whose bits are set, in the order of FLAGS."""
    return " · ".join(flag.words for bit, flag in enumerate(FLAGS) if pattern >> bit & 1)


def pair_flags(pairs: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Return one boolean column per flag of a pair, named by its code, on the pairs' index.

    Pairs carry paid_available_units, monthly_active_users, first_month, latest_month,
    months_reported, restated_values and moves.
    """
    return pd.DataFrame(
        {flag.code: flag.test(pairs, as_of) for flag in FLAGS if flag.test is not None},
        index=pairs.index,
    )


def pair_flag_words(pairs: pd.DataFrame, as_of: int) -> pd.Series[str]:
    """Return per pair its flags as words; the input is that of `pair_flags`."""
    flagged = pair_flags(pairs, as_of)
    counts = {
        flag.column: flagged[flag.code].astype("int64") if flag.code in flagged else 0
        for flag in FLAGS
    }
    return flag_words(pd.DataFrame(counts, index=pairs.index))
