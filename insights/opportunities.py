"""How opportunities are sorted into quadrants, and how strong the evidence behind one is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

LIKELY = 0.30
"""Chance within 90 days from which a milestone counts as likely."""

STRONG_MONTHS, FAIR_MONTHS = 12, 6
"""Months of history from which evidence is strong or fair."""


@dataclass(frozen=True, slots=True)
class Quadrant:
    """One quarter of probability x value: its label and what it asks for."""

    code: str
    label: str
    meaning: str


QUADRANTS: dict[str, Quadrant] = {
    each.code: each
    for each in (
        Quadrant("act", "Act now", "likely and valuable"),
        Quadrant("evaluate", "Evaluate", "likely, less value: quick wins"),
        Quadrant("nurture", "Nurture", "valuable, not likely yet"),
        Quadrant("educate", "Educate", "not likely yet, less value"),
    )
}


def quadrants(rows: pd.DataFrame, valuable_from: float) -> pd.Series[str]:
    """Return the quadrant of each opportunity by probability_90 and value_usd_e4.

    Likely: a chance of LIKELY or more. Valuable: at least `valuable_from`, and something.
    """
    value = rows["value_usd_e4"].astype("float64").fillna(0)
    is_valuable = (value > 0) & (value >= valuable_from)
    is_likely = rows["probability_90"] >= LIKELY
    cases = [is_likely & is_valuable, is_likely, is_valuable]
    codes = np.select(cases, ["act", "evaluate", "nurture"], default="educate")
    return pd.Series(codes, index=rows.index, dtype="str")


def median_value(values: pd.Series[int]) -> float:
    """Return the median of all positive values in ten-thousandths of a dollar, 0 without any."""
    positive = values.astype("float64").fillna(0)
    positive = positive[positive > 0]
    return float(positive.median()) if len(positive) else 0.0


def evidence(history_months: pd.Series[int], shows: str) -> pd.Series[str]:
    """Return how strong the evidence is by months of history: strong, fair or thin.

    Strong only where the record allows percentages (`shows` of the verdict).
    """
    is_strong = (history_months >= STRONG_MONTHS) & (shows == "percent")
    cases = [is_strong, history_months >= FAIR_MONTHS]
    codes = np.select(cases, ["strong", "fair"], default="thin")
    return pd.Series(codes, index=history_months.index, dtype="str")
