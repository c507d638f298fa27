"""What a horizon of the ranking may show; apart from the model, so that pages load none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one horizon may show: who ranks, and whether a number, a band or only an order.

    `ranks` is "model" or "gap", `shows` "percent", "band" or "order"; `why` says it in a sentence.
    """

    ranks: str
    shows: str
    why: str


def verdicts_of(report: Mapping[str, Any]) -> dict[int, Verdict]:
    """Return the verdict of each horizon in days that a training report tells."""
    return {
        int(days): Verdict(told["ranks"], told["shows"], told["why"])
        for days, told in report["verdicts"].items()
    }
