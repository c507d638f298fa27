"""What a page may show of a probability: as exact as the record of its horizon allows."""

from __future__ import annotations

import math

from insights.metrics.metric import UNDEFINED
from insights.ranking.verdicts import Verdict

STEP = 5
"""Percent; finer steps would claim more than any record shows."""

BANDS: tuple[tuple[float, str], ...] = ((0.15, "low"), (0.40, "medium"), (1.01, "high"))
"""Upper ends of the bands, each with its word."""


def chance_text(probability: float | None, shows: str) -> str:
    """Return a probability in words: in steps of 5 percent, as a band, or "—" for an order only.

    `shows` is that of the horizon's verdict: percent, band or order.
    """
    if probability is None or math.isnan(probability) or shows == "order":
        return UNDEFINED
    if shows == "band":
        return next(word for end, word in BANDS if probability < end)
    return f"{stepped(probability)}%"


def stepped(probability: float) -> int:
    """Return a probability in percent, rounded to steps; never 0 or 100, which nobody can know."""
    return min(max(STEP * round(100 * probability / STEP), STEP), 100 - STEP)


def of_hundred(probability: float) -> str:
    """Return what a probability shown in percent means."""
    return f"of 100 such, about {stepped(probability)}"


def verdict_line(verdict: Verdict) -> str:
    """Return how exact chances are shown and why, as one sentence."""
    how = {
        "percent": "Chances are shown in steps of 5%",
        "band": "Chances are shown as low, medium or high",
        "order": "Only the order is shown, no chances",
    }[verdict.shows]
    return f"{how}: {verdict.why}"
